"""The work calendar as officially published, day by day. The only module that asks `chinese_calendar`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar

SOURCE = "国务院办公厅放假通知 (chinesecalendar)"
WEEKDAY = "未公布,按周一至周五"


def days(first_year: int, last_year: int) -> Iterator[tuple[date, str, str, str]]:
    """Rows (day, kind, status, source) of whole years, both ends included.

    A year without a notice is provisional: Monday to Friday work.
    """
    day = date(first_year, 1, 1)
    while day.year <= last_year:
        yield day, *_kind(day)
        day += timedelta(days=1)


def _kind(day: date) -> tuple[str, str, str]:
    """A working weekend is a make-up day; a resting weekday, or a weekend day that bears a feast, a holiday."""
    weekend = day.weekday() > 4
    try:
        rests, feast = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return "rest" if weekend else "work", "provisional", WEEKDAY
    if rests:
        return ("holiday" if feast or not weekend else "rest"), "official", SOURCE
    return ("makeup" if weekend else "work"), "official", SOURCE
