"""The duty rota on its pages: who is reached now and this week; a shift added, taken off, a date left empty."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.tests import liuxi
from gezhi.people.models import Shift

from .corner import GRID_NAME, TODAY, TOMORROW, Corner, beside, reasons, sentence
from .corner import corner as corner
from .test_staff_pages import plain, text

pytestmark = pytest.mark.django_db
SUNDAY = TODAY + timedelta(days=2)


def page_of(corner: Corner) -> str:
    """The rota of the grid worker in lin's grid."""
    return f"/setup/rota/{corner.world.units['grid']}/grid_worker"


def shift(corner: Corner, **said: str) -> dict[str, str]:
    """A form: lin each working day from 17:00 until the next morning, from today on; or as said."""
    return {
        "do": "put",
        "holder": corner.term("lin", "grid_worker").id.hex,
        "day": "7",
        "starts": "17:00",
        "ends": "08:00",
        "from_on": TODAY.isoformat(),
        **said,
    }


def refused(client: Client, path: str, field: str, said: dict[str, str]) -> str:
    before = Shift.objects.count()
    answer = client.post(path, said)
    assert answer.status_code == 422
    assert Shift.objects.count() == before
    page = answer.content.decode()
    return beside(page, field) if field else " ".join(reasons(page))


def test_a_rota_that_is_empty_says_how_to_begin(corner: Corner) -> None:
    page = plain(text(corner.lu, "/setup/rota"))
    assert "还没有排过班" in page
    assert "不签到，不打卡，不统计时长" in page
    answer = corner.lu.get("/setup/rota", {"seat": "post:grid_worker", "unit": GRID_NAME})
    assert answer.url == page_of(corner)
    wrong = corner.lu.get("/setup/rota", {"seat": "post:grid_worker", "unit": "桥西"})
    assert (wrong.status_code, "没有单位“桥西”" in wrong.content.decode()) == (422, True)
    assert "现在没有人值班" in plain(text(corner.lu, page_of(corner)))


def test_a_shift_each_working_day_is_asked_then_put(corner: Corner) -> None:
    there = page_of(corner)
    ask = corner.ask(there, **shift(corner))
    assert sentence(ask) == (
        "今天起，每个工作日 17:00–次日 08:00，望湖街道桥东社区桥东 01 格的网格员找林样本。"
    )
    assert not Shift.objects.exists()
    page = plain(corner.confirm(there, ask)[1])
    assert "现在找林样本" in page  # Friday 17:30
    assert "到 11月21日 08:00" in page
    assert "今天（周五） 工作日 17:00–次日 08:00 林样本" in page
    assert "11月21日（周六） 休息日 没有人值班" in page
    assert "现在：林样本" in plain(text(corner.lu, "/setup/rota"))
    entry = Entry.objects.get(what="shift.put")
    assert entry.by == corner.who("lu")


def test_a_single_date_has_its_own_shift(corner: Corner) -> None:
    there = page_of(corner)
    said = shift(corner, day="dates", from_on=SUNDAY.isoformat(), starts="9:00", ends="24:00")
    assert "那些天只按另排的班" in plain(corner.ask(there, **said))
    corner.change(there, **said)
    row = Shift.objects.get()
    assert (row.day, row.from_on, row.to_on) == (None, SUNDAY, SUNDAY + timedelta(days=1))
    page = plain(text(corner.lu, there))
    assert "11月22日（周日） 休息日 09:00–24:00 林样本 另排" in page


def test_dates_are_left_empty(corner: Corner) -> None:
    there = page_of(corner)
    corner.change(there, **shift(corner, day="0"))
    monday = TODAY + timedelta(days=3)
    assert "11月23日（周一） 工作日 17:00–次日 08:00 林样本" in plain(text(corner.lu, there))
    ask = corner.ask(there, do="empty", empty_from=monday.isoformat())
    assert "11月23日（周一），望湖街道桥东社区桥东 01 格的网格员没有人值班" in sentence(ask)
    corner.confirm(there, ask)
    assert "11月23日（周一） 工作日 没有人值班" in plain(text(corner.lu, there))


