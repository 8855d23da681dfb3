"""One pasted row as the matter that it would become, or what is wrong in which cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gezhi.desk import long_ago, own_sight
from gezhi.desk.rows import desk_words
from gezhi.errors import Refused
from gezhi.exchange import labels, pasting
from gezhi.exchange.labels import spelt
from gezhi.ledger.actor import Actor
from gezhi.matters import admission_gate, sentences
from gezhi.matters.services.intake import Before, Opened, open_matter, opened_under, prepare
from gezhi.matters.services.reports import Report
from gezhi.matters.services.writer import MATTER
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

_POINT = re.compile(r"(-?\d{1,3}\.\d+)[\s,;\uff0c]+(-?\d{1,2}\.\d+)\Z")
CELL = {"address": "place", "unit": "place", "lon": "place", "lat": "place", "late_reason": "at"}
"""In which cell a refusal of intake is shown."""
SHORTEST = 5
"""Digits of the shortest number at which somebody who reports can be called back: a local one of five."""
SAID, NTH = 24, 4
"""How many characters of the word of a row stand for what it says, and for which of several alike it is."""


MARK, ANY = 4, "any"


@dataclass(frozen=True, slots=True)
class Went:
    """What a session remembers of lines that were registered: under which word one went that says something else now, and
    the `marks` of the cells with which it was registered, by its word."""

    under: Mapping[str, str]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Usual:
    """What is said once for all rows: the way in, how those without a name reported, why it is late, whether what nobody
    can place is registered all the same, and so what happened more than a year ago."""

    channel: str
    nameless: str
    late_reason: str
    nowhere: bool
    long_ago: bool = False


@dataclass(frozen=True, slots=True)
class Against:
    """What rows are read against: model and ground of the moment, items by their names, units by what they are called,
    and the paths that the clerk may state. `spare` is an item that stands in where a row names none, so that its other
    cells can be asked about."""

    model: Model
    ground: Tree
    items: Mapping[str, str]
    unit_of: Any
    stated: frozenset[str]
    by: Actor
    now: datetime
    spare: str


@dataclass(slots=True)
class Row:
    """One row: its cells, the faults by cell, and what it would become, or became. `at` is its line in what was pasted,
    `key` the word under which it is registered: both go with the page and stay the line's own, whatever is mended in
    its cells, so that a page that was left behind registers nothing twice. `before`: what the line opened earlier."""

    at: int
    key: str
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    report: Report | None = None
    when: datetime | None = None
    item: str = ""
    goes: str = ""
    place: str = ""
    same: int = 0
    long_ago: bool = False
    opened: Opened | None = None
    before: Before | None = None

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
    items = items_of(model)
    open_ones = (one for one in model.items.values() if one.flow)
    spare = next((one.code for one in open_ones if not admission_gate.only_for_a_grid(model, one)), "")
    return Against(model, ground, items, labels.units(), stated, by, now, spare)


def numbered(
    cells: Sequence[dict[str, str]], now: datetime, went_under: Mapping[str, str] | None = None
) -> list[Row]:
    """The rows as they were pasted, each with its line and the word under which it is registered: that of what it says,
    or the one under which a line went that was mended to say the same."""
    seen: Counter[tuple[str, ...]] = Counter()
    rows = []
    for at, one in enumerate(cells, 1):
        same = _words(one)
        seen[same] += 1
        key = _key(same, seen[same], now)
        rows.append(Row(at, (went_under or {}).get(key, key), one))
    return rows


def mended(rows: Sequence[Row], now: datetime) -> list[tuple[str, str]]:
    """Of the rows that were registered just now and had been mended: the word of what they say, and the word they went
    under."""
    opened = [row for row in rows if row.opened is not None]
    said = [(_key(_words(row.cells), 1, now), row.key) for row in opened]
    return [(word, key) for word, key in said if not same_words(word, key)]


def same_words(one: str, other: str) -> bool:
    """Whether two rows that these words stand for said the same in every cell, on whichever day."""
    return one[:SAID] == other[:SAID]


def read(rows: Sequence[Row], usual: Usual, house: Against) -> None:
    """Every row as it would be registered: asked of intake itself, which writes nothing for it. One that was registered
    already is not asked about again."""
    first: dict[tuple[str, ...], int] = {}
    known = opened_under(house.by, [row.key for row in rows])
    for row in rows:
        before = first.setdefault(_words(row.cells), row.at)
        row.same = before if before != row.at else 0
        row.before = known.get(row.key)
        if row.before is None:
            _read(row, usual, house)


def _words(cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cells[name] for name in pasting.FIELDS)


def _key(same: tuple[str, ...], nth: int, now: datetime) -> str:
    """One word for one row as it was pasted on one local day, so that a sheet pasted twice registers once. Keyed, because
    the words hold somebody's number. What it says comes first (`SAID` characters), then the day, then which of several
    alike it is."""
    said = salted_hmac("gezhi.desk.pasted", "\0".join(same), algorithm="sha256").hexdigest()[:SAID]
    return f"{said}{timezone.localdate(now):%Y%m%d}{nth:0{NTH}}"


def _read(row: Row, usual: Usual, house: Against) -> None:
    cells = row.cells
    item = house.items.get(spelt(cells["item"]), "")
    if not item:
        told = _("清单里没有这一项，请从列表里选。") if cells["item"] else _("请写是哪一类事。")
        row.faults["item"] = told
    row.when = _when(row, cells["at"], usual, house.now)
    where = _where(row, cells["place"], house)
    known = bool(cells["name"] or cells["contact"])
    if _is_short(cells["contact"]):
        row.faults["contact"] = _("这个号码太短，打不通。请照表核对；没有电话就清空这一格。")
    if not known:
        _ask_who(row, usual, house.model)
    row.report = Report(
        text=cells["text"],
        item=item or house.spare,
        channel=usual.channel,
        reporting="confidential" if known else usual.nameless,
        name=cells["name"],
        contact=cells["contact"],
        client_key=row.key,
        late_reason=usual.late_reason if row.when else "",
        **where,
    )
    _foresee(row, row.report, usual, house)


def _is_short(contact: str) -> bool:
    """Whether it is written as a telephone number and is none; who left a word instead is reached otherwise."""
    written = contact and not any(sign.isalpha() or sign == "@" for sign in contact)
    return bool(written) and sum(sign.isdigit() for sign in contact) < SHORTEST


def _ask_who(row: Row, usual: Usual, model: Model) -> None:
    channel = own_sight.doubted(model, usual.nameless, usual.channel)
    if channel:
        told = _(
            "这一行没写姓名电话，算“自己看到的”，可上面说是“{channel}”。请写是谁说的，或把上面两项改对一项。"
        )
        row.faults["name"] = told.format(channel=channel)


def _when(row: Row, said: str, usual: Usual, now: datetime) -> datetime | None:
    if not said:
        return None
    found = pasting.moment(said)
    if found is None:
        row.faults["at"] = _and_why_late(_("请写成 2026-11-20 10:24 这样。"), usual)
        return None
    found = found if found.tzinfo else timezone.make_aware(found)
    told = long_ago.asks(found, now)
    row.long_ago = bool(told)
    if told and not usual.long_ago:
        row.faults["at"] = _and_why_late(told, usual)
        return None
    return found


def _and_why_late(told: str, usual: Usual) -> str:
    """What is wrong with a time, and that a time needs a reason, where none is given: both at once."""
    if usual.late_reason:
        return told
    return _("{told}写了时间的，还要在上面写明为什么当时没有登记。").format(told=told)


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


def _foresee(row: Row, report: Report, usual: Usual, house: Against) -> None:
    """Ask intake. What it refuses is said in its cell, and it is asked again without that, so that all that is wrong
    with a row is said at once."""
    when = row.when
    while True:
        try:
            made, opened = prepare(report, by=house.by, at=when)
        except Refused as refusal:
            cell = _cell(refusal.field)
            told = _and_why_late(refusal.reason, usual) if refusal.field == "at" else refusal.reason
            said = cell in row.faults
            row.faults.setdefault(cell, told)
            if said or not cell:
                return
            report = replace(report, **_without(cell, house))
            when = None if cell == "at" else when
        else:
            _say_where(row, usual, house, opened, dict(zip(MATTER, made.matter, strict=True))["path"])
            return


def _without(cell: str, house: Against) -> dict[str, Any]:
    """What stands in for a cell that was refused, while the others are asked about."""
    spare: dict[str, dict[str, Any]] = {
        "item": {"item": house.spare},
        "place": {"address": "", "unit": "", "lon": None, "lat": None},
        "text": {"text": "--"},
        "name": {"name": "", "contact": ""},
        "contact": {"name": "", "contact": ""},
        "at": {"late_reason": ""},
    }
    return spare[cell]


def _say_where(row: Row, usual: Usual, house: Against, opened: Opened, path: str) -> None:
    """Where the row lies and to whom it goes, as far as nothing was wrong with it; and that its place is known."""
    nowhere, wrong = opened.located == "none", bool(row.faults)
    if nowhere and not usual.nowhere:
        row.faults.setdefault("place", _("认不出在哪里。请写单元、地址或经纬度；真说不清，勾上面那一项。"))
    if row.report is None or wrong:
        return
    row.item = sentences.label(house.model.items[row.report.item])
    row.goes = desk_words(opened.desk, house.model, house.ground)
    row.place = _("地点说不清，先核对") if nowhere else " / ".join(house.ground.names(path)[-2:])


def _cell(name: str) -> str:
    cell = CELL.get(name, name)
    return cell if cell in pasting.FIELDS else ""


def marks(cells: Mapping[str, str]) -> str:
    """`MARK` characters for each cell, keyed and too few to tell what it says: enough to say later which was changed."""
    said = (f"{name}\0{cells[name]}" for name in pasting.FIELDS)
    made = (salted_hmac("gezhi.desk.pasted.cell", one, algorithm="sha256").hexdigest()[:MARK] for one in said)
    return "".join(made)


def differ(row: Row, before: Before, house: Against, went: Went) -> tuple[str, ...]:
    """The cells of a row that say something else than it was registered with: another item, other words, or, as far as
    it is remembered, any other; `ANY` alone where one does and which is not known."""
    item = house.items.get(spelt(row.cells["item"]), "")
    text = " ".join(before.text.split())
    found = [
        name
        for name, same in (("item", item == before.item), ("text", row.cells["text"] == text))
        if not same
    ]
    if row.key in went.marks:
        then, now = went.marks[row.key], marks(row.cells)
        here = [(name, n * MARK) for n, name in enumerate(pasting.FIELDS) if name not in ("item", "text")]
        found += [name for name, at in here if then[at : at + MARK] != now[at : at + MARK]]
        return tuple(name for name in pasting.FIELDS if name in found)
    said = _key(_words(row.cells), 1, house.now)
    words = [one for one, key in went.under.items() if key == row.key] or [row.key]
    return tuple(found) or (() if any(same_words(said, one) for one in words) else (ANY,))


def register(rows: Sequence[Row], house: Against) -> None:
    """Register each row that has no fault and was not registered, each by itself; what is refused is said in its row,
    and the rest goes on."""
    for row in rows:
        if row.faults or row.before or row.report is None:
            continue
        try:
            row.opened = open_matter(row.report, by=house.by, at=row.when)
        except Refused as refusal:
            row.faults[_cell(refusal.field)] = refusal.reason
