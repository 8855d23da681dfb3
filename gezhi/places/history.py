"""What other rooms ask of the ground over time: how a unit stood, what became of it, where it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from gezhi.places import codes, geometry, lineage, overlays, queries
from gezhi.places.codes import Disagreement
from gezhi.places.lineage import Followed, Link
from gezhi.places.models import DivisionCode, Lineage, OverlayUnit, Plan, Unit
from gezhi.places.overlays import Comparison, Patch
from gezhi.unseen import keepable

_LINK = ("before", "after", "kind", "since", "part", "whole", "measure")


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a unit stood from a day until a day (exclusive, None: still)."""

    path: str
    level: str
    name: str
    begins: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Kin:
    """A unit that another one became or came from: names from the root, and the share, None where not known."""

    identity: UUID
    path: str
    names: tuple[str, ...]
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan on record."""

    id: UUID
    title: str
    on: date
    undone: bool
    told: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class OverlayLine:
    """One unit of an overlay as it stands on a day."""

    identity: UUID
    name: str
    code: str
    inside: UUID | None
    border: BaseGeometry | None


def links() -> tuple[Link, ...]:
    """Every link, in the order in which they take effect."""
    rows = Lineage.objects.order_by("since", "id").values_list(*_LINK)
    return tuple(Link(*row) for row in rows)


def stretches(identity: UUID) -> tuple[Stretch, ...]:
    """Every period of a unit, the earliest first: renamed, moved or redrawn, a new one begins."""
    columns = ("path", "level", "name", "valid_from", "valid_to")
    rows = Unit.objects.filter(identity=identity).order_by("valid_from").values_list(*columns)
    return tuple(Stretch(*row) for row in rows)


def paths_of(identity: UUID, since: date, until: date) -> tuple[tuple[str, date, date], ...]:
    """The paths a unit had on the days [since, until), each with its days: a figure of the period adds them up."""
    found: list[tuple[str, date, date]] = []
    for one in stretches(identity):
        begins, ends = max(one.begins, since), min(one.ends or until, until)
        if begins >= ends:
            continue
        if found and found[-1][0] == one.path and found[-1][2] == begins:
            found[-1] = (one.path, found[-1][1], ends)
        else:
            found.append((one.path, begins, ends))
    return tuple(found)


def unit_ever_at(path: str) -> UUID | None:
    """The unit that had this path on some day; a path is given once, and to one unit alone. None for what is no path."""
    if not keepable(path):
        return None
    return Unit.objects.filter(path=path).values_list("identity", flat=True).first()


def name_ever_at(path: str) -> str:
    """The last name of the unit that had this path; empty for a path that no unit ever had."""
    if not path or not keepable(path):
        return ""
    rows = Unit.objects.filter(path=path).order_by("-valid_from")
    return rows.values_list("name", flat=True).first() or ""


def heirs_of(path: str, on: date) -> tuple[Kin, ...]:
    """What stands on a day where a unit stood that had this path once; empty for a path that no unit ever had."""
    identity = unit_ever_at(path)
    ended = stretches(identity)[-1].ends if identity else None
    if identity is None or ended is None:
        return tuple(kin for kin in ([_kin(identity, None, on)] if identity else []) if kin.path)
    return became(identity, ended - timedelta(days=1), on)


def became(identity: UUID, since: date, on: date) -> tuple[Kin, ...]:
    """What became of a unit of the day `since` by the day `on`, the greatest share first.

    A unit that stands on is its own heir. Empty where it ended without one.
    """
    came = lineage.heirs(links(), identity, since, on)
    found = [_kin(one, share, on) for one, share in came.values.items() if share]
    if came.unknown:
        after = {link.after for link in links() if link.before in came.unknown and since < link.since <= on}
        found += [_kin(one, None, on) for one in after if one not in came.values]
        ground = queries.tree(on)
        found += [_kin(one, None, on) for one in came.unknown if one in ground.by_identity]
    return tuple(sorted((k for k in found if k.path), key=lambda k: (-(k.share or 0), k.path)))


def came_from(identity: UUID, since: date, on: date) -> tuple[Kin, ...]:
    """Where a unit of the day `on` came from: units of the day `since`, each with the share of it that went there."""
    found = lineage.origins(links(), identity, since, on)
    kin = [_kin(one, share, since) for one, share in found.items()]
    return tuple(sorted((k for k in kin if k.path or k.names), key=lambda k: (-(k.share or 0), k.path)))


def restated(values: Mapping[UUID, int], since: date, until: date) -> Followed:
    """Counts by the units of one day, restated by the units of a later day; what cannot be is told apart."""
    return lineage.followed(links(), values, since, until)


def plans() -> tuple[PlanLine, ...]:
    """Every plan, the latest day first."""
    rows = Plan.objects.order_by("-takes_effect", "-id")
    columns = ("id", "title", "takes_effect", "undone_at", "said")
    return tuple(
        PlanLine(id, title, on, undone is not None, tuple(json.loads(said)["changes"]))
        for id, title, on, undone, said in rows.values_list(*columns)
    )


def counts(on: date) -> dict[str, int]:
    """How many units of each level, and of each overlay, stand on a day."""
    found: dict[str, int] = {}
    for unit in queries.tree(on).by_path.values():
        found[unit.level] = found.get(unit.level, 0) + 1
    standing = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    for overlay in OverlayUnit.objects.filter(standing).order_by("overlay").values_list("overlay", flat=True):
        found[overlay] = found.get(overlay, 0) + 1
    return found


def _kin(identity: UUID, share: Fraction | None, on: date) -> Kin:
    unit = queries.tree(on).by_identity.get(identity)
    if unit is not None:
        return Kin(identity, unit.path, unit.names, share)
    row = OverlayUnit.objects.filter(identity=identity).order_by("-valid_from").first()
    return Kin(identity, "", (row.name,) if row else (), share)


def overlay_units(overlay: str, on: date) -> tuple[OverlayLine, ...]:
    """The units of an overlay that stand on a day, by name."""
    standing = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    rows = OverlayUnit.objects.filter(standing, overlay=overlay).order_by("name", "id")
    columns = ("identity", "name", "code", "inside", "border")
    return tuple(
        OverlayLine(identity, name, code, inside, geometry.from_wkb(border))
        for identity, name, code, inside, border in rows.values_list(*columns)
    )


def overlaid(overlay: str, level: str, on: date) -> Comparison:
    """An overlay held against one level of the tree, as both stand on a day."""
    ground = queries.tree(on)
    base = [
        Patch(unit.identity, unit.name, ground.border(unit.path))
        for unit in ground.by_path.values()
        if unit.level == level
    ]
    upper = [Patch(o.identity, o.name, o.border, o.inside) for o in overlay_units(overlay, on)]
    return overlays.compared(base, upper)


def codes_of(system: str, on: date) -> dict[UUID, str]:
    """The codes of one list on a day, by unit."""
    standing = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    return dict(DivisionCode.objects.filter(standing, system=system).values_list("unit", "code"))


def unit_coded(system: str, code: str, on: date) -> UUID | None:
    """The unit that one list gave this code on that day."""
    standing = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    return (
        DivisionCode.objects.filter(standing, system=system, code=code).values_list("unit", flat=True).first()
    )


def systems() -> tuple[str, ...]:
    """Every list of codes there is."""
    return tuple(DivisionCode.objects.order_by("system").values_list("system", flat=True).distinct())


def lists_compared(first: str, second: str, on: date, level: str = "") -> Disagreement:
    """Two lists of codes held against each other on a day; of one level if one is named."""
    order = [u.identity for u in queries.tree(on).by_path.values() if level in ("", u.level)]
    return codes.disagreement(codes_of(first, on), codes_of(second, on), order)
