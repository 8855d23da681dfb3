"""公开数据 as files: what was published, for whoever counts again, draws a map or proves a receipt. No record of a matter."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from gezhi.exchange.export_rows import harmless
from gezhi.ledger import clock, day_files
from gezhi.places import queries as places
from gezhi.reporting import publications
from gezhi.reporting.open_figures import RATES, Line, Publication

FORMAT = "gezhi-open-1"
LICENCE = "CC BY 4.0"
COLUMNS = (
    "period",
    "first",
    "last",
    "as_of",
    "unit",
    "code",
    "name",
    "rest",
    "class",
    "figure",
    "number",
    "of",
    "percent",
)
COUNTS = ("accepted", "void")
"""Numbers that are told by themselves; the others are the two sides of a rate."""
JSON, GEOJSON, CSV = "application/json", "application/geo+json", "text/csv; charset=utf-8"
Row = tuple[object, ...]


class File(NamedTuple):
    """What is offered under a name: its type, and what makes it."""

    type: str
    make: Callable[[], str]


def figures_json() -> str:
    """Everything that was published, weeks and months, the latest first; null where a number is not told."""
    said = {
        "format": FORMAT,
        "house": places.district_name(clock.today()),
        "licence": LICENCE,
        "weeks": [_data(one) for one in publications.kept("week")],
        "months": [_data(one) for one in publications.kept("month")],
    }
    return msgspec.json.encode(said).decode()


def figures_csv() -> str:
    """The same as a table: a line for each figure of each unit. What is not told is an empty cell."""
    to = io.StringIO()
    table = csv.writer(to, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for one in (*publications.kept("week"), *publications.kept("month")):
        about = (one.period, one.first, one.last, one.as_of.isoformat(timespec="seconds"))
        for line in one.lines:
            at = (line.unit, *map(harmless, (line.code, line.name)), "yes" if line.itself else "")
            table.writerows((*about, *at, *row) for row in _rows(one, line))
        first = one.district
        at = (first.unit, *map(harmless, (first.code, first.name)), "")
        for word, number in one.classes.items():
            table.writerow((*about, *at, harmless(word), "accepted", number, None, None))
    return "\ufeff" + to.getvalue()  # else a spreadsheet reads the names as something else than UTF-8


def units_geojson() -> str:
    """The borders of the units of the latest month and week, with their figures as properties (WGS84)."""
    latest = [one for one in (publications.latest("month"), publications.latest("week")) if one]
    if not latest:
        return '{"type":"FeatureCollection","features":[]}'
    ground = places.tree(max(one.last for one in latest))
    found: dict[str, dict[str, Any]] = {}
    for one in latest:
        for line in one.lines:
            if not line.itself and line.unit in ground.outlines:
                said = found.setdefault(
                    line.unit, {"unit": line.unit, "code": line.code, "name": line.name, "licence": LICENCE}
                )
                said |= {f"{one.period}_first": one.first, f"{one.period}_last": one.last, **line.numbers}
                said |= _rates(one, line)
    features = (
        f'{{"type":"Feature","properties":{msgspec.json.encode(said).decode()},"geometry":{ground.outlines[unit]}}}'
        for unit, said in found.items()
    )
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def days_json() -> str:
    """The published lines of the ledger's days."""
    return day_files.as_json(places.district_name(clock.today()))


FILES: Mapping[str, File] = {
    "figures.csv": File(CSV, figures_csv),
    "figures.json": File(JSON, figures_json),
    "units.geojson": File(GEOJSON, units_geojson),
    "days.csv": File(CSV, day_files.as_csv),
    "days.json": File(JSON, days_json),
}


def _data(one: Publication) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(one)
    for line, kept in zip(said["lines"], one.lines, strict=True):
        line["rates"] = _rates(one, kept)
    return said


def _rates(one: Publication, line: Line) -> dict[str, str | None]:
    return {id: line.rate(id, digits) for id, digits in one.digits.items()}


def _rows(one: Publication, line: Line) -> list[Row]:
    """Class (none), figure, number, of, percent."""
    counts: list[Row] = [
        ("", name, line.numbers[name], None, None) for name in COUNTS if name in line.numbers
    ]
    return counts + [
        ("", id, *(line.numbers.get(name) for name in RATES[id]), rate)
        for id, rate in _rates(one, line).items()
    ]
