"""The published counts as loads: grown, planted, changed by plan, asked back. Used by the tests and by the bench."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from time import perf_counter
from uuid import UUID

import shapely

from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.places import history, queries
from gezhi.places.audit import Drawn, Fault, audited
from gezhi.places.changes import Change, Piece, Split
from gezhi.places.growing import Net, Wish, grown
from gezhi.places.planting import Levels
from gezhi.places.services import OverlayRow, Planted, adopt_plan, plant_tree, put_overlay
from gezhi.places.tree import Tree, TreeUnit

AT = datetime(2022, 12, 1, tzinfo=UTC)
FROM = date(2022, 12, 31)
REFORM = date(2024, 1, 1)
GUANGMING = (
    Wish("district", "区", 1),
    Wish("street", "街道", 6),
    Wish("community", "社区", 31),
    Wish("subgrid", "小分格", 264),
    Wish("grid", "综合网格", 1734),
)
POLICE = Net("police", "警格", "community", 264)
GUANLAN = (Wish("street", "街道", 1), Wish("community", "社区", 10), Wish("block", "街区", 59))
RED = Net("red", "红色网格", "community", 238)
NANLING = (
    Wish("county", "县", 1),
    Wish("town", "镇", 5),
    Wish("community", "社区", 25),
    Wish("grid", "网格", 211),
)
JIANGHAI = (
    Wish("district", "区", 1),
    Wish("street", "街道", 3),
    Wish("village", "村（社区）", 55),
    Wish("grid", "网格", 190),
    Wish("smallest", "最小单元", 2590),
)


@dataclass
class Loaded:
    """What was loaded, and how long each part took, in seconds."""

    levels: Levels
    planted: Planted | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self.seconds[what] = self.seconds.get(what, 0.0) + perf_counter() - began


def load(wishes: Sequence[Wish], nets: Sequence[Net] = (), *, on: date = FROM) -> Loaded:
    """Grow a ground of these counts and plant it, with its overlays."""
    above = {wish.level: over.level for over, wish in pairwise(wishes)}
    loaded = Loaded(Levels({wishes[0].level: "", **above}))
    instance.open_instance("simulation")
    with loaded.timed("grow"):
        made = grown(wishes, nets)
    with loaded.timed("plant"):
        loaded.planted = plant_tree(made.units, loaded.levels, on=on, by=HOUSE, at=AT)
    with loaded.timed("overlay"):
        for overlay, units in made.overlays.items():
            rows = [
                OverlayRow(
                    name=u.name,
                    inside=loaded.planted.identities[u.inside],
                    border=u.border,
                )
                for u in units
            ]
            put_overlay(overlay, rows, on=on, by=HOUSE, at=AT)
    return loaded


def reform(loaded: Loaded) -> UUID:
    """Six communities and eight sub-grids (where a level lies below them) are each divided into two, the first half
    going on under its identity."""
    ground = queries.tree(FROM)
    changes = [*_divided(ground, "community", 6)]
    if any(unit.level == "grid" for unit in ground.by_path.values()):
        changes += _divided(ground, "subgrid", 8)
    with loaded.timed("plan"):
        return adopt_plan(
            changes, loaded.levels, on=REFORM, by=HOUSE, at=AT, title="31 个社区划为 37 个，264 格划为 272 格"
        )


def _divided(ground: Tree, level: str, many: int) -> Iterator[Change]:
    units = [unit for unit in ground.by_path.values() if unit.level == level]
    for unit in units[:: len(units) // many][:many]:
        below = ground.children(unit.path)
        half = len(below) // 2
        yield Split(
            unit=unit.identity,
            into=(
                Piece(key=f"{unit.path}a", name=unit.name, border=_joined(ground, below[:half]), keeps=True),
                Piece(key=f"{unit.path}b", name=f"{unit.name}（新）", border=_joined(ground, below[half:])),
            ),
        )


def _joined(ground: Tree, units: Sequence[TreeUnit]) -> bytes:
    return bytes(shapely.to_wkb(shapely.union_all([ground.border(unit.path) for unit in units])))


def audit(on: date) -> list[Fault]:
    """The faults of the whole ground of a day."""
    ground = queries.tree(on)
    return audited(
        [Drawn(u.path, u.path[:-4], u.level, u.name, ground.border(u.path)) for u in ground.by_path.values()]
    )


def counts(on: date) -> str:
    """Counts of a day from the root down, then the overlays: 1/6/31/264/1734 + 264."""
    held = history.counts(on)
    levels = dict.fromkeys(unit.level for unit in queries.tree(on).by_path.values())
    tree = "/".join(str(held[level]) for level in levels)
    over = [str(count) for word, count in held.items() if word not in levels]
    return " + ".join([tree, *over])
