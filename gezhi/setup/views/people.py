"""Step 4: a password for whoever sets up, and a slip of paper with a one-time code for everybody else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import sentences
from gezhi.people import directory, queries, services, sign_in
from gezhi.people.queries import Seat
from gezhi.people.visitor import forget
from gezhi.rules.model import Model
from gezhi.setup import address, frame, gate, once, seats, slips

MOST = 60  # slips at once: what is printed and cut in one go
SHOWN = 200
NAMED = 3  # posts of one person that are named; of more the number is said


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the list: who, as what, and whether they were ever here."""

    account: UUID
    sign_in: str
    name: str
    seats: str
    came: bool
    administers: bool
    slip: date | None = None  # the last day of a slip that was printed and not used yet


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The list; POST gives a first password to whoever sets up, or prints slips."""
    model = frame.model()
    if model is None or not frame.opened():
        return redirect("setup:workbook")
    lines = _lines(model)
    if request.method != "POST":
        return _page(request, lines)
    try:
        if "password" in request.POST:
            return _begin(request, lines)
        return _slips(request, lines)
    except Refused as refusal:
        return _page(request, lines, refused=refusal, status=422)


def _begin(request: HttpRequest, lines: list[Line]) -> HttpResponse:
    """Whoever came by the code becomes one of those who administer: they get a password and are signed in."""
    setter = gate.setter(request)
    mine = next((one for one in lines if one.account.hex == request.POST.get("me") and one.administers), None)
    if setter.person is not None or (mine is not None and mine.came):
        raise NotFound(_("请在名单里选自己。"))
    if mine is None:
        raise Refused(_("请在名单里选自己。"), code="nobody_chosen", field="me")
    now = clock.now()
    services.set_password(mine.account, request.POST.get("password", ""), by=setter.by, at=now)
    sign_in.came_in(mine.account, at=now)
    sign_in.begin(request.session, mine.account, request.META.get("HTTP_USER_AGENT", ""))
    rotate_token(request)
    forget(request)
    gate.is_due()
    messages.success(
        request, _("密码定好了，从现在起用“{name}”的账号办。").format(name=mine.sign_in), extra_tags="good"
    )
    return redirect("setup:people")


def _slips(request: HttpRequest, lines: list[Line]) -> HttpResponse:
    """A printable page: one slip a person, with a code that is shown here and nowhere else."""
    wanted = set(request.POST.getlist("who"))
    chosen = [one for one in lines if one.account.hex in wanted and not one.came]
    if not chosen:
        raise Refused(_("请先勾选要发登录单的人。"), code="nobody_chosen", field="who")
    if len(chosen) > MOST:
        told = _("一次最多 {most} 张，现在勾了 {n} 人。请分几次打印。").format(most=MOST, n=len(chosen))
        raise Refused(told, code="slips_many", field="who")
    if "address" in request.POST:
        _address_kept(request)
    once.spend(request)
    by, at = gate.setter(request).by, clock.now()
    with transaction.atomic():
        made = [(one.seats, services.invite(one.account, by=by, at=at)) for one in chosen]
    return slips.page(request, made)


def _address_kept(request: HttpRequest) -> None:
    """Keep the typed address. Raises `Refused` for one that others will not reach, unless that was seen."""
    address.keep(request.POST["address"])
    fault = address.fault(address.printed(request), request)
    if fault and "anyway" not in request.POST:
        raise Refused(fault + _("还没有印，也没有发代码。"), code="address_unheard", field="address")


def _page(
    request: HttpRequest, lines: list[Line], *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    sought = request.GET.get("q", "").strip()[:40]
    found = [one for one in lines if sought in f"{one.name} {one.sign_in} {one.seats}"]
    return frame.show(
        request,
        "people",
        status=status,
        lines=found[:SHOWN],
        more=max(len(found) - SHOWN, 0),
        total=len(lines),
        came=sum(one.came for one in lines),
        waiting=sum(not one.came for one in lines),
        fresh=sum(not one.came and one.slip is None for one in lines),
        most=MOST,
        mine=[one for one in lines if one.administers and not one.came],
        wrong={refused.field or "above": refused.reason} if refused else {},
        chosen=request.POST.get("me", ""),
        sought=sought,
        once=once.mark(),
        ticked=request.POST.getlist("who"),
        unheard=refused is not None and refused.code == "address_unheard",
        **_where(request),
    )


def _where(request: HttpRequest) -> dict[str, Any]:
    """The address of the slips, what speaks against it, and where the server answers."""
    printed = request.POST.get("address") or address.printed(request)
    return {
        "printed": printed,
        "fault": address.fault(printed, request),
        "closed": address.closed(request),
        "listens": address.listens(),
        "others_open": address.others_open(),
    }


def _lines(model: Model) -> list[Line]:
    """Everybody with a post today or from a day to come, those who administer first, then by sign-in name."""
    staff = queries.roster(clock.today()).people
    able, given = queries.able_to_sign_in(), directory.invited()
    offices = {post.id for post in model.posts.values() if post.administers == "system"}
    coming = _coming()
    found = []
    for one in queries.accounts():
        person = staff.get(one.account)
        begins = coming.get(one.account, [])
        if one.active and (person is not None or begins):
            terms = person.terms if person else ()
            said = [_seat(seat, model) for seat in terms] + begins
            until = given.get(one.account)
            slip = timezone.localdate(until) if until and until > clock.now() else None
            administers = any(seat.post in offices for seat in terms)
            line = Line(
                one.account, one.sign_in, one.name, _some(said), one.account in able, administers, slip
            )
            found.append(line)
    return sorted(found, key=lambda one: (not one.administers, one.sign_in))


def _coming() -> dict[UUID, list[str]]:
    """What each account will be from a day to come, with the day."""
    here = seats.day(clock.today())
    found: dict[UUID, list[str]] = defaultdict(list)
    for term in directory.terms_turning(here.on):
        if term.state(here.on) == "coming":
            seat = seats.brief(term, here)
            begins = _("{day}起 {seat}").format(day=seats.day_said(term.from_on), seat=seat)
            found[term.account].append(begins)
    return found


def _some(said: list[str]) -> str:
    """The first posts, and how many there are where there are more."""
    more = _("等 {n} 个岗位").format(n=len(said)) if len(said) > NAMED else ""
    return _("、").join(said[:NAMED]) + more


def _seat(seat: Seat, model: Model) -> str:
    known = model.departments.get(seat.department) if seat.department else model.posts.get(seat.post)
    unit = frame.tree().by_path.get(seat.path)
    label = sentences.label(known) if known else seat.post
    return label if seat.department or unit is None else f"{label} · {unit.name}"
