"""Features of a file matched with units: which unit one draws again, and what it hangs from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.places import measuring, paths
from gezhi.places.changes import Ref
from gezhi.places.features import Feature, Source
from gezhi.places.identifying import Called, Unknown, answers
from gezhi.places.planting import Levels
from gezhi.places.tree import Tree, TreeUnit

ROOT = "root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which attribute of the file means what. `level` is what the features are: a level of the model.

    `above` names for each level above the attribute that holds its unit's name, the top first: units that are not
    there yet are made. `root` is the name of the one top unit where the instance has no tree yet.
    """

    level: str
    name: str
    code: str = ""
    short: str = ""
    parent: str = ""
    above: Mapping[str, str] = field(default_factory=dict)
    root: str = ""

    def check(self, source: Source) -> None:
        """Refuse an attribute that the file does not have, with those that it has."""
        wanted = [self.name, self.code, self.short, self.parent, *self.above.values()]
        for column in wanted:
            if column and column not in source.columns:
                raise Refused(
                    _("文件里没有“{column}”这一列。有：{columns}。").format(
                        column=column, columns=_("、").join(source.columns)
                    ),
                    code="column_missing",
                    field="name",
                )


@dataclass(frozen=True, slots=True)
class Staged:
    """One unit as the file wants it. `unit` is the one it already is; `under` an identity, or the key of another row.

    `number` is the feature's, 0 for a unit made because an attribute names it.
    """

    key: str
    number: int
    level: str
    name: str
    code: str
    short: str
    border: BaseGeometry | None
    under: Ref | None
    unit: UUID | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a feature cannot be taken in. `name` is what the file calls it; empty where it does not."""

    number: int
    sentence: str
    name: str = ""

    @property
    def who(self) -> str:
        """The feature as people speak of it: by its name and its number, else by its number."""
        if not self.name:
            return _("第 {n} 个").format(n=self.number)
        return _("“{name}”（第 {n} 个）").format(name=self.name, n=self.number)


@dataclass
class Work:
    """What is gathered while the features are gone through."""

    columns: Columns
    levels: Levels
    ground: Tree
    rows: dict[str, Staged] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[tuple[str, str, Ref | None], int] = field(default_factory=dict)
    unknown: list[Unknown] = field(default_factory=list)

    @cached_property
    def called(self) -> Called:
        """Units of the level of the file by what they are called."""
        return Called(self.ground, self.columns.level)

    @cached_property
    def fitting(self) -> list[TreeUnit]:
        """Units from which a feature of this level may hang."""
        return [u for u in self.ground.by_path.values() if self.levels.fits(self.columns.level, u.level)]

    @cached_property
    def outers(self) -> tuple[list[TreeUnit], list[BaseGeometry], shapely.STRtree]:
        """Those of them that have a border, found quickly."""
        held = [(unit, self.ground.border(unit.path)) for unit in self.fitting]
        drawn = [(unit, border) for unit, border in held if border is not None]
        borders = [border for _unit, border in drawn]
        return [unit for unit, _border in drawn], borders, shapely.STRtree(borders)


def drawn_again(feature: Feature, border: BaseGeometry | None, work: Work) -> tuple[TreeUnit | None, str]:
    """The one unit that stands and that the feature is, or why that must be asked; neither where no unit is called so.

    1. The code, the full name, the short name or the name with those above it tells the unit, whatever borders its
    parents have. 2. A parent that the file names decides, and leaves the feature unmatched where it is another one
    that stands. 3. Among several, the parent whose border holds most of the feature; else it is asked.
    """
    columns, called = work.columns, work.called
    name, code = (feature.said.get(column, "").strip() for column in (columns.name, columns.code))
    found = called.named(name, code)
    said = feature.said.get(columns.parent, "").strip() if columns.parent else ""
    if said and found:
        inside = called.below(found, said)
        if not inside and any(answers(unit, said) for unit in work.ground.by_path.values()):
            return None, ""
        found = inside or found
    if len(found) > 1:
        held = _holding(border, work)
        found = [unit for unit in found if held and unit.path.startswith(held.path)] or found
    if len(found) < 2:
        return (found[0] if found else None), ""
    above = [work.ground.by_path[paths.parent(unit.path)].name for unit in found[:5]]
    return None, _(
        "叫这个名称的有 {n} 个，在{names}下面，认不准是哪一个。请选“上级在哪一列”，或在名称里写上上级。"
    ).format(n=len(found), names=_("、").join(above))


def parent_of(unit: TreeUnit, ground: Tree) -> Ref | None:
    above = ground.by_path.get(paths.parent(unit.path))
    return above.identity if above else None


def under_of(feature: Feature, border: BaseGeometry | None, work: Work) -> tuple[Ref | None, str]:
    """What a feature hangs from, or why that is not known."""
    columns, ground, levels = work.columns, work.ground, work.levels
    if levels.fits(columns.level, "") and (ground.root is None or ground.root.level == columns.level):
        return None, ""
    above: Ref | None = _root(work)
    for level, column in columns.above.items():
        name = feature.said.get(column, "").strip()
        if not name:
            return None, _("没有写上级（{column}）。").format(column=column)
        above = _made(level, name, above, work)
    if columns.above:
        return above, ""
    if not work.fitting and above is not None and levels.fits(columns.level, _level_of(above, work)):
        return above, ""
    return _said(feature.said.get(columns.parent, "").strip(), border, work)


def _said(said: str, border: BaseGeometry | None, work: Work) -> tuple[Ref | None, str]:
    """The parent that the file names, else the only one there is, else the one whose ground holds the feature."""
    if said:
        found = [
            u for u in work.fitting if said in (u.code, u.name, "/".join(u.names), "/".join(u.names[1:]))
        ]
        if len(found) == 1:
            return found[0].identity, ""
        return None, _("上级“{said}”有 {n} 个，认不准。").format(said=said, n=len(found))
    if len(work.fitting) == 1:
        return work.fitting[0].identity, ""
    return _by_ground(border, work)


def _by_ground(border: BaseGeometry | None, work: Work) -> tuple[Ref | None, str]:
    """The unit that holds more than half of the ground of a feature."""
    held = _holding(border, work)
    if held is not None:
        return held.identity, ""
    return None, _("要新建，但找不到上级：没有写，也没有哪个上级的边界装下它的大半。")


def _holding(border: BaseGeometry | None, work: Work) -> TreeUnit | None:
    """The unit that holds more than half of it; where a level hangs from several that lie in each other, the lowest."""
    units, borders, index = work.outers
    whole = measuring.area(border)
    near = [int(place) for place in index.query(border)] if border is not None else []
    held = [
        units[place]
        for place in near
        if measuring.area(shapely.intersection(borders[place], border)) > whole / 2
    ]
    return max(held, key=lambda unit: len(unit.path), default=None)


def _root(work: Work) -> Ref | None:
    """The top unit: the one that stands, or the one that the person names."""
    if work.ground.root is not None:
        return work.ground.root.identity
    if work.columns.root and ROOT not in work.rows:
        top = next((level for level in work.levels.under if work.levels.fits(level, "")), "")
        work.rows[ROOT] = Staged(ROOT, 0, top, work.columns.root, "", "", None, None)
    return ROOT if work.columns.root else None


def _made(level: str, name: str, above: Ref | None, work: Work) -> Ref | None:
    """The unit of a level above with this name: one that stands, or one made now."""
    if above is not None and name == _name_of(above, work) and level == _level_of(above, work):
        return above
    there = standing(work.ground, level, name, "", above)
    if there is not None:
        return there
    key = f"{above}/{name}"
    if key not in work.rows:
        work.rows[key] = Staged(key, 0, level, name, "", "", None, above)
    return key


def _level_of(ref: Ref, work: Work) -> str:
    return work.ground.by_identity[ref].level if isinstance(ref, UUID) else work.rows[ref].level


def _name_of(ref: Ref, work: Work) -> str:
    return work.ground.by_identity[ref].name if isinstance(ref, UUID) else work.rows[ref].name


def standing(ground: Tree, level: str, name: str, code: str, under: Ref | None) -> UUID | None:
    """The unit that a feature draws again: of its level, with its code, or with its name under the same parent."""
    if under is None:
        root = ground.root
        return root.identity if root is not None and root.level == level else None
    if not isinstance(under, UUID):
        return None
    above = ground.by_identity[under].path
    same = [u for u in ground.by_path.values() if u.level == level]
    by_code = [u for u in same if code and u.code == code]
    by_name = [u for u in ground.children(above) if u.level == level and u.name == name]
    found = by_code if len(by_code) == 1 else by_name
    return found[0].identity if len(found) == 1 else None
