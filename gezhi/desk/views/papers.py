"""文书 of one matter: what was issued, issuing one after having seen it, taking its files, voiding it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk import sheet
from gezhi.desk.frame import me, show
from gezhi.desk.views.matter import door_of, found
from gezhi.documents import fitting, looks
from gezhi.documents import papers as documents
from gezhi.documents.forms import kind_of
from gezhi.documents.kinds import KINDS, Asked, Kind
from gezhi.documents.services import issuing
from gezhi.documents.services.checking import PlacesRefused
from gezhi.documents.services.issuing import Draft
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.queries import MatterPage
from gezhi.ui.fields import HouseForm

FILES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class PaperForm(HouseForm):
    """The places that whoever issues a paper writes. `key` becomes the id of the paper: pressed twice, it is one."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in kind.asked:
            widget = _widget(one)
            self.fields[one.place] = forms.CharField(
                label=one.label, required=False, strip=True, help_text=str(one.hint), widget=widget
            )


def _widget(one: Asked) -> forms.Widget:
    if one.day:
        today = timezone.localdate(clock.now()).isoformat()
        return forms.DateInput(attrs={"type": "date", "min": today})
    return forms.Textarea(attrs={"rows": 4}) if one.long else forms.TextInput()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """What was issued, and what may be; POST voids one with a reason."""
    page = found(request, number)
    told, status = "", 200
    if request.method == "POST":
        try:
            paper = _uuid(request.POST.get("void", ""))
            issuing.void(number, paper, request.POST.get("reason", ""), by=me(request), at=clock.now())
        except NotFound:
            raise
        except Refused as refusal:
            told, status = refusal.reason, 422
        else:
            messages.success(request, _("作废了，文号留着，理由写在旁边。"), extra_tags="good")
            return redirect("desk:papers", number)
    may = documents.issuing_seat(me(request), page) is not None
    said = {
        "rows": [(one, KINDS[one.kind].name) for one in documents.of_matter(page.matter.id)],
        "kinds": fitting.kinds_for(page) if may else [],
        "not_yet": fitting.not_yet(page) if may else [],
        "may": may,
        "no_press": issuing.no_press() if may else "",
        "tells_nobody": may and fitting.tells_nobody(page),
        "refused": told,
        "typed": request.POST.get("reason", ""),
        "voiding": request.POST.get("void", ""),
    }
    return _show(request, page, "desk/papers.html", status, **said)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper_new(request: HttpRequest, number: str, paper_kind: str) -> HttpResponse:
    """The places of one paper; POST shows how it will look, or issues it."""
    page, chosen = found(request, number), kind_of(paper_kind)
    if chosen is None:
        raise NotFound(_("没有这种文书。"))
    begun = documents.begun(page, chosen, clock.now()) | {"key": new_id()}
    form = PaperForm(request.POST or None, kind=chosen, initial=begun)
    if request.method != "POST":
        return _form(request, page, chosen, form)
    if not form.is_valid():
        raise Refused(_("这一页不完整。请从事项页重新打开。"), code="key")
    said = {name: value for name, value in form.cleaned_data.items() if name != "key"}
    try:
        if "issue" in request.POST:
            issuing.issue(form.cleaned_data["key"], number, chosen, said, by=me(request), at=clock.now())
            messages.success(request, _("文书已出具，正在排版，几秒后能下载。"), extra_tags="good")
            return redirect("desk:papers", number)
        draft = issuing.draft(number, chosen, said, by=me(request), at=clock.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, chosen, form, refusal)
    return _form(request, page, chosen, form, draft=draft)


@never_cache
@require_safe
def paper_file(request: HttpRequest, number: str, paper: UUID, form: str) -> HttpResponse:
    """One sealed file of a paper, for whoever sees the matter; each taking is recorded."""
    found(request, number)
    name, body = issuing.take(number, paper, form, by=me(request), at=clock.now())
    response = HttpResponse(body, content_type=FILES[form])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _refused(
    request: HttpRequest, page: MatterPage, kind: Kind, form: PaperForm, refusal: Refused
) -> HttpResponse:
    """Every fault beside its place; above the form what is not about one."""
    if not isinstance(refusal, PlacesRefused):
        return _form(request, page, kind, form, refused=refusal.reason, status=422)
    for place, fault in refusal.faults.items():
        form.refuse(place, fault.reason)
    return _form(request, page, kind, form, status=422)


def _form(
    request: HttpRequest,
    page: MatterPage,
    kind: Kind,
    form: PaperForm,
    *,
    draft: Draft | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    fields = [form[one.place] for one in kind.asked]
    said: dict[str, Any] = {"kind": kind, "form": form, "fields": fields, "refused": refused}
    said["no_press"] = issuing.no_press()
    if draft is not None:
        said |= {"seen": looks.of_sheet(draft.sheet), "signs": draft.signs}
    return _show(request, page, "desk/paper_new.html", status, **said)


def _show(request: HttpRequest, page: MatterPage, template: str, status: int, **said: Any) -> HttpResponse:
    made = sheet.sheet_of(page, clock.now())
    return show(request, template, door_of(request, page), status=status, matter=made, **said)


def _uuid(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        raise NotFound(_("没有这份文书。")) from None
