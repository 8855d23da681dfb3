"""The reporter's part, while a clerk records it: whether a rating or a reopening may be written down now, and by whom.

Page and service ask the same functions. Whoever handled the matter, and whoever sits at a desk that did, writes
down no word of its reporter: who did the work does not say how it was received.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.ledger import queries as ledger
from gezhi.ledger.queries import Happened
from gezhi.matters import events, rated, routing, sentences
from gezhi.matters.models import Matter
from gezhi.matters.scenes import Scene
from gezhi.people.queries import Person, Seat
from gezhi.rules import reporters, steps
from gezhi.rules.model import Flow, Move

RATES = frozenset(("answer", "close"))
REOPENS = RATES | {"triage"}
"""Kinds of duty of which one must be held on the matter."""
MOVED = (events.STEPPED, events.REOPENED)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something may be recorded now: the seat, or (none) the reason in words with its code."""

    seat: Seat | None = None
    code: str = ""
    why: str = ""

    def __bool__(self) -> bool:
        return self.seat is not None


@dataclass(frozen=True, slots=True)
class Part:
    """What a matter's page offers of it. `until`: up to when what ended may be opened again; none where it may not. `heard`:
    what the reporter said of the answer that stands, where it moved nothing."""

    rating: Answer
    reopening: Answer
    until: datetime | None = None
    heard: str = ""


NOTHING = Answer()


def part_of(scene: Scene, person: Person, now: datetime, entries: Iterable[Happened]) -> Part:
    """What this person may record of the reporter now, by what happened so far. The ledger is read again only where there
    is something to record."""
    if scene.matter.ended_at is not None:
        return Part(NOTHING, may_reopen(scene, person, now), until_of(scene))
    if reporters.rated_at(scene.flow, scene.matter.step) is None:
        return Part(NOTHING, NOTHING)
    return Part(may_rate(scene, person), NOTHING, heard=heard(entries, recorded=True))


def may_rate(scene: Scene, person: Person) -> Answer:
    """Whether this person may record a rating of the reporter on this matter now."""
    if scene.matter.seen_by_staff:
        return Answer(code="nobody_reported", why=_("工作人员自己看到的，没有报告人，也就没有评价可记。"))
    if reporters.rated_at(scene.flow, scene.matter.step) is None:
        asking = [s for s in scene.flow.steps if reporters.rated_at(scene.flow, s)]
        names = _("、").join(sentences.label(scene.flow.steps[s]) for s in asking)
        told = (
            _("到了「{steps}」才请报告人评价。").format(steps=names)
            if names
            else _("这类事项不请报告人评价。")
        )
        return Answer(code="wrong_step", why=told)
    return _heard_by(scene, person, RATES)


def may_reopen(scene: Scene, person: Person, now: datetime) -> Answer:
    """Whether this person may record now that the reporter wants the matter opened again."""
    matter = scene.matter
    if matter.ended_at is None:
        return Answer(code="not_ended", why=_("这一件还没有了结，不用重新打开。"))
    if matter.seen_by_staff:
        told = _("工作人员自己看到的，没有报告人要求重新打开。又出现了，请重新登记一件。")
        return Answer(code="nobody_reported", why=told)
    if not scene.flow.steps[matter.step].settled:
        return Answer(code="not_settled", why=_instead(matter.closing))
    until = until_of(scene)
    if until is None:
        return Answer(code="no_window", why=_("模型没有写明多久之内可以重新打开。请重新登记一件。"))
    if now > until:
        told = _("可以重新打开到 {until}，已经过了。又出现了，请重新登记一件，写上这个编号。")
        return Answer(code="window_over", why=told.format(until=sentences.due_words(until)))
    return _heard_by(scene, person, REOPENS)


def until_of(scene: Scene) -> datetime | None:
    """Up to when this matter may be opened again: counted from when its end was recorded here; an imported one's from
    when its source says."""
    matter = scene.matter
    ended = matter.ended_at if matter.origin == "import" else matter.ended_recorded_at
    if ended is None or matter.seen_by_staff or not scene.flow.steps[matter.step].settled:
        return None
    return reporters.reopen_until(scene.flow, ended, scene.model.timezone)


