"""Which unit of the tree a feature of a file is, by what it is called; and what a name nobody has is like. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.places import paths
from gezhi.places.numerals import BETWEEN, DIGITS, NUMBER, TEN, TENS
from gezhi.places.tree import Tree, TreeUnit

LIKE = 0.6  # of 1: how much of two names must be the same for one to be told as like the other
MOST_LIKE = 2


@dataclass(frozen=True, slots=True)
class Unknown:
    """A feature whose name no unit of the level has, the units that are called most like it, and from which unit it
    would hang if it became one: none where that is not known."""

    number: int
    name: str
    like: tuple[str, ...] = ()
    under: UUID | None = None

    @property
    def sentence(self) -> str:
        if not self.like:
            return _("没有这个单元，也没有名称相近的。")
        return _("没有这个单元；最像：{names}").format(names=_("、").join(self.like))


@dataclass
class Called:
    """The units of one level by what they may be called: full name, short name, or name with those above it."""

    ground: Tree
    level: str
    known: dict[str, TreeUnit] = field(default_factory=dict)

    @cached_property
    def units(self) -> list[TreeUnit]:
        return [unit for unit in self.ground.by_path.values() if unit.level == self.level]

    @cached_property
    def _full(self) -> dict[str, list[TreeUnit]]:
        return _index((unit.name.strip(), unit) for unit in self.units)

    @cached_property
    def _other(self) -> dict[str, list[TreeUnit]]:
        ways = [(unit.short.strip(), unit) for unit in self.units if unit.short.strip()]
        for unit in self.units:
            ways += [(_plain("".join(unit.names[at:])), unit) for at in range(len(unit.names) - 1)]
        return _index(ways)

    @cached_property
    def _codes(self) -> dict[str, list[TreeUnit]]:
        return _index((unit.code, unit) for unit in self.units if unit.code)

    def named(self, name: str, code: str = "") -> list[TreeUnit]:
        """The units that this may be: the one with the code, else those with the name, else those called so otherwise."""
        by_code = self._codes.get(code, [])
        if len(by_code) == 1:
            return by_code
        return self._full.get(name) or self._other.get(name) or self._other.get(_plain(name), [])

    def below(self, units: Sequence[TreeUnit], said: str) -> list[TreeUnit]:
        """Those of the units that hang, directly or not, from one that is called as said."""
        return [
            unit
            for unit in units
            if any(answers(self.ground.by_path[one], said) for one in _above(unit.path))
        ]

    def like(self, name: str, taken: frozenset[str]) -> tuple[str, ...]:
        """Names most like this one: units that the file does not draw before those that it draws."""
        wanted = _skeleton(name)
        found = [(SequenceMatcher(None, wanted, _skeleton(unit.name)).ratio(), unit) for unit in self.units]
        near = [(share, unit.path not in taken, unit.name) for share, unit in found if share >= LIKE]
        near.sort(key=lambda one: (-one[0], not one[1], one[2]))
        best = near[0][0] if near else 0.0
        return tuple(dict.fromkeys(one for share, _free, one in near if share > best - 0.05))[:MOST_LIKE]


def answers(unit: TreeUnit, said: str) -> bool:
    """Whether a unit is called so: by its code, name, short name, or its name with those above it."""
    if said in (unit.code, unit.name, unit.short):
        return bool(said)
    return _plain(said) in {_plain("".join(unit.names[at:])) for at in range(len(unit.names))}


def _above(path: str) -> list[str]:
    found = []
    while path := paths.parent(path):
        found.append(path)
    return found


def _index(ways: Iterable[tuple[str, TreeUnit]]) -> dict[str, list[TreeUnit]]:
    found: dict[str, list[TreeUnit]] = {}
    for name, unit in ways:
        held = found.setdefault(name, [])
        if unit not in held:
            held.append(unit)
    return found


def _plain(name: str) -> str:
    return BETWEEN.sub("", unicodedata.normalize("NFKC", name))


def _skeleton(name: str) -> str:
    """A name with its numbers written one way: 第04网格 and 四网格 differ by 第 alone."""
    return NUMBER.sub(lambda found: str(_number(found[0])), _plain(name))


def _number(said: str) -> int:
    if said.isdigit() and said[0] not in DIGITS:
        return int(said)
    whole, digit = 0, 0
    for sign in said:
        if sign in TENS:
            whole, digit = whole + (digit or 1) * (10 if sign == TEN else 100), 0
        else:
            digit = digit * 10 + DIGITS[sign]
    return whole + digit
