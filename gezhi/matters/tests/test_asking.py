"""The reporter is asked for more: once, reminded once; what he says goes on at once, his silence by itself, apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import queries
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.notify import services as notify
from gezhi.notify.models import Message
from gezhi.promises.models import Promise
from gezhi.promises.queries import FAR
from gezhi.rules import load

from .liuxi import FRIDAY, World
from .test_awaiting import CLUTTER, SEEN, WAY, page_of, step

QUESTION = "是几栋几单元门口？"
DAY = timedelta(days=1)


def asked(world: World) -> str:
    number = open_matter(CLUTTER, by=world.clerk()).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "ask_grid", QUESTION)
    return number


def told(number: str) -> list[str]:
    """What the reporter was told, by telling."""
    while notify.hear(at=clock.now()):
        pass
    matter = Matter.objects.get(number=number)
    rows = Message.objects.filter(matter=matter.id, to__startswith="reporter:").order_by("id")
    return [one.telling for one in rows]


def whats(number: str, what: str, key: str, word: str) -> int:
    story = ledger.story(Matter.objects.get(number=number).id)
    return sum(1 for e in story if e.what == what and e.facts.get(key) == word)


def keep() -> None:
    while keep_promises(at=clock.now()):
        pass


def test_the_question_waits_in_the_outbox_and_the_clock_of_the_work_stands(world: World) -> None:
    number = asked(world)
    assert told(number)[-1] == "asked"
    assert QUESTION.rstrip("。") in Message.objects.get(telling="asked").text
    stands = Promise.objects.get(name="finish")
    assert (stands.due_at, stands.stands_since) == (FAR, FRIDAY)
    page = page_of(world, "he", number)
    assert page.awaited is not None
    assert page.awaited.rule == "ask_grid"
    assert {move.id for move in page.next_moves} == {"told_grid"}
    assert not page.part.rating


def test_what_the_reporter_says_goes_on_at_once_and_is_marked_as_written_down_for_him(world: World) -> None:
    number = asked(world)
    with pytest.raises(Refused, match="我的岗位没有这项职责"):
        step(world, number, "lin", "told_grid", "三栋二单元。")  # who asked does not say what was answered
    with clock.fixed(FRIDAY + DAY):
        step(world, number, "he", "told_grid", "三栋二单元。")
        row = Matter.objects.get(number=number)
        assert (row.step, row.handler) == ("gridwork", world.accounts["lin"])
        goes = Promise.objects.get(name="finish")
        assert goes.stands_since is None
        assert goes.due_at < FAR
        assert Promise.objects.get(name="ask_grid").met_at == clock.now()
        last = ledger.story(row.id)[-1].facts
        assert (last["move"], last["for"]) == ("told_grid", "reporter")
        with pytest.raises(Refused, match="最多用 1 次"):
            step(world, number, "lin", "ask_grid", "还有呢？")
        for who, move in WAY[1:]:
            step(world, number, who, move)


def test_one_reminder_then_no_answer_each_once_and_counted_apart(world: World) -> None:
    number = asked(world)
    promise = Promise.objects.get(name="ask_grid")
    assert promise.warn_at is not None
    assert promise.outside
    with clock.fixed(promise.warn_at) as now:
        keep()
        keep()
        assert told(number).count("asked_again") == 1
        now.move_to(promise.due_at + timedelta(seconds=1))
        keep()
        keep()
        row = Matter.objects.get(number=number)
        assert (row.step, row.handler) == ("gridwork", world.accounts["lin"])
        assert Promise.objects.get(name="finish").stands_since is None
        assert whats(number, "promise.warned", "promise", "ask_grid") == 1
        assert whats(number, "promise.lapsed", "promise", "ask_grid") == 1
        assert whats(number, "promise.missed", "promise", "ask_grid") == 0
        assert whats(number, "matter.stepped", "move", "silent_grid") == 1
        assert told(number).count("asked_again") == 1
        seal(at=clock.now())
        assert verify(queries.read_texts).whole


def test_a_watcher_that_dies_in_the_middle_leaves_the_silence_to_the_next_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gezhi.matters.services import keeping

    number = asked(world)
    with clock.fixed(Promise.objects.get(name="ask_grid").due_at + timedelta(seconds=1)):
        with monkeypatch.context() as broken:
            broken.setattr(keeping, "_move", _killed)
            with pytest.raises(KeyboardInterrupt):
                keep_promises(at=clock.now())
        assert Matter.objects.get(number=number).step == "asked_grid"
        assert whats(number, "promise.lapsed", "promise", "ask_grid") == 0
        keep()
        assert Matter.objects.get(number=number).step == "gridwork"
        assert whats(number, "promise.lapsed", "promise", "ask_grid") == 1
        assert whats(number, "matter.stepped", "move", "silent_grid") == 1


def _killed(*_args: object) -> None:
    raise KeyboardInterrupt


def test_who_saw_it_themselves_has_nobody_to_ask(world: World) -> None:
    number = open_matter(SEEN, by=world.clerk()).number
    step(world, number, "he", "accept")
    with pytest.raises(Refused, match="没有报告人可问"):
        step(world, number, "lin", "ask_grid", QUESTION)
    assert "ask_grid" in {one.id for one in page_of(world, "lin", number).not_now}


def test_an_anonymous_reporter_is_asked_in_the_public_place(world: World) -> None:
    nameless = replace(CLUTTER, reporting="anonymous", contact="")
    number = open_matter(nameless, by=world.clerk()).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "ask_grid", QUESTION)
    told(number)
    assert Message.objects.get(telling="asked").door == "public"


@pytest.mark.parametrize("name", ["nanling", "jianghai", "guanlan", "guangming", "guangming-2023"])
def test_in_every_model_no_end_comes_without_a_word_to_the_reporter(name: str) -> None:
    """Each end of a matter's flow has a telling to the reporter; a solved one comes after one that quotes the answer."""
    model = load.named(name)
    for flow in (one for one in model.flows.values() if one.subject == "matter"):
        for end in (one for one in flow.steps.values() if one.ends):
            event = f"{flow.id}.step:{end.id}"
            into = [f"{flow.id}.move:{m.id}" for m in flow.moves.values() if m.to == end.id]
            heard = [t for t in model.tellings.values() if "reporter" in t.to and {event, *into} & set(t.on)]
            assert heard, (flow.id, end.id)
            if end.closing not in ("solved", "unverified", "merged", "withdrawn"):
                assert any("{reason}" in t.text or "{answer}" in t.text for t in heard), (flow.id, end.id)
