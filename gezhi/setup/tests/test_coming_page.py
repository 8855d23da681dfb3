"""What will take effect: everything with a day to come, by whom and when, and taken back until that day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.matters.tests import liuxi
from gezhi.people import services
from gezhi.people.models import Shift, Term
from gezhi.places import queries as places
from gezhi.places.changes import Rename
from gezhi.places.services import adopt_plan, levels_of

from .corner import OTHER_NAME, TODAY, TOMORROW, Corner, hidden, reasons, sentence
from .corner import corner as corner
from .test_rota_pages import page_of, shift
from .test_staff_pages import plain, text

pytestmark = pytest.mark.django_db
LATER, DAY = TODAY + timedelta(days=10), timedelta(days=1)
HERE = "/setup/coming"


def appointed_later(corner: Corner) -> Term:
    said = {"do": "appoint", "seat": "post:grid_worker", "unit": OTHER_NAME, "from_on": LATER.isoformat()}
    corner.change(corner.page_of("lin"), **said)
    return corner.term("lin", "grid_worker")


def renamed_later(corner: Corner) -> None:
    change = Rename(unit=corner.world.units["grid"], name="桥东 一 格")
    model = corner.world.model
    adopt_plan([change], levels_of(model), on=LATER, by=HOUSE, at=liuxi.FRIDAY, title="改名")


def lines(corner: Corner) -> list[dict[str, str]]:
    """What each line with a button sends."""
    page = text(corner.lu, HERE)
    forms = re.findall(r'<form class="do".*?</form>', page, re.DOTALL)
    return [hidden(f"<main>{one}</main>") for one in forms]


def test_nothing_to_come_is_said(corner: Corner) -> None:
    page = plain(text(corner.lu, HERE))
    assert "没有定了日子还没生效的事" in page
    assert "就会列在这里" in page


def test_a_term_to_come_is_listed_with_who_registered_it_and_taken_back(corner: Corner) -> None:
    term = appointed_later(corner)
    page = plain(text(corner.lu, HERE))
    assert "11月30日（周一） 10 天以后" in page
    assert "林样本开始任望湖街道桥东社区桥东 02 格的网格员 陆样本 17:30登记" in page
    (line,) = lines(corner)
    ask = corner.ask(HERE, **line)
    assert sentence(ask) == (
        "撤回：11月30日（周一）起“林样本开始任望湖街道桥东社区桥东 02 格的网格员”当作没有定过。"
    )
    assert Term.objects.filter(id=term.id).exists()
    assert "已撤回" in plain(corner.confirm(HERE, ask)[1])
    assert not Term.objects.filter(id=term.id).exists()
    assert Entry.objects.get(what="term.undone", about=term.id).by == corner.who("lu")


def test_an_end_to_come_goes_back_to_what_stood_before(corner: Corner) -> None:
    term = corner.term("lin", "grid_worker")
    for on in (LATER, LATER + timedelta(days=20)):
        corner.change(corner.page_of("lin"), do="end", term=term.id.hex, end_last=(on - DAY).isoformat())
    assert "12月20日（周日） 30 天以后" in plain(text(corner.lu, HERE))
    ask = corner.ask(HERE, **lines(corner)[0])
    assert "作废，照旧到11月29日（周日）为止" in sentence(ask)
    corner.confirm(HERE, ask)
    assert corner.term("lin", "grid_worker").to_on == LATER


def test_the_first_end_goes_back_to_none(corner: Corner) -> None:
    term = corner.term("lin", "grid_worker")
    corner.change(corner.page_of("lin"), do="end", term=term.id.hex, end_last=(LATER - DAY).isoformat())
    ask = corner.ask(HERE, **lines(corner)[0])
    assert "照旧不定最后一天" in sentence(ask)
    corner.confirm(HERE, ask)
    assert corner.term("lin", "grid_worker").to_on is None


def test_an_end_that_came_with_the_appointment_has_nothing_to_go_back_to(corner: Corner) -> None:
    said = {"do": "appoint", "seat": "post:grid_worker", "unit": OTHER_NAME, "from_on": TODAY.isoformat()}
    corner.change(corner.page_of("lin"), **said, last=(LATER - DAY).isoformat())
    page = plain(text(corner.lu, HERE))
    assert "林样本不再任望湖街道桥东社区桥东 02 格的网格员 陆样本 17:30登记 任命时就定的" in page
    assert lines(corner) == []
    key = corner.term("lin", "grid_worker").id.hex
    answer = corner.lu.post(HERE, {"room": "end", "key": key})
    assert (answer.status_code, "没有以前的日子" in answer.content.decode()) == (422, True)


def test_a_plan_of_the_ground_is_listed_and_taken_back(corner: Corner) -> None:
    renamed_later(corner)
    page = plain(text(corner.lu, HERE))
    assert "地界调整“改名”：桥东 01 格改名为桥东 一 格。" in page
    ask = corner.ask(HERE, **lines(corner)[0])
    corner.confirm(HERE, ask)
    assert places.unit_of(corner.world.units["grid"], LATER).name == "桥东 01 格"  # type: ignore[union-attr]
    assert Entry.objects.filter(what="plan.undone").exists()
    assert lines(corner) == []


def test_a_shift_to_come_is_listed_and_taken_back(corner: Corner) -> None:
    corner.change(page_of(corner), **shift(corner, from_on=LATER.isoformat()))
    assert "值班：11月30日（周一）起，每个工作日 17:00–次日 08:00" in plain(text(corner.lu, HERE))
    corner.change(HERE, **lines(corner)[0])
    assert not Shift.objects.exists()


def test_an_edition_to_come_is_listed_and_taken_back(corner: Corner) -> None:
    from gezhi.matters import editions
    from gezhi.matters.services.editions import adopt
    from gezhi.rules.texts import holding_from

    new = holding_from(corner.world.model, LATER)
    adopt(new, by=HOUSE, at=liuxi.FRIDAY)
    assert "治理模型“南陵县全科网格”起用新的一版" in plain(text(corner.lu, HERE))
    ask = corner.ask(HERE, **lines(corner)[0])
    assert "照旧用现在的一版" in sentence(ask)
    corner.confirm(HERE, ask)
    assert editions.waiting(TODAY) is None


def test_they_stand_by_day_and_a_page_at_a_time(corner: Corner, monkeypatch: pytest.MonkeyPatch) -> None:
    from gezhi.setup.views import coming

    appointed_later(corner)
    renamed_later(corner)
    term = corner.term("song", "grid_worker")
    corner.change(corner.page_of("song"), do="end", term=term.id.hex, end_last=TODAY.isoformat())
    rooms = [line["room"] for line in lines(corner)]
    assert rooms == ["end", "begin", "plan"]
    monkeypatch.setattr(coming, "PAGE", 2)
    page = text(corner.lu, HERE)
    on = re.search(r'href="(\?after=[^"]+)" rel="next"', page)
    assert on
    assert "地界调整" not in plain(page).split("撤回")[1]
    second = text(corner.lu, HERE + on[1])
    assert re.findall(r'name="room" value="(\w+)"', second) == ["plan"]


def test_on_its_day_it_is_no_longer_taken_back(corner: Corner) -> None:
    appointed_later(corner)
    (line,) = lines(corner)
    ask = corner.ask(HERE, **line)
    with clock.fixed(liuxi.FRIDAY + timedelta(days=10)):
        status, page = corner.confirm(HERE, ask)
        assert status == 409
        assert "已经生效，或者别人刚刚撤回了" in " ".join(reasons(page))
        assert lines(corner) == []
    assert corner.term("lin", "grid_worker").from_on == LATER


def test_what_the_other_took_back_is_told(corner: Corner) -> None:
    appointed_later(corner)
    (line,) = lines(corner)
    mine = corner.ask(HERE, **line)
    corner.confirm(HERE, corner.ask(HERE, corner.bai, **line), corner.bai)
    assert corner.confirm(HERE, mine)[0] == 409


def test_an_end_that_the_other_moved_is_not_overwritten(corner: Corner) -> None:
    term = corner.term("lin", "grid_worker")
    corner.change(corner.page_of("lin"), do="end", term=term.id.hex, end_last=(LATER - DAY).isoformat())
    mine = corner.ask(HERE, **lines(corner)[0])
    there = corner.page_of("lin")
    moved = corner.ask(there, corner.bai, do="end", term=term.id.hex, end_last=TODAY.isoformat())
    corner.confirm(there, moved, corner.bai)
    assert corner.confirm(HERE, mine)[0] == 409
    assert corner.term("lin", "grid_worker").to_on == TOMORROW


def test_what_a_plan_moves_stands_with_the_plan(corner: Corner) -> None:
    from uuid import UUID

    plan = UUID(int=77)
    Term.objects.filter(account=corner.who("lin")).update(ended_by=plan, to_on=LATER)
    Term.objects.filter(account=corner.who("song")).update(begun_by=plan, from_on=LATER)
    assert "没有定了日子还没生效的事" in plain(text(corner.lu, HERE))
    assert "日子由地界调整方案定" in plain(text(corner.lu, corner.page_of("lin")))


def test_what_the_command_line_registered_is_named_so(corner: Corner) -> None:
    from gezhi.setup.gate import OPERATOR

    wanted = services.Appointment(
        account=corner.who("lin"), post="grid_worker", unit=corner.world.units["other"], from_on=LATER
    )
    services.appoint(wanted, corner.world.model, by=OPERATOR, at=liuxi.FRIDAY)
    assert "开张的人，或维护机器的人， 17:30登记" in plain(text(corner.lu, HERE))
