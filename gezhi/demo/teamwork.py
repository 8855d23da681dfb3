"""A team in the demo: a desk keeps a standing team, and whoever has a matter of the first grid calls it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from gezhi.demo import phrases
from gezhi.errors import Refused
from gezhi.matters import standing
from gezhi.matters.models import Matter
from gezhi.matters.services.besides import AsideGiven, take_aside
from gezhi.matters.services.standing_teams import TeamGiven, make_team
from gezhi.matters.services.teaming import Wanted, call_standing
from gezhi.matters.standing import Day
from gezhi.people.queries import Person, Roster, Seat
from gezhi.places import queries as places
from gezhi.places.paths import ancestors, parent
from gezhi.rules.model import Model


def gather(grid: str, model: Model, staff: Roster, *, at: datetime) -> None:
    """One standing team of a desk above the first grid, called to the newest matter in work there; one of it writes."""
    on = timezone.localdate(at)
    day = Day(on, staff, model, places.tree(on))
    led = Matter.objects.filter(ended_at=None, phase="handling", path=grid, desk__endswith=f"@{grid}")
    matter = led.order_by("-at").first()
    above = next(_above(grid, staff), None)
    if matter is None or above is None or not staff.at_desk(matter.desk):
        return
    keeper, seat = above
    near = [one for one in _near(grid, staff) if standing.has_to_do(model, one)]
    crew = [one for one in near if matter.desk not in one.desks and one is not keeper]
    roles = phrases.ROLES[: len(crew)]
    given = TeamGiven(
        phrases.TEAM,
        phrases.TEAM_DOES,
        on - timedelta(days=1),
        members=[Wanted(one.account, role) for one, role in zip(crew, roles, strict=False)],
        keeper=next(word for word in standing.keepers(keeper.only_from(seat), day)),
    )
    try:
        team = make_team(given, by=keeper, day=day, at=at)
        call_standing(matter.number, team, by=staff.people[staff.at_desk(matter.desk)[0].account])
        take_aside(matter.number, "help", by=crew[0], given=AsideGiven(phrases.TEAM_SAID))
    except Refused:
        return  # nobody can come today, or the model has no such act: the day goes on


def _above(grid: str, staff: Roster) -> Iterator[tuple[Person, Seat]]:
    """Who sits on the way up from a grid, nearest first, at a unit above it, with that seat."""
    for unit in reversed(ancestors(parent(grid))):
        for desk, holders in sorted(staff.sitting().items()):
            person = staff.people[holders[0].account]
            if desk.partition("@")[2] == unit and (seat := person.seat_at(desk)):
                yield person, seat


def _near(grid: str, staff: Roster) -> list[Person]:
    """Who sits in the grids beside it, by path: one of each desk."""
    beside = parent(grid)
    desks = sorted(
        (desk.partition("@")[2], desk)
        for desk in staff.sitting()
        if desk.partition("@")[2].startswith(beside) and len(desk.partition("@")[2]) == len(grid)
    )
    found = [staff.people[staff.at_desk(desk)[0].account] for _path, desk in desks]
    return list({one.account: one for one in found}.values())
