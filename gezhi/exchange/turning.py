"""One row, read by a mapping, into what the import door takes; or the reason, in words, why it cannot be."""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable
from collections.abc import Mapping as Words
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import labels, moments
from gezhi.exchange.foreign_words import SUM
from gezhi.exchange.labels import spelt
from gezhi.exchange.mapping import Made, Mapping
from gezhi.exchange.moments import plain
from gezhi.matters import editions
from gezhi.matters.services.brought import Brought
from gezhi.matters.services.reports import Report
from gezhi.vault.services import SecretRow, prepared_reporter

SEALED = "@sealed"
"""Where a staged row keeps the reporter: sealed already, so that nothing of him ever lies in it in clear."""
BY_NAME = "@name"
SAME = "@same"
"""In [unit]: the word itself is the label."""
_METRES = 400.0
UnitOf = Callable[[str], str]
"""Path of the unit that a label or code names; empty for none. Raises `Refused` for one that names several."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a row is read against: the moment at which it is taken in, the ground's labels, the items by name."""

    at: datetime
    unit_of: UnitOf
    items: Words[str, str]


def known(at: datetime) -> Known:
    """As the instance stands."""
    model = editions.today()
    return Known(at, labels.units(), {spelt(item.name): item.code for item in model.items.values()})


def cells(found: Words[str, str], mapping: Mapping, *, at: datetime) -> dict[str, str]:
    """The cells that the mapping names, by field, made columns among them, and the reporter sealed."""
    made, staged = mapping.said.make, {}
    for field, column in mapping.columns.items():
        one = made.get(column)
        staged[field] = _made(column, one, found, mapping) if one else found.get(column, "")
    who = mapping.said.personal
    name, contact = found.get(who.name, "").strip()[:40], found.get(who.contact, "").strip()[:40]
    if name or contact:
        staged[SEALED] = _sealed(prepared_reporter(name, contact, at))
    return staged


def _sealed(row: SecretRow) -> str:
    blind = b64encode(row.blind).decode() if row.blind else ""
    return f"{row.id.hex} {b64encode(row.sealed).decode()} {blind}"


def _unsealed(said: str, at: datetime) -> SecretRow:
    id, sealed, blind = said.split(" ")
    return SecretRow(UUID(id), "reporter", b64decode(sealed), b64decode(blind) if blind else None, at)


def _made(column: str, made: Made, found: Words[str, str], mapping: Mapping) -> str:
    said = made.join.join(part for name in made.of if (part := found.get(name, "").strip()))
    if said and made.split:
        parts = said.split(made.split)
        at = made.part - 1 if made.part > 0 else made.part
        said = parts[at].strip() if -len(parts) <= at < len(parts) else ""
    if pattern := mapping.patterns.get(column):
        caught = pattern.search(said)
        said = caught.expand(made.give) if caught else ""
    return said or made.constant


def is_sum(found: Words[str, str]) -> bool:
    """Whether the row is a line of sums: its first word says so."""
    first = next((cell for cell in found.values() if cell.strip()), "")
    return bool(SUM.match(first.strip()))


def record(id: UUID, cells: Words[str, str], mapping: Mapping, known: Known) -> Brought:
    """`cells` are by field of the mapping. Raises `Refused`, naming the field."""
    said = mapping.said
    lon, lat = _degrees(cells, "lon"), _degrees(cells, "lat")
    secret = _unsealed(cells[SEALED], known.at) if SEALED in cells else None
    report = Report(
        text=_needed(cells, "text"),
        item=_item(_needed(cells, "item"), mapping, known),
        channel=_word(cells, "channel", said.channel),
        reporting="confidential" if secret else "anonymous",
        lon=lon,
        lat=lat,
        datum=said.source.datum,
        address=cells.get("address", "").strip(),
        unit=_unit(cells, mapping, known) if lon is None else "",
        late_reason="import",
    )
    began = moment(_needed(cells, "at"), "at", mapping)
    return Brought(
        id=id,
        source=mapping.source,
        key=plain(_needed(cells, "key")),
        report=report,
        at=began,
        ended_at=_ended(cells, began, mapping),
        due_at=_perhaps(cells, "due", mapping),
        department=_word(cells, "department", said.department),
        moves=() if isinstance(done := _looked_up(cells, "status", said.status, ()), str) else tuple(done),
        to=done if isinstance(done, str) else "",
        parent=plain(cells.get("parent", "")),
        transfers=_count(cells, "transfers"),
        answer=cells.get("answer", "").strip(),
        rated=_word(cells, "rated", said.rated),
        secret=secret,
    )


