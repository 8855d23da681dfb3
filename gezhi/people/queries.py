"""Who somebody is today, who holds a post, and what was signed in from where."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.places.paths import parent

from .models import Account, Session

DEPARTMENT = "department"


def desk_word(post: str, department: str, path: str) -> str:
    """The word of a desk: a post at the unit with this path, or a department, wherever it sits."""
    return f"department:{department}" if post == DEPARTMENT else f"{post}@{path}"


class Holder(NamedTuple):
    """Somebody who holds a post."""

    account: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Seat:
    """One term that runs today, at the place its unit has in today's tree. `standing` says that its holder stands in."""

    term: UUID
    post: str
    department: str
    unit: UUID
    path: str
    level: str
    standing: bool = False

    @property
    def desk(self) -> str:
        """The desk at which this seat works: "grid_worker@0001000A" or "department:housing"."""
        return desk_word(self.post, self.department, self.path)


@dataclass(frozen=True, slots=True)
class Person:
    """An account and the seats it holds on one day. Rights come from the seats and from nothing else.

    `vacated` are the roster's desks at which somebody sat once and nobody sits today, whoever they belong to.
    `elsewhere` are seats of theirs that they do not act from here: a program's key acts from one of them alone.
    """

    account: UUID
    name: str
    language: str
    terms: tuple[Seat, ...] = ()
    vacated: tuple[str, ...] = ()
    elsewhere: tuple[Seat, ...] = ()

    @property
    def desks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(seat.desk for seat in self.terms))

    def seat_at(self, desk: str) -> Seat | None:
        """The seat that works at this desk, if this person has it."""
        return next((seat for seat in self.terms if seat.desk == desk), None)

    @property
    def own_desk(self) -> str:
        """The desk of the first post of their own; empty for somebody who has none."""
        return next((seat.desk for seat in self.terms if not seat.standing), "")

    def only_from(self, seat: Seat) -> Person:
        """This person as a program's key sees them: they act from this seat alone, and walls know them by all."""
        others = tuple(one for one in self.terms if one.term != seat.term)
        return Person(self.account, self.name, self.language, (seat,), elsewhere=others)

    def acting(self, seat: Seat) -> Actor:
        """This person acting from one of their seats; whoever stands in says from which post they come."""
        return Actor(self.account, seat.desk, self.own_desk if seat.standing else "")


