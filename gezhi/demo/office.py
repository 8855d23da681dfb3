"""What offices of the demo keep ready and hand out: canned answers of the centre and of a department, and one issued paper."""

from __future__ import annotations

from datetime import datetime

from gezhi.demo import phrases
from gezhi.documents import access
from gezhi.documents.kinds import KINDS
from gezhi.documents.services import issuing, phrasing
from gezhi.documents.services.phrasing import Wanted
from gezhi.errors import Refused
from gezhi.ledger.ids import new_id
from gezhi.matters.models import Matter
from gezhi.people.queries import Person, Roster
from gezhi.rules.model import Model


def open_up(grid: str, model: Model, staff: Roster, *, at: datetime) -> None:
    """Answers that whoever accepts and one department keep, and the paper that tells the reporter of acceptance, on the
    newest reported matter in work, of this grid if there is one."""
    centre = _keeper(model, staff, "unit:")
    department = _keeper(model, staff, "department:")
    for who, said in ((centre, phrases.ANSWERS), (department, phrases.ANSWERS_OF_A_DEPARTMENT)):
        for title, use, body in said if who else ():
            person, keeper = who  # type: ignore[misc]  # there is one, or nothing is said
            phrasing.write(Wanted(keeper, title, body, use), by=person, at=at)
    if centre:
        _issue(grid, centre[0], at)


def _keeper(model: Model, staff: Roster, kind: str) -> tuple[Person, str] | None:
    """Whoever keeps answers of this kind highest up, and their word as a keeper."""
    found = [
        (seat.path, word, person)
        for person in staff.people.values()
        for word, seat in access.kept_by(person, model).items()
        if word.startswith(kind)
    ]
    first = min(found, key=lambda one: one[:2], default=None)
    return (first[2], first[1]) if first else None


def _issue(grid: str, by: Person, at: datetime) -> None:
    rows = Matter.objects.filter(ended_at=None, phase="handling", accepted_at__isnull=False)
    told = rows.exclude(reporting="staff").order_by("-at")  # somebody has to be told
    matter = told.filter(path=grid).first() or told.first()
    if matter is None:
        return
    try:
        issuing.issue(
            new_id(), matter.number, KINDS["acceptance"], {"联系方式": phrases.OFFICE}, by=by, at=at
        )
    except Refused:
        return  # this machine cannot print, or the matter is kept from whoever would issue
