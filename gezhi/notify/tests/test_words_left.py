"""A word that is left is told, and never what it says; who asks to be called is a card for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.matters import queries as matters
from gezhi.matters import scenes
from gezhi.matters.models import Matter
from gezhi.matters.relays import CALL_BACK
from gezhi.matters.services import relaying
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.relaying import RelayGiven
from gezhi.matters.tests.liuxi import GRID, World
from gezhi.matters.tests.test_awaiting import CLUTTER
from gezhi.notify import budget, by_hand, foretold, services, tellings
from gezhi.notify.models import Message
from gezhi.vault import queries as vault
from gezhi.vault.services import openings, sealing

SECRET = "明天上午九点去三栋看。"
REPORT = replace(CLUTTER, contact="13800000000")


def hear(at: datetime | None = None) -> None:
    while services.hear(at=at or clock.now()):
        pass


def opened(world: World, contact: str = "13800000000") -> Matter:
    number = open_matter(replace(REPORT, contact=contact), by=world.clerk()).number
    hear()
    return Matter.objects.get(number=number)


def leave(world: World, matter: Matter, words: str = SECRET, *, at: datetime | None = None) -> None:
    page = matters.page(world.person("he"), matter.number)
    assert page is not None
    relaying.leave(page.scene, RelayGiven(uuid4(), words), by=world.person("he"), at=at or clock.now())


def told(matter: Matter) -> list[Message]:
    return list(Message.objects.filter(matter=matter.id, telling="word_left").order_by("id"))


def test_that_a_word_is_there_is_told_and_not_what_it_says(world: World) -> None:
    matter = opened(world)
    scene = scenes.scene_of(matter, clock.now())
    assert scene is not None
    (shown,) = foretold.of_word(scene)
    leave(world, matter)
    hear()
    (one,) = told(matter)
    assert (one.door, one.to) == ("sms", f"reporter:{matter.reporter.hex}" if matter.reporter else "")
    assert one.text == shown.text("") == f"编号{matter.number}：办理的人给您留了话，请到{tellings.link()}看。"
    assert SECRET not in one.text + one.words
    assert one.budgeted


def test_it_counts_among_the_few_of_a_day(world: World) -> None:
    matter = opened(world)
    leave(world, matter)
    hear()
    Message.objects.filter(matter=matter.id).update(tries=1)
    (one,) = told(matter)
    for _time in range(3):
        Message.objects.create(
            id=uuid4(), key=uuid4().hex, matter=matter.id, telling="paused", to=one.to, door="sms", text="",
            budgeted=True, state="sent", made_at=clock.now(), sent_at=clock.now(),
        )  # fmt: skip
    assert budget.held(one, at=clock.now())


def test_who_left_no_number_is_told_in_the_public_place(world: World) -> None:
    matter = opened(world, contact="")
    leave(world, matter)
    hear()
    assert [one.door for one in told(matter)] == ["public"]


def test_several_words_of_an_hour_are_one_telling(world: World) -> None:
    matter, now = opened(world), clock.now()
    leave(world, matter)
    leave(world, matter, "带上钥匙。")
    hear()
    assert len(told(matter)) == 1, "heard together"
    services.send(at=now)
    assert {one.state for one in told(matter)} == {"sent"}
    with clock.fixed(now + timedelta(minutes=50)):
        leave(world, matter, "改到十点。")
        hear(clock.now())
    assert len(told(matter)) == 1, "within the hour"
    with clock.fixed(now + timedelta(minutes=110)):
        leave(world, matter, "到楼下了。")
        hear(clock.now())
    assert len(told(matter)) == 2


def test_what_still_waits_to_be_told_is_not_told_twice(world: World) -> None:
    matter, now = opened(world), clock.now()
    leave(world, matter)
    hear()
    with clock.fixed(now + timedelta(hours=9)):
        leave(world, matter, "改到十点。")
        hear(clock.now())
    assert len(told(matter)) == 1


def test_a_model_without_such_a_row_tells_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = opened(world)
    rows = {id: one for id, one in world.model.tellings.items() if id != "word_left"}
    shown = scenes.scene_of(matter, clock.now())
    assert shown is not None
    without = replace(shown, model=replace(world.model, tellings=rows))
    monkeypatch.setattr(tellings, "scene_for", lambda *_said: without)
    leave(world, matter)
    hear()
    assert told(matter) == []
    assert foretold.of_word(without) == []


def test_reporters_of_what_was_merged_are_not_told_of_words_they_cannot_read(world: World) -> None:
    first, second = opened(world), opened(world, contact="13900000000")
    given = StepGiven(into=first.number, note="同一件。")
    take_step(second.number, "merge", by=world.person("he"), at=clock.now(), given=given)
    leave(world, first)
    hear()
    assert [one.matter for one in Message.objects.filter(telling="word_left")] == [first.id]
    scene = scenes.scene_of(first, clock.now())
    assert scene is not None
    assert [one.others for one in foretold.of_word(scene)] == [0]


def ask(matter: Matter, *, call: bool = True, at: datetime | None = None) -> None:
    relaying.add_own(matter.id, RelayGiven(uuid4(), "白天方便。", call=call), at=at or clock.now())


def test_who_asks_to_be_called_is_one_card_until_somebody_called(world: World) -> None:
    matter = opened(world)
    take_step(matter.number, "accept", by=world.person("he"), at=clock.now())
    ask(matter)
    ask(matter)
    ask(matter, call=False)
    hear()
    services.send(at=clock.now() + timedelta(minutes=1))
    (card,) = by_hand.cards(world.person("lin"), most=9)
    assert (card.telling, card.state, card.door) == (CALL_BACK, "waiting", "by_hand")
    assert card.text == f"{matter.number}：报告人请回电话。"
    assert card.to_reporter
    assert by_hand.cards(world.person("song"), most=9) == []
    by_hand.passed_on(world.person("lin"), card.id, at=clock.now())
    entry = Entry.objects.get(what="message.passed_on", about=matter.id)
    assert CALL_BACK in str(entry.facts)
    assert (entry.by, entry.post) == (world.accounts["lin"], f"grid_worker@{GRID}")
    with pytest.raises(Refused, match="已经"):
        by_hand.passed_on(world.person("lin"), card.id, at=clock.now())
    assert by_hand.cards(world.person("lin"), most=9) == []
    page = matters.page(world.person("lin"), matter.number)
    assert page is not None
    assert "给报告人回了电话" in [one.verb for one in page.story]
    with clock.fixed(clock.now() + timedelta(minutes=5)):
        ask(matter, at=clock.now())
        hear(clock.now())
    assert len(by_hand.cards(world.person("lin"), most=9)) == 1, "asked once more after the call"


def test_whose_number_is_destroyed_is_called_no_more(world: World) -> None:
    matter, clerk = opened(world), world.person("he")
    assert matter.reporter is not None
    ask(matter)
    hear()
    assert len(by_hand.cards(clerk, most=9)) == 1
    seat = clerk.acting(clerk.terms[0])
    openings.ask_to_open(matter.id, matter.reporter, "asked_by_reporter", by=seat, at=clock.now())
    assert len(vault.openings_waiting(at=clock.now())) == 1
    sealing.erase(matter.reporter, "asked_by_person", by=HOUSE, at=clock.now())
    hear()
    assert by_hand.cards(clerk, most=9) == []
    assert Message.objects.get(telling=CALL_BACK).state == "gone"
    assert vault.openings_waiting(at=clock.now()) == ()
    assert [one.state for one in vault.openings_about(matter.id, at=clock.now())] == ["lapsed"]
