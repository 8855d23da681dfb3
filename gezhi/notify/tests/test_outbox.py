"""The outbox: heard once, told at least once, given up only in sight of everybody."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from gezhi.errors import Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry, Instance, Unheard
from gezhi.ledger.services import record
from gezhi.matters import desks, events, scenes
from gezhi.matters.models import Matter, Text
from gezhi.matters.services.handling import StepGiven, erase_text, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import COUNTY, GRID, INSIDE, World
from gezhi.notify import queries, services
from gezhi.notify.models import Message, Untold
from gezhi.ui import words

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
    assert [t.telling for t in Message.objects.filter(to=f"centre@{COUNTY}").order_by("id")] == [
        "late",
        "silent",
    ]
    assert queries.at_desks([f"grid_worker@{GRID}"]) == []  # warned and missed at once: the miss is told


def test_whoever_has_the_matter_is_named_where_a_promise_ran_out(world: World) -> None:
    """To accept in time is the centre's duty: the department to which the item leads is late with nothing."""
    matter = handed_in(world)
    Matter.objects.update(department="housing")
    for promise in ("triage", "finish"):
        record(
            events.PROMISE_MISSED, matter.id, by=HOUSE, at=clock.now(), flow="main", promise=promise, due=0
        )
    hear_all()
    scene = scenes.scene_of(matter, clock.now())
    assert scene is not None
    for message in Message.objects.filter(telling="late"):
        assert f" {desks.desk_words(matter.desk, scene)}「" in message.text
        assert "住建" not in message.text
    assert Message.objects.filter(telling="late").count() == 2


@pytest.mark.parametrize("desk", ["", f"centre@{COUNTY}9999"])
def test_a_warning_goes_to_all_who_hold_the_duty_where_none_of_them_has_the_matter(
    world: World, desk: str
) -> None:
    matter = handed_in(world)
    take_step(matter.number, "accept", by=world.person("he"), at=clock.now())
    facts = {"flow": "main", "promise": "quiet", "due": 0}
    record(events.PROMISE_WARNED, matter.id, by=HOUSE, at=clock.now(), **facts)
    hear_all()
    warned = Message.objects.filter(telling="quiet_soon").values_list("to", flat=True)
    assert list(warned) == [f"grid_worker@{GRID}"]
    Matter.objects.update(desk=desk)
    record(events.PROMISE_WARNED, matter.id, by=HOUSE, at=clock.now(), **facts)
    hear_all()
    everybody = {*warned.all()} - {""}
    assert {to.split("@")[0] for to in everybody} >= {"grid_worker", "cadre", "town_desk", "centre"}
    assert desk not in everybody


def test_a_lapse_is_told_as_the_language_of_models_says_it(world: World) -> None:
    """The language knows `missed` only; what it lets follow on a wait that ran out is told all the same."""
    matter = handed_in(world)
    for what in (events.PROMISE_LAPSED, events.PROMISE_MISSED):
        record(what, matter.id, by=HOUSE, at=clock.now(), flow="main", promise="finish", due=0)
    hear_all()
    late = Message.objects.filter(telling="late")
    assert [message.to for message in late] == [f"centre@{COUNTY}"] * 2


@pytest.mark.parametrize(("hour", "said"), [(0, "11-30 24:00"), (9, "12-01 09:00")])
def test_a_due_midnight_is_told_as_the_pages_say_it(world: World, hour: int, said: str) -> None:
    """Midnight ends the day before, in a notice as on the page: one instant is no two days."""
    matter = handed_in(world)
    due = datetime(2026, 12, 1, hour, tzinfo=timezone.get_default_timezone())
    stamp = int(due.timestamp()) * 1_000_000
    at = clock.now()
    record(events.PROMISE_WARNED, matter.id, by=HOUSE, at=at, flow="main", promise="triage", due=stamp)
    hear_all()
    assert f" {said} 前受理" in Message.objects.get(telling="triage_soon").text
    assert words.due(due, at).endswith(said[-5:])


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


def broken(world: World, many: int) -> list[Matter]:
    """Matters whose model nobody can read any more, so that nothing can be said of them."""
    found = [handed_in(world) for _n in range(many)]
    Matter.objects.filter(id__in=[m.id for m in found]).update(model="no such version")
    return found


