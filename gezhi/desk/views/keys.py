"""Keys for programs: made for one's own seat, shown once, ended at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk.frame import me, seat_words, show
from gezhi.desk.views.lists import surroundings
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import access, sentences
from gezhi.people import tokens
from gezhi.people.queries import Person, Seat
from gezhi.rules.model import Model


@dataclass(frozen=True)
class KeyRow:
    id: UUID
    name: str
    seat: str
    made_at: datetime
    ended_at: datetime | None
    scopes: tuple[str, ...]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of one's seats that may have any. A new secret is on the answer to the request that made it, and kept
    nowhere; the form carries the id of the key it will make, so that sending it again makes no other."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    seats = {seat.term: seat for seat in access.seats_for_keys(person, model)}
    if not seats:
        raise Refused(not_mine(model), code="not_yours")
    secret, refused, status = "", None, 200
    if request.method == "POST":
        if request.POST.get("end"):
            return _end(request, person, seats, now)
        try:
            secret = _issue(request, person, seats, now)
        except Refused as refusal:
            refused, status = refusal, 409 if refusal.code == "token_again" else 422
    said = {term: seat_words(seat, model, ground) for term, seat in seats.items()}
    rows = [
        KeyRow(one.token, one.name, said[one.term], one.made_at, one.ended_at, _named(one.scopes))
        for one in tokens.issued()
        if one.term in said
    ]
    return show(
        request,
        "desk/keys.html",
        "keys",
        status=status,
        rows=rows,
        seats=list(said.items()),
        secret=secret,
        scopes=[(one, tokens.scope_name(one), _ticked(request, one)) for one in tokens.SCOPES],
        fresh=new_id(),
        again=refused.reason if status == 409 and refused else "",
        refused=refused.reason if status == 422 and refused else "",
        typed=request.POST.get("name", "") if status == 422 else "",
    )


def not_mine(model: Model) -> str:
    """Why this seat has none, and whom to ask."""
    posts, offices = access.holders_of_keys(model)
    names = [model.posts[one] for one in posts] + [model.departments[one] for one in offices]
    return _(
        "只有受理和督办的岗位能发接口钥匙：钥匙办的事，算那个岗位办的。我的岗位没有这两项职责；"
        "要给程序接入，请找{posts}的人发一把。"
    ).format(posts=_("、").join(map(sentences.label, names)))


def _issue(request: HttpRequest, person: Person, seats: dict[UUID, Seat], now: datetime) -> str:
    seat = seats.get(as_uuid(request.POST.get("term", "")))
    if seat is None:
        raise Refused(_("请选钥匙以哪个岗位办事。"), code="token_seat", field="term")
    chosen = as_uuid(request.POST.get("key", ""))
    made, scopes = chosen if chosen.int else None, request.POST.getlist("scopes")
    return tokens.issue(
        request.POST.get("name", ""), seat.term, by=person.acting(seat), at=now, id=made, scopes=scopes
    )


def _named(scopes: str) -> tuple[str, ...]:
    return tuple(tokens.scope_name(one) for one in tokens.SCOPES if one in scopes.split())


def _ticked(request: HttpRequest, scope: str) -> bool:
    """What was chosen before; a new form offers all but the addresses that events are pushed to."""
    return scope in request.POST.getlist("scopes") if request.POST.get("name") else scope != "push"


def _end(request: HttpRequest, person: Person, seats: dict[UUID, Seat], now: datetime) -> HttpResponse:
    """End a key of one's own; another's looks as if it did not exist."""
    token = as_uuid(request.POST.get("end", ""))
    term = next((one.term for one in tokens.issued() if one.token == token), None)
    if term not in seats:
        raise NotFound(_("没有这把钥匙，或它已经作废。"))
    tokens.end(token, by=person.acting(seats[term]), at=now)
    messages.success(request, _("钥匙已作废，用它的程序从现在起进不来。"), extra_tags="good")
    return redirect("keys")


def as_uuid(word: str) -> UUID:
    """The id that was sent; the empty one for what is none."""
    try:
        return UUID(word)
    except ValueError:
        return UUID(int=0)
