"""Signing in, being locked out, sessions and keys."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.people import queries, services, sign_in, tokens
from gezhi.people.models import Account, Session, Token
from gezhi.people.services.accounts import well_formed
from gezhi.people.sessions import SessionStore, row_key

from .liuxi import GRID, MODEL, NOON, PASSWORD, TODAY, account, open_ground, seat

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@pytest.fixture
def jia() -> UUID:
    queries.forget()
    open_ground()
    return account("jia", "贾一", PASSWORD)


def enter(password: str, minutes: float = 0, name: str = "jia") -> UUID:
    return sign_in.authenticate(name, password, address="192.0.2.7", at=NOON + timedelta(minutes=minutes))


def test_the_right_password_signs_in_and_is_recorded(jia: UUID) -> None:
    assert enter(PASSWORD) == jia
    assert enter(PASSWORD, name=" JIA ") == jia
    assert Entry.objects.filter(what="account.signed_in", about=jia).count() == 2


def test_unknown_wrong_and_locked_are_told_the_same(jia: UUID) -> None:
    said = set()
    for name, password in [("nobody", PASSWORD), *[("jia", "wrong")] * 5, ("jia", PASSWORD)]:
        with pytest.raises(Refused) as refusal:
            enter(password, name=name)
        said.add((refusal.value.reason, refusal.value.code))
    assert len(said) == 1


def test_five_failures_lock_for_a_quarter_and_each_further_one_for_twice_as_long(jia: UUID) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            enter("wrong")
    with pytest.raises(Refused):
        enter(PASSWORD, 14.9)
    with pytest.raises(Refused):
        enter("wrong", 15.1)
    with pytest.raises(Refused):
        enter(PASSWORD, 15.1 + 29.9)
    assert enter(PASSWORD, 15.1 + 30.1) == jia
    assert Account.objects.get(id=jia).failures == 0
    assert Entry.objects.filter(what="account.locked").count() == 2


def test_knocking_at_one_name_too_often_is_refused_whether_it_exists_or_not(jia: UUID) -> None:
    for name in ("jia", "nobody"):
        codes = []
        for _ in range(21):
            with pytest.raises(Refused) as refusal:
                enter("wrong", name=name)
            codes.append(refusal.value.code)
        assert codes == ["sign_in_wrong"] * 20 + ["rate_limited"]


def test_signing_in_rightly_shuts_nobody_out(jia: UUID) -> None:
    for _ in range(25):
        assert enter(PASSWORD) == jia


def test_a_closed_account_and_one_without_password_do_not_sign_in(jia: UUID) -> None:
    account("yi", "易二")
    services.close_account(jia, by=HOUSE, at=NOON)
    for name, password in (("jia", PASSWORD), ("yi", ""), ("yi", "!")):
        with pytest.raises(Refused):
            enter(password, name=name)


def signed_in(account: UUID) -> SessionStore:
    session = SessionStore()
    session["visitor"] = "before"
    session.save()
    sign_in.begin(session, account, CHROME)
    session.save()
    return session


def test_signing_in_rotates_the_key_and_leaves_nothing_of_before(jia: UUID) -> None:
    session = SessionStore()
    session["visitor"] = "before"
    session.save()
    before = session.session_key
    sign_in.begin(session, jia, CHROME)
    session.save()
    assert session.session_key != before
    assert "visitor" not in session
    assert Session.objects.count() == 1


def test_a_session_is_kept_under_a_digest_and_shows_no_more_than_browser_and_system(jia: UUID) -> None:
    session = signed_in(jia)
    line = queries.sessions_of(jia)[0]
    assert line.device == "Chrome · Windows"
    assert line.id == row_key(session.session_key or "") != session.session_key
    assert SessionStore(session.session_key).get("account") == jia.hex
    assert SessionStore(line.id).get("account") is None


@pytest.mark.parametrize(("idle", "age", "good"), [(7, 8, True), (9, 9, False), (1, 24 * 7 + 1, False)])
def test_a_session_ends_by_idleness_and_by_age(jia: UUID, idle: float, age: float, good: bool) -> None:
    session = signed_in(jia)
    now = timezone.now()
    began, seen = now - timedelta(hours=age), now - timedelta(hours=idle)
    ends = min(seen + timedelta(hours=8), began + timedelta(days=7))
    Session.objects.update(began_at=began, seen_at=seen, expire_date=ends)
    assert (SessionStore(session.session_key).get("account") == jia.hex) is good
    if good:
        assert now <= Session.objects.get().seen_at  # type: ignore[operator]


def test_an_owner_ends_a_session_and_it_does_not_come_back(jia: UUID) -> None:
    session = signed_in(jia)
    services.end_session(jia, queries.sessions_of(jia)[0].id, by=HOUSE, at=NOON)
    assert SessionStore(session.session_key).get("account") is None
    with pytest.raises(UpdateError):
        session.save()
    assert queries.sessions_of(jia) == []
    with pytest.raises(NotFound):
        services.end_session(jia, "0" * 40, by=HOUSE, at=NOON)


def test_a_new_password_ends_every_other_session_and_needs_the_old_one(jia: UUID) -> None:
    here, there = signed_in(jia), signed_in(jia)
    fresh = "另一把-新锁-2027"
    with pytest.raises(Refused):
        sign_in.change_password(jia, "wrong", fresh, session=here, address="192.0.2.7", at=NOON)
    sign_in.change_password(jia, PASSWORD, fresh, session=here, address="192.0.2.7", at=NOON)
    here.save()
    assert SessionStore(there.session_key).get("account") is None
    assert SessionStore(here.session_key).get("account") == jia.hex
    assert enter(fresh) == jia


def test_shoes_are_changed_only_where_nothing_is_real(jia: UUID) -> None:
    yi = account("yi", "易二")
    session = signed_in(jia)
    sign_in.step_into(session, yi)
    assert sign_in.account_of(session) == yi
    sign_in.step_into(session, jia)
    assert sign_in.account_of(session) == jia


def test_a_key_acts_as_its_term_and_is_asked_with_one_statement(
    jia: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ground = queries.account_named("jia")
    assert ground == jia
    unit = _unit()
    term = seat(jia, "grid_worker", unit)
    secret = tokens.issue("对接程序", term, by=HOUSE, at=NOON)
    with django_assert_num_queries(1):
        known = tokens.lookup(secret)
    assert known is not None
    assert (known.term, known.account, known.unit) == (term, jia, unit)
    assert known.kind == "simulation"
    assert known.revision > 1
    assert known.runs_on(TODAY)
    services.end_term(term, TODAY, MODEL, by=HOUSE, at=NOON)
    ended = tokens.lookup(secret)
    assert ended is not None
    assert not ended.runs_on(TODAY)


def test_a_key_is_kept_as_a_digest_and_ends_for_good(jia: UUID) -> None:
    secret = tokens.issue("对接程序", seat(jia, "grid_worker", _unit()), by=HOUSE, at=NOON)
    row = Token.objects.get()
    assert secret.encode() not in bytes(row.digest)
    assert [line.name for line in tokens.issued()] == ["对接程序"]
    tokens.end(row.id, by=HOUSE, at=NOON)
    assert tokens.lookup(secret) is None
    assert tokens.lookup("gz_guess") is None


def test_the_ledger_holds_no_name_of_an_account(jia: UUID) -> None:
    enter(PASSWORD)
    body = "".join(f"{e.what}{e.post}{e.facts}" for e in Entry.objects.all())
    assert "jia" not in body
    assert "贾" not in body


def _unit() -> UUID:
    from gezhi.places.models import Unit

    return Unit.objects.get(path=GRID).identity


@pytest.mark.parametrize(
    "typed",
    [
        "13900000000",
        "8613900000000",
        "１３９００００００００",
        "340223199001010012",
        "34022319900101001X",
        "340223900101001",
    ],
)
def test_a_number_of_a_person_is_no_sign_in_name(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        well_formed(typed, "沈例春")
    assert (refused.value.code, refused.value.field) == ("sign_in_personal", "sign_in")


@pytest.mark.parametrize("typed", ["12345", "zhang.13900000000", "grid_139", "13900000000@liuxi"])
def test_other_numbers_may_be(typed: str) -> None:
    assert well_formed(typed, "沈例春")[0] == typed