def of_the_reporter(flow: Flow, step: str, move: Move) -> bool:
    """Whether this move is the reporter's rating, which is recorded by its own form and not taken as a step."""
    ways = reporters.rated_at(flow, step)
    return ways is not None and move in (ways.ends, ways.back)


def way(scene: Scene, rating: str) -> Move | None:
    """The move that this rating takes now; none where it moves nothing, or was taken as often as the model lets it."""
    ways = reporters.rated_at(scene.flow, scene.matter.step)
    taken = ways.of(rating) if ways is not None else None
    if taken is not None and taken.at_most and scene.taken[taken.id] >= taken.at_most:
        return None
    return taken


def heard(entries: Iterable[Happened], *, recorded: bool = False) -> str:
    """What the reporter themself said of the outcome since the matter came to where it stands, where it moved nothing;
    empty where they said nothing yet. A rating that takes a step stands before it, and is over with it. `recorded`: what a
    clerk wrote down for them counts too."""
    said = ""
    for entry in entries:
        rating = entry.facts.get("rating")
        if entry.what in MOVED:
            said = ""
        elif (
            entry.what == events.RATED
            and rating in rated.RATED
            and (recorded or entry.post == reporters.REPORTER)
        ):
            said = rating
    return said


def unreached(matter: UUID) -> int:
    """How often somebody tried to reach the reporter since the matter came to where it stands now."""
    tries = 0
    for entry in ledger.story(matter):
        if entry.what in MOVED:
            tries = 0
        elif entry.what == events.RATED and entry.facts.get("rating") == "unreached":
            tries += 1
    return tries


def _instead(closing: str) -> str:
    """What can be done where an end cannot be opened again."""
    said = {
        "merged": _("这一件并入了另一件，不单独重新打开。请在并入的那一件上记下报告人的话。"),
        "transferred": _(
            "这一件转给了别的单位，不在这里重新打开。请告诉报告人接办的单位；又出现了，重新登记一件。"
        ),
        "withdrawn": _("这一件由报告人撤回，不重新打开。他又要反映的，请重新登记一件。"),
    }
    refused = _("这一件没有受理，或经核实无效，不重新打开。有新的情况，请重新登记一件，写上这个编号。")
    return said.get(closing, refused)


def _heard_by(scene: Scene, person: Person, kinds: Collection[str]) -> Answer:
    """The first seat that holds a duty of one of these kinds on the matter, is apart from its handling and may."""
    accounts, desks = _handled(scene.matter, scene)
    apart = False
    for seat in person.terms:
        held = routing.duties_at(scene.model, seat.desk, scene.lie, scene.roster)
        if not any(scene.model.duties[duty].kind in kinds for duty in held):
            continue
        if person.account not in accounts and seat.desk not in desks:
            return Answer(seat)
        apart = True
    if apart:
        told = _("这一件是我或我这个岗位经手办的。报告人的话要由没有经手的人来记。")
        return Answer(code="apart_from_handler", why=told)
    words = [w for d in scene.model.duties.values() if d.kind in kinds for w in d.held_by]
    who = sentences.who_words(tuple(dict.fromkeys(words)), scene.model)
    return Answer(code="no_duty", why=_("报告人的话由{who}来记，我的岗位没有这项职责。").format(who=who))


def _handled(matter: Matter, scene: Scene) -> tuple[set[UUID], set[str]]:
    """Who handled the matter, ever, and at which desks."""
    accounts, desks = {matter.handler} if matter.handler else set(), set[str]()
    for entry in ledger.story(matter.id):
        taken = scene.flow.moves.get(entry.facts.get("move", "")) if entry.what == events.STEPPED else None
        if entry.by is not None and taken is not None and steps.sets_handler(scene.model, taken):
            accounts.add(entry.by)
            desks |= {entry.post, entry.facts.get("own", "")} - {""}
    return accounts, desks
