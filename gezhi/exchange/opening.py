"""Making an instance ready for a mapping: its clock, its governance model, its ground. What is there stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange.mapping import Mapping, Units
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import Actor
from gezhi.matters import editions
from gezhi.matters.services.editions import adopt
from gezhi.places import queries as places
from gezhi.places.mending import mended
from gezhi.places.services import UnitRow, levels_of, plant_tree
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.model import Model
from gezhi.rules.proof.check import proved_model


@dataclass(frozen=True, slots=True)
class Ready:
    """What was made: units planted, and those whose border had to be mended (name, what was wrong)."""

    model: Model
    planted: int
    mended: tuple[tuple[str, str], ...]


def make_ready(mapping: Mapping, units: Path | None, *, by: Actor) -> Ready:
    """1. A new replay begins where the mapping says. 2. The mapping's model, where there is none. 3. Its units, where
    there are none. Raises `Refused` when the instance has another model, or needs units and has no file of them."""
    _start_clock(mapping)
    model = _model(mapping, by)
    mapping.check_against(model)
    if places.tree(clock.today()).root is not None:
        return Ready(model, 0, ())
    said = mapping.said.units
    if said is None or (units is None and not said.names):
        raise Refused(_("这个实例还没有网格图。请先导入网格边界。"), code="no_ground")
    rows, repaired = unit_rows(said, units)
    plant_tree(rows, levels_of(model), on=said.since, by=by, at=clock.now())
    return Ready(model, len(rows), tuple(repaired))


def _start_clock(mapping: Mapping) -> None:
    """A replay in which nothing happened yet begins at the mapping's moment; any other clock is left alone."""
    replay = mapping.said.replay
    if replay is None or instance.kind() != "replay":
        return
    moment: datetime = replay.clock
    try:
        clock.start_at(moment if moment.tzinfo else moment.replace(tzinfo=mapping.zone))
    except Refused:
        return


def _model(mapping: Mapping, by: Actor) -> Model:
    try:
        return editions.today()
    except Refused:
        folder = DISTRICTS / mapping.said.source.model
        if not (folder / "model.toml").is_file():
            raise
        with transaction.atomic():
            return adopt(proved_model(folder), by=by, at=clock.now())


def unit_rows(said: Units, file: Path | None) -> tuple[list[UnitRow], list[tuple[str, str]]]:
    """The root and one unit for each feature, by name; and which borders were mended, and of what."""
    rows = [UnitRow("root", "", said.root_level, said.root)]
    repaired: list[tuple[str, str]] = []
    rows += [UnitRow(f"n{n}", "root", said.level, name) for n, name in enumerate(said.names, start=1)]
    if file is None:
        return rows, repaired
    for number, feature in enumerate(_features(file), start=1):
        name = str(feature.get("properties", {}).get(said.name, "")).strip()
        border, wrong = mended(feature)
        if wrong:
            repaired.append((name, wrong))
        rows.append(UnitRow(str(number), "root", said.level, name, border))
    return rows, repaired


def _features(file: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(file.read_bytes())["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(
            _("{file} 不是 GeoJSON 的面集合。请换一个文件。").format(file=file.name), code="units_unreadable"
        ) from error
    return [one for one in found if isinstance(one, dict)]
