"""What is poured past the ORM is, byte for byte, what the ORM would have written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from gezhi.exchange import judging
from gezhi.exchange import services as exchange
from gezhi.exchange.mapping import Mapping
from gezhi.exchange.models import Row, Run
from gezhi.ledger import clock, digests, many, pouring
from gezhi.ledger import services as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.models import Entry
from gezhi.ledger.pouring import Load
from gezhi.matters.models import Asked, Matter, Text
from gezhi.matters.services import importing
from gezhi.matters.tests.liuxi import World
from gezhi.promises import services as promises
from gezhi.promises.models import Promise

from .sheets import brought, line

TABLES = (Matter, Text, Asked, Promise, Entry, Row)
NUMBERED = (importing, ledger, exchange)
really_judged = judging.judge
ROWS = [
    line("A1"),
    line("A2", 办结时间="2026-04-30 10:00", 内容="𠮷宅门口 🚲 堆物，「引号」\t'单'"),
    line("A3", 办结时间="", 状态="处置中", 经度="118.2", 纬度="30.5"),
    line("A4", 状态="无效", 经度="", 纬度=""),
    line("A5", 状态="不知道"),
]


def typed(table: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Load:
    """A load of values, as the ORM takes them."""
    fields = {field.attname: field for field in table._meta.concrete_fields}
    return Load(
        table._meta.label,
        list(names),
        [[valued(fields[name], value) for name, value in zip(names, row, strict=True)] for row in rows],
    )


def valued(field: models.Field[Any, Any], said: Any) -> Any:
    """What was spelt, read again."""
    if not isinstance(said, str):
        return said
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return UUID(said)
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(said if "+" in said else f"{said}+00:00")
    return said


def plainly(one: Load) -> None:
    """The same by the ORM."""
    table = apps.get_model(one.table)
    rows = (dict(zip(one.columns, row, strict=True)) for row in one.rows)
    table._default_manager.bulk_create([table(**row) for row in rows])


def sent(rows: Sequence[judging.Staged], mapping: Mapping, *, by: Actor, at: datetime) -> judging.Block:
    """A block as another process sends it."""
    block = really_judged(rows, mapping, by=by, at=at)
    return msgspec.msgpack.decode(msgspec.msgpack.encode(block), type=judging.Block)


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Every stored value as the driver gives it, without Django in between."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f'SELECT * FROM "{table._meta.db_table}"')
            rows = [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()
            ]
            found[table.__name__] = sorted(rows, key=repr)
    return found


def written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *other: tuple[Any, str, Any]
) -> dict[str, list[tuple[Any, ...]]]:
    """What an import leaves in the tables, rolled back; ids, salts and the clock are the same each time."""
    numbers, now = itertools.count(1), clock.now()
    with monkeypatch.context() as held:
        for module in NUMBERED:
            held.setattr(module, "new_id", lambda: UUID(int=next(numbers)), raising=False)
        for module in (promises, many):
            held.setattr(
                module, "new_ids", lambda some: [UUID(int=next(numbers)).hex for _one in range(some)]
            )
        held.setattr(digests, "new_salt", lambda: next(numbers).to_bytes(16))
        held.setattr(clock, "ahead", lambda _us: now)
        held.setattr(clock, "now", lambda: now)
        for where, name, what in other:
            held.setattr(where, name, what)
        with transaction.atomic():
            brought(folder, ROWS)
            found = stored()
            transaction.set_rollback(True)
    return found


def test_what_is_poured_is_what_the_orm_writes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = written(tmp_path, monkeypatch)
    plain = written(
        tmp_path,
        monkeypatch,
        (pouring, "load", typed),
        (pouring, "spelt_load", typed),
        (pouring, "put", plainly),
    )
    beside = written(tmp_path, monkeypatch, (exchange.judging, "judge", sent))
    assert {name: len(rows) for name, rows in fast.items()} == {n: len(r) for n, r in plain.items()}
    assert len(fast["Matter"]) == 4
    assert len(fast["Promise"]) >= 4
    assert fast == plain
    assert fast == beside


def test_a_row_that_breaks_a_rule_of_its_table_is_refused(world: World, tmp_path: Path) -> None:
    brought(tmp_path, [line("A1")])
    said = Text.objects.values_list("id", "matter", "kind", "body", "salt").get()
    with pytest.raises(IntegrityError), transaction.atomic():
        pouring.pour(Text, ("id", "matter", "kind", "body", "salt"), [said])
    with pytest.raises(LookupError, match="Run has no colour"), transaction.atomic():
        pouring.pour(Run, ("id", "colour"), [])


@pytest.mark.django_db(transaction=True)
def test_nothing_is_poured_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        pouring.pour(Text, ("id",), [])
