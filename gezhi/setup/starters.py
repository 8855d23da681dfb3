"""Seats that somebody holds from a day to come, and that nobody holds until then."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gezhi.people import directory
from gezhi.people import queries as people
from gezhi.people.directory import TermLine
from gezhi.people.queries import Roster, desk_word
from gezhi.setup import seats
from gezhi.setup.seats import Day


@dataclass(frozen=True, slots=True)
class Starter:
    """One such seat: who will hold it, in words, and from which day."""

    term: TermLine
    name: str
    post: str
    where: str
    day: str

    @property
    def said(self) -> str:
        """银杏街道 · 镇网格办 12月1日（周二）起 陈样癸."""
        told = _("{seat} {day}起 {name}")
        seat = " · ".join(filter(None, (self.where, self.post)))
        return told.format(seat=seat, day=self.day, name=self.name)


def starters(here: Day, staff: Roster) -> list[Starter]:
    """The first to begin at each seat that is empty today, by day."""
    held = {seat.desk for person in staff.people.values() for seat in person.terms if not seat.standing}
    first: dict[str, TermLine] = {}
    for term in sorted(directory.terms_turning(here.on), key=lambda one: one.from_on):
        unit = here.ground.by_identity.get(term.unit)
        if term.state(here.on) != "coming" or term.standing or (unit is None and not term.department):
            continue
        desk = desk_word(term.post, term.department, unit.path if unit else "")
        if desk not in held:
            first.setdefault(desk, term)
    names = people.names_of(one.account for one in first.values())
    return [_starter(one, names[one.account], here) for one in first.values()]


def _starter(term: TermLine, name: str, here: Day) -> Starter:
    unit = here.ground.by_identity.get(term.unit)
    where = "" if term.department or unit is None else seats.below_root(unit)
    begins = seats.day_said(term.from_on)
    return Starter(term, name, seats.title(seats.seat_of(term), here), where, begins)
