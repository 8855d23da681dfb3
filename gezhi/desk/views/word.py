"""The reporter's word, recorded by a clerk: his rating, and that something is not settled after all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import foretelling, overtaken, sheet
from gezhi.desk.forms import RatingForm, WordForm
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Typed
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import queries, reporters_part, sentences
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import reporting_back
from gezhi.matters.services.reporting_back import Word
from gezhi.rules import reporters
from gezhi.ui.going import go


@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a rating, and the recording of it."""
    page = found(request, number)
    form = RatingForm(request.POST or None)
    told: dict[str, Any] = {"name": _("记下报告人的评价"), "do": _("记下"), "say": _what_follows(page)}
    told["foretold"] = foretelling.of_rating(page, me(request), form.said("words"))
    if request.method != "POST":
        return _form(request, page, form, told) if page.part.rating else redirect("desk:matter", number)

    def taken(word: Word) -> str:
        chosen = form.cleaned_data["rating"]
        reporting_back.record_rating(number, chosen, word, by=me(request))
        return _("已记下：{rating}。").format(rating=sentences.rating(chosen))

    return _take(request, page, form, (told, taken))


@require_http_methods(["GET", "HEAD", "POST"])
def reopening(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a reopening, and the reopening itself."""
    page = found(request, number)
    form = WordForm(request.POST or None)
    to = page.scene.flow.steps[reporters.opens_again_at(page.scene.flow)]
    said = _("打开之后回到「{step}」，期限重新起算；原来的了结留在经过里。").format(step=sentences.label(to))
    told: dict[str, Any] = {"name": _("重新打开"), "do": _("重新打开"), "say": said, "must": True}
    told["foretold"] = foretelling.of_reopening(page, me(request), form.said("words"))
    if request.method != "POST":
        return _form(request, page, form, told) if page.part.reopening else redirect("desk:matter", number)

    def taken(word: Word) -> str:
        reporting_back.reopen(number, word, by=me(request))
        return _("已重新打开。")

    return _take(request, page, form, (told, taken))


Recording = tuple[dict[str, Any], Callable[[Word], str]]


def _take(request: HttpRequest, page: MatterPage, form: WordForm, what: Recording) -> HttpResponse:
    """Record what was typed and show the matter again; a refusal keeps every word."""
    told, taken = what
    if not form.is_valid():
        return _form(request, page, form, told, status=422)
    said = form.cleaned_data
    try:
        done = taken(Word(said["how"], said["words"], said["moved"]))
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, form, (told, refusal))
    messages.success(request, sheet.in_one(done, _stands(request, page.matter.number)), extra_tags="good")
    return go(request, reverse("desk:matter", args=[page.matter.number]))


def _stands(request: HttpRequest, number: str) -> str:
    """Who has it now."""
    page = queries.page(me(request), number)
    if page is None:
        return _("这件已交到别处，不再显示。")
    return (
        _("这件已了结。") if page.matter.ended_at else _("现在等 {who}。").format(who=sheet.waits_for(page))
    )


def _refused(
    request: HttpRequest, page: MatterPage, form: WordForm, what: tuple[dict[str, Any], Refused]
) -> HttpResponse:
    told, refusal = what
    if refusal.code in overtaken.STALE:
        fresh = found(request, page.matter.number)
        typed = [Typed(str(form["words"].label), form.cleaned_data["words"])]
        kept = ([one for one in typed if one.text], False)
        return overtaken.page_of(request, fresh, door_of(request, fresh), refusal, kept)
    field = "words" if refusal.code == "needs_note" else refusal.field
    if field:
        form.refuse(field, refusal.reason)
        return _form(request, page, form, told, status=422)
    return _form(request, page, form, {**told, "refused": refusal.reason}, status=422)


def _what_follows(page: MatterPage) -> str:
    """What each rating does, and how often nobody was reached so far."""
    flow, matter = page.scene.flow, page.matter
    ways = reporters.rated_at(flow, matter.step)
    if ways is None:
        return ""
    said = [
        _("满意、基本满意：到「{step}」。").format(
            step=sentences.label(flow.steps[ways.ends.leads(matter.step)])
        )
    ]
    if ways.back is not None and page.scene.taken[ways.back.id] >= (
        ways.back.at_most or page.scene.taken[ways.back.id] + 1
    ):
        said.append(
            _("不满意：已经返工过 {n} 次，照实记下，不再退回；到时由时钟接着走。").format(n=ways.back.at_most)
        )
    elif ways.back is not None:
        step = sentences.label(flow.steps[ways.back.leads(matter.step)])
        said.append(_("不满意：回到「{step}」。").format(step=step))
    tries = reporters_part.unreached(matter.id)
    said.append(_("没有联系上：记一次，接着等（已经 {n} 次）。").format(n=tries))
    said.append(_("记在账上的是代记的评价，和报告人自己评的分开数。"))
    return "\n".join(said)


def _form(
    request: HttpRequest, page: MatterPage, form: WordForm, told: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    made = sheet.sheet_of(page, clock.now())
    told = {"refused": "", "must": False, "last": sheet.last_done(page, clock.now()), **told}
    return show(
        request, "desk/word.html", door_of(request, page), status=status, matter=made, word=told, form=form
    )
