"""登记: a report typed in for somebody, and the page that says where it went."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk import carried, own_sight
from gezhi.desk.alike import twins
from gezhi.desk.forms import ReportForm, UnitChoice
from gezhi.desk.forms_recusal import AboutReportForm
from gezhi.desk.frame import me, show
from gezhi.desk.offered import filled, offered
from gezhi.desk.offered import handled_by as _handled_by
from gezhi.desk.rows import desk_words
from gezhi.desk.views.lists import surroundings
from gezhi.desk.views.matter import found
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import access, admission_gate, sentences, suggesting, wall_words, why
from gezhi.matters.queries import MatterPage
from gezhi.matters.services.handing_in import hand_in
from gezhi.matters.services.reports import Report
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words
from gezhi.ui.going import go

Pairs = list[tuple[str, str]]
CALL = "phone"  # what a desk writes down most
JUST = "registered"  # in the session, newest last: number → desk asked, how the place is known, digests of pictures
MOST_JUST = 20


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; what was wrong is said beside its field, and nothing typed is lost."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    choices: dict[str, Any] = {"channels": channels_of(model), "units": units_of(person, model, ground)}
    choices["parties"] = wall_words.parties(person, model, ground, people.roster(clock.today()))
    if request.method != "POST":
        back = filled(carried.sent(request))
        usual = back or _usual(person, model, ground)
        return _form(request, AboutReportForm(initial=usual, **choices), person, model, sent=back)
    if {"suggest", "take"} & request.POST.keys():
        sent = filled(request.POST.dict())
        return _form(request, AboutReportForm(initial=sent, **choices), person, model, sent=sent)
    form = AboutReportForm(request.POST, request.FILES, **choices)
    _ask_who_saw(form, model)
    if form.is_valid():
        try:
            return _taken(request, form.cleaned_data, person)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.reason)
    return _form(request, form, person, model, status=422, sent=request.POST.dict())


def _usual(person: Person, model: Model, ground: Tree) -> dict[str, str]:
    """What is chosen beforehand: whoever walks a grid reports what they saw, a desk writes down a call."""
    units = [ground.by_path.get(seat.path) for seat in person.terms if seat.post != "department"]
    if any(unit and unit.leaf for unit in units):
        seen = next((c.id for c in model.channels.values() if c.reporter == "staff"), CALL)
        return {"reporting": "staff", "channel": seen}
    return {"reporting": "confidential", "channel": CALL}


def _ask_who_saw(form: ReportForm, model: Model) -> None:
    """Say so where the way in and what is said of the reporter cannot both be so."""
    channel = own_sight.doubted(model, form.said("reporting"), form.said("channel") or CALL)
    if channel:
        told = _("上面选了“自己看到的”，这里却是“{channel}”。请把其中一项改对。")
        form.refuse("channel", told.format(channel=channel))


def _taken(request: HttpRequest, said: dict[str, Any], person: Person) -> HttpResponse:
    """Open the matter with its photos and show where it went."""
    if not person.terms:
        raise Refused(_("今天没有岗位，不能登记。请联系管理员任命。"), code="not_yours")
    by = person.acting(person.terms[0])
    report = replace(
        _report(said, clock.now()), suggested=suggesting.shown_before(request.POST.get("suggested", ""))
    )
    opened = hand_in(report, said["photos"], by=by, at=said["at"])
    before = request.session.get(JUST, {})
    just = {k: v for k, v in before.items() if k != opened.number}
    pictures = [hashlib.sha256(body).hexdigest() for body in said["photos"]]
    kept = before.get(opened.number, [])[2:] if opened.again else pictures
    request.session[JUST] = dict(
        [*just.items(), (opened.number, [opened.desk, opened.located, *kept])][-MOST_JUST:]
    )
    again = "?again=1" if opened.again else ""
    carried.forget(request)
    left = "&left=1" if set(pictures) - set(kept) else ""
    return go(request, reverse("desk:taken", args=[opened.number]) + again + left)


def _report(said: dict[str, Any], now: datetime) -> Report:
    nameless = said["reporting"] in ("anonymous", "staff")
    return Report(
        text=said["text"],
        item=said["item"],
        channel=said["channel"] or "phone",
        reporting=said["reporting"],
        lon=said["lon"],
        lat=said["lat"],
        address=said["address"],
        unit=said["unit"],
        name="" if nameless else said["name"],
        contact="" if nameless else said["contact"],
        client_key=_same_sheet(said, now),
        late_reason=said["late_reason"] if said["at"] else "",
        about=(said["about"],) if said["about"] else (),
    )


def _same_sheet(said: dict[str, Any], now: datetime) -> str:
    """One word for one sheet on one local day: handed in again, it is the same matter.

    Keyed, because a plain digest would let whoever reads the table try out telephone numbers.
    """
    fields = ("text", "item", "lon", "lat", "address", "unit", "reporting", "name", "contact")
    words = [str(said[field] if said[field] is not None else "") for field in fields]
    sheet = "\0".join([*words, f"{timezone.localdate(now)}"])
    return salted_hmac("gezhi.desk.sheet", sheet, algorithm="sha256").hexdigest()


def _form(
    request: HttpRequest,
    form: ReportForm,
    person: Person,
    model: Model,
    *,
    status: int = 200,
    sent: dict[str, Any] | None = None,
) -> HttpResponse:
    ways = (
        ("anonymous", _("匿名"), _("不留姓名和电话，也没有谁查得到。")),
        ("confidential", _("保密"), _("姓名电话封存，办的人看不到；要看须说用途、两人同意。")),
        ("named", _("实名"), _("报告人不怕人知道是他说的。姓名电话照样封存，要看须说用途、两人同意。")),
        ("staff", _("自己看到的"), _("巡查时发现，没有报告人。")),
    )
    told: dict[str, Any] = {
        "form": form,
        "items": _items(model),
        "ways": ways,
        "borders_href": borders_of(person),
        "offered": offered(sent or {}, person, model, form.fields["unit"].choices),  # type: ignore[attr-defined]
        "chosen": "",
        "carried_filled": True,
    }
    return show(request, "desk/new.html", "new", status=status, **told)


def _items(model: Model) -> list[tuple[str, list[dict[str, str | bool]]]]:
    """The catalogue by category, in its own order."""
    found: dict[str, list[dict[str, str | bool]]] = {}
    for item in model.items.values():
        if item.flow and not admission_gate.only_for_a_grid(model, item):
            line: dict[str, str | bool] = {"code": item.code, "name": sentences.label(item)}
            line |= {"say": _handled_by(item, model), "original": item.original}
            found.setdefault(sentences.category(item, model), []).append(line)
    return list(found.items())


def channels_of(model: Model) -> Pairs:
    """The ways in that a person types in by hand."""
    ways = own_sight.by_hand(model)
    return [(c.id, sentences.label(c)) for c in ways or model.channels.values()] or [("phone", _("电话"))]


def units_of(person: Person, model: Model, ground: Tree) -> list[UnitChoice]:
    """The units a person may state: all they cover, the whole ground for a desk that takes in for everybody."""
    paths = [reach.path for reach in access.reaches(person, model) if reach.path]
    units = {u.path: u for path in paths for u in ground.within(path)}
    return [UnitChoice(u.path, u.name, " / ".join(ground.names(u.path)[1:-1])) for u in units.values()]


def borders_of(person: Person) -> str:
    path = min((seat.path for seat in person.terms), key=len, default="")
    return f"{reverse('desk:borders')}?path={path}" if path else ""


@require_safe
def taken(request: HttpRequest, number: str) -> HttpResponse:
    """Number, promise, grid and to whom it went, with why: for what this session registered itself."""
    person, now = me(request), clock.now()
    just = request.session.get(JUST, {}).get(number)
    again = {"again": "again" in request.GET, "left": {"again", "left"} <= request.GET.keys()}
    try:
        page = found(request, number)
    except Refused:
        if just is None:
            raise
        return _elsewhere(request, number, just, again)
    if just is None:
        return redirect("desk:matter", number)
    told: dict[str, Any] = {
        "taken": _ticket(page, now) | again,
        "person": person,
        "twins": twins(page, person),
    }
    return show(request, "desk/taken.html", "new", **told)


def _elsewhere(request: HttpRequest, number: str, just: list[str], again: dict[str, bool]) -> HttpResponse:
    """The number of what lies where the reader does not see, and at which desk it waits."""
    desk, located = just[:2]
    waits = desk_words(desk, *surroundings(clock.now()))
    said = _("这件落在别处，已经交给 {desk}，这里看不到了。编号请告诉来人。")
    if located == "none":
        said = _("这件还没有核清地点，在 {desk} 等核对地点，核清再往下交；这里看不到它。编号请告诉来人。")
    return show(request, "desk/gone.html", "new", number=number, said=said.format(desk=waits), **again)


def _ticket(page: MatterPage, now: datetime) -> dict[str, Any]:
    promise = min((p for p in page.promises if p.open), key=lambda p: p.due_at, default=None)
    routes, place = why.why_routes(page.scene), " / ".join(page.place_names)
    last = routes[0].lines[-1].source if routes else ""
    return {
        "number": page.matter.number,
        "headline": page.matter.headline,
        "item_name": page.item_name,
        "reported": not page.matter.seen_by_staff,
        "grade_name": page.grade_name,
        "lies": _("落在 {place}").format(place=place)
        if page.matter.located != "none"
        else _("地点还没有核清"),
        "located_say": page.located,
        "went": _("交给 {desk}").format(desk=page.desk_words) if page.desk_words else _("还没有人接"),
        "went_why": last,
        "promise": promise,
        "due_words": _("{when} 前").format(when=words.due(promise.due_at, now)) if promise else "",
        "due_href": reverse("desk:why_due", args=[page.matter.number, promise.id]) if promise else "",
        "now": now,
    }
