"""准入: what waits, applying for an item or for taking one out, one application with its review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk import admission_sheet as sheets
from gezhi.desk.admission_forms import EnterForm, LeaveForm, ReviewForm
from gezhi.desk.admission_meanwhile import meanwhile
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Overtaken
from gezhi.desk.views.lists import Tab, surroundings
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import admission, admission_access
from gezhi.matters.services import admitting
from gezhi.matters.services.admitting import Wanted
from gezhi.matters.services.admitting_checks import Incomplete
from gezhi.people.queries import Person, Seat
from gezhi.places.tree import Tree
from gezhi.rules.model import Admission, Model
from gezhi.ui import words

DOOR = "admission"
Applying = EnterForm | LeaveForm


def here(request: HttpRequest) -> tuple[Person, Model, Tree]:
    """Who is here, under which model. No page for a model without admission; a sentence for who has no part in it."""
    model, ground = surroundings(clock.now())
    if not model.admissions:
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    person = me(request)
    if not admission.has_a_part(person, model):
        raise Refused(_("准入由承办部门申请、专门的岗位审核，我的岗位两样都不是。"), code="not_yours")
    return person, model, ground


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is at work at my desks, what I can review, what was decided, and the batches."""
    person, model, _ground = here(request)
    applies = admission_access.applies_for(person, model)
    reviews = admission_access.reviews_of(person, model)
    lists: dict[str, tuple[str, list[Any]]] = {}
    if reviews:
        lists["review"] = _("等我审核"), admission.to_review(person, model)
    if applies:
        lists["mine"] = _("我们的申请"), admission.mine(person, model)
    lists["decided"] = _("审过的"), admission.decided(person, model)
    if reviews:
        lists["batches"] = _("批次"), admission.batches(person, model)
    chosen = request.GET.get("tab", "")
    chosen = chosen if chosen in lists else next(iter(lists))
    address = reverse("desk:admission")
    tabs = [
        Tab(word, _many(len(found)), f"{address}?tab={key}", key == chosen)
        for key, (word, found) in lists.items()
    ]
    found = lists[chosen][1]
    told: dict[str, Any] = {"batches": sheets.batch_rows(found, model)} if chosen == "batches" else {}
    told |= {} if chosen == "batches" else {"rows": sheets.rows(found, model)}
    gather = [one for one in reviews if admission.to_gather(one.id)]
    return show(
        request,
        "desk/admission.html",
        DOOR,
        tabs=tabs,
        tab=chosen,
        applies=bool(applies),
        cut=admission.MOST if len(found) >= admission.MOST else 0,
        gather=gather,
        empty=_empty(chosen, applies=bool(applies)),
        **told,
    )


def _many(number: int) -> str:
    """How many a list holds; with a plus where it was cut."""
    return words.count(number) + ("+" if number >= admission.MOST else "")


