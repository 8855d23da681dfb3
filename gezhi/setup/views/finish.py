"""Step 5: the first matter, and what the district still lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gezhi.ledger import clock
from gezhi.matters import sentences
from gezhi.people import queries, vacancies
from gezhi.people.queries import Roster
from gezhi.rules import who
from gezhi.rules.model import Model
from gezhi.setup import address, frame


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is still missing: how many, what follows from it, and where it is mended."""

    count: int
    said: str
    why: str
    href: str
    names: str


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Who can take the first matter in, and the list of what is missing."""
    model = frame.model()
    if model is None or not frame.opened():
        return redirect("setup:workbook")
    staff = queries.roster(clock.today())
    missing = [one for one in _missing(model, staff) if one.count]
    return frame.show(
        request, "finish", missing=missing, first=_first(model, staff), login=address.first_time(request),
        came=queries.anybody_can_sign_in(),
    )  # fmt: skip


def _first(model: Model, staff: Roster) -> str:
    """Some of those who may take a matter in: post and name."""
    posts = [
        word.id for duty in model.duties.values() if duty.kind == "triage" for word in map(who.parse, duty.held_by)
        if word.kind == "post"
    ]  # fmt: skip
    found = [
        f"{sentences.label(model.posts[seat.post])} {person.name}"
        for post in posts
        for person in staff.people.values()
        for seat in person.terms
        if seat.post == post
    ]
    return _("、").join(list(dict.fromkeys(found))[:4])


def _missing(model: Model, staff: Roster) -> list[Missing]:
    ground = frame.tree()
    empty = vacancies.vacant(model, ground, staff)
    bare = [unit for unit in ground.by_path.values() if unit.leaf and unit.lon is None]
    able = queries.able_to_sign_in()
    absent = [person for person in staff.people.values() if person.account not in able]
    handled = [one for one in model.items.values() if one.handler and not _has_handler(one.handler, staff)]
    staffed = reverse("setup:staff" if queries.anybody_can_sign_in() else "setup:workbook")
    return [
        Missing(len(empty), _("个岗位空缺"), _("空缺时，事情报给上一级。"), staffed,
                _names(_seat(model, one.post, one.department) for one in empty)),
        Missing(len(bare), _("个网格没有边界"), _("在图上点的地点找不到它，要手工指定。"), reverse("setup:borders"),
                _names(unit.name for unit in bare)),
        Missing(len(handled), _("类事项没有人承办"), _("派下去以后没有人接。"), staffed,
                _names(one.name for one in handled)),
        Missing(len(absent), _("个人还没有来过"), _("打印登录单，当面给本人。"), reverse("setup:people"),
                _names(person.name for person in absent)),
    ]  # fmt: skip


def _has_handler(word: str, staff: Roster) -> bool:
    kind, _colon, code = word.partition(":")
    if code:
        return bool(staff.department_holders(code))
    return any(seat.post == kind for person in staff.people.values() for seat in person.terms)


def _seat(model: Model, post: str, department: str) -> str:
    known = model.departments.get(department) if department else model.posts.get(post)
    return sentences.label(known) if known else post


def _names(words: Iterable[str]) -> str:
    found = list(dict.fromkeys(words))
    return _("、").join(found[:6]) + ("……" if len(found) > 6 else "")
