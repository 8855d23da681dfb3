"""Where a report lies: by its point, else by its address, else by the unit the clerk states, else not yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters.services.reports import Where, check_place
from gezhi.places import datum, queries
from gezhi.places.tree import Tree

Search = Callable[..., tuple[queries.AddressHit, ...]]
"""`places.queries.address_search`, or what remembers its answers."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The unit a matter lies in and how that is known.

    `how` is point, address, unit or none; `flag` is rounded, missing or outside where the ground could not be
    told: such a matter lies at the root, whose desk asks.
    """

    path: str
    how: str
    flag: str
    lon: float | None
    lat: float | None
    datum: str
    address: str


def locate(report: Where, ground: Tree, *, on: date, search: Search | None = None) -> Spot:
    """Place a report. Raises `Refused` when a stated unit does not exist, or the instance has no ground yet."""
    if ground.root is None:
        raise Refused(_("这个实例还没有网格图。请先导入网格边界。"), code="no_ground")
    if report.lon is not None and report.lat is not None:
        return _by_point(report, ground, ground.root.path)
    if report.unit:
        if report.unit not in ground.by_path:
            raise Refused(_("没有这个网格，可能已经调整。请重新选择。"), code="unit_unknown", field="unit")
        return Spot(report.unit, "unit", "", None, None, "", report.address)
    if report.address:
        hits = (search or queries.address_search)(report.address, ground.root.path, on=on, most=2)
        if len(hits) == 1:
            return Spot(hits[0].path, "address", "", hits[0].lon, hits[0].lat, "cgcs2000", hits[0].address)
    return Spot(ground.root.path, "none", "missing", None, None, "", report.address)


def point_of(where: Where, ground: Tree, *, on: date) -> tuple[float, float] | None:
    """The point (WGS84 degrees) at which `locate` would place this: its own, or that of the one building its address
    names. None where that is no single point, and for what could not be taken as it is: asking refuses nothing."""
    if ground.root is None:
        return None
    try:
        check_place(where)
        spot = locate(where, ground, on=on)
    except Refused:
        return None
    if spot.lon is None or spot.lat is None:
        return None
    return (
        spot.lon,
        spot.lat,
    )  # CGCS2000 of a building is WGS84 to a hand's breadth; a point was turned already


def _by_point(report: Where, ground: Tree, root: str) -> Spot:
    assert report.lon is not None  # noqa: S101  # for the type checker; the caller asked
    assert report.lat is not None  # noqa: S101
    lon, lat = datum.to_wgs84(report.lon, report.lat, report.datum)
    if is_rounded(report.lon) and is_rounded(report.lat):
        away, up = _step(report.lon), _step(report.lat)
        beyond = ground.apart_from(lon - away, lat - up, lon + away, lat + up)
        flag = "outside" if beyond else "rounded"
        return Spot(root, "none", flag, lon, lat, report.datum, report.address)
    found = ground.locate(lon, lat)
    if found.outside:
        return Spot(root, "none", "outside", lon, lat, report.datum, report.address)
    return Spot(found.path, "point", "", lon, lat, report.datum, report.address)


def is_rounded(degrees: float) -> bool:
    """Two decimals or fewer: a kilometre or worse, so it does not say which grid."""
    return round(degrees, 2) == degrees


def _step(degrees: float) -> float:
    """The last place that is said, in degrees: 39 was rounded, or cut off, from less than one degree away."""
    return next((step for step, places in ((1.0, 0), (0.1, 1)) if round(degrees, places) == degrees), 0.01)
