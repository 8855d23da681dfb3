"""The outbox: heard once, told at least once, given up only in sight of everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.models import Instance, Unheard
from gezhi.matters.models import Matter, Text
from gezhi.matters.services.handling import StepGiven, erase_text, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import COUNTY, GRID, INSIDE, World
from gezhi.notify import queries, services
from gezhi.notify.models import Message

CLUTTER = Report(text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], contact="13800000000")


def handed_in(world: World) -> Matter:
    opened = open_matter(CLUTTER, by=world.clerk())
    return Matter.objects.get(number=opened.number)


def hear_all() -> int:
    heard = 0
    while more := services.hear(at=clock.now()):
        heard += more
    return heard


def test_an_entry_is_heard_once_and_told_once_however_often_it_is_marked(world: World) -> None:
    matter = handed_in(world)
    entry = Unheard.objects.order_by("-entry").values_list("entry", flat=True)[0]
    hear_all()
    told = Message.objects.filter(matter=matter.id).count()
    Unheard.objects.create(entry=entry)
    hear_all()
    assert told == Message.objects.filter(matter=matter.id).count() == 1
    assert not Unheard.objects.exists()


def test_a_message_names_the_reporter_by_a_word_that_names_nobody(world: World) -> None:
    matter = handed_in(world)
    hear_all()
    (message,) = queries.about(matter.id)
    assert message.to_reporter
    assert message.to == f"reporter:{matter.reporter.hex}" if matter.reporter else ""
    assert matter.number in message.text


def test_desks_are_told_when_a_promise_runs_out(world: World) -> None:
    matter = handed_in(world)
    take_step(matter.number, "accept", by=world.person("he"), at=clock.now())
    later = matter.recorded_at + timedelta(days=20)
    with clock.fixed(later):
        while keep_promises(at=later):
            pass
        hear_all()
    assert [t.telling for t in Message.objects.filter(to=f"centre@{COUNTY}").order_by("id")] == ["late"]
    assert queries.at_desks([f"grid_worker@{GRID}"]) == []  # warned and missed at once: the miss is told


def test_outside_a_live_instance_nothing_leaves_and_everything_is_in_the_drawer(world: World) -> None:
    handed_in(world)
    hear_all()
    services.send(at=clock.now())
    assert [t.state for t in queries.drawer(to_reporter=True)] == ["sent"]


def test_a_live_instance_without_a_gateway_asks_for_a_hand(world: World) -> None:
    matter = handed_in(world)
    hear_all()
    Instance.objects.update(kind="live")
    instance.forget()
    services.send(at=clock.now())
    (card,) = queries.waiting_by_hand([matter.id])
    services.pass_on(card.id, by=world.clerk(), at=clock.now())
    assert queries.waiting_by_hand([matter.id]) == []
    with pytest.raises(Refused, match="已经告知"):
        services.pass_on(card.id, by=world.clerk(), at=clock.now())
    instance.forget()


def test_a_door_that_fails_is_tried_again_later_and_given_up_in_sight(world: World) -> None:
    handed_in(world)
    hear_all()
    shut: dict[str, services.Door] = {"sms": lambda message: False}
    at = clock.now()
    assert services.send(at=at, through=shut) == 1
    assert services.send(at=at, through=shut) == 0
    for _ in range(services.TRIES):
        at += timedelta(hours=7)
        services.send(at=at, through=shut)
    row = Message.objects.get()
    assert (row.state, row.tries) == ("dead", services.TRIES)


def test_erasing_a_text_empties_what_was_told_of_it(world: World) -> None:
    matter = handed_in(world)
    take_step(
        matter.number, "refuse", by=world.person("he"), at=clock.now(), given=StepGiven(note="不属网格事项。")
    )
    hear_all()
    assert any("不属网格" in t.text for t in queries.about(matter.id))
    he = world.person("he")
    text = Text.objects.get(kind="note").id
    erase_text(text, "request", by=he, seat=he.terms[0], at=clock.now())
    hear_all()
    assert {t.text for t in queries.about(matter.id)} == {""}