def test_a_shift_is_taken_off_on_a_day(corner: Corner) -> None:
    there = page_of(corner)
    corner.change(there, **shift(corner))
    row = Shift.objects.get()
    ask = corner.ask(there, do="end", shift=row.id.hex, end_last=TODAY.isoformat())
    assert (
        sentence(ask) == "这个班排到今天为止，11月21日（周六）起不再排：每个工作日 17:00–次日 08:00，林样本。"
    )
    corner.confirm(there, ask)
    row.refresh_from_db()
    assert row.to_on == TOMORROW
    with clock.fixed(liuxi.FRIDAY + timedelta(days=3)):
        assert "没有人值班" in plain(text(corner.lu, there))


def test_what_is_wrong_stands_beside_its_field(corner: Corner) -> None:
    there, lu = page_of(corner), corner.lu
    assert "18:00 这样" in refused(lu, there, "starts", shift(corner, starts="下班后"))
    assert "18:00 这样" in refused(lu, there, "ends", shift(corner, ends="25:00"))
    assert "请选周几" in refused(lu, there, "day", shift(corner, day="9"))
    assert "请选谁值班" in refused(lu, there, "holder", shift(corner, holder="0" * 32))
    assert "不能在今天以前" in refused(lu, there, "from_on", shift(corner, from_on="2026-11-01"))
    late = shift(corner, last=TODAY.isoformat(), from_on=TOMORROW.isoformat())
    assert "第一天以前" in refused(lu, there, "last", late)
    assert "请写哪一天" in refused(lu, there, "empty_from", {"do": "empty"})
    corner.change(there, **shift(corner))
    assert "已经排给此人" in refused(lu, there, "", shift(corner))
    song = corner.term("song", "grid_worker").id.hex
    assert "请选谁值班" in refused(lu, there, "holder", shift(corner, holder=song))  # of another grid


def test_the_second_of_two_is_told(corner: Corner) -> None:
    there = page_of(corner)
    mine = corner.ask(there, **shift(corner))
    theirs = corner.ask(there, corner.bai, **shift(corner, day="8"))
    assert corner.confirm(there, theirs, corner.bai)[0] == 200
    status, page = corner.confirm(there, mine)
    assert (status, Shift.objects.count()) == (409, 1)
    assert "别人改动了这里" in " ".join(reasons(page))


def test_who_is_away_is_reached_through_whoever_stands_in(corner: Corner) -> None:
    there = page_of(corner)
    corner.change(there, **shift(corner))
    days = {"stand_from": TODAY.isoformat(), "stand_last": SUNDAY.isoformat()}
    term = corner.term("lin", "grid_worker").id.hex
    corner.change(corner.page_of("song"), do="stand", stand_term=term, **days)
    assert "现在找宋样本（代理）" in plain(text(corner.lu, there))


def test_nearest_above_is_named_where_nobody_is_on_duty(corner: Corner) -> None:
    above = f"/setup/rota/{corner.world.units['town']}/town_desk"
    said = {**shift(corner), "holder": corner.term("tang", "town_desk").id.hex}
    corner.change(above, **said)
    assert "上面有人值班：汤样本（望湖街道的镇网格办）" in plain(text(corner.lu, page_of(corner)))


def test_a_department_has_its_rota(corner: Corner) -> None:
    there = f"/setup/rota/{corner.world.units['county']}/department:housing"
    said = {**shift(corner), "holder": corner.term("zhu", "department").id.hex}
    corner.change(there, **said)
    assert "现在找朱样本" in plain(text(corner.lu, there))


def test_unknown_rotas_are_not_found(corner: Corner) -> None:
    for path in (f"/setup/rota/{'0' * 8}-0000-0000-0000-{'0' * 12}/grid_worker", f"{page_of(corner)}x"):
        assert corner.lu.get(path).status_code == 404


def test_nothing_of_what_was_worked_is_asked_or_shown(corner: Corner) -> None:
    corner.change(page_of(corner), **shift(corner))
    page = text(corner.lu, page_of(corner))
    assert "签到" not in page
    assert not re.search(r"时长|共 ?\d+ ?小时|次数", page)
