"""Where the words of a report may point: addresses and units that are known here. Offered as a choice, never taken.

Of real complaints 41 in 100 give no clue at all: then the page asks. No clue is guessed from what is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from gezhi.places import addresses
from gezhi.places import queries as places
from gezhi.places.queries import AddressHit
from gezhi.words import said_places

MOST = 3
_ASKED = 6  # look-ups of one text, at the most
_SHORTEST = 2  # characters of a unit's name without its kind


@dataclass(frozen=True, slots=True)
class Clue:
    """An address (with its point) or a unit that the words name. `within` says where it lies."""

    kind: str  # address or unit
    name: str
    within: str
    path: str
    lon: float | None = None
    lat: float | None = None

    @property
    def whole(self) -> str:
        """A unit by its name and where it lies, as the form reads it."""
        return f"{self.name} · {self.within}" if self.within else self.name


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as somebody calls it."""

    path: str
    name: str
    within: str


def clues(text: str, units: Iterable[Named], within: str, *, on: date) -> list[Clue]:
    """At most three: addresses first, then units, the smallest first. `within` is the ground that is looked through."""
    found = [
        Clue("address", hit.address, " / ".join(hit.names[1:]), hit.path, hit.lon, hit.lat)
        for hit in _addresses(text, within, on)
    ]
    seen = {clue.path for clue in found}
    for unit in sorted(_units(text, units), key=lambda one: -len(one.path)):
        if not any(path.startswith(unit.path) for path in seen):
            found.append(Clue("unit", unit.name, unit.within, unit.path))
            seen.add(unit.path)
    return found[:MOST]


def _addresses(text: str, within: str, on: date) -> list[AddressHit]:
    if not within:
        return []
    found: dict[str, AddressHit] = {}
    for said in islice(_said(text), _ASKED):
        if len(found) >= MOST:
            break
        hits = places.address_search(said, within, on=on, most=MOST + 1)
        if len(hits) <= MOST:  # a whole road is no clue
            found |= {hit.address: hit for hit in hits}
    return list(found.values())[:MOST]


def _said(text: str) -> Iterator[str]:
    """What may be an address in a text: a road or a compound with its number, under ever shorter names."""
    for found in said_places.NAMED.finditer(addresses.plain(text)):
        name, number = found[1], found[2]
        if not number and name[-1] in said_places.ROADS:
            continue
        for start in range(max(0, len(name) - 5), len(name) - 2):
            yield name[start:] + number


def _units(text: str, units: Iterable[Named]) -> Iterator[Named]:
    for unit in units:
        bare = said_places.KIND.sub("", unit.name)
        short = len(bare) >= _SHORTEST and not bare[0].isdigit()
        if unit.name in text or (short and re.search(re.escape(bare) + said_places.NO_ROAD, text)):
            yield unit
