"""Step 1: a published model, or one's own folder, with what the checker says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import Refused
from gezhi.matters import sentences
from gezhi.rules.findings import Finding, ModelError
from gezhi.rules.model import Model
from gezhi.rules.proof.check import Proof
from gezhi.setup import draft, frame
from gezhi.setup.views import editing
from gezhi.ui import words


@dataclass(frozen=True, slots=True)
class Card:
    """A model as it is chosen: what it is called, its levels from the top, how long a way a matter goes."""

    id: str
    name: str
    source: str
    levels: str
    posts: int
    items: int
    steps: int
    chosen: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def models(request: HttpRequest) -> HttpResponse:
    """The cards; a choice leads on to the workbook."""
    if request.method != "POST":
        return editing.overview(request) if frame.opened() else _page(request)
    if frame.opened():
        told = _("已经开张，治理模型不能换，只能改。")
        return editing.overview(request, refused=told, status=422)
    try:
        if request.POST.get("model"):
            draft.choose(request.POST["model"])
            draft.drop_workbook()
            return redirect("setup:names")
        files = {str(file.name): file.read() for file in request.FILES.getlist("own")}
        draft.keep_own(files)
    except Refused as refusal:
        return _page(request, refused=refusal.reason, status=422)
    return _page(request, proof=draft.proof_of(draft.OWN))


@never_cache
@require_safe
def checked(request: HttpRequest) -> JsonResponse:
    """What the checker says of a published model, for the line on its card."""
    name = request.GET.get("model", "")
    if name not in draft.offered():
        return JsonResponse({"said": ""}, status=404)
    return JsonResponse({"said": said_of(draft.proof_of(name))})


def said_of(proof: Proof) -> str:
    if not proof.holds:
        return _("有 {n} 处要改。").format(n=len(proof.findings))
    return _("检查过：走遍 {states} 种情形，没有卡住的。").format(states=words.count(proof.totals.states))


def _page(
    request: HttpRequest, *, status: int = 200, proof: Proof | None = None, refused: str = ""
) -> HttpResponse:
    chosen = draft.chosen()
    cards = [_card(name, draft.model_of(name), chosen) for name in draft.offered()]
    told: dict[str, Any] = {"cards": cards, "refused": refused, "own": _own(chosen), "made_of": _made_of()}
    if proof is not None:
        told |= {
            "proof": proof,
            "proof_words": said_of(proof),
            "findings": [told_finding(f) for f in proof.findings[:50]],
        }
    return frame.show(request, "model", status=status, **told)


def _own(chosen: str) -> Card | None:
    if not draft.has_own():
        return None
    try:
        return _card(draft.OWN, draft.model_of(draft.OWN), chosen)
    except ModelError:
        return None


def _made_of() -> str:
    """What the published model is called of which one's own was made; empty where it came as files."""
    of = draft.made_of()
    return called(draft.model_of(of)) if of else ""


def called(model: Model) -> str:
    """What the model is called in the language of the page."""
    english = (get_language() or "").startswith("en")
    return model.about.english if english and model.about.english else model.name


def _card(name: str, model: Model, chosen: str) -> Card:
    levels = _("；").join(
        " → ".join(sentences.label(model.levels[level]) for level in way) for way in model.chains
    )
    longest = max((len(flow.steps) for flow in model.flows.values()), default=0)
    return Card(
        name,
        called(model),
        model.about.source,
        levels,
        len(model.posts),
        len(model.items),
        longest,
        name == chosen,
    )


def told_finding(one: Finding) -> dict[str, str]:
    """A finding in the language of the page, with its file and line."""
    english = (get_language() or "").startswith("en")
    where = f"{one.file}:{one.line}" if one.line else one.file
    sentence = one.english if english and one.english else one.sentence
    mend = one.mend_english if english and one.mend_english else one.mend
    return {"where": where, "place": one.place, "sentence": sentence, "mend": mend}
