"""What came of a unit, and where it came from: links with shares, followed over days. Pure arithmetic.

Shares are exact fractions, so that what is parted adds up again to the last unit. A share nobody knows is never
guessed: what hangs on it is told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

SPLIT, MERGED, CEDED, ABSORBED = "split", "merged", "ceded", "absorbed"
_WHOLE = Fraction(1)


class Link(NamedTuple):
    """From `since` on, `part` of `whole` of `before` belongs to `after`; see `models.Lineage`.

    A ceded part is counted of what `before` still had when it was ceded, in the order of the links.
    """

    before: UUID
    after: UUID
    kind: str
    since: date
    part: int | None = None
    whole: int | None = None
    measure: str = ""

    @property
    def share(self) -> Fraction | None:
        """The share as a fraction, or None where it is not known."""
        return None if self.part is None or not self.whole else Fraction(self.part, self.whole)


@dataclass(slots=True)
class Followed:
    """Values by the units of the later day, and by unit of the earlier day what could not be followed."""

    values: dict[UUID, Fraction] = field(default_factory=dict)
    unknown: dict[UUID, Fraction] = field(default_factory=dict)


def followed(
    links: Iterable[Link], values: Mapping[UUID, int | Fraction], since: date, until: date
) -> Followed:
    """Values counted by the units of the day `since`, restated by the units of the day `until`.

    `links` come in the order in which they were made. 1. Links after `since` up to `until`, day by day. 2. A split,
    merged or absorbed unit gives everything away; a ceding one keeps the rest. 3. One heir alone takes all; where
    several share and a share is missing, the value is unknown from there on.
    """
    found = Followed({key: Fraction(value) for key, value in values.items()})
    later = sorted((link for link in links if since < link.since <= until), key=lambda link: link.since)
    for (before, kind, _since), group in groupby(
        later, key=lambda link: (link.before, link.kind, link.since)
    ):
        if kind == CEDED:
            for link in group:
                _cede(found, link)
        elif before in found.values:
            _part(found, before, list(group))
    return found


def heirs(links: Sequence[Link], unit: UUID, since: date, until: date) -> Followed:
    """What became of a unit of the day `since` by the day `until`: each heir with its share of the unit."""
    return followed(links, {unit: _WHOLE}, since, until)


def origins(links: Sequence[Link], unit: UUID, since: date, until: date) -> dict[UUID, Fraction | None]:
    """Where a unit of the day `until` came from: each unit of the day `since` with the share of it that went there.

    None where the share is not known. A unit that stood on both days and took nothing comes from itself alone.
    """
    reached, waiting = {unit}, [unit]
    while waiting:
        after = waiting.pop()
        for link in links:
            if link.after == after and since < link.since <= until and link.before not in reached:
                reached.add(link.before)
                waiting.append(link.before)
    found: dict[UUID, Fraction | None] = {}
    for one in reached:
        came = heirs(links, one, since, until)
        if share := came.values.get(unit):
            found[one] = share
        elif came.unknown and one != unit:
            found[one] = None
    return found


def _cede(found: Followed, link: Link) -> None:
    value = found.values.get(link.before)
    if not value:
        return
    share = link.share
    if share is None:
        found.unknown[link.before] = found.unknown.get(link.before, Fraction(0)) + value
        found.values[link.before] = Fraction(0)
        return
    found.values[link.before] = value * (1 - share)
    found.values[link.after] = found.values.get(link.after, Fraction(0)) + value * share


def _part(found: Followed, before: UUID, group: Sequence[Link]) -> None:
    value = found.values.pop(before)
    shares = [link.share for link in group]
    if len(group) == 1 and shares[0] is None:
        shares = [_WHOLE]
    if any(share is None for share in shares):
        found.unknown[before] = found.unknown.get(before, Fraction(0)) + value
        return
    left = value
    for link, share in zip(group, shares, strict=True):
        given = value * (share or 0)
        found.values[link.after] = found.values.get(link.after, Fraction(0)) + given
        left -= given
    if left:
        found.unknown[before] = found.unknown.get(before, Fraction(0)) + left
