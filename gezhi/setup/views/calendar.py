"""The work calendar: a year at a glance, the holiday notice, local days; each change is shown before it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.promises import calendars, notices
from gezhi.promises.calendars import Row
from gezhi.rules import seed
from gezhi.rules.folder import decoded
from gezhi.rules.notice import NoticeError
from gezhi.setup import days, frame, gate
from gezhi.ui import words

LARGEST = 100_000  # bytes of a notice: a year has 366 lines
MOST_FAULTS = 20
MOST_DAYS = 60  # local days in one go
MOST_SHOWN = 40
KEPT = "calendar"  # where a session keeps what was sent and waits to be confirmed
YEARS = 3  # before and after this one


@dataclass(frozen=True, slots=True)
class Cell:
    """One day in the picture of a year. `css` says what it is, `title` says it in words."""

    number: int
    css: str
    sign: str
    title: str


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    first: date
    works: int
    blanks: range
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that was typed: its rows, and what is sent again to confirm it."""

    rows: Sequence[Row]
    again: dict[str, str]

    @property
    def year(self) -> int:
        return self.rows[len(self.rows) // 2][0].year


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """A year; what POST sends is kept and shown by an address of its own (`?see`), and with `confirm` made."""
    gate.setter(request)
    year = _year(request.GET.get("year", ""))
    try:
        if request.method != "POST":
            return _shown(request, year)
        wanted = _wanted(_typed(request))
        if "confirm" not in request.POST:
            request.session[KEPT] = wanted.again
            return redirect(f"{reverse('setup:calendar')}?see")
        changed = calendars.change(wanted.rows, by=gate.setter(request).by, at=clock.now())
    except Refused as refusal:
        told: dict[str, Any] = {"refused": refusal.reason, "wrong": refusal.field, "typed": request.POST}
        return _page(request, year, status=422, **told)
    told_done = _("日历改好了。") if changed.id else _("这些天本来就是这样，什么都没有改。")
    messages.success(request, told_done, extra_tags="good")
    request.session.pop(KEPT, None)
    return redirect(f"{reverse('setup:calendar')}?year={wanted.year}")


def _shown(request: HttpRequest, year: int) -> HttpResponse:
    """The year, or what was sent last and waits to be confirmed. Raises `Refused` where it cannot be made any more."""
    kept = request.session.get(KEPT) if "see" in request.GET else None
    if not kept:
        return _page(request, year)
    try:
        wanted = _wanted(kept)
    except Refused:
        del request.session[KEPT]
        raise
    return _page(request, wanted.year, wanted=wanted)


def _year(typed: str) -> int:
    this = clock.today().year
    return int(typed) if typed.isdecimal() and abs(int(typed[:6]) - this) <= YEARS else this


def _typed(request: HttpRequest) -> dict[str, str]:
    """The form; a file's text stands where it would have been typed. Raises `Refused` for one that is no year's."""
    given = request.FILES.get("file")
    if given is not None and (given.size or 0) > LARGEST:
        raise Refused(_("这个文件太大，不像一年的放假通知。"), code="file_large", field="rows")
    said = {name: str(word)[:LARGEST] for name, word in request.POST.items()}
    return said | {"rows": decoded(given.read(), "replace")} if given else said


def _wanted(said: Mapping[str, str]) -> Wanted:
    return WAYS.get(said.get("what", ""), _local)(said)


def _notice(said: Mapping[str, str]) -> Wanted:
    """A holiday notice. Raises `Refused` with every fault of it."""
    typed, source, of = said.get("rows", ""), said.get("source", "").strip(), said.get("of", "").strip()
    if not source:
        raise Refused(_("请写通知的名称或文号，以后查得到依据。"), code="source_missing", field="source")
    if not of.isdecimal() or abs(int(of[:6]) - clock.today().year) > YEARS:
        raise Refused(_("请写通知管的是哪一年，例如 2027。"), code="year_wrong", field="of")
    try:
        rows = notices.read(typed.encode(), int(of), source[: calendars.MOST_SOURCE])
    except NoticeError as wrong:
        more = len(wrong.faults) - MOST_FAULTS
        lines = [notices.sentence(fault, int(of)) for fault in wrong.faults[:MOST_FAULTS]]
        lines += [_("……还有 {n} 处。").format(n=more)] if more > 0 else []
        raise Refused("\n".join(lines), code="notice_wrong", field="rows") from None
    return Wanted(rows, {"what": "notice", "rows": typed, "source": source, "of": of})


def _local(form: Mapping[str, str]) -> Wanted:
    """Local days, from one to another. Raises `Refused` for days that are none, gone or too many."""
    said = {key: form.get(key, "").strip() for key in ("first", "last", "kind", "reason")}
    if not said["reason"]:
        raise Refused(
            _("请写缘由，例如：台风停工。查期限的人看得到。"), code="reason_missing", field="reason"
        )
    first = _day(said["first"], "first")
    last = _day(said["last"], "last") if said["last"] else first
    if not first <= last < first + timedelta(days=MOST_DAYS):
        told = _("止的日子要在起的日子之后，一次最多 {most} 天。").format(most=MOST_DAYS)
        raise Refused(told, code="days_wrong", field="last")
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = calendars.local_days(every, works=said["kind"] == "work", reason=said["reason"])
    return Wanted(rows, {"what": "local", **said})


def _back(said: Mapping[str, str]) -> Wanted:
    """The days of a local change as the published calendar has them. Raises `Refused` where none of them is left."""
    typed = said.get("change", "")
    try:
        rows = calendars.taken_back(UUID(typed), at=clock.now(), most=MOST_DAYS)
    except ValueError:
        rows = []
    if not rows:
        raise Refused(_("这些天已经过去，或者后来又改过，没有可撤回的。"), code="nothing_to_take_back")
    return Wanted(rows, {"what": "back", "change": typed})


WAYS: dict[str, Callable[[Mapping[str, str]], Wanted]] = {"notice": _notice, "local": _local, "back": _back}


def _day(typed: str, field: str) -> date:
    on = days.written(typed, field)
    if on < clock.today():
        told = _("{day} 已经过去，那天是上班还是休息不再改：按它算过的期限已经判过了。")
        raise Refused(told.format(day=typed), code="day_is_over", field=field)
    known = calendars.known_years()
    if on.year not in known:
        told = _("日历到 {last} 年为止，还不知道 {year} 年哪天放假。请先收这一年的放假通知，再改它的日子。")
        last = max(known, default=clock.today().year)
        raise Refused(told.format(last=last, year=on.year), code="year_unknown", field=field)
    return on


def _page(
    request: HttpRequest, year: int, *, wanted: Wanted | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    stored = {row.day: (row.kind, row.status, row.source) for row in calendars.year(year)}
    told: dict[str, Any] = {
        "year": year,
        "years": list(range(clock.today().year - 1, clock.today().year + 3)),
        "months": [_month(year, n, stored) for n in range(1, 13)],
        "weekdays": _("一二三四五六日"),
        "unknown": not stored,
        "provisional": any(status == "provisional" for _k, status, _s in stored.values()),
        "sample": _("日期,类型,说明\n2027-01-01,放假,元旦\n2027-02-14,调休上班,春节"),
        "changes": [
            (one, bool(calendars.taken_back(one.id, at=clock.now(), most=MOST_DAYS)))
            for one in calendars.latest()
        ],
        **more,
    }
    if wanted is not None:
        told |= {"wanted": wanted, "preview": _preview(wanted.rows)}
    return frame.show(request, "calendar", status=status, **told)


def _month(year: int, number: int, stored: dict[date, tuple[str, str, str]]) -> Month:
    first = date(year, number, 1)
    days = (date(year + number // 12, number % 12 + 1, 1) - first).days
    every = [first + timedelta(days=n) for n in range(days)]
    cells = tuple(_cell(day, stored.get(day)) for day in every)
    works = sum(stored.get(day, ("",))[0] in ("work", "makeup") for day in every)
    return Month(number, first, works, range(first.weekday()), cells)


def _cell(day: date, held: tuple[str, str, str] | None) -> Cell:
    if held is None:
        return Cell(day.day, "none", "", words.weekday(day))
    kind, _status, source = held
    source = _("国务院办公厅放假通知 (chinesecalendar)") if source == seed.SOURCE else source
    css = "local" if words.is_local_rest(kind, day) else kind
    sign = {"holiday": _("休"), "makeup": _("班"), "local": _("停")}.get(css, "")
    said = f"{day:%Y-%m-%d} {words.weekday(day)} {words.day_kind(kind, day)}"
    return Cell(day.day, css, sign, f"{said} · {source}" if css != "work" and css != "rest" else said)


def _preview(rows: Sequence[Row]) -> dict[str, object]:
    """What would change: the days that are another kind, in words, and how many promises lean on them."""
    other = calendars.differing(rows)
    n, most = calendars.leaning([day for day, _old, _new in other], at=clock.now())
    return {
        "days": [
            f"{day:%Y-%m-%d} {words.weekday(day)}　{_turn(day, old, new)}"
            for day, old, new in other[:MOST_SHOWN]
        ],
        "more": max(len(other) - MOST_SHOWN, 0),
        "said": _some(len(other), n, most) if other else _("没有一天与现在不同：只记下依据。"),
    }


def _turn(day: date, old: str, new: str) -> str:
    was = words.day_kind(old, day) if old else _("没有")
    return _("{was} → {now}").format(was=was, now=words.day_kind(new, day))


def _some(days: int, promises: int, most: bool) -> str:
    said = ngettext("{n} 天与现在不同。", "{n} 天与现在不同。", days).format(n=words.count(days))
    number = words.count(promises)
    more = (
        _("{n} 项以上还没到期的期限要重新看一遍，改前改后的日子都记账；已经超期的不改。")
        if most
        else _("{n} 项还没到期的期限要重新看一遍，改前改后的日子都记账；已经超期的不改。")
    )
    return said + more.format(n=number)
