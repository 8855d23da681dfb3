"""What only an instance with invented data has: another's seat, a clock that moves, the drawer."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gezhi.desk.frame import leap_to, me, show
from gezhi.desk.rows import desk_words
from gezhi.desk.views.lists import surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import finding
from gezhi.notify import queries as notify
from gezhi.notify.queries import Told
from gezhi.people import sign_in
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words

PAGE = 50


class Known(NamedTuple):
    """What the lines of one page share."""

    model: Model
    ground: Tree
    numbers: dict[UUID, str]
    open: set[UUID]


@require_POST
def seat(request: HttpRequest) -> HttpResponse:
    """Sit in somebody else's place."""
    try:
        account = UUID(request.POST.get("seat", ""))
    except ValueError as error:
        raise Refused(_("没有这个人。请从名单里选。"), code="not_found") from error
    sign_in.step_into(request.session, account)
    return redirect("desk:inbox")


@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the clock of this instance forward; everybody here moves with it."""
    now = clock.now()
    to = leap_to(request.POST.get("leap", ""), now)
    if to is None:
        raise Refused(_("没有这种拨法。"), code="leap_unknown")
    clock.move_to(to)
    messages.success(request, _("钟拨到了 {when}。").format(when=words.exact(to)), extra_tags="good")
    back = request.POST.get("back", "")
    inside = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if back and inside else "desk:inbox")


@require_safe
def drawer(request: HttpRequest) -> HttpResponse:
    """What each person was told, newest first."""
    person, now = me(request), clock.now()
    told = notify.drawer(most=PAGE + 1, before=_before(request))
    shown, ids = told[:PAGE], [one.matter for one in told[:PAGE]]
    known = Known(*surroundings(now), finding.numbers(ids), finding.open_among(person, ids))
    today = timezone.localdate(now)
    days = [
        (day, [_line(one, known) for one in some])
        for day, some in groupby(shown, key=lambda one: words.day(timezone.localdate(one.made_at), today))
    ]
    more = f"?before={told[PAGE - 1].id}" if len(told) > PAGE else ""
    return show(request, "desk/drawer.html", "drawer", messages_told=days, more=more)


def _before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None


def _receiver(one: Told, model: Model, ground: Tree) -> str:
    if one.to_reporter:
        return _("报告人")
    if one.to.startswith("browser:"):
        return _("要提醒的手机")
    return _("所有人") if one.to == "public" else desk_words(one.to, model, ground)


def _line(one: Told, known: Known) -> dict[str, object]:
    doors = {
        "inbox": _("站内"),
        "sms": _("短信"),
        "phone": _("电话"),
        "by_hand": _("当面告知"),
        "wechat": _("微信"),
        "public": _("公示"),
        "web_push": _("手机提醒"),
    }
    states = {
        "waiting": _("等着告知"),
        "sent": _("已告知"),
        "dead": _("没有送到"),
        "merged": _("并入后一条"),
        "gone": _("手机不再要提醒"),
    }
    number = known.numbers.get(one.matter, "")
    return {
        "clock": f"{timezone.localtime(one.made_at):%H:%M}",
        "to_name": _receiver(one, known.model, known.ground),
        "door_name": doors.get(one.door, one.door),
        "state": one.state,
        "state_name": states.get(one.state, one.state),
        "text": one.text,
        "number": number,
        "href": reverse("desk:matter", args=[number]) if one.matter in known.open else "",
    }
