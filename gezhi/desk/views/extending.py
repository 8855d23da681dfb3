"""延期: asking for a longer time, granting it or not, taking the wish back; one page for one promise."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import foretelling, phrasing, sheet
from gezhi.desk.beside_forms import ExtendForm
from gezhi.desk.frame import go, me, show
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import extending, sentences
from gezhi.matters.extending import Extending
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import extending as services


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, number: str, promise: UUID) -> HttpResponse:
    """What can be done about the length of one promise, and doing it; a refusal keeps what was typed."""
    page = found(request, number)
    able = page.extending.get(promise)
    if able is None or not (able.may_ask or able.may_grant or able.may_decide or able.may_withdraw):
        if request.method == "POST":
            told = able.why_not if able else ""
            messages.warning(request, told or _("这个期限现在不能延，或者已经有人批过。"))
        return redirect("desk:matter", number)
    filling = phrasing.is_filling(request)
    form = ExtendForm(
        None if filling else request.POST or None,
        most=able.most,
        unit=able.unit,
        fixed=able.wish is not None,
        initial=phrasing.typed(request, page, "extend")
        if filling
        else {name: request.GET[name] for name in ("amount",) if name in request.GET},
    )
    if request.method != "POST" or filling:
        return _form(request, page, able, form)
    if not form.is_valid():
        return _form(request, page, able, form, status=422)
    try:
        told = _do(request, page, able, form)
    except NotFound:
        raise
    except Refused as refusal:
        form.refuse(refusal.field, refusal.reason) if refusal.field else None
        fresh = found(request, number)
        now_able = fresh.extending.get(promise, able)
        return _form(
            request, fresh, now_able, form, status=422, refused="" if refusal.field else refusal.reason
        )
    messages.success(request, told, extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]))


def _do(request: HttpRequest, page: MatterPage, able: Extending, form: ExtendForm) -> str:
    """Do what was pressed; returns what to say of it."""
    person, number, said = me(request), page.matter.number, form.cleaned_data
    if said["what"] == "withdraw":
        services.withdraw(number, able.promise, by=person)
        return _("延期申请已撤回。")
    if said["what"] == "decline":
        services.decline(number, able.promise, said["note"], by=person)
        return _("没有批准延期，期限照旧。")
    if said["what"] == "grant":
        done = services.grant(number, able.promise, said["note"], by=person, amount=said.get("amount"))
        return _("已批准，期限延到 {due}。").format(due=sentences.due_words(done.due_at))
    services.ask(number, able.promise, said.get("amount") or 0, said["note"], by=person)
    return _("已申请延期，批下来之前期限照旧。")


def _foretold(page: MatterPage, able: Extending, rule: str, form: ExtendForm) -> list[foretelling.Message]:
    """What the reporter would be told once it is granted; nothing for whoever only asks."""
    if not (able.may_grant or able.may_decide):
        return []
    typed = form.said("amount").strip()
    amount = typed if typed.isdecimal() and 1 <= int(typed) <= able.most else ""
    more = able.wish.length if able.wish else f"{amount}{able.unit}" if amount else ""
    due = extending.would_fall_due(page.scene, able.promise, more, at=clock.now()) if more else None
    return foretelling.of_extension(page, rule, due, form.said("note"))


def _form(
    request: HttpRequest,
    page: MatterPage,
    able: Extending,
    form: ExtendForm,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    made = sheet.sheet_of(page, clock.now())
    promise = next(one for one in page.promises if one.id == able.promise)
    rule = page.scene.flow.promises[promise.rule].extend
    tells = rule is not None and rule.told and not page.matter.seen_by_staff
    told = {
        "able": able,
        "name": promise.name,
        "most": sentences.length(f"{able.most}{able.unit}"),
        "due": sentences.due_words(promise.due_at),
        "tells": tells and (able.may_grant or able.may_decide),
        "foretold": _foretold(page, able, promise.rule, form),
        "follows": "" if able.wish else "amount",
        "refused": refused,
        "phrases": phrasing.offered(request, page, "extend"),
        "clock": next((one for one in made.promises if one.rule == promise.rule), None),
    }
    door = door_of(request, page)
    return show(request, "desk/extend.html", door, status=status, matter=made, extend=told, form=form)
