"""What is pushed: what the seat may see and nothing else, signed, at least once, later and later, and never for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import events
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import INSIDE, World
from gezhi.notify import hooks, outside, pushing, replaying, services
from gezhi.notify.hooks import Wanted
from gezhi.notify.models import Hook, Message, Push, PushTry
from gezhi.notify.replaying import Again
from gezhi.people.models import Term
from gezhi.vault.models import Secret

from .receiver import Receiver, receiving

CLUTTER = Report(
    text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], name="样本居民", contact="13800000000"
)
EVERYTHING = hooks.KINDS


@pytest.fixture(autouse=True)
def to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, push_to=("127.0.0.0/8",)))
    monkeypatch.setattr(outside, "WHOLE", 1.0)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def term_of(world: World, who: str) -> UUID:
    return world.person(who).terms[0].term


def hooked(
    world: World, url: str, who: str = "he", kinds: tuple[str, ...] = EVERYTHING, name: str = "热线平台"
) -> tuple[UUID, str]:
    person = world.person(who)
    return hooks.make(Wanted(name, url, kinds), person.terms[0].term, by=world.clerk(who), at=clock.now())


def reported(world: World) -> str:
    return open_matter(CLUTTER, by=world.clerk()).number


def heard() -> None:
    while services.hear(at=clock.now()):
        pass


def delivered(at: datetime | None = None) -> int:
    return pushing.deliver(at=at or clock.now())


def test_what_happens_is_pushed_thinly_and_signed(world: World, receiver: Receiver) -> None:
    hook, key = hooked(world, receiver.url)
    number = reported(world)
    heard()
    assert pushing.is_due(at=clock.now())
    assert delivered() == 1
    headers, body = receiver.came[0]
    entry = Entry.objects.get(what=events.OPENED)
    assert receiver.told[0] == {
        "id": str(entry.id), "kind": "matter.opened", "number": number,
        "link": f"/api/v1/matters/{pushing.quote(number)}",
        "at": receiver.told[0]["at"], "recorded_at": receiver.told[0]["recorded_at"],
    }  # fmt: skip
    for word in ("纸箱", "样本居民", "1380"):
        assert word not in body.decode()
    said = dict(part.split("=") for part in headers["Gezhi-Signature"].split(","))
    wanted = hmac.new(key.encode(), f"{said['t']}.".encode() + body, hashlib.sha256).hexdigest()
    assert said["v1"] == wanted
    assert headers["Gezhi-Event"] == str(entry.id)
    assert (delivered(), Push.objects.get().state) == (0, "sent")
    one = replaying.log_of([term_of(world, "he")], hook)[0].tries[0]
    assert (one.status, one.said, one.fault) == (200, "taken", "")


def test_an_event_heard_twice_is_pushed_once(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    reported(world)
    heard()
    pushing.make(services.ledger.entries(Entry.objects.values_list("id", flat=True)), at=clock.now())
    assert Push.objects.count() == 1


def test_nobody_is_pushed_what_he_may_not_see(world: World, receiver: Receiver) -> None:
    for who in ("song", "zhu", "he"):
        hooked(world, receiver.url, who)
    number = reported(world)
    take_step(number, "accept", by=world.person("he"), at=None)
    heard()
    he = Hook.objects.get(term=term_of(world, "he"))
    assert set(Push.objects.values_list("hook", flat=True)) == {he.id}


def test_only_what_was_chosen_is_pushed(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url, kinds=(events.STEPPED,))
    take_step(reported(world), "accept", by=world.person("he"), at=None)
    heard()
    assert set(Push.objects.values_list("what", flat=True)) == {events.STEPPED}


def test_what_may_not_be_seen_any_more_is_not_pushed(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url, "lin")
    take_step(reported(world), "accept", by=world.person("he"), at=None)
    heard()
    assert Push.objects.filter(state="waiting").exists()
    Matter.objects.update(path=liuxi.OTHER, a4=liuxi.OTHER, desk="centre@0001", asked_department="")
    assert (delivered(), receiver.came) == (0, [])
    assert set(Push.objects.values_list("state", flat=True)) == {"dead"}


def test_an_address_whose_seat_has_ended_is_paused(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    reported(world)
    heard()
    Term.objects.filter(id=term_of(world, "he")).update(to_on=clock.today())
    liuxi.forget()
    delivered()
    assert (Hook.objects.get().state, Hook.objects.get().why, receiver.came) == ("paused", "no_seat", [])


MISDEEDS = [
    (500, 500, ""),
    ((302, {"Location": "http://127.0.0.1:1/"}, b""), 302, "redirect"),
    ("reset", 0, "connection"),
    ("silent", 0, "timeout"),
]


@pytest.mark.parametrize(("misdeed", "status", "fault"), MISDEEDS, ids=str)
def test_what_did_not_arrive_is_tried_again_later(
    world: World, receiver: Receiver, misdeed: object, status: int, fault: str
) -> None:
    hooked(world, receiver.url)
    receiver.answers = [misdeed]
    reported(world)
    heard()
    now = clock.now()
    assert delivered(now) == 1
    row, log = Push.objects.get(), PushTry.objects.get()
    assert (row.state, log.status, log.fault) == ("waiting", status, fault)
    assert row.try_at is not None
    assert timedelta(seconds=24) <= row.try_at - now <= timedelta(seconds=36)
    assert delivered(now + timedelta(seconds=20)) == 0
    assert delivered(now + timedelta(seconds=40)) == 1
    assert Push.objects.get().state == "sent"
    assert len({one["id"] for one in receiver.told}) == 1
    assert len(receiver.came) == 2


@pytest.mark.parametrize("misdeed", ["huge", "slow"])
def test_no_more_of_an_answer_is_read_than_is_kept(world: World, receiver: Receiver, misdeed: str) -> None:
    hooked(world, receiver.url)
    receiver.answers = [misdeed]
    reported(world)
    heard()
    delivered()
    log = PushTry.objects.get()
    assert len(log.said) <= 200
    assert log.millis < 2500


def test_whoever_asks_for_a_pause_gets_it(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    receiver.answers = [(429, {"Retry-After": "600"}, b"slowly")]
    reported(world)
    heard()
    now = clock.now()
    delivered(now)
    reported_again = open_matter(replace(CLUTTER, text="路灯不亮。"), by=world.clerk()).number
    assert reported_again
    heard()
    assert delivered(now + timedelta(seconds=590)) == 0
    assert delivered(now + timedelta(seconds=601)) == 2


def test_who_wants_nothing_any_more_is_left_alone(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    receiver.answers = [410]
    reported(world)
    heard()
    delivered()
    row = Hook.objects.get()
    assert (row.state, row.why) == ("ended", "gone")
    assert bytes(Secret.objects.get(id=row.secret).sealed) == b""
    open_matter(replace(CLUTTER, text="路灯不亮。"), by=world.clerk())
    heard()
    assert Push.objects.count() == 1


def test_after_three_days_it_is_paused_and_told_and_goes_on_when_somebody_says_so(
    world: World, receiver: Receiver
) -> None:
    hook, _key = hooked(world, receiver.url)
    receiver.answers = [500] * 100
    reported(world)
    heard()
    began = at = clock.now()
    tries = 0
    while Hook.objects.get().state == "on":
        tries += delivered(at)
        row = Push.objects.get()
        at = max(row.try_at or at, Hook.objects.get().try_at or at) + timedelta(seconds=1)
    assert timedelta(days=3) <= at - began < timedelta(days=3, hours=8)
    assert 15 < tries < 40
    row = Hook.objects.get()
    assert (row.why, Push.objects.get().state) == ("failing", "dead")
    told = Message.objects.get(telling="hook")
    assert (told.to, "热线平台" in told.text, "三天" in told.text) == ("centre@0001", True, True)

    open_matter(replace(CLUTTER, text="路灯不亮。"), by=world.clerk())
    heard()
    assert delivered() == 0
    receiver.answers = []
    terms = [term_of(world, "he")]
    hooks.resume(terms, hook, by=world.clerk(), at=clock.now())
    assert delivered() == 1
    dead = Push.objects.get(state="dead")
    assert replaying.replay(terms, hook, Again(ids=[dead.id]), by=world.clerk(), at=clock.now()) == 1
    assert delivered() == 1
    assert receiver.told[-1]["id"] == str(dead.event)


def test_an_address_that_fails_is_asked_with_one_at_a_time(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    receiver.answers = [500] * 50
    for n in range(6):
        open_matter(replace(CLUTTER, text=f"第 {n} 件事。"), by=world.clerk())
    heard()
    at = clock.now()
    assert delivered(at) == 4
    assert Hook.objects.get().failures == 4
    assert delivered(at) == 0
    assert delivered(at + timedelta(minutes=5)) == 1


def test_a_failing_address_holds_up_no_other(world: World, receiver: Receiver) -> None:
    with receiving() as bad:
        hooked(world, bad.url)
        hooked(world, receiver.url, name="另一个平台")
        bad.answers = ["silent"] * 9
        for n in range(3):
            open_matter(replace(CLUTTER, text=f"第 {n} 件事。"), by=world.clerk())
        heard()
        delivered()
        assert (len(receiver.came), Push.objects.filter(state="sent").count()) == (3, 3)


def test_two_keys_sign_until_the_older_is_ended(world: World, receiver: Receiver) -> None:
    hook, old = hooked(world, receiver.url)
    terms, by, now = [term_of(world, "he")], world.clerk(), clock.now()
    new = hooks.new_key(terms, hook, by=by, at=now)
    with pytest.raises(Refused, match="两把"):
        hooks.new_key(terms, hook, by=by, at=now)
    replaying.ping(terms, hook, by=by, at=now)
    delivered()
    hooks.end_before(terms, hook, by=by, at=now)
    replaying.ping(terms, hook, by=by, at=now)
    delivered()

    def signers(which: int) -> set[str]:
        headers, body = receiver.came[which]
        moment, *given = [part.partition("=")[2] for part in headers["Gezhi-Signature"].split(",")]
        return {
            key for key in (old, new)
            if hmac.new(key.encode(), f"{moment}.".encode() + body, "sha256").hexdigest() in given
        }  # fmt: skip

    assert (signers(0), signers(1)) == ({old, new}, {new})
    assert receiver.told[0]["kind"] == "ping"
    assert not any(key.encode() in bytes(row.sealed) for row in Secret.objects.all() for key in (old, new))


def test_whoever_delivers_and_dies_is_followed_by_another(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    reported(world)
    heard()
    now = clock.now()
    assert len(pushing._leased(now)) == 1  # and killed here
    assert delivered(now + timedelta(seconds=50)) == 0
    assert delivered(now + timedelta(seconds=61)) == 1
    assert Push.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_several_who_deliver_at_once_deliver_each_once() -> None:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY), receiving() as receiver:
        world = liuxi.build()
        hooked(world, receiver.url)
        for n in range(12):
            open_matter(replace(CLUTTER, text=f"第 {n} 件事。"), by=world.clerk())
        heard()

        def work() -> None:
            while pushing.is_due(at=liuxi.FRIDAY):
                pushing.deliver(at=liuxi.FRIDAY)
            connection.close()

        threads = [Thread(target=work) for _ in range(3)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        came = [one["id"] for one in receiver.told]
    liuxi.forget()
    assert (len(came), len(set(came))) == (12, 12)
    assert set(Push.objects.values_list("state", flat=True)) == {"sent"}


def test_a_span_of_time_is_pushed_again(world: World, receiver: Receiver) -> None:
    hook, _key = hooked(world, receiver.url)
    for n in range(3):
        with clock.fixed(liuxi.FRIDAY + timedelta(minutes=n)):
            open_matter(replace(CLUTTER, text=f"第 {n} 件事。"), by=world.clerk())
    heard()
    delivered()
    terms, by, now = [term_of(world, "he")], world.clerk(), clock.now()
    span = Again(since=liuxi.FRIDAY + timedelta(seconds=30), until=liuxi.FRIDAY + timedelta(seconds=90))
    assert replaying.replay(terms, hook, span, by=by, at=now) == 1
    delivered()
    assert [one["id"] for one in receiver.told].count(receiver.told[-1]["id"]) == 2
    with pytest.raises(Refused, match="写明要重推"):
        replaying.replay(terms, hook, Again(), by=by, at=now)
    pages = replaying.log_of(terms, hook, most=2)
    rest = replaying.log_of(terms, hook, most=2, after=pages[-1].id)
    assert [len(pages), len(rest)] == [2, 1]
    assert len({one.id for one in (*pages, *rest)}) == 3


def test_nobody_has_a_hand_in_anothers_address(world: World, receiver: Receiver) -> None:
    hook, _key = hooked(world, receiver.url)
    other, by, now = [term_of(world, "lin")], world.clerk("lin"), clock.now()
    tried = [
        lambda: hooks.one_of(other, hook),
        lambda: hooks.pause(other, hook, by=by, at=now),
        lambda: hooks.end(other, hook, by=by, at=now),
        lambda: hooks.new_key(other, hook, by=by, at=now),
        lambda: replaying.log_of(other, hook),
        lambda: replaying.ping(other, hook, by=by, at=now),
        lambda: replaying.replay(other, hook, Again(ids=[hook]), by=by, at=now),
    ]
    for act in tried:
        with pytest.raises(NotFound):
            act()
    assert hooks.of_terms(other) == []


def test_hearing_costs_the_same_however_much_the_ledger_holds(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)

    def cost() -> int:
        reported(world)
        with CaptureQueriesContext(connection) as asked:
            services.hear(at=clock.now())
        return len(asked)

    first = cost()
    for n in range(30):
        open_matter(replace(CLUTTER, text=f"第 {n} 件事。"), by=world.clerk())
    heard()
    assert cost() <= first


def test_what_is_old_is_forgotten_with_its_log(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    reported(world)
    heard()
    delivered()
    assert pushing.forget_pushes(at=clock.now() + timedelta(days=29)) == 0
    assert pushing.forget_pushes(at=clock.now() + timedelta(days=31)) == 1
    assert (Push.objects.count(), PushTry.objects.count()) == (0, 0)


def test_every_event_has_a_name_of_its_own() -> None:
    names = [hooks.kind_name(kind) for kind in (*hooks.KINDS, hooks.PING)]
    assert not any("." in name for name in names)
    assert len(set(names)) == len(names)
    assert not any(kind.startswith(("vault", "model", "plan", "text")) for kind in hooks.KINDS)


def test_pauses_grow_and_differ() -> None:
    waits = [pushing.pause_after(n, of=UUID(int=1)) for n in range(1, 14)]
    assert waits[0] < 40
    assert max(waits) <= 6 * 3600 * 1.2
    assert waits[3] > 3 * waits[0]
    assert pushing.pause_after(1, of=UUID(int=1)) != pushing.pause_after(1, of=UUID(int=2))
