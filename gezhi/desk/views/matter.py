"""One matter: its page and its steps."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk import clocks, foretelling, from_outside, overtaken, phrasing, reporter, rows, sheet
from gezhi.desk.alike import twins
from gezhi.desk.forms import StepForm
from gezhi.desk.forms_gates import BESIDE, consent_of
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Typed
from gezhi.documents import papers
from gezhi.documents import queries as documents
from gezhi.documents.kinds import KINDS
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import ahead, desks, finding, pictures, queries, scenes, sentences, wall_words, why
from gezhi.matters.clocks import PromiseView
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import calling, handling
from gezhi.people.queries import Person
from gezhi.rules import deadlines
from gezhi.rules.model import Move
from gezhi.rules.steps import Reason
from gezhi.ui import words
from gezhi.ui.going import go

_ENDS = re.compile(r"[\s\u3002\uff0e.\uff01!]+\Z")  # a heading is the first sentence, with or without its end


def found(request: HttpRequest, number: str) -> MatterPage:
    """The matter's page for whoever asks. Unknown and hidden are told in the same words."""
    page = queries.page(me(request), number)
    if page is None:
        raise NotFound(_("没有这一件，或者不在可看的范围内。请核对编号。"))
    return page


@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    page, now = found(request, number), clock.now()
    return shown(request, page, reporter.card(page, me(request), now))


def shown(request: HttpRequest, page: MatterPage, told: reporter.Card) -> HttpResponse:
    """The matter's page: under 待我办 with its neighbours there if it waits for the reader, else under 全部事项."""
    door = door_of(request, page)
    beside = finding.beside(me(request), page.matter) if door == "inbox" else ("", "")
    made = sheet.sheet_of(page, clock.now(), beside=beside)
    may_take = pictures.may_work_on(me(request), page.matter)
    walls = [one for one in wall_words.of_matter(page.matter, page.model) if one.stands]
    said: dict[str, Any] = {
        "matter": made,
        "reporter": told,
        "may_take": may_take,
        "papers": papers.of_matter(page.matter.id),
        "may_issue": papers.issuing_seat(me(request), page) is not None,
        "may_class": scenes.reclassing_seat(page.scene, me(request)) is not None,
        "twins": twins(page, me(request)),
        "kept": _("、").join(one.name for one in walls),
        "restates": any(one.about for one in walls),
        "stepped_aside": why.stepped_aside(page.scene),
        "foretold": foretelling.of_proposal(page, me(request)),
    }
    return show(request, "desk/matter.html", door, **said)


def door_of(request: HttpRequest, page: MatterPage) -> str:
    """Through which door a matter is seen: 待我办 if it waits for the reader, else 全部事项."""
    return "inbox" if page.matter.desk in me(request).desks else "matters"


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """The form of one step, and the step itself."""
    page = found(request, number)
    chosen = next((m for m in page.next_moves if m.id == move), None)
    closing = sheet.closes_ahead(page, move)
    known = page.matter.reporting in ("named", "confidential")
    taken = page.scene.flow.moves.get(move)
    departments = [(d.id, sentences.label(d)) for d in calling.choices(page.scene, taken)]
    reasons = [(id, sentences.reason(taken, id)) for id in taken.reasons] if taken else []
    filling = phrasing.is_filling(request)
    form = StepForm(
        None if filling else request.POST or None,
        None if filling else request.FILES or None,
        departments=departments,
        closing=closing,
        known=known,
        reasons=reasons,
        asks=reasons_asked(page, taken) if taken else "",
        needs=chosen.needs if chosen else (),
        papers=papers_to_serve(page),
        outside=from_outside.choices(page),
        initial=phrasing.typed(request, page, _use(page, taken))
        if filling
        else {
            "into": request.GET.get("into", ""),
            "reason": request.GET.get("reason", ""),
            "note": from_outside.words(page, request),
        },
    )
    if request.method != "POST" or filling:
        if chosen is None:
            return redirect("desk:matter", number)
        return _form(request, page, move, form)
    return _take(request, page, move, form)


def papers_to_serve(page: MatterPage) -> list[tuple[str, str]]:
    """The issued papers of this matter that may stand for a document, to choose from."""
    able = (one for one in papers.of_matter(page.matter.id) if one.state in {"waiting", "ready"})
    return [(one.id.hex, f"{KINDS[one.kind].name} {one.number}") for one in able]


def _use(page: MatterPage, taken: Move | None) -> str:
    return documents.use_of(page, taken) if taken else "note"


