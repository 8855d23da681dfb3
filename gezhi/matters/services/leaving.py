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
from typing import NamedTuple
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
from gezhi.people import queries as people
from gezhi.people.directory import TermLine
from gezhi.rules.model import Model

PARTS = ("post", "turn", "filter", "team", "standing", "key", "address")
OfTerms = Callable[[Sequence[UUID]], Sequence[str]]


class Addresses(NamedTuple):
    """What programs are pushed to from seats, where that is kept by a floor above: `end` ends those of terms, `names`
    only says which they are. Both return names."""

    end: OfTerms
    names: OfTerms


class Handed(NamedTuple):
    """What came of each part, in the order in which it was done, and the entry that says so; none where nothing was done."""

    entry: UUID | None
    parts: list[Outcome]


@transaction.atomic
def hand_over(handing: Handing, model: Model, *, by: Actor, at: datetime, addresses: Addresses) -> Handed:
    """Hand over what somebody has. Where nothing of it can be done, nothing is written.

    Raises `Refused` for one's own leaving, and where every post is to be kept.
    """
    if handing.account == by.account:
        raise Refused(_("自己的离岗，请另一位管理员来办。"), code="leaving_oneself")
    running = [one for one in directory.terms_of([handing.account]) if goes(one, handing.on)]
    going = [one for one in running if one.term not in handing.stays]
    if running and not going:
        raise Refused(_("每个岗位都留着，就没有要交接的。请至少放下一个。"), code="nothing_left")
    found = _posts(going, handing, model, by, at)
    now = directory.terms_of([handing.account])
    found += _not_taken(handing, [one for one in running if one not in going])
    found += _filters(handing, [one for one in running if one not in going])
    seated = [one for one in now if goes(one, handing.on)]
    found += leaving_teams.leave(handing.account, handing.on, model, seated, by=by, at=at)
    if handing.at_once:
        found += _at_once(handing, [*now, *going], seated, addresses.end, by, at)
    else:
        found += _until_then(handing.account, _gone(going, seated), seated, addresses.names)
    return Handed(_recorded(handing, found, by, at), found)


def _recorded(handing: Handing, found: Sequence[Outcome], by: Actor, at: datetime) -> UUID | None:
    """One entry with how many of each part were done and refused."""
    if not any(one.state == "done" for one in found):
        return None
    counts = {
        f"{part}_{what}": sum(1 for one in found if one.part == part and one.state == what)
        for part in PARTS
        for what in ("done", "refused")
    }
    return record(events.HANDED_OVER, handing.account, by=by, at=at, on=handing.on.isoformat(), **counts)


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


def _not_taken(handing: Handing, kept: Sequence[TermLine]) -> list[Outcome]:
    """Whoever was named to follow in a post that is not left does not."""
    named = ((one, handing.to.get(one.term)) for one in kept)
    return [Outcome("post", "", one, to, left="stays") for one, to in named if to is not None]


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
    handing: Handing,
    terms: Sequence[TermLine],
    seated: Sequence[TermLine],
    end: OfTerms,
    by: Actor,
    at: datetime,
) -> list[Outcome]:
    """Keys and addresses of the seats that are left, be the end of one refused or not; sign-ins and the slip where no
    seat is left to them, whatever was asked for."""
    account = handing.account
    gone = list(dict.fromkeys(one.term for one in terms if one.term not in handing.stays))
    found = []
    for key in _keys_of(gone):
        found.append(Outcome("key", key.name, refused=tried(partial(tokens.end, key.token, by=by, at=at))))
    found += [Outcome("address", name) for name in end(gone)]
    if seated:
        return [*found, Outcome("sessions", "", left="post")]
    if ended := services.end_sessions(account, by=by, at=at):
        found.append(Outcome("sessions", str(ended)))
    if services.withdraw(account, by=by, at=at):
        found.append(Outcome("slip", ""))
    return found


def _gone(going: Sequence[TermLine], seated: Sequence[TermLine]) -> list[UUID]:
    """The terms that were to end, and did."""
    left = {one.term for one in seated}
    return [one.term for one in going if one.term not in left]


def _until_then(
    account: UUID, gone: Sequence[UUID], seated: Sequence[TermLine], names: OfTerms
) -> list[Outcome]:
    """What was not asked to end at once, and goes on as long as the seats that are left; sign-ins and the slip longer."""
    found = [Outcome("key", key.name, left="until") for key in _keys_of(gone)]
    found += [Outcome("address", name, left="until") for name in names(gone)]
    if seated:
        return found
    if many := len(people.sessions_of(account)):
        found.append(Outcome("sessions", str(many), left="until"))
    if directory.invited_until(account):
        found.append(Outcome("slip", "", left="until"))
    return found


def _keys_of(terms: Sequence[UUID]) -> list[tokens.TokenLine]:
    return [key for key in tokens.issued() if key.term in terms and key.ended_at is None]


__all__ = ["Addresses", "Handed", "Handing", "Outcome", "goes", "hand_over"]
