"""Days typed on the command line: the first year, the last, junk and the wrong order are each told in a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from gezhi.cli import model_try
from gezhi.cli.main import day_of, main
from gezhi.errors import Refused

JUNK = ["0001-01-01", "1989-12-31", "2200-01-01", "9999-12-31", "2026-13-40", "昨天", ""]


@pytest.mark.parametrize("day", JUNK)
@pytest.mark.parametrize(
    "words",
    [
        ["audit", "staffing", "--on"],
        ["audit", "vacancies", "--on"],
        ["ground", "show", "--on"],
        ["ground", "lineage", "桥东01格", "--since"],
        ["calendar", "rest", "--reason", "暴雪停工"],
        ["calendar", "work", "--reason", "补班"],
    ],
)
def test_a_day_that_is_none_is_told(words: list[str], day: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*words, day])
    assert "日期写成 2026-11-20，年份在 1990 到 2199 之间" in capsys.readouterr().err


@pytest.mark.parametrize("year", ["0", "-1", "1", "9999", "99999", "x"])
@pytest.mark.parametrize(
    "words", [["calendar", "show"], ["calendar", "import", "f.csv", "--source", "文号", "--year"]]
)
def test_a_year_that_is_none_is_told(words: list[str], year: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*words, year])
    told = capsys.readouterr().err
    assert "年份是 1990 到 2199 的整数" in told or year == "-1"


@pytest.mark.parametrize(
    "word",
    [*(f"{day}..2026-11-01" for day in JUNK[:-1]), "2026-11-01..9999-12-31", "0001-01", "9999-12", "2026-13"],
)
def test_a_period_that_is_none_is_told(word: str) -> None:
    with pytest.raises(Refused, match="看不懂时段"):
        model_try.days(word, date(2026, 11, 20))


def test_a_period_in_the_wrong_order_is_told() -> None:
    with pytest.raises(Refused, match="起始日期晚于截止日期"):
        model_try.days("2026-11-20..2026-11-01", date(2026, 11, 20))


def test_the_first_and_the_last_day_are_days() -> None:
    assert [day_of(word) for word in ("1990-01-01", "2199-12-31")] == [date(1990, 1, 1), date(2199, 12, 31)]