def reasons_asked(page: MatterPage, taken: Move) -> str:
    """What the reasons of a step answer."""
    target = page.scene.flow.steps[taken.leads(page.matter.step)]
    return _("转到哪里") if target.closing == "transferred" else _("因为什么")


def _take(request: HttpRequest, page: MatterPage, move: str, form: StepForm) -> HttpResponse:
    """Take the step and show the matter again; a refusal keeps every word that was typed."""
    if not form.is_valid():
        _tell_lacking(form, page, move)
        return _form(request, page, move, form, status=422)
    said = form.cleaned_data
    late_reason = said["late_reason"] if said["at"] else ""
    given = handling.StepGiven(
        form.whole_note(),
        said["department"],
        tuple(said["photos"]),
        said["moved"],
        late_reason,
        said.get("reason", ""),
        said.get("receipt", ""),
        said.get("into", ""),
        tuple(UUID(hex=one) for one in said["taken"]),
        files=said.get("documents", ()),
        paper=said.get("paper", ""),
        agreed=consent_of(said),
    )
    number = page.matter.number
    try:
        done = handling.take_step(number, move, by=me(request), at=said["at"], given=given)
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, move, (form, refusal))
    taken = page.scene.flow.moves[move]
    told = _("已提请「{move}」，等第二个人确认。") if done.proposed else _done(request, number, "{move}")
    messages.success(request, told.format(move=sentences.label(taken)), extra_tags="good")
    if said.get("into") and not done.proposed and wall_words.stands(page.matter):
        messages.info(request, _("这一件有回避，并进去的那一件从现在起也跟着回避：要回避的看不到它。"))
    return go(request, reverse("desk:matter", args=[number]))


def _done(request: HttpRequest, number: str, move: str) -> str:
    """What came of the step: who has it now."""
    page = queries.page(me(request), number)
    if page is None:
        return _("已办：{move}。这件已交到别处，不再显示。").format(move=move)
    if page.matter.ended_at:
        return _("已办：{move}。这件已了结。").format(move=move)
    if page.mine:
        return _("已办：{move}。下一步也等我办。").format(move=move)
    return _("已办：{move}。现在等 {who}。").format(move=move, who=sheet.waits_for(page))


def _refused(
    request: HttpRequest, page: MatterPage, move: str, what: tuple[StepForm, Refused]
) -> HttpResponse:
    form, refusal = what
    fresh = queries.page(me(request), page.matter.number)
    if fresh is None:
        raise NotFound(_("这一件已交到别处，不再显示。"))
    if move not in fresh.scene.flow.moves:
        raise NotFound(_("没有这一步。"))
    if refusal.code in overtaken.STALE:
        return overtaken.page_of(request, fresh, door_of(request, fresh), refusal, _typed(form))
    if refusal.field:
        form.refuse("documents" if refusal.field == "files" else refusal.field, refusal.reason)
    elif refusal.code.startswith("needs_"):
        form.refuse(_BESIDE.get(refusal.code, "note"), refusal.reason)
        _tell_lacking(form, fresh, move)
    told = "" if form.errors else refusal.reason
    return _form(request, fresh, move, form, status=422, refused=told)


_BESIDE = BESIDE | {
    "needs_photo": "photos",
    "needs_reason": "reason",
    "needs_receipt": "receipt",
    "needs_place": "",
    "needs_second_person": "",
}
"""Beside which field of the form a missing gate is told; above the form where it has none."""


_GIVEN = {
    "note": ("note",),
    "receipt": ("receipt",),
    "photo": ("photos", "taken"),
    "file": ("documents", "paper"),
    "consent": ("agreed",),
}
"""By which fields a gate is met; what is lacking is told beside the first."""


def _tell_lacking(form: StepForm, page: MatterPage, move: str) -> None:
    """Beside its field everything that the step still wants: all of it at once. A reason why the matter is closed now may
    stand for a note."""
    chosen = next((m for m in page.next_moves if m.id == move), None)
    for gate in chosen.needs if chosen and form.is_bound else ():
        names = [one for one in _GIVEN.get(gate, ()) if one in form.fields]
        met = any(one in form.errors or form.cleaned_data.get(one) for one in names)
        if names and not met and not (gate == "note" and "result" in form.fields):
            form.refuse(names[0], sentences.why_not(Reason(f"needs_{gate}", {"move": move}), page.scene))


def _typed(form: StepForm) -> tuple[list[Typed], bool]:
    """The words that stood in the form, by field, and whether photos came with them."""
    said = [(form[name].label, form.cleaned_data[name]) for name in ("note", "late_reason")]
    return [Typed(str(name), text) for name, text in said if text], bool(form.cleaned_data["photos"])


