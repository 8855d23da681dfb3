"""Step 1, second half: the chosen model under the district's own names, proved before it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import Refused
from gezhi.matters import sentences
from gezhi.rules.model import Model, PromiseRule
from gezhi.rules.naming import NATION, PARTED, Names, laws_lost
from gezhi.rules.texts import checked
from gezhi.setup import draft, frame, namings
from gezhi.setup.views.model import told_finding

MOST_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class LevelField:
    """A level in the form: what the published model calls it, and what stands in its two fields."""

    id: str
    was: str
    name: str
    english: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest) -> HttpResponse:
    """The names of the chosen model; POST makes it the district's own and leads on to the workbook."""
    if frame.opened() or not draft.chosen():
        return redirect("setup:model")
    model, shown = namings.shown_names()
    if request.method != "POST":
        return _page(request, model, shown)
    typed = {name: str(word) for name, word in request.POST.items()}
    try:
        said = namings.typed(typed, shown)
    except Refused as refusal:
        kept = _as_typed(typed, shown)
        return _page(request, model, kept, refused=refusal.reason, field=refusal.field, status=422)
    texts, readme, of = namings.made(said)
    proof = checked(texts)
    if not proof.holds:
        findings = [told_finding(one) for one in proof.findings[:MOST_FINDINGS]]
        return _page(request, model, said, findings=findings, status=422)
    losing = _losing(model, shown, said)
    if losing and typed.get("without") != PARTED.join(said.jurisdictions):
        return _page(request, model, said, losing=losing, status=422)
    draft.keep_named(texts, readme, of)
    draft.drop_workbook()
    _tell(request, model, said)
    return redirect("setup:workbook")


def _losing(model: Model, shown: Names, said: Names) -> list[PromiseRule]:
    """The promises whose law these names would drop and those that stood there did not: asked before it is written."""
    gone = laws_lost(model, shown.jurisdictions)
    return [rule for rule in laws_lost(model, said.jurisdictions) if rule not in gone]


def _laws(rules: list[PromiseRule]) -> list[dict[str, str]]:
    return [{"promise": sentences.label(one), "law": one.law, "where": one.jurisdiction} for one in rules]


def _tell(request: HttpRequest, model: Model, said: Names) -> None:
    levels = " → ".join(name for name, _english in said.levels.values())
    told = _("记下了：{name}，{levels}。").format(name=said.name, levels=levels)
    lost = laws_lost(model, said.jurisdictions)
    if lost:
        names = _("、").join(sentences.label(rule) for rule in lost)
        told += _("{names}不再有法定上限，照本区自己的时限算。").format(names=names)
    messages.success(request, told, extra_tags="good")


def _as_typed(typed: dict[str, str], shown: Names) -> Names:
    """What was typed, to be mended: nothing is taken away from whoever typed it."""
    levels = {
        id: (typed.get(f"level.{id}", name), typed.get(f"level.{id}.english", english))
        for id, (name, english) in shown.levels.items()
    }
    words = tuple(typed.get("jurisdictions", "").split(PARTED))
    return Names(typed.get("name", shown.name), typed.get("english", shown.english), levels, words)


def _page(
    request: HttpRequest,
    model: Model,
    shown: Names,
    *,
    status: int = 200,
    losing: list[PromiseRule] | None = None,
    **told: Any,
) -> HttpResponse:
    levels = [
        LevelField(level.id, sentences.label(level), *shown.levels[level.id])
        for level in model.levels.values()
    ]
    said: dict[str, Any] = {
        "name": shown.name,
        "english": shown.english,
        "words": PARTED.join(shown.jurisdictions),
    }
    said |= {"longest": namings.LONGEST, "levels": levels, "model": model, **told}
    said |= {"laws": _laws(laws_lost(model, (NATION,))), "losing": _laws(losing or [])}
    return frame.show(request, "model", page="model_names", status=status, **said)
