"""What is registered for a day to come, room by room: each with what it is, and how it is taken back until its day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.queries import Happened
from gezhi.matters import drafts, editions, events
from gezhi.matters.services import drafting, grounds
from gezhi.matters.services.editions import INSTANCE
from gezhi.people import directory, rota, services
from gezhi.people import queries as people
from gezhi.people.directory import ShiftTurn, TermLine
from gezhi.places import history, plan_words
from gezhi.places.history import PlanLine
from gezhi.setup import seats
from gezhi.setup.seats import Seat
from gezhi.setup.views.rota import hours_said, pattern_said
from gezhi.setup.views.staff_words import days_said

TOLD = 3
BEGAN = ("term.began", "term.stood_in")
ENDED = ("term.ended", "term.extended")


class TakingBack(NamedTuple):
    """What taking back says and does, and what it rests on."""

    said: str
    act: Callable[[], object]
    mark: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that will hold from a day on. `key` names it in its room; `href` is where its room shows it.

    `about` and `whats` find the entry by which it was registered, the last one whose facts hold `facts`; it can be
    taken back where that entry says what was before, if `undoes` says so.
    """

    on: date
    room: str
    key: str
    said: str
    href: str
    about: UUID
    whats: tuple[str, ...]
    facts: dict[str, str] = field(default_factory=dict)
    undoes: bool = True
    needs_was: bool = False

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands in the list, and the key of its page."""
        return self.on.isoformat(), self.room, self.key


class Room(NamedTuple):
    """One room that has such things: its list from a day on, and how one of them is taken back."""

    coming: Callable[[date], Iterable[Coming]]
    taken_back: Callable[[Coming, Actor, datetime], TakingBack]


def everything(on: date) -> list[Coming]:
    """All of them after this day, by day."""
    return sorted((one for room in ROOMS.values() for one in room.coming(on)), key=lambda one: one.place)


def registered(found: Iterable[Coming]) -> dict[tuple[str, str, str], Happened]:
    """The entries by which these were registered, by their places. One statement for all of them."""
    every = list(found)
    entries = ledger.happened_to({one.about for one in every}, {what for one in every for what in one.whats})
    made: dict[tuple[str, str, str], Happened] = {}
    for one in every:
        for entry in entries:
            if (
                entry.about == one.about
                and entry.what in one.whats
                and one.facts.items() <= entry.facts.items()
            ):
                made[one.place] = entry
    return made


def may_be_taken_back(one: Coming, entry: Happened | None) -> bool:
    """Whether there is something to go back to."""
    return one.undoes and (not one.needs_was or (entry is not None and "was" in entry.facts))


# terms


def _beginnings(on: date) -> Iterable[Coming]:
    """Terms that begin later; those that a plan of the ground moves go with the plan."""
    turning = [one for one in directory.terms_turning(on) if one.from_on > on and one.begun_by is None]
    names = people.names_of(one.account for one in turning)
    return [_beginning(one, names[one.account]) for one in turning]


def _endings(on: date) -> Iterable[Coming]:
    """Terms that end later, but by a plan of the ground."""
    turning = [one for one in directory.terms_turning(on) if one.ended_by is None]
    names = people.names_of(one.account for one in turning)
    return [
        _ending(one, one.to_on, names[one.account])
        for one in turning
        if one.to_on is not None and one.to_on > on
    ]


def _beginning(term: TermLine, name: str) -> Coming:
    seat = seats.said(seats.seat_of(term), term.from_on)
    said = _("{name}开始代理{seat}") if term.standing else _("{name}开始任{seat}")
    href = reverse("setup:staff_person", args=[term.account])
    return Coming(
        term.from_on, "begin", term.term.hex, said.format(name=name, seat=seat), href, term.term, BEGAN
    )


def _ending(term: TermLine, on: date, name: str) -> Coming:
    seat = seats.said(seats.seat_of(term), on)
    said = _("{name}不再代理{seat}") if term.standing else _("{name}不再任{seat}")
    href = reverse("setup:staff_person", args=[term.account])
    return Coming(
        on,
        "end",
        term.term.hex,
        said.format(name=name, seat=seat),
        href,
        term.term,
        (*BEGAN, *ENDED),
        needs_was=True,
    )


def _mark_of(term: UUID) -> str:
    return directory.mark_of(directory.terms_by_id([term]).values())


def _begin_taken_back(one: Coming, by: Actor, at: datetime) -> TakingBack:
    said = _("撤回：{day}起“{said}”当作没有定过。").format(day=seats.day_said(one.on), said=one.said)
    act = partial(services.undo_term, one.about, seats.day(clock.today()).model, by=by, at=at)
    return TakingBack(said, act, partial(_mark_of, one.about))


def _end_taken_back(one: Coming, by: Actor, at: datetime) -> TakingBack:
    """The end that stood before the last change of it."""
    entry = registered([one]).get(one.place)
    if entry is None or "was" not in entry.facts:
        raise Refused(
            _("最后一天是任命时定的，没有以前的日子可以退回去。要改，请到本人那一页。"),
            code="end_from_start",
        )
    was = date.fromisoformat(entry.facts["was"]) if entry.facts["was"] else None
    back = _("照旧到{day}为止").format(day=seats.day_said(was - seats.DAY)) if was else _("照旧不定最后一天")
    told = _("撤回：{day}起“{said}”作废，{back}。")
    act = partial(services.change_end, one.about, was, seats.day(clock.today()).model, by=by, at=at)
    return TakingBack(
        told.format(day=seats.day_said(one.on), said=one.said, back=back), act, partial(_mark_of, one.about)
    )


# the duty rota


def _shifts(on: date) -> Iterable[Coming]:
    turning = directory.shifts_turning(on)
    names = people.names_of(one.account for one in turning if one.account is not None)
    for shift in turning:
        yield _shift(shift, names[shift.account] if shift.account is not None else "")


def _shift(one: ShiftTurn, name: str) -> Coming:
    seat = Seat(one.post, one.department, one.unit)
    days, place = days_said(one.from_on, one.to_on), seats.said(seat, one.from_on)
    if name:
        hours = f"{pattern_said(one.day)} {hours_said(one.starts, one.ends)}"
        said = _("值班：{days}，{hours}，{seat}找{name}").format(
            days=days, hours=hours, seat=place, name=name
        )
    else:
        said = _("值班：{days}，{seat}没有人值班").format(days=days, seat=place)
    word = f"{seats.OFFICE}{one.department}" if one.department else one.post
    href = reverse("setup:rota_of", args=[one.unit, word])
    return Coming(one.from_on, "shift", one.shift.hex, said, href, one.shift, ("shift.put",))


def _shift_taken_back(one: Coming, by: Actor, at: datetime) -> TakingBack:
    said = _("撤回：“{said}”当作没有排过。").format(said=one.said)
    act = partial(services.end_shift, one.about, one.on, by=by, at=at)
    return TakingBack(said, act, partial(_mark_of_shift, one.about))


def _mark_of_shift(shift: UUID) -> str:
    where = rota.where_of(shift)
    return directory.mark_of((), *(rota.shifts_at(where.unit, clock.today()) if where else ()))


# the ground


def _plans(on: date) -> Iterable[Coming]:
    for plan in history.plans():
        if plan.on > on and not plan.undone:
            yield Coming(
                plan.on,
                "plan",
                plan.id.hex,
                _plan_said(plan),
                reverse("setup:borders"),
                plan.id,
                ("plan.adopted",),
            )


def _plan_said(plan: PlanLine) -> str:
    told = [plan_words.sentence(one) for one in plan.told[:TOLD]]
    if len(plan.told) > TOLD:
        told.append(_("一共 {n} 项。").format(n=len(plan.told)))
    title = _("地界调整“{title}”").format(title=plan.title) if plan.title else _("地界调整")
    return _("{title}：{changes}").format(title=title, changes="".join(told))


def _plan_taken_back(one: Coming, by: Actor, at: datetime) -> TakingBack:
    said = _("撤回：{day}起的这次地界调整当作没有定过，跟着它走的任期也退回去。{said}").format(
        day=seats.day_said(one.on), said=one.said
    )
    return TakingBack(said, partial(grounds.undo, one.about, by=by, at=at), lambda: "plan")


# the model


def _editions(on: date) -> Iterable[Coming]:
    line = editions.waiting(on)
    if line is None:
        return
    said = _("治理模型“{name}”起用新的一版").format(name=editions.of_version(line.version).name)
    yield Coming(
        line.since, "edition", line.version, said, reverse("setup:model"), INSTANCE, (events.EDITION_ADOPTED,),
        {"version": line.version},
    )  # fmt: skip


def _edition_taken_back(one: Coming, by: Actor, at: datetime) -> TakingBack:
    """With its draft, which is open again, where it came from one."""
    draft = drafts.in_work(clock.today())
    said = _("撤回：{day}不起用新的一版治理模型，照旧用现在的一版。").format(day=seats.day_said(one.on))
    if draft is not None and draft.version == one.key:
        return TakingBack(said, partial(drafting.take_back, draft, by=by, at=at), lambda: "edition")
    return TakingBack(said, partial(drafting.withdraw_edition, one.key, by=by, at=at), lambda: "edition")


ROOMS: dict[str, Room] = {
    "begin": Room(_beginnings, _begin_taken_back),
    "end": Room(_endings, _end_taken_back),
    "shift": Room(_shifts, _shift_taken_back),
    "plan": Room(_plans, _plan_taken_back),
    "edition": Room(_editions, _edition_taken_back),
}


def taken_back(one: Coming, *, by: Actor, at: datetime) -> TakingBack:
    """How it is taken back. Raises `Refused` where nothing stood before it."""
    return ROOMS[one.room].taken_back(one, by, at)


def found(room: str, key: str, on: date) -> Coming:
    """One of them. Raises `NotFound` where its day has come or it was taken back already."""
    for one in everything(on):
        if (one.room, one.key) == (room, key):
            return one
    raise NotFound(_("它已经生效，或者别人刚刚撤回了。什么都没有写。"))
