"""Somebody leaves (离岗交接): posts, duty turns, kept filters, teams, keys and sign-ins in one act, each told of by itself.

Each part is done or refused by the service whose rule it is; what is refused changes nothing and is told with its reason,
the rest is done. Only what hangs on the posts that are left goes: what somebody has by a post they keep stays theirs.
Matters stay at their desks: whoever sits there goes on. Who tells beforehand what would be done makes the act and takes
it back, so that what was told and what is done are one list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from gezhi.matters.services import leaving_posts, leaving_teams
from gezhi.matters.services.leaving_posts import Handing, Outcome, tried
from gezhi.people import directory, services, tokens
from gezhi.people.directory import TermLine
from gezhi.rules.model import Model

PARTS = ("post", "turn", "filter", "team", "standing", "key", "address")
Ending = Callable[[Sequence[UUID]], Sequence[str]]


@transaction.atomic
def hand_over(
    handing: Handing, model: Model, *, by: Actor, at: datetime, addresses: Ending = lambda _terms: ()
) -> list[Outcome]:
    """Hand over what somebody has. Returns what came of each part, in the order in which it was done.

    `addresses` ends what programs are pushed to from seats that go, where that is kept by a floor above; it is asked with
    terms and returns names. Raises `Refused` for one's own leaving, and where every post is to be kept.
    """
    if handing.account == by.account:
        raise Refused(_("自己的离岗，请另一位管理员来办。"), code="leaving_oneself")
    running = [one for one in directory.terms_of([handing.account]) if goes(one, handing.on)]
    going = [one for one in running if one.term not in handing.stays]
    if running and not going:
        raise Refused(_("每个岗位都留着，就没有要交接的。请至少放下一个。"), code="nothing_left")
    found = _posts(going, handing, model, by, at)
    now = directory.terms_of([handing.account])
    found += _filters(handing, [one for one in running if one not in going])
    seated = [one for one in now if goes(one, handing.on)]
    found += leaving_teams.leave(handing.account, handing.on, model, seated, by=by, at=at)
    if handing.at_once:
        found += _at_once(handing, [*now, *going], addresses, by, at)
    counts = {
        f"{part}_{what}": sum(1 for one in found if one.part == part and one.state == what)
        for part in PARTS
        for what in ("done", "refused")
    }
    record(events.HANDED_OVER, handing.account, by=by, at=at, on=handing.on.isoformat(), **counts)
    return found


def _posts(
    going: Sequence[TermLine], handing: Handing, model: Model, by: Actor, at: datetime
) -> list[Outcome]:
    """End the posts, in the order in which they are listed. One that may not end while they hold another of them is tried
    again once that has ended."""
    told: dict[UUID, list[Outcome]] = {}
    waiting = list(going)
    while waiting:
        for one in waiting:
            told[one.term] = leaving_posts.leave(one, handing, model, by=by, at=at)
        still = [one for one in waiting if told[one.term][0].refused]
        if len(still) == len(waiting):
            break
        waiting = still
    return [outcome for one in going for outcome in told[one.term]]


def goes(term: TermLine, on: date) -> bool:
    """Whether it runs on that day, or is to."""
    return term.to_on is None or term.to_on > on


def _filters(handing: Handing, kept: Sequence[TermLine]) -> list[Outcome]:
    """What they share becomes somebody else's, shared as it was; what they share by a post that they keep is theirs."""
    found: list[Outcome] = []
    to, here = handing.filters_to, {word for one in kept for word in filters.words_of_term(one)}
    for one in filters.shared_by(handing.account):
        if one.shared_with in here:
            found.append(Outcome("filter", one.name, left="post"))
            continue
        if to is None:
            found.append(Outcome("filter", one.name, left="nobody"))
            continue
        taken = SavedFilter.objects.filter(account=to, name=one.name).exists()
        if not taken:
            SavedFilter.objects.filter(id=one.id).update(account=to)
        why = _("接手的人已经有一个叫这个名的。") if taken else ""
        found.append(Outcome("filter", one.name, to=to, refused=why))
    return found


def _at_once(
    handing: Handing, terms: Sequence[TermLine], addresses: Ending, by: Actor, at: datetime
) -> list[Outcome]:
    """Keys and addresses of the seats that are left, be the end of one refused or not; sign-ins and the slip where they
    keep none."""
    account = handing.account
    gone = list(dict.fromkeys(one.term for one in terms if one.term not in handing.stays))
    found = []
    for key in tokens.issued():
        if key.term in gone and key.ended_at is None:
            found.append(
                Outcome("key", key.name, refused=tried(partial(tokens.end, key.token, by=by, at=at)))
            )
    found += [Outcome("address", name) for name in addresses(gone)]
    if handing.stays:
        return [*found, Outcome("sessions", "", left="post")]
    if ended := services.end_sessions(account, by=by, at=at):
        found.append(Outcome("sessions", str(ended)))
    if services.withdraw(account, by=by, at=at):
        found.append(Outcome("slip", ""))
    return found


__all__ = ["Handing", "Outcome", "goes", "hand_over"]
