"""What people ask about their own data is answered once, by whoever answers for it, and destroys what was ticked and no more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.matters import rights
from gezhi.matters.models import Matter, RightAsked, Text
from gezhi.matters.services import asking_rights
from gezhi.matters.services.asking_rights import Deleted, RightWanted
from gezhi.people import services as staff
from gezhi.people.queries import Person
from gezhi.vault.models import Secret

from . import liuxi
from .liuxi import World
from .test_awaiting import CLUTTER
from .test_path import opened

WORDS = "想知道谁看过。"
SHOWN = ("", "")


@pytest.fixture
def officer(world: World) -> Person:
    world.accounts["luo"] = staff.make_account("luo", "骆样本", "", by=HOUSE, at=clock.now())
    staff.appoint(
        staff.Appointment(
            account=world.accounts["luo"],
            post="privacy_officer",
            unit=world.units["county"],
            from_on=liuxi.BEGAN,
            note="早就在任",
        ),
        world.model,
        by=HOUSE,
        at=clock.now(),
    )
    return world.person("luo")


@pytest.fixture
def matter(world: World) -> Matter:
    return Matter.objects.get(number=opened(world, CLUTTER).number)


def asked(matter: UUID, kind: str = "access") -> UUID:
    wanted = RightWanted(uuid4(), kind, WORDS)
    asking_rights.ask_own(matter, wanted, at=clock.now())
    return wanted.id


def refusal(of: Refused) -> tuple[str, str]:
    return of.code, of.field


def test_what_is_done_is_said_and_ended_once(officer: Person, matter: Matter) -> None:
    right = asked(matter.id)
    asking_rights.fulfil(right, "都在页面上了。", by=officer, at=clock.now())
    one = rights.one(right, clock.now())
    assert one is not None
    assert (one.state, one.reply, one.reason, one.late) == ("done", "都在页面上了。", "", False)
    assert one.ended_at is not None
    assert [entry.what for entry in ledger.story(right)] == ["right.asked", "right.done"]
    assert rights.waiting(clock.now()) == (0, 0)
    with pytest.raises(Refused) as told:
        asking_rights.fulfil(right, "再答一次。", by=officer, at=clock.now())
    assert told.value.code == "moved_meanwhile"
    with pytest.raises(NotFound):
        asking_rights.fulfil(uuid4(), "没有这一项。", by=officer, at=clock.now())


def test_only_what_is_asked_for_and_ticked_is_destroyed(officer: Person, matter: Matter) -> None:
    everything = Deleted(identity=True, words=True)
    asking_rights.fulfil(asked(matter.id), "都在页面上了。", everything, by=officer, at=clock.now())
    assert bytes(Secret.objects.get().sealed) != b"", "it was asked what is stored, and not to delete it"
    right = asked(matter.id, "delete")
    Matter.objects.update(ended_at=clock.now())
    asking_rights.fulfil(right, "原话删了。", Deleted(words=True), by=officer, at=clock.now())
    assert bytes(Secret.objects.get().sealed) != b"", "nobody ticked the name"
    assert not Text.objects.filter(matter=matter.id, kind="report").exists()


def test_a_request_without_a_matter_has_nothing_to_destroy(officer: Person, matter: Matter) -> None:
    wanted = RightWanted(uuid4(), "delete", "请删掉我的信息。")
    asking_rights.record_at_counter(wanted, "seen", SHOWN, by=officer, at=clock.now())
    everything = Deleted(identity=True, words=True)
    asking_rights.fulfil(wanted.id, "查过，没有存。", everything, by=officer, at=clock.now())
    assert bytes(Secret.objects.get().sealed) != b""


def test_a_kind_a_way_of_knowing_and_a_reason_are_of_their_lists(officer: Person, matter: Matter) -> None:
    at = clock.now()
    with pytest.raises(Refused) as told:
        asking_rights.ask_own(matter.id, RightWanted(uuid4(), "copy", WORDS), at=at)
    assert refusal(told.value) == ("kind", "kind"), "a copy is there at once"
    with pytest.raises(Refused) as told:
        asking_rights.record_at_counter(
            RightWanted(uuid4(), "publish", WORDS), "seen", SHOWN, by=officer, at=at
        )
    assert refusal(told.value) == ("kind", "kind")
    with pytest.raises(Refused) as told:
        asking_rights.record_at_counter(
            RightWanted(uuid4(), "access", WORDS), "friend", SHOWN, by=officer, at=at
        )
    assert refusal(told.value) == ("known", "known")
    right = asked(matter.id)
    with pytest.raises(Refused) as told:
        asking_rights.refuse(right, "tired", "今天不办。", by=officer, at=at)
    assert refusal(told.value) == ("reason", "reason")
    assert RightAsked.objects.get().state == "open"


def test_a_number_without_its_code_shows_nobody(officer: Person, matter: Matter) -> None:
    for receipt in ((matter.number, ""), ("", "23456789")):
        with pytest.raises(Refused) as told:
            asking_rights.record_at_counter(
                RightWanted(uuid4(), "access", WORDS), "code", receipt, by=officer, at=clock.now()
            )
        assert refusal(told.value) == ("wrong_code", "number")
    assert not RightAsked.objects.exists()


def test_a_copy_is_noted_once_a_day_and_not_without_end(world: World, matter: Matter) -> None:
    for _time in range(30):
        asking_rights.note_copy(matter.id, at=clock.now())
    with pytest.raises(Refused):
        asking_rights.note_copy(matter.id, at=clock.now())
    assert RightAsked.objects.get().state == "done"
    later = clock.now() + timedelta(days=2)
    with clock.fixed(later):
        asking_rights.note_copy(matter.id, at=later)
    assert RightAsked.objects.count() == 2


def test_words_are_some_and_not_too_many(matter: Matter) -> None:
    for words, code in (("问", "needs_note"), ("问" * 1001, "too_long"), ("请打 13800000000", "traces")):
        with pytest.raises(Refused) as told:
            asking_rights.ask_own(matter.id, RightWanted(uuid4(), "access", words), at=clock.now())
        assert refusal(told.value) == (code, "words")
    for words in ("问吗", "问" * 1000):
        asking_rights.ask_own(matter.id, RightWanted(uuid4(), "access", words), at=clock.now())


def test_nobody_else_answers(world: World, officer: Person, matter: Matter) -> None:
    right = asked(matter.id)
    for who in ("he", "tang"):
        with pytest.raises(Refused) as told:
            asking_rights.fulfil(right, "办好了。", by=world.person(who), at=clock.now())
        assert told.value.code == "not_yours"
    assert RightAsked.objects.get().state == "open"
    assert rights.waiting(RightAsked.objects.get().due_at) == (1, 0), "the last moment is still in time"
