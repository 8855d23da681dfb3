"""The staffing audit: what each `[staffing]` rule of the model wants, unit by unit, and what there is.

Surplus in one unit never fills a gap in another: for a rule of least numbers, required + surplus = present +
missing. Holders are counted, never those who stand in; whoever is away still holds the post. A post that nobody
holds anywhere is counted by the numbers that were brought in, if there are any, and its line says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from gezhi.people.counts import counts
from gezhi.people.queries import Roster
from gezhi.places.paths import parent
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model, Staffing
from gezhi.rules.proof.staffed import Gap as Missing
from gezhi.rules.proof.staffed import Ground as People
from gezhi.rules.proof.staffed import cannot_separate

Kind = Literal["least", "one", "shared"]
Basis = Literal["terms", "counts", "none"]


@dataclass(frozen=True, slots=True)
class Gap:
    """One unit with too few or too many: how many there are, and how many the rule wants."""

    path: str
    names: tuple[str, ...]
    there: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Line:
    """One rule about one post or overlay.

    `kind` is least (so many holders at least in each unit), one (exactly one overlay unit each) or shared (one may
    serve several units, so a unit without one of its own is listed and nothing is missing). `basis` says what was
    counted: terms, brought-in counts, or nothing, and then there are no numbers. `uncounted` units have no number
    of their own among those brought in; they count as none. `sources` are (source, day).
    """

    rule: str
    level: str
    what: str
    kind: Kind
    basis: Basis
    units: int
    required: int | None
    present: int | None
    filled: int | None
    short: tuple[Gap, ...]
    over: tuple[Gap, ...]
    uncounted: int = 0
    sources: tuple[tuple[str, date], ...] = ()

    @property
    def missing(self) -> int | None:
        """How many are missing, over all units; none where nothing was counted or the rule lets them be shared."""
        if self.present is None or self.kind == "shared":
            return None
        return sum(gap.wanted - gap.there for gap in self.short)

    @property
    def surplus(self) -> int | None:
        """How many stand beyond what the rule wants, over all units."""
        if self.present is None or self.kind == "shared":
            return None
        return sum(gap.there - gap.wanted for gap in self.over)

    @property
    def whole(self) -> bool:
        """全覆盖: if, and only if, there are units, and every one of them has what the rule wants."""
        return self.filled is not None and self.units > 0 and self.filled == self.units


def audit(model: Model, ground: Tree, staff: Roster, on: date) -> tuple[Line, ...]:
    """Every line of every `[staffing]` rule on a day, in the model's order."""
    held = _held(staff)
    lines: list[Line] = []
    for rule in model.staffing.values():
        units = [unit for unit in ground.by_path.values() if unit.level == rule.level]
        lines += (_of_post(rule, post, least, units, held, on) for post, least in rule.least.items() if least)
        lines += (_of_overlay(rule, overlay, units, on) for overlay in rule.ratio)
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Unkept:
    """In these units, what some of those who may handle there did can be verified by nobody else, in a flow at a step.

    `people` counts them; nobody is named. `duties` would have to verify.
    """

    flow: str
    step: str
    duties: tuple[str, ...]
    units: tuple[tuple[str, tuple[str, ...]], ...]
    people: int


def unkept(model: Model, ground: Tree, staff: Roster) -> tuple[Unkept, ...]:
    """Where whoever verifies cannot be kept apart from whoever handled, with the people who sit there that day."""
    seats: dict[tuple[str, str], frozenset[str]] = {}
    offices: dict[str, frozenset[str]] = {}
    for desk, holders in staff.sitting().items():
        sitting = frozenset(holder.account.hex for holder in holders)
        post, _at, path = desk.partition("@")
        if path:
            seats[post, path] = sitting
        else:
            offices[desk.removeprefix("department:")] = sitting
    units = {unit.path: (unit.level, parent(unit.path)) for unit in ground.by_path.values()}
    found: dict[tuple[str, str], list[Missing]] = {}
    for gap in cannot_separate(model, People(units, seats, offices)):
        found.setdefault((gap.flow, gap.step), []).append(gap)
    return tuple(_unkept(gaps, ground) for gaps in found.values())


def _unkept(gaps: Sequence[Missing], ground: Tree) -> Unkept:
    paths = sorted({gap.unit for gap in gaps})
    units = tuple((path, ground.by_path[path].names) for path in paths)
    return Unkept(gaps[0].flow, gaps[0].step, gaps[0].duties, units, len({gap.person for gap in gaps}))


Held = Mapping[str, Mapping[UUID, int]]


def _held(staff: Roster) -> Held:
    """How many people hold each post at each unit; a person counts once."""
    seats: dict[str, dict[UUID, set[UUID]]] = {}
    for person in staff.people.values():
        for seat in person.terms:
            if not seat.standing:
                seats.setdefault(seat.post, {}).setdefault(seat.unit, set()).add(person.account)
    return {post: {unit: len(those) for unit, those in units.items()} for post, units in seats.items()}


def _of_post(rule: Staffing, post: str, least: int, units: Sequence[TreeUnit], held: Held, on: date) -> Line:
    if post in held:
        there = held[post]
        return _line(rule, post, "least", "terms", _gaps(units, there, least))
    counted = counts(post, on)
    gaps = _gaps(units, {unit: one.number for unit, one in counted.items()}, least)
    known = [counted[unit.identity] for unit in units if unit.identity in counted]
    if not known:  # nobody holds it and nobody counted it: everybody is missing
        return _line(rule, post, "least", "terms", gaps)
    sources = {(one.source, one.counted_on) for one in known}
    return _line(rule, post, "least", "counts", gaps, len(units) - len(known), sources)


def _of_overlay(rule: Staffing, overlay: str, units: Sequence[TreeUnit], on: date) -> Line:
    kind: Kind = "shared" if rule.ratio[overlay] == "shared" else "one"
    counted = counts(overlay, on)
    gaps = _gaps(units, {unit: one.number for unit, one in counted.items()}, 1)
    known = [counted[unit.identity] for unit in units if unit.identity in counted]
    if not known:
        return _line(rule, overlay, kind, "none", gaps)
    sources = {(one.source, one.counted_on) for one in known}
    return _line(rule, overlay, kind, "counts", gaps, len(units) - len(known), sources)


def _gaps(units: Sequence[TreeUnit], there: Mapping[UUID, int], wanted: int) -> list[Gap]:
    return [Gap(unit.path, unit.names, there.get(unit.identity, 0), wanted) for unit in units]


def _line(
    rule: Staffing,
    what: str,
    kind: Kind,
    basis: Basis,
    gaps: Sequence[Gap],
    uncounted: int = 0,
    sources: Iterable[tuple[str, date]] = (),
) -> Line:
    known = basis != "none"
    short = tuple(gap for gap in gaps if known and gap.there < gap.wanted)
    return Line(
        rule=rule.id,
        level=rule.level,
        what=what,
        kind=kind,
        basis=basis,
        units=len(gaps),
        required=None if kind == "shared" else sum(gap.wanted for gap in gaps),
        present=sum(gap.there for gap in gaps) if known else None,
        filled=len(gaps) - len(short) if known else None,
        short=short,
        over=tuple(gap for gap in gaps if known and gap.there > gap.wanted),
        uncounted=uncounted,
        sources=tuple(sorted(sources)),
    )
