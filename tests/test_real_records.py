"""Records that nobody here wrote: what the house counts of them is what a plain reading of the file counts.

A thousand of the file's rows, drawn by SEED; all of them when GEZHI_WHOLE is set.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from math import ceil
from pathlib import Path

import pytest

from gezhi.exchange import mapping as mappings
from gezhi.exchange import opening, reading, services
from gezhi.exchange.services import Reconciled
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.models import Instance
from gezhi.matters import editions
from gezhi.matters.models import Matter, Text
from gezhi.matters.services.locating import is_rounded
from gezhi.matters.tests import liuxi
from gezhi.places import queries as places
from gezhi.promises.models import Promise
from gezhi.reporting import imported, scopes, waits
from gezhi.reporting.imported import OwnRates
from tests.shares import share

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "baltimore311"
BY = Actor(None, "import:baltimore311")
pytestmark = [pytest.mark.shared, pytest.mark.slow]
Plain = list[dict[str, str]]


@pytest.fixture
def plain() -> Plain:
    with (FOLDER / "requests.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return share(rows, 1000, "baltimore311")


@pytest.fixture
def replay(db: None) -> Iterator[None]:
    """A replay instance that has nothing yet."""
    Instance.objects.update_or_create(id=1, defaults={"kind": "replay", "clock_ahead": 0})
    liuxi.forget()
    yield
    liuxi.forget()


def brought(folder: Path, rows: Plain) -> Reconciled:
    path = folder / "requests.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    mapping = mappings.load(mappings.find("baltimore311"))
    if not Matter.objects.exists():
        opening.make_ready(mapping, FOLDER / "neighborhoods.geojson", by=BY)
    return services.run_import(mapping, reading.open_file(path), by=BY, at=clock.now())


def at(said: str) -> datetime | None:
    """Local time, as the file writes it: enough for comparing one with another."""
    return datetime.strptime(said, "%m/%d/%Y %I:%M:%S %p") if said else None  # noqa: DTZ007


def never_was(row: dict[str, str]) -> bool:
    """In the two hours of the data that the clocks of New York skipped."""
    moments = [at(row[c]) for c in ("CreatedDate", "DueDate", "CloseDate")]
    return any(m is not None and (m.month, m.day, m.year, m.hour) == (3, 11, 2018, 2) for m in moments)


def rates() -> OwnRates:
    now = clock.now()
    today = liuxi.date.fromordinal(now.toordinal())
    model = editions.current(today)
    return imported.own_rates_of(scopes.whole(places.tree(today)), model, (imported.EARLIEST, None), now)


def test_what_is_counted_is_what_a_plain_reading_counts(replay: None, plain: Plain, tmp_path: Path) -> None:
    found = brought(tmp_path, plain)
    taken = [row for row in plain if not never_was(row)]
    assert (found.read, found.taken, found.rejected) == (len(plain), len(taken), len(plain) - len(taken))
    assert found.adds_up
    kinds = {" ".join(row["SRType"].split()) for row in taken}
    assert Matter.objects.values("item").distinct().count() == len(kinds)

    known = rates()
    until = at("02/13/2019 04:19:00 PM")
    left_out = {"Closed (Duplicate)", "Closed (Transferred)"}
    due = [r for r in taken if r["DueDate"] and at(r["DueDate"]) <= until and r["SRStatus"] not in left_out]
    kept = [r for r in due if r["CloseDate"] and at(r["CloseDate"]) <= at(r["DueDate"])]
    words = mappings.load(mappings.find("baltimore311")).said.department
    by_due = Counter(words[r["Agency"]] for r in due)
    by_kept = Counter(words[r["Agency"]] for r in kept)
    assert (known.whole.rate.numerator, known.whole.rate.denominator) == (len(kept), len(due))
    assert {one.code: one.rate.denominator for one in known.agencies if one.rate.denominator} == dict(by_due)
    assert {one.code: one.rate.numerator for one in known.agencies if one.rate.numerator} == dict(by_kept)
    assert [one.code for one in known.agencies] == sorted(one.code for one in known.agencies)
    assert all(
        one.low <= one.rate.numerator / one.rate.denominator <= one.high
        for one in known.agencies
        if one.rate.denominator
    )
    _parts_and_places(known, taken)
    _points_lie_where_the_record_says(plain)
    again = brought(tmp_path, plain)
    assert (again.taken, again.known, again.rejected) == (0, len(taken), found.rejected)


def _parts_and_places(known: OwnRates, taken: Plain) -> None:
    status = Counter(row["SRStatus"] for row in taken)
    assert known.partition.solved == status["Closed"]
    assert known.partition.transferred == status["Closed (Transferred)"]
    assert known.partition.accepted == len(taken) - status["Closed (Duplicate)"]
    assert known.partition.adds_up
    points = [(float(r["Longitude"]), float(r["Latitude"])) for r in taken if r["Latitude"]]
    rounded = [p for p in points if is_rounded(p[0]) and is_rounded(p[1])]
    assert known.placed.rounded == len(rounded)
    assert known.placed.missing == len(taken) - len(points)
    assert known.placed.placed + known.placed.flagged == len(taken)


def _points_lie_where_the_record_says(plain: Plain) -> None:
    """Most points lie in the neighbourhood that their record names."""
    ground = places.tree(clock.now().date())
    named = {r["ServiceRequestNum"]: r["Neighborhood"] for r in plain if r["Neighborhood"]}
    found = [
        (ground.by_path[path].name, named[number])
        for number, path in Matter.objects.filter(located="point").values_list("number", "path")
        if number in named
    ]
    agree = sum(1 for place, said in found if place.casefold() == said.casefold())
    assert agree / len(found) >= 0.98  # 99.5 % of all ten thousand; a thousand of them vary


FUZHOU = FOLDER.parent / "fuzhou12345" / "meta_2016.csv"


def test_what_a_hotline_waited_is_what_a_plain_reading_counts(replay: None) -> None:
    with FUZHOU.open(encoding="utf-8-sig", newline="") as stream:
        plain = list(csv.DictReader(stream))
    mapping = mappings.load(mappings.find("fuzhou12345"))
    opening.make_ready(mapping, None, by=BY)
    found = services.run_import(mapping, reading.open_file(FUZHOU), by=BY, at=clock.now())
    assert (found.read, found.taken, found.rejected) == (317, 317, 0)

    ground = places.tree(clock.now().date())
    known = waits.waits(scopes.whole(ground), "Asia/Shanghai")
    for spread, column in ((known.days, "最终回复-投诉事件"), (known.transfers, "转处理次数")):
        counted = sorted(int(row[column]) for row in plain)
        quartiles = [counted[ceil(len(counted) * n / 4) - 1] for n in (1, 2, 3)]
        assert [spread.lower, spread.median, spread.upper] == quartiles
        assert (spread.count, spread.total, spread.most) == (len(counted), sum(counted), counted[-1])
    by_place = Counter(ground.by_path[path].name for path in Matter.objects.values_list("path", flat=True))
    said = Counter(row["区域"].replace("福州市直属", "福州市") for row in plain)
    assert by_place == said
    assert not Promise.objects.exists()  # the records have no due date, so nothing was promised
    stored = " ".join(Text.objects.values_list("body", flat=True))
    assert plain[0]["回复1"] in stored
