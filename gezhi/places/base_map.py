"""What lies under the borders on a map, and whether the public may see a map at all.

By default the district's own picture: water, green, houses and streets as one GeoJSON file of the home.
`properties.layer` of each feature is land, water, green, building or road; `class` of a road main, secondary or
minor. A home without the file shows borders only. A home that names tiles (`base_map`) shows those instead.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.conf import settings

NAME = "base.geojson"
EMPTY = b'{"type":"FeatureCollection","features":[]}'
SERVERS = range(8)  # what {s} stands for in the address of a tile
Public = Literal["off", "own", "tiles"]


@dataclass(frozen=True, slots=True)
class Tiles:
    """Layers of tiles, the lowest first, each with the addresses of its servers; `credit` is written on the map."""

    layers: tuple[tuple[str, ...], ...]
    credit: str


def tiles() -> Tiles | None:
    """The tiles that this home names; none by default."""
    home = settings.HOME
    if not home.base_map:
        return None
    credit = " · ".join(filter(None, (home.base_map_credit, home.map_number)))
    return Tiles(tuple(_servers(one) for one in home.base_map), credit)


def to_draw(*, public: bool) -> Tiles | None:
    """The tiles of a page's map; a page for everybody has them only where the public may see them."""
    return None if public and public_map() != "tiles" else tiles()


def origins() -> list[str]:
    """Where a browser fetches tiles from, like https://t0.tianditu.gov.cn: all that the pages' policy lets in."""
    found = tiles()
    addresses = [address for layer in found.layers for address in layer] if found else []
    return sorted({re.match(r"https?://[^/]+", address)[0] for address in addresses})  # type: ignore[index]  # see home


def public_map() -> Public:
    """What map a page for everybody shows: none, the district's own borders on a blank ground, or the tiles.

    A map of real ground needs a 审图号, or the decision to show nothing but one's own; invented ground needs neither.
    """
    home = settings.HOME
    if home.base_map and home.map_number:
        return "tiles"
    invented = home.kind in ("demo", "simulation")
    return "own" if home.own_blank_map or home.map_number or invented else "off"


def packed() -> bytes:
    """The file, gzipped; an empty collection where there is none. Kept until the file changes."""
    file: Path = settings.HOME.files / NAME
    try:
        return _packed(file, file.stat().st_mtime_ns)
    except OSError:
        return gzip.compress(EMPTY)


def _servers(address: str) -> tuple[str, ...]:
    return tuple(address.replace("{s}", str(n)) for n in SERVERS) if "{s}" in address else (address,)


@lru_cache(maxsize=1)
def _packed(file: Path, changed: int) -> bytes:
    del changed  # only tells one state of the file from the next
    return gzip.compress(file.read_bytes(), 6)
