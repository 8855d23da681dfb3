"""Lengths of time, moments, counts and rates, as people say them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _


def length(span: timedelta) -> str:
    """41分 below an hour, 2小时15分 below a day, 1天3小时 from there on."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return _("不到1分")
    if minutes < 60:
        return _("{m}分").format(m=minutes)
    if minutes < 24 * 60:
        return _two(_("{h}小时").format(h=minutes // 60), _("{m}分"), minutes % 60)
    days, rest = divmod(minutes, 24 * 60)
    return _two(_("{n}天").format(n=days), _("{m}小时"), rest // 60 if days < 10 else 0)


def _two(first: str, second: str, count: int) -> str:
    return _("{one}{two}").format(one=first, two=second.format(m=count)) if count else first


def left(span: timedelta, workdays: int | None = None) -> str:
    if workdays is not None:
        return ngettext("剩余 {n}个工作日", "剩余 {n}个工作日", workdays).format(n=workdays)
    return _("剩余 {span}").format(span=length(span))


def late(span: timedelta, *, settled: bool = False) -> str:
    said = _("超期 {span}").format(span=length(span))
    return _("{late} · 已了结").format(late=said) if settled else said


def took(span: timedelta, limit: timedelta, promised: str = "") -> str:
    """How long it took and how long it might: as it was promised (3工作日) where that has words, else by the wall."""
    return _("用时 {span} / 限 {limit}").format(span=length(span), limit=promised or length(limit))


def paused(reason: str) -> str:
    return _("已停表（{reason}）").format(reason=reason)


def stands(span: timedelta) -> str:
    """For how long a clock has stood still."""
    return _("停表 {span}").format(span=length(span))


def no_promise() -> str:
    return _("不设期限")


def moment(at: datetime, now: datetime) -> str:
    """Today 10:24; this year 11月18日 15:20; else 2025年3月2日."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{day(local.date(), today.date())} {local:%H:%M}"
    return day(local.date(), today.date())


def dated(at: datetime, now: datetime | None = None) -> str:
    """With its day, today too, for what is printed or photographed: 11月18日 15:20; without `now`, and of another year,
    2026年11月18日 15:20."""
    local = timezone.localtime(at)
    on = local.date()
    said = _dated(on, on.year if now is None or timezone.localtime(now).year != on.year else 0)
    return f"{said} {local:%H:%M}"


def dated_due(at: datetime, now: datetime) -> str:
    """A due moment with its day, as `dated`; midnight ends the day before."""
    local = timezone.localtime(at)
    if local.hour or local.minute:
        return dated(at, now)
    return dated(local - timedelta(minutes=1), now)[: -len("23:59")] + "24:00"


def due(at: datetime, now: datetime) -> str:
    """A due moment. Midnight ends the day before: people say 11月23日 24:00."""
    local = timezone.localtime(at)
    if local.hour or local.minute:
        return moment(at, now)
    return f"{day(local.date() - timedelta(days=1), timezone.localdate(now))} 24:00"


def day(on: date, today: date) -> str:
    """今天, 11月18日, or 2025年3月2日."""
    if on == today:
        return _("今天")
    return _dated(on, 0 if on.year == today.year else on.year)


def on_day(on: date, now: datetime) -> str:
    """A day by its name, today too: 11月18日, of another year 2025年3月2日. Of a moment, its local day."""
    on = timezone.localdate(on) if isinstance(on, datetime) else on
    return _dated(on, 0 if on.year == timezone.localdate(now).year else on.year)


def _dated(on: date, year: int) -> str:
    if not year:
        return _("{month}{d}日").format(month=_months()[on.month - 1], d=on.day)
    return _("{y}年{month}{d}日").format(y=year, month=_months()[on.month - 1], d=on.day)


def _months() -> tuple[str, ...]:
    first = (_("1月"), _("2月"), _("3月"), _("4月"), _("5月"), _("6月"))
    return (*first, _("7月"), _("8月"), _("9月"), _("10月"), _("11月"), _("12月"))


def exact(at: datetime) -> str:
    """The exact second, for the tooltip."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def exact_due(at: datetime) -> str:
    """The exact second of a due moment; midnight ends the day before, as in `due`."""
    local = timezone.localtime(at)
    if local.time() != time.min:
        return exact(at)
    return f"{local.date() - timedelta(days=1):%Y-%m-%d} 24:00:00"


ROUND_THE_CLOCK = {gettext_noop("24 小时"), gettext_noop("24小时"), gettext_noop("全天")}
ON_DAYS = (
    gettext_noop("工作日 {times}"),
    gettext_noop("周一至周五 {times}"),
    gettext_noop("周末 {times}"),
    gettext_noop("每天 {times}"),
)
_TIMES = re.compile(r"[0-9][0-9:, –-]*|")
_UNTIL, _AND = re.compile(r"\s*[~—\u81f3\u5230-]\s*"), re.compile(r"\s*[,\u3001]\s*")  # 至 到 and 、


def hours(said: str) -> str:
    """Hours as somebody wrote them; what many write is said in the language of the page: round the clock, and one kind of
    days with times (工作日 8:30–17:30), several parted by ；. All else stays as it is written."""
    if said in ROUND_THE_CLOCK:
        return _(said)
    told = [_on_days(part.strip()) for part in unicodedata.normalize("NFKC", said).split(";")]
    return "; ".join(told) if all(told) and not (get_language() or "").startswith("zh") else said


def _on_days(said: str) -> str:
    """One kind of days with its times; empty for anything else."""
    for known in ON_DAYS:
        days = known.removesuffix(" {times}")
        times = _AND.sub(", ", _UNTIL.sub("–", said.removeprefix(days).lstrip(" ,:")))
        if said.startswith(days) and _TIMES.fullmatch(times):
            return _(known).format(times=times).strip()
    return ""


def weekday(on: date) -> str:
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")][on.weekday()]


def is_local_rest(kind: str, on: date) -> bool:
    """Whether a day is a rest from Monday to Friday that no notice names a holiday: the district's own."""
    return kind == "rest" and on.weekday() < 5


def day_kind(kind: str, on: date) -> str:
    """What a day of the work calendar is called: a rest from Monday to Friday is the district's own."""
    if is_local_rest(kind, on):
        return _("本地休息日")
    return {"work": _("工作日"), "rest": _("周末"), "holiday": _("法定假日"), "makeup": _("补班")}.get(
        kind, kind
    )


def count(number: int) -> str:
    return number_format(number, use_l10n=False, force_grouping=True) if number < 1000 else f"{number:,}"


def matters(number: int) -> str:
    return ngettext("{n} 件", "{n} 件", number).format(n=count(number))


def big(number: int) -> str:
    """A count of which only the size matters: 1.3万, 2.4亿; 13k, 240M. Below ten thousand it is said whole.

    Rounded half up; whoever prints it keeps the whole number within reach (the tooltip).
    """
    if abs(number) < 10_000:
        return count(number)
    sizes, digits = _sizes()
    for n, (one, said) in enumerate(sizes):
        exact = Decimal(number) / one
        short = exact.quantize(Decimal("0.1") if abs(exact) < digits else Decimal(1), ROUND_HALF_UP)
        if n + 1 == len(sizes) or abs(short) * one < sizes[n + 1][0]:
            return said.format(n=f"{short:,.0f}" if short == int(short) else f"{short:,}")
    raise AssertionError("a language has sizes")


def _sizes() -> tuple[list[tuple[int, str]], int]:
    """The sizes of the page's language, the smallest first: what one counts and how it is written; and below how many
    of a size a digit after the point is said."""
    if (get_language() or "").startswith("en"):
        return [(10**3, "{n}k"), (10**6, "{n}M"), (10**9, "{n}B")], 10
    return [(10**4, _("{n}万")), (10**8, _("{n}亿"))], 100
