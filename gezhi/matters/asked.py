"""Who reported: the requests that wait for one person's answer, so that none waits where nobody sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gezhi.matters import access, editions
from gezhi.people.queries import Person
from gezhi.vault import queries as vault

MOST = 50  # oldest requests of the whole instance that are looked at


@dataclass(frozen=True, slots=True)
class Awaited:
    """One matter on whose reporter somebody else wants an answer."""

    number: str
    headline: str


def awaited(person: Person, *, at: datetime) -> tuple[Awaited, ...]:
    """Matters open to this person with a request of somebody else that they may answer; oldest request first.

    One bounded statement, one more where requests wait; none for whoever stands above no unit.
    """
    if not any(seat.post != "department" for seat in person.terms):
        return ()
    waiting = [one for one in vault.openings_waiting(at=at, most=MOST) if one.asked_by != person.account]
    if not waiting:
        return ()
    open_ones = access.matters_open_to(person, editions.today())
    rows = {m.id: m for m in open_ones.filter(id__in={one.about for one in waiting})}
    found = (rows[about] for about in dict.fromkeys(one.about for one in waiting) if about in rows)
    return tuple(Awaited(m.number, m.headline) for m in found if access.may_answer_for_reporter(person, m))