def _empty(tab: str, *, applies: bool) -> tuple[str, str]:
    said = {
        "review": (_("没有等我审核的"), _("部门送审的会出现在这里，等得最久的在最上面。")),
        "mine": (_("还没有申请"), _("要交给网格一件新的事，先在这里申请。")),
        "decided": (_("还没有审过的"), _("准入、不准入、退回去和撤回的，都留在这里。")),
        "batches": (_("还没有批次"), _("准入的申请攒够了，建一个批次，一起写进治理模型。")),
    }
    return said[tab] if applies or tab != "mine" else (said[tab][0], "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """A new application: an item to enter, or with `?leaves=1` one to leave. Saved as it is, or saved and sent."""
    person, model, _ground = here(request)
    of, seat = _chosen(request, person, model)
    leaves = request.GET.get("leaves") == "1"
    form = _form(request, model, of, seat, leaves=leaves)
    key = request.POST.get("key", "")
    told: dict[str, Any] = {
        "fresh": key or new_id(),
        "leaves": leaves,
        "new": True,
        "others": _others(person, model, of),
    }
    if request.method != "POST":
        return _form_page(request, form, **told)
    by, at = person.acting(seat), clock.now()

    def written() -> Any:
        return admitting.begin_application(
            form.wanted(), id=_as_uuid(key), by=by, at=at, whole=_sends(request)
        )

    return _written(request, form, written, by, told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, application: UUID) -> HttpResponse:
    """An application that is being drafted or was sent back, written anew."""
    person, model, ground = here(request)
    row = found(person, model, application)
    seat = admission_access.own_seat(person, model, row)
    if seat is None or (request.method != "POST" and row.state not in OPEN):
        return redirect("desk:application", application)
    of = model.admissions[row.admission]
    form = _form(request, model, of, seat, leaves=row.leaves, row=row)
    if row.state not in OPEN:
        return _gone(request, row, form, (person, model, ground))
    told: dict[str, Any] = {"row": row, "leaves": row.leaves, "title": admission.title_of(row)}
    told["back"] = admission.last_return(row) if row.state == "returned" else None
    if request.method != "POST":
        return _form_page(request, form, **told)
    by, at = person.acting(seat), clock.now()

    def written() -> Any:
        return admitting.change_application(
            _seen(request, row), form.wanted(), by=by, at=at, whole=_sends(request)
        )

    return _written(request, form, written, by, told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, application: UUID) -> HttpResponse:
    """One application: what it says, what the review said, its story, and what can be done with it now."""
    person, model, ground = here(request)
    row = found(person, model, application)
    asked: dict[str, Any] = {"leaves": row.leaves}
    asked["looks_at"] = admission.heads_of(model.admissions[row.admission], leaves=row.leaves)
    if request.method != "POST":
        return _page(request, row, ReviewForm(**asked), (person, model, ground))
    form = ReviewForm(request.POST, **asked)
    form.is_valid()
    act = next((name for name in ACTS if name in request.POST), "")
    try:
        told = _act(act, request, form, row, person, model)
    except Incomplete as no:
        lacks = [told for field, told in no.faults if field not in form.fields]
        form.tell(tuple(fault for fault in no.faults if fault[0] in form.fields))
        refused = _("还不能送审：{why}").format(why=" ".join(lacks)) if lacks else ""
        return _page(request, row, form, (person, model, ground), refused=refused, status=422)
    except Refused as refusal:
        return _refused(request, found(person, model, application), form, refusal, (person, model, ground))
    messages.success(request, told, extra_tags="good")
    return redirect("desk:application", application)


ACTS = ("send", "withdraw", "back", "admit", "refuse")
NEAR = frozenset(("not_yours", "same_side"))
OPEN = ("begun", "returned")


def _refused(
    request: HttpRequest, fresh: Any, form: ReviewForm, refusal: Refused, around: tuple[Person, Model, Tree]
) -> HttpResponse:
    """Refused: the page as it is now. Where somebody was first, it says who; what was typed stands in its form, or
    beside it where nothing can be decided any more."""
    if refusal.code != "moved_meanwhile":
        status = 403 if refusal.code in NEAR else 422
        return _page(request, fresh, form, around, refused=refusal.reason, status=status)
    person, model, _ground = around
    stands = fresh.state == ("returned" if "send" in request.POST else "sent")
    typed = [] if stands else form.typed()
    told = meanwhile(_since(request, fresh, model), person.account, reason=refusal.reason, typed=typed)
    return _page(request, fresh, form, around, overtaken=told, status=409)


def _gone(request: HttpRequest, row: Any, form: Applying, around: tuple[Person, Model, Tree]) -> HttpResponse:
    """What was typed for an application that somebody sent or withdrew meanwhile: it stands beside what was sent."""
    person, model, _ground = around
    reason = admitting.moved(row.id, OPEN).reason
    acts = _since(request, row, model)
    told = meanwhile(acts, person.account, reason=reason, typed=form.typed(row))
    heads = admission.heads_of(model.admissions[row.admission], leaves=row.leaves)
    return _page(
        request, row, ReviewForm(looks_at=heads, leaves=row.leaves), around, overtaken=told, status=409
    )


def _since(request: HttpRequest, row: Any, model: Model) -> list[admission.Act]:
    """What happened to an application after the page was shown."""
    acts = admission.story(row.id, row.words, model)
    return admission.since(acts, row.revision, request.POST.get("revision", ""))


def _act(act: str, request: HttpRequest, form: ReviewForm, row: Any, person: Person, model: Model) -> str:
    """Do what the button says. Returns what is told of it."""
    seen, at = _seen(request, row), clock.now()
    own, other = (
        admission_access.own_seat(person, model, row),
        admission_access.review_seat(person, model, row),
    )
    seat = own if act in ("send", "withdraw") else other
    if seat is None or not act:
        raise Refused(_("没有看懂要做什么。请从页面上的按钮里选。"), code="act_unknown")
    by = person.acting(seat)
    if act == "send":
        admitting.send_application(seen, form.cleaned_data.get("answer", ""), by=by, at=at)
        return _("送审了。审核以前可以撤回。")
    if act == "withdraw":
        admitting.withdraw_application(seen, by=by, at=at)
        return _("撤回了。")
    if act == "back":
        admitting.return_application(seen, form.cleaned_data.get("reason", ""), by=by, at=at)
        return _("退回去补充了，申请的部门会看到您写的。")
    admitting.decide_application(seen, form.opinions(), admit=act == "admit", by=by, at=at)
    if row.leaves:
        agreed, kept = (
            _("同意出册。排进批次、随新一版发布以后，网格就不再办它。"),
            _("留在册里，每一方面的理由都留下了。"),
        )
    else:
        agreed, kept = (
            _("准入了。排进批次、随新一版发布以后，才能交给网格。"),
            _("不准入，每一方面的理由都留下了。"),
        )
    return agreed if act == "admit" else kept


def found(person: Person, model: Model, id: UUID) -> Any:
    """An application for whoever asks. Unknown and hidden are told in the same words."""
    row = admission.application_for(person, model, id)
    if row is None:
        raise NotFound(_("没有这份申请，或者不在可看的范围内。"))
    return row


def _seen(request: HttpRequest, row: Any) -> Any:
    """The application as the page showed it. Raises `Refused` where it was changed since."""
    if request.POST.get("revision", "") != str(row.revision):
        raise admitting.moved(row.id, (row.state,))
    return row


def _chosen(request: HttpRequest, person: Person, model: Model) -> tuple[Admission, Seat]:
    """For which admission somebody applies, and from which of their seats."""
    able = {one.id: one for one in admission_access.applies_for(person, model)}
    if not able:
        raise Refused(_("我的岗位不能申请准入；承办部门的人可以。"), code="not_yours")
    of = able.get(request.GET.get("of", ""), next(iter(able.values())))
    seats = admission_access.applying_seats(person, model, of)
    wanted = request.POST.get("seat") or request.GET.get("seat", "")
    return of, next((seat for seat in seats if seat.desk == wanted), seats[0])


def _others(person: Person, model: Model, of: Admission) -> list[tuple[str, str]]:
    """The seats to choose from, where there are several."""
    seats = admission_access.applying_seats(person, model, of)
    return [(seat.desk, admission.desk_words(seat.desk, model)) for seat in seats] if len(seats) > 1 else []


def _form(
    request: HttpRequest, model: Model, of: Admission, seat: Seat, *, leaves: bool, row: Any = None
) -> Applying:
    kind = LeaveForm if leaves else EnterForm
    given: dict[str, Any] = {"model": model, "of": of, "desk": seat.desk}
    if request.method == "POST":
        return kind(request.POST, **given)
    return kind(initial=_initial(row) if row is not None else None, **given)


def _initial(row: Any) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in Wanted.__dataclass_fields__}
    return said | {"in_grid": "yes" if row.in_grid else "no"}


def _written(request: HttpRequest, form: Applying, write: Any, by: Any, told: dict[str, Any]) -> HttpResponse:
    """Save what was typed, and send it where the button says so: both or neither."""
    send = _sends(request)
    if not form.is_valid():
        more = admitting.faults_of(form.wanted(), by=by, at=clock.now(), whole=send)
        form.tell(tuple(fault for fault in more if fault[0] not in form.errors))
        return _form_page(request, form, status=422, **told)
    try:
        with transaction.atomic():
            row = write()
            if send:
                admitting.send_application(row, by=by, at=clock.now())
    except Incomplete as no:
        if no.field == "answer":
            return _form_page(request, form, unanswered=no.reason, status=422, **told)
        form.tell(no.faults)
        return _form_page(request, form, status=422, **told)
    except Refused as refusal:
        if refusal.code == "moved_meanwhile" and told.get("row") is not None:
            return _overtaken(request, form, refusal, told)
        status = 409 if refusal.code == "moved_meanwhile" else 422
        return _form_page(request, form, refused=refusal.reason, status=status, **told)
    said = _("送审了。审核以前可以撤回。") if send else _("存好了，还没有送审。")
    messages.success(request, said, extra_tags="good")
    return redirect("desk:application", row.id)


def _overtaken(request: HttpRequest, form: Applying, refusal: Refused, told: dict[str, Any]) -> HttpResponse:
    """Somebody at the same desk was first: what was typed stays in the form, or beside the page where it was sent."""
    person, model, ground = here(request)
    row = found(person, model, told["row"].id)
    if row.state not in OPEN:
        return _gone(request, row, form, (person, model, ground))
    said = meanwhile(_since(request, row, model), person.account, reason=refusal.reason)
    return _form_page(
        request, form, status=409, overtaken=said, stored=form.stored(row), **(told | {"row": row})
    )


def _sends(request: HttpRequest) -> bool:
    return "send" in request.POST


def _form_page(request: HttpRequest, form: Applying, *, status: int = 200, **told: Any) -> HttpResponse:
    form.focus()
    return show(request, "desk/apply.html", DOOR, status=status, form=form, **told)


def _page(
    request: HttpRequest,
    row: Any,
    form: ReviewForm,
    around: tuple[Person, Model, Tree],
    *,
    refused: str = "",
    overtaken: Overtaken | None = None,
    status: int = 200,
) -> HttpResponse:
    person, model, ground = around
    form.focus()
    seat = admission_access.review_seat(person, model, row)
    near = admission_access.stands_too_near(person, row)
    others = admission_access.reviewers(row, clock.today()) if row.state == "sent" else []
    own = admission_access.own_seat(person, model, row) is not None
    return show(
        request,
        "desk/application.html",
        DOOR,
        status=status,
        sheet=sheets.sheet_of(row, model, ground, reviewer=seat is not None),
        form=form,
        refused=refused,
        overtaken=overtaken,
        own=own,
        open=own and row.state in OPEN,
        withdraws=own and row.state in admission.AT_WORK,
        reviews=row.state == "sent" and seat is not None and not near,
        too_near=row.state == "sent" and seat is not None and near,
        waits=row.state == "sent",
        reviewers=_("、").join(person.name for person, _seat in others),
        sends_back=bool(form.is_bound and "back" in form.data),
    )


def _as_uuid(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        return new_id()
