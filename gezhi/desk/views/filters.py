"""常用筛选: filters that are kept by a name, as chips above the list and on a page of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import rows, sieve_form
from gezhi.desk.frame import me, show
from gezhi.desk.views.lists import surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import filters, finding, sieves
from gezhi.matters.filters import KeptFilter
from gezhi.matters.finding import Sieve
from gezhi.matters.services import filtering
from gezhi.matters.sifting import GLANCED
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

KEYED = 9
"""So many chips have a key of their own, and a count."""


@dataclass(frozen=True)
class Chip:
    """One kept filter. `key` on the keyboard; `stale` if something it asks for is no longer there."""

    id: UUID
    name: str
    href: str
    number: str
    key: str
    here: bool
    mine: bool
    stale: bool
    said: str = ""
    shared: str = ""
    whose: str = ""


def chips(kept: Sequence[KeptFilter], person: Person, now: datetime, here: Sieve) -> list[Chip]:
    """The kept filters of a person. What the first `KEYED` hold is counted within the person's own scope, each by one
    look at the first `GLANCED` rows; words are counted by their index."""
    found = []
    model, ground = surroundings(now)
    for place, one in enumerate(kept):
        sieve, stale = _sieve(one, model, ground)
        counts = place < KEYED and not stale
        number = _number(person, sieve, now) if counts else ""
        key = str(place + 1) if place < KEYED else ""
        open_here = not stale and sieves.asked_of(sieve) == sieves.asked_of(here)
        found.append(
            Chip(
                one.id, one.name, _href(one), number, key, open_here, one.mine, stale, shared=one.shared_with
            )
        )
    return found


def _href(one: KeptFilter) -> str:
    return f"{reverse('desk:matters')}?{one.asked}"


def _sieve(one: KeptFilter, model: Model, ground: Tree) -> tuple[Sieve, bool]:
    """What it keeps today, and whether some of what was kept is no longer there."""
    asked = dict(parse_qsl(one.asked))
    sieve = sieves.sieve_in(asked, model, ground)
    return sieve, sieves.asked_of(sieve) != asked


def _number(person: Person, sieve: Sieve, now: datetime) -> str:
    if not sieve.words:
        return sieve_form.counted(finding.counted(person, sieve, at=now, window=GLANCED))
    search = finding.searched(person, sieve, at=now)
    return ("" if search.is_certain else "≤") + rows.counted(search.count(), more=False)


@require_http_methods(["GET", "HEAD", "POST"])
def filters_page(request: HttpRequest) -> HttpResponse:
    """The page of kept filters; by POST one is kept, changed or removed."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    if request.method == "POST":
        try:
            return _changed(request, person, model, ground, now)
        except Refused as refusal:
            messages.error(request, refusal.reason)
            return redirect(_back(request))
    found = filters.kept_for(person, ground)
    names = people.names_of(one.account for one in found if not one.mine)
    shown = chips(found, person, now, Sieve())
    made = [_in_full(c, one, model, ground, names) for c, one in zip(shown, found, strict=True)]
    page = {
        "mine": [chip for chip in made if chip.mine],
        "others": [chip for chip in made if not chip.mine],
        "offers": offers(person, model, ground),
    }
    return show(request, "desk/filters.html", "matters", page=page)


def _changed(request: HttpRequest, person: Person, model: Model, ground: Tree, now: datetime) -> HttpResponse:
    said = request.POST
    name, shared = said.get("name", ""), said.get("shared", "")
    if id := said.get("remove", ""):
        told = _("常用筛选「{name}」已删除。")
        name = filtering.remove_filter(_uuid(id), by=person)
    elif id := said.get("change", ""):
        told = _("常用筛选「{name}」已改。")
        name = filtering.change_filter(_uuid(id), name, shared, by=person, ground=ground).name
    else:
        told = _("已存为常用筛选「{name}」。")
        sieve = sieves.sieve_in(dict(parse_qsl(said.get("asked", ""))), model, ground)
        asked = "" if sieve == Sieve() else urlencode(sieves.asked_of(sieve))
        name = filtering.keep_filter(name, asked, shared, by=person, ground=ground, at=now).name
    messages.success(request, told.format(name=name), extra_tags="good")
    return redirect(_back(request))


def _uuid(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        return UUID(int=0)


def _back(request: HttpRequest) -> str:
    """Back to the list where the filter was kept from there, else to the page of kept filters."""
    if "asked" in request.POST:
        asked = urlencode([p for p in parse_qsl(request.POST["asked"]) if p[0] in sieves.KEYS])
        return f"{reverse('desk:matters')}?{asked}"
    return reverse("desk:filters")


def _in_full(chip: Chip, one: KeptFilter, model: Model, ground: Tree, names: dict[UUID, str]) -> Chip:
    sieve, _stale = _sieve(one, model, ground)
    said = _("，").join(sieves.said(sieve, model, ground))
    return replace(chip, said=said, whose="" if one.mine else names.get(one.account, ""))


def offers(person: Person, model: Model, ground: Tree) -> list[tuple[str, str]]:
    """With whom one may share, in words."""
    found = [("", _("只给自己"))]
    for word, (kind, what) in filters.shareable(person, ground).items():
        name = rows.desk_words(what, model, ground) if kind == "desk" else ground.by_path[what].name
        told = _("同岗位：{name}") if kind == "desk" else _("{name}及以下的人")
        found.append((word, told.format(name=name)))
    return found