def moment(said: str, field: str, mapping: Mapping) -> datetime:
    """An instant in UTC from local time. Raises `Refused` for one that cannot be read, or never was."""
    time = mapping.said.time
    local = moments.local(plain(said), time.formats)
    if local is None:
        raise Refused(_("日期读不出来。"), code="date_unreadable", field=field)
    return moments.in_utc(local, mapping.zone, later=time.gap == "later", field=field)


def _perhaps(cells: Words[str, str], field: str, mapping: Mapping) -> datetime | None:
    said = cells.get(field, "").strip()
    return moment(said, field, mapping) if said else None


def _ended(cells: Words[str, str], began: datetime, mapping: Mapping) -> datetime | None:
    """When it ended: as the file says, or so many days after it began."""
    found = _perhaps(cells, "ended", mapping)
    said = plain(cells.get("ended_days", ""))
    if found or not said:
        return found
    days = _number(said, "ended_days")
    if not 0 <= days <= 36_500:
        raise Refused(_("天数不在 0 到 36500 之间。"), code="days_wrong", field="ended_days")
    there = began.astimezone(mapping.zone).replace(tzinfo=None) + timedelta(days=days)
    return moments.in_utc(there, mapping.zone, later=True, field="ended_days")


def _needed(cells: Words[str, str], field: str) -> str:
    said = cells.get(field, "").strip()
    if not said:
        raise Refused(_("这一栏是空的。"), code="cell_empty", field=field)
    return said


def _number(said: str, field: str) -> float:
    try:
        found = float(said)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Refused(_("这一栏要写一个数。"), code="not_a_number", field=field)
    return found


def _count(cells: Words[str, str], field: str) -> int:
    said = plain(cells.get(field, ""))
    if not said:
        return -1
    found = _number(said, field)
    if found < 0 or not found.is_integer() or found > 10_000:
        raise Refused(_("次数要写 0 到 10000 的整数。"), code="count_wrong", field=field)
    return int(found)


def _degrees(cells: Words[str, str], field: str) -> float | None:
    """Degrees, from digits alone. Raises `Refused` for what is none, and says so where it is metres of a projection."""
    said = plain(cells.get(field, "")).removesuffix("°")
    if not said:
        return None
    try:
        found = float(said)
    except ValueError:
        raise Refused(_("坐标不是数字。"), code="point_not_a_number", field=field) from None
    if abs(found) > _METRES:
        told = _("坐标像是投影坐标（米），不是经纬度。请在原系统里导出经纬度，或先换算成 CGCS2000 经纬度。")
        raise Refused(told, code="point_projected", field=field)
    return (
        None if found == 0 and plain(cells.get("lat" if field == "lon" else "lon", "")) in _ZEROS else found
    )


_ZEROS = {"0", "0.0", "0.00", "0.000000"}
"""Both zero is how a system writes that it has no point; nobody reports from the Gulf of Guinea."""


def _unit(cells: Words[str, str], mapping: Mapping, known: Known) -> str:
    """Path of the unit that the record names; what it names none with is left to the desk that asks."""
    said = plain(cells.get("unit", ""))
    table = mapping.said.unit
    name = table.get(said, table.get("*", SAME)) if table else SAME
    name = said if name == SAME else name
    return known.unit_of(name) if name else ""


def _item(said: str, mapping: Mapping, known: Known) -> str:
    for pattern, item in mapping.items:
        if not (found := pattern.search(said)):
            continue
        if item != BY_NAME:
            return found.expand(item)
        if code := known.items.get(spelt(found[1] if pattern.groups else found[0])):
            return code
    raise Refused(_("对照表里没有这一类。"), code="item_unmapped", field="item")


def _word(cells: Words[str, str], field: str, table: Words[str, str]) -> str:
    return str(_looked_up(cells, field, table, ""))


def _looked_up(cells: Words[str, str], field: str, table: Words[str, Any], nothing: Any) -> Any:
    """What the table says of a word: of the word as it stands, else in half-width signs, else of every other one."""
    said = cells.get(field, "").strip()
    for word in (said, plain(said)):
        if word in table:
            return table[word]
    if not said:
        return nothing
    if "*" in table:
        return table["*"]
    refusal = _("对照表里没有这个状态。") if field == "status" else _("对照表里没有这个词。")
    raise Refused(refusal, code="word_unmapped", field=field)
