"""待告知: what people must tell because no door did, and, for whoever oversees, what did not go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk.frame import me, show
from gezhi.desk.views.keys import as_uuid
from gezhi.desk.views.lists import surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import finding, sentences
from gezhi.notify import by_hand, posting
from gezhi.notify.broadcasts import Around
from gezhi.notify.queries import Told
from gezhi.people.queries import Person
from gezhi.rules.model import Model

PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def to_tell(request: HttpRequest) -> HttpResponse:
    """The cards, oldest first, and below them what did not go out."""
    person, now = me(request), clock.now()
    if request.method == "POST":
        return _pressed(request, person, now)
    after, before = (_mark(request, name) for name in ("after", "before"))
    cards = by_hand.cards(person, most=PAGE + 1, after=after)
    around = Around(person, *surroundings(now))
    oversees = by_hand.oversees(person) is not None
    dead = by_hand.undelivered(person, most=PAGE + 1, before=before) if oversees else []
    model = around.model
    return show(
        request,
        "desk/to_tell.html",
        "inbox",
        cards=_lines(cards[:PAGE], model),
        texts=[_text(card, around) for card in posting.cards(around)],
        more=f"?after={cards[PAGE - 1].id}" if len(cards) > PAGE else "",
        later=after is not None,
        oversees=oversees,
        dead=_lines(dead[:PAGE], model),
        older=f"?before={dead[PAGE - 1].id}#dead" if len(dead) > PAGE else "",
    )


def _mark(request: HttpRequest, name: str) -> UUID | None:
    found = as_uuid(request.GET.get(name, ""))
    return found if found.int else None


def _pressed(request: HttpRequest, person: Person, now: datetime) -> HttpResponse:
    message, act = as_uuid(request.POST.get("message", "")), request.POST.get("act", "")
    try:
        if act == "passed_on":
            by_hand.passed_on(person, message, at=now)
            said = _("记下了：已告知。") if request.POST.get("call") is None else _("记下了：打过了。")
        elif act == "posted":
            posting.posted(
                as_uuid(request.POST.get("posting", "")), Around(person, *surroundings(now)), at=now
            )
            said = _("记下了：贴过了。")
        elif act in {"again", "by_hand"}:
            by_hand.dealt_with(person, message, again=act == "again", at=now)
            said = _("已排上，再发一次。") if act == "again" else _("已改由人说，上面多了一张卡片。")
        else:
            raise Refused(_("没有这个操作。"), code="act_unknown")
        messages.success(request, said, extra_tags="good")
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("desk:to_tell")


def _text(card: posting.Card, around: Around) -> dict[str, object]:
    """A text that goes into groups of theirs, each with a press of its own."""
    units = around.ground.by_identity
    return {
        "text": card.text,
        "groups": [(id, name, units[unit].name if unit in units else "") for id, name, unit in card.groups],
        "more": card.more,
    }


def _lines(told: Sequence[Told], model: Model) -> list[dict[str, object]]:
    numbers = finding.numbers([one.matter for one in told])
    return [_line(one, numbers.get(one.matter, ""), model) for one in told]


def _named(one: Told) -> str:
    """What a telling of no model is called."""
    return _("请给报告人回电话") if one.calls_back else one.telling


def _line(one: Told, number: str, model: Model) -> dict[str, object]:
    telling = model.tellings.get(one.telling)
    return {
        "id": one.id,
        "number": number,
        "href": reverse("desk:matter", args=[number]) if number else "",
        "name": sentences.label(telling) if telling else _named(one),
        "call": one.calls_back,
        "words": reverse("desk:relay", args=[number]) if number and one.calls_back else "",
        "text": one.text,
        "why": one.why_words,
        "code": one.code if one.code and one.code != one.why else "",
        "made_at": one.made_at,
        "channel": {"sms": _("短信"), "wecom_robot": _("群机器人"), "email": _("邮件")}.get(one.door, ""),
        "to_reporter": one.to_reporter,
    }
