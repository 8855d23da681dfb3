"""告知渠道: the doors by which tellings leave the house, set up, changed and tried; a key goes in and never comes out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.notify import browsers, doorkeeping, reported, whys
from gezhi.notify.doorkeeping import DoorView
from gezhi.notify.queries import BROWSER
from gezhi.setup import frame, gate
from gezhi.setup.door_form import KINDS, DoorForm
from gezhi.setup.settling import Change, settle
from gezhi.ui.site import whole
from gezhi.vault import limits

PAGE = 30
TRIES, SPAN = 10, 600
"""How often somebody tries doors in so many seconds: each try may cost money and goes to an address that was typed."""


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every door with its state, when something was last taken, and what is wrong with it."""
    typed = request.GET.get("after", "")
    after = UUID(typed) if _is_uuid(typed) else None
    found = doorkeeping.page(after=after, most=PAGE + 1)
    more = f"?after={found[PAGE - 1].id}" if len(found) > PAGE else ""
    rows = [_row(one) for one in found[:PAGE]]
    kinds = [(kind, name) for kind, name in _kinds().items()]
    return frame.show(request, "channels", rows=rows, more=more, kinds=kinds)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, door_kind: str) -> HttpResponse:
    """A door that is not there yet."""
    setter = gate.setter(request)
    if door_kind not in KINDS:
        raise NotFound(_("没有这种渠道。请从渠道那一页选。"))
    form = DoorForm(request.POST or None, kind=door_kind)
    if request.method == "POST" and form.is_valid():
        try:
            said, key = form.meant(), form.cleaned_data.get("key", "").strip()
            id = doorkeeping.add(
                door_kind, form.cleaned_data["name"], said, key, by=setter.by, at=clock.now()
            )
        except Refused as refusal:
            form.refuse(refusal.field, refusal.reason)
        else:
            messages.success(request, _made(door_kind), extra_tags="good")
            return redirect("setup:channel", id)
    told = {"form": form, "kind": _kinds()[door_kind], "row": None, "kind_id": door_kind}
    return frame.show(request, "channels", page="channel", status=422 if form.errors else 200, **told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, door: UUID) -> HttpResponse:
    """One door: POST changes it, tries it, pauses or starts it, or asks about removing it and removes it."""
    setter = gate.setter(request)
    view, said = doorkeeping.one(door)
    if request.method != "POST":
        return _page(request, view, DoorForm(None, kind=view.kind, said=said))
    act = request.POST.get("act", "")
    form = DoorForm(request.POST if act == "change" else None, kind=view.kind, said=said)
    try:
        if act == "change":
            return _changed(request, view, form, setter)
        if act == "remove":
            there = reverse("setup:channel", args=[door])
            return settle(request, "channels", _removal(view, setter), back=there)
        special = {"try": _tried, "reports": _report_address}
        told = special[act](request, view, setter) if act in special else _turned(act, view, setter)
        if told:
            messages.success(request, told, extra_tags="good")
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("setup:channel", door)


def _made(kind: str) -> str:
    if kind == "webpush":
        return _("设好了，从现在起用它：进度页上多了一个“有进展时在这台设备上提醒我”。")
    return _("设好了，从现在起用它。发一条试试。")


def _changed(request: HttpRequest, view: DoorView, form: DoorForm, setter: gate.Setter) -> HttpResponse:
    if form.is_valid():
        try:
            key = form.cleaned_data.get("key", "").strip()
            doorkeeping.change(view.name, form.meant(), key, by=setter.by, at=clock.now())
        except Refused as refusal:
            form.refuse(refusal.field, refusal.reason)
        else:
            messages.success(request, _("改好了，从现在起照新的设置发。"), extra_tags="good")
            return redirect("setup:channel", view.id)
    return _page(request, view, form, status=422)


