"""Plans of the corner's ground, taken and carried to matters and people, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.clock import Fixed
from gezhi.matters.models import Matter
from gezhi.matters.services import grounds
from gezhi.matters.services.carrying import carry
from gezhi.matters.services.grounds import Proposal, StaffSaid
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.places import queries as places
from gezhi.places.changes import Change, Merge, Piece, Split

from .liuxi import World, square

DECEMBER = date(2026, 12, 1)
MIDNIGHT = datetime(2026, 11, 30, 16, 0, 1, tzinfo=UTC)  # the first second of December in Shanghai
FIRST_MORNING = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
CLUTTER = "楼道堆了纸箱。"


def opened(world: World, *, at: tuple[float, float] | None = None, unit: str = "", item: str = "N01") -> str:
    """A matter at a point, or in a unit; returns its number."""
    lon, lat = at or (None, None)
    report = Report(text=CLUTTER, item=item, lon=lon, lat=lat, unit=unit, reporting="anonymous")
    return open_matter(report, by=world.clerk()).number


def row(number: str) -> Matter:
    return Matter.objects.get(number=number)


def merged(world: World, keeps: UUID | None = None) -> Merge:
    """Both grids into one."""
    return Merge(units=(world.units["grid"], world.units["other"]), key="m", name="桥东大格", keeps=keeps)


def halved(world: World, *, keeps: bool = False, borders: bool = True) -> Split:
    """The first grid into a western and an eastern half."""
    west, east = square(118.2, 30.5, 118.205, 30.51), square(118.205, 30.5, 118.21, 30.51)
    return Split(
        unit=world.units["grid"],
        into=(
            Piece(key="w", name="桥东西格", border=west if borders else None, keeps=keeps),
            Piece(key="e", name="桥东中格", border=east if borders else None),
        ),
    )


def taken(
    world: World, *changes: Change, on: date = DECEMBER, staff: Sequence[StaffSaid] = (), title: str = ""
) -> UUID:
    """A plan written today."""
    said = Proposal(changes, staff, on, title)
    return grounds.adopt(said, world.model, by=HOUSE, at=clock.now())


def first_of_december() -> None:
    """The day of the plan begins; everything that it touches is carried."""
    source = clock._source
    assert isinstance(source, Fixed)
    source.move_to(FIRST_MORNING)
    carried()


def carried(most: int = 200) -> int:
    """Carry until nothing is left to do now; returns how many steps it took."""
    steps = 0
    while carry(at=clock.now(), most=most):
        steps += 1
        assert steps < 500
    return steps


def unit_called(name: str) -> str:
    """The path today of the unit with this name."""
    found = places.tree(clock.today()).by_path.values()
    return next(unit.path for unit in found if unit.name == name)
