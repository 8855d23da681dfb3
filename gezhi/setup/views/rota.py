"""The duty rota: who is reached now and this week, the week's pattern, single dates. Nobody signs in for a shift."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.people import directory, rota, services
from gezhi.people import queries as people
from gezhi.people.directory import TermLine
from gezhi.people.rota import OnDuty, Rota, ShiftLine
from gezhi.people.services import Hours
from gezhi.promises import queries as promises
from gezhi.rules.workdays import Calendar, day_of
from gezhi.setup import frame, gate, seats
from gezhi.setup.seats import Day, Seat
from gezhi.setup.settling import Change, Tried, plain, settle, tried
from gezhi.setup.views.staff_person import OFFERED, SEATED
from gezhi.setup.views.staff_words import days_said
from gezhi.ui import words

WEEK = 7
DATES = "dates"
FIELDS = {
    "put": {
        "day": "day", "starts": "starts", "ends": "ends", "from_on": "from_on", "to_on": "last", "last": "last",
        "term": "holder",
    },
    "empty": {"from_on": "empty_from", "empty_from": "empty_from", "to_on": "empty_last", "empty_last": "empty_last"},
    "end": {"to_on": "end_last", "end_last": "end_last"},
    "take": {"term": "taker"},
}  # fmt: skip
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:\uff1a]?([0-5]\d)\Z")


@dataclass(frozen=True, slots=True)
class Ask:
    """What was asked for on the page of one rota."""

    form: dict[str, str]
    where: Rota
    seat: str
    by: Actor
    at: datetime
    back: str

    def change(self, said: str, act: Callable[[], object], verb: str, done: str, *more: str) -> Change:
        return Change(said=said, act=act, mark=self.mark, verb=verb, done=done, then=self.back, more=more)

    def mark(self) -> str:
        """What a change of the rota rests on: its shifts, and the terms of the post."""
        terms = directory.terms_at(self.where.post, self.where.department, self.where.unit)
        return directory.mark_of(terms, *rota.shifts_at(self.where.unit, timezone.localdate(self.at)))


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everywhere that has a rota, with who is reached now; and the way to one that is still to be made."""
    if not people.anybody_can_sign_in():
        return redirect("setup:home")
    today = clock.today()
    here, tried_one = seats.day(today), Tried()
    if "seat" in request.GET:
        try:
            seat = seats.typed(request.GET["seat"], request.GET.get("unit", "").strip(), today)
            return redirect(_address(Rota(seat.unit, seat.post, seat.department)))
        except Refused as no:
            typed = {key: request.GET.get(key, "") for key in ("seat", "unit")}
            tried_one = Tried("find", typed, {SEATED.get(no.field, "above"): no.reason}, 422)
    found = [one for one in rota.rotas(today) if one.unit in here.ground.by_identity]
    found.sort(key=lambda one: (here.ground.by_identity[one.unit].path, one.post, one.department))
    told: dict[str, Any] = {
        "rotas": [_line(one, here) for one in found], "wrong": tried_one.wrong, "typed": tried_one.typed,
        "choices": seats.choices(here.model), "units": seats.units_like("", here.ground, OFFERED),
    }  # fmt: skip
    return frame.show(request, "rota", status=tried_one.status, **told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, unit: UUID, post: str) -> HttpResponse:
    """The rota of a post at a unit; POST asks for a change, and makes it once it is confirmed."""
    if not people.anybody_can_sign_in():
        return redirect("setup:home")
    where = _rota(unit, post)
    if request.method != "POST":
        return _page(request, where, Tried())
    what = request.POST.get("do", "")
    form = f"{what}-{request.POST['shift']}" if "shift" in request.POST else what
    seat = seats.said(Seat(where.post, where.department, where.unit), clock.today())
    ask = Ask(plain(request.POST), where, seat, gate.setter(request).by, clock.now(), _address(where))
    try:
        if what not in ACTS:
            raise Refused(_("没有这样的改动。请从页面上选。"), code="act_unknown")
        return settle(request, "rota", ACTS[what](ask), back=ask.back)
    except Refused as no:
        return _page(request, where, tried(request, form, no, FIELDS.get(what, {})))


