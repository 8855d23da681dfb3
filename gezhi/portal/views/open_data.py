"""公开数据: the district's own figures and its units', as they were published, with what they are made of; and the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.errors import NotFound
from gezhi.ledger import clock
from gezhi.matters import editions, sentences
from gezhi.places.paths import depth
from gezhi.portal import open_files
from gezhi.portal.frame import offered, show
from gezhi.reporting import metrics, publications
from gezhi.reporting.metrics import Definition
from gezhi.reporting.open_figures import RATES, Line, Publication
from gezhi.reporting.rounding import wilson
from gezhi.rules.model import Model
from gezhi.ui import words

OLD = timedelta(days=14)
"""What is older than this is no news on the first page."""

LEAST = 5
"""What no model may go below; said where no table says its own."""


@dataclass(frozen=True)
class Share:
    """A rate with its two numbers and the range in which its true share may lie; a number that is not told is none."""

    rate: str
    number: int | None
    of: int | None
    range: str

    @property
    def told(self) -> bool:
        return bool(self.rate)


@dataclass(frozen=True)
class Figure:
    """A rate of the district: what its two numbers are called, and how it is counted."""

    name: str
    share: Share
    number_name: str
    of_name: str
    define: Definition


@dataclass(frozen=True)
class Row:
    """One unit of a table. `deep` is 0 for the district, 1 for the first level."""

    name: str
    deep: int
    share: Share


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The latest week and month, every unit in the order of its code, and what can be downloaded."""
    week, month = publications.latest("week"), publications.latest("month")
    now = clock.now()
    told: dict[str, Any] = {
        "week": _week(week, now) if week else None,
        "month": _month(month, now) if month else None,
        "least": next((one.least for one in (week, month) if one), LEAST),
        "licence": open_files.LICENCE,
    }
    return show(request, "open", **told)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """One file, which may be kept by anybody for an hour and is asked for again by its mark."""
    found = open_files.FILES.get(name)
    if found is None:
        raise NotFound(_("没有这个文件。公开的文件都列在公开数据一页上。"))
    return offered(request, found.make(), found.type)


def last_week(today: date) -> dict[str, Any] | None:
    """The district's figure of the last whole week, for the first page; none where it is not told."""
    found = publications.latest("week")
    if found is None or today - found.last > OLD:
        return None
    share = _share(found, found.district, "on_time")
    return {"title": _week_title(found, today), "share": share} if share.told else None


def _week(table: Publication, now: datetime) -> dict[str, Any]:
    model = editions.current(table.last)
    return {
        "title": _week_title(table, timezone.localdate(now)),
        "known": _known(table, now),
        "figures": [_figure(table, "on_time", model)] if "on_time" in table.digits else [],
        "rows": _rows(table, "on_time"),
        "told": _tells(table),
    }


def _week_title(table: Publication, today: date) -> str:
    first, last = words.day(table.first, today), words.day(table.last, today)
    return _("上一整周：{first}到{last}").format(first=first, last=last)


def _known(table: Publication, now: datetime) -> str:
    """As of when, and how much is not told."""
    at = words.due(table.as_of + timedelta(microseconds=1), now)
    told = _("按 {at} 所知。{cells} 个数里 {hidden} 个未公开。")
    return told.format(at=at, cells=words.count(table.cells), hidden=words.count(table.hidden))


def _month(table: Publication, now: datetime) -> dict[str, Any]:
    model = editions.current(table.last)
    ids = [id for id in ("closed_rate", "closed_valid", "content") if id in table.digits]
    return {
        "title": _("上一整月：{y}年{m}月").format(y=table.first.year, m=table.first.month),
        "known": _known(table, now),
        "figures": [_figure(table, id, model) for id in ids],
        "rows": _rows(table, "closed_rate"),
        "classes": [(name, _number(number)) for name, number in table.classes.items()],
        "told": _tells(table),
    }


def _tells(table: Publication) -> bool:
    """Whether anything of the district is told: where not even that is, a page of dashes helps nobody."""
    return any(number is not None for number in table.district.numbers.values())


def _figure(table: Publication, id: str, model: Model) -> Figure:
    named = {
        "on_time": (_("按期办结"), _("到期应结")),
        "closed_rate": (_("已解决"), _("受理")),
        "closed_valid": (_("已解决"), _("受理（不含作废）")),
        "content": (_("满意"), _("本人评价")),
    }
    metric = model.metrics[id]
    return Figure(
        sentences.label(metric), _share(table, table.district, id), *named[id], metrics.define(metric, model)
    )


def _share(table: Publication, line: Line, id: str) -> Share:
    number, of = (line.numbers.get(name) for name in RATES[id])
    rate = line.rate(id, table.digits[id]) if id in table.digits else None
    if rate is None or number is None or of is None:
        return Share("", number, of, "")
    low, high = (round(100 * end) for end in wilson(number, of))
    return Share(rate, number, of, _("{low}–{high}%").format(low=low, high=high))


def _rows(table: Publication, id: str) -> list[Row]:
    """The district, then its units in the order of their codes. Of the second level, and of what lies in no unit, only
    those of which something is told: where a street has nine communities, nine lines that say nothing help nobody."""
    root = depth(table.district.unit)
    rows = []
    for line in table.lines:
        deep = (depth(line.above or "") + 1 if line.itself else depth(line.unit)) - root
        row = Row(
            _("{name}：没有落到下一级").format(name=line.name) if line.itself else line.name,
            deep,
            _share(table, line, id),
        )
        if (deep < 2 and not line.itself) or row.share.of is not None:
            rows.append(row)
    return rows


def _number(number: int | None) -> str:
    return words.count(number) if number is not None else ""
