"""What one matter has to do with others and with a second person: confirming, undoing a merger, 改类, 拆分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from gezhi.desk import overtaken, sheet
from gezhi.desk.forms_together import ConfirmForm, ItemForm, PartsForm, UndoForm
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Typed
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import access, scenes, sentences
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import merging, parting, proposing, reclassing
from gezhi.matters.services.parting import PartGiven
from gezhi.ui.going import go


@require_POST
def confirm(request: HttpRequest, number: str, proposal: UUID) -> HttpResponse:
    """A second person says yes or no; whoever proposed takes it back. The matter's page is the answer."""
    page, form = found(request, number), ConfirmForm(request.POST)
    form.is_valid()
    said, person = form.cleaned_data, me(request)
    try:
        if said.get("answer") == "yes":
            proposing.confirm(number, proposal, by=person, seen=said.get("moved"))
            told = _("已确认，这一步办好了。")
        else:
            proposing.decline(number, proposal, said.get("note", ""), by=person, seen=said.get("moved"))
            told = _("已经记下，这一件留在原处。")
    except NotFound:
        raise
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return go(request, reverse("desk:matter", args=[page.matter.number]))
    messages.success(request, told, extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]))


@require_http_methods(["GET", "HEAD", "POST"])
def unmerge(request: HttpRequest, number: str) -> HttpResponse:
    """Make a merged matter one of its own again."""
    page = found(request, number)
    form = UndoForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _shown(request, page, "unmerge", form) if page.ties.undo else redirect("desk:matter", number)
    said = form.cleaned_data
    try:
        merging.unmerge(number, said["note"], by=me(request), seen=said["moved"])
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, "unmerge", form, refusal)
    messages.success(request, _("并案已撤回，这一件接着办，停着的时间不算。"), extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]))


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, number: str) -> HttpResponse:
    """改类: say what a matter is after all."""
    page = found(request, number)
    form = ItemForm(request.POST or None, items=_items(page))
    if request.method != "POST" or not form.is_valid():
        return _if_may(request, page, "item", form)
    said = form.cleaned_data
    try:
        reclassing.reclass(number, said["item"], said["note"], by=me(request), seen=said["moved"])
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, "item", form, refusal)
    if access.matter_for(me(request), number) is None:
        told = _("已改类：{number} 交给别人办，您看不到它了。").format(number=number)
        messages.success(request, told, extra_tags="good")
        return go(request, reverse("desk:inbox"))
    messages.success(request, _("已改类，期限从登记时起算，按新的一类重新交办。"), extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]))


@require_http_methods(["GET", "HEAD", "POST"])
def parts(request: HttpRequest, number: str) -> HttpResponse:
    """拆分: take parts out of a matter for departments of their own."""
    page = found(request, number)
    form = PartsForm(request.POST or None, items=_items(page), initial={"key": new_id().hex})
    if request.method != "POST" or not form.is_valid():
        return _if_may(request, page, "parts", form)
    said = form.cleaned_data
    given = [PartGiven(*one) for one in form.given()]
    try:
        made = parting.part(number, given, by=me(request), key=said["key"], seen=said["moved"])
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, "parts", form, refusal)
    told = ngettext("已拆出 {n} 件，各有各的期限。", "已拆出 {n} 件，各有各的期限。", len(made)).format(
        n=len(made)
    )
    messages.success(request, told, extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]))


def _items(page: MatterPage) -> list[tuple[str, str]]:
    """The items of the matter's own flow, by class, as its model names them."""
    there = [one for one in page.model.items.values() if one.flow == page.matter.flow]
    return [(one.code, f"{sentences.category(one, page.model)} / {sentences.label(one)}") for one in there]


def _if_may(request: HttpRequest, page: MatterPage, what: str, form: Any) -> HttpResponse:
    if scenes.reclassing_seat(page.scene, me(request)) is None:
        return redirect("desk:matter", page.matter.number)
    return _shown(request, page, what, form, status=422 if form.is_bound else 200)


@dataclass(frozen=True)
class Act:
    """What a page of this kind says: what is done, what comes of it, and what is asked for, all of it required."""

    name: str
    say: str
    fields: Sequence[Any] = ()


def _act(what: str, form: Any) -> Act:
    if what == "parts":
        say = _(
            "一件里有几件事、要几个部门各办各的，就拆开：每件有自己的承办和期限，都办完了这一件才能办结，"
            "由这一件答复报告人。写的话各部门都看得到，不写谁反映的。"
        )
        return Act(_("拆分"), say)
    if what == "item":
        say = _("改类之后按新的一类重新交办；期限仍从原来起算的时候算，不因为分错类让报告人多等。")
        return Act(_("改类"), say, (form["item"], form["note"]))
    say = _(
        "撤回之后这一件回到并案以前的那一步，接着办；并着的时间不算进期限。有报告人的，以后各自收到自己那一件的答复。"
    )
    return Act(_("撤回并案"), say, (form["note"],))


def _shown(
    request: HttpRequest, page: MatterPage, what: str, form: Any, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    told = {
        "matter": sheet.sheet_of(page, clock.now()),
        "form": form,
        "refused": refused,
        "act": _act(what, form),
    }
    template = "desk/parts.html" if what == "parts" else "desk/act.html"
    return show(request, template, door_of(request, page), status=status, **told)


def _refused(request: HttpRequest, page: MatterPage, what: str, form: Any, refusal: Refused) -> HttpResponse:
    """The refusal beside its field; where the matter went on meanwhile, how it stands now, and what was typed."""
    fresh = found(request, page.matter.number)
    if refusal.code in overtaken.STALE:
        note = form.cleaned_data.get("note", "")
        typed = [Typed(str(form["note"].label), note)] if note else []
        return overtaken.page_of(request, fresh, door_of(request, fresh), refusal, (typed, False))
    if refusal.field and (refusal.field in form.fields or refusal.field.startswith("parts-")):
        form.refuse(refusal.field, refusal.reason)
        return _shown(request, fresh, what, form, status=422)
    return _shown(request, fresh, what, form, status=422, refused=refusal.reason)
