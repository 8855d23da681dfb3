"""Somebody new: an account without a password, and the first post."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.people import directory, services
from gezhi.people import queries as people
from gezhi.people.certificates import asked_of
from gezhi.people.queries import account_named
from gezhi.people.services.accounts import well_formed
from gezhi.setup import frame, gate, papers, seats
from gezhi.setup.settling import Change, Tried, plain, settle, tried
from gezhi.setup.views.staff import picked, seat_in
from gezhi.setup.views.staff_acts import appointment
from gezhi.setup.views.staff_person import DAYS, OFFERED, SEATED
from gezhi.setup.views.staff_words import days_said

FIELDS = {**SEATED, **DAYS, "sign_in": "sign_in", "name": "name"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; POST asks, then makes account and term, both or neither."""
    if not people.anybody_can_sign_in():
        return redirect("setup:home")
    if request.method != "POST":
        return _page(request, _prefilled(request))
    try:
        change = _newcomer(request)
        if "sure" not in request.POST:
            return settle(request, "staff", change, back=reverse("setup:staff_new"))
        done = settle(request, "staff", change, back="")
    except Refused as no:
        return _page(request, tried(request, "new", no, FIELDS))
    made = account_named(well_formed(request.POST["sign_in"], request.POST["name"])[0])
    return redirect("setup:staff_person", made) if made else done


def _newcomer(request: HttpRequest) -> Change:
    form, by, at = plain(request.POST), gate.setter(request).by, clock.now()
    sign_in, name = well_formed(form.get("sign_in", ""), form.get("name", ""))
    wanted, seat = appointment(form, UUID(int=0))
    model = seats.day(wanted.from_on).model

    @transaction.atomic
    def act() -> None:
        account = services.make_account(sign_in, name, by=by, at=at)
        services.appoint(appointment(form, account)[0], model, by=by, at=at)

    said = _("新建账号 {sign_in}；{days}，{name}是{seat}。").format(
        sign_in=sign_in, name=name, days=days_said(wanted.from_on, wanted.to_on),
        seat=seats.said(seat, wanted.from_on),
    )  # fmt: skip
    same = directory.staff_found(seats.sought(name, seats.day(clock.today())), clock.today(), most=5)[0]
    alike = [one.sign_in for one in same if one.name == name and one.active]
    more = [*papers.told(wanted.certificates), _("账号没有密码：建好以后打印登录单，当面给本人。")]
    if alike:
        told = _("已经有同名的人：{some}。如果是同一个人，请回去在他的页面上任命。")
        more.insert(0, told.format(some=_("、").join(alike)))
    there = partial(directory.terms_at, seat.post, seat.department, seat.unit)
    return Change(
        said=said, act=act, mark=lambda: directory.mark_of(there()), verb=_("确认新建"),
        done=_("已经新建。下一步：打印登录单。"), then=reverse("setup:staff"), more=tuple(more),
    )  # fmt: skip


def _prefilled(request: HttpRequest) -> Tried:
    if not picked(request.GET).said or "seat" not in request.GET:
        return Tried()
    seat = seat_in(plain(request.GET))
    unit = seats.day(clock.today()).ground.by_identity.get(seat.unit)
    return Tried("new", {"seat": seat.value, "unit": seats.typed_as(unit) if unit else ""})


def _page(request: HttpRequest, form: Tried) -> HttpResponse:
    here = seats.day(clock.today())
    told = {
        "form": form, "typed": form.typed, "wrong": form.wrong, "choices": seats.choices(here.model),
        "units": seats.units_like("", here.ground, OFFERED),
        "asked": papers.asked(
            form.typed, asked_of(form.typed.get("seat", "").removeprefix(seats.POST), here.model)
        ),
    }  # fmt: skip
    return frame.show(request, "staff", page="staff_new", status=form.status, **told)
