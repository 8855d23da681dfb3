"""延期: asking for a longer time, granting it or not, taking the wish back; one page for one promise."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import foretelling, overtaken, phrasing, sheet
from gezhi.desk.beside_forms import ExtendForm
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Typed
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import extending, sentences, spoken
from gezhi.matters.clocks import PromiseView
from gezhi.matters.extending import Extending
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import extending as services
from gezhi.ui.going import go


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, number: str, promise: UUID) -> HttpResponse:
    """What can be done about the length of one promise, and doing it; a refusal keeps what was typed, on the form or,
    where nothing can be done any more, beside it."""
    page = found(request, number)
    able = page.extending.get(promise)
    if able is None or not (_takes_words(able) or able.may_withdraw):
        if request.method == "POST":
            told = (able.why_not if able else "") or _("这个期限现在不能延，或者已经有人批过。")
            return _too_late(request, page, Refused(told, code="no_extension"))
        return redirect("desk:matter", number)
    filling = phrasing.is_filling(request)
    form = ExtendForm(
        None if filling else request.POST or None,
        until=_until(page, able),
        initial=phrasing.typed(request, page, "extend")
        if filling
        else {name: request.GET[name] for name in ("amount",) if name in request.GET},
    )
    if request.method != "POST" or filling:
        return _form(request, page, able, form)
    if able.wish and request.POST.get("wish", str(able.wish.id)) != str(able.wish.id):
        told = _("{desk}刚刚申请延 {more}，正等批；您这里要延的没有办。请照现在的样子再看一遍。")
        told = told.format(desk=able.wish.asked_from, more=able.wish.more)
        return _refused(request, number, promise, form, Refused(told, code="asked_already"))
    if not form.is_valid():
        return _form(request, page, able, form, status=422)
    try:
        told = _do(request, page, able, form)
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, number, promise, form, refusal)
    messages.success(request, told, extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]))


def _takes_words(able: Extending) -> bool:
    """Whether the form has a field for words now."""
    return able.may_ask or able.may_grant or able.may_decide


def _until(page: MatterPage, able: Extending) -> list[tuple[int, str]]:
    """The lengths that may be asked for or granted, each with the moment to which it leads; none where a request says
    how much, or nothing can be asked for now."""
    if not (able.may_ask or able.may_grant):
        return []
    return [(n, _length_until(page, able, f"{n}{able.unit}")) for n in range(1, able.most + 1)]


def _length_until(page: MatterPage, able: Extending, more: str) -> str:
    due = extending.foreseen(page.scene, _promise(page, able).due, more, at=clock.now())
    return _("{more}，到 {due}").format(more=spoken.written(more), due=sentences.due_words(due))


def _promise(page: MatterPage, able: Extending) -> PromiseView:
    return next(one for one in page.promises if one.id == able.promise)


def _refused(
    request: HttpRequest, number: str, promise: UUID, form: ExtendForm, refusal: Refused
) -> HttpResponse:
    """The form again, as the matter stands now, with what was typed; or the words alone where it has no field for them."""
    page = found(request, number)
    able = page.extending.get(promise)
    if able is None or not _takes_words(able):
        return _too_late(request, page, refusal)
    until = _until(page, able)
    other = bool(until) != ("amount" in form.fields)  # a request came or went meanwhile
    if other:
        form = ExtendForm(until=until, initial={"note": request.POST.get("note", "")})
    elif refusal.field:
        form.refuse(refusal.field, refusal.reason)
    beside = refusal.field and not other
    return _form(request, page, able, form, status=422, refused="" if beside else refusal.reason)


def _too_late(request: HttpRequest, page: MatterPage, refusal: Refused) -> HttpResponse:
    """How the matter stands now, why nothing was done, and what was typed."""
    note = request.POST.get("note", "").strip()
    typed = [Typed(_("理由"), note)] if note else []
    title = _("这个期限在您看的时候变了")
    return overtaken.page_of(request, page, door_of(request, page), refusal, (typed, False), title=title)


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
    vow = _promise(page, able)
    due = extending.foreseen(page.scene, vow.due, more, at=clock.now()) if more else None
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
    promise = _promise(page, able)
    rule = page.scene.flow.promises[promise.rule].extend
    tells = rule is not None and rule.told and not page.matter.seen_by_staff
    told = {
        "able": able,
        "wished": _length_until(page, able, able.wish.length) if able.wish else "",
        "name": promise.name,
        "most": spoken.written(f"{able.most}{able.unit}"),
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
