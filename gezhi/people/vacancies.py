"""Vacancies: the posts that nobody holds on a day, and since when.

A post is vacant at a unit if, and only if, nobody holds it there that day, and the model wants it there
(`[staffing]`, `never_vacant`), or somebody held it before. A department is vacant if nobody sits in it. Whoever
stands in, or is away, changes nothing of this: the first fills no post, the second still holds theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gezhi.people.queries import DEPARTMENT, Roster, desk_word
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One empty seat. `since` is its first day without a holder, none where there never was one.

    `stood_in` are the desks from which people stand in there today.
    """

    post: str
    department: str
    unit: UUID
    path: str
    since: date | None
    stood_in: tuple[str, ...]

    @property
    def desk(self) -> str:
        return desk_word(self.post, self.department, self.path)


def vacant(model: Model, ground: Tree, staff: Roster) -> tuple[Vacancy, ...]:
    """Every vacancy of the day of this ground and these people: by path, then in the model's order of posts."""
    held = {seat.desk for person in staff.people.values() for seat in person.terms if not seat.standing}
    seats = {desk_word(*seat[:2], seat[2].path): seat for seat in _wanted(model, ground)}
    for desk in staff.vacated:
        if desk not in seats and (seat := _seat_of(desk, model, ground)) is not None:
            seats[desk] = seat
    order = {post: n for n, post in enumerate((*model.posts, DEPARTMENT))}
    found = [
        Vacancy(
            post,
            department,
            unit.identity,
            unit.path,
            staff.vacated.get(desk),
            staff.stood_in_from(desk),
        )
        for desk, (post, department, unit) in seats.items()
        if desk not in held
    ]
    return tuple(sorted(found, key=lambda one: (one.path, order[one.post], one.department)))


Wanted = tuple[str, str, TreeUnit]


def _wanted(model: Model, ground: Tree) -> Iterator[Wanted]:
    """The seats that the model wants filled: post, department, unit."""
    levels = {(rule.level, post) for rule in model.staffing.values() for post, n in rule.least.items() if n}
    levels |= {
        (level, post.id) for post in model.posts.values() if post.never_vacant for level in post.levels
    }
    for unit in ground.by_path.values():
        yield from ((post, "", unit) for post in model.posts if (unit.level, post) in levels)
    if ground.root is not None:
        yield from ((DEPARTMENT, department, ground.root) for department in model.departments)


def _seat_of(desk: str, model: Model, ground: Tree) -> Wanted | None:
    """The seat behind a desk's word; none where the model of the day no longer knows the post."""
    post, _at, path = desk.partition("@")
    unit = ground.by_path.get(path)
    return (post, "", unit) if unit is not None and post in model.posts else None
