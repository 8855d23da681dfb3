# ruff: noqa: S608  (the clause is of constants of this file; values are parameters)
"""回避: whom a matter is kept from. One gate, in one clause, that every list, page, file and count goes through.

信访工作条例 (2022) art. 28(3): staff with a direct interest in a matter must step aside; art. 30(3) and 46(5): what is
said of somebody, and by whom, must not come to the person or unit it is said of. 济南市 12345 条例 art. 32 says the same
of hotlines, and that whoever called may ask for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.fetching import marks
from gezhi.matters.models import Matter, Wall
from gezhi.people.queries import Aside, Person, Roster
from gezhi.places.paths import WIDTH
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

ABOUT, RECUSED = "about", "recused"


@dataclass(frozen=True, slots=True)
class Reader:
    """By which words of walls somebody is kept from a matter; `desks` are theirs at the root, which a wall may spare."""

    keys: tuple[str, ...]
    desks: tuple[str, ...] = ()


def reader(person: Person) -> Reader:
    """Whom walls know this person as: themselves, the departments and units of every seat, and all units above these.

    A wall of a unit holds for whoever sits in it or below it, by whichever of their posts they come.
    """
    at_root = (seat.desk for seat in person.terms if len(seat.path) == WIDTH and not seat.department)
    return Reader(keys_of(person), tuple(dict.fromkeys(at_root)))


def keys_of(person: Person) -> tuple[str, ...]:
    """The words of a person, each once."""
    found = {person_word(person.account): None}
    for seat in (*person.terms, *person.elsewhere):
        if seat.department:
            found[f"department:{seat.department}"] = None
        for end in range(WIDTH, len(seat.path) + 1, WIDTH):
            found[unit_word(seat.path[:end])] = None
        if len(seat.path) > WIDTH:
            found[below_word(seat.path[:WIDTH])] = None
    return tuple(found)


def person_word(account: UUID) -> str:
    """How a wall names a person."""
    return f"person:{account.hex}"


def unit_word(path: str) -> str:
    """How a wall names a unit."""
    return f"unit:{path}"


def below_word(root: str) -> str:
    """How a wall names everybody who sits below the root, in whichever unit."""
    return f"below:{root}"


def last_post(model: Model) -> str:
    """The post that may never be vacant; empty where the model names none."""
    return next((post.id for post in model.posts.values() if post.never_vacant), "")


def open_to(who: Reader) -> Q:
    """Matters that no wall keeps this reader from. A matter without walls is not looked up in their table."""
    rows = Wall.objects.filter(matter=OuterRef("pk"), lifted_at=None, blocked__in=who.keys)
    if who.desks:
        rows = rows.exclude(spares__in=who.desks)
    return Q(walled=None) | Q(~Exists(rows))


def clause(who: Reader, table: str = "matters_matter") -> tuple[str, list[Any]]:
    """The same as words of SQL over matters_matter, by the name that it has there, and its parameters."""
    said, given = _standing(who)
    return f"({table}.walled IS NULL OR NOT EXISTS (SELECT 1 {said} AND w.matter = {table}.id))", given


def clause_at(moment: datetime, table: str) -> tuple[str, list[Any]]:
    """Matters that were kept from nobody at a moment, as words of SQL like `clause`."""
    return (
        f"({table}.walled IS NULL OR NOT EXISTS (SELECT 1 FROM matters_wall AS w WHERE w.matter = {table}.id"
        " AND w.since <= %s AND (w.lifted_at IS NULL OR w.lifted_at > %s)))"
    ), [moment, moment]


def kept_from(who: Reader) -> tuple[str, list[Any]]:
    """The ids of the matters that this reader is kept from, by an index: words of SQL to be part of a statement."""
    said, given = _standing(who)
    return f"SELECT w.matter {said}", given


def _standing(who: Reader) -> tuple[str, list[Any]]:
    spared = f" AND w.spares NOT IN ({marks(who.desks)})" if who.desks else ""
    said = f"FROM matters_wall AS w WHERE w.lifted_at IS NULL AND w.blocked IN ({marks(who.keys)}){spared}"
    return said, [*who.keys, *who.desks]


class Standing(NamedTuple):
    """One wall that stands: whom it names, why, and which desk it lets through; empty for none."""

    blocked: str
    why: str
    spares: str = ""


@dataclass(frozen=True, slots=True)
class Walls:
    """The walls of one matter that stand."""

    standing: tuple[Standing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.standing)

    @property
    def because(self) -> str:
        """about where one of them names who is complained about, else recused."""
        return ABOUT if any(one.why == ABOUT for one in self.standing) else RECUSED

    def hold(self, person: Person) -> bool:
        """Whether they keep this person from it."""
        words, desks = set(keys_of(person)), person.desks
        return any(one.blocked in words and one.spares not in desks for one in self.standing)

    def hold_department(self, code: str) -> bool:
        """Whether they keep this department from it."""
        return any(one.blocked == f"department:{code}" for one in self.standing)


NO_WALLS = Walls()


def of_matter(matter: Matter) -> Walls:
    """The walls of a matter; no statement where it never had one."""
    return of_matters([matter.id]).get(matter.id, NO_WALLS) if matter.walled else NO_WALLS


def about(matter: Matter) -> tuple[tuple[UUID, str], ...]:
    """The walls of those of whom a matter complains, each with its word. No statement where it never had one."""
    if not matter.walled:
        return ()
    rows = Wall.objects.filter(matter=matter.id, lifted_at=None, why=ABOUT).order_by("since", "id")
    return tuple(rows.values_list("id", "blocked"))


def of_matters(matters: Collection[UUID]) -> dict[UUID, Walls]:
    """The walls of these matters, but of those that have none. One statement."""
    rows = Wall.objects.filter(matter__in=matters, lifted_at=None).order_by("since", "blocked")
    found: dict[UUID, list[Standing]] = {}
    for matter, *said in rows.values_list("matter", *Standing._fields):
        found.setdefault(matter, []).append(Standing(*said))
    return {matter: Walls(tuple(rows)) for matter, rows in found.items()}


def head_desk(model: Model, ground: Tree) -> str:
    """The desk of the head of the root: the post that may never be vacant; empty where there is none."""
    post, root = last_post(model), ground.root
    return f"{post}@{root.path}" if post and root is not None else ""


def staff_without(staff: Roster, walls: Walls, model: Model, ground: Tree) -> Roster:
    """The roster as a matter with these walls sees it: without whomever they keep from it.

    `instead` of it is the desk that is asked where they leave nobody of a post, or a department has to step aside: the
    head of the root; if nobody is left there, the first post of the model at the root at which somebody is.
    """
    if not walls:
        return staff
    head = head_desk(model, ground)
    kept = [one.account for one in staff.people.values() if walls.hold(one)]
    left = staff.without(kept)
    root = head.partition("@")[2]
    at_root = [head, *(f"{post}@{root}" for post in model.posts)]
    instead = next((desk for desk in at_root if left.at_desk(desk)), head)
    away = (d for d in model.departments if walls.hold_department(d) or f"department:{d}" in left.emptied)
    return replace(left, aside=Aside(walls.because, instead, frozenset(away)))


def spared(walls: Walls, staff: Roster, model: Model, ground: Tree) -> Walls:
    """The same walls, such that somebody is left to handle the matter: where nobody would be, those of units and
    departments let the head of the root through. Whoever is named in person, or must not handle it, never is.

    Raises `Refused` where that leaves nobody either.
    """
    if somebody_left(walls, staff, model, ground):
        return walls
    head = head_desk(model, ground)
    spares = {one.blocked: "" if one.blocked.startswith("person:") else head for one in walls.standing}
    softened = Walls(tuple(one._replace(spares=spares[one.blocked]) for one in walls.standing))
    if not somebody_left(softened, staff, model, ground):
        told = _("这样就没有人能办这一件了。请先在“人员”页给最上一级的岗位任命一个人，再记回避。")
        raise Refused(told, code="nobody_left")
    return softened


def somebody_left(walls: Walls, staff: Roster, model: Model, ground: Tree) -> bool:
    """Whether anybody is left who can be asked about a matter with these walls."""
    left = staff_without(staff, walls, model, ground)
    return left.aside is None or bool(left.at_desk(left.aside.instead))
