"""常设队伍: the teams that one's own desks keep, made, changed, ended and taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk.forms_team import IN_TEAM, StandingForm
from gezhi.desk.frame import me, show
from gezhi.desk.views.lists import surroundings
from gezhi.desk.views.team import cannot, roles
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import standing
from gezhi.matters.services import standing_teams as services
from gezhi.matters.services.standing_teams import TeamGiven
from gezhi.matters.standing import Day, InStanding, Standing
from gezhi.matters.wall_words import Party
from gezhi.matters.walls import person_word
from gezhi.people.queries import Person
from gezhi.ui.going import go


@require_http_methods(["GET", "HEAD", "POST"])
def standing_teams(request: HttpRequest) -> HttpResponse:
    """The teams of one's own desks, and a form for one more."""
    person, now = me(request), clock.now()
    day = _day(now)
    form = _form(request, person, day)
    if request.method == "POST" and form.is_valid():
        try:
            services.make_team(_given(form), by=person, day=day, at=now)
        except Refused as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("队伍建好了，从第一天起请得到。"), extra_tags="good")
            return go(request, reverse("desk:standing_teams"))
    return _page(request, form, person, day, None)


@require_http_methods(["GET", "HEAD", "POST"])
def standing_team(request: HttpRequest, team: UUID) -> HttpResponse:
    """One team: changed, ended or taken up again."""
    person, now = me(request), clock.now()
    day = _day(now)
    one = standing.one_of(person, team, day)
    if one is None:
        raise NotFound(_("没有这支队伍，或者它不归我的岗位管。"))
    if request.method == "POST" and request.POST.get("what") in {"end", "resume"}:
        return _ended(request, one, person, day, now)
    form = _form(request, person, day, one)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"] or 0
        try:
            services.change_team(team, _given(form), seen=seen, by=person, day=day, at=now)
        except Refused as refusal:
            _say(form, refusal)
        else:
            messages.success(
                request, _("改好了。已经请去办事的人不受影响，还在那一件的团队里。"), extra_tags="good"
            )
            return go(request, reverse("desk:standing_teams"))
    return _page(request, form, person, day, one)


def _ended(request: HttpRequest, one: Standing, person: Person, day: Day, now: datetime) -> HttpResponse:
    seen = request.POST.get("seen", "")
    act, told = services.end_team, _("“{name}”结束了，从今天起请不到；要接着用，在它的页上按“恢复”。")
    if request.POST["what"] == "resume":
        act, told = services.resume_team, _("“{name}”恢复了，又请得到。")
    try:
        name = act(one.id, seen=int(seen) if seen.isdecimal() else 0, by=person, day=day, at=now)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return redirect("desk:standing_team", one.id)
    messages.success(request, told.format(name=name), extra_tags="good")
    return redirect("desk:standing_team", one.id)


def _day(now: datetime) -> Day:
    return standing.day_of(timezone.localdate(now), *surroundings(now))


def _form(request: HttpRequest, person: Person, day: Day, one: Standing | None = None) -> StandingForm:
    """The form of a team, or of a new one. Who is in it may stay in it, whatever they are today."""
    near = max((seat.path for seat in person.terms), key=len, default="")
    people = standing.people_to_name(day, near)
    words = {party.word for party in people}
    members = [_party(each) for each in one.members] if one else []
    people += tuple(party for party in members if party.word not in words)
    return StandingForm(
        request.POST or None,
        keepers=[] if one else list(standing.keepers(person, day).items()),
        people=people,
        others=standing.not_to_name(day),
        rows=IN_TEAM,
        initial=_said(one, people) if one else {"from_on": day.on},
    )


def _party(each: InStanding) -> Party:
    return Party(person_word(each.account), each.name, each.post)


def _said(one: Standing, parties: Sequence[Party]) -> dict[str, Any]:
    """What its form shows: as it is now."""
    people = {party.word: standing.whole(party) for party in parties}
    said: dict[str, Any] = {
        "name": one.name,
        "does": one.does,
        "from_on": one.from_on,
        "last_on": one.last_on,
        "seen": one.version,
    }
    for n, each in enumerate(one.members[:IN_TEAM], 1):
        said |= {f"who-{n}": people[person_word(each.account)], f"role-{n}": each.role}
    return said


def _given(form: StandingForm) -> TeamGiven:
    said = form.cleaned_data
    return TeamGiven(
        said["name"], said["does"], said["from_on"], said["last_on"], form.wanted(), said.get("keeper", "")
    )


def _say(form: StandingForm, refusal: Refused) -> None:
    fields = {"who": "who-1", "role": "role-1"}
    form.refuse(fields.get(refusal.field, refusal.field), refusal.reason)


def _page(
    request: HttpRequest, form: StandingForm, person: Person, day: Day, one: Standing | None
) -> HttpResponse:
    return show(
        request,
        "desk/standing.html",
        "standing",
        status=422 if form.is_bound else 200,
        form=form,
        teams=standing.kept_by(person, day),
        one=one,
        roles=roles(),
        cannot=cannot(day.model),
        now=clock.now(),
    )