def mended() -> None:
    Matter.objects.update(model=Matter.objects.exclude(model="no such version").values("model")[:1])


def told_by_matter() -> Counter[object]:
    return Counter(Message.objects.values_list("matter", flat=True))


def test_an_entry_that_cannot_be_told_stops_none_behind_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    (bad,), good = broken(world, 1), [handed_in(world) for _n in range(3)]
    with caplog.at_level(logging.ERROR):
        hear_all()
    assert told_by_matter() == {m.id: 1 for m in good}
    assert not Unheard.objects.exists()
    aside = Untold.objects.get()
    assert Entry.objects.get(id=aside.entry).about == bad.id
    assert (aside.tries, aside.fault) == (1, "DoesNotExist")
    assert str(aside.entry) in caplog.text


def test_more_broken_entries_than_a_batch_holds_stop_none_behind_them(world: World) -> None:
    broken(world, 7)
    good = handed_in(world)
    while services.hear(at=clock.now(), most=3):
        pass
    assert told_by_matter() == {good.id: 1}
    assert Untold.objects.count() == 7


def test_what_could_not_be_told_is_tried_again_and_told_once(world: World) -> None:
    (bad,) = broken(world, 1)
    handed_in(world)
    hear_all()
    with clock.fixed(clock.now()) as standing:
        tries = []
        for _time in range(40):
            standing.tick(30)
            hear_all()
            tries.append(Untold.objects.get().tries)
        assert tries == [2] * 4 + [3] * 16 + [4] * 20  # after 30 s, 2 min more, 8 min more
        mended()
        standing.tick(6 * 3600)
        hear_all()
        hear_all()
    assert not Untold.objects.exists()
    assert told_by_matter()[bad.id] == 1


def test_an_entry_that_was_told_before_it_was_set_aside_is_not_told_twice(world: World) -> None:
    matter = handed_in(world)
    entry = Unheard.objects.order_by("-entry").values_list("entry", flat=True)[0]
    hear_all()
    Untold.objects.create(entry=entry, try_at=clock.now(), fault="")
    hear_all()
    assert told_by_matter() == {matter.id: 1}
    assert not Untold.objects.exists()


def test_half_an_entry_is_never_told(world: World) -> None:
    """An entry of which one part cannot be written leaves nothing of itself in the transaction that failed."""
    matter = handed_in(world)
    hear_all()
    text = Text.objects.get(matter=matter.id)
    record(events.TEXT_ERASED, text.id, by=HOUSE, at=clock.now(), basis="request", matter="no-id")
    good = handed_in(world)
    hear_all()
    assert told_by_matter() == {matter.id: 1, good.id: 1}
    assert Untold.objects.get().fault == "ValueError"


def test_a_database_that_is_gone_sets_nothing_aside(world: World) -> None:
    handed_in(world)

    def gone(execute: object, sql: str, *_rest: object) -> object:
        if "ledger_entry" in sql:
            raise OperationalError("the server closed the connection")
        return execute(sql, *_rest)  # type: ignore[operator]  # as Django calls it

    with pytest.raises(OperationalError), connection.execute_wrapper(gone):
        services.hear(at=clock.now())
    assert Unheard.objects.exists()
    assert not Untold.objects.exists()
    hear_all()
    assert Message.objects.count() == 1


def test_a_door_that_breaks_stops_no_message_behind_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = [handed_in(world).id for _n in range(3)]
    hear_all()

    def breaks(message: Message) -> bool:
        if message.matter == numbers[0]:
            raise ConnectionResetError("gone")
        return True

    at = clock.now()
    assert services.send(at=at, through={"sms": breaks}) == 3
    assert dict(Message.objects.values_list("matter", "state")) == {
        numbers[0]: "waiting",
        numbers[1]: "sent",
        numbers[2]: "sent",
    }
    assert "ConnectionResetError" in caplog.text
    assert services.send(at=at + timedelta(hours=1), through={"sms": lambda _message: True}) == 1
    assert not Message.objects.exclude(state="sent").exists()
