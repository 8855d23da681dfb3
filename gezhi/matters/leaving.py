"""What somebody who leaves holds: what waits at their desks, by number and promise, and what waits for a word of theirs.

For whoever administers the staff: numbers and due moments, never the words of a matter; what a wall keeps the reader
from is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from gezhi.matters import access, editions, filters, lists, models, queries, standing, vacancies, walls
from gezhi.matters.filters import KeptFilter
from gezhi.matters.lists import Place
from gezhi.people import queries as people
from gezhi.people import rota, tokens
from gezhi.people.queries import Person
from gezhi.people.rota import ShiftLine
from gezhi.people.tokens import TokenLine

SHOWN = 50


class Waiting(NamedTuple):
    """One matter at a desk: its number, and when its first promise is due."""

    number: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class AtDesk:
    """What waits at one desk, the first due first; `others` sit there too."""

    desk: str
    many: int
    first: tuple[Waiting, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that has to go on without them."""

    desks: tuple[AtDesk, ...]
    proposals: tuple[str, ...]  # numbers of matters with a step they proposed that waits for a second person
    requests: tuple[str, ...]  # numbers of matters for which they asked for more time
    drafts: int  # drafts of the model that they wrote on last and that are not in force
    teams: tuple[str, ...]  # numbers of matters in whose teams they are
    standing: tuple[str, ...]  # names of the standing teams they are in
    filters: tuple[KeptFilter, ...]
    turns: tuple[ShiftLine, ...]  # of the duty rota, that have not ended
    keys: tuple[TokenLine, ...]
    sessions: int


def held_by(account: UUID, terms: Sequence[UUID], reader: Person, *, on: date) -> Held:
    """What somebody with these terms holds on a day, as far as the reader may know of it."""
    staff = people.roster(on)
    person = staff.people.get(account)
    desks = person.desks if person else ()
    many = vacancies.waiting_at(desks, reader)
    at_desks = tuple(_at(desk, many.get(desk, 0), account, staff, reader) for desk in desks)
    open_matters = access.matters_open_to(reader, editions.today())
    proposed = models.Proposal.objects.filter(by=account, live=True).values("matter")
    asked = models.Request.objects.filter(asked_by=account, state="open").values("matter")
    return Held(
        desks=at_desks,
        proposals=_numbers(open_matters.filter(id__in=proposed)),
        requests=_numbers(open_matters.filter(id__in=asked)),
        drafts=models.Draft.objects.filter(live=True, edited_by=account).count(),
        teams=_numbers(_in_teams(account, reader)),
        standing=_standing(account, on),
        filters=tuple(filters.shared_by(account)),
        turns=tuple(rota.shifts_of(terms, on)),
        keys=tuple(one for one in tokens.issued() if one.term in set(terms) and one.ended_at is None),
        sessions=len(people.sessions_of(account)),
    )


def _at(desk: str, many: int, account: UUID, staff: people.Roster, reader: Person) -> AtDesk:
    here = [Place("desk", desk, walls.reader(reader))]
    first = [Waiting(line.number, queries.due_or_none(line)) for line in lists.open_lines(here, most=SHOWN)]
    others = tuple(one.name for one in staff.at_desk(desk) if one.account != account)
    return AtDesk(desk, many, tuple(first), others)


def _in_teams(account: UUID, reader: Person) -> QuerySet[models.Matter]:
    rows = models.Matter.objects.filter(walls.open_to(walls.reader(reader)), ended_at=None, teamed=True)
    return rows.filter(id__in=access.memberships(account).values("matter"))


def _standing(account: UUID, on: date) -> tuple[str, ...]:
    rows = standing.of_account(account, on)
    names = standing.names_of_teams(row.team for row in rows)
    return tuple(dict.fromkeys(names[row.team] for row in rows if row.team in names))


def _numbers(rows: QuerySet[models.Matter]) -> tuple[str, ...]:
    return tuple(rows.order_by("next_due_at", "id").values_list("number", flat=True)[:SHOWN])
