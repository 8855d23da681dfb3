"""Whose canned answers somebody may use, and whose they may change.

A seat of a department keeps those of the department; a seat of a post that sees its ground keeps those of its own unit,
and uses besides those of every unit above it. Nobody sees what another department or another unit keeps.
"""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.people.queries import DEPARTMENT, Person, Seat
from gezhi.places.paths import ancestors
from gezhi.places.tree import Tree
from gezhi.rules.model import Model


def kept_by(person: Person, model: Model) -> dict[str, Seat]:
    """The keepers for which this person writes, each with the seat from which they do."""
    found: dict[str, Seat] = {}
    for seat in person.terms:
        if seat.post == DEPARTMENT:
            found.setdefault(f"department:{seat.department}", seat)
        elif of_ground(seat, model):
            found.setdefault(f"unit:{seat.unit.hex}", seat)
    return found


def usable_by(person: Person, model: Model, ground: Tree) -> tuple[str, ...]:
    """The keepers whose answers this person may use: their own, and the units above."""
    return tuple(dict.fromkeys(_usable(person, model, ground)))


def _usable(person: Person, model: Model, ground: Tree) -> Iterator[str]:
    for seat in person.terms:
        if seat.post == DEPARTMENT:
            yield f"department:{seat.department}"
        elif of_ground(seat, model):
            yield from (
                f"unit:{ground.by_path[path].identity.hex}"
                for path in reversed(ancestors(seat.path))
                if path in ground.by_path
            )


def of_ground(seat: Seat, model: Model) -> bool:
    """Whether a seat is of a post that sees its ground."""
    post = model.posts.get(seat.post)
    return post is not None and post.sees == "ground"
