"""离岗交接: what somebody who leaves holds, handed over in one confirmed act, with what came of each part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.exchange import exports
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.matters import events, leaving
from gezhi.matters.leaving import Held
from gezhi.matters.services.leaving import Addresses, Handed, Handing, Outcome, hand_over
from gezhi.notify import hooks
from gezhi.people import directory, services
from gezhi.people import queries as people
from gezhi.people.directory import StaffLine, TermLine
from gezhi.setup import frame, gate, handed, seats
from gezhi.setup.handed import Handover
from gezhi.setup.settling import Change, Tried, plain, settle, tried, typed_before
from gezhi.ui import words

OFFERED = 300
AHEAD = 92
"""At most so many days before the last day is a handover made: what they hold then is not what they hold today."""
EARLIER = 10  # handovers of the same person that are linked to
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
    form, today, setter = plain(request.POST), clock.today(), gate.setter(request)
    signs, terms = _signs(today), _terms(who, today)
    last = _last_day(form.get("last", ""), terms, today)
    handing = Handing(
        who.account,
        last + seats.DAY,
        {one.term: _named(form, _to(one.term), signs, who) for one in terms},
        _named(form, FILTERS_TO, signs, who),
        at_once="at_once" in form,
        stays=frozenset(one.term for one in terms if _stays(one.term) in form),
    )
    act = partial(_act, handing, setter.by, clock.now())
    held = _held(request, who)
    return Change(
        said=_("{name}的岗位到{last}为止，按下面的安排交接。").format(
            name=who.name, last=seats.day_said(last)
        ),
        act=act,
        mark=lambda: directory.mark_of(terms, directory.staff_of(who.account), *_seen(services.would(act))),
        verb=_("确认交接"),
        done="",
        then=_here(who),
        keeps=True,
        foreseen=lambda made: handed.told(made.parts, held, today),
        answer=lambda made: _done(request, who, made, held),
    )


def _last_day(typed: str, terms: list[TermLine], today: date) -> date:
    """The last day that was typed. Raises `Refused` at its field for one whose year is mistyped: before they came, or so
    far ahead that what they hold, and their sign-ins, are not handed over yet."""
    last = seats.typed_day(typed, "last", past=True)
    since = min((one.from_on for one in terms if one.state(today) == "now"), default=last)
    if last < since - seats.DAY:
        told = _("写的是 {day}，可这个人从 {since} 起才在任。请核对年份。")
        raise Refused(told.format(day=last, since=since), code="day_before_term", field="last")
    ahead = (last - today).days
    if ahead > AHEAD:
        told = _("写的是 {day}，还有 {n} 天。请核对年份；没有写错，就等快离岗时再来交接。")
        raise Refused(told.format(day=last, n=ahead), code="day_far_ahead", field="last")
    return last


def _act(handing: Handing, by: Actor, at: datetime) -> Handed:
    """The act itself: the page that asks makes it too, and takes it back, so that it tells what would be done."""
    addresses = Addresses(partial(hooks.end_of, by=by, at=at), hooks.names_of)
    return hand_over(handing, seats.day(clock.today()).model, by=by, at=at, addresses=addresses)


def _seen(made: Handed) -> list[Outcome]:
    """What of it the confirmed act rests on: not in how many browsers somebody is signed in just then."""
    return [one for one in made.parts if one.part != "sessions"]


def _done(request: HttpRequest, who: StaffLine, made: Handed, held: Held) -> HttpResponse:
    """On to the page of what was done; back to the form where nothing was."""
    if made.entry is None:
        return redirect(_here(who))
    handed.keep(request.session, made.entry, Handover(made.parts, held, clock.today()))
    return redirect("setup:leaving_done", who.account, made.entry)


def _held(request: HttpRequest, who: StaffLine) -> Held:
    today, person = clock.today(), gate.setter(request).person
    assert person is not None  # noqa: S101  # `page` has looked
    return leaving.held_by(who.account, [one.term for one in _terms(who, today)], person, on=today)


def _signs(today: date) -> dict[str, StaffLine]:
    return {line.sign_in: line for line in directory.staff_found([], today, most=100_000)[0]}


def _to(term: UUID) -> str:
    return f"to_{term.hex}"


def _stays(term: UUID) -> str:
    return f"stays_{term.hex}"


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


def _page(request: HttpRequest, who: StaffLine, form: Tried) -> HttpResponse:
    today = clock.today()
    terms, held = _terms(who, today), _held(request, who)
    told: dict[str, Any] = {
        "who": who,
        "now": clock.now(),
        "held": held,
        "desks": [(seats.desk_said(one.desk, seats.day(today)), one) for one in held.desks],
        "turns": [handed.turn_said(one) for one in held.turns],
        "addresses": hooks.names_of([one.term for one in terms]),
        "terms": [_term(one, form, today) for one in terms],
        "several": len(terms) > 1,
        "at_once": not form.form or "at_once" in form.typed,
        "exports": [
            (one, str(exports.PURPOSES.get(one.purpose, one.purpose)), words.matters(one.lines))
            for one in exports.by_account(who.account)
        ],
        "offered": _offered(who, today),
        "slip_until": directory.invited_until(who.account),
        "before": ledger.latest(who.account, [events.HANDED_OVER], EARLIER),
        "form": form,
        "typed": form.typed,
        "wrong": form.wrong,
    }
    return frame.show(request, "staff", page="leaving", status=form.status, **told)


def _term(one: TermLine, form: Tried, today: date) -> dict[str, Any]:
    """One post in the form: to whom it goes, and whether it stays."""
    return {
        "key": _to(one.term),
        "seat": seats.said(seats.seat_of(one), today),
        "standing": one.standing,
        "value": form.typed.get(_to(one.term), ""),
        "said": form.wrong.get(_to(one.term), ""),
        "stays": _stays(one.term),
        "stays_ticked": _stays(one.term) in form.typed,
    }


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


@never_cache
@require_safe
def done(request: HttpRequest, account: UUID, entry: UUID) -> HttpResponse:
    """A handover as it was recorded: part by part for whoever made it and is signed in since, else how many of each."""
    who, setter = directory.staff_of(account), gate.setter(request)
    if setter.person is None:
        return redirect("setup:home")
    found = next((one for one in ledger.entries([entry]) if one.what == events.HANDED_OVER), None)
    if who is None or found is None or found.about != account:
        raise NotFound(_("没有这次交接。"))
    told = handed.told_again(request.session, entry)
    said: dict[str, Any] = {
        "who": who,
        "handed": told,
        "at": found.at,
        "by": people.names_of([found.by]).get(found.by, "") if found.by else "",
        "last": date.fromisoformat(found.facts["on"]) - seats.DAY,
        "counted": handed.counted(found.facts, "done"),
        "not_done": handed.counted(found.facts, "refused"),
    }
    return frame.show(request, "staff", page="leaving_done", **said)
