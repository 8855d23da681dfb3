"""督办台: what a centre oversees in its ground, each kind a count and a list; acting on many; the duty log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import rows
from gezhi.desk.centre_forms import ActForm, DutyForm, days_of
from gezhi.desk.frame import me, show
from gezhi.desk.several import report
from gezhi.desk.views.lists import PAGE, surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import overseen, sentences, walls
from gezhi.matters.lists import MOST_COUNTED
from gezhi.matters.overseen import KINDS, Look
from gezhi.matters.services import overseeing
from gezhi.people.queries import Person, Seat
from gezhi.places.tree import Tree
from gezhi.rules import asides
from gezhi.rules.model import Model

LATEST = 3
"""Notes of the duty log that stand open; those before them are folded."""


@dataclass(frozen=True)
class Tile:
    """One kind: how many there are, and where its list is."""

    kind: str
    name: str
    say: str
    number: str
    href: str
    here: bool
    any: bool


@dataclass(frozen=True)
class Act:
    """One act beside the flow that a row offers; `key` on the keyboard, `worded` if a sentence comes with it."""

    id: str
    name: str
    key: str
    worded: bool


@require_http_methods(["GET", "HEAD", "POST"])
def centre(request: HttpRequest) -> HttpResponse:
    """The page; what is pressed on it is done and told on it, one by one where something was refused."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    seats = overseen.seats(person, model)
    if not seats:
        raise Refused(_("这一页给担督办职责的岗位看；我的岗位没有这项职责。"), code="not_yours")
    if request.method == "POST" and "words" in request.POST:
        return _noted(request, person, seats, now)
    outcomes, form = [], ActForm(None)
    if request.method == "POST":
        form = ActForm(request.POST)
        outcomes = _acted(form, person)
    page = _page(request, (model, ground, seats), now)
    none_done = all(one.refused for one in outcomes)
    page |= {"report": report(outcomes, urged=True), "note": form.data.get("note", "") if none_done else ""}
    page["ticked"] = form.meant() if none_done else []
    page["note_wrong"] = [error for errors in form.errors.values() for error in errors]
    status = 422 if form.errors else 200
    return show(request, "desk/centre.html", "centre", status=status, page=page)


def _page(request: HttpRequest, where: tuple[Model, Tree, Sequence[Seat]], now: datetime) -> dict[str, Any]:
    model, ground, seats = where
    asked = request.GET
    look = Look(
        walls.reader(me(request)), _outermost(seats), now, model,
        days_of(asked.get("days"), overseen.SUSPENDED), days_of(asked.get("silent"), overseen.SILENT),
    )  # fmt: skip
    counts = {kind: overseen.count(kind, look) for kind in KINDS}
    shown = asked.get("show", "")
    kind = shown if shown in KINDS else next((k for k in KINDS if counts[k]), "late")
    lines = overseen.lines(kind, look, most=PAGE + 1, after=rows.key_from(asked.get("after", "")))
    made = rows.rows_of(lines[:PAGE], model, ground, ())
    if kind == "returned":
        often = overseen.times_returned([line.id for line in lines[:PAGE]])
        told = _("返工 {n} 次")
        made = [
            replace(row, aside=told.format(n=often[line.id])) for row, line in zip(made, lines, strict=False)
        ]
    following = rows.key_of(lines[PAGE - 1]) if len(lines) > PAGE else ""
    notes = _notes(look, model, ground)
    return {
        "now": now,
        "sentence": _sentence(counts),
        "tiles": [_tile(k, counts[k], look, here=k == kind) for k in KINDS],
        "kind": kind,
        "look": look,
        "rows": made,
        "more": _address(kind, look, after=following) if following else "",
        "acts": _acts(model),
        "all_well": not any(counts.values()),
        "notes": notes[:LATEST],
        "older": notes[LATEST:],
        "duty": DutyForm(None),
    }


def _outermost(seats: Sequence[Seat]) -> tuple[str, ...]:
    """The units of these seats, but those that lie in another of them."""
    paths = dict.fromkeys(seat.path for seat in seats)
    return tuple(p for p in paths if not any(p != other and p.startswith(other) for other in paths))


def _acts(model: Model) -> list[Act]:
    """The acts that urge whoever has a matter; the first without words is C, the first with words S."""
    found, free = [], {"c": False, "s": True}
    for aside in asides.offered(model):
        if aside.urges and "photo" not in aside.needs:
            worded = "note" in aside.needs
            key = next((k for k, wants in free.items() if wants is worded), "")
            free.pop(key, None)
            found.append(Act(aside.id, sentences.label(aside), key, worded))
    return found


def _acted(form: ActForm, person: Person) -> list[overseeing.Outcome]:
    if not form.is_valid():
        return []
    said = form.cleaned_data
    try:
        return overseeing.urge(said["numbers"], said["aside"], said["note"], by=person)
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return []


def _noted(request: HttpRequest, person: Person, seats: Sequence[Seat], now: datetime) -> HttpResponse:
    form = DutyForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect("desk:centre")
    said = form.cleaned_data
    try:
        overseeing.note_duty(said["words"], hands_over=said["hands_over"], by=person, seat=seats[0], at=now)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return redirect("desk:centre")
    told = _("已记下，并交班。") if said["hands_over"] else _("已记进值班日志。")
    messages.success(request, told, extra_tags="good")
    return redirect(reverse("desk:centre") + "#duty")


def _tile(kind: str, number: int, look: Look, *, here: bool) -> Tile:
    name, say = names()[kind]
    say = say.format(days=look.suspended, silent=look.silent)
    shown = rows.counted(min(number, MOST_COUNTED), more=number > MOST_COUNTED)
    return Tile(kind, name, say, shown, _address(kind, look), here, bool(number))


def names() -> dict[str, tuple[str, str]]:
    """Each kind by its name, and what it holds in a few words."""
    return {
        "late": (_("超期"), _("有期限过了")),
        "unanswered": (_("未答复"), _("核查过了，该答复没答复")),
        "objected": (_("异议"), _("部门退回，等裁定")),
        "returned": (_("返工"), _("退回两次以上")),
        "suspended": (_("挂账"), _("超过 {days} 日")),
        "silent": (_("部门没动静"), _("{silent} 个工作日没有一笔")),
        "nowhere": (_("没有地点"), _("等核对地点")),
    }


def _address(kind: str, look: Look, *, after: str = "") -> str:
    asked: dict[str, str | int] = {"show": kind, "days": look.suspended, "silent": look.silent}
    return f"{reverse('desk:centre')}?{urlencode(asked | ({'after': after} if after else {}))}"


def _sentence(counts: dict[str, int]) -> str:
    """What a person would say first: the kinds that have any, worst first."""
    found = [
        _("{n} 件{kind}").format(
            n=rows.counted(min(n, MOST_COUNTED), more=n > MOST_COUNTED), kind=names()[kind][0]
        )
        for kind, n in counts.items()
        if n
    ]
    return _("{what}。").format(what=_("，").join(found[:4])) if found else _("眼下没有要督办的。")


def _notes(look: Look, model: Model, ground: Tree) -> list[dict[str, Any]]:
    return [
        {
            "when": one.at,
            "by": " · ".join(w for w in (one.name, rows.desk_words(one.desk, model, ground)) if w),
            "words": one.words or _("（文字已按规定删除）"),
            "hands_over": one.hands_over,
        }
        for one in overseen.notes(look.paths)
    ]
