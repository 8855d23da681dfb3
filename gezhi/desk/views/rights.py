"""权利请求: what people ask about their own data, with its clock, for whoever answers for personal information."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk.frame import me, show
from gezhi.desk.rights_forms import CounterForm, EndForm
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import editions, rights
from gezhi.matters.rights import Key, RightView
from gezhi.matters.services import asking_rights
from gezhi.matters.services.asking_rights import Deleted, RightWanted
from gezhi.people.queries import Person
from gezhi.ui import words
from gezhi.ui.going import go

PAGE = 30


def _officer(request: HttpRequest) -> Person:
    person = me(request)
    if rights.seat_for(person, editions.today()) is None:
        raise Refused(_("权利请求由个人信息保护负责人办。"), code="not_yours")
    return person


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The requests by their day, those that ended, and writing one down that came to a counter."""
    person = _officer(request)
    form = CounterForm(request.POST or None, initial={"id": new_id()})
    if request.method != "POST":
        return _desk(request, form)
    if not form.is_valid():
        return _desk(request, form, status=422)
    said = form.cleaned_data
    try:
        asking_rights.record_at_counter(
            RightWanted(said["id"], said["kind"], said["words"]),
            said["known"],
            (said["number"], said["code"]),
            by=person,
            at=clock.now(),
        )
    except Refused as refusal:
        form.refuse(refusal.field, refusal.reason)
        return _desk(request, form, status=422)
    messages.success(request, _("已记下，从今天起算。"), extra_tags="good")
    return go(request, reverse("desk:rights"))


def _desk(request: HttpRequest, form: CounterForm, *, status: int = 200) -> HttpResponse:
    now, shown = clock.now(), Shown.of(request)
    found = shown.rows(now)
    told: dict[str, Any] = {
        "shown": shown,
        "open": [] if shown.ended else [(one, left_words(one)) for one in found[:PAGE]],
        "ended": found[:PAGE] if shown.ended else (),
        "more": shown.href(after=shown.key(found[PAGE - 1])) if len(found) > PAGE else "",
        "form": form,
        "days": rights.LENGTH.amount,
    }
    return show(request, "desk/rights.html", "rights", status=status, **told)


@dataclass(frozen=True, slots=True)
class Shown:
    """What of the requests is shown: open ones or those that ended, of which kind, and from where on."""

    ended: bool
    kind: str
    after: Key | None

    @classmethod
    def of(cls, request: HttpRequest) -> Shown:
        """What the address asks for; what is unknown there is left out."""
        kind = request.GET.get("kind", "")
        after = rights.key_of(request.GET.get("after", ""))
        return cls(request.GET.get("state") == "ended", kind if kind in rights.KINDS else "", after)

    def rows(self, now: datetime) -> tuple[RightView, ...]:
        """The rows of this page, and one more where there is another page."""
        listed = rights.ended_ones if self.ended else rights.open_ones
        return listed(now, kind=self.kind, after=self.after, most=PAGE + 1)

    def key(self, one: RightView) -> Key:
        """Where a page that ends with this one ends."""
        return Key(one.ended_at if self.ended and one.ended_at else one.due_at, one.id)

    def href(self, *, kind: str | None = None, ended: bool | None = None, after: Key | None = None) -> str:
        """The address of the same list, with one thing of it changed."""
        asked = {
            "state": "ended" if (self.ended if ended is None else ended) else "",
            "kind": self.kind if kind is None else kind,
            "after": after.said if after else "",
        }
        return "?" + urlencode({name: word for name, word in asked.items() if word})

    def tabs(self) -> list[tuple[str, str, bool]]:
        """Open and ended ones: name, address, and whether it is this."""
        both = ((False, _("等答复的")), (True, _("答复过的")))
        return [(name, self.href(ended=which), which is self.ended) for which, name in both]

    def kinds(self) -> list[tuple[str, str, bool]]:
        """All kinds, and each: name, address, and whether it is this."""
        every = [("", _("全部")), *((id, str(name)) for id, name in rights.KINDS.items())]
        return [(name, self.href(kind=id), id == self.kind) for id, name in every]


def left_words(one: RightView) -> str:
    """How long is left, or for how long it has been over."""
    if one.late:
        return _("超期 {span}").format(span=words.length(clock.now() - one.due_at))
    return _("还剩 {span}").format(span=words.length(one.due_at - clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
def right(request: HttpRequest, right: UUID) -> HttpResponse:
    """One request: doing what it asks, or refusing it with a reason."""
    person, one = _officer(request), rights.one(right, clock.now())
    if one is None:
        raise NotFound(_("没有这项请求。"))
    form = EndForm(request.POST or None)
    if request.method != "POST":
        return _right(request, one, form)
    if not form.is_valid():
        return _right(request, one, form, status=422)
    try:
        _ended(right, form.cleaned_data, person)
    except NotFound:
        raise
    except Refused as refusal:
        fresh = rights.one(right, clock.now()) or one
        form.refuse(refusal.field, refusal.reason)
        return _right(request, fresh, form, status=422)
    messages.success(request, _("答复写好了，本人看得到。"), extra_tags="good")
    return go(request, reverse("desk:rights"))


def _ended(right: UUID, said: dict[str, Any], person: Person) -> None:
    now = clock.now()
    if said["answer"] == "refused":
        asking_rights.refuse(right, said["reason"], said["reply"], by=person, at=now)
    else:
        deleted = Deleted(said["identity"], said["words"])
        asking_rights.fulfil(right, said["reply"], deleted, by=person, at=now)


def _right(request: HttpRequest, one: RightView, form: EndForm, *, status: int = 200) -> HttpResponse:
    return show(request, "desk/right.html", "rights", status=status, one=one, left=left_words(one), form=form)
