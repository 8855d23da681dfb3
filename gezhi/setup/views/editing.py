"""The model of a running district on its page: read part by part, as the book, and where a draft begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import drafts, editions, sentences
from gezhi.matters.drafts import Draft, Past
from gezhi.paper import page as paper
from gezhi.paper.blocks import Document
from gezhi.people import queries as people
from gezhi.rules.book.whole import handbook
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.model import Model
from gezhi.setup import draft as draft_files
from gezhi.setup import frame, gate
from gezhi.setup.parts import parts


@dataclass(frozen=True, slots=True)
class Line:
    """An edition in the list: the how manyth, from when it held here, and who brought it in. `state`: now, waits or was."""

    number: int
    past: Past
    since: date
    state: str
    submitted: str
    published: str


def show(request: HttpRequest, page: str, *, status: int = 200, **told: Any) -> HttpResponse:
    """A page of the model, for whoever may change or publish it."""
    keeper = gate.keeper(request)
    said = {"setter": keeper, "drafts_here": may_draft(request), "now": clock.now(), **told}
    if gate.admits(request) is None:
        room = frame.Step("model", _("本区的治理模型"), reverse("setup:model"), "cur")
        said |= {
            "path": (),
            "number": 0,
            "steps": (room,),
        }  # whoever only publishes comes to no other room of the setup
    return frame.show(request, "model", page=page, status=status, **said)


def may_draft(request: HttpRequest) -> bool:
    """Whether this person may draft; whoever administers the security publishes only."""
    setter = gate.admits(request)
    return setter is not None and setter.person is not None


def english() -> bool:
    return (get_language() or "").startswith("en")


def need_opened() -> Model:
    """The model in force of a district that stands. Raises `Refused` before the opening."""
    if not frame.opened():
        raise Refused(_("还没有开张，现在的模型在“选治理模型”里换。"), code="not_opened")
    return editions.today()


def overview(request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    """The model in force, or the draft with `?of=draft`, part by part; what waits; the editions so far."""
    model = need_opened()
    draft = drafts.in_work(clock.today())
    of_draft = request.GET.get("of") == "draft" and draft is not None and draft.readable
    shown = draft.model() if of_draft and draft is not None else model
    changeable = of_draft and draft is not None and draft.state == "open" and may_draft(request)
    return show(
        request, "model_held", status=status, refused=refused, model=shown, name=sentences.label(shown.about),
        parts=parts(shown, english=english()), draft=draft, of_draft=of_draft, changeable=changeable,
        worker=name_of(draft), lines=_lines(), waits=editions.waiting(clock.today()), present=model,
    )  # fmt: skip


def name_of(draft: Draft | None) -> str:
    """Who worked on the draft last."""
    return people.names_of([draft.edited_by]).get(draft.edited_by, "") if draft else ""


@never_cache
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """The handbook of the model in force, of the draft with `?of=draft`, or, with `?model=`, of one that can be chosen:
    as a page that needs nothing else.
    """
    gate.keeper(request)
    name = request.GET.get("model", "")
    if name:
        return _bound(_of_choice(name))
    model, draft = need_opened(), drafts.in_work(clock.today())
    if request.GET.get("of") == "draft":
        if draft is None or not draft.readable:
            return redirect("setup:draft")
        model = draft.model()
    return _bound(handbook(model, english=english()))


def _of_choice(name: str) -> Document:
    """The book of a published model with its own sources and figures, or of the model of one's own."""
    if name not in draft_files.offered() and not (name == draft_files.OWN and draft_files.has_own()):
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    folder = draft_files.folder() / name if name == draft_files.OWN else DISTRICTS / name
    return handbook(draft_files.model_of(name), folder=folder, english=english())


def _bound(book: Document) -> HttpResponse:
    html = paper.html(book)
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = paper.policy() + "; frame-ancestors 'none'"
    return response


def _lines() -> list[Line]:
    """Editions so far, the last first."""
    rows, today = drafts.editions_so_far(), clock.today()
    names = people.names_of({who for one in rows for who in (one.submitted_by, one.published_by) if who})
    held = editions.holding(today, editions.lines())
    return [
        Line(
            len(rows) - at,
            one,
            max(one.since, drafts.local_day(one.adopted_at)),
            "now" if one.version == held else "waits" if one.since > today else "was",
            names.get(one.submitted_by, "") if one.submitted_by else "",
            names.get(one.published_by, "") if one.published_by else "",
        )
        for at, one in enumerate(rows)
    ]
