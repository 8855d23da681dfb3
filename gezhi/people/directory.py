"""The directory of staff: accounts found by words, a page at a time, and every term behind them, past and to come.

For whoever administers. By sign-in name, never by how much somebody has to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from gezhi.people.models import Account, Invitation, Shift, Term
from gezhi.places.models import Unit


class StaffLine(NamedTuple):
    """One account. `came`: somebody chose a password for it."""

    account: UUID
    sign_in: str
    name: str
    active: bool
    came: bool
    locked_until: datetime | None


class TermLine(NamedTuple):
    """One term. `unit` is an identity; `begun_by` and `ended_by` are plans of the ground; `note` says why it
    was registered after its first day."""

    term: UUID
    account: UUID
    post: str
    department: str
    unit: UUID
    from_on: date
    to_on: date | None
    standing: bool
    stands_for: UUID | None
    begun_by: UUID | None
    ended_by: UUID | None
    note: str = ""

    def state(self, on: date) -> str:
        """past, now or coming, seen from a day."""
        if self.to_on is not None and self.to_on <= on:
            return "past"
        return "now" if self.from_on <= on else "coming"


_COLUMNS = (
    *("id", "account_id", "post", "department", "unit", "from_on", "to_on"),
    *("standing", "stands_for_id", "begun_by", "ended_by", "note"),
)


@dataclass(frozen=True, slots=True)
class Sought:
    """One word of a search, with the posts, departments and units (paths; within them too) whose names hold it."""

    word: str
    posts: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def staff_found(
    words: Sequence[Sought], on: date, *, most: int, after: str = "", before: str = ""
) -> tuple[list[StaffLine], bool]:
    """Accounts in which every word is found, by sign-in name from a key on, and whether there are more that way.

    A word is found in the name, the sign-in name, or a post or unit of a term that has not ended. Closed accounts
    are found by name only. With `before`, the page that ends before that key.
    """
    rows = Account.objects.all() if words else Account.objects.filter(is_active=True)
    for one in words:
        rows = rows.filter(_named(one) | Q(id__in=_seated(one, on).values("account")))
    if before:
        found = _lines(rows.filter(sign_in__lt=before).order_by("-sign_in")[: most + 1])
        return found[:most][::-1], len(found) > most
    found = _lines(rows.filter(sign_in__gt=after).order_by("sign_in")[: most + 1])
    return found[:most], len(found) > most


def staff_of(account: UUID) -> StaffLine | None:
    """One account, closed ones too."""
    return next(iter(_lines(Account.objects.filter(id=account))), None)


def invited_until(account: UUID) -> datetime | None:
    """Until when a slip given to this account is good; none where there is no slip."""
    return Invitation.objects.filter(account=account).values_list("expires_at", flat=True).first()


def invited() -> dict[UUID, datetime]:
    """Until when each slip that was given out and not used is good, by account. One statement."""
    return dict(Invitation.objects.values_list("account", "expires_at"))


def with_good_slips(at: datetime) -> set[UUID]:
    """Accounts that hold a slip which can still be used at this moment. One statement."""
    return set(Invitation.objects.filter(expires_at__gt=at).values_list("account", flat=True))


def terms_of(accounts: Iterable[UUID]) -> list[TermLine]:
    """Every term of these accounts, the one begun first before the others. One statement."""
    return _terms(Term.objects.filter(account__in=list(accounts)))


def terms_at(post: str, department: str, unit: UUID) -> list[TermLine]:
    """Every term of a post at a unit; of a department wherever it sits."""
    rows = Term.objects.filter(post=post, department=department)
    return _terms(rows if department else rows.filter(unit=unit))


def terms_by_id(ids: Iterable[UUID]) -> dict[UUID, TermLine]:
    return {one.term: one for one in _terms(Term.objects.filter(id__in=list(ids)))}


def terms_turning(on: date) -> list[TermLine]:
    """Terms that begin or end after a day."""
    return _terms(Term.objects.filter(Q(from_on__gt=on) | Q(to_on__gt=on)))


class ShiftTurn(NamedTuple):
    """A shift that begins after a day; `account` is none where nobody is on duty."""

    shift: UUID
    account: UUID | None
    post: str
    department: str
    unit: UUID
    day: int | None
    from_on: date
    to_on: date | None
    starts: int
    ends: int


def shifts_turning(on: date) -> list[ShiftTurn]:
    """Shifts of the duty rota that begin after a day."""
    rows = Shift.objects.filter(from_on__gt=on).order_by("from_on", "id")
    columns = ("id", "term__account_id", *ShiftTurn._fields[2:])
    return [ShiftTurn(*row) for row in rows.values_list(*columns)]


def mark_of(terms: Iterable[TermLine], *more: object) -> str:
    """What a page saw of these terms and of whatever else it showed: another word as soon as any of it is another."""
    said = sorted(map(repr, terms)), sorted(map(repr, more))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _named(one: Sought) -> Q:
    return Q(name__icontains=one.word) | Q(sign_in__icontains=one.word)


def _seated(one: Sought, on: date) -> QuerySet[Term]:
    """Terms that have not ended, of the posts and departments, or at the units that the word names."""
    held = Q(post__in=one.posts) | Q(department__in=one.departments)
    if one.paths:
        below = Q(pk__in=[])
        for path in one.paths:
            below |= Q(path__gte=path, path__lt=path + "~")
        standing = Q(valid_to=None) | Q(valid_to__gt=on)
        held |= Q(unit__in=Unit.objects.filter(below, standing).values("identity"))
    return Term.objects.filter(held).filter(Q(to_on=None) | Q(to_on__gt=on))


def _lines(rows: QuerySet[Account]) -> list[StaffLine]:
    came = ExpressionWrapper(~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX), BooleanField())
    columns = ("id", "sign_in", "name", "is_active", "came", "locked_until")
    return [StaffLine(*row) for row in rows.annotate(came=came).values_list(*columns)]


def _terms(rows: QuerySet[Term]) -> list[TermLine]:
    return [TermLine(*row) for row in rows.order_by("from_on", "id").values_list(*_COLUMNS)]
