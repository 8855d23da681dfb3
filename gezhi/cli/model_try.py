"""`gezhi model try A --on last-month`: a past period of an instance under another model. Changes nothing."""

from __future__ import annotations

import argparse
import calendar
import json
import re
from datetime import date, datetime, time, timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any

from gezhi.cli.main import day_of, enter, home_option, json_option
from gezhi.cli.model_named import model_of
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused

if TYPE_CHECKING:
    from gezhi.reporting.trying import Outcome, Part, Period
    from gezhi.rules.model import Model

MONTH = re.compile(r"\d{4}-\d{2}")
MOST = 10
KINDS = 8  # kinds of change that are listed


def about() -> str:
    return _("把另一个治理模型放到过去一段时间的事项上试：会有什么不同。什么都不改动")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar=_("名称、目录或版本"), help=_("要试的模型"))
    parser.add_argument(
        "--on",
        default="last-month",
        metavar=_("时段"),
        help=_("last-month（默认）、this-month、2026-10，或 2026-10-01..2026-10-15"),
    )
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help=_("每一类列出前几件（默认 10）"))
    home_option(parser)
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    from gezhi.ledger import clock
    from gezhi.reporting import trying

    began, now = perf_counter(), clock.now()
    model = model_of(said.model, said.home)[0]
    first, last = days(said.on, local(now))
    with trying.reading_only():
        found = trying.tried(model, period(first, last), as_of=now, most=max(said.most, 0))
    if said.json:
        print(json.dumps(as_data(found, model, first, last), ensure_ascii=False, indent=1))
        return 0
    print("\n".join(as_lines(found, model, first, last)))
    say(_("用时 {seconds} 秒；没有改动任何东西。").format(seconds=f"{perf_counter() - began:.1f}"))
    return 0


def local(now: datetime) -> date:
    from django.utils import timezone

    return timezone.localdate(now)


def days(word: str, today: date) -> tuple[date, date]:
    """First and last day of a period. Raises `Refused` for a word that is none."""
    begin = today.replace(day=1)
    if word == "this-month":
        return begin, today
    if word == "last-month":
        end = begin - timedelta(days=1)
        return end.replace(day=1), end
    try:
        if MONTH.fullmatch(word):
            first = day_of(f"{word}-01")
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
        a, _dots, b = word.partition("..")
        first, last = day_of(a), day_of(b or a)
    except ValueError:
        told = _("看不懂时段「{word}」。写成 last-month、this-month、2026-10，或 2026-10-01..2026-10-15。")
        raise Refused(told.format(word=word), code="period_unknown", field="on") from None
    if first > last:
        raise Refused(_("起始日期晚于截止日期。请对调后再看。"), code="period_reversed", field="on")
    return first, last


def period(first: date, last: date) -> Period:
    """The instants of these local days, both included."""
    from django.utils import timezone

    from gezhi.reporting.trying import Period

    zone = timezone.get_default_timezone()
    ends = datetime.combine(last + timedelta(days=1), time.min, zone)
    return Period(datetime.combine(first, time.min, zone), ends)


def as_lines(found: Outcome, model: Model, first: date, last: date) -> list[str]:
    """What is printed: every count with what it is out of, the kinds of change, the first of each by number."""
    from gezhi.matters import sentences

    lines = [
        _("「{name}」（版本 {version}）放到 {first} 至 {last} 登记的 {n} 件事项上：").format(
            name=sentences.label(model.about), version=model.version, first=first, last=last, n=found.matters
        )
    ]
    if found.imported:
        lines.append(_("另有 {n} 件是导入的，有自己的来路和期限，不试。").format(n=found.imported))
    if not found.matters:
        return [*lines, _("这段时间没有登记事项。")]
    lines += _part(_("清单里没有的事项：{n}／{of} 件"), found.absent)
    lines += _part(_("等级不同：{n}／{of} 件"), found.grade)
    lines += _part(_("第一个问的人不同：{n}／{of} 件"), found.first_desk)
    lines += _part(_("处置先问的人不同：{n}／{of} 件（走到过处置的）"), found.handling_desk)
    lines += _promises(found)
    return lines


def _part(sentence: str, part: Part) -> list[str]:
    """A count, its kinds from the most frequent, and the first by number."""
    lines = ["", sentence.format(n=part.different, of=part.of)]
    nothing = _("无")
    often = sorted(part.kinds.items(), key=lambda kind: -kind[1])
    if len(often) > 1 and not all(n == 1 for _kind, n in often):
        lines += [f"  {before or nothing} → {after or nothing}　{n}" for (before, after), n in often[:KINDS]]
        if len(often) > KINDS:
            lines.append(_("  另有 {n} 种").format(n=len(often) - KINDS))
    if part.first:
        lines.append(_("  前 {n} 件：").format(n=len(part.first)))
        lines += [
            f"    {number}　{before or nothing} → {after or nothing}" for number, before, after in part.first
        ]
    return lines


def _promises(found: Outcome) -> list[str]:
    lines = ["", _("期限：能照实际走法重算的 {n}／{of} 件").format(n=found.judged, of=found.compared)]
    if found.unwalkable:
        lines.append(_("  {n} 件走过的环节在这个模型里没有，算不了。").format(n=found.unwalkable))
    for part in found.promises.values():
        lines.append(
            _("  「{name}」{of} 件：原来超期 {before}，换了超期 {after}").format(
                name=part.name,
                of=part.of,
                before=_("（没有这个期限）") if part.late_before is None else part.late_before,
                after=_("（没有这个期限）") if part.late_after is None else part.late_after,
            )
        )
    lines += _listed(_("原来按时、换了会超期：{n}／{of} 件"), found.newly_late, 2)
    lines += _listed(_("原来超期、换了会按时：{n}／{of} 件"), found.newly_in_time, 1)
    return lines


def _listed(sentence: str, part: Part, which: int) -> list[str]:
    lines = ["", sentence.format(n=part.different, of=part.of)]
    return lines + [f"    {row[0]}　{row[which]}" for row in part.first]


def as_data(found: Outcome, model: Model, first: date, last: date) -> dict[str, Any]:
    """The same for programs."""

    def part(one: Part) -> dict[str, Any]:
        rows = [{"number": n, "before": before, "after": after} for n, before, after in one.first]
        return {"different": one.different, "of": one.of, "first": rows}

    return {
        "model": {"id": model.id, "version": model.version},
        "first": first.isoformat(),
        "last": last.isoformat(),
        "matters": found.matters,
        "imported": found.imported,
        "absent": part(found.absent),
        "grade": part(found.grade),
        "first_desk": part(found.first_desk),
        "handling_desk": part(found.handling_desk),
        "judged": found.judged,
        "unwalkable": found.unwalkable,
        "newly_late": part(found.newly_late),
        "newly_in_time": part(found.newly_in_time),
        "promises": {
            f"{flow}.{name}": {"of": one.of, "late_before": one.late_before, "late_after": one.late_after}
            for (flow, name), one in found.promises.items()
        },
    }
