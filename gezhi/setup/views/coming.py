"""What will take effect: everything that is registered for a day to come, by day, and taking it back until then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.queries import Happened
from gezhi.people import queries as people
from gezhi.setup import frame, gate, seats, upcoming
from gezhi.setup.settling import Change, Tried, settle, tried
from gezhi.setup.upcoming import Coming
from gezhi.ui import words

PAGE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to come, who registered it and when; `word` names what can be done about it."""

    one: Coming
    who: str
    undoes: bool


@dataclass(frozen=True, slots=True)
class DayOf:
    """One day and what takes effect on it."""

    said: str
    days: int
    lines: list[Line] = field(default_factory=list)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The list by day; POST asks whether to take one back, and does once it is confirmed."""
    if not people.anybody_can_sign_in():
        return redirect("setup:home")
    if request.method != "POST":
        return _page(request, Tried())
    try:
        return settle(request, "coming", _change(request), back=reverse("setup:coming"))
    except Refused as no:
        return _page(request, tried(request, "coming", no, {}))


def _change(request: HttpRequest) -> Change:
    one = upcoming.found(request.POST.get("room", ""), request.POST.get("key", ""), clock.today())
    back = upcoming.taken_back(one, by=gate.setter(request).by, at=clock.now())
    return Change(
        said=back.said, act=back.act, mark=back.mark, verb=_("确认撤回"),
        done=_("已撤回。台账上留着定过、撤了两笔。"), then=reverse("setup:coming"),
    )  # fmt: skip


def _page(request: HttpRequest, form: Tried) -> HttpResponse:
    today = clock.today()
    every = upcoming.everything(today)
    after = request.GET.get("after", "")[:200]
    left = [one for one in every if _key(one) > after] if after else every
    shown = left[:PAGE]
    told = {
        "days": _by_day(shown, today), "total": len(every), "form": form, "wrong": form.wrong,
        "later": f"?{urlencode({'after': _key(shown[-1])})}" if len(left) > PAGE else "",
        "first": bool(after),
    }  # fmt: skip
    return frame.show(request, "coming", status=form.status, **told)


def _key(one: Coming) -> str:
    return ".".join(one.place)


def _by_day(shown: list[Coming], today: date) -> list[DayOf]:
    entries = upcoming.registered(shown)
    names = people.names_of(entry.by for entry in entries.values() if entry.by is not None)
    days: dict[date, DayOf] = {}
    for one in shown:
        entry = entries.get(one.place)
        who = _who(entry, names[entry.by] if entry and entry.by else "")
        line = Line(one, who, upcoming.may_be_taken_back(one, entry))
        day = days.setdefault(one.on, DayOf(seats.day_said(one.on), (one.on - today).days))
        day.lines.append(line)
    return list(days.values())


def _who(entry: Happened | None, name: str) -> str:
    """Who registered it, and when."""
    if entry is None:
        return ""
    who = name or _("开张的人，或维护机器的人，")
    return _("{who} {when}登记").format(who=who, when=words.moment(entry.recorded_at, clock.now()))
