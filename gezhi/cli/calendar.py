"""`gezhi calendar show|import|rest|work`: the work calendar of the instance, and the promises counted on it."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from datetime import date

from gezhi.cli import stamp
from gezhi.cli.main import day_word, enter, file_verb, plain_verb, year_word
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused
from gezhi.rules.notice import NoticeError

MOST_FAULTS = 20


def about() -> str:
    return _("工作日历：看一年（show）、导入放假通知（import）、本地停工（rest）、本地上班（work）")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="show|import|rest|work", required=True)
    show = plain_verb(verbs, "show", _("一年里每个月的上班天数、放假和调休上班的日子"))
    show.add_argument("year", type=year_word, metavar=_("年份"))
    take = file_verb(
        verbs, "import", _("导入一年的放假通知：CSV，列为「日期,类型,说明」，类型写放假或调休上班")
    )
    take.add_argument("--year", type=year_word, required=True, metavar=_("年份"), help=_("通知管的是哪一年"))
    take.add_argument("--source", required=True, metavar=_("文号"), help=_("通知的名称或文号"))
    for name, words in (("rest", _("本地停工：这些天不算工作日")), ("work", _("本地上班：这些天算工作日"))):
        one = plain_verb(verbs, name, words)
        one.add_argument("days", nargs="+", type=day_word, metavar=_("日期"), help="2026-11-24")
        one.add_argument("--reason", required=True, metavar=_("缘由"), help=_("写给以后查的人看"))


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    if said.what == "show":
        return _show(said)
    rows = _notice(said) if said.what == "import" else _local(said)
    told = take(rows)
    print(json.dumps(told) if said.json else _sentence(told))
    return 0


def _notice(said: argparse.Namespace) -> list[tuple[date, str, str, str]]:
    from gezhi.promises import notices

    try:
        return notices.read(said.file.read_bytes(), said.year, said.source.strip())
    except NoticeError as wrong:
        more = len(wrong.faults) - MOST_FAULTS
        lines = [notices.sentence(fault, said.year) for fault in wrong.faults[:MOST_FAULTS]]
        lines += [_("……还有 {n} 处。").format(n=more)] if more > 0 else []
        head = _("{file} 没有导入，日历没有变：").format(file=said.file)
        raise Refused("\n".join([head, *lines]), code="notice_wrong") from wrong


def _local(said: argparse.Namespace) -> list[tuple[date, str, str, str]]:
    from gezhi.promises import calendars

    reason = said.reason.strip()
    if not reason:
        raise Refused(_("请用 --reason 写明缘由。"), code="reason_missing")
    return calendars.local_days(said.days, works=said.what == "work", reason=reason)


def take(rows: list[tuple[date, str, str, str]]) -> dict[str, int]:
    """Change the calendar and count again what leaned on it. Whole even if it stops here: the clock goes on."""
    from gezhi.ledger.actor import HOUSE
    from gezhi.ledger.clock import now
    from gezhi.matters.services.recounting import BATCH, recount
    from gezhi.promises import calendars
    from gezhi.promises.models import CalendarChange

    changed = calendars.change(rows, by=HOUSE, at=now())
    if changed.id is None:
        return {"days": 0, "looked": 0, "moved": 0}
    while recount(at=now()) >= BATCH:
        pass
    one = CalendarChange.objects.get(id=changed.id)
    return {"days": len(changed.days), "looked": one.looked, "moved": one.moved}


def _sentence(told: dict[str, int]) -> str:
    words = _(
        "{days} 天与原来不同；看过 {looked} 项还没到期的期限，其中 {moved} 项的到期日改了，前后两个日子都记在账本里。"
    )
    return words.format(**told)


def _show(said: argparse.Namespace) -> int:
    from gezhi.promises import calendars

    days = calendars.year(said.year)
    if not days:
        raise Refused(
            _("{year} 年还没有日历。用 gezhi calendar import 导入放假通知。").format(year=said.year),
            code="year_unknown",
        )
    if said.json:
        rows = [
            {"day": d.day.isoformat(), "kind": d.kind, "status": d.status, "source": d.source} for d in days
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    works = Counter(d.day.month for d in days if d.kind in {"work", "makeup"})
    for month in range(1, 13):
        named = [d for d in days if d.day.month == month and d.kind in {"holiday", "makeup"}]
        rest = " ".join(f"{d.day:%m-%d}{_('放假') if d.kind == 'holiday' else _('上班')}" for d in named)
        print(
            _("{month:>2} 月　上班 {n:>2} 天　{rest}").format(month=month, n=works[month], rest=rest).rstrip()
        )
    if any(d.status == "provisional" for d in days):
        print(_("这一年还没有正式放假通知，暂按周一至周五算；导入通知后，已经承诺的期限会重算。"))
    return 0
