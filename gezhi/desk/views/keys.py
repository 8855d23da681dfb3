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
from gezhi.matters import access
from gezhi.people import tokens
from gezhi.people.queries import Person, Seat


@dataclass(frozen=True)
class KeyRow:
    id: UUID
    name: str
    seat: str
    made_at: datetime
    ended_at: datetime | None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of one's seats that may have any. A new secret is on the answer to the request that made it."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    seats = {seat.term: seat for seat in access.seats_for_keys(person, model)}
    if not seats:
        sentence = _("只有受理和督办的岗位能发接口钥匙；我的岗位没有这两项职责。")
        raise Refused(sentence, code="not_yours")
    secret, refused, status = "", "", 200
    if request.method == "POST":
        if request.POST.get("end"):
            return _end(request, person, seats, now)
        try:
            secret = _issue(request, person, seats, now)
        except Refused as refusal:
            refused, status = refusal.reason, 422
    said = {term: seat_words(seat, model, ground) for term, seat in seats.items()}
    rows = [
        KeyRow(one.token, one.name, said[one.term], one.made_at, one.ended_at)
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
        refused=refused,
        typed=request.POST.get("name", "") if refused else "",
    )


def _issue(request: HttpRequest, person: Person, seats: dict[UUID, Seat], now: datetime) -> str:
    seat = seats.get(_as_uuid(request.POST.get("term", "")))
    if seat is None:
        raise Refused(_("请选钥匙以哪个岗位办事。"), code="token_seat", field="term")
    return tokens.issue(request.POST.get("name", ""), seat.term, by=person.acting(seat), at=now)


def _end(request: HttpRequest, person: Person, seats: dict[UUID, Seat], now: datetime) -> HttpResponse:
    """End a key of one's own; another's looks as if it did not exist."""
    token = _as_uuid(request.POST.get("end", ""))
    term = next((one.term for one in tokens.issued() if one.token == token), None)
    if term not in seats:
        raise NotFound(_("没有这把钥匙，或它已经作废。"))
    tokens.end(token, by=person.acting(seats[term]), at=now)
    messages.success(request, _("钥匙已作废，用它的程序从现在起进不来。"), extra_tags="good")
    return redirect("keys")


def _as_uuid(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        return UUID(int=0)
