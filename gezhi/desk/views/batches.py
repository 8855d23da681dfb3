"""Batches of admission: what was admitted is gathered, seen as a change of the model, and written into a draft of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk import admission_sheet as sheets
from gezhi.desk.admission_forms import BatchForm
from gezhi.desk.admission_meanwhile import meanwhile
from gezhi.desk.frame import show
from gezhi.desk.overtaken import Overtaken
from gezhi.desk.views.admission import DOOR, here
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.matters import admission, admission_access, editions
from gezhi.matters.services import admitting_batches
from gezhi.people.queries import Person
from gezhi.rules.model import Admission, Model
from gezhi.rules.sheet import BATCHES

ACTS = ("save", "write", "dissolve")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Gather what was admitted into a batch."""
    person, model, _ground = here(request)
    of = _reviewed(request, person, model)
    rows = admission.to_gather(of.id)
    form = _form(request, rows, name=_next_name(model, of), since=admission.free_day(clock.today()))
    told: dict[str, Any] = {
        "form": form,
        "lines": _lines(form, rows, model),
        "fresh": request.POST.get("key") or new_id(),
    }
    if request.method != "POST":
        return show(request, "desk/batch_new.html", DOOR, **told)
    if not form.is_valid():
        form.focus()
        return show(request, "desk/batch_new.html", DOOR, status=422, **told)
    name, since, chosen = _said(form)
    try:
        id = _as_uuid(str(told["fresh"]))
        by = _by(person, model, of)
        made = admitting_batches.make_batch(of.id, name, since, chosen, id=id, by=by, at=clock.now())
    except Refused as refusal:
        form.tell(((refusal.field or "name", refusal.reason),))
        form.focus()
        return show(request, "desk/batch_new.html", DOOR, status=422, **told)
    messages.success(request, _("批次建好了。下面是它会怎样改治理模型。"), extra_tags="good")
    return redirect("desk:batch", made.id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """One batch: what is in it, what it changes in the model, and how far its draft has come."""
    person, model, _ground = here(request)
    row = admission.batch_for(person, model, batch)
    if row is None:
        raise NotFound(_("没有这一批，或者不在可看的范围内。"))
    if request.method != "POST":
        return _page(request, row, model)
    of = model.admissions[row.admission]
    rows = [*admission.in_batch(row), *admission.to_gather(of.id)]
    form = _form(request, rows)
    act = next((name for name in ACTS if name in request.POST), "")
    try:
        if request.POST.get("revision", "") != str(row.revision):
            raise admitting_batches.moved(row.id)
        if act == "save" and not form.is_valid():
            return _page(request, row, model, form=form, status=422)
        return _act(act, request, form, row, _by(person, model, of))
    except Refused as refusal:
        fresh = admission.batch_for(person, model, batch) or row
        return _refused(request, fresh, form if act == "save" else None, refusal)


CONFLICTS = frozenset(("moved_meanwhile", "draft_there", "edition_waits"))


def _refused(request: HttpRequest, fresh: Any, form: BatchForm | None, refusal: Refused) -> HttpResponse:
    """Refused: the batch as it is now, with what was typed where it is still open; where somebody was first, who."""
    person, model, _ground = here(request)
    told: dict[str, Any] = {"status": 409 if refusal.code in CONFLICTS else 422}
    if form is not None and refusal.field in form.fields:
        form.tell(((refusal.field, refusal.reason),))
    elif refusal.code == "moved_meanwhile":
        acts = admission.story(fresh.id, "", model)
        since = admission.since(acts, fresh.revision, request.POST.get("revision", ""))
        title = _("这一批在您看的时候变了")
        told["overtaken"] = meanwhile(since, person.account, reason=refusal.reason, title=title)
    else:
        told["refused"] = refusal.reason
    return _page(request, fresh, model, form=form if fresh.state == "open" else None, **told)


def _act(act: str, request: HttpRequest, form: BatchForm, row: Any, by: Actor) -> HttpResponse:
    at = clock.now()
    if act == "save":
        name, since, chosen = _said(form)
        admitting_batches.change_batch(row, name, since, chosen, by=by, at=at)
        messages.success(request, _("改好了。"), extra_tags="good")
    elif act == "write":
        admitting_batches.write_draft(row, by=by, at=at)
        told = _("写进治理模型的草稿了。现在的一版没有动。")
        messages.success(request, told, extra_tags="good")
    elif act == "dissolve":
        admitting_batches.dissolve_batch(row, by=by, at=at)
        messages.success(request, _("批次撤销了，里面的申请照旧等着排批次。"), extra_tags="good")
        return redirect("desk:admission")
    else:
        raise Refused(_("没有看懂要做什么。请从页面上的按钮里选。"), code="act_unknown")
    return redirect("desk:batch", row.id)


def _page(
    request: HttpRequest,
    row: Any,
    model: Model,
    *,
    form: BatchForm | None = None,
    refused: str = "",
    overtaken: Overtaken | None = None,
    status: int = 200,
) -> HttpResponse:
    inside = admission.in_batch(row)
    open_ = row.state == "open"
    rows = [*inside, *admission.to_gather(row.admission)] if open_ else inside
    line = editions.waiting(clock.today())
    form = form or _form(None, rows, name=row.name, since=row.since, chosen=[str(one.id) for one in inside])
    form.focus()
    return show(
        request,
        "desk/batch.html",
        DOOR,
        status=status,
        batch=row,
        chip=sheets.CHIPS[row.state],
        state=admission.batch_words(row.state),
        rows=sheets.rows(inside, model),
        preview=sheets.preview(row, inside) if open_ else None,
        day=admission.day_of(row).isoformat(),
        next=sheets.who_publishes(row),
        story=admission.story(row.id, "", model),
        form=form,
        lines=_lines(form, rows, model),
        changing=form.is_bound,
        refused=refused,
        overtaken=overtaken,
        passed=open_ and row.since < clock.today(),
        early=line.since.isoformat() if line and open_ and row.since < line.since else "",
    )


def _form(request: HttpRequest | None, rows: list[Any], **initial: Any) -> BatchForm:
    choices = [(str(one.id), admission.title_of(one)) for one in rows]
    if request is not None and request.method == "POST":
        return BatchForm(request.POST, choices=choices)
    initial.setdefault("chosen", [value for value, _w in choices])
    return BatchForm(initial=initial, choices=choices)


def _lines(form: BatchForm, rows: list[Any], model: Model) -> list[tuple[sheets.Row, bool]]:
    """Each application that can be in the batch, and whether it is ticked."""
    ticked = set(form["chosen"].value() or [])
    return [(line, str(line.id) in ticked) for line in sheets.rows(rows, model)]


def _said(form: BatchForm) -> tuple[str, date, list[UUID]]:
    said = form.cleaned_data
    return said["name"], said["since"], [UUID(word) for word in said["chosen"]]


def _reviewed(request: HttpRequest, person: Person, model: Model) -> Admission:
    able = {one.id: one for one in admission_access.reviews_of(person, model)}
    if not able:
        raise Refused(_("批次由审核准入的人来排。"), code="not_yours")
    return able.get(request.GET.get("of", ""), next(iter(able.values())))


def _by(person: Person, model: Model, of: Admission) -> Actor:
    return person.acting(admission_access.reviewing_seats(person, model, of)[0])


def _next_name(model: Model, of: Admission) -> str:
    """第三批, where there were two; empty where batches are called otherwise."""
    taken = admission.names_taken(model, of)
    return next((name for name in BATCHES if name not in taken), "") if BATCHES[0] in taken else ""


def _as_uuid(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        return new_id()
