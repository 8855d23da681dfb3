"""回避 in numbers: whoever a matter is kept from compares all the pages that are open to them, and finds none of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gezhi.errors import NotFound
from gezhi.ledger import clock
from gezhi.matters import walls
from gezhi.matters.models import Matter, Wall
from gezhi.matters.services import reporters_own
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.services.walling import keep_from, take_back
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, FRIDAY, GRID, INSIDE, TOWN, World
from gezhi.reporting import behind, figures, grounds, imported, metrics, public
from gezhi.reporting.metrics import Query

from .rows import many, put

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
UNITS = (COUNTY, TOWN, COMMUNITY, GRID)
BREAKDOWNS = ("unit", "class", "grade", "channel", "department", "item")
WHY = "反映的就是这一方。"


def everything(world: World, who: str) -> dict[tuple[Any, ...], Any]:
    """Every number that this person can have of every unit: by both axes, by the units of today and of then, by each
    breakdown that the model offers, with what stands behind it; and the table that everybody may read."""
    person, at, found = world.person(who), clock.now(), dict[tuple[Any, ...], Any]()
    for unit in UNITS:
        for basis, ground in (("known", "restated"), ("happened", "restated"), ("known", "then")):
            asked: dict[str, Any] = {"as_of": at, "basis": basis, "ground": ground}
            try:
                page = figures.page(person, unit, first=NOVEMBER[0], last=NOVEMBER[1], **asked)
                scope, model, tree = grounds.seen(person, unit, NOVEMBER[1], at, asked["ground"])
            except NotFound:
                continue
            found[unit, basis, ground] = [page.whole, page.below, page.imported]
            query = Query(scope, model, NOVEMBER, at, basis=asked["basis"])
            for by in BREAKDOWNS if (basis, ground) == ("known", "restated") else ("unit",):
                some = [m.id for m in model.metrics.values() if by == "unit" or by in m.by]
                told = metrics.dictionary(query, tree, by=by, only=some) if some else None
                found[unit, basis, ground, by] = [told.whole, told.below] if told else None
            for part in metrics.PARTS:
                seen = behind.page(person, query, "accepted", part)
                found[unit, basis, ground, part] = ([line.number for line in seen.lines], seen.hidden)
        if (unit, "known", "restated") in found:
            own = imported.own_rates(person, unit, as_of=at)
            found[unit, "imported"] = [own.whole, own.partition, own.placed]
    with clock.fixed(DECEMBER):
        found["public",] = public.month_table(NOVEMBER[0]).told
    return found


def accepted(world: World, text: str) -> str:
    lon, lat = INSIDE
    report = Report(text=text, item="N01", lon=lon, lat=lat, reporting="anonymous")
    number = open_matter(report, by=world.clerk()).number
    take_step(number, "accept", by=world.person("he"), at=clock.now(), given=StepGiven())
    return number


def test_no_page_tells_the_place_that_somebody_was_troubled_there(quiet: World) -> None:
    """It has a class of its own, of which there is one."""
    row = Matter.objects.get(number=accepted(quiet, "楼道里堆着箱子。"))
    before = {name: everything(quiet, name) for name in ("lin", "qiao", "song", "wu")}
    made = reporters_own.trouble(row.id, "有人上门骂我。", address="192.0.2.7", at=clock.now())
    take_step(made.number, "accept", by=quiet.person("wu"), at=clock.now(), given=StepGiven())
    for name in ("lin", "qiao", "song"):
        assert everything(quiet, name) == before[name], name
    key = (GRID, "known", "restated")
    counted = [told[key][0].accepted.numerator for told in (before["wu"], everything(quiet, "wu"))]
    assert counted[1] == counted[0] + 1, "whoever stands above counts it"


@pytest.fixture
def quiet(world: World) -> World:
    """A grid with enough of everything that its numbers may be published."""
    for path in (GRID, COMMUNITY):
        put(*many(12, "solved", path=path), *many(8, path=path), *many(6, "void", path=path))
    accepted(world, "楼道里堆着旧沙发。")
    return world


@pytest.mark.parametrize(
    ("kept", "blind", "sees"),
    [
        (f"unit:{GRID}", ("lin", "qiao"), "tang"),
        (f"unit:{COMMUNITY}", ("qiao",), "tang"),
        ("person:tang", ("tang",), "qiao"),
        ("person:wu", ("wu",), "he"),  # at the root, whose sum is public
    ],
)
def test_no_two_pages_of_whom_it_is_kept_from_tell_that_it_is_there(
    quiet: World, kept: str, blind: tuple[str, ...], sees: str
) -> None:
    kind, _, name = kept.partition(":")
    word = walls.person_word(quiet.accounts[name]) if kind == "person" else kept
    before = {who: everything(quiet, who) for who in (*blind, sees)}
    number = accepted(quiet, "格里有人收钱才给办事。")
    assert everything(quiet, blind[0]) != before[blind[0]], "until it is kept from them it counts"
    keep_from(number, word, WHY, why="about", by=quiet.person("he"))
    for who in blind:
        assert everything(quiet, who) == before[who]
    now = everything(quiet, sees)
    assert now["public",] == before[sees]["public",], "else one's own number less the public one tells it"
    key = (GRID, "known", "restated")
    counted = [told[key][0].accepted.numerator for told in (before[sees], now)]
    assert counted[1] == counted[0] + 1, "whoever it is not kept from counts it"
    assert now[*key, "denominator"][1] == before[sees][*key, "denominator"][1]


def test_a_month_stays_as_it_was_published(quiet: World) -> None:
    """A wall that is taken back, or put up, after the month changes no number of it: two looks are one publication."""
    walled, other = accepted(quiet, "格里有人收钱才给办事。"), accepted(quiet, "灯不亮。")
    keep_from(walled, f"unit:{GRID}", WHY, why="about", by=quiet.person("he"))
    with clock.fixed(DECEMBER):
        told = public.month_table(NOVEMBER[0]).told
        take_back(walled, Wall.objects.get().id, "记错了。", by=quiet.person("he"))
        keep_from(other, f"unit:{GRID}", WHY, why="about", by=quiet.person("he"))
        assert public.month_table(NOVEMBER[0]).told == told
    with clock.fixed(FRIDAY + timedelta(hours=1)):
        page = figures.page(quiet.person("lin"), GRID, first=NOVEMBER[0], last=NOVEMBER[1], as_of=clock.now())
        assert page.whole.accepted.numerator == 26 + 2, "what was taken back counts again, the other no more"
