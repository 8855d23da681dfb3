"""离岗交接: what somebody who leaves holds, handed over in one confirmed act, with what came of each part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import NotFound, Refused
from gezhi.exchange import exports
from gezhi.ledger import clock
from gezhi.matters import leaving
from gezhi.matters.services.leaving import Handing, Outcome, hand_over
from gezhi.people import directory
from gezhi.people import queries as people
from gezhi.people.directory import StaffLine, TermLine
from gezhi.setup import frame, gate, seats
from gezhi.setup.settling import Change, Tried, plain, settle, tried, typed_before
from gezhi.ui import words

OFFERED = 300
FILTERS_TO = "filters_to"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, account: UUID) -> HttpResponse:
    """What they hold; POST asks, and hands over once it is confirmed."""
    who, setter = directory.staff_of(account), gate.setter(request)
    if setter.person is None:
        return redirect("setup:home")
    if who is None:
        raise NotFound(_("没有这个账号。"))
    if request.method != "POST":
        return _page(request, who, Tried())
    if "back" in request.POST:
        return _page(request, who, typed_before(request, "leave"))
    try:
        return settle(request, "staff", _change(request, who), back=_here(who))
    except Refused as no:
        form, signs = plain(request.POST), _signs(clock.today())
        wrong = {field: said.reason for field, said in _misnamed(form, signs, who).items()}
        told = tried(request, "leave", no, {field: field for field in ("last", *wrong)})
        return _page(request, who, replace(told, wrong=wrong | told.wrong))


def _here(who: StaffLine) -> str:
    return reverse("setup:leaving", args=[who.account])


def _terms(who: StaffLine, today: date) -> list[TermLine]:
    return [one for one in directory.terms_of([who.account]) if one.state(today) != "past"]


def _change(request: HttpRequest, who: StaffLine) -> Change:
    form, today = plain(request.POST), clock.today()
    last = seats.typed_day(form.get("last", ""), "last", past=True)
    signs = _signs(today)
    to = {one.term: _named(form, _to(one.term), signs, who) for one in _terms(who, today)}
    filters_to = _named(form, FILTERS_TO, signs, who)
    handing = Handing(who.account, last + seats.DAY, to, filters_to, at_once="at_once" in form)
    act = partial(hand_over, handing, seats.day(today).model, by=gate.setter(request).by, at=clock.now())
    names = people.names_of([one for one in (*to.values(), filters_to) if one])
    return Change(
        said=_("{name}的岗位到{last}为止，按下面的安排交接。").format(
            name=who.name, last=seats.day_said(last)
        ),
        act=act,
        mark=lambda: directory.mark_of(_terms(who, today), directory.staff_of(who.account)),
        verb=_("确认交接"),
        done="",
        then=_here(who),
        more=(*_planned(who, to, names, today), *_at_once_said(form)),
        keeps=True,
        answer=lambda made: _report(request, who, made),
    )


def _signs(today: date) -> dict[str, StaffLine]:
    return {line.sign_in: line for line in directory.staff_found([], today, most=100_000)[0]}


def _to(term: UUID) -> str:
    return f"to_{term.hex}"


def _named(form: dict[str, str], field: str, signs: dict[str, StaffLine], who: StaffLine) -> UUID | None:
    """Whom the sign-in name in a field names. Raises `Refused` for nobody, and for whoever leaves."""
    word = form.get(field, "").strip().split(" ")[0]
    if not word:
        return None
    if word not in signs or word == who.sign_in:
        raise Refused(
            _("没有登录名是“{word}”的在用账号，或者就是要离岗的人。").format(word=word),
            code="nobody",
            field=field,
        )
    return signs[word].account


def _misnamed(form: dict[str, str], signs: dict[str, StaffLine], who: StaffLine) -> dict[str, Refused]:
    """Every field that names nobody, with its reason: all are told at once."""
    found = {}
    for field in (*(_to(one.term) for one in _terms(who, clock.today())), FILTERS_TO):
        try:
            _named(form, field, signs, who)
        except Refused as no:
            found[field] = no
    return found


def _planned(who: StaffLine, to: dict[UUID, UUID | None], names: dict[UUID, str], today: date) -> list[str]:
    told, nobody = _("{seat} → {name}"), _("不指定，岗位空着时由代理的人或上一级接着办")
    return [
        told.format(
            seat=seats.said(seats.seat_of(one), today), name=names.get(to[one.term] or who.account, nobody)
        )
        for one in _terms(who, today)
    ]


def _at_once_said(form: dict[str, str]) -> list[str]:
    return [_("接口钥匙和各处的登录当场作废。")] if "at_once" in form else []


def _page(request: HttpRequest, who: StaffLine, form: Tried) -> HttpResponse:
    today, person = clock.today(), gate.setter(request).person
    terms = _terms(who, today)
    assert person is not None  # noqa: S101  # `page` has looked
    held = leaving.held_by(who.account, [one.term for one in terms], person, on=today)
    told: dict[str, Any] = {
        "who": who,
        "now": clock.now(),
        "held": held,
        "desks": [(seats.desk_said(one.desk, seats.day(today)), one) for one in held.desks],
        "terms": [
            (
                _to(one.term),
                seats.said(seats.seat_of(one), today),
                one.standing,
                form.typed.get(_to(one.term), ""),
                form.wrong.get(_to(one.term), ""),
            )
            for one in terms
        ],
        "at_once": not form.form or "at_once" in form.typed,
        "exports": [
            (one, str(exports.PURPOSES.get(one.purpose, one.purpose)), words.matters(one.lines))
            for one in exports.by_account(who.account)
        ],
        "offered": _offered(who, today),
        "slip_until": directory.invited_until(who.account),
        "form": form,
        "typed": form.typed,
        "wrong": form.wrong,
    }
    return frame.show(request, "staff", page="leaving", status=form.status, **told)


def _offered(who: StaffLine, today: date) -> list[tuple[str, str]]:
    """Sign-in names to choose from, each with the name and the seats of today."""
    lines = [
        line for line in directory.staff_found([], today, most=OFFERED)[0] if line.account != who.account
    ]
    sits: dict[UUID, list[str]] = {}
    for term in directory.terms_of([line.account for line in lines]):
        if term.state(today) == "now":
            sits.setdefault(term.account, []).append(seats.said(seats.seat_of(term), today))
    return [(line.sign_in, " · ".join((line.name, *sits.get(line.account, [])))) for line in lines]


def _report(request: HttpRequest, who: StaffLine, made: list[Outcome]) -> HttpResponse:
    """What came of each part, to be printed."""
    today = clock.today()
    names = people.names_of([one.to for one in made if one.to])
    lines = [(_thing(one, today, names), one.refused) for one in made]
    done = [line for line, no in lines if not no]
    refused = [(line, no) for line, no in lines if no]
    return frame.show(
        request, "staff", page="leaving_done", who=who, now=clock.now(), done=done, kept_back=refused
    )


def _thing(one: Outcome, today: date, names: dict[UUID, str]) -> str:
    if one.term is not None:
        seat = seats.said(seats.seat_of(one.term), today)
        return (
            _("{seat} → {name}").format(seat=seat, name=names[one.to])
            if one.to
            else _("{seat}，到期结束").format(seat=seat)
        )
    if one.part == "filter":
        return _("共享的筛选「{name}」 → {to}").format(name=one.thing, to=names[one.to] if one.to else "")
    if one.part == "team":
        return _("退出 {number} 的团队").format(number=one.thing)
    if one.part == "in_time":
        return _("{number} 的团队：最后一天还在，没有岗位了就看不到").format(number=one.thing)
    if one.part == "standing":
        return _("退出常设队伍“{name}”").format(name=one.thing)
    if one.part == "key":
        return _("接口钥匙「{name}」作废").format(name=one.thing)
    return _("退出 {n} 处登录").format(n=one.thing)
