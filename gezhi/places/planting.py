"""Rows of a new tree, checked against the levels of a governance model and given their paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.places import paths
from gezhi.places.geometry import Said
from gezhi.rules.model import Model
from gezhi.unseen import straight

_LONGEST = 10  # levels; a path has 40 characters


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit to plant. `key` and `parent` are the caller's own words; the root's parent is empty.

    `border` is WKB, GeoJSON text or a GeoJSON mapping.
    """

    key: str
    parent: str
    level: str
    name: str
    border: Said | None = None
    short: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of a model: each with the levels it may hang from ("" for the top), and those that may be left out.

    `names` is what people call them; a level without one is called by its id.
    """

    under: Mapping[str, str | Sequence[str]]
    may_skip: frozenset[str] = field(default=frozenset())
    names: Mapping[str, str] = field(default_factory=dict)

    def fits(self, level: str, parent: str) -> bool:
        """True if, and only if, a unit of `level` may stand directly under one of level `parent` (empty: root)."""
        return parent in self.allowed(level)

    def allowed(self, level: str) -> tuple[str, ...]:
        """Every level directly under which a unit of `level` may stand, the nearest first; "" for the top."""
        found = list(dict.fromkeys(self._above(level)))
        for above in found:  # grows while it is walked
            if above in self.may_skip:
                found += [further for further in self._above(above) if further not in found]
        return tuple(found)

    def told(self, level: str) -> str:
        """Those levels by name, as a sentence lists them."""
        return _("、").join(self.called(one) for one in self.allowed(level))

    def called(self, level: str) -> str:
        """What people call a level; 最上级 for the top."""
        return (self.names.get(level) or level) if level else _("最上级")

    def _above(self, level: str) -> Sequence[str]:
        above = self.under.get(level, ())
        return (above,) if isinstance(above, str) else above


def levels_of(model: Model) -> Levels:
    """The levels as a governance model says them, several chains included."""
    under = {level.id: level.unders or ("",) for level in model.levels.values()}
    skipped = frozenset(level.id for level in model.levels.values() if level.may_skip)
    english = (get_language() or "").startswith("en")
    names = {one.id: one.english if english and one.english else one.name for one in model.levels.values()}
    return Levels(under, skipped, names)


def laid_out(rows: Sequence[UnitRow], levels: Levels) -> dict[str, str]:
    """The path of each row by its key: children are numbered in the order in which they came.

    Refuses rows with the same key, without a name, under no known parent or in a circle, more than one
    root, and a unit at a level that its parent's level does not allow.
    """
    by_key = _by_key(rows)
    for row in rows:
        _check(row, by_key, levels)
    below: dict[str, list[UnitRow]] = {}
    for row in rows:
        below.setdefault(row.parent, []).append(row)
    if len(below.get("", [])) != 1:
        raise Refused(_("单元树要有且只有一个最上级单元。"), code="one_root")
    placed: dict[str, str] = {}
    waiting = [("", "")]
    while waiting:
        key, path = waiting.pop()
        for number, row in enumerate(below.get(key, []), start=1):
            placed[row.key] = path + paths.segment(number)
            waiting.append((row.key, placed[row.key]))
    if len(placed) != len(rows):
        raise Refused(_("单元的上下级绕成了圈。请核对上级一栏。"), code="circle")
    if any(paths.depth(path) > _LONGEST for path in placed.values()):
        raise Refused(_("单元树最多 10 级。"), code="too_deep")
    return placed


def _by_key(rows: Sequence[UnitRow]) -> dict[str, UnitRow]:
    by_key: dict[str, UnitRow] = {}
    for row in rows:
        if not row.key or row.key in by_key:
            raise Refused(_("单元编号“{key}”为空或重复。").format(key=row.key), code="key_twice", field="key")
        by_key[row.key] = row
    return by_key


def _check(row: UnitRow, by_key: Mapping[str, UnitRow], levels: Levels) -> None:
    if not straight(row.name).strip():
        raise Refused(_("单元“{key}”没有名称。").format(key=row.key), code="name_empty", field="name")
    if row.parent and row.parent not in by_key:
        raise Refused(
            _("{name}的上级“{parent}”不在表里。").format(name=row.name, parent=row.parent),
            code="parent_unknown",
            field="parent",
        )
    above = by_key[row.parent].level if row.parent else ""
    if not levels.fits(row.level, above):
        raise Refused(
            _("{name}的层级“{level}”不能直接放在“{above}”下面，可以放在“{allowed}”下面。").format(
                name=row.name,
                level=levels.called(row.level),
                above=levels.called(above),
                allowed=levels.told(row.level),
            ),
            code="wrong_level",
            field="level",
        )
