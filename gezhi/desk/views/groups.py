"""群的登记: the chat groups of one's ground by tier and unit, how many people they count, when each was looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk.frame import me, show
from gezhi.desk.views.keys import as_uuid
from gezhi.desk.views.lists import surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import overseen, sentences
from gezhi.notify import groups as register
from gezhi.notify.groups import Cover, GroupView, Rows
from gezhi.people.queries import Person
from gezhi.places.paths import WIDTH
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model
from gezhi.ui import typed, words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: HttpRequest) -> HttpResponse:
    """What each unit has, then the groups themselves by their numbers; POST notes that one was looked at, or ends it."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    if not register.has_a_part(person, model, ground):
        sentence = _("群由担督办职责的岗位和管群的岗位登记、核对；我的岗位两样都不是。")
        raise Refused(sentence, code="not_yours")
    if request.method == "POST":
        return _pressed(request, person, (model, ground), now)
    return show(request, "desk/groups.html", "groups", page=_page(request, person, model, ground))


def _pressed(request: HttpRequest, person: Person, around: tuple[Model, Tree], now: datetime) -> HttpResponse:
    group, act = as_uuid(request.POST.get("group", "")), request.POST.get("act", "")
    query = request.GET.copy()
    query.pop("stopped", None)
    try:
        if act == "checked":
            register.check(group, person, *around, size=_size(request.POST.get("size", "")), at=now)
            said = _("记下了：今天核对过。")
        elif act == "stop":
            register.stop(group, person, *around, at=now)
            query["stopped"] = group.hex
            said = _("停用了，不再往那里发；登记的那一行还在。")
        elif act == "resume":
            register.resume(group, person, *around, at=now)
            said = _("恢复了，又往那里发。")
        else:
            raise Refused(_("没有这个操作。"), code="act_unknown")
        messages.success(request, said, extra_tags="good")
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect(f"{reverse('desk:groups')}?{query.urlencode()}")


def _size(typed: str) -> int | None:
    """How many people somebody counted; none where they left it. What is no number is a size that is refused."""
    said = typed.strip()
    return None if not said else int(said) if said.isdecimal() and len(said) < 9 else -1


def _page(request: HttpRequest, person: Person, model: Model, ground: Tree) -> dict[str, Any]:
    rows = register.of_person(person, model, ground)
    here = _unit(request, person, model, ground)
    tier, after = typed.asked(request, "tier", most=24), typed.asked(request, "after", most=40)
    inside = rows.filter(register.within(here.path, ground)) if here else rows
    listed = register.page(inside.filter(tier=tier) if tier else inside, after=after, most=register.PAGE + 1)
    asked = {"unit": here.identity.hex if here else "", "tier": tier}
    return {
        "any": rows.exists(),
        "sentence": _sentence(inside),
        "above": _above(here, ground, person, model),
        "here": here,
        "tiers": _tiers(inside, model, asked),
        "cover": [_covered(one) for one in register.cover(rows, here.path, ground)] if here else [],
        "rows": [_row(one, model, ground) for one in listed[: register.PAGE]],
        "more": _asked(asked | {"after": listed[register.PAGE - 1].code})
        if len(listed) > register.PAGE
        else "",
        "broadcasts": bool(overseen.seats(person, model)),
        "stopped": as_uuid(request.GET.get("stopped", "")) if "stopped" in request.GET else "",
        "query": _asked(asked | {"after": after}),
    }


def _unit(request: HttpRequest, person: Person, model: Model, ground: Tree) -> TreeUnit | None:
    """The unit that was asked for, if it lies in the ground that one oversees; else the top of that ground."""
    tops = [seat.path for seat in overseen.seats(person, model)]
    asked = ground.by_identity.get(as_uuid(request.GET.get("unit", "")))
    if asked is not None and any(asked.path.startswith(top) for top in tops):
        return asked
    return ground.by_path.get(min(tops, key=len)) if tops else None


def _asked(said: dict[str, str]) -> str:
    return "?" + urlencode({key: value for key, value in said.items() if value})


def _sentence(rows: Rows) -> str:
    found = register.tiers(rows)
    n, people = sum(n for _t, n, _p in found), sum(p for _t, _n, p in found)
    said = ngettext("{n} 个群，群里一共 {people} 人次。", "{n} 个群，群里一共 {people} 人次。", n).format(
        n=words.count(n), people=words.count(people)
    )
    never = register.never_checked(rows)
    return said + (_("{n} 个还没有核对过。").format(n=words.count(never)) if never else "")


def _above(here: TreeUnit | None, ground: Tree, person: Person, model: Model) -> list[dict[str, str]]:
    """The way down to a unit, from the top of what one oversees."""
    if here is None:
        return []
    top = min((len(s.path) for s in overseen.seats(person, model) if here.path.startswith(s.path)), default=0)
    steps = [here.path[: top + n] for n in range(0, len(here.path) - top + 1, WIDTH)]
    found = [unit for path in steps if (unit := ground.by_path.get(path))]
    return [{"name": unit.name, "href": _asked({"unit": unit.identity.hex})} for unit in found]


def _tiers(rows: Rows, model: Model, asked: dict[str, str]) -> list[dict[str, Any]]:
    found = register.tiers(rows)
    every = {"name": _("全部"), "n": sum(n for _t, n, _p in found), "people": "", "tier": ""}
    said = [every] + [
        {"name": register.tier_name(tier, model), "n": n, "people": words.count(people), "tier": tier}
        for tier, n, people in found
    ]
    return [
        one | {"href": _asked(asked | {"tier": str(one["tier"])}), "here": one["tier"] == asked["tier"]}
        for one in said
    ]


def _covered(one: Cover) -> dict[str, Any]:
    return {
        "name": one.unit.name,
        "href": _asked({"unit": one.unit.identity.hex}),
        "leaf": one.unit.leaf,
        "groups": words.count(one.groups),
        "people": words.count(one.people),
        "bare": one.bare,
        "bare_words": _bare(one),
    }


def _bare(one: Cover) -> str:
    if one.unit.leaf:
        return _("没有群") if one.bare else _("有")
    return f"{words.count(one.leaves - one.bare)} / {words.count(one.leaves)}"


def _row(one: GroupView, model: Model, ground: Tree) -> dict[str, Any]:
    unit, post = ground.by_identity.get(one.unit), model.posts.get(one.owner)
    where = " ".join(unit.names[-2:]) if unit else _("单元已不在，请改登记")
    return {
        "id": one.id,
        "code": one.code,
        "name": one.name,
        "tier": register.tier_name(one.tier, model),
        "where": f"{where} {one.building}".strip(),
        "size": one.size,
        "owner": sentences.label(post) if post else one.owner,
        "door": one.door,
        "checked_on": one.checked_on,
    }
