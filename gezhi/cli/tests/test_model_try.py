"""`gezhi model try`: the period as typed, and what is printed of what was found."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from gezhi.cli import model_try
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters.tests.conftest import world as world
from gezhi.matters.tests.liuxi import FRIDAY, World
from gezhi.matters.tests.test_path import CLUTTER, LAMP, opened
from gezhi.reporting import trying
from gezhi.rules.load import from_canonical
from gezhi.rules.model import Model

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("this-month", date(2026, 3, 1), TODAY),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-01-05..2026-01-09", date(2026, 1, 5), date(2026, 1, 9)),
        ("2026-01-05", date(2026, 1, 5), date(2026, 1, 5)),
    ],
)
def test_a_period_is_read(word: str, first: date, last: date) -> None:
    assert model_try.days(word, TODAY) == (first, last)


@pytest.mark.parametrize("word", ["上个月", "2026-13", "2026-02-30", "2026-05-02..2026-05-01", ""])
def test_what_is_no_period_is_told(word: str) -> None:
    with pytest.raises(Refused) as told:
        model_try.days(word, TODAY)
    assert told.value.field == "on"


def test_a_period_is_whole_local_days() -> None:
    found = model_try.period(date(2026, 11, 1), date(2026, 11, 30))
    assert found.begins == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert found.ends == datetime(2026, 11, 30, 16, tzinfo=UTC)


def without_lamp(model: Model) -> Model:
    said = json.loads(model.canonical)
    del said["items"]["N12"]
    said["tables"]["catalogue"]["common"]["total"] -= 1
    said["tables"]["flow"]["main"]["promise"]["triage"]["length"] = "1小时"
    return from_canonical(json.dumps(said, ensure_ascii=False))


def test_every_count_is_printed_with_what_it_is_out_of(world: World) -> None:
    numbers = [opened(world, report).number for report in (CLUTTER, LAMP)]
    other = without_lamp(world.model)
    first, last = model_try.days("2026-11", TODAY)
    with clock.fixed(FRIDAY + timedelta(minutes=70)), trying.reading_only():
        found = trying.tried(other, model_try.period(first, last), as_of=clock.now())
    printed = "\n".join(model_try.as_lines(found, other, first, last))
    assert "2026-11-01 至 2026-11-30 登记的 2 件" in printed
    assert "清单里没有的事项：1／2 件" in printed
    assert f"{numbers[1]}　路灯不亮 → 无" in printed
    assert "第一个问的人不同：0／1 件" in printed
    assert "「受理」1 件：原来超期 0，换了超期 1" in printed
    assert f"{numbers[0]}　受理" in printed
    data = model_try.as_data(found, other, first, last)
    assert data["promises"]["main.triage"] == {"of": 1, "late_before": 0, "late_after": 1}
    assert data["newly_late"] == {
        "different": 1,
        "of": 1,
        "first": [{"number": numbers[0], "before": "", "after": "受理"}],
    }
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data


def test_a_period_without_matters_says_so(world: World) -> None:
    first, last = model_try.days("2020-01", TODAY)
    with trying.reading_only():
        found = trying.tried(world.model, model_try.period(first, last), as_of=clock.now())
    assert model_try.as_lines(found, world.model, first, last)[-1] == "这段时间没有登记事项。"
