"""What stands around the features of a file, to compare their place with. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.places import paths
from gezhi.places.features import Source
from gezhi.places.identifying import Called
from gezhi.places.matching import Columns
from gezhi.places.misfit import Known
from gezhi.places.tree import Tree, TreeUnit


def known(source: Source, columns: Columns, ground: Tree) -> Known:
    """The border of the whole district, and for the features that are units that stand: how those were drawn before,
    what is drawn above and below them, and the units beside them."""
    units = _named(source, columns, ground)
    root, mine = ground.root, {unit.path for unit in units.values()}
    around = ground.border(root.path) if root is not None and root.level != columns.level else None
    beside = [
        unit.path for unit in ground.by_path.values() if unit.level == columns.level and unit.path not in mine
    ]
    return Known(
        around=around,
        drawn=_some((place, ground.border(unit.path)) for place, unit in units.items()),
        parents=_some((place, _above(ground, unit.path)) for place, unit in units.items()),
        children=_some((place, _below(ground, unit.path)) for place, unit in units.items()),
        neighbours=_whole(ground.border(path) for path in beside) if units else None,
    )


def _named(source: Source, columns: Columns, ground: Tree) -> dict[int, TreeUnit]:
    """By the place of a feature, the one unit that it is called as; the parent column decides among several."""
    called, found = Called(ground, columns.level), dict[int, TreeUnit]()
    for place, feature in enumerate(source.features):
        said = {
            key: feature.said.get(key, "").strip() for key in (columns.name, columns.code, columns.parent)
        }
        units = called.named(said[columns.name], said[columns.code] if columns.code else "")
        if columns.parent and said[columns.parent] and len(units) > 1:
            units = called.below(units, said[columns.parent])
        if len(units) == 1:
            found[place] = units[0]
    return found


def _above(ground: Tree, path: str) -> BaseGeometry | None:
    """The nearest border above."""
    while path := paths.parent(path):
        if (border := ground.border(path)) is not None:
            return border
    return None


def _below(ground: Tree, path: str) -> BaseGeometry | None:
    """The ground of all that is drawn below."""
    return _whole(ground.border(unit.path) for unit in ground.within(path)[1:])


def _whole(borders: Iterable[BaseGeometry | None]) -> BaseGeometry | None:
    held = [border for border in borders if border is not None]
    return shapely.union_all(held) if held else None


def _some(pairs: Iterable[tuple[int, BaseGeometry | None]]) -> dict[int, BaseGeometry]:
    return {place: border for place, border in pairs if border is not None}
