"""What the invented staff do next with a matter, when, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple

from django.utils import timezone

from gezhi.demo import phrases, pictures
from gezhi.errors import Refused
from gezhi.matters import reporters_part, routing
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, Stepped, take_step
from gezhi.matters.services.reporting_back import Word, record_rating
from gezhi.people.queries import Person, Roster
from gezhi.promises.queries import FAR
from gezhi.rules import reporters
from gezhi.rules.model import Duty, Flow, Item, Model, Move

# How often which move is taken from a step; a step that is not here takes its first move.
HABITS: dict[str, dict[str, int]] = {
    "reported": {"accept": 93, "refuse": 3, "drop": 4},
    "gridwork": {"finish_grid": 84, "finish_low": 84, "finish_self": 9, "pass_on": 6, "raise": 1, "pause": 2},
    "assigned": {"sign": 94, "object": 6},
    "objected": {"uphold": 40, "redirect": 60},
    "working": {"finish": 93, "raise": 2, "pause": 5},
    "suspended": {"resume_grid": 50, "resume": 50},
    "done": {"pass": 90, "fail_grid": 10, "fail": 10},
    "spot": {"pass_spot": 90, "fail_spot": 10},
    "answered": {
        "rated:content": 46,
        "rated:fair": 14,
        "rated:discontent": 4,
        "rated:unreached": 6,
        "": 30,
    },  # the rest waits for the clock
}
NOTES: dict[str, phrases.Words] = {
    "refuse": phrases.WHY_REFUSED,
    "drop": phrases.WHY_VOID,
    "pass_on": phrases.WHY_PASSED_ON,
    "object": phrases.WHY_OBJECTED,
    "uphold": phrases.WHY_UPHELD,
    "redirect": phrases.WHY_REDIRECTED,
    "raise": phrases.WHY_RAISED,
    "pause": phrases.WHY_SUSPENDED,
    "finish_self": phrases.SETTLED,
    "pass": phrases.PASSED,
    "pass_spot": phrases.PASSED,
    "fail_spot": phrases.WHY_FAILED,
    "fail": phrases.WHY_FAILED,
    "fail_grid": phrases.WHY_FAILED,
}
WORDS: dict[str, phrases.Words] = {
    "content": phrases.CONTENT,
    "fair": phrases.FAIR,
    "discontent": phrases.DISCONTENT,
    "unreached": ("",),
}
"""What the reporter says on a call-back."""
RATED = "rated:"
_PATIENCE = 9  # moves after which nothing is sent back any more
_MINUTES = {
    "reported": 24,
    "checked": 200,
    "done": 150,
    "objected": 240,
    "assigned": 150,
    "answered": 2600,
    "suspended": 14400,
}


class Standing(NamedTuple):
    """What the staff look at when they think of what to do next."""

    number: str
    flow: str
    item: str
    grade: str
    step: str
    desk: str
    path: str
    moved: int
    next_due_at: datetime
    department: str


def standing(number: str) -> Standing | None:
    """How an open matter stands now; none for one that has ended."""
    found = Matter.objects.filter(number=number, ended_at=None).values_list(*Standing._fields).first()
    return Standing(*found) if found else None


@dataclass(frozen=True, slots=True)
class Next:
    """A move at a moment; none where the matter is left to the clock."""

    moment: datetime
    move: str


def next_of(random: Random, matter: Standing, flow: Flow, item: Item, now: datetime) -> Next | None:
    """What happens next with a matter that has just come to its step."""
    offered = {move.id for move in routing.offered_from(flow, matter.step)}
    habits = {
        move: n
        for move, n in HABITS.get(matter.step, {}).items()
        if not move or move in offered or _is_asked(flow, matter.step, move)
    }
    habits.pop("finish_grid" if item.low else "finish_low", None)
    if matter.step == "done":
        habits.pop("fail" if item.in_grid else "fail_grid", None)
    if matter.step == "done" and matter.moved > 4:  # what came back once comes back again more often
        habits |= {move: n * 3 for move, n in habits.items() if move.startswith("fail")}
    if matter.moved > 3:  # an objection that was decided is not raised again
        habits.pop("object", None)
    if matter.step == "suspended":
        habits.pop("resume" if item.in_grid else "resume_grid", None)
    if matter.moved > _PATIENCE:
        habits = {
            move: n
            for move, n in habits.items()
            if not move.startswith(("fail", "object", "raise", "rated:discontent", "pause"))
        }
    if not habits:
        habits = dict.fromkeys(sorted(offered)[:1], 1)
    if not habits:
        return None
    move = random.choices(list(habits), list(habits.values()))[0]
    return Next(_when(random, matter, now), move) if move else None


def act(
    random: Random, matter: Standing, what: tuple[Model, Flow, Item], move: str, now: datetime, staff: Roster
) -> Stepped | None:
    """Somebody who may takes the move; none if nobody may any more."""
    model, flow, item = what
    if move.startswith(RATED):
        return _called_back(random, matter, model, move.removeprefix(RATED), staff)
    taken = flow.moves[move]
    given = _given(random, matter, model, item, taken)
    for person in _able(random, matter, model, taken, staff):
        try:
            return take_step(matter.number, move, by=person, at=now, given=given)
        except Refused:
            continue
    return None


def _is_asked(flow: Flow, step: str, move: str) -> bool:
    return move.startswith(RATED) and reporters.rated_at(flow, step) is not None


def _called_back(
    random: Random, matter: Standing, model: Model, rating: str, staff: Roster
) -> Stepped | None:
    """Somebody who did not handle it calls the reporter and records what he says; none if nobody may."""
    word = Word(random.choice(("phone", "phone", "visit")), random.choice(WORDS[rating]), matter.moved)
    duties = [duty for duty in model.duties.values() if duty.kind in reporters_part.RATES]
    for person in _holding(random, matter, model, duties, staff):
        try:
            return record_rating(matter.number, rating, word, by=person)
        except Refused:
            continue
    return None


def _when(random: Random, matter: Standing, now: datetime) -> datetime:
    """Handling takes a share of what is left of its promise, now and then more; other steps take their usual time."""
    urgent = matter.grade == "urgent"
    if matter.step in {"gridwork", "working"} and matter.next_due_at != FAR:
        left = max(matter.next_due_at - now, timedelta(hours=3))
        share = random.uniform(1.05, 1.5) if random.random() < 0.04 else random.uniform(0.1, 0.6)
        moment = now + left * share
    else:
        minutes = _MINUTES.get(matter.step, 240) * random.lognormvariate(0, 0.7)
        if random.random() < 0.04:
            minutes *= 6
        moment = now + timedelta(minutes=minutes / (8 if urgent and matter.step != "answered" else 1))
    return (
        moment
        if urgent or matter.step == "reported"
        else _in_hours(random, moment, weekdays=matter.desk.startswith("department:"))
    )


def _in_hours(random: Random, moment: datetime, *, weekdays: bool) -> datetime:
    """The moment, or the next morning on which somebody is there."""
    local = timezone.localtime(moment)
    if time(8) <= local.time() <= time(20, 30) and not (weekdays and local.weekday() > 4):
        return moment
    day = local.date() + timedelta(days=local.time() > time(20, 30))
    while weekdays and day.weekday() > 4:
        day += timedelta(days=1)
    opening = datetime.combine(day, time(8, random.randrange(5, 55), random.randrange(60)))
    return max(moment, timezone.make_aware(opening))


def _given(random: Random, matter: Standing, model: Model, item: Item, move: Move) -> StepGiven:
    handles = any(model.duties[duty].kind == "handle" for duty in move.duty)
    note = random.choice(NOTES[move.id]) if move.id in NOTES else ""
    if move.id == "answer":
        note = phrases.answer(random, item)
    elif not note and ((handles and move.to in {"done", "spot"}) or "note" in move.needs):
        note = phrases.done(random, item)
    wants_photo = (
        handles and move.to in {"done", "spot"} and ("照片" in item.evidence or random.random() < 0.08)
    )
    photos = (pictures.drawn(random.randint(1, 12), True),) if wants_photo else ()
    departments = [word for word in model.departments if word in {"housing", "market", "property"}]
    department = random.choice(departments or list(model.departments)) if move.calls == "chosen" else ""
    if department == matter.department and routing.leaves(model.flows[matter.flow], matter.step, move):
        department = next((word for word in model.departments if word != department), department)
    reason = random.choice(list(move.reasons)) if move.reasons else ""
    return StepGiven(note, department, photos, seen=matter.moved, reason=reason)


def _able(random: Random, matter: Standing, model: Model, move: Move, staff: Roster) -> Iterator[Person]:
    """People to ask: the desk that has the matter, then those whose posts hold the duty, nearest first."""
    yield from _holding(random, matter, model, [model.duties[duty] for duty in move.duty], staff)


def _holding(
    random: Random, matter: Standing, model: Model, duties: Iterable[Duty], staff: Roster
) -> Iterator[Person]:
    desks = [matter.desk]
    for duty in duties:
        for word in duty.held_by:
            if word in model.posts:
                desks.append(f"{word}@{staff.nearest(word, matter.path)}")
    for desk in dict.fromkeys(desks):
        holders = list(staff.at_desk(desk))
        random.shuffle(holders)
        for holder in holders:
            yield staff.people[holder.account]
