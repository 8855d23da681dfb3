"""情况说明: whoever handles a matter restates it for the party it complains of; that party answers on a page of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk import overtaken, sheet
from gezhi.desk.attached import attached
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Overtaken, Typed
from gezhi.desk.pictures import pictures
from gezhi.desk.stating_forms import AskForm, StateForm
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import statements
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import stating
from gezhi.matters.services.stating import SideGiven, StatementWanted
from gezhi.ui.going import go


@require_http_methods(["GET", "HEAD", "POST"])
def restate(request: HttpRequest, number: str) -> HttpResponse:
    """The statements of a matter, and asking for another one; a refusal keeps what was typed."""
    page = found(request, number)
    taking_back = request.POST.get("do") == "withdraw"
    form = _made(request, page, bound=not taking_back)
    if request.method != "POST":
        return _shown(request, page, form)
    try:
        if taking_back:
            told = _withdrawn(request, page)
        elif form.is_valid():
            told = _asked(request, page, form.cleaned_data)
        else:
            return _shown(request, page, form, status=422)
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, form, refusal)
    messages.success(request, told, extra_tags="good")
    return go(request, reverse("desk:restate", args=[number]))


def _made(request: HttpRequest, page: MatterPage, *, bound: bool) -> AskForm:
    parties = [(word, one.name) for word, one in statements.parties(page.scene)]
    return AskForm((request.POST or None) if bound else None, parties=parties, initial={"id": new_id()})


def _asked(request: HttpRequest, page: MatterPage, said: dict[str, Any]) -> str:
    wanted = StatementWanted(said["id"], said["party"], said["words"], said["days"], said["checked"])
    stating.ask(page.scene, wanted, by=me(request), at=clock.now(), seen=said["moved"])
    return _("已请对方说明。对方只看到转述、期限和说明自己的编号。")


def _withdrawn(request: HttpRequest, page: MatterPage) -> str:
    try:
        statement = UUID(request.POST.get("statement", ""))
    except ValueError:
        raise stating.gone() from None
    stating.withdraw(page.scene, statement, by=me(request), at=clock.now())
    return _("已撤回，对方从现在起看不到转述。")


def _refused(request: HttpRequest, page: MatterPage, form: AskForm, refusal: Refused) -> HttpResponse:
    fresh = found(request, page.matter.number)
    if form.is_bound and refusal.code in overtaken.STALE:
        typed = [Typed(str(form["words"].label), form.said("words"))]
        return overtaken.page_of(request, fresh, door_of(request, fresh), refusal, (typed, False))
    form.asks_checked = refusal.code == "tell_tales"
    if form.is_bound and refusal.field in form.fields:
        form.refuse(refusal.field, refusal.reason)
        return _shown(request, fresh, form, status=422)
    return _shown(request, fresh, form, status=422, refused=refusal.reason)


def _shown(
    request: HttpRequest, page: MatterPage, form: AskForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    now, came = clock.now(), _came_with(page)
    told: dict[str, Any] = {
        "matter": sheet.sheet_of(page, now),
        "form": form,
        "refused": refused,
        "may": statements.seat_for(page.scene, me(request)) is not None,
        "given": [(one, came.get(one.id)) for one in statements.of_matter(page.scene, now)],
    }
    return show(request, "desk/restate.html", door_of(request, page), status=status, **told)


def _came_with(page: MatterPage) -> dict[UUID, dict[str, Any]]:
    """Pictures and documents that came with a statement, by its id."""
    number = page.matter.number
    return {
        UUID(str(one.facts["statement"])): {
            "photos": pictures(one.photos, page),
            "files": attached(one.files, number),
        }
        for one in page.story
        if "statement" in one.facts and (one.photos or one.files)
    }


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What I am asked to state: numbers of their own, and nothing of any matter."""
    return show(request, "desk/statements.html", "inbox", asked=statements.asked_of(me(request), clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest, statement: UUID) -> HttpResponse:
    """One of them, and the answer to it."""
    one = statements.one_asked(me(request), statement, clock.now())
    form = StateForm(request.POST or None, request.FILES or None)
    if one is None:
        return _too_late(request, statement, form)
    if request.method != "POST":
        return show(request, "desk/statement.html", "inbox", one=one, form=form)
    if form.is_valid():
        try:
            stating.state(statement, _side(form.cleaned_data), by=me(request), at=clock.now())
        except NotFound:
            return _too_late(request, statement, form)
        except Refused as refusal:
            form.refuse("documents" if refusal.field == "files" else refusal.field, refusal.reason)
        else:
            told = _("说明 {number} 已交。").format(number=one.number)
            messages.success(request, told, extra_tags="good")
            return go(request, reverse("desk:statements"))
    return show(request, "desk/statement.html", "inbox", status=422, one=one, form=form)


def _side(said: dict[str, Any]) -> SideGiven:
    return SideGiven(said["words"], said["photos"], said["documents"])


def _too_late(request: HttpRequest, statement: UUID, form: StateForm) -> HttpResponse:
    """409 for whoever wrote while it was answered, taken back or ended: what they typed is kept. Anybody else reads that
    there is none, as for an unknown one."""
    became = statements.over(me(request), statement) if form.is_bound else ""
    if not became:
        raise stating.gone()
    title, say = {
        "given": (
            _("这份说明在您写的时候已经交了"),
            _("一份说明只交一次，先交的那份算数；再来问的时候可以补充。"),
        ),
        "withdrawn": (_("这份说明在您写的时候撤回了"), _("对方不再问，不用写了。")),
        "ended": (_("这份说明在您写的时候不用写了"), _("所问的事已经了结。")),
    }[became]
    typed = [Typed(str(form["words"].label), form.said("words"))] if form.said("words") else []
    told = Overtaken(title, say, typed, False)
    return show(request, "desk/statement_over.html", "inbox", status=409, overtaken=told)
