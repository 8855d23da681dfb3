"""One search box: what is typed comes by POST, so that a telephone number stands in no address and no log."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import rows
from gezhi.desk.frame import me, show
from gezhi.desk.views.lists import surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import access, sieves
from gezhi.matters.finding import WORDS
from gezhi.matters.services.looking_up import look_up
from gezhi.people.queries import Person
from gezhi.ui import words
from gezhi.vault import traces
from gezhi.vault.limits import TooOften
from gezhi.vault.purposes import PURPOSES


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The box alone, with what can be typed; by POST on to the list. What looks like a number of somebody stays here."""
    typed = request.POST.get("q", "").strip()[: WORDS * 2]
    if request.method != "POST" or not (typed or "state" in request.POST):
        return show(request, "desk/find.html", "find", page={"kinds": _kinds()})
    if traces.is_contact(typed) or traces.trace_in(typed):
        return _private(request, typed)
    asked = {key: request.POST[key] for key in sieves.KEYS if request.POST.get(key)}
    if "from" not in asked and "to" not in asked:
        asked.pop("axis", None)
    return redirect(f"{reverse('desk:matters')}?{urlencode(asked)}")


def in_address(request: HttpRequest) -> HttpResponse:
    """A number of somebody stands in the address itself: it is not looked for, and the page says where it belongs."""
    told = _("网址里有电话或证件号码，没有查找。号码请写在查找框里，不要写进网址。")
    return _kept(
        show(request, "desk/find.html", "find", status=422, page={"kinds": _kinds(), "refused": told})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """The matters reported from one number, for a purpose. The address alone leads to the box."""
    person, now = me(request), clock.now()
    contact, purpose = request.POST.get("contact", ""), request.POST.get("purpose", "")
    if request.method != "POST" or not contact:
        return redirect("desk:find")
    try:
        lines = look_up(contact, purpose, by=person, at=now)
    except TooOften as refused:
        return _asked(request, person, contact, purpose, str(refused), status=429)
    except Refused as refused:
        return _asked(request, person, contact, purpose, str(refused), status=422)
    model, ground = surroundings(now)
    made = rows.rows_of(lines, model, ground, person.desks)
    page = {
        "now": now,
        "sentence": _("由这个号码登记、我看得到的 {many}。").format(many=words.matters(len(made))),
        "groups": [rows.Group("", "", False, made)] if made else [],
        "last_column": _("在谁手上"),
        "empty_said": _("没有我看得到的事项"),
        "empty_next": _("号码写错了，当时没留这个号码，或事项不在我的地盘：这里说的是同一句话。"),
    }
    return _kept(show(request, "desk/found.html", "find", page=page))


def _private(request: HttpRequest, typed: str) -> HttpResponse:
    """A number of somebody was typed: nothing is looked for yet, and the page says why."""
    person = me(request)
    if traces.is_contact(typed):
        return _asked(request, person, typed, "", "")
    told = (
        _("身份证号不能用来查找，也没有记下。")
        if traces.trace_in(typed) == "identity"
        else _("这里面有电话号码，没有查找。按电话查，请只写号码；按别的词查，请去掉号码。")
    )
    return _kept(
        show(request, "desk/find.html", "find", status=422, page={"kinds": _kinds(), "refused": told})
    )


def _asked(  # what was typed, chosen and answered
    request: HttpRequest, person: Person, contact: str, purpose: str, refused: str, *, status: int = 200
) -> HttpResponse:
    """The form that asks for the purpose; for whoever may not look a number up, why not."""
    model, _ground = surroundings(clock.now())
    page = {
        "may": bool(access.seats_for_keys(person, model)),
        "contact": contact,
        "purposes": [{"id": id, "name": name, "here": id == purpose} for id, name in PURPOSES.items()],
        "refused": refused,
    }
    return _kept(show(request, "desk/lookup.html", "find", status=status, page=page))


def _kept(response: HttpResponse) -> HttpResponse:
    """A page with a number on it stays in no store."""
    response["Cache-Control"] = "no-store"
    return response


def _kinds() -> list[tuple[str, str]]:
    """What can be typed, with an example."""
    return [
        (_("事项编号"), _("1120-0417，或全号；只有一件时直接打开")),
        (_("事由和正文里的词"), _("路灯 不亮；几个词都要有，词的一部分也行")),
        (_("地址、单元、事项、部门"), _("桥东路 12 号，桥东社区，井盖")),
        (_("拼音首字母"), _("ld 找路灯：事由、单元、事项和部门的名称")),
        (_("完整的电话号码"), _("先选用途再查，查一次记一次账；号码不进网址、日志和账本")),
    ]
