"""What a clerk records of the reporter: a rating, or that an end was none; marked so, by nobody who handled it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.services import seal
from gezhi.matters.happenings import told_once
from gezhi.matters.models import Matter, Text
from gezhi.matters.proof import proof
from gezhi.matters.services import reporting_back
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reporting_back import Word
from gezhi.promises.models import Promise
from gezhi.rules import load, reporters

from .liuxi import FRIDAY, INSIDE, World
from .test_awaiting import CLUTTER, SEEN, WAY, answered, page_of, step

CALLED = Word("phone", "说清爽了。")


def rate(world: World, number: str, rating: str, who: str = "he", word: Word = CALLED) -> Matter:
    reporting_back.record_rating(number, rating, word, by=world.person(who))
    return Matter.objects.get(number=number)


def facts(number: str, what: str) -> list[dict[str, Any]]:
    return [e.facts for e in ledger.story(Matter.objects.get(number=number).id) if e.what == what]


@pytest.mark.parametrize("rating", ["content", "fair"])
def test_a_content_reporter_ends_it_by_his_own_move_and_the_book_says_who_wrote_it_down(
    world: World, rating: str
) -> None:
    number = answered(world)
    row = rate(world, number, rating)
    assert (row.step, row.closing) == ("closed", "solved")
    (said,) = facts(number, "matter.rated")
    assert {k: said[k] for k in ("rating", "how", "recorded")} == {
        "rating": rating, "how": "phone", "recorded": True,
    }  # fmt: skip
    last = facts(number, "matter.stepped")[-1]
    assert (last["move"], last["for"]) == ("content", "reporter")
    assert Promise.objects.get(name="rating").met_at is not None
    top = page_of(world, "he", number).story
    assert [one.verb for one in top[:2]] == [
        "评价满意",
        {"content": "评价：满意", "fair": "评价：基本满意"}[rating],
    ]
    assert "电话里说的，代记。" in top[1].note
    once = told_once(top)
    assert len(once) == len(top) - 1
    assert (once[0].verb, once[0].entry, once[0].hop) == (top[1].verb, top[0].entry, top[0].hop)
    assert once[0].note.split("\n") == ["说清爽了。", "电话里说的，代记。"]
    seal(at=clock.now())
    assert proof().whole


def test_a_discontent_one_sends_it_back_once_and_after_that_is_written_down(world: World) -> None:
    number = answered(world)
    with pytest.raises(Refused, match="为什么不满意"):
        rate(world, number, "discontent", word=Word("visit"))
    assert rate(world, number, "discontent", word=Word("visit", "纸箱又堆回来了。")).step == "gridwork"
    assert Text.objects.filter(kind="note", body="纸箱又堆回来了。").count() == 1
    for who, move in WAY[1:]:
        step(world, number, who, move)
    row = rate(world, number, "discontent", word=Word("phone", "又堆回来了。"))
    assert (row.step, row.ended_at) == ("answered", None)
    assert [one["rating"] for one in facts(number, "matter.rated")] == ["discontent", "discontent"]
    story = page_of(world, "he", number).story
    assert "又堆回来了。" in story[0].note
    verbs = [one.verb for one in told_once(story)]
    assert verbs.count("评价：不满意") == 2, "one that led back, one that moved nothing"
    assert "评价不满意" not in verbs


def test_who_was_not_reached_moves_nothing_and_the_clock_closes_as_before(world: World) -> None:
    number = answered(world)
    due = Promise.objects.get(name="rating").due_at
    for times in (1, 2):
        row = rate(
            world, number, "unreached", word=Word("phone", seen=Matter.objects.get(number=number).moved)
        )
        assert (row.step, row.ended_at) == ("answered", None)
        assert len(facts(number, "matter.rated")) == times
    assert Promise.objects.get(name="rating").due_at == due
    with clock.fixed(due + timedelta(seconds=1)):
        while keep_promises(at=clock.now()):
            pass
        seal(at=clock.now())
    assert Matter.objects.get(number=number).closing == "solved"
    assert proof().whole, proof().faults


def test_a_second_press_of_the_same_page_records_nothing(world: World) -> None:
    for rating in ("unreached", "content"):
        number = answered(world)
        seen = Matter.objects.get(number=number).moved
        rate(world, number, rating, word=Word("phone", seen=seen))
        with pytest.raises(Refused) as refused:
            rate(world, number, rating, word=Word("phone", seen=seen))
        assert refused.value.code == "moved_meanwhile"
        assert len(facts(number, "matter.rated")) == 1


def test_nobody_who_handled_it_nor_his_desk_writes_the_rating(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    for who, move in (("he", "accept"), ("he", "finish_grid"), ("qiao", "pass"), ("qiao", "answer")):
        step(world, number, who, move)
    assert Matter.objects.get(number=number).handler == world.accounts["he"]
    for who in ("he", "wu"):  # wu sits at the same desk
        with pytest.raises(Refused, match="没有经手的人来记"):
            rate(world, number, "content", who)
        assert not page_of(world, who, number).part.rating
    assert rate(world, number, "content", "qiao").closing == "solved"


def test_who_has_no_part_in_answering_or_closing_is_told_who_has(world: World) -> None:
    number = answered(world)
    with pytest.raises(Refused, match="我的岗位没有这项职责"):
        rate(world, number, "content", "lin")
    with pytest.raises(NotFound):
        rate(world, number, "content", "song")
    with pytest.raises(Refused, match="请选报告人怎么说"):
        rate(world, number, "delighted")
    with pytest.raises(Refused, match="怎么来的"):
        rate(world, number, "content", word=Word("gossip"))


def test_what_staff_saw_themselves_has_no_rating_and_is_not_reopened(world: World) -> None:
    number = answered(world, SEEN)
    for act in (
        lambda: rate(world, number, "content"),
        lambda: reporting_back.reopen(number, CALLED, by=world.person("he")),
    ):
        with pytest.raises(Refused, match="工作人员自己看到的"):
            act()


def test_a_rating_is_asked_where_the_reporters_word_ends_the_matter_and_nowhere_else(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    for who, move in WAY[:3]:
        with pytest.raises(Refused, match="「已答复」才请报告人评价"):
            rate(world, number, "content")
        step(world, number, who, move)


def test_a_program_that_takes_the_way_back_as_a_step_records_the_rating_too(world: World) -> None:
    number = answered(world)
    take_step(number, "redo", by=world.person("he"), at=None, given=StepGiven(note="又堆回来了。"))
    (said,) = facts(number, "matter.rated")
    assert (said["rating"], said["recorded"]) == ("discontent", True)
    assert facts(number, "matter.stepped")[-2]["for"] == "reporter"


def closed(world: World) -> str:
    number = answered(world)
    rate(world, number, "content")
    return number


def test_an_end_is_opened_again_within_its_window_and_its_clocks_begin_anew(world: World) -> None:
    number = closed(world)
    before = Promise.objects.filter(name="finish").count()
    with clock.fixed(FRIDAY + timedelta(days=30)):
        page = page_of(world, "he", number)
        assert page.part.reopening
        with pytest.raises(Refused, match="哪里没有办好"):
            reporting_back.reopen(number, Word("phone"), by=world.person("he"))
        reporting_back.reopen(number, Word("visit", "三天就坏了。", page.matter.moved), by=world.person("he"))
        row = Matter.objects.get(number=number)
        assert (row.step, row.closing, row.ended_at, row.ended_recorded_at) == ("gridwork", "", None, None)
        assert row.desk.startswith("grid_worker@")
        assert Promise.objects.filter(name="finish").count() == before + 1
        assert row.next_due_at > clock.now()
        (said,) = facts(number, "matter.reopened")
        assert (said["from"], said["step"], said["for"], said["how"]) == (
            "closed",
            "accepted",
            "reporter",
            "visit",
        )
        with pytest.raises(Refused, match="还没有了结"):
            reporting_back.reopen(number, CALLED, by=world.person("he"))
        assert "重新打开" in [one.verb for one in page_of(world, "he", number).story]
        for who, move in WAY[1:]:
            step(world, number, who, move)
        assert rate(world, number, "content").closing == "solved"
        seal(at=clock.now())
        assert proof().whole


def test_the_window_is_over_at_the_end_of_its_last_day_for_page_and_service_alike(world: World) -> None:
    number = closed(world)
    until = page_of(world, "he", number).part.until
    assert until is not None
    assert f"{until.astimezone(FRIDAY.tzinfo):%Y-%m-%d %H:%M}" == "2026-12-20 16:00"  # midnight there
    with clock.fixed(until):
        assert page_of(world, "he", number).part.reopening
    with clock.fixed(until + timedelta(microseconds=1)):
        assert not page_of(world, "he", number).part.reopening
        with pytest.raises(Refused, match="2026-12-20 24:00，已经过了"):
            reporting_back.reopen(number, CALLED, by=world.person("he"))


@pytest.mark.parametrize(
    ("move", "told"), [("refuse", "没有受理，或经核实无效"), ("drop", "没有受理，或经核实无效")]
)
def test_what_was_not_taken_up_is_not_opened_again_and_the_sentence_says_what_to_do(
    world: World, move: str, told: str
) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    step(world, number, "he", move)
    with pytest.raises(Refused, match=told) as refused:
        reporting_back.reopen(number, CALLED, by=world.person("wu"))
    assert "重新登记一件" in refused.value.reason


def test_who_handled_it_does_not_open_it_again(world: World) -> None:
    number = closed(world)
    with pytest.raises(Refused, match="我的岗位没有这项职责"):
        reporting_back.reopen(number, CALLED, by=world.person("lin"))
    assert reporting_back.reopen(number, CALLED, by=world.person("qiao")).step == "gridwork"


@pytest.mark.parametrize("name", ["nanling", "jianghai", "guanlan", "guangming", "guangming-2023"])
def test_in_every_model_a_rating_has_both_ways_and_a_reopened_matter_a_step(name: str) -> None:
    model = load.named(name)
    for flow in model.flows.values():
        if flow.subject != "matter":
            continue
        asked = [ways for s in flow.steps if (ways := reporters.rated_at(flow, s)) is not None]
        assert all(ways.back is not None for ways in asked), flow.id
        assert not flow.steps[reporters.opens_again_at(flow)].ends


def test_an_anonymous_reporter_has_a_rating_too(world: World) -> None:
    number = answered(world, replace(CLUTTER, reporting="anonymous", contact="", lon=INSIDE[0]))
    assert rate(world, number, "fair").closing == "solved"
