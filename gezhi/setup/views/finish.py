"""Step 5: the first matter: who signs in, where, what they press; and what the district still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gezhi.ledger import clock
from gezhi.matters import firsts, sentences
from gezhi.people import directory, queries
from gezhi.people.queries import Roster
from gezhi.rules import who
from gezhi.rules.model import Model
from gezhi.setup import address, frame, lacks

NAMED = 4


@dataclass(frozen=True, slots=True)
class Taker:
    """One who may take the first matter in. `came`: they have a password; `slip`: a printed slip is waiting for them."""

    post: str
    name: str
    came: bool
    slip: bool


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Who can take the first matter in and how, and the list of what is missing."""
    model = frame.model()
    if model is None or not frame.opened():
        return redirect("setup:workbook")
    staff = queries.roster(clock.today())
    takers = _takers(model, staff)
    came = [one for one in takers if one.came]
    return frame.show(
        request, "finish",
        missing=lacks.missing(model, frame.tree(), staff),
        first=_named(came or takers), came=bool(came), how_far=firsts.first(),
        printed=any(one.slip for one in takers),
        slips=f"{reverse('setup:people')}?{urlencode({'q': takers[0].post})}" if takers else "",
        site=address.printed(request), login=address.first_time(request),
    )  # fmt: skip


def _takers(model: Model, staff: Roster) -> list[Taker]:
    """Those who may take a matter in, in the model's order of duties."""
    posts = [
        word.id for duty in model.duties.values() if duty.kind == "triage" for word in map(who.parse, duty.held_by)
        if word.kind == "post"
    ]  # fmt: skip
    able, slips = queries.able_to_sign_in(), directory.with_good_slips(clock.now())
    found = [
        Taker(
            sentences.label(model.posts[seat.post]),
            person.name,
            person.account in able,
            person.account in slips,
        )
        for post in posts
        for person in staff.people.values()
        for seat in person.terms
        if seat.post == post
    ]
    return list(dict.fromkeys(found))


def _named(takers: list[Taker]) -> str:
    """By post: “网格管理中心 沈样溪、尤样竹”, and how many there are in all."""
    posts: dict[str, list[str]] = {}
    for one in takers[:NAMED]:
        posts.setdefault(one.post, []).append(one.name)
    some = _("、").join(f"{post} {_('、').join(names)}" for post, names in posts.items())
    return some + (_("等 {n} 人").format(n=len(takers)) if len(takers) > NAMED else "")
