"""What a form says the reporter will be told is, letter for letter, what he is told."""

from __future__ import annotations

import pytest
from django.utils import translation

from gezhi.ledger import clock
from gezhi.matters import scenes
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_awaiting import CLUTTER, SEEN, WAY, step
from gezhi.notify import services as notify
from gezhi.notify.foretold import Foretold, foretold, messages
from gezhi.notify.models import Message

WAYS = (
    ((), "he", "refuse"),
    ((), "he", "drop"),
    (WAY[:1], "lin", "ask_grid"),
    (WAY[:1], "tang", "pause"),
    (WAY[:3], "qiao", "answer"),
    (WAY, "he", "close_early"),
)


def at(world: World, way: tuple[tuple[str, str], ...], report: object = CLUTTER) -> Matter:
    number = open_matter(report, by=world.clerk()).number  # type: ignore[arg-type]  # a report
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
@pytest.mark.parametrize("note", ["已请物业搬走，楼道通了。", "第一句。\n第二句", "长" * 600])
def test_the_message_shown_is_the_message_sent(
    world: World, way: tuple[tuple[str, str], ...], who: str, move: str, note: str
) -> None:
    matter = at(world, way)
    earlier = told(matter)
    with translation.override("en"):
        shown = before(world, matter, who, move)
    said = [(one.telling, one.door, one.text(note)) for one in shown]
    reason = next(iter(scenes.scene_of(matter, clock.now()).flow.moves[move].reasons), "")
    given = StepGiven(note=note, reason=reason)
    take_step(matter.number, move, by=world.person(who), at=clock.now(), given=given)
    assert said
    assert told(matter)[len(earlier) :] == said


def test_where_nobody_reported_nobody_is_foretold(world: World) -> None:
    assert before(world, at(world, WAY[:3], SEEN), "qiao", "answer") == []


def test_a_step_that_tells_nobody_shows_nothing(world: World) -> None:
    assert before(world, at(world, ()), "he", "accept") == []


def test_short_messages_are_counted_as_they_are_paid_for() -> None:
    assert [messages("字" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]
