"""群发: a text to the groups of chosen units and tiers, written by one person, read by another, then sent and followed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk.frame import me, show
from gezhi.desk.views.keys import as_uuid
from gezhi.desk.views.lists import surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import sentences
from gezhi.notify import broadcasts as sending
from gezhi.notify import delivering, groups, posting, whys
from gezhi.notify.broadcasts import Around, Drawn, Way
from gezhi.notify.doors.wecom import MOST
from gezhi.people import queries as people
from gezhi.places.tree import Tree
from gezhi.ui import words
from gezhi.ui.fields import HouseForm

STATES = ("waiting", "dead", "stopped", "sent")


class BroadcastForm(HouseForm):
    """What to say, and to which groups."""

    text = forms.CharField(
        label=gettext_lazy("发什么"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": MOST}),
    )
    units = forms.MultipleChoiceField(label=gettext_lazy("发给哪些单元"), required=False)
    tiers = forms.MultipleChoiceField(label=gettext_lazy("发给哪几层的群"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    instead = forms.UUIDField(
        widget=forms.HiddenInput, required=False
    )  # one that was drawn up before and is changed

    def __init__(self, said: Any, around: Around, drawn: Drawn | None = None) -> None:
        before = drawn._asdict() if drawn else {}
        super().__init__(said, initial={"key": new_id()} | before)
        top = min((seat.path for seat in around.seats), key=len, default="")
        _offer(self, "units", [(unit.identity.hex, unit.name) for unit in around.ground.children(top)])
        found = groups.tiers(groups.of_person(around.person, around.model, around.ground))
        said_of = _("{tier}，{n} 个群")
        names = [(tier, groups.tier_name(tier, around.model), n) for tier, n, _people in found]
        _offer(
            self, "tiers", [(tier, said_of.format(tier=name, n=words.count(n))) for tier, name, n in names]
        )
        self.any = bool(found)


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.MultipleChoiceField):
        field.choices = choices


def _around(request: HttpRequest, now: datetime) -> Around:
    return Around(me(request), *surroundings(now))


@never_cache
@require_http_methods(["GET", "HEAD"])
def broadcasts(request: HttpRequest) -> HttpResponse:
    """Those of the ground that one oversees, the newest first."""
    now = clock.now()
    around = _overseeing(_around(request, now))
    before = as_uuid(request.GET.get("before", ""))
    found = sending.page(around, before=before if before.int else None, most=sending.PAGE + 1)
    names = people.names_of(one.writer for one in found)
    rows = [
        {
            "one": one,
            "writer": names.get(one.writer, ""),
            "state": _state(one.state),
            "size": _size(one.groups, one.people),
        }
        for one in found[: sending.PAGE]
    ]
    more = f"?before={found[sending.PAGE - 1].id}" if len(found) > sending.PAGE else ""
    return show(request, "desk/broadcasts.html", "broadcasts", rows=rows, more=more)


def _overseeing(around: Around) -> Around:
    if not around.seats:
        raise Refused(_("群发由担督办职责的岗位写；我的岗位没有这项职责。"), code="not_yours")
    return around


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def broadcast_new(request: HttpRequest) -> HttpResponse:
    """Write one; POST draws it up and leads to the page on which its writer sees where it would go, before anybody is asked."""
    now = clock.now()
    around = _overseeing(_around(request, now))
    drawn = sending.drawn(as_uuid(request.GET.get("from", "")), around)
    form = BroadcastForm(request.POST or None, around, drawn)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            units, key = [UUID(u) for u in said["units"]], said["key"]
            one = sending.plan(said["text"], units, said["tiers"], around, at=now, key=key)
            sending.drop(said["instead"], around)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.reason)
        else:
            return redirect("desk:broadcast", one)
    status = 422 if form.errors else 200
    return show(
        request, "desk/broadcast_new.html", "broadcasts", status=status, form=form, any=form.any, most=MOST
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def broadcast(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """One: how it will look and how far it goes; confirmed or declined by another person, stopped, gone on with."""
    now = clock.now()
    around = _overseeing(_around(request, now))
    if request.method != "POST":
        return _page(request, broadcast, around, now)
    drawn = sending.one_of(broadcast, around).state == "drawn"
    try:
        messages.success(request, _acted(request, broadcast, around, now), extra_tags="good")
    except Refused as refusal:
        messages.error(request, refusal.reason)
    if drawn and request.POST.get("act") == "withdraw":
        return redirect("desk:broadcasts")  # nobody was asked: it is gone
    return redirect(
        f"{request.path}?show={state}" if (state := request.GET.get("show", "")) in STATES else request.path
    )


def _acted(request: HttpRequest, one: UUID, around: Around, now: datetime) -> str:
    """Do what was pressed; returns what to say of it."""
    act = request.POST.get("act", "")
    if act == "confirm":
        many = sending.confirm(one, around, at=now)
        return _("看过了，{n} 个群开始发。").format(n=words.count(many))
    if act == "decline":
        sending.decline(one, request.POST.get("why", ""), around, at=now)
        return _("没有通过，一个群也没有发。")
    if act == "ask":
        desks = sending.ask_others(one, around, people.roster(clock.today()), at=now)
        return ngettext("请了 {n} 个岗位来看。", "请了 {n} 个岗位来看。", desks).format(n=desks)
    if act == "withdraw":
        sending.withdraw(one, around, at=now)
        return _("撤回了，一个群也没有发。")
    if act == "posted":
        posting.posted(as_uuid(request.POST.get("posting", "")), around, at=now)
        return _("记下了：贴过了。")
    turns = {
        "stop": (sending.stop, _("停下了，{n} 个群没有发。")),
        "go_on": (sending.go_on, _("接着发，还有 {n} 个群。")),
        "by_hand": (sending.by_hand, _("{n} 个群改由人贴。")),
    }
    if act not in turns:
        raise Refused(_("没有这个操作。"), code="act_unknown")
    turn, said = turns[act]
    return said.format(n=words.count(turn(one, around, at=now)))


def _page(request: HttpRequest, id: UUID, around: Around, now: datetime) -> HttpResponse:
    one = sending.one_of(id, around)
    ways = sending.ways(one)
    robots = sum(way.groups for way in ways if not way.by_hand)
    names = people.names_of([one.writer, *([one.confirmer] if one.confirmer else [])])
    mine = one.writer == around.person.account
    quiet = delivering.quiet_until(now)
    page: dict[str, Any] = {
        "one": one,
        "size": _size(one.groups, one.people),
        "state": _state(one.state),
        "writer": names.get(one.writer, ""),
        "confirmer": names.get(one.confirmer, "") if one.confirmer else "",
        "bytes": sending.bytes_of(one.text),
        "most": MOST,
        "ways": [_way(way) for way in ways],
        "takes": _takes(robots),
        "shut": sending.shut(one) if robots else 0,
        "quiet": quiet if robots and one.state in ("drawn", "planned", "sending") else None,
        "posts": [_post(post, around) for post in sending.posts(one)],
        "mine": mine,
        "dead": sum(way.many("dead") for way in ways),
        "early": one.state in ("drawn", "planned"),
        "any_sent": one.state in ("sending", "stopped", "done"),
    }
    page |= _listed(request, id, around)
    return show(request, "desk/broadcast.html", "broadcasts", page=page)


def _listed(request: HttpRequest, id: UUID, around: Around) -> dict[str, Any]:
    """The groups of one state, a page of them."""
    state = request.GET.get("show", "")
    if state not in STATES:
        return {"show": "", "rows": [], "more": ""}
    after = as_uuid(request.GET.get("after", ""))
    found = posting.listed(id, around, state, after=after if after.int else None)
    rows = [
        {"id": row.id, "name": row.name, "where": _where(row.unit, around.ground), "by_hand": row.door is None,
         "why": whys.words(row.why) if row.why and row.why != "gone" else _("群已停用") if row.why else "",
         "code": row.code, "sent_at": row.sent_at}
        for row in found[: posting.PAGE]
    ]  # fmt: skip
    more = f"?show={state}&after={found[posting.PAGE - 1].id}" if len(found) > posting.PAGE else ""
    return {"show": state, "rows": rows, "more": more, "show_words": _part(state)}


def _where(unit: UUID, ground: Tree) -> str:
    found = ground.by_identity.get(unit)
    return " ".join(found.names[-2:]) if found else ""


def _size(n: int, people: int) -> str:
    return ngettext("{n} 个群，{people} 人次", "{n} 个群，{people} 人次", n).format(
        n=words.count(n), people=words.count(people)
    )


def _takes(robots: int) -> str:
    """How long the robots take, in words."""
    seconds = sending.seconds(robots)
    if not seconds:
        return ""
    if seconds < 60:
        return _("确认以后约一分钟内发完")
    return _("确认以后约 {n} 分钟发完").format(n=words.count(-(-int(seconds) // 60)))


def _way(way: Way) -> dict[str, Any]:
    done = way.many("sent")
    return {
        "by_hand": way.by_hand,
        "size": _size(way.groups, way.people),
        "percent": done * 100 // way.groups if way.groups else 0,
        "counts": [
            {"state": state, "name": _part(state), "n": words.count(way.many(state))}
            for state in ("sent", "waiting", "dead", "stopped")
            if way.many(state)
        ],
    }


def _post(post: sending.Post, around: Around) -> dict[str, Any]:
    found = around.model.posts.get(post.owner)
    return {
        "name": sentences.label(found) if found else post.owner,
        "groups": words.count(post.groups),
        "sent": words.count(post.sent),
    }


def _part(state: str) -> str:
    said = {"sent": _("已发"), "waiting": _("等发"), "dead": _("没发成"), "stopped": _("不发")}
    return said.get(state, "")


def _state(state: str) -> str:
    said = {
        "drawn": _("还没有请人看"),
        "planned": _("等第二个人看"),
        "sending": _("在发"),
        "stopped": _("停下了"),
        "done": _("发完了"),
        "withdrawn": _("撤回了"),
        "declined": _("没有通过"),
    }
    return said.get(state, state)