def _tried(request: HttpRequest, view: DoorView, setter: gate.Setter) -> str:
    """Hand one letter of no matter over. Returns what to say where it was taken; raises `Refused` with why not."""
    who = setter.by.account.hex if setter.by.account else "setup"
    limits.knock("door_try", who, at=clock.now(), most=TRIES, seconds=SPAN)
    to = request.POST.get("to", "").strip()
    if not to and view.channel not in ("wecom_robot", BROWSER):
        raise Refused(_("请写发给哪个号码或邮箱。"), code="to_missing", field="to")
    outcome = doorkeeping.try_out(view.name, to[:200])
    if outcome.kind == "taken":
        return _("渠道方收下了，流水号 {receipt}。").format(receipt=outcome.receipt or "-")
    told = _("没有发成：{why}（{code}）。").format(why=whys.words(outcome.why), code=outcome.code)
    raise Refused(told + (whys.mend(outcome.why) if outcome.kind == "stopped" else ""), code="not_taken")


def _report_address(request: HttpRequest, view: DoorView, setter: gate.Setter) -> str:
    """A new address for the provider's reports, in words; it is shown this once."""
    secret = reported.make_address(view.id, by=setter.by, at=clock.now())
    told = _("送达回执的地址，只显示这一次，请抄到渠道方的控制台：{address}")
    return told.format(address=whole(request, reverse("delivered", args=[secret])))


def _turned(act: str, view: DoorView, setter: gate.Setter) -> str:
    now = clock.now()
    if act == "pause":
        doorkeeping.pause(view.name, by=setter.by, at=now)
        return _("已暂停。")
    if act == "start":
        back = doorkeeping.start(view.name, by=setter.by, at=now)
        return _("已启用，{n} 条转为人工的告知改由它发。").format(n=back)
    raise Refused(_("没有这个操作。"), code="act_unknown")


def _removal(view: DoorView, setter: gate.Setter) -> Change:
    """What goes with a door: its key, what waits for it, and, of browsers, every telephone that asked to be told."""
    phones = browsers.count() if view.channel == BROWSER else 0
    lost = ngettext(
        "{n} 个手机提醒全部忘掉，找不回来：再设一次，各人得自己重新要。",
        "{n} 个手机提醒全部忘掉，找不回来：再设一次，各人得自己重新要。",
        phones,
    ).format(n=phones)
    waits = () if view.channel == BROWSER else (_("等着由群和邮箱发的作罢。"),)
    return Change(
        said=_("移除「{name}」：密钥销毁，要再用得重新设。").format(name=view.name),
        more=(lost,) if phones else waits,
        act=lambda: doorkeeping.remove(view.name, by=setter.by, at=clock.now()),
        mark=lambda: f"{doorkeeping.one(view.id)[0].state} {view.id}",
        verb=_("移除，销毁密钥"),
        done=_("已移除，密钥已销毁。"),
        then=reverse("setup:channels"),
    )


def _page(request: HttpRequest, view: DoorView, form: DoorForm, status: int = 200) -> HttpResponse:
    told: dict[str, Any] = {"form": form, "kind": _kinds()[view.kind], "row": _row(view)}
    if view.channel == BROWSER:
        told |= {
            "browsers": browsers.count(),
            "services": settings.HOME.push_services,
            "https": settings.HOME.https,
        }
    return frame.show(request, "channels", page="channel", status=status, **told)


def _row(view: DoorView) -> dict[str, Any]:
    states = {"on": _("在用"), "paused": _("暂停"), "stopped": _("停了")}
    return {
        "id": view.id,
        "name": view.name,
        "kind": _kinds()[view.kind],
        "channel": view.channel,
        "state": view.state,
        "state_words": states.get(view.state, view.state),
        "why": view.why_words,
        "code": view.code,
        "mend": whys.mend(view.why) if view.state == "stopped" else "",
        "taken_at": view.taken_at,
        "try_at": view.try_at,
        "waiting": view.waiting,
        "dead": view.dead,
        "reports": view.reports,
    }


def _kinds() -> dict[str, str]:
    return {
        "aliyun": _("阿里云短信"),
        "tencent": _("腾讯云短信"),
        "wecom": _("企业微信群机器人"),
        "smtp": _("邮件"),
        "webpush": _("手机提醒（网页推送）"),
    }


def _is_uuid(word: str) -> bool:
    try:
        UUID(word)
    except ValueError:
        return False
    return True
