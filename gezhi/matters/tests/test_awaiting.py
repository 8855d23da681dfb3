"""The reporter's word is waited for, where somebody reported; nobody else presses past it without saying why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import queries
from gezhi.matters.models import Matter
from gezhi.matters.queries import MatterPage
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.notify import services as notify
from gezhi.notify.models import Message
from gezhi.promises.models import Promise

from .liuxi import INSIDE, World

CLUTTER = Report(text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], contact="13800000000")
SEEN = replace(CLUTTER, reporting="staff", channel="worker", contact="")
WAY = (("he", "accept"), ("lin", "finish_grid"), ("qiao", "pass"), ("qiao", "answer"))


def step(world: World, number: str, who: str, move: str, note: str = "看过了。") -> None:
    take_step(number, move, by=world.person(who), at=clock.now(), given=StepGiven(note=note))


def answered(world: World, report: Report = CLUTTER) -> str:
    number = open_matter(report, by=world.clerk()).number
    for who, move in WAY:
        step(world, number, who, move)
    return number


def page_of(world: World, who: str, number: str) -> MatterPage:
    page = queries.page(world.person(who), number)
    assert page is not None
    return page


def test_nobody_closes_past_the_reporter_without_a_word(world: World) -> None:
    number = answered(world)
    with pytest.raises(Refused, match="说明"):
        step(world, number, "he", "close_early", "")
    with pytest.raises(Refused, match="没有这个办法"):
        step(world, number, "he", "close")
    step(world, number, "he", "close_early", "电话回访，基本满意。")
    row = Matter.objects.get(number=number)
    assert (row.step, row.closing) == ("closed", "solved")
    assert page_of(world, "he", number).story[0].note == "电话回访，基本满意。"


def test_while_the_reporter_is_waited_for_the_page_leans_to_no_step(world: World) -> None:
    number = answered(world)
    page = page_of(world, "he", number)
    assert page.mine
    assert page.awaited is not None
    assert page.awaited.rule == "rating"
    assert {move.id for move in page.next_moves} == {"close_early"}
    assert page.part.rating  # and what he says on a call-back is recorded by its own form
    assert not any(move.likely for move in page.next_moves)


def test_what_was_said_on_a_call_back_sends_the_matter_back(world: World) -> None:
    number = answered(world)
    step(world, number, "he", "redo", "回访说纸箱又堆回来了。")
    assert Matter.objects.get(number=number).step == "gridwork"
    assert Promise.objects.get(name="rating").met_at is not None
    for who, move in WAY[1:]:
        step(world, number, who, move)
    with pytest.raises(Refused, match="最多用 1 次"):
        step(world, number, "he", "redo", "又堆回来了。")


@pytest.mark.parametrize(
    "changed", [{}, {"reporting": "anonymous", "contact": ""}], ids=["sealed", "anonymous"]
)
def test_who_reported_is_waited_for_named_or_not(world: World, changed: dict[str, str]) -> None:
    number = answered(world, replace(CLUTTER, **changed))  # type: ignore[arg-type]  # fields of text only
    assert Matter.objects.get(number=number).step == "answered"
    assert page_of(world, "he", number).awaited is not None


def test_where_nobody_reported_nobody_is_waited_for_and_nobody_is_told(world: World) -> None:
    number = answered(world, SEEN)
    row = Matter.objects.get(number=number)
    assert (row.step, row.closing, row.desk) == ("closed", "solved", "")
    assert not Promise.objects.filter(about=row.id, name="rating").exists()
    last = page_of(world, "he", number).story[0].facts
    assert (last["move"], last["from"]) == ("close", "answered")
    assert not [one for one in page_of(world, "he", number).story if one.facts.get("promise") == "rating"]
    while notify.hear(at=clock.now()):
        pass
    assert not Message.objects.filter(matter=row.id, to__startswith="reporter:").exists()


def test_only_who_is_waited_for_is_leaned_to_a_step(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    step(world, number, "he", "accept")
    likely = {
        who: [m.id for m in page_of(world, who, number).next_moves if m.likely]
        for who in ("lin", "he", "tang")
    }
    assert likely == {"lin": ["finish_grid"], "he": [], "tang": []}
    may = {move.id for move in page_of(world, "he", number).next_moves}
    assert "finish_grid" in may


def test_the_sentence_about_who_may_verify_says_what_counts(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    step(world, number, "he", "accept")
    step(world, number, "he", "finish_grid")
    told = {one.id: one.reason for one in page_of(world, "he", number).not_now}
    assert "（格内处置、部门处置才算经手）" in told["pass"]
    assert "受理、分派和答复不算经手" in told["pass"]
    step(world, number, "wu", "pass")
    step(world, number, "qiao", "answer")
    assert "close_early" not in {move.id for move in page_of(world, "he", number).next_moves}
    step(world, number, "wu", "close_early")
