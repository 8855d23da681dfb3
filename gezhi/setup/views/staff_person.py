"""One person: their terms past, present and to come, and everything that can be changed about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.people import directory, services
from gezhi.people import queries as people
from gezhi.people.certificates import asked_of
from gezhi.people.directory import StaffLine, TermLine
from gezhi.people.services import Slip
from gezhi.setup import frame, gate, papers, seats, slips
from gezhi.setup.settling import Change, Tried, plain, settle, tried
from gezhi.setup.views import staff_acts as acts
from gezhi.setup.views.staff import picked, seat_in
from gezhi.setup.views.staff_acts import Ask
from gezhi.setup.views.staff_words import terms_said

OFFERED = 300
SEATED = {"post": "seat", "department": "seat", "seat": "seat", "unit": "unit"}
DAYS = {"from_on": "from_on", "to_on": "last", "last": "last", "certificate": "certificate", "note": "note"}
ACTS = {
    "appoint": acts.appointed,
    "end": acts.ended,
    "keep": acts.kept_on,
    "undo": acts.undone,
    "stand": acts.stood_in,
    "certify": acts.certified,
    "close": acts.closed,
    "unlock": acts.unlocked,
}
FIELDS = {
    "appoint": {**SEATED, **DAYS},
    "end": {"end_last": "end_last", "to_on": "end_last"},
    "certify": {"certificate": "certificate"},
    "stand": {
        "post": "stand_seat", "department": "stand_seat", "seat": "stand_seat", "unit": "stand_unit",
        "whom": "whom", "certificate": "certificate",
    },
}  # fmt: skip
DAYS_AWAY = {
    "certificate": "certificate",
    "stand_from": "stand_from",
    "from_on": "stand_from",
    "stand_last": "stand_last",
    "to_on": "stand_last",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, account: UUID) -> HttpResponse:
    """The person; POST asks for a change, and makes it once it is confirmed."""
    if not people.anybody_can_sign_in():
        return redirect("setup:home")
    who = directory.staff_of(account)
    if who is None:
        raise NotFound(_("没有这个账号。"))
    if request.method != "POST":
        return _page(request, who, _prefilled(request))
    what = request.POST.get("do", "")
    form = f"{what}-{request.POST['term']}" if "term" in request.POST else what
    try:
        return settle(request, "staff", _change(request, who, what), back=_back(who))
    except Refused as no:
        fields = {} if "stand_term" in request.POST else FIELDS["stand"]
        fields = DAYS_AWAY | fields if what == "stand" else FIELDS.get(what, {})
        return _page(request, who, tried(request, form, no, fields))


def _change(request: HttpRequest, who: StaffLine, what: str) -> Change:
    ask = Ask(
        request, plain(request.POST), who, gate.setter(request).by, clock.now(), clock.today(), _back(who)
    )
    if what == "slip":
        return _slip(ask)
    if what not in ACTS:
        raise Refused(_("没有这样的改动。请从页面上选。"), code="act_unknown")
    return ACTS[what](ask)


def _back(who: StaffLine) -> str:
    return reverse("setup:staff_person", args=[who.account])


def _slip(ask: Ask) -> Change:
    """A new slip; where there is a password, it ends with it."""
    who = ask.who
    if who.came:
        said = _("{name}现在的密码当场作废，各处的登录都退出；凭新的登录单自己另定一个。").format(
            name=who.name
        )
    elif directory.invited_until(who.account):
        said = _("给{name}打一张新的登录单，以前给的那张当场作废。").format(name=who.name)
    else:
        said = _("给{name}打一张登录单，本人凭它自己定密码。").format(name=who.name)

    def act() -> Slip:
        give = services.invite_again if who.came else services.invite
        return give(who.account, by=ask.by, at=ask.at)

    def answer(slip: Slip) -> HttpResponse:
        held = [one for one in directory.terms_of([who.account]) if one.state(ask.today) != "past"]
        said = _("、").join(seats.said(seats.seat_of(one), ask.today) for one in held[:3])
        return slips.page(ask.request, [(said, slip)], back=ask.back)

    more = (_("代码只在下一页出现一次，请先备好打印机。"),)
    change = ask.change(said, act, _("打印登录单"), "", more=more)
    return replace(change, answer=answer)


def _prefilled(request: HttpRequest) -> Tried:
    """What the address says of a seat, put into the form that is meant."""
    if not picked(request.GET).said:
        return Tried()
    today = clock.today()
    if request.GET.get("term"):
        return Tried("stand", {"stand_term": request.GET["term"]})
    seat = seat_in(plain(request.GET))
    unit = seats.day(today).ground.by_identity.get(seat.unit)
    named = seats.typed_as(unit) if unit else ""
    if request.GET.get("stand"):
        return Tried("stand", {"stand_seat": seat.value, "stand_unit": named})
    return Tried("appoint", {"seat": seat.value, "unit": named})


def _page(request: HttpRequest, who: StaffLine, form: Tried) -> HttpResponse:
    today = clock.today()
    terms = directory.terms_of([who.account])
    here = seats.day(today)
    said = terms_said(terms, today)
    held = [one for one in said if one.state != "past"]
    told: dict[str, Any] = {
        "who": who,
        "held": sorted(held, key=lambda one: one.state == "coming"),
        "past": [one for one in said if one.state == "past"][::-1],
        "form": form,
        "typed": form.typed,
        "wrong": form.wrong,
        "choices": seats.choices(here.model),
        "units": seats.units_like("", here.ground, OFFERED),
        "away": _away_said(form),
        "asked": papers.asked(form.typed, _asked_kinds(form, here)),
        "locked_until": who.locked_until if who.locked_until and who.locked_until > clock.now() else None,
        "slip_until": directory.invited_until(who.account) if who.active else None,
        "myself": gate.setter(request).by.account == who.account,
    }
    return frame.show(request, "staff", page="staff_person", status=form.status, **told)


def _asked_kinds(form: Tried, here: seats.Day) -> tuple[str, ...]:
    """The certificates of the post that the form names; none where it names none, or one that asks for none."""
    away = acts.term_named(form.typed.get("stand_term", ""))
    value = form.typed.get("stand_seat" if form.form == "stand" else "seat", "")
    return asked_of(away.post if away else value.removeprefix(seats.POST), here.model)


def _away_said(form: Tried) -> str:
    """Whose term it is that the form of standing in is about, in words; empty where it names none."""
    term: TermLine | None = acts.term_named(form.typed.get("stand_term", ""))
    if term is None:
        return ""
    name = people.names_of([term.account])[term.account]
    seat = seats.said(seats.seat_of(term), clock.today())
    return _("{name}不在时的{seat}").format(name=name, seat=seat)
