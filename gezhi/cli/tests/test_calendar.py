"""`gezhi calendar` shows a year, takes a notice whole or not at all, and changes single days with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from .conftest import Command, Homes

NEXT = date.today().year + 1  # noqa: DTZ011  # the machine's own year: a live home learns the calendar around it


@pytest.fixture
def live(gezhi: Command, homes: Homes) -> Path:
    return homes.copy(gezhi.folder / "home")


def monday(year: int) -> date:
    return date(year, 3, 1) + timedelta(days=-date(year, 3, 1).weekday() % 7)


@pytest.mark.slow
def test_a_notice_is_taken_whole_or_not_at_all(gezhi: Command, live: Path) -> None:
    day = monday(NEXT)
    before = gezhi.json("calendar", "show", str(NEXT), "--home", live)
    paper = gezhi.folder / "notice.csv"
    words = ("calendar", "import", paper, "--year", str(NEXT), "--source", "国办发明电 1 号", "--home", live)

    paper.write_text(f"日期,类型\n{day},放假\n{day},放假\n{NEXT}-02-30,放假\n", encoding="gb18030")
    told = gezhi(*words, code=1).stderr
    assert "第 3 行" in told
    assert f"{NEXT}-02-30" in told
    assert "日历没有变" in told
    assert gezhi.json("calendar", "show", str(NEXT), "--home", live) == before

    paper.write_text(
        f"日期,类型,说明\n{day},放假,试\n{day + timedelta(days=5)},调休上班,试\n", encoding="utf-8-sig"
    )
    assert gezhi.json(*words)["days"] >= 2
    now = {row["day"]: row for row in gezhi.json("calendar", "show", str(NEXT), "--home", live)}
    assert len(now) >= 365
    assert {row["status"] for row in now.values()} == {"official"}
    assert now[day.isoformat()]["kind"] == "holiday"
    assert now[(day + timedelta(days=5)).isoformat()]["kind"] == "makeup"
    assert now[day.isoformat()]["source"] == "国办发明电 1 号"
    assert gezhi.json(*words) == {"days": 0, "looked": 0, "moved": 0}


@pytest.mark.slow
def test_a_storm_takes_a_day_out_and_yesterday_stays(gezhi: Command, live: Path) -> None:
    day = monday(NEXT)
    rest = ("calendar", "rest", "--reason", "台风停工", "--home", live)
    assert gezhi.json(*rest, day.isoformat())["days"] == 1
    shown = gezhi("calendar", "show", str(NEXT), "--home", live).stdout
    assert "3 月" in shown
    assert (
        "缘由" in gezhi("calendar", "rest", "--reason", " ", day.isoformat(), "--home", live, code=1).stderr
    )
    assert "已经过去" in gezhi(*rest, f"{NEXT - 1}-01-05", code=1).stderr
    assert "还没有日历" in gezhi("calendar", "show", "2099", "--home", live, code=1).stderr