def _form(
    request: HttpRequest,
    page: MatterPage,
    move: str,
    form: StepForm,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    chosen = next((m for m in page.next_moves if m.id == move), None)
    typed = foretelling.Typed(form.said("note"), form.said("reason"), form.said("into"))
    foretold = foretelling.messages(page, move, me(request), typed)
    told = {
        "name": sentences.label(page.scene.flow.moves[move]),
        "moved": page.matter.moved,
        "needs": chosen.needs if chosen else (),
        "original": page.scene.item.original,
        "refused": refused,
        "say": leads_to(page, move, me(request), quoted=any(one.quotes for one in foretold)),
        "foretold": foretold,
        "follows": "reason into",
        "last": sheet.last_done(page, clock.now()),
        "outside": from_outside.offered(page, request, form),
        "twins": twins(page, me(request)) if "into" in form.fields else [],
        "walled": wall_words.stands(page.matter),
    }
    made = sheet.sheet_of(page, clock.now())
    told["phrases"] = phrasing.offered(request, page, _use(page, page.scene.flow.moves[move]))
    told |= {"clocks": met_by(page, move, made), "headed": said_by_heading(made)}
    return show(
        request,
        "desk/step.html",
        door_of(request, page),
        status=status,
        matter=made,
        step=told,
        form=form,
    )


def met_by(page: MatterPage, move: str, made: sheet.Sheet) -> list[clocks.Clock]:
    """The open promises that this step meets; where it meets none, those that run while it is taken.
    A rule about silence stands beside a note alone."""
    flow = page.scene.flow
    effects = deadlines.on_move(flow, flow.moves[move], page.matter.step)
    met, begun = ({rule.id for rule in rules} for rules in (effects.meets, effects.starts))
    silent = deadlines.silent(flow) - begun
    running = [one for one in made.running if one.rule not in silent]
    return [one for one in running if one.rule in met] or running


def said_by_heading(made: sheet.Sheet) -> bool:
    """Whether the heading says all that was handed in: no more words, and no pictures."""
    return not made.photos and _bare(made.text) == _bare(made.headline)


def _bare(said: str) -> str:
    return _ENDS.sub("", said.lstrip())


def leads_to(page: MatterPage, move: str, person: Person, *, quoted: bool) -> str:
    """What the step does: where the matter goes and who gets it, whether the reporter is waited for, or is told what is
    written (`quoted`)."""
    taken, flow = page.scene.flow.moves[move], page.scene.flow
    follows = deadlines.silence(flow, taken.to) if page.matter.seen_by_staff else None
    if follows:
        said = _("办过之后到「{step}」。").format(step=sentences.label(flow.steps[taken.to]))
        then = _("没有报告人要等，随即「{then}」。").format(then=sentences.label(follows))
        return sheet.in_one(said, then)
    said = _handed_on(page, taken, person)
    if page.awaited is not None:
        return sheet.in_one(said, _ahead(page.awaited, ends=sheet.closes_ahead(page, move)))
    return sheet.in_one(said, _("写的说明会告诉报告人。") if quoted else "")


def _handed_on(page: MatterPage, taken: Move, person: Person) -> str:
    """Where the matter goes and who gets it then."""
    then = ahead.after(page.scene, taken, person.account)
    step = page.scene.flow.steps[then.step]
    name = sentences.label(step)
    if then.drawn:
        return _("办过之后抽签：抽中的由别人去看，没抽中的就此了结。事先谁也不知道抽不抽得中。")
    if step.id == page.matter.step and not taken.raises:
        return _("只记一笔，这件还在「{step}」。").format(step=name)
    if step.ends:
        return _("办过之后到「{step}」，这件了结。").format(step=name)
    if taken.calls == "chosen":
        return _("办过之后到「{step}」，交给所选的部门。").format(step=name)
    if deadlines.silence(page.scene.flow, then.step):
        return _("办过之后到「{step}」，等{who}。").format(step=name, who=rows.outside(step))
    who = desks.waiting_words(then.desk, page.scene)
    said = _("办过之后到「{step}」，交给 {who}。") if who else _("办过之后到「{step}」。")
    return said.format(step=name, who=who)


def _ahead(awaited: PromiseView, *, ends: bool) -> str:
    """What is to be written by whoever records the reporter's word, or goes ahead of it."""
    if not ends:
        return _("请写报告人说了什么；不写他是谁、和谁通的话。记下的标明是代记。")
    until = words.due(awaited.due_at, clock.now())
    return _("报告人自己还可以评价到 {until}。回访过的，请用“记下报告人的评价”，不在这里销号。").format(
        until=until
    )
