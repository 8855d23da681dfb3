"""Somebody leaves: the teams they are in, of matters and of desks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import access, events, standing
from gezhi.matters.models import Matter, Member, StandingMember
from gezhi.matters.services import teaming
from gezhi.matters.services.leaving_posts import Outcome
from gezhi.people.directory import TermLine
from gezhi.rules.model import Model


def leave(
    account: UUID, on: date, model: Model, kept: Sequence[TermLine], *, by: Actor, at: datetime
) -> list[Outcome]:
    """End memberships of somebody whose first day without the posts that go is `on`. Returns what came of each: team or
    in_time with the number of a matter, standing with the name of a team.

    Somebody is in a team under their own name: where a post that has to do with matters stays, so do they. Memberships of
    matters end at once where that day has come; before, they are theirs to see until their last day, and the gate lets
    nobody through who has no seat.
    """
    stays = any(standing.handles(model, one) for one in kept)
    rows = list(access.memberships(account).order_by("since"))
    numbers = dict(Matter.objects.filter(id__in=[row.matter for row in rows]).values_list("id", "number"))
    found = [_out_of(row, numbers[row.matter], stays, on, by, at) for row in rows]
    return found + _out_of_standing(account, stays, on, by, at)


def _out_of(row: Member, number: str, stays: bool, on: date, by: Actor, at: datetime) -> Outcome:
    if stays:
        return Outcome("team", number, left="post")
    if on > timezone.localdate(at):
        return Outcome("in_time", number)
    teaming.end(row, "post", by=by, at=at)
    return Outcome("team", number)


def _out_of_standing(account: UUID, stays: bool, on: date, by: Actor, at: datetime) -> list[Outcome]:
    """Take them out of standing teams from that day on."""
    rows = standing.of_account(account, on)
    names = standing.names_of_teams(row.team for row in rows)
    told = list(dict.fromkeys(names[row.team] for row in rows if row.team in names))
    if stays:
        return [Outcome("standing", name, left="post") for name in told]
    for row in rows:
        if row.from_on >= on:
            row.delete()  # was in it on no day
        else:
            StandingMember.objects.filter(id=row.id).update(until_on=on)
        left = StandingMember.objects.filter(team=row.team, until_on=None).values_list("account", flat=True)
        record(events.STANDING_CHANGED, row.team, by=by, at=at, members=[one.hex for one in left])
    return [Outcome("standing", name) for name in told]
