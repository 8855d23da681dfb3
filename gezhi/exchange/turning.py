"""One row, read by a mapping, into what the import door takes; or the reason, in words, why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping as Words
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange.mapping import Mapping
from gezhi.matters.services.importing import Brought
from gezhi.matters.services.reports import Report


def record(id: UUID, cells: Words[str, str], mapping: Mapping) -> Brought:
    """`cells` are by field of the mapping. Raises `Refused`, naming the field."""
    said = mapping.said
    lon, lat = _degrees(cells, "lon"), _degrees(cells, "lat")
    report = Report(
        text=_needed(cells, "text"),
        item=_item(_needed(cells, "item"), mapping),
        channel=_word(cells, "channel", said.channel),
        reporting="anonymous",
        lon=lon,
        lat=lat,
        datum=said.source.datum,
        address=cells.get("address", "").strip(),
        late_reason="import",
    )
    at = moment(_needed(cells, "at"), "at", mapping)
    return Brought(
        id=id,
        source=mapping.source,
        key=_needed(cells, "key"),
        report=report,
        at=at,
        ended_at=_perhaps(cells, "ended", mapping),
        due_at=_perhaps(cells, "due", mapping),
        department=_word(cells, "department", said.department),
        moves=_moves(cells, mapping),
    )


def moment(said: str, field: str, mapping: Mapping) -> datetime:
    """An instant in UTC from local time. Raises `Refused` for one that cannot be read, or never was.

    Of an hour that the clocks repeat in autumn the earlier is taken.
    """
    local = None
    for form in mapping.said.time.formats:
        try:
            local = datetime.strptime(said, form)  # noqa: DTZ007  # its zone is the mapping's
        except ValueError:
            continue
        break
    if local is None:
        raise Refused(_("日期读不出来。"), code="date_unreadable", field=field)
    found = local if local.tzinfo else local.replace(tzinfo=mapping.zone)
    there = found.astimezone(UTC)
    was = there.astimezone(found.tzinfo).replace(tzinfo=None) == found.replace(tzinfo=None)
    if not was and mapping.said.time.gap == "reject":
        raise Refused(_("当地没有这个时刻：那天夏令时开始，钟拨快了一小时。"), code="never_was", field=field)
    return there


def _perhaps(cells: Words[str, str], field: str, mapping: Mapping) -> datetime | None:
    said = cells.get(field, "").strip()
    return moment(said, field, mapping) if said else None


def _needed(cells: Words[str, str], field: str) -> str:
    said = cells.get(field, "").strip()
    if not said:
        raise Refused(_("这一栏是空的。"), code="cell_empty", field=field)
    return said


def _degrees(cells: Words[str, str], field: str) -> float | None:
    said = cells.get(field, "").strip()
    if not said:
        return None
    try:
        return float(said)
    except ValueError:
        raise Refused(_("坐标不是数字。"), code="point_not_a_number", field=field) from None


def _item(said: str, mapping: Mapping) -> str:
    for pattern, item in mapping.items:
        if found := pattern.search(said):
            return found.expand(item)
    raise Refused(_("对照表里没有这一类。"), code="item_unmapped", field="item")


def _word(cells: Words[str, str], field: str, table: Words[str, str]) -> str:
    said = cells.get(field, "").strip()
    if not said:
        return ""
    if said not in table:
        raise Refused(_("对照表里没有这个词。"), code="word_unmapped", field=field)
    return table[said]


def _moves(cells: Words[str, str], mapping: Mapping) -> tuple[str, ...]:
    said = cells.get("status", "").strip()
    if not said:
        return ()
    if said not in mapping.said.status:
        raise Refused(_("对照表里没有这个状态。"), code="word_unmapped", field="status")
    return mapping.said.status[said]
