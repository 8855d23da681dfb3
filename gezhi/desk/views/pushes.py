"""设置 → 接口 → 推送: addresses of one's own seats that events are pushed to, what was delivered, and pushing it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk.frame import me, seat_words, show
from gezhi.desk.views.keys import as_uuid, not_mine
from gezhi.desk.views.lists import surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.matters import access
from gezhi.notify import hooks, replaying
from gezhi.notify.hooks import HookView, Wanted
from gezhi.notify.replaying import Again
from gezhi.people.queries import Seat

PAGE = 50
STATES = ("waiting", "sent", "dead")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pushes(request: HttpRequest) -> HttpResponse:
    """The addresses of one's seats that may have keys, and setting one up; its secret is on the answer, once."""
    now = clock.now()
    model, ground = surroundings(now)
    seats = _seats(request)
    secret, refused = "", None
    if request.method == "POST":
        try:
            secret = _made(request, seats, now)
        except Refused as refusal:
            refused = refusal
    said = {term: seat_words(seat, model, ground) for term, seat in seats.items()}
    typed = request.POST if refused else {}
    chosen = request.POST.getlist("kinds") if refused else []
    return show(
        request,
        "desk/pushes.html",
        "keys",
        status=422 if refused else 200,
        rows=[(one, said[one.term]) for one in hooks.of_terms(list(seats))],
        seats=list(said.items()),
        usual=[(kind, hooks.kind_name(kind), kind in chosen) for kind in _FIRST],
        kinds=[(kind, hooks.kind_name(kind), kind in chosen) for kind in hooks.KINDS if kind not in _FIRST],
        more=any(kind not in _FIRST for kind in chosen),
        secret=secret,
        refused=refused,
        typed=typed,
        fresh=new_id(),
    )


_FIRST = (
    *("matter.opened", "matter.stepped"),
    *("promise.warned", "promise.missed", "matter.rated", "matter.reopened"),
)
"""What most programs want stands first, the rest is folded; nothing is ticked that nobody chose."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def push(request: HttpRequest, hook: UUID) -> HttpResponse:
    """One address: what was delivered, page by page; pausing, trying, pushing again, changing its secret, ending it."""
    seats, now = _seats(request), clock.now()
    terms = list(seats)
    held = hooks.one_of(terms, hook)
    by = me(request).acting(seats[held.term])
    secret = ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "new_key":
                secret = hooks.new_key(terms, hook, by=by, at=now)
            else:
                messages.success(request, _do(request, terms, held, by, now), extra_tags="good")
                return redirect("pushes") if act == "end" else redirect("push", hook)
        except Refused as refusal:
            messages.error(request, refusal.reason)
            return redirect("push", hook)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    after = as_uuid(request.GET.get("after", ""))
    found = replaying.log_of(terms, hook, state=state, after=after if after.int else None, most=PAGE + 1)
    return show(
        request,
        "desk/push.html",
        "keys",
        hook=hooks.one_of(terms, hook),
        kinds=[hooks.kind_name(kind) for kind in held.kinds],
        rows=found[:PAGE],
        dead=any(one.state == "dead" for one in found),
        next=found[PAGE - 1].id if len(found) > PAGE else None,
        state=state,
        states=[("", _("全部")), ("waiting", _("等推")), ("sent", _("已推到")), ("dead", _("作罢"))],
        secret=secret,
    )


def _do(request: HttpRequest, terms: list[UUID], held: HookView, by: Actor, now: datetime) -> str:
    """Do what was pressed; returns what to say of it."""
    acts: dict[str, tuple[Callable[..., object], str]] = {
        "pause": (hooks.pause, _("已暂停，其间的事件留着，恢复以后再推。")),
        "resume": (hooks.resume, _("已恢复推送。")),
        "end": (hooks.end, _("已停用，签名密钥已销毁。")),
        "end_before": (hooks.end_before, _("旧的签名密钥已停用。")),
        "ping": (replaying.ping, _("试推已排上，几秒后看记录。")),
    }
    act = request.POST.get("act", "")
    if act in acts:
        do, told = acts[act]
        do(terms, held.id, by=by, at=now)
        return told
    again = Again(ids=[as_uuid(one) for one in request.POST.getlist("again")][: replaying.MOST])
    if act == "dead":
        again = Again(since=datetime.fromisoformat("2000-01-01T00:00:00+00:00"), state="dead")
    n = replaying.replay(terms, held.id, again, by=by, at=now)
    return ngettext("已排上重推 {n} 个。", "已排上重推 {n} 个。", n).format(n=n)


def _seats(request: HttpRequest) -> dict[UUID, Seat]:
    """The seats that may have addresses: those that may have keys."""
    model, _ground = surroundings(clock.now())
    seats = {seat.term: seat for seat in access.seats_for_keys(me(request), model)}
    if not seats:
        raise Refused(not_mine(model), code="not_yours")
    return seats


def _made(request: HttpRequest, seats: dict[UUID, Seat], now: datetime) -> str:
    said = request.POST
    seat = seats.get(as_uuid(said.get("term", "")))
    if seat is None:
        raise Refused(_("请选以哪个岗位看事项。"), code="token_seat", field="term")
    wanted = Wanted(said.get("name", ""), said.get("url", "").strip(), said.getlist("kinds"))
    chosen = as_uuid(said.get("hook", ""))
    by = me(request).acting(seat)
    return hooks.make(wanted, seat.term, by=by, at=now, id=chosen if chosen.int else None)[1]
