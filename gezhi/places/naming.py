"""A unit as a person names it: by path, code, name, or names from above to below with "/" between them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.places.tree import Tree, TreeUnit

MOST = 12


def unit_named(said: str, ground: Tree) -> TreeUnit:
    """The one unit of the day that is meant. Raises `NotFound` for none and `Refused` for several, with their paths."""
    plain = said.strip()
    if plain in ground.by_path:
        return ground.by_path[plain]
    found = [unit for unit in ground.by_path.values() if plain.casefold() in _called(unit)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            _("没有单位“{said}”。可写编码、名称，或从上到下用“/”连起来的名称。").format(said=plain)
        )
    which = _("、").join(f"{one.path} {'/'.join(one.names)}" for one in found[:MOST])
    raise Refused(
        _("叫“{said}”的单位有 {n} 个：{which}。请改写编码。").format(
            said=plain, n=len(found), which=which + ("……" if len(found) > MOST else "")
        ),
        code="unit_several",
        field="unit",
    )


def _called(unit: TreeUnit) -> set[str]:
    """Every way in which a unit may be called, in small letters."""
    below = ("/".join(unit.names[start:]) for start in range(len(unit.names)))
    return {way.casefold() for way in (unit.code, unit.short, unit.name, *below) if way}
