"""Somebody leaves (离岗交接): posts, kept filters, keys and sign-ins in one act, each told of by itself.

Each part is done or refused by the service whose rule it is; what is refused changes nothing and is told with its reason,
the rest is done. Matters stay at their desks: whoever sits there goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import events, filters
from gezhi.matters.models import SavedFilter
from gezhi.matters.services import leaving_teams
from gezhi.people import directory, services, tokens
from gezhi.people.directory import TermLine
from gezhi.people.services import Appointment
from gezhi.rules.model import Model

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Handing:
    """Who leaves, their first day without, who follows in each term (none: nobody is named), who gets what they shared,
    and whether their keys and sign-ins end at once."""

    account: UUID
    on: date
    to: Mapping[UUID, UUID | None]
    filters_to: UUID | None = None
    at_once: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one part: post, filter, team, in_time, standing, key or sessions; `thing` is a term, a filter's or a
    key's name, the number of a matter, the name of a standing team, or how many; `refused` says why nothing was done.
    in_time is a team whose matter is theirs to see until their last day, and then no more."""

    part: str
    thing: str
    term: TermLine | None = None
    to: UUID | None = None
    refused: str = ""


@transaction.atomic
def hand_over(handing: Handing, model: Model, *, by: Actor, at: datetime) -> list[Outcome]:
    """Hand over what somebody has. Returns what came of each part, in the order in which it was done."""
    if handing.account == by.account:
        raise Refused(_("自己的离岗，请另一位管理员来办。"), code="leaving_oneself")
    terms = [one for one in directory.terms_of([handing.account]) if _goes(one, handing.on)]
    found = [_post(one, handing, model, by, at) for one in terms]
    found += _filters(handing)
    teams = leaving_teams.leave(handing.account, handing.on, by=by, at=at)
    found += [Outcome(part, thing) for part, thing in teams]
    if handing.at_once:
        found += _at_once(handing.account, by, at)
    counts = {
        f"{part}_{what}": sum(1 for one in found if one.part == part and bool(one.refused) is refused)
        for part in ("post", "filter", "team", "standing", "key")
        for what, refused in (("done", False), ("refused", True))
    }
    record(events.HANDED_OVER, handing.account, by=by, at=at, on=handing.on.isoformat(), **counts)
    return found


def _goes(term: TermLine, on: date) -> bool:
    return term.to_on is None or term.to_on > on


def _post(term: TermLine, handing: Handing, model: Model, by: Actor, at: datetime) -> Outcome:
    """End one term, and begin that of whoever follows: before the end where the post may not be vacant, after it where
    there is no room for two."""
    to = handing.to.get(term.term)
    if term.from_on >= handing.on:
        end: Act = partial(services.undo_term, term.term, model, by=by, at=at)
    else:
        end = partial(services.change_end, term.term, handing.on, model, by=by, at=at)
    orders: list[tuple[Act, ...]] = [(end,)]
    if to is not None and not term.standing:
        wanted = Appointment(
            account=to, post=term.post, unit=term.unit, department=term.department,
            from_on=max(handing.on, term.from_on),
        )  # fmt: skip
        begin: Act = partial(services.appoint, wanted, model, by=by, at=at)
        orders = [(begin, end), (end, begin)]
    refused = [why for order in orders if (why := _tried(*order))]
    return Outcome("post", "", term, to, refused[0] if len(refused) == len(orders) else "")


def _tried(*acts: Act) -> str:
    """Do all of them or none; why not, if not."""
    try:
        with transaction.atomic():
            for act in acts:
                act()
    except Refused as no:
        return no.reason
    return ""


def _filters(handing: Handing) -> list[Outcome]:
    """What they share becomes somebody else's, shared as it was."""
    found: list[Outcome] = []
    if (to := handing.filters_to) is None:
        return found
    for one in filters.shared_by(handing.account):
        taken = SavedFilter.objects.filter(account=to, name=one.name).exists()
        if not taken:
            SavedFilter.objects.filter(id=one.id).update(account=to)
        why = _("接手的人已经有一个叫这个名的。") if taken else ""
        found.append(Outcome("filter", one.name, to=to, refused=why))
    return found


def _at_once(account: UUID, by: Actor, at: datetime) -> list[Outcome]:
    terms = {one.term for one in directory.terms_of([account])}
    found = []
    for key in tokens.issued():
        if key.term in terms and key.ended_at is None:
            found.append(
                Outcome("key", key.name, refused=_tried(partial(tokens.end, key.token, by=by, at=at)))
            )
    ended = services.end_sessions(account, by=by, at=at)
    return [*found, Outcome("sessions", str(ended))] if ended else found
