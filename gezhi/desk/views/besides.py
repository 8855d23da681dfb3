"""旁的办法: acts beside the flow of one matter, each by its form or by one press."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import overtaken, sheet
from gezhi.desk.beside_forms import BesideForm
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Typed
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import sentences
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import besides as services
from gezhi.matters.services.besides import AsideGiven
from gezhi.ui.going import go

OVERTAKEN = {*overtaken.STALE, "done_lately", "phase"}


@require_http_methods(["GET", "HEAD", "POST"])
def beside(request: HttpRequest, number: str, aside: str) -> HttpResponse:
    """The form of one act beside the flow, and the act itself; a refusal keeps what was typed."""
    page = found(request, number)
    form = _made(request, page, aside)
    if request.method != "POST":
        if form is None or not any(one.id == aside for one in page.besides):
            return redirect("desk:matter", number)
        return _form(request, page, aside, form)
    if form is None:
        raise NotFound(_("没有这个旁的办法。请刷新后再选。"))
    if not form.is_valid():
        return _form(request, page, aside, form, status=422)
    return _done(request, page, aside, form)


def _made(request: HttpRequest, page: MatterPage, aside: str) -> BesideForm | None:
    chosen = page.model.asides.get(aside)
    if chosen is None:
        return None
    lead = page.matter.department
    departments = [(d.id, sentences.label(d)) for d in page.model.departments.values() if d.id != lead]
    posts = [(post, sentences.label(page.model.posts[post])) for post in chosen.refers]
    return BesideForm(
        request.POST or None,
        request.FILES or None,
        departments=departments if chosen.joint == "asks" else (),
        posts=posts if len(posts) > 1 else (),
    )


def _done(request: HttpRequest, page: MatterPage, aside: str, form: BesideForm) -> HttpResponse:
    said, number = form.cleaned_data, page.matter.number
    given = AsideGiven(
        said["note"],
        tuple(said.get("departments", ())),
        tuple(said.get("posts", ())),
        tuple(said["photos"]),
        said["seen"],
    )
    try:
        services.take_aside(number, aside, by=me(request), given=given)
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, aside, form, refusal)
    name = sentences.label(page.model.asides[aside])
    told = _("已办：{aside}。这一步没有动，仍等 {who}。").format(aside=name, who=sheet.waits_for(page))
    messages.success(request, told, extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]))


def _refused(
    request: HttpRequest, page: MatterPage, aside: str, form: BesideForm, refusal: Refused
) -> HttpResponse:
    fresh = found(request, page.matter.number)
    if refusal.code in OVERTAKEN:
        typed = [Typed(str(form["note"].label), form.cleaned_data["note"])]
        kept = ([one for one in typed if one.text], bool(form.cleaned_data["photos"]))
        return overtaken.page_of(request, fresh, door_of(request, fresh), refusal, kept)
    field = refusal.field or {"needs_note": "note", "needs_photo": "photos"}.get(refusal.code, "")
    if field:
        form.refuse(field, refusal.reason)
    told = "" if field else refusal.reason
    return _form(request, fresh, aside, form, status=422, refused=told)


def _form(
    request: HttpRequest,
    page: MatterPage,
    aside: str,
    form: BesideForm,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    chosen = page.model.asides[aside]
    told = {
        "name": sentences.label(chosen),
        "needs": chosen.needs,
        "seen": page.besides_done,
        "refused": refused,
        "say": _leads_to(page, aside),
    }
    made = sheet.sheet_of(page, clock.now())
    door = door_of(request, page)
    return show(request, "desk/beside.html", door, status=status, matter=made, beside=told, form=form)


def _leads_to(page: MatterPage, aside: str) -> str:
    """What the act does, and what it leaves as it is."""
    chosen, who = page.model.asides[aside], sheet.waits_for(page)
    if chosen.joint == "asks":
        told = _("请来的部门从现在起看得到这件，可以写协办情况；主办不变，仍由 {who} 办结。")
    elif chosen.joint == "helps":
        told = _("写本部门帮着做了什么，记进经过；办结仍由主办来做。")
    elif chosen.refers:
        told = _("转请的人从现在起看得到这件，到办结为止；这一步不动，仍等 {who}。")
    else:
        told = _("记进经过，{who} 的列表上会标出来；这一步不动。")
    return told.format(who=who)
