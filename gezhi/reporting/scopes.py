"""What somebody may count: decided before anything is counted, by the same reaches that open matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from gezhi.errors import NotFound
from gezhi.matters import access, walls
from gezhi.matters.walls import Reader
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.rules.model import Model


@dataclass(frozen=True, slots=True)
class Scope:
    """Matters within a unit; if `departments` is not none, only those of these departments.

    `then` is the day as of which units and matters are taken where they were; none for today's units (`grounds`).
    `reader`: whose figures they are; a matter that is kept from them is not counted. `open_at`: figures for everybody;
    what was kept from anybody at that moment is not counted.
    """

    path: str
    departments: tuple[str, ...] | None = None
    then: date | None = None
    reader: Reader | None = None
    open_at: datetime | None = None


def scope_of(person: Person, path: str, model: Model, ground: Tree) -> Scope:
    """What this person may count in a unit; without a path, the widest that is open to them.

    A unit is counted whole if, and only if, a seat of a post that sees its ground or its figures stands at it
    or above; a department counts its own matters anywhere. Raises `NotFound`: unknown and hidden look the same.
    """
    grounds, departments = open_to(person, model)
    if not path:
        path = min(
            grounds,
            key=lambda p: (len(p), p),
            default=ground.root.path if ground.root and departments else "",
        )
    if path in ground.by_path:
        if any(path.startswith(one) for one in grounds):
            return Scope(path, reader=walls.reader(person))
        if departments:
            return Scope(path, departments, reader=walls.reader(person))
    raise NotFound(_("没有这个单元的数据，或者您看不到它。"))


def open_to(person: Person, model: Model) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Units whose figures are open to a person, and departments whose own are."""
    grounds, departments = [], []
    for reach in access.reaches(person, model):
        post = model.posts.get(reach.seat.post)
        if reach.path:
            grounds.append(reach.path)
        elif reach.department:
            departments.append(reach.department)
        elif post is not None and post.sees == "figures":
            grounds.append(reach.seat.path)
    return tuple(dict.fromkeys(grounds)), tuple(dict.fromkeys(departments))


def whole(ground: Tree) -> Scope:
    """Everything: for the operator at the command line, not for a page."""
    return Scope(ground.root.path if ground.root else "")
