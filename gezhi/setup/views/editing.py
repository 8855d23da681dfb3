"""The model of a running district on its page: read part by part, as the book, and where a draft begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import drafts, editions, sentences
from gezhi.matters.drafts import Draft, Past
from gezhi.paper import page as paper
from gezhi.people import queries as people
from gezhi.rules.book.whole import handbook
from gezhi.rules.model import Model
from gezhi.setup import frame, gate
from gezhi.setup.parts import parts


@dataclass(frozen=True, slots=True)
class Line:
    """An edition in the list: since when, and who brought it in. `state`: now, waits or was."""

    past: Past
    state: str
    submitted: str
    published: str


def show(request: HttpRequest, page: str, *, status: int = 200, **told: Any) -> HttpResponse:
    """A page of the model, for whoever may change or publish it."""
    keeper = gate.keeper(request)
    said = {"setter": keeper, "drafts_here": may_draft(request), "now": clock.now(), **told}
    if gate.admits(request) is None:
        room = frame.Step("model", _("本区的治理模型"), reverse("setup:model"), "cur")
        said["steps"] = (room,)  # whoever only publishes comes to no other room of the setup
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
    """The handbook of the model in force, or of the draft with `?of=draft`, as a page that needs nothing else."""
    gate.keeper(request)
    model, draft = need_opened(), drafts.in_work(clock.today())
    if request.GET.get("of") == "draft":
        if draft is None or not draft.readable:
            return redirect("setup:draft")
        model = draft.model()
    html = paper.html(handbook(model, english=english()))
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
            one,
            "now" if one.version == held else "waits" if one.since > today else "was",
            names.get(one.submitted_by, "") if one.submitted_by else "",
            names.get(one.published_by, "") if one.published_by else "",
        )
        for one in rows
    ]
