"""The invented district: units that part it without gap or overlap, buildings, and the picture under the map.

Everything comes from one seed in about a second. The coordinates lie in no real district on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.demo import houses, names, picture
from gezhi.demo.houses import Block
from gezhi.demo.parting import parted
from gezhi.demo.streets import RIVER, SIDE, Cell, Streets, laid
from gezhi.places.services import BuildingRow, UnitRow

SEED = 7
GRIDS = 211
FEWEST, MOST = 300, 600  # households of a grid
SOURCE = "示例"
_WESTERN = 2  # towns west of the river


@dataclass
class District:
    """Rows ready for `plant_tree` and `put_buildings`, and the picture as GeoJSON text."""

    units: list[UnitRow] = field(default_factory=list)
    buildings: list[BuildingRow] = field(default_factory=list)
    base: str = ""
    households: dict[str, int] = field(default_factory=dict)  # by key of grid


def district(chain: Sequence[str], *, counted_on: date, seed: int = SEED) -> District:
    """The district, with the four levels of `chain` from the root down."""
    streets = laid(seed)
    blocks = houses.built(streets, seed)
    made = District()
    grids = _units(made, chain, streets, blocks)
    for key, cells in grids.items():
        made.households[key] = _settle([blocks[cell] for cell in cells])
    made.buildings = [
        _building(house, counted_on) for cell in sorted(blocks) for house in blocks[cell].houses
    ]
    made.base = json.dumps(picture.layers(streets, blocks), ensure_ascii=False, separators=(",", ":"))
    return made


def _units(
    made: District, chain: Sequence[str], streets: Streets, blocks: dict[Cell, Block]
) -> dict[str, list[Cell]]:
    """Units from the grids up, listed from the root down. Returns the blocks of each grid."""
    weights = {cell: block.households + 12 for cell, block in blocks.items()}
    county, town, community, grid = chain
    below: list[UnitRow] = []
    grids: dict[str, list[Cell]] = {}
    towns: list[BaseGeometry] = []
    for t, (cells, shares) in enumerate(_towns(weights)):
        borders = []
        for c, within in enumerate(parted(cells, shares, weights)):
            number = sum(len(s) for s in _shares()[:t]) + c
            name, key = names.COMMUNITIES[number], f"c{number + 1}"
            pieces = parted(within, [1] * shares[c], weights)
            outlines = [_outline(streets, piece) for piece in pieces]
            borders.append(shapely.union_all(outlines))
            below.append(_unit(key, f"t{t + 1}", community, f"{name}社区", borders[-1], name))
            for g, piece in enumerate(pieces, start=1):
                grids[f"{key}g{g}"] = piece
                serial = f"{name}{g:02}"
                below.append(_unit(f"{key}g{g}", key, grid, f"{serial}网格", outlines[g - 1], serial))
        towns.append(shapely.union_all(borders))
    made.units = [_unit("q", "", county, names.DISTRICT, shapely.union_all(towns), "柳")]
    for t, (name, short) in enumerate(names.TOWNS):
        made.units.append(_unit(f"t{t + 1}", "q", town, name, towns[t], short))
    made.units += below
    return grids


def _shares() -> list[list[int]]:
    """How many grids each community of each town gets: 211 in all."""
    communities = len(names.COMMUNITIES)
    each = [GRIDS // communities + (n < GRIDS % communities) for n in range(communities)]
    each = each[::2] + each[1::2]
    sizes = [
        communities // len(names.TOWNS) + (n < communities % len(names.TOWNS))
        for n in range(len(names.TOWNS))
    ]
    ends = np.cumsum(sizes)
    return [each[end - size : end] for end, size in zip(ends, sizes, strict=True)]


def _towns(weights: dict[Cell, int]) -> list[tuple[list[Cell], list[int]]]:
    """The blocks of each town with the shares of its communities; the river is a border of towns."""
    shares = _shares()
    west = [cell for cell in weights if cell[0] < RIVER]
    east = [cell for cell in weights if cell[0] >= RIVER]
    sums = [sum(share) for share in shares]
    cells = parted(west, sums[:_WESTERN], weights) + parted(east, sums[_WESTERN:], weights)
    return list(zip(cells, shares, strict=True))


def _outline(streets: Streets, cells: Sequence[Cell]) -> BaseGeometry:
    return shapely.union_all([streets.blocks[cell] for cell in cells])


def _unit(key: str, parent: str, level: str, name: str, border: BaseGeometry, short: str) -> UnitRow:
    return UnitRow(key, parent, level, name, bytes(shapely.to_wkb(border)), short, f"LX-{key}".upper())


def _settle(blocks: Sequence[Block]) -> int:
    """Scale the counts of a grid's buildings until it holds between 320 and 580 households. Returns how many."""
    homes = [house for block in blocks for house in block.houses]
    total = sum(house.households for house in homes)
    wanted = min(max(total, FEWEST + 20), MOST - 20)
    if total and total != wanted:
        for house in homes:
            house.households = round(house.households * wanted / total)
    drift = wanted - sum(house.households for house in homes)
    if homes and drift:
        largest = max(homes, key=lambda house: house.households)
        largest.households += drift
    return sum(house.households for house in homes)


def _building(house: houses.House, counted_on: date) -> BuildingRow:
    lon, lat = (float(degree) for degree in house.ring[:4].mean(axis=0).round(7))
    footprint = bytes(shapely.to_wkb(shapely.Polygon(house.ring)))
    return BuildingRow(house.address, lon, lat, footprint, house.households, SOURCE, counted_on)


def size() -> int:
    """Blocks of the district."""
    return SIDE * SIDE
