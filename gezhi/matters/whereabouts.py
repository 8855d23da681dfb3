"""Where somebody's open work lies: the places of the work lists that are theirs."""

from __future__ import annotations

from collections.abc import Collection

from gezhi.matters import access, lists, vacancies, walls
from gezhi.matters.lists import Place
from gezhi.people.queries import Person
from gezhi.places.paths import WIDTH
from gezhi.rules.model import Model


def desks_places(person: Person) -> list[Place]:
    """What waits for a person: the desks of their seats, and empty ones in whose place they are asked."""
    who = walls.reader(person)
    return [Place("desk", desk, who) for desk in (*person.desks, *vacancies.minded_today(person))]


def open_places(person: Person, model: Model, path: str = "") -> list[Place]:
    """The open work of a person: units, departments and desks, but those that lie within another, and their teams; one
    unit alone, if they cover it, where a path is given. A department's desk is asked about what it was asked last."""
    reaches, who = access.reaches(person, model), walls.reader(person)
    if path:
        covered = any(reach.path and path.startswith(reach.path) for reach in reaches)
        return [lists.place_of(path, who)] if covered else []
    units = {reach.path for reach in reaches if reach.path}
    found = [lists.place_of(path, who) for path in sorted(units) if not _within(path, units - {path})]
    found += [Place("asked_department", reach.department, who) for reach in reaches if reach.department]
    desks = [Place("desk", reach.seat.desk, who) for reach in reaches if not reach.department]
    found += [desk for desk in desks if not _within(desk.value.partition("@")[2], units)]
    if person.terms and not any(len(path) == WIDTH for path in units):
        found.append(Place(lists.TEAM, person.account.hex, who))  # at the root it lies on their ground anyway
    return list(dict.fromkeys(found))


def _within(path: str, units: Collection[str]) -> bool:
    return any(path.startswith(unit) for unit in units)
