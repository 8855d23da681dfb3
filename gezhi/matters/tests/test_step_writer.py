"""A step is written as the plain ORM would write it, byte for byte, in one statement; and as it was counted before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock, instance
from gezhi.ledger import services as ledger
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.fetching import fetch
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry, Unheard
from gezhi.matters import access, scenes
from gezhi.matters.models import Asked, Matter, Part, Text, Unsought
from gezhi.matters.services import moving, step_writer
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.moving import Said
from gezhi.matters.services.step_writer import CHANGING, Sheet
from gezhi.matters.services.writer import TEXT
from gezhi.promises import queries as promises
from gezhi.promises import services as promising
from gezhi.promises.models import Promise
from gezhi.promises.services import Terms
from gezhi.rules import length

from .liuxi import World
from .test_path import step
from .test_writer import NAMED, tried

Stored = dict[str, list[Any]]


def opened(world: World) -> Matter:
    return Matter.objects.get(number=open_matter(replace(NAMED, client_key=""), by=world.clerk()).number)


def sheet_of(matter: Matter) -> Sheet:
    """Everything a step can write: a promise kept late, one dropped, two begun, texts, departments, two entries."""
    at = clock.now()
    open_ones = promises.open_about(matter.id)
    terms = Terms(length.parse("2工作日"), 80, {}, "09:00-17:00", "Asia/Shanghai")
    begun = [promising.prepare(matter.id, "main", name, terms, at=at) for name in ("finish", "answer")]
    late = open_ones[0].due_at + timedelta(hours=1)
    settled = promising.judge(open_ones, "main", met=[one.name for one in open_ones], at=late)
    facts = {"move": "accept", "photos": 2}
    entries = [
        ledger.prepare("matter.stepped", matter.id, by=by, at=at, recorded_at=at, facts=facts)
        for by in (HOUSE, Actor(new_id(), "centre@0001", own="town_desk@00010001"))
    ]
    return Sheet(
        matter.id,
        matter.moved,
        ended=settled.ended,
        promises=begun,
        texts=[(new_id(), matter.id, "note", "看过了，𠮷宅 🚲\u0001", b"0123456789abcdef")],
        asked={"housing": at, "market": at},
        entries=entries,
        learn=True,
    )


def changed(matter: Matter) -> Matter:
    at = clock.now()
    matter.step, matter.phase, matter.handler, matter.moved = (
        "gridwork",
        "handling",
        new_id(),
        matter.moved + 2,
    )
    matter.department = matter.asked_department = "housing"
    matter.desk, matter.accepted_at, matter.accepted_recorded_at = "department:housing", at, at
    matter.next_due_at, matter.next_promise = at + timedelta(days=2), "finish"
    return matter


def by_the_orm(sheet: Sheet, matter: Matter) -> bool:
    """The same, one `create` or `update` a row."""
    rows = Matter.objects.filter(id=sheet.matter, moved=sheet.seen)
    if not rows.update(**{name: getattr(matter, name) for name in CHANGING}):
        return False
    for one in sheet.ended:
        Promise.objects.filter(id=one.id).update(**one._asdict())
    for promise in sheet.promises:
        Promise.objects.create(**promise._asdict())
    for text in sheet.texts:
        Text.objects.create(**dict(zip(TEXT, text, strict=True)))
    for department, since in sheet.asked.items():
        Asked.objects.get_or_create(matter=sheet.matter, department=department, defaults={"since": since})
    for entry in sheet.entries:
        Entry.objects.create(**entry._asdict())
        Unheard.objects.create(entry=entry.id)
    Unsought.objects.create(matter=sheet.matter)
    return True


def left_by(way: Any, sheet: Sheet, matter: Matter) -> Stored:
    return tried(lambda _rows: str(way(sheet, matter)), None)[1]  # type: ignore[arg-type]


def test_a_step_leaves_the_rows_of_the_orm(world: World) -> None:
    matter = opened(world)
    Asked.objects.create(matter=matter.id, department="market", since=clock.now() - timedelta(days=1))
    sheet = sheet_of(matter)
    assert [one.missed_at is not None for one in sheet.ended] == [True]
    changed(matter)
    here, there = left_by(step_writer.write, sheet, matter), left_by(by_the_orm, sheet, matter)
    assert here == there
    assert len(here["ledger_entry"]) == len(there["ledger_entry"]) >= 3


def test_an_empty_sheet_changes_the_row_alone(world: World) -> None:
    matter = changed(opened(world))
    matter.department = matter.asked_department = ""
    matter.desk = "centre@0001"
    bare = Sheet(matter.id, 0)
    before = Matter.objects.get(id=matter.id)
    assert step_writer.write(bare, matter)
    after = Matter.objects.get(id=matter.id)
    differs = {f.name for f in Matter._meta.fields if getattr(before, f.name) != getattr(after, f.name)}
    assert {"step", "handler", "moved"} <= differs <= set(CHANGING)


def test_whoever_comes_second_writes_nothing_of_the_row(world: World) -> None:
    matter = opened(world)
    sheet = Sheet(matter.id, matter.moved + 1)
    changed(matter)
    with transaction.atomic():
        assert not step_writer.write(sheet, matter)
        transaction.set_rollback(True)
    assert Matter.objects.get(id=matter.id).step == "reported"


def test_a_step_with_the_houses_own_after_it_is_one_statement_and_two_reads(world: World) -> None:
    matter = opened(world)
    now = clock.now()
    scene = scenes.scene_of(matter, now)
    taken = scene.flow.moves["accept"]
    with instance.reading(), CaptureQueriesContext(connection) as said, transaction.atomic():
        instance.pulse()
        moving.move(scene, taken, by=world.clerk(), at=now, recorded_at=now, said=Said(note="受理。"))
    asked = [
        q["sql"].split()[0]
        for q in said
        if q["sql"].split()[0] not in {"SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"}
    ]
    stored = Matter.objects.get(id=matter.id)
    assert (stored.step, stored.moved) == ("gridwork", 2)
    writes = ["WITH"] if connection.vendor == "postgresql" else []  # SQLite's go past what is captured
    assert asked[1:] == [  # the pulse first
        "SELECT",
        "SELECT",
        *writes,
    ]  # the row and its promises; how often moves were taken is not asked before the first


@pytest.mark.parametrize("table", [Matter, Promise, Entry, Text])
def test_what_is_fetched_is_what_the_orm_gives(world: World, table: Any) -> None:
    matter = opened(world)
    Matter.objects.filter(id=matter.id).update(
        handler=new_id(), ended_at=datetime.fromisoformat("2026-03-01T00:00+08:00")
    )
    names = [field.attname for field in table._meta.concrete_fields]
    key = {Matter: "id", Promise: "about", Entry: "about", Text: "matter"}[table]
    here = fetch(table, names, f"WHERE {key} = %s ORDER BY id", [matter.id])
    there = list(table.objects.filter(**{key: matter.id}).order_by("id").values_list(*names))
    plain = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in there]
    assert [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in here] == plain != []
    assert fetch(table, names, f"WHERE {key} = %s", [UUID(int=0)]) == []


def test_a_matter_is_not_asked_for_parts_that_it_never_had(world: World) -> None:
    """Its own row says so."""
    number = opened(world).number
    step(world, number, "he", "accept")
    with CaptureQueriesContext(connection) as said:
        step(world, number, "lin", "finish_grid", "已清。")
    assert not [q["sql"] for q in said if q["sql"].startswith('SELECT "matters_part"')]
    whole = access.matter_for(world.person("he"), number)
    assert whole is not None
    assert whole.parted is False
    Part.objects.create(matter=new_id(), whole=whole.id, since=clock.now())
    again = access.matter_for(world.person("he"), number)
    assert again is not None
    assert again.parted is True
