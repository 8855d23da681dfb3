"""Certificates: shown before somebody is appointed, seen again when renewed, never a register of who can do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.models import Entry
from gezhi.people import certificates, queries, services
from gezhi.people.certificates import Shown, written
from gezhi.people.models import Certificate, Term
from gezhi.people.services import Appointment, StandIn
from gezhi.people.services.fitting import Where
from gezhi.people.services.many import Listed, unfit
from gezhi.rules.model import Model

from .liuxi import GRID, MODEL, NOON, STREET, TODAY, account, open_ground, seat

pytestmark = pytest.mark.django_db
PAPER = "人民调解员证"
ASKS = cast(
    Model,
    SimpleNamespace(
        departments=MODEL.departments,
        posts={
            **MODEL.posts,
            "grid_worker": replace(MODEL.posts["grid_worker"], certificate=(PAPER,)),
            "cadre": replace(MODEL.posts["cadre"], also=("grid_worker",)),
        },
    ),
)
VALID = Shown(PAPER, TODAY + timedelta(days=400))


@pytest.fixture
def ground() -> dict[str, UUID]:
    queries.forget()
    return open_ground()


def wish(who: UUID, unit: UUID, *shown: Shown, from_on: date = TODAY) -> Appointment:
    return Appointment(account=who, post="grid_worker", unit=unit, from_on=from_on, certificates=shown)


def put(wanted: Appointment, by: Actor = HOUSE) -> UUID:
    return services.appoint(wanted, ASKS, by=by, at=NOON)


@pytest.mark.parametrize(
    ("shown", "code", "says"),
    [
        ((), "certificate_missing", "要有人民调解员证"),
        ((Shown(PAPER, TODAY - timedelta(days=1)),), "certificate_over", "到 2026-11-19 为止有效"),
        ((VALID, Shown("律师证")), "certificate_unasked", "不要求“律师证”"),
    ],
)
def test_nobody_is_appointed_without_what_the_post_asks_for(
    ground: dict[str, UUID], shown: tuple[Shown, ...], code: str, says: str
) -> None:
    with pytest.raises(Refused) as refusal:
        put(wish(account("jia", "贾样本"), ground[GRID], *shown))

    assert (refusal.value.code, refusal.value.field) == (code, "certificate")
    assert says in refusal.value.reason
    assert not Term.objects.exists()


def test_what_was_shown_is_kept_with_the_term_kind_day_and_who_saw_it(ground: dict[str, UUID]) -> None:
    lu = account("lu", "陆样本")
    term = put(wish(account("jia", "贾样本"), ground[GRID], VALID), by=Actor(lu, "system_admin"))

    row = Certificate.objects.get()
    assert (row.term_id, row.kind, row.valid_until, row.seen_on, row.seen_by) == (
        term, PAPER, VALID.until, TODAY, lu,
    )  # fmt: skip
    assert PAPER not in Entry.objects.get(what="certificate.seen", about=term).facts
    assert certificates.held(term, TODAY) == {PAPER}
    assert VALID.until is not None
    assert certificates.held(term, VALID.until) == {PAPER}
    assert certificates.held(term, VALID.until + timedelta(days=1)) == frozenset()


def test_a_post_that_asks_for_none_keeps_none(ground: dict[str, UUID]) -> None:
    with pytest.raises(Refused, match="不要求"):
        services.appoint(
            Appointment(
                account=account("jia", "贾样本"), post="cadre", unit=ground[STREET], from_on=TODAY, certificates=(VALID,)
            ),
            ASKS, by=HOUSE, at=NOON,
        )  # fmt: skip


def test_a_renewed_one_counts_and_one_that_is_over_is_refused(ground: dict[str, UUID]) -> None:
    soon = Shown(PAPER, TODAY + timedelta(days=10))
    term = put(wish(account("jia", "贾样本"), ground[GRID], soon))
    assert [one.until for one in certificates.ending(TODAY)] == [soon.until]
    assert certificates.ending(TODAY - timedelta(days=30)) == ()

    services.see_certificate(term, VALID, ASKS, by=HOUSE, at=NOON)

    assert certificates.ending(TODAY) == ()
    assert Certificate.objects.count() == 2
    with pytest.raises(Refused, match="已经过期"):
        services.see_certificate(term, Shown(PAPER, TODAY - timedelta(days=1)), ASKS, by=HOUSE, at=NOON)
    with pytest.raises(NotFound):
        services.see_certificate(ground[GRID], VALID, ASKS, by=HOUSE, at=NOON)


def test_whoever_stands_in_shows_theirs(ground: dict[str, UUID]) -> None:
    term = put(wish(account("jia", "贾样本"), ground[GRID], VALID))
    yi = account("yi", "易样本")
    seat(yi, "cadre", ground[STREET])
    until = TODAY + timedelta(days=5)

    with pytest.raises(Refused, match="要有人民调解员证"):
        services.stand_in(StandIn(account=yi, from_on=TODAY, to_on=until, term=term), ASKS, by=HOUSE, at=NOON)

    shown = StandIn(account=yi, from_on=TODAY, to_on=until, term=term, certificates=(VALID,))
    made = services.stand_in(shown, ASKS, by=HOUSE, at=NOON)
    assert certificates.held(made, TODAY) == {PAPER}


def test_of_a_list_each_row_without_one_is_named_and_the_others_keep_theirs(ground: dict[str, UUID]) -> None:
    units = {
        unit: Where({4: "district", 8: "street", 12: "grid"}[len(path)], path)
        for path, unit in ground.items()
    }
    wanted = [
        wish(account("jia", "贾样本"), ground[GRID]),
        wish(account("yi", "易样本"), ground[GRID], VALID),
    ]

    found = unfit(wanted, ASKS, Listed(units), at=NOON)
    assert {index: no.code for index, no in found.items()} == {0: "certificate_missing"}
    services.appoint_many(wanted[1:], ASKS, units, by=HOUSE, at=NOON)
    assert Certificate.objects.get().kind == PAPER


def test_what_was_undone_leaves_nothing(ground: dict[str, UUID]) -> None:
    term = put(wish(account("jia", "贾样本"), ground[GRID], VALID, from_on=TODAY + timedelta(days=3)))

    services.undo_term(term, ASKS, by=HOUSE, at=NOON)

    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("人民调解员证至2027-12-31", Shown(PAPER, date(2027, 12, 31))),
        ("人民调解员证=2027.12.31", Shown(PAPER, date(2027, 12, 31))),
        ("人民调解员证（有效期至2027年12月31日）", Shown(PAPER, date(2027, 12, 31))),
        ("人民调解员证", Shown(PAPER)),
    ],
)
def test_a_certificate_is_read_as_people_write_it(word: str, said: Shown) -> None:
    assert written(word) == said


@pytest.mark.parametrize("word", ["", "2027-12-31", "人民调解员证至2027-13-31"])
def test_what_is_no_certificate_is_not_guessed(word: str) -> None:
    with pytest.raises(ValueError, match=r"^$|2027|month"):
        written(word)


def test_a_term_in_the_past_says_why_and_keeps_it(ground: dict[str, UUID]) -> None:
    jia, past = account("jia", "贾样本"), TODAY - timedelta(days=20)
    wanted = wish(jia, ground[GRID], VALID, from_on=past)

    with pytest.raises(Refused) as refusal:
        put(wanted)
    assert (refusal.value.code, refusal.value.field) == ("term_backdated", "note")
    assert "请写明为什么" in refusal.value.reason

    term = put(replace(wanted, note="  交接单 10 月 31 日已签  "))
    assert Term.objects.get(id=term).note == "交接单 10 月 31 日已签"
    with pytest.raises(Refused, match="最多写 120 个字"):
        put(replace(wanted, note="长" * 121))
