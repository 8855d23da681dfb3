"""Somebody leaves: the teams they are in, of matters and of desks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import access, events, standing
from gezhi.matters.models import Matter, StandingMember
from gezhi.matters.services import teaming


def leave(account: UUID, on: date, *, by: Actor, at: datetime) -> list[tuple[str, str]]:
    """End memberships of somebody whose first day without a post is `on`. Returns what came of each, as pairs of a part
    and what it is: team or in_time and the number of a matter, standing and the name of a team.

    Those of matters end at once where that day has come; before, they are theirs to see until their last day, and the
    gate lets nobody through who has no seat.
    """
    found = []
    rows = list(access.memberships(account).order_by("since"))
    numbers = dict(Matter.objects.filter(id__in=[row.matter for row in rows]).values_list("id", "number"))
    over = on <= timezone.localdate(at)
    for row in rows:
        if over:
            teaming.end(row, "post", by=by, at=at)
        found.append(("team" if over else "in_time", numbers[row.matter]))
    return found + [("standing", name) for name in _out_of_standing(account, on, by, at)]


def _out_of_standing(account: UUID, on: date, by: Actor, at: datetime) -> list[str]:
    """Take them out of standing teams from that day on."""
    rows = standing.of_account(account, on)
    names = standing.names_of_teams(row.team for row in rows)
    for row in rows:
        if row.from_on >= on:
            row.delete()  # was in it on no day
        else:
            StandingMember.objects.filter(id=row.id).update(until_on=on)
        left = StandingMember.objects.filter(team=row.team, until_on=None).values_list("account", flat=True)
        record(events.STANDING_CHANGED, row.team, by=by, at=at, members=[one.hex for one in left])
    return list(dict.fromkeys(names[row.team] for row in rows if row.team in names))
