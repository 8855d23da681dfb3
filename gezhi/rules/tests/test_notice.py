"""A holiday notice as typed: read whole or refused whole, with every fault named."""

from __future__ import annotations

from datetime import date

import pytest

from gezhi.rules import notice
from gezhi.rules.notice import Fault, NoticeError

TYPED = "日期,类型,说明\n2027-01-01,放假,元旦\n2027/02/07,调休上班,春节\n\n2027-02-08,放假,春节\n"


def faults(text: str, year: int = 2027) -> list[Fault]:
    with pytest.raises(NoticeError) as told:
        notice.read(text.encode(), year, "通知")
    return told.value.faults


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_day_of_the_year_is_official(code: str) -> None:
    rows = notice.read(TYPED.encode(code), 2027, "国办发〔2026〕1 号")
    kinds = {day: kind for day, kind, _, _ in rows}
    assert len(rows) == 365
    assert {row[2:] for row in rows} == {("official", "国办发〔2026〕1 号")}
    assert kinds[date(2027, 1, 1)] == "holiday"
    assert kinds[date(2027, 2, 7)] == "makeup"
    assert (kinds[date(2027, 1, 4)], kinds[date(2027, 1, 9)]) == ("work", "rest")
    assert list(kinds) == sorted(kinds)


def test_the_same_is_taken_in_english() -> None:
    english = "day,kind,words\n2027-01-01,holiday,New Year\n2027-02-07,makeup,\n2027-02-08,holiday,\n"
    assert notice.read(english.encode(), 2027, "通知") == notice.read(TYPED.encode(), 2027, "通知")


def test_days_just_beside_the_year_come_along() -> None:
    rows = notice.read((TYPED + "2026-12-31,放假,元旦\n").encode(), 2027, "通知")
    assert (rows[0][0], rows[0][1], len(rows)) == (date(2026, 12, 31), "holiday", 366)


def test_each_fault_is_named_with_its_line() -> None:
    assert faults("") == [Fault("empty", 0)]
    assert faults("日期,类型\n") == [Fault("empty", 0)]
    assert faults("date,kind\n2027-01-01,放假\n") == [Fault("header", 1, "date,kind")]
    assert faults(TYPED + "2027-02-30,放假\n2027-03-01,休\n2028-05-01,放假\n2027-01-01,放假\n2027-02-09,调休上班\n") == [
        Fault("date", 6, "2027-02-30"),
        Fault("kind", 7, "休"),
        Fault("year", 8, "2028-05-01"),
        Fault("twice", 9, "2027-01-01"),
        Fault("weekday_makeup", 10, "2027-02-09"),
    ]  # fmt: skip
