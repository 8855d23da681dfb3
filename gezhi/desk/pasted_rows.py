"""One pasted row as the matter that it would become, or what is wrong in which cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gezhi.desk.rows import desk_words
from gezhi.errors import Refused
from gezhi.exchange import labels, pasting
from gezhi.exchange.labels import spelt
from gezhi.ledger.actor import Actor
from gezhi.matters import sentences
from gezhi.matters.services.intake import Opened, open_matter, prepare
from gezhi.matters.services.reports import Report
from gezhi.matters.services.writer import MATTER
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

_POINT = re.compile(r"(-?\d{1,3}\.\d+)[\s,;\uff0c]+(-?\d{1,2}\.\d+)\Z")
CELL = {"address": "place", "unit": "place", "lon": "place", "lat": "place", "late_reason": "at"}
"""In which cell a refusal of intake is shown."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is said once for all rows: the way in, how those without a name reported, why it is late, and whether what
    nobody can place is registered all the same."""

    channel: str
    nameless: str
    late_reason: str
    nowhere: bool


@dataclass(frozen=True, slots=True)
class Against:
    """What rows are read against: model and ground of the moment, items by their names, units by what they are called,
    and the paths that the clerk may state."""

    model: Model
    ground: Tree
    items: Mapping[str, str]
    unit_of: Any
    stated: frozenset[str]
    by: Actor
    now: datetime


@dataclass(slots=True)
class Row:
    """One row: its cells, the faults by cell, and what it would become, or became. `at` is its line in what was pasted,
    `nth` which of several rows of the same words it is; both go with the page, so that what is left keeps them."""

    at: int
    nth: int
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    report: Report | None = None
    when: datetime | None = None
    item: str = ""
    goes: str = ""
    place: str = ""
    same: int = 0
    opened: Opened | None = None
    key: str = ""

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """Field, words and fault of each cell."""
        return [(one, self.cells[one], self.faults.get(one, "")) for one in pasting.FIELDS]

    @property
    def loose(self) -> str:
        """A fault that no cell bears."""
        return self.faults.get("", "")


def items_of(model: Model) -> dict[str, str]:
    """Code of every item that can be registered, by code and names as they are spelt."""
    found: dict[str, str] = {}
    for one in model.items.values():
        if one.flow:
            found |= {spelt(word): one.code for word in (one.code, one.name, sentences.label(one)) if word}
    return found


def against(model: Model, ground: Tree, stated: frozenset[str], by: Actor, now: datetime) -> Against:
    """As the house stands now."""
    return Against(model, ground, items_of(model), labels.units(), stated, by, now)


def numbered(cells: Sequence[dict[str, str]]) -> list[Row]:
    """The rows as they were pasted, each with its line."""
    seen: Counter[tuple[str, ...]] = Counter()
    rows = []
    for at, one in enumerate(cells, 1):
        seen[_words(one)] += 1
        rows.append(Row(at, seen[_words(one)], one))
    return rows


def read(rows: Sequence[Row], usual: Usual, house: Against) -> None:
    """Every row as it would be registered: asked of intake itself, which writes nothing for it."""
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        same = _words(row.cells)
        before = first.setdefault(same, row.at)
        row.same = before if before != row.at else 0
        row.key = _key(same, row.nth, house.now)
        _read(row, usual, house)


def _words(cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cells[name] for name in pasting.FIELDS)


def _key(same: tuple[str, ...], nth: int, now: datetime) -> str:
    """One word for one row on one local day, so that a sheet pasted twice registers once. Keyed: it holds a number."""
    words = "\0".join([*same, str(nth), f"{timezone.localdate(now)}"])
    return salted_hmac("gezhi.desk.pasted", words, algorithm="sha256").hexdigest()


def _read(row: Row, usual: Usual, house: Against) -> None:
    cells = row.cells
    item = house.items.get(spelt(cells["item"]), "")
    if not item:
        told = _("清单里没有这一项，请从列表里选。") if cells["item"] else _("请写是哪一类事。")
        row.faults["item"] = told
    row.when = _when(row, cells["at"])
    where = _where(row, cells["place"], house)
    known = bool(cells["name"] or cells["contact"])
    row.report = Report(
        text=cells["text"],
        item=item,
        channel=usual.channel,
        reporting="confidential" if known else usual.nameless,
        name=cells["name"],
        contact=cells["contact"],
        client_key=row.key,
        late_reason=usual.late_reason if row.when else "",
        **where,
    )
    if not row.faults:
        _foresee(row, usual, house)


def _when(row: Row, said: str) -> datetime | None:
    if not said:
        return None
    found = pasting.moment(said)
    if found is None:
        row.faults["at"] = _("请写成 2026-11-20 10:24 这样。")
        return None
    return found if found.tzinfo else timezone.make_aware(found)


def _where(row: Row, said: str, house: Against) -> dict[str, Any]:
    """A point, a unit that bears this name, or an address."""
    point = _POINT.match(said)
    if point:
        return {"lon": float(point[1]), "lat": float(point[2])}
    try:
        path = house.unit_of(said) if said else ""
    except Refused as refusal:
        row.faults["place"] = refusal.reason
        return {}
    if path and path in house.stated:
        return {"unit": path}
    return {"address": said}


def _foresee(row: Row, usual: Usual, house: Against) -> None:
    assert row.report is not None  # noqa: S101  # made just before
    try:
        _rows, opened = prepare(row.report, by=house.by, at=row.when)
    except Refused as refusal:
        row.faults[_cell(refusal.field)] = refusal.reason
        return
    row.item = sentences.label(house.model.items[row.report.item])
    row.goes = desk_words(opened.desk, house.model, house.ground)
    path = dict(zip(MATTER, _rows.matter, strict=True))["path"]
    row.place = " / ".join(house.ground.names(path)[-2:])
    if opened.located == "none":
        row.place = _("地点说不清，先核对")
        if not usual.nowhere:
            row.faults["place"] = _("认不出在哪里。请写单元、地址或经纬度；真说不清，勾上面那一项。")


def _cell(name: str) -> str:
    cell = CELL.get(name, name)
    return cell if cell in pasting.FIELDS else ""


def register(rows: Sequence[Row], house: Against) -> None:
    """Register each row that has no fault, each by itself; what is refused is said in its row, and the rest goes on."""
    for row in rows:
        if row.faults or row.report is None:
            continue
        try:
            row.opened = open_matter(row.report, by=house.by, at=row.when)
        except Refused as refusal:
            row.faults[_cell(refusal.field)] = refusal.reason
