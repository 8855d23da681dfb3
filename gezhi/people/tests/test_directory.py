"""Finding staff by words, a page at a time; a change made only on what was seen; the last who administers."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest
from django.contrib.auth.hashers import is_password_usable

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.models import Entry
from gezhi.people import directory, services
from gezhi.people.directory import Sought
from gezhi.people.models import Account, Invitation, Session, Term
from gezhi.people.services import Appointment
from gezhi.people.tests import liuxi
from gezhi.people.tests.browsing import signed_in
from gezhi.rules.model import Model, Post

pytestmark = pytest.mark.django_db
TOMORROW = liuxi.TODAY + timedelta(days=1)
MODEL = cast(
    Model,
    SimpleNamespace(
        departments={},
        posts={"keeper": Post(id="keeper", name="系统管理员", levels=("district",), administers="system")},
    ),
)


@pytest.fixture
def units() -> dict[str, UUID]:
    return liuxi.open_ground()


def keeper(sign_in: str, unit: UUID, password: str = liuxi.PASSWORD) -> tuple[UUID, UUID]:
    """Somebody who administers: the account and its term."""
    account = liuxi.account(sign_in, f"{sign_in}样本", password)
    wanted = Appointment(
        account=account, post="keeper", unit=unit, from_on=liuxi.BEGAN, note="示例：早就在任"
    )
    return account, services.appoint(wanted, MODEL, by=HOUSE, at=liuxi.NOON)


def end(term: UUID, on: date = TOMORROW) -> None:
    services.end_term(term, on, MODEL, by=HOUSE, at=liuxi.NOON)


def names(*words: Sought, **said: object) -> list[str]:
    found, _more = directory.staff_found(words, liuxi.TODAY, **{"most": 50, **said})  # type: ignore[arg-type]
    return [one.sign_in for one in found]


def test_the_last_who_administers_stays(units: dict[str, UUID]) -> None:
    _lu, first = keeper("lu", units[liuxi.DISTRICT])
    with pytest.raises(Refused, match="没有能登录的人管理这个实例") as no:
        end(first)
    assert (no.value.code, no.value.field) == ("last_administrator", "to_on")
    _bai, second = keeper("bai", units[liuxi.DISTRICT])
    end(first)
    with pytest.raises(Refused):
        end(second)
    assert Term.objects.get(id=first).to_on == TOMORROW


def test_a_successor_who_was_never_here_is_none(units: dict[str, UUID]) -> None:
    _lu, first = keeper("lu", units[liuxi.DISTRICT])
    bai, _second = keeper("bai", units[liuxi.DISTRICT], password="")
    with pytest.raises(Refused, match="请他登录一次"):
        end(first)
    services.set_password(bai, liuxi.PASSWORD, by=HOUSE, at=liuxi.NOON)
    end(first)


def test_a_successor_who_begins_later_leaves_no_day_between(units: dict[str, UUID]) -> None:
    _lu, first = keeper("lu", units[liuxi.DISTRICT])
    bai = liuxi.account("bai", "白样本", liuxi.PASSWORD)
    later = liuxi.TODAY + timedelta(days=10)
    wanted = Appointment(account=bai, post="keeper", unit=units[liuxi.DISTRICT], from_on=later)
    second = services.appoint(wanted, MODEL, by=HOUSE, at=liuxi.NOON)
    with pytest.raises(Refused, match=TOMORROW.isoformat()):
        end(first)
    end(first, later)
    with pytest.raises(Refused, match="没有能登录的人"):  # they hold it from that day on
        services.undo_term(second, MODEL, by=HOUSE, at=liuxi.NOON)


def test_a_word_is_found_in_name_sign_in_post_and_unit(units: dict[str, UUID]) -> None:
    lin, qiao = liuxi.account("lin", "林样本"), liuxi.account("qiao", "乔样本")
    liuxi.seat(lin, "grid_worker", units[liuxi.GRID])
    liuxi.seat(qiao, "cadre", units[liuxi.STREET])
    liuxi.account("wei", "韦样本")
    assert names() == ["lin", "qiao", "wei"]
    assert names(Sought("林")) == ["lin"]
    assert names(Sought("QIA")) == ["qiao"]
    assert names(Sought("网格员", posts=("grid_worker",))) == ["lin"]
    assert names(Sought("望湖", paths=(liuxi.STREET,))) == ["lin", "qiao"]  # within it too
    assert names(Sought("望湖", paths=(liuxi.STREET,)), Sought("社区干部", posts=("cadre",))) == ["qiao"]
    assert names(Sought("100%")) == []


def test_a_post_that_has_ended_finds_nobody(units: dict[str, UUID]) -> None:
    lin = liuxi.account("lin", "林样本")
    term = liuxi.seat(lin, "grid_worker", units[liuxi.GRID])
    services.end_term(term, liuxi.TODAY, liuxi.MODEL, by=HOUSE, at=liuxi.NOON)
    assert names(Sought("网格员", posts=("grid_worker",))) == []
    services.close_account(lin, by=HOUSE, at=liuxi.NOON)
    assert names() == []
    assert names(Sought("林")) == ["lin"]  # closed ones by name


def test_pages_neither_skip_nor_repeat(units: dict[str, UUID]) -> None:
    for n in range(7):
        liuxi.account(f"p{n}", "某样本")
    first, more = directory.staff_found((), liuxi.TODAY, most=3)
    assert more
    second, more = directory.staff_found((), liuxi.TODAY, most=3, after=first[-1].sign_in)
    assert more
    assert [one.sign_in for one in (*first, *second)] == [f"p{n}" for n in range(6)]
    third, more = directory.staff_found((), liuxi.TODAY, most=3, after=second[-1].sign_in)
    assert (len(third), more) == (1, False)
    back, more = directory.staff_found((), liuxi.TODAY, most=3, before=third[0].sign_in)
    assert (back, more) == (second, True)


def test_trying_a_change_writes_nothing_and_says_why_not(units: dict[str, UUID]) -> None:
    lin = liuxi.account("lin", "林样本")
    wanted = Appointment(account=lin, post="grid_worker", unit=units[liuxi.GRID], from_on=liuxi.TODAY)
    before = Entry.objects.count()
    services.would(lambda: services.appoint(wanted, liuxi.MODEL, by=HOUSE, at=liuxi.NOON))
    assert not Term.objects.exists()
    assert Entry.objects.count() == before
    services.appoint(wanted, liuxi.MODEL, by=HOUSE, at=liuxi.NOON)
    with pytest.raises(Refused, match="已经任此职"):
        services.would(lambda: services.appoint(wanted, liuxi.MODEL, by=HOUSE, at=liuxi.NOON))


def test_whoever_comes_second_is_told_and_overwrites_nothing(units: dict[str, UUID]) -> None:
    lin = liuxi.account("lin", "林样本")
    term = liuxi.seat(lin, "grid_worker", units[liuxi.GRID])

    def mark() -> str:
        return directory.mark_of(directory.terms_of([lin]))

    def change(on: date, seen: str) -> None:
        with services.as_seen(seen, mark):
            services.change_end(term, on, liuxi.MODEL, by=HOUSE, at=liuxi.NOON)

    seen = mark()
    change(TOMORROW, seen)
    with pytest.raises(Refused) as no:
        change(TOMORROW + timedelta(days=5), seen)
    assert no.value.code == "moved_meanwhile"
    assert Term.objects.get(id=term).to_on == TOMORROW
    change(TOMORROW + timedelta(days=5), mark())


def test_a_forgotten_password_ends_with_the_new_slip(units: dict[str, UUID]) -> None:
    lin = liuxi.account("lin", "林样本", liuxi.PASSWORD)
    signed_in(lin)
    Account.objects.filter(id=lin).update(locked_until=liuxi.NOON + timedelta(hours=1), failures=6)
    with pytest.raises(Refused, match="已经有密码"):
        services.invite(lin, by=HOUSE, at=liuxi.NOON)
    slip = services.invite_again(lin, by=HOUSE, at=liuxi.NOON)
    row = Account.objects.get(id=lin)
    assert not is_password_usable(row.password)
    assert (row.failures, row.locked_until) == (0, None)
    assert not Session.objects.exists()
    assert slip.code
    assert Invitation.objects.filter(account=lin).exists()
    assert Entry.objects.filter(what="account.password_ended", about=lin).exists()


def test_nobody_locks_themselves_out(units: dict[str, UUID]) -> None:
    lin = liuxi.account("lin", "林样本", liuxi.PASSWORD)
    with pytest.raises(Refused, match="换密码"):
        services.invite_again(lin, by=Actor(lin, "keeper@0001"), at=liuxi.NOON)
    assert is_password_usable(Account.objects.get(id=lin).password)


def test_a_lock_is_lifted_once(units: dict[str, UUID]) -> None:
    lin = liuxi.account("lin", "林样本", liuxi.PASSWORD)
    Account.objects.filter(id=lin).update(locked_until=liuxi.NOON + timedelta(hours=1), failures=6)
    services.lift_lock(lin, by=HOUSE, at=liuxi.NOON)
    row = Account.objects.get(id=lin)
    assert (row.failures, row.locked_until) == (0, None)
    with pytest.raises(Refused, match="没有锁定"):
        services.lift_lock(lin, by=HOUSE, at=liuxi.NOON)