def _rota(unit: UUID, word: str) -> Rota:
    """The seat that an address names today. Raises `NotFound`."""
    here = seats.day(clock.today())
    known = here.model.posts if not word.startswith(seats.OFFICE) else here.model.departments
    code = word.removeprefix(seats.OFFICE)
    if unit not in here.ground.by_identity or code not in known:
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    return Rota(unit, people.DEPARTMENT, code) if word.startswith(seats.OFFICE) else Rota(unit, code, "")


def _address(where: Rota) -> str:
    word = f"{seats.OFFICE}{where.department}" if where.department else where.post
    return reverse("setup:rota_of", args=[where.unit, word])


# what is asked for


def _put(ask: Ask) -> Change:
    """Somebody on duty, each such day of the week, or on dates."""
    term = _holder(ask)
    starts, ends = _clock(ask.form.get("starts", ""), "starts"), _clock(ask.form.get("ends", ""), "ends")
    weekly = ask.form.get("day") != DATES
    from_on = seats.typed_day(ask.form.get("from_on", ""), "from_on")
    last = ask.form.get("last", "")
    to_on = (
        seats.typed_day(last, "last") + seats.DAY if last.strip() else None if weekly else from_on + seats.DAY
    )
    hours = Hours(
        from_on=from_on, starts=starts, ends=ends, day=_day(ask.form) if weekly else None, to_on=to_on
    )
    name = people.names_of([term.account])[term.account]
    said = _("{days}，{pattern} {hours}，{seat}找{name}。").format(
        days=days_said(from_on, to_on), pattern=pattern_said(hours.day), hours=hours_said(starts, ends),
        seat=ask.seat, name=name,
    )  # fmt: skip
    more = [] if weekly else [_("那些天只按另排的班，每周的安排不用。")]
    if term.to_on is not None and (to_on is None or to_on > term.to_on):
        more.append(_("{name}任到{day}为止，以后这个班自动下表。").format(
            name=name, day=seats.day_said(term.to_on - seats.DAY)))  # fmt: skip
    act = partial(services.put_shift, term.term, hours, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认排班"), _("班次已登记。"), *more)


def _empty(ask: Ask) -> Change:
    """Nobody on duty on dates, whatever the week says."""
    from_on = seats.typed_day(ask.form.get("empty_from", ""), "empty_from")
    last = ask.form.get("empty_last", "")
    to_on = (seats.typed_day(last, "empty_last") if last.strip() else from_on) + seats.DAY
    terms = directory.terms_at(ask.where.post, ask.where.department, ask.where.unit)
    if not terms:
        raise Refused(_("这个岗位从来没有人任，值班表是空的，不用再排空。"), code="rota_bare")
    said = _("{days}，{seat}没有人值班，每周的安排那些天不用。").format(
        days=days_said(from_on, to_on), seat=ask.seat
    )
    act = partial(services.leave_empty, terms[-1].term, from_on, to_on, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认排空"), _("已登记：那些天没有人值班。"))


def _end(ask: Ask) -> Change:
    """A shift off the rota after a last day; yesterday, where it shall hold from today on."""
    shift = _shift(ask)
    last = seats.typed_day(ask.form.get("end_last", ""), "end_last", past=True)
    on = last + seats.DAY
    who = _who(shift)
    said = _("这个班排到{last}为止，{day}起不再排：{pattern} {hours}，{who}。").format(
        last=seats.day_said(last),
        day=seats.day_said(on),
        pattern=pattern_said(shift.day),
        hours=hours_said(shift.starts, shift.ends),
        who=who,
    )
    act = partial(services.end_shift, shift.shift, on, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认拿掉"), _("班次的结束已登记。"))


def _take(ask: Ask) -> Change:
    """An open shift, whose holder's term has ended, by somebody else of the post, at the same hours."""
    shift, term = _shift(ask), _holder(ask, "taker")
    start = shift.open_from(clock.today())
    if start is None:
        raise Refused(_("这个班没有空着，不用另找人接。"), code="shift_not_open")
    start = max(start, term.from_on)
    said = _("{days}，{pattern} {hours}，{seat}找{name}。").format(
        days=days_said(start, shift.to_on), pattern=pattern_said(shift.day),
        hours=hours_said(shift.starts, shift.ends), seat=ask.seat, name=people.names_of([term.account])[term.account],
    )  # fmt: skip
    act = partial(services.hand_shift, shift.shift, term.term, start, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认接班"), _("空着的班有人接了。"))


ACTS: dict[str, Callable[[Ask], Change]] = {"put": _put, "empty": _empty, "end": _end, "take": _take}


def _shift(ask: Ask) -> ShiftLine:
    for one in _shifts(ask.where, clock.today()):
        if one.shift.hex == ask.form.get("shift"):
            return one
    raise NotFound(_("没有这个班次，或它已经结束。"))


def _holder(ask: Ask, field: str = "holder") -> TermLine:
    for term in directory.terms_at(ask.where.post, ask.where.department, ask.where.unit):
        if term.term.hex == ask.form.get(field):
            return term
    raise Refused(_("请选谁值班。"), code="shift_holder", field="term")


def _day(form: dict[str, str]) -> int:
    word = form.get("day", "")
    if word not in {str(n) for n in range(9)}:
        raise Refused(_("请选周几，或每个工作日、每个休息日。"), code="shift_day", field="day")
    return int(word)


def _clock(typed: str, field: str) -> int:
    """Minutes of the day. Raises `Refused` at its field."""
    if typed.strip() == "24:00":
        return 1440
    found = _CLOCK.match(typed.strip())
    if found is None:
        raise Refused(_("请写成 18:00 这样的钟点。"), code="shift_hours", field=field)
    return int(found[1]) * 60 + int(found[2])


# what is shown


def _page(request: HttpRequest, where: Rota, form: Tried) -> HttpResponse:
    today, now = clock.today(), clock.now()
    here, calendar = seats.day(today), promises.calendar()
    seat = Seat(where.post, where.department, where.unit)
    shifts = _shifts(where, today)
    terms = [t for t in directory.terms_at(*seat_key(where)) if t.state(today) != "past" and not t.standing]
    told: dict[str, Any] = {
        "post": seats.title(seat, here),
        "place": seats.where(where.unit, today),
        "reached": _reached(where, here, now, calendar),
        "week": [_of_day(where, today + timedelta(days=n), calendar) for n in range(WEEK)],
        "weekly": [_shift_said(one, today) for one in shifts if one.day is not None],
        "dates": [_shift_said(one, today) for one in shifts if one.day is None],
        "holders": _holders(terms),
        "days": [(str(n), pattern_said(n)) for n in (7, 8, *range(7))] + [(DATES, _("只排个别日期"))],
        "form": form, "typed": form.typed, "wrong": form.wrong,
    }  # fmt: skip
    return frame.show(request, "rota", page="rota_of", status=form.status, **told)


def seat_key(where: Rota) -> tuple[str, str, UUID]:
    return where.post, where.department, where.unit


def _shifts(where: Rota, today: date) -> list[ShiftLine]:
    every = rota.shifts_at(where.unit, today)
    return [one for one in every if (one.post, one.department) == (where.post, where.department)]


def _holders(terms: list[TermLine]) -> list[tuple[str, str]]:
    names = people.names_of(one.account for one in terms)
    return [(one.term.hex, _("{name}（{days}）").format(name=names[one.account], days=days_said(one.from_on, one.to_on)))
            for one in terms]  # fmt: skip


def _line(where: Rota, here: Day) -> dict[str, str]:
    """One rota of the list: where it is, and who is reached there now."""
    seat = Seat(where.post, where.department, where.unit)
    now = _at_desk(where, here, clock.now(), promises.calendar())
    free = sum(1 for one in _shifts(where, here.on) if one.open_from(here.on) is not None)
    return {
        "open": ngettext("{n} 个班空着，等人接", "{n} 个班空着，等人接", free).format(n=free) if free else "",
        "post": seats.title(seat, here),
        "place": seats.where(where.unit, here.on),
        "now": _people_said(now) or _("现在没有人值班"),
        "href": _address(where),
    }


def _at_desk(where: Rota, here: Day, now: datetime, calendar: Calendar) -> list[OnDuty]:
    unit = here.ground.by_identity[where.unit]
    desk = people.desk_word(where.post, where.department, unit.path)
    found = rota.on_duty(where.unit, now, calendar, people.roster(here.on), post=where.post)
    return [one for one in found if one.desk == desk]


def _reached(where: Rota, here: Day, now: datetime, calendar: Calendar) -> dict[str, str]:
    """Who is reached now: here, else at the nearest unit above where somebody is on duty."""
    mine = _at_desk(where, here, now, calendar)
    if mine:
        until = words.moment(max(one.ends_at for one in mine), now)
        return {"said": _people_said(mine), "until": until}
    path = here.ground.by_identity[where.unit].path
    above = rota.nearest_on_duty(path, now, calendar, people.roster(here.on), here.ground)
    some = _("、").join(
        _("{name}（{more}）").format(name=one.name, more=seats.desk_said(one.desk, here)) for one in above
    )
    return {"said": "", "above": some}


def _people_said(found: list[OnDuty]) -> str:
    return _("、").join(
        dict.fromkeys(_("{name}（代理）").format(name=one.name) if one.own else one.name for one in found)
    )


def _of_day(where: Rota, day: date, calendar: Calendar) -> dict[str, Any]:
    """One day of the week ahead."""
    found = rota.duties(where, day, calendar, people.roster(day))
    works = day_of(calendar, day)[0] in rota.WORKING
    return {
        "day": seats.day_said(day)
        if day != clock.today()
        else _("今天（{weekday}）").format(weekday=words.weekday(day)),
        "kind": _("工作日") if works else _("休息日"),
        "who": [
            (f"{_time(one.starts_at)}–{_time(one.ends_at, day)}", _people_said([one]), one.exception)
            for one in found
        ],
    }


def _time(at: datetime, day: date | None = None) -> str:
    local = timezone.localtime(at)
    if day is None or local.date() == day:
        return f"{local:%H:%M}"
    if local.hour == local.minute == 0:
        return "24:00"
    return _("次日 {time}").format(time=f"{local:%H:%M}")


def _shift_said(one: ShiftLine, today: date) -> dict[str, str]:
    """A shift of the rota in words, from when on it is open, and the last day of it if it were taken off now."""
    first, open_from = max(one.from_on, today), one.open_from(today)
    return {
        "open": "" if open_from is None else _open_said(open_from, first),
        "key": one.shift.hex,
        "pattern": pattern_said(one.day) if one.day is not None else days_said(one.from_on, one.to_on),
        "hours": hours_said(one.starts, one.ends) if one.term else "",
        "who": _who(one),
        "days": days_said(one.from_on, one.to_on) if one.day is not None else "",
        "last": (first - seats.DAY).isoformat(),
    }


def _open_said(open_from: date, first: date) -> str:
    if open_from <= first:
        return _("空着，等人接")
    return _("{day}起空着，等人接").format(day=seats.day_said(open_from))


def _who(one: ShiftLine) -> str:
    if one.term is None:
        return _("没有人值班")
    term = directory.terms_by_id([one.term])[one.term]
    return people.names_of([term.account])[term.account]


def pattern_said(day: int | None) -> str:
    """Which days a shift is on, as the week says them."""
    if day is None:
        return _("另排")
    if day == 7:
        return _("每个工作日")
    if day == 8:
        return _("每个休息日")
    return _("每{weekday}").format(weekday=words.weekday(date(2026, 1, 5) + timedelta(days=day)))


def hours_said(starts: int, ends: int) -> str:
    """From when until when; a shift that ends no later than it starts ends on the next day."""
    first = f"{starts // 60:02}:{starts % 60:02}"
    if ends == 0 or (ends == 1440 and starts):
        return f"{first}–24:00"
    last = f"{ends // 60:02}:{ends % 60:02}"
    return f"{first}–{last}" if ends > starts else _("{first}–次日 {last}").format(first=first, last=last)
