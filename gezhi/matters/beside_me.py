"""What waits at no desk of somebody's and is theirs all the same: steps that want a second person and were proposed from
where they sit, matters in whose teams they are, and what they handed to somebody outside that asks something of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When

from gezhi.matters import access, outside, proposals, relays, statements, walls
from gezhi.matters.models import Matter
from gezhi.matters.outside import Waiting
from gezhi.matters.statements import NOTHING, Count
from gezhi.people.queries import Person

MOST = 70


@dataclass(frozen=True, slots=True)
class InTeam:
    """An open matter in whose team somebody is: its number, as what, and since when."""

    number: str
    role: str
    since: datetime


@dataclass(frozen=True, slots=True)
class BesideMe:
    """Numbers of what wants a second person, longest waiting first; teams, newest membership last; handovers, late ones
    first; how many statements this person is asked for; numbers of matters of which a statement is late or came, and of
    those whose reporter wrote."""

    proposed: tuple[str, ...] = ()
    teams: tuple[InTeam, ...] = ()
    outside: tuple[Waiting, ...] = ()
    to_state: Count = NOTHING
    stated: tuple[tuple[str, bool], ...] = ()
    relayed: tuple[str, ...] = ()


def look(person: Person, at: datetime) -> BesideMe:
    """What a person has beside their desks, at most so much. One statement, one more where there is any."""
    if not person.terms:
        return BesideMe()
    names = ("kind", "matter", "id", "word", "moment")
    two, team, out = (Value(kind, output_field=CharField()) for kind in ("0", "1", "2"))
    others = proposals.for_others(person).annotate(kind=two, word=F("move"), moment=F("at"))
    mine = access.memberships(person.account).annotate(kind=team, word=F("role"), moment=F("since"))
    handed = outside.asking(person, at).annotate(kind=out, word=F("said"), moment=F("until"))
    more = [some.values_list(*names) for some in (mine, handed, *_spoken(person, at))]
    rows = list(others.values_list(*names).union(*more, all=True).order_by("kind", "moment")[:MOST])
    if not rows:
        return BesideMe()
    shown = Matter.objects.filter(walls.open_to(walls.reader(person)), ended_at=None)
    numbers = dict(shown.filter(id__in={row[1] for row in rows}).values_list("id", "number"))
    known = [row for row in rows if row[1] in numbers]
    found = [
        Waiting(numbers[matter], id, word not in outside.OVER)
        for kind, matter, id, word, _at in known
        if kind == "2"
    ]
    return BesideMe(
        tuple(numbers[row[1]] for row in known if row[0] == "0"),
        tuple(
            InTeam(numbers[matter], word, since) for kind, matter, _id, word, since in known if kind == "1"
        ),
        tuple(sorted(found, key=lambda one: not one.late)),
        Count(sum(row[0] == "3" for row in rows), sum(row[0] == "3" and row[4] < at for row in rows)),
        tuple((numbers[row[1]], row[3] == "yes") for row in known if row[0] == "4"),
        tuple(dict.fromkeys(numbers[row[1]] for row in known if row[0] == "5")),
    )


def _spoken(person: Person, at: datetime) -> list[QuerySet[Any]]:
    """Statements that are asked of this person (kind 3), that came or are late at their desks (4), reporters' words (5)."""
    asked, came, word = (Value(kind, output_field=CharField()) for kind in ("3", "4", "5"))
    yes, no = (Value(said, output_field=CharField()) for said in ("yes", "no"))
    late = Case(When(answered_at=None, then=yes), default=no)
    return [
        statements.of_person(person).annotate(kind=asked, word=F("number"), moment=F("due_at")),
        statements.pointed_out(person, at).annotate(kind=came, word=late, moment=F("due_at")),
        relays.pointed_out(person).annotate(kind=word, word=no, moment=F("at")),
    ]
