"""The units of today's tree for programs."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound
from gezhi.places import queries

from .edge import Call, Operation
from .shapes import UnitLine, UnitList, UnitQuery


def list_units(call: Call, asked: UnitQuery) -> UnitList:
    """Units within a unit, by path."""
    tree = queries.tree(timezone.localdate(call.caller.now), call.caller.pulse.revision)
    start = asked.within or (tree.root.path if tree.root else "")
    if asked.within and asked.within not in tree.by_path:
        raise NotFound(_("没有这个单位，可能已经调整。"))
    found = [u for u in tree.within(start) if u.path > asked.after and asked.level in ("", u.level)]
    lines = [
        UnitLine(u.path, u.identity, u.level, u.name, list(u.names), u.code, u.lon, u.lat)
        for u in found[: asked.limit]
    ]
    return UnitList(lines, lines[-1].path if len(found) > asked.limit else "")


OPERATIONS = (
    Operation(
        method="GET",
        path="units",
        name="units",
        summary="今天的网格树 · Units of today's tree",
        view=list_units,
        query=UnitQuery,
        answer=UnitList,
        scope="read",
        problems=(401, 403, 404, 422, 429, 503),
    ),
)
