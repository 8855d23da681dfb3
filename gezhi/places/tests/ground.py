"""A small ground for tests: one district of two towns, four communities, eight grids, each a square."""

from __future__ import annotations

from datetime import UTC, date, datetime

import shapely

from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.places.services import Levels, Planted, UnitRow, plant_tree

DAY = date(2026, 1, 1)
AT = datetime(2026, 1, 1, 1, tzinfo=UTC)
LEVELS = Levels({"county": "", "town": "county", "community": "town", "grid": "community"})
WEST, SOUTH = 118.2, 30.5
SIDE = 0.01  # degrees


def square(x: float, y: float, wide: float = 1, high: float = 1) -> bytes:
    """A rectangle of the ground, in sides from its south-west corner."""
    west, south = WEST + x * SIDE, SOUTH + y * SIDE
    return bytes(shapely.to_wkb(shapely.box(west, south, west + wide * SIDE, south + high * SIDE)))


def middle(x: float, y: float) -> tuple[float, float]:
    """The middle of a grid's square."""
    return WEST + (x + 0.5) * SIDE, SOUTH + (y + 0.5) * SIDE


def rows() -> list[UnitRow]:
    """Grids g1 … g8: two rows of four. Communities a … d hold two each, towns 1 and 2 two communities each."""
    said = [UnitRow("q", "", "county", "柳溪县", square(-1, 0, 6, 2), short="柳")]
    said += [
        UnitRow("t1", "q", "town", "望湖街道", square(0, 0, 4, 1), short="望"),
        UnitRow("t2", "q", "town", "柳荫街道", square(0, 1, 4, 1), short="荫"),
    ]
    for n, key in enumerate("abcd"):
        x, y = n % 2 * 2, n // 2
        said.append(UnitRow(key, f"t{y + 1}", "community", f"{'东西南北'[n]}桥社区", square(x, y, 2, 1)))
        for side in (0, 1):
            name = f"{'东西南北'[n]}桥{side + 1:02}网格"
            said.append(UnitRow(f"g{2 * n + side + 1}", key, "grid", name, square(x + side, y)))
    return said


def planted() -> Planted:
    instance.open_instance("simulation")
    return plant_tree(rows(), LEVELS, on=DAY, by=HOUSE, at=AT)
