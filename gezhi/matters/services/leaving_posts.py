"""Somebody leaves: a post of theirs ends, whoever follows begins, and its turns of the duty rota (值班) go along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.people import directory, rota, services
from gezhi.people.directory import TermLine
from gezhi.people.rota import ShiftLine
from gezhi.people.services import Appointment, Hours
from gezhi.rules.model import Model

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Handing:
    """Who leaves, their first day without, who follows in each term (none: nobody is named), who gets what they shared,
    whether their keys and sign-ins end at once, and which terms are not left."""

    account: UUID
    on: date
    to: Mapping[UUID, UUID | None]
    filters_to: UUID | None = None
    at_once: bool = True
    stays: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one part: post, turn, filter, team, in_time, standing, key, address, sessions or slip.

    `thing` is a filter's, a key's or an address's name, the number of a matter, the name of a standing team, or how many;
    of a post and a turn there is `term`, and of a turn `turn`. `refused` says why nothing was done. `left` says why it
    stays as it is: nobody (is named who takes it), post (they keep one), stays (a post that is not left, though `to` was
    named to follow) or until (it was not asked to end at once). in_time is a team whose matter is theirs to see until
    their last day, and then no more.
    """

    part: str
    thing: str
    term: TermLine | None = None
    to: UUID | None = None
    refused: str = ""
    left: str = ""
    turn: ShiftLine | None = None

    @property
    def state(self) -> str:
        """done, refused or left."""
        return "refused" if self.refused else "left" if self.left else "done"


def leave(term: TermLine, handing: Handing, model: Model, *, by: Actor, at: datetime) -> list[Outcome]:
    """End one term, and begin that of whoever follows: before the end where the post may not be vacant, after it where
    there is no room for two. Its turns go to them, each by itself; without them they stand open, for somebody to take.

    Of a term that has not begun nothing is left: its turns are taken off first, and put again for whoever follows.
    """
    to = None if term.standing else handing.to.get(term.term)
    turns, never = rota.shifts_of([term.term], handing.on), term.from_on >= handing.on
    follows: list[UUID] = []
    begin = partial(
        _begin, term, handing.on, to, follows, partial(services.appoint, model=model, by=by, at=at)
    )
    end = partial(_end, term, handing.on, turns if never else [], model, by, at)
    orders: list[tuple[Act, ...]] = [(begin, end), (end, begin)] if to else [(end,)]
    if refused := _first_that_goes(orders):
        return [Outcome("post", "", term, to, refused)]
    found = [Outcome("post", "", term, to)]
    for turn in turns:
        if not to:
            found.append(Outcome("turn", "", term, left="nobody", turn=turn))
            continue
        give = partial(_put_again if never else _hand, turn, follows[-1], handing.on, by, at)
        found.append(Outcome("turn", "", term, to, tried(give), turn=turn))
    return found


def _first_that_goes(orders: Sequence[tuple[Act, ...]]) -> str:
    """Do the first of these orders that is not refused; why the first is, if all are."""
    refused = []
    for order in orders:
        why = tried(*order)
        if not why:
            return ""
        refused.append(why)
    return refused[0]


def _begin(
    term: TermLine, on: date, to: UUID | None, follows: list[UUID], appoint: Callable[[Appointment], UUID]
) -> None:
    """Whoever follows holds the post from that day: by a term of theirs, if they sit there anyway, or by a new one."""
    assert to is not None  # noqa: S101  # an order without them has no beginning
    start = max(on, term.from_on)
    held = next((one for one in directory.terms_of([to]) if _same_seat(one, term, start)), None)
    follows.append(held.term if held else appoint(_like(term, to, start)))


def _same_seat(one: TermLine, term: TermLine, on: date) -> bool:
    same = (one.post, one.department, one.unit) == (term.post, term.department, term.unit)
    return same and not one.standing and one.state(on) == "now"


def _like(term: TermLine, to: UUID, start: date) -> Appointment:
    return Appointment(account=to, post=term.post, unit=term.unit, department=term.department, from_on=start)


def _end(term: TermLine, on: date, drop: list[ShiftLine], model: Model, by: Actor, at: datetime) -> None:
    for turn in drop:
        services.end_shift(turn.shift, turn.from_on, by=by, at=at)
    if term.from_on >= on:
        services.undo_term(term.term, model, by=by, at=at)
    else:
        services.change_end(term.term, on, model, by=by, at=at)


def _hand(turn: ShiftLine, term: UUID, on: date, by: Actor, at: datetime) -> None:
    services.hand_shift(turn.shift, term, on, by=by, at=at)


def _put_again(turn: ShiftLine, term: UUID, on: date, by: Actor, at: datetime) -> None:
    hours = Hours(
        from_on=max(on, turn.from_on), starts=turn.starts, ends=turn.ends, day=turn.day, to_on=turn.to_on
    )
    services.put_shift(term, hours, by=by, at=at)


def tried(*acts: Act) -> str:
    """Do all of them or none; why not, if not."""
    try:
        with transaction.atomic():
            for act in acts:
                act()
    except Refused as no:
        return no.reason
    return ""