@dataclass(frozen=True, slots=True)
class Aside:
    """Who has to step aside for one matter: why (a word of its own), which desk is asked where that leaves nobody,
    and which departments as a whole."""

    why: str
    instead: str
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who holds a post on one day. Made in two statements, kept until staffing or tree change.

    Who sits at a desk: its holders, but those who are away, and whoever stands in. `vacated` are the desks whose
    last holder's term has ended, each with its first day without: a stand-in does not fill them. `aside`: it is the
    roster as one matter sees it, without those who have to step aside; `emptied` are the desks at which then nobody is.
    """

    people: dict[UUID, Person]
    _desks: dict[str, tuple[Holder, ...]] = field(repr=False)
    _terms: dict[UUID, Seat] = field(repr=False)
    _away: Mapping[UUID, Person] = field(default_factory=dict, repr=False)
    vacated: Mapping[str, date] = field(default_factory=dict)
    aside: Aside | None = None
    emptied: frozenset[str] = frozenset()
    _accounts: Mapping[UUID, UUID] = field(default_factory=dict, repr=False)

    def without(self, accounts: Iterable[UUID]) -> Roster:
        """The same roster without these people: nobody finds them at a desk."""
        gone = set(accounts)
        people = {account: one for account, one in self.people.items() if account not in gone}
        desks, emptied = dict(self._desks), set[str]()
        for desk in {desk for account in gone for desk in self._sits_at(account)}:
            left = tuple(holder for holder in desks.get(desk, ()) if holder.account not in gone)
            if left:
                desks[desk] = left
            elif desks.pop(desk, None):
                emptied.add(desk)
        return replace(self, people=people, _desks=desks, emptied=frozenset(emptied))

    def _sits_at(self, account: UUID) -> tuple[str, ...]:
        return self.people[account].desks if account in self.people else ()

    def holders(self, post: str, path: str) -> tuple[Holder, ...]:
        """Who sits as this post at exactly this unit."""
        return self._desks.get(f"{post}@{path}", ())

    def nearest(self, post: str, path: str) -> str:
        """Path of the nearest unit, this one or above, where somebody sits as the post; "" when nobody does."""
        while path and f"{post}@{path}" not in self._desks:
            path = parent(path)
        return path

    def department_holders(self, code: str) -> tuple[Holder, ...]:
        """Who sits in the department."""
        return self._desks.get(f"department:{code}", ())

    def at_desk(self, desk: str) -> tuple[Holder, ...]:
        """Who sits at a desk, by its word."""
        return self._desks.get(desk, ())

    def sitting(self) -> Mapping[str, tuple[Holder, ...]]:
        """Who sits at each desk at which somebody does."""
        return self._desks

    def stood_in_from(self, desk: str) -> tuple[str, ...]:
        """The desks from which people stand in at this one, if nobody but they sit there; none otherwise."""
        sitting = [self.people[holder.account] for holder in self.at_desk(desk)]
        if not sitting or any(self._own(person, desk) for person in sitting):
            return ()
        return tuple(dict.fromkeys(person.own_desk for person in sitting))

    def _own(self, person: Person, desk: str) -> bool:
        seats = (seat for seat in person.terms if seat.desk == desk and seat.term not in self._away)
        return any(not seat.standing for seat in seats)

    def stand_in_of(self, term: UUID) -> Person | None:
        """Who stands in for the holder of this term, who is away today; none where nobody does."""
        return self._away.get(term)

    def seat(self, term: UUID) -> Seat | None:
        """The seat of a term, if it runs on this day."""
        return self._terms.get(term)

    def from_seat(self, term: UUID) -> Person | None:
        """The holder of a term with this one seat; none where it does not run on this day."""
        seat, account = self._terms.get(term), self._accounts.get(term)
        holder = self.people.get(account) if account else None
        return holder.only_from(seat) if holder and seat else None


_kept: dict[tuple[int, date], Roster] = {}


def roster(on: date, *, revision: int | None = None) -> Roster:
    """The roster of a day; no statement when this process has it and the caller knows the revision."""
    key = (instance.revision() if revision is None else revision, on)
    found = _kept.get(key)
    if found is None:
        found = _read_roster(on)
        while len(_kept) >= 4:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = found
    return found


def forget() -> None:
    """Drop the rosters this process keeps: for tests, whose databases roll back under one revision."""
    _kept.clear()


def person(account: UUID, on: date, *, revision: int | None = None) -> Person | None:
    """The active account with its seats on that day; none when there is no such account or it was closed.

    No statement but the revision's for somebody with a seat; one more for an account without any.
    """
    found = roster(on, revision=revision).people.get(account)
    if found is not None:
        return found
    row = Account.objects.filter(id=account, is_active=True).values_list("name", "language").first()
    return Person(account, *row) if row else None


def names_of(accounts: Iterable[UUID]) -> dict[UUID, str]:
    """Names of accounts, closed ones too, in one statement."""
    wanted = set(accounts)
    return dict(Account.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


class AccountLine(NamedTuple):
    """An account as the list of accounts shows it."""

    account: UUID
    sign_in: str
    name: str
    active: bool
    locked_until: datetime | None


def accounts() -> list[AccountLine]:
    """Every account, by sign-in name."""
    rows = Account.objects.order_by("sign_in").values_list(
        "id", "sign_in", "name", "is_active", "locked_until"
    )
    return [AccountLine(*row) for row in rows]


def anybody_can_sign_in() -> bool:
    """True if, and only if, an active account has a password."""
    return _able().exists()


def able_to_sign_in() -> set[UUID]:
    """Active accounts that have a password: those who were here, or were given one."""
    return set(_able().values_list("id", flat=True))


def _able() -> QuerySet[Account]:
    return Account.objects.filter(is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def account_named(sign_in: str) -> UUID | None:
    """The id behind a sign-in name."""
    return Account.objects.filter(sign_in=sign_in).values_list("id", flat=True).first()


class SessionLine(NamedTuple):
    """A signed-in browser as its owner sees it. `id` names it, and cannot be used to sign in."""

    id: str
    device: str
    began_at: datetime
    seen_at: datetime


def sessions_of(account: UUID) -> list[SessionLine]:
    """The browsers signed in as this account, the one used last first."""
    rows = Session.objects.filter(account=account, expire_date__gt=timezone.now()).order_by("-seen_at")
    return [
        SessionLine(key, device, began, seen)
        for key, device, began, seen in rows.values_list("session_key", "device", "began_at", "seen_at")
        if began is not None and seen is not None
    ]


_ROSTER = """
SELECT a.id, a.name, a.language, t.id, t.post, t.department, t.unit, u.path, u.level, t.standing, t.stands_for_id
FROM people_term t
JOIN people_account a ON a.id = t.account_id AND a.is_active
JOIN places_unit u ON u.identity = t.unit AND u.valid_from <= %s AND (u.valid_to IS NULL OR u.valid_to > %s)
WHERE t.from_on <= %s AND (t.to_on IS NULL OR t.to_on > %s)
ORDER BY t.id
"""

_VACATED = """
SELECT t.post, t.department, u.path, MAX(t.to_on)
FROM people_term t
JOIN places_unit u ON u.identity = t.unit AND u.valid_from <= %s AND (u.valid_to IS NULL OR u.valid_to > %s)
WHERE t.from_on <= %s AND NOT t.standing
GROUP BY t.post, t.department, u.path
HAVING COUNT(CASE WHEN t.to_on IS NULL OR t.to_on > %s THEN 1 END) = 0
"""


def _read_roster(on: date) -> Roster:
    people: dict[UUID, Person] = {}
    terms: dict[UUID, Seat] = {}
    accounts: dict[UUID, UUID] = {}
    away: dict[UUID, UUID] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ROSTER, [on] * 4)
        rows = cursor.fetchall()
    for account_word, name, language, *columns, standing, stands_for in rows:
        account = as_uuid(account_word)
        term, post, department, unit, path, level = columns
        seat = Seat(as_uuid(term), post, department, as_uuid(unit), path, level, bool(standing))
        before = people.get(account)
        people[account] = Person(account, name, language, (*(before.terms if before else ()), seat))
        terms[seat.term], accounts[seat.term] = seat, account
        if stands_for is not None:
            away[as_uuid(stands_for)] = account
    desks, vacated = _sitting(people.values(), away), _vacated(on, terms.values())
    if empty := tuple(desk for desk in vacated if desk not in desks):
        people = {id: replace(one, vacated=empty) for id, one in people.items()}
    stood_in = {term: people[account] for term, account in away.items()}
    return Roster(people, desks, terms, stood_in, vacated, _accounts=accounts)


def _vacated(on: date, running: Iterable[Seat]) -> dict[str, date]:
    """Desks whose last holder's term has ended, with the first day without. A department sits at one desk."""
    held = {seat.desk for seat in running if not seat.standing}
    with connection.cursor() as cursor:
        cursor.execute(_VACATED, [on] * 4)
        rows = cursor.fetchall()
    found: dict[str, date] = {}
    for post, department, path, ended in rows:
        desk = desk_word(post, department, path)
        since = date.fromisoformat(ended) if isinstance(ended, str) else ended
        if desk not in held:
            found[desk] = max(since, found.get(desk, since))
    return found


def _sitting(people: Iterable[Person], away: Container[UUID]) -> dict[str, tuple[Holder, ...]]:
    """Who sits at each desk, whoever was seated first before the others."""
    seats = [(seat, Holder(one.account, one.name)) for one in people for seat in one.terms]
    seats.sort(key=lambda pair: pair[0].term)
    desks: dict[str, tuple[Holder, ...]] = {}
    for seat, holder in seats:
        if seat.term not in away and holder not in desks.get(seat.desk, ()):
            desks[seat.desk] = (*desks.get(seat.desk, ()), holder)
    return desks


def as_uuid(word: UUID | str) -> UUID:
    """SQLite gives ids as 32 hex characters, PostgreSQL as UUID."""
    return word if isinstance(word, UUID) else UUID(word)
