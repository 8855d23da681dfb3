"""沉默规则: days in work without a note, as a promise of the model that every note begins anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gezhi.documents.values import due_day, of_matter
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import queries
from gezhi.matters.models import Matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.notify import queries as told
from gezhi.notify import services as notify
from gezhi.promises.models import Promise

from .liuxi import FRIDAY, GRID, World
from .test_path import CLUTTER, opened, step

pytestmark = pytest.mark.django_db


def quiet() -> list[Promise]:
    return list(Promise.objects.filter(name="quiet").order_by("made_at", "id"))


def watched() -> None:
    while keep_promises(at=clock.now()):
        pass
    while notify.hear(at=clock.now()):
        pass


def entries(what: str) -> int:
    return Entry.objects.filter(what=what, facts__contains='"promise":"quiet"').count()


def inbox(words: str) -> set[str]:
    """The desks that were told so, each once."""
    desks = [one.to for one in told.drawer() if words in one.text]
    assert len(desks) == len(set(desks))
    return set(desks)


def test_silence_is_told_once_to_who_works_then_once_above_and_a_note_begins_it_anew(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    (first,) = quiet()
    with clock.fixed(FRIDAY + timedelta(days=3)):  # Monday
        step(world, number, "lin", "arrive")
        step(world, number, "lin", "note_grid", "约了住户明天来搬。")
        assert Matter.objects.get().step == "gridwork"
        assert [one.void_at is not None for one in quiet()] == [True, True, False]
        last = quiet()[-1]
        assert last.due_at > first.due_at
    assert last.warn_at is not None
    with clock.fixed(last.warn_at):
        watched()
        watched()
        assert (entries("promise.warned"), entries("promise.missed")) == (1, 0)
        assert inbox("好几天没有记录") == {f"grid_worker@{GRID}"}  # who has it, and nobody else who might
    with clock.fixed(last.due_at + timedelta(minutes=1)):
        watched()
        watched()
        assert (entries("promise.warned"), entries("promise.missed")) == (1, 1)
        assert inbox("一直没有记录")
        step(world, number, "lin", "note_grid", "搬走一半。")
        assert [one.missed_at is not None for one in quiet()] == [False, False, True, False]
        step(world, number, "lin", "finish_grid", "清空了。")
        assert all(one.met_at or one.void_at for one in quiet())
    page = queries.page(world.person("he"), number)
    assert page is not None
    assert any(one.verb == "记办理情况" and "搬走一半" in one.note for one in page.story)


def test_arriving_is_said_or_left_out_as_often_as_one_likes(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    for _time in range(3):
        step(world, number, "lin", "arrive")
    page = queries.page(world.person("lin"), number)
    assert page is not None
    assert "arrive" in {one.id for one in page.next_moves}
    likely = next(one.id for one in page.next_moves if one.likely)
    assert likely == "finish_grid"


def test_a_rule_about_silence_is_no_day_of_the_matter_and_stands_beside_a_note_alone(world: World) -> None:
    number = opened(world, replace(CLUTTER, item="N14")).number  # 10 working days
    step(world, number, "he", "accept")
    step(world, number, "zhu", "sign")
    row, (silence,) = Matter.objects.get(), quiet()
    finish = Promise.objects.get(name="finish")
    assert silence.due_at < finish.due_at
    assert (row.next_promise, row.next_due_at) == ("finish", finish.due_at)
    page = queries.page(world.person("zhu"), number)
    assert page is not None
    assert [one.rule for one in page.limits if one.open] == ["finish"]
    day = due_day(finish.due_at)
    assert of_matter(page, clock.now())["期限"] == day
    assert page.parties.startswith("属地：在职干部"), "column 协办 of the list that ships"
    with clock.fixed(silence.due_at + timedelta(minutes=1)):
        watched()
        assert Matter.objects.get().next_due_at == finish.due_at
