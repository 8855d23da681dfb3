"""为什么: how a route, a grade, a due moment came about, and who sees a matter. Made by `matters.why`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gezhi.desk import clocks
from gezhi.desk.frame import show
from gezhi.desk.sheet import in_one
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound
from gezhi.ledger import clock
from gezhi.matters import spoken
from gezhi.matters import why as reasons
from gezhi.matters.clocks import PromiseView
from gezhi.matters.queries import MatterPage
from gezhi.matters.why import Because
from gezhi.promises import standing
from gezhi.promises.queries import papers
from gezhi.rules import length as lengths
from gezhi.rules.workdays import DayStrip, Due
from gezhi.ui import words


@dataclass(frozen=True)
class DayCell:
    """One day of the strip."""

    kind: str
    counted: bool
    word: str
    number: str
    say: str


@dataclass(frozen=True)
class Line:
    name: str
    say: str
    chosen: bool


@require_safe
def why(request: HttpRequest, number: str, what: str) -> HttpResponse:
    page = found(request, number)
    made = {"route": _route, "grade": _grade, "place": _place, "seen": _seen}.get(what)
    if made is None:
        raise NotFound(_("没有这样的问题。"))
    told = {"number": number, "foot": _("这里不重新判断，只把当时写下的判断念出来。"), **made(page)}
    return show(request, "desk/why.html", door_of(request, page), why=told)


@require_safe
def why_due(request: HttpRequest, number: str, promise: UUID) -> HttpResponse:
    """A due moment, day by day."""
    page = found(request, number)
    one = next((p for p in page.promises if p.id == promise), None)
    if one is None:
        raise NotFound(_("没有这个期限。"))
    return show(request, "desk/why.html", door_of(request, page), why=_due(page, one))


def _lines(because: tuple[Because, ...]) -> list[Line]:
    last = len(because) - 1
    return [
        Line(_("{about}：{found}").format(about=b.about, found=b.found), b.source, n == last)
        for n, b in enumerate(because)
    ]


def _route(page: MatterPage) -> dict[str, Any]:
    routes = reasons.why_routes(page.scene)
    now = clock.now()
    blocks = [
        {
            "title": _("{when} 到「{step}」，给了 {desk}").format(
                when=words.moment(r.at, now), step=r.step, desk=r.desk
            ),
            "steps": _lines(r.lines),
        }
        for r in routes
    ]
    said = _("按治理模型里写的职责一个一个问过去，问到今天在岗、又能办的那一位为止。")
    return {"title": _("为什么给这里"), "sentence": said, "blocks": blocks}


def _grade(page: MatterPage) -> dict[str, Any]:
    said = _("等级由事项清单决定，不由谁来定。")
    return {
        "title": _("为什么是这个等级"),
        "sentence": said,
        "blocks": [{"title": "", "steps": _lines(reasons.why_grade(page.scene))}],
    }


def _place(page: MatterPage) -> dict[str, Any]:
    return {
        "title": _("为什么落在这个网格"),
        "sentence": page.located,
        "blocks": [{"title": "", "steps": _lines(reasons.why_place(page.scene))}],
    }


def _seen(page: MatterPage) -> dict[str, Any]:
    people = reasons.who_sees(page.matter, page.scene)
    said = ngettext(
        "{n} 个人能看到这件，都因为岗位，不因为人。岗位一到期，就看不到了。",
        "{n} 个人能看到这件，都因为岗位，不因为人。岗位一到期，就看不到了。",
        len(people),
    ).format(n=len(people))
    outside = _("、").join(one.company for one in page.handovers if one.state == "open")
    if outside:
        told = _("另有{who}凭链接看得到交出去的那一段，看不到编号、原话和报告人。")
        said = in_one(said, told.format(who=outside))
    return {
        "title": _("这件谁能看到，为什么"),
        "sentence": said,
        "people": people,
        "people_title": _("能看到的人"),
        "foot": _("这是今天的名单：按今天在岗的人和他们的岗位列出。人或岗位变了，名单跟着变，以前的不另存。"),
    }


def _due(page: MatterPage, promise: PromiseView) -> dict[str, Any]:
    due, now = promise.due, clock.now()
    length = reasons.why_length(page.scene, promise)
    source = _("（{source}）").format(source=length.source) if length.source else ""
    values = [(_("时限"), length.found + source), *_values(promise, now)]
    said = _("「{name}」从 {start} 起算 {length}，到 {due}。").format(
        name=promise.name,
        start=words.moment(promise.made_at, now),
        length=length.found,
        due=words.due(promise.due_at, now),
    )
    said += _stood_words(promise, now)
    longer = page.extending.get(promise.id)
    if longer is not None and longer.granted:
        said += clocks.extended_words(promise, longer, now) + _("。")
    if due.was:
        said += _("工作日历变过：原来到 {was}。").format(was=words.due(due.was, now))
    if due.held:
        said += _("照新日历已经到期，所以给到当天结束。")
    if due.provisional:
        said += _("其中有的日子还没有正式放假通知，通知下来会重算。")
    counted = sum(1 for d in due.strip if d.counted)
    return {
        "number": page.matter.number,
        "title": _("这个期限怎么算的"),
        "sentence": said,
        "strip": [_cell(d, running=_runs_on(due)) for d in due.strip],
        "special": _special(due),
        **_strip_words(due),
        "strip_say": ngettext("数进去 {n} 天", "数进去 {n} 天", counted).format(n=counted) if counted else "",
        "used": values,
        "foot": _kept(promise),
    }


def _values(promise: PromiseView, now: datetime) -> list[tuple[str, str]]:
    """The values that the due moment was worked out from."""
    due = promise.due
    values = [
        (_("起算"), words.exact(promise.made_at)),
        (_("提醒"), words.exact(promise.warn_at) if promise.warn_at else _("不提醒")),
        (_("到期"), _("停着，未定") if promise.stands_since else words.exact_due(promise.due_at)),
    ]
    whole = standing.stood_for(due, promise.stands_since, now=now)
    if whole:
        values.append((_("停表合计"), words.length(whole)))
    if due.hours:
        values.append((_("服务时间"), due.hours))
    if due.rolls:
        values.append((_("法定顺延到"), words.exact_due(due.legal_at)))
    return values


def _stood_words(promise: PromiseView, now: datetime) -> str:
    """What is to be said of the stretches in which its clock stood still, and of what it was extended by."""
    said = "".join(
        _("{since} 到 {until} 停过表，不算在内。").format(
            since=words.moment(since, now), until=words.moment(until, now)
        )
        for since, until in promise.due.stood
    )
    if promise.stands_since is not None:
        said += _("{when} 起停表，恢复后接着算，到期日那时再定。").format(
            when=words.moment(promise.stands_since, now)
        )
    for more in promise.due.more:
        said += _("经批准延长 {length}，接在原来的期限后面算。").format(length=spoken.written(more))
    return said


def _kept(promise: PromiseView) -> str:
    """When the due moment was worked out, and whether it was worked out again."""
    if promise.imported:
        return _("到期时间是来源自己写明的，这里不另算。")
    if promise.due.was:
        return _("起算时算好就存下；工作日历变了，重算过，原来和现在的到期日都记在账本里。")
    return _(
        "起算时算好就存下，不因为看的人、看的时候而变；只有停表、批准延期或工作日历变了才重算，每次都记进账本。"
    )


def _special(due: Due) -> list[str]:
    """The days that are not what their weekday says, each with the notice or the reason behind it."""
    odd = {
        d.day: d for d in due.strip if d.kind in {"holiday", "makeup"} or words.is_local_rest(d.kind, d.day)
    }
    known = papers(odd) if odd and not _runs_on(due) else {}
    return [
        _("{day} {weekday} {name}：{source}").format(
            day=_month(day),
            weekday=words.weekday(day),
            name=words.day_kind(odd[day].kind, day),
            source=source,
        )
        for day, (kind, source) in sorted(known.items())
        if kind == odd[day].kind
    ]


def _runs_on(due: Due) -> bool:
    """Whether every day counts alike, working day or not."""
    return due.clock == "natural"


def _strip_words(due: Due) -> dict[str, str]:
    """What the two colours of the strip mean for this clock."""
    if _runs_on(due) and lengths.parse(due.length).unit in ("minute", "hour"):
        counts, leaves = _("按钟点数，休息日照样数"), ""
    elif _runs_on(due):
        counts, leaves = _("按日数，休息日照样数"), _("不数：起算当天")
    elif due.clock == "service":
        counts, leaves = _("数进去的日子"), _("不数")
    else:
        local = any(words.is_local_rest(day.kind, day.day) for day in due.strip)
        leaves = _("不数：周末、假日与本地休息日") if local else _("不数：周末与假日")
        counts = _("数进去的工作日")
    return {"counts_say": counts, "leaves_say": leaves}


def _cell(day: DayStrip, *, running: bool) -> DayCell:
    kinds = {"work": _("工作日"), "rest": _("周末"), "holiday": _("假日"), "makeup": _("补班")}
    say = _("本地休") if words.is_local_rest(day.kind, day.day) else kinds.get(day.kind, day.kind)
    kind = "work" if running and day.counted else day.kind
    return DayCell(
        kind, day.counted, words.weekday(day.day), _month(day.day), say if day.official else say + "?"
    )


def _month(on: date) -> str:
    return f"{on.month}-{on.day}"
