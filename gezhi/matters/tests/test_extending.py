"""A longer time: asked for by whoever has the matter, granted once by somebody else, before it is over and not after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.models import Entry
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import extending as asked
from gezhi.matters import queries
from gezhi.matters.extending import Extending
from gezhi.matters.models import Matter, Request
from gezhi.matters.services import extending
from gezhi.matters.services.keeping import keep_promises
from gezhi.notify import queries as told
from gezhi.notify import services as notify
from gezhi.promises.models import Promise

from .liuxi import World
from .test_admitting_race import together
from .test_path import CLUTTER, opened, step
from .test_standing import finish, in_work, local

WHY = "纸箱是过节要用的，住户周日回来搬。"


def longer(world: World, who: str, number: str) -> Extending:
    page = queries.page(world.person(who), number)
    assert page is not None
    return page.extending[finish(world, number).id]


def ask(world: World, number: str, days: int = 2, who: str = "lin") -> None:
    extending.ask(number, finish(world, number).id, days, WHY, by=world.person(who))


def grant(world: World, number: str, who: str = "tang", **more: int) -> None:
    extending.grant(number, finish(world, number).id, "同意，周日搬完。", by=world.person(who), **more)


def test_a_time_is_asked_for_and_granted_by_somebody_else(world: World) -> None:
    number = in_work(world)
    assert [getattr(longer(world, "lin", number), f"may_{what}") for what in ("ask", "grant", "decide")] == [
        True,
        False,
        False,
    ]
    ask(world, number)
    assert finish(world, number).due_at == local(11, 26)  # nothing is longer because somebody asked
    assert longer(world, "tang", number).may_decide
    assert longer(world, "lin", number).may_withdraw
    assert not longer(world, "lin", number).may_decide
    assert [one.number for one in asked.waiting_for(world.person("tang"), at=clock.now())] == [number]
    assert asked.waiting_for(world.person("he"), at=clock.now()) == ()

    grant(world, number)
    assert finish(world, number).due_at == local(11, 28)
    row = Matter.objects.get(number=number)
    assert (row.next_due_at, row.next_promise, row.step) == (local(11, 28), "finish", "gridwork")
    granted = longer(world, "lin", number).granted[0]
    assert (granted.more, granted.desk) == (
        "2工作日",
        "网格化管理办公室 · 望湖街道",
    ) or granted.desk.endswith("望湖街道")
    story = [
        (h.what, (h.facts["amount"], h.facts["unit"]))
        for h in ledger.story(row.id)
        if h.what.startswith("extension.")
    ]
    assert story == [("extension.asked", (2, "workday")), ("extension.granted", (2, "workday"))]
    assert asked.waiting_for(world.person("tang"), at=clock.now()) == ()
    seal(at=clock.now())
    assert verify(queries.read_texts).whole


def test_the_reporter_is_told_why_and_until_when(world: World) -> None:
    number = in_work(world)
    ask(world, number)
    grant(world, number)
    notify.hear(at=clock.now())
    words = [one.text for one in told.drawer(to_reporter=True) if "延到" in one.text]
    assert len(words) == 1
    assert "11-27 24:00" in words[0]
    assert "同意，周日搬完" in words[0]


def test_a_longer_time_is_kept_and_missed_as_it_stands(world: World) -> None:
    number = in_work(world)
    grant(world, number, amount=2)
    with clock.fixed(local(11, 26, 1)):
        assert keep_promises(at=clock.now()) <= 1  # a warning at most
        assert Promise.objects.filter(name="finish", missed_at=None).count() == 1
    with clock.fixed(local(11, 28, 0) + timedelta(seconds=1)):
        keep_promises(at=clock.now())
        assert Promise.objects.filter(name="finish").exclude(missed_at=None).count() == 1


def test_nobody_grants_what_they_asked_for_or_handled(world: World) -> None:
    number = in_work(world)
    with pytest.raises(Refused, match="没有这项职责"):
        grant(world, number, "lin", amount=1)
    with pytest.raises(Refused, match="不在我手里"):
        ask(world, number, who="he")
    with pytest.raises(NotFound):
        ask(world, number, who="song")
    ask(world, number)
    Request.objects.update(asked_by=world.accounts["tang"])
    with pytest.raises(Refused, match="自己申请的"):
        grant(world, number)
    Matter.objects.update(handler=world.accounts["he"])
    with pytest.raises(Refused, match="经手"):
        grant(world, number, "he")
    assert finish(world, number).due_at == local(11, 26)


def test_no_more_than_the_model_allows(world: World) -> None:
    number = in_work(world)
    for days in (0, 6, -1):
        with pytest.raises(Refused, match="1 到 5"):
            ask(world, number, days)
    ask(world, number, 5)
    with pytest.raises(Refused, match="正等批") as refused:
        ask(world, number, 1)
    assert refused.value.code == "asked_already"
    grant(world, number)
    with pytest.raises(Refused, match="最多延 1 次"):
        ask(world, number, 1)
    with pytest.raises(Refused, match="最多延 1 次"):
        grant(world, number, "he", amount=1)
    with pytest.raises(Refused, match="望湖街道已经批准延 5工作日，延到 2026-12-02 24:00"):
        grant(world, number, "he", amount=1)
    assert Request.objects.count() == 1


def test_what_was_declined_or_withdrawn_may_be_asked_again(world: World) -> None:
    number = in_work(world)
    promise = finish(world, number).id
    ask(world, number)
    extending.decline(number, promise, "周日以前能搬。", by=world.person("he"))
    ask(world, number, 1)
    extending.withdraw(number, promise, by=world.person("lin"))
    with pytest.raises(Refused) as refused:
        grant(world, number)
    assert refused.value.code == "decided"
    assert finish(world, number).due_at == local(11, 26)
    assert [row.state for row in Request.objects.order_by("asked_at", "id")] == ["declined", "withdrawn"]


def test_none_after_it_is_over_and_none_while_it_stands(world: World) -> None:
    number = in_work(world)
    ask(world, number)
    with clock.fixed(local(11, 26)):
        assert longer(world, "tang", number).may_decide  # the very moment is in time
    with clock.fixed(local(11, 26) + timedelta(microseconds=1)):
        assert asked.waiting_for(world.person("tang"), at=clock.now()) == ()
        with pytest.raises(Refused, match="已经超过期限"):
            grant(world, number)
    with clock.fixed(local(11, 24, 10)):
        step(world, number, "tang", "pause", "等天晴。", reason="weather")
        with pytest.raises(Refused, match="正停着表"):
            grant(world, number)


def test_two_who_grant_at_once_grant_once(lasting: World) -> None:
    number = opened(lasting, CLUTTER).number
    step(lasting, number, "he", "accept")
    ask(lasting, number)
    promise = finish(lasting, number).id
    people = [lasting.person("tang"), lasting.person("he"), lasting.person("wu")]
    told = together(
        *(lambda by=by: extending.grant(number, promise, "同意。", by=by) for by in people),
        lambda: extending.decline(number, promise, "不同意。", by=people[0]),
    )
    assert len(told) == 3
    assert set(told) <= {"decided", "no_extension", "moved_meanwhile"}
    granted = Entry.objects.filter(what="extension.granted").count()
    assert granted + Entry.objects.filter(what="extension.declined").count() == 1
    assert finish(lasting, number).due_at == (local(11, 28) if granted else local(11, 26))
