"""What a form says the reporter will be told is, letter for letter, what he is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from gezhi.ledger import clock
from gezhi.matters import reporters_part, scenes
from gezhi.matters.extending import foreseen
from gezhi.matters.models import Matter
from gezhi.matters.services import extending, reporting_back
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_awaiting import CLUTTER, SEEN, WAY, step
from gezhi.notify import services as notify
from gezhi.notify.foretold import (
    CHOSEN,
    DAY,
    EACH,
    MANY,
    NOTE,
    Foretold,
    foretold,
    messages,
    of_extension,
    sketched,
)
from gezhi.notify.models import Message
from gezhi.promises.models import Promise
from gezhi.rules.workdays import Due

WAYS = (
    ((), "he", "refuse"),
    ((), "he", "drop"),
    ((), "he", "send_out"),
    (WAY[:1], "lin", "ask_grid"),
    (WAY[:1], "tang", "pause"),
    (WAY[:3], "qiao", "answer"),
    (WAY, "he", "close_early"),
)


def at(world: World, way: tuple[tuple[str, str], ...], report: Report = CLUTTER) -> Matter:
    number = open_matter(report, by=world.clerk()).number
    for who, move in way:
        step(world, number, who, move)
    return Matter.objects.get(number=number)


def told(matter: Matter) -> list[tuple[str, str, str]]:
    while notify.hear(at=clock.now()):
        pass
    rows = Message.objects.filter(matter=matter.id, to__startswith="reporter:").order_by("id")
    return [(one.telling, one.door, one.text) for one in rows]


def before(world: World, matter: Matter, who: str, move: str) -> list[Foretold]:
    scene = scenes.scene_of(matter, clock.now())
    taken = scene.flow.moves[move]
    return foretold(scene, taken, world.accounts[who], next(iter(taken.reasons), ""))


@pytest.mark.parametrize(("way", "who", "move"), WAYS, ids=str)
@pytest.mark.parametrize("note", ["已请物业搬走，楼道通了。", "是哪一台？", "第一句。\n第二句", "长" * 600])
def test_the_message_shown_is_the_message_sent(
    world: World, way: tuple[tuple[str, str], ...], who: str, move: str, note: str
) -> None:
    matter = at(world, way)
    earlier = told(matter)
    with translation.override("en"):
        shown = before(world, matter, who, move)
    said = [(one.telling, one.door, one.text(note)) for one in shown]
    reason = next(iter(scenes.scene_of(matter, clock.now()).flow.moves[move].reasons), "")
    given = StepGiven(note=note, reason=reason, receipt="GD-118" if move == "send_out" else "")
    take_step(matter.number, move, by=world.person(who), at=clock.now(), given=given)
    assert said
    assert told(matter)[len(earlier) :] == said


def test_where_nobody_reported_nobody_is_foretold(world: World) -> None:
    assert before(world, at(world, WAY[:3], SEEN), "qiao", "answer") == []


def test_a_step_that_tells_nobody_shows_nothing(world: World) -> None:
    assert before(world, at(world, ()), "he", "accept") == []


def test_short_messages_are_counted_as_they_are_paid_for() -> None:
    assert [messages("字" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]


def test_what_is_still_to_be_chosen_stands_open_and_then_as_it_is_sent(world: World) -> None:
    matter = at(world, ())
    scene = scenes.scene_of(matter, clock.now())
    (shown,) = foretold(scene, scene.flow.moves["send_out"], world.accounts["he"])
    assert (CHOSEN in shown.before, shown.open) == (True, True)
    (chosen,) = foretold(scene, scene.flow.moves["send_out"], world.accounts["he"], "hotline")
    assert chosen.before.replace("12345", CHOSEN) == shown.before
    assert not chosen.open


@pytest.mark.parametrize("other", [CLUTTER, SEEN], ids=["reported", "seen by staff"])
def test_a_merger_says_beforehand_how_many_people_reported(world: World, other: Report) -> None:
    into, matter = at(world, (), other), at(world, ())
    told(matter)
    scene = scenes.scene_of(matter, clock.now())
    merge = scene.flow.moves["merge"]
    (blank,) = foretold(scene, merge, world.accounts["he"])
    assert MANY in blank.before + blank.after
    (shown,) = foretold(scene, merge, world.accounts["he"], into=into.id)
    given = StepGiven(note="同一处。", into=into.number)
    take_step(matter.number, "merge", by=world.person("he"), at=clock.now(), given=given)
    people = 1 if other is SEEN else 2
    assert f"共 {people} 人反映" in shown.text("同一处。")
    assert told(matter)[-1] == (shown.telling, shown.door, shown.text("同一处。"))


def test_where_staff_saw_it_the_reporters_of_what_went_into_it_are_told_all_the_same(world: World) -> None:
    seen = at(world, (), SEEN)
    others = [at(world, ()) for _one in range(2)]
    for one in others:
        given = StepGiven(into=seen.number)
        take_step(one.number, "merge", by=world.person("he"), at=clock.now(), given=given)
    for who, move in WAY[:3]:
        step(world, seen.number, who, move)
    for one in others:
        told(one)
    seen.refresh_from_db()
    shown = before(world, seen, "qiao", "answer")
    step(world, seen.number, "qiao", "answer", "已搬走。")
    assert [(one.telling, others[0].number in one.text("已搬走。"), one.others) for one in shown] == [
        ("answered", True, 1),
        ("closed", True, 1),  # nobody reported what staff saw: no rating is waited for
    ]
    said = [(one.telling, one.door, one.text("已搬走。")) for one in shown]
    assert told(others[0])[-2:] == said


def test_the_reporter_is_told_neither_the_receipt_nor_why_it_was_recorded_later(world: World) -> None:
    matter = at(world, ())
    told(matter)
    with clock.fixed(clock.now() + timedelta(hours=3)):
        given = StepGiven(
            note="不归本区管。", reason="hotline", receipt="GD-118", late_reason="当时没有网络。"
        )
        earlier = clock.now() - timedelta(hours=2)
        take_step(matter.number, "send_out", by=world.person("he"), at=earlier, given=given)
        (_telling, _door, text) = told(matter)[-1]
    assert text == f"编号{matter.number}已转有权单位办理，转到：12345，不归本区管"


def test_a_longer_promise_is_foretold_with_its_day(world: World) -> None:
    matter = at(world, WAY[:1])
    told(matter)
    promise = Promise.objects.get(about=matter.id, name="finish")
    scene = scenes.scene_of(matter, clock.now())
    (blank,) = of_extension(scene, "finish", None)
    assert DAY in blank.before
    due = foreseen(scene, Due.from_json(promise.why), "2工作日", at=clock.now())
    (shown,) = of_extension(scene, "finish", due)
    extending.grant(matter.number, promise.id, "等管件。", by=world.person("tang"), amount=2)
    assert told(matter)[-1] == (shown.telling, shown.door, shown.text("等管件。"))


def test_what_a_recorded_word_of_the_reporter_tells_is_foretold(world: World) -> None:
    matter = at(world, WAY)
    told(matter)
    scene = scenes.scene_of(matter, clock.now())
    taken = reporters_part.way(scene, "content")
    assert taken is not None
    (shown,) = foretold(scene, taken, world.accounts["he"])
    word = reporting_back.Word("phone", "都好。")
    reporting_back.record_rating(matter.number, "content", word, by=world.person("he"))
    assert told(matter)[-1] == (shown.telling, shown.door, shown.text("都好。"))


def test_what_several_are_told_differs_only_in_what_is_each_ones_own(world: World) -> None:
    matter = at(world, ())
    scene = scenes.scene_of(matter, clock.now())
    (text,) = sketched(scene.model, scene.flow, scene.flow.moves["refuse"], matter.step)
    (shown,) = before(world, matter, "he", "refuse")
    assert text.replace(EACH, matter.number).replace(NOTE, "不归本区管") == shown.text("不归本区管。")


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("请问是哪一台？", "请问是哪一台？补充请到"),
        ("请写明楼层。", "请写明楼层。补充请到"),
        ("请写明", "请写明。补充请到"),
    ],
)
def test_what_is_quoted_ends_with_one_sign(world: World, note: str, said: str) -> None:
    matter = at(world, WAY[:1])
    told(matter)
    (shown,) = before(world, matter, "lin", "ask_grid")
    take_step(matter.number, "ask_grid", by=world.person("lin"), at=clock.now(), given=StepGiven(note=note))
    (_telling, _door, text) = told(matter)[-1]
    assert said in text
    assert shown.text(note) == text
