"""What a plan may change, one value a change. A unit is named by its identity, or by the key its own plan gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from gezhi.places.geometry import Said

Ref = UUID | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """A new unit under another one. `key` is the word by which later changes of the plan call it."""

    key: str
    under: Ref
    level: str
    name: str
    short: str = ""
    code: str = ""
    border: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A unit that stands no longer; nothing may be left below it when the plan is done."""

    unit: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    unit: Ref
    name: str
    short: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A unit with all below it under another parent; the ground goes along where borders are known."""

    unit: Ref
    under: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraw:
    """Another border. What one redrawn unit loses and another gains is ceded."""

    unit: Ref
    border: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a split unit. At most one piece of a split `keeps` the unit's identity."""

    key: str
    name: str
    short: str = ""
    code: str = ""
    border: Said | None = None
    keeps: bool = False
    part: int | None = None  # stated share, of the sum of all parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A unit into pieces. `below` says into which piece each child goes; else the piece that holds most of its ground."""

    unit: Ref
    into: tuple[Piece, ...]
    below: Mapping[Ref, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Several units of one level into one: a new one, or the one that `keeps` its identity."""

    units: tuple[Ref, ...]
    key: str
    name: str
    short: str = ""
    code: str = ""
    keeps: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorb:
    """A legacy net goes into the tree: its units end, and their ground is that of the units of a level from then on.

    Units without a border go whole into the unit they are `inside` of.
    """

    overlay: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSaid:
    """What a plan says of people: the holders of a post (or department:WORD) at a unit that ends go to a unit, which
    may be one of the plan's own; none: the post is left unstaffed. `who` narrows it to one sign-in name.
    """

    unit: UUID
    post: str
    who: str = ""
    to: Ref | None = None


Change = Add | End | Rename | Move | Redraw | Split | Merge | Absorb
