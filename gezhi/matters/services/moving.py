"""Moving a matter: one conditional update, its promises, its entry, and what the house does by itself next.

Shape: ask the rules → claim the row → consequences → record → return. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import digests
from gezhi.ledger import services as ledger
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.fetching import fetch
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import ahead, events, routing, scenes, sentences
from gezhi.matters.consent import NONE, Consent
from gezhi.matters.models import Asked, Matter, Text
from gezhi.matters.scenes import Scene
from gezhi.matters.services import (
    calling,
    indexing,
    intake,
    joining,
    outside_ending,
    past_ends,
    promising,
    returning,
    step_writer,
    wholes,
)
from gezhi.matters.services.step_writer import Sheet
from gezhi.matters.services.writer import TEXT
from gezhi.people.queries import Person, Seat
from gezhi.places.paths import parent
from gezhi.promises import queries as promise_queries
from gezhi.promises import services as promises
from gezhi.promises import standing
from gezhi.promises.queries import Open
from gezhi.promises.services import Looked
from gezhi.rules import deadlines, steps
from gezhi.rules.model import Flow, Move, PromiseRule
from gezhi.rules.steps import Given, Reason


@dataclass(frozen=True, slots=True)
class Said:
    """What the person gave with a step. `on_behalf` and `how`: whose word it is that a clerk records, and how it came.

    `reason` is one of the move's, `receipt` the number that another unit gave, `into` the matter it is merged into. Of a
    step that somebody proposed before, `texts` are words that are stored. `paper` is an issued one that serves as a file.
    """

    note: str = ""
    department: str = ""
    photos: tuple[UUID, ...] = ()
    files: tuple[UUID, ...] = ()
    paper: UUID | None = None
    agreed: Consent = NONE
    late_reason: str = ""
    on_behalf: str = ""
    how: str = ""
    entry: str = events.STEPPED
    reason: str = ""
    receipt: str = ""
    into: UUID | None = None
    texts: tuple[str, ...] = ()
    proposal: UUID | None = None

    def heard(self) -> dict[str, digests.Fact]:
        """How an entry says that a clerk recorded somebody else's word."""
        said: dict[str, digests.Fact] = {"for": self.on_behalf, "how": self.how}
        return {name: word for name, word in said.items() if word}

    def facts(self) -> dict[str, digests.Fact]:
        """What an entry says of it besides its texts."""
        said: dict[str, digests.Fact | None] = {
            "reason": self.reason,
            "into": self.into,
            "proposal": self.proposal,
            "files": [file.hex for file in self.files],
            "paper": self.paper,
        }
        told = {name: word for name, word in said.items() if word}
        return told | self.agreed.facts() | self.heard()


def move(scene: Scene, taken: Move, *, by: Actor, at: datetime, recorded_at: datetime, said: Said) -> Matter:
    """Take one move and every move of the house that follows from it. Must run inside a transaction.

    Raises `Refused` when somebody else moved the matter since it was read: nothing is overwritten.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("move() belongs into one transaction with what follows.")
    hold(scene.matter)
    done = bool(by.account) and not said.on_behalf and wholes.done_by(scene, taken)
    sheet = Sheet(scene.matter.id, scene.matter.moved, done=done)
    _apply(scene, taken, sheet, by=by, at=at, recorded_at=recorded_at, said=said)
    _follow(scene, sheet, at=at, recorded_at=recorded_at)
    _write(scene, sheet)
    joining.join(scene, at=recorded_at)
    return scene.matter


def follow_house(scene: Scene, *, at: datetime, recorded_at: datetime) -> None:
    """Take every move of the house that follows by itself now. Must run inside a transaction; the row is held."""
    sheet = Sheet(scene.matter.id, scene.matter.moved)
    if _follow(scene, sheet, at=at, recorded_at=recorded_at):
        _write(scene, sheet)
    joining.join(scene, at=recorded_at)


def _follow(scene: Scene, sheet: Sheet, *, at: datetime, recorded_at: datetime) -> int:
    """Put the moves of the house on the sheet; how many they are."""
    for time in range(ahead.MOST_BY_HOUSE):
        following = ahead.house_follows(scene)
        if following is None:
            return time
        _apply(scene, following, sheet, by=HOUSE, at=at, recorded_at=recorded_at, said=Said())
    return ahead.MOST_BY_HOUSE


def _write(scene: Scene, sheet: Sheet) -> None:
    if not step_writer.write(sheet, scene.matter):
        wholes.refuse_open(sheet.matter)
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    scene.taken.kept()


def hold(matter: Matter, seen: int | None = None) -> None:
    """Lock the row and read it again: the watcher may have raised it since. The row first, then its promises,
    in every writer, so that none waits for another in a circle.

    Raises `Refused` where it has not made as many moves as `seen` (none: as when it was read here).
    """
    seen = matter.moved if seen is None else seen
    names = [field.attname for field in Matter._meta.concrete_fields]
    (row,) = fetch(Matter, names, "WHERE id = %s", [matter.id], hold=True)
    for name, value in zip(names, row, strict=True):
        setattr(matter, name, value)
    unmoved(matter, seen)


def unmoved(matter: Matter, seen: int | None) -> None:
    """Raise `Refused` where the matter has not made as many moves as whoever acts has seen; none says nothing."""
    if seen is not None and matter.moved != seen:
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")


def _apply(
    scene: Scene,
    taken: Move,
    sheet: Sheet,
    *,
    by: Actor,
    at: datetime,
    recorded_at: datetime,
    said: Said,
) -> None:
    """Put one move on the sheet, and on the scene as it stands after it."""
    before, was = scene.matter, scene.matter.step
    changed = _changes(scene, taken, by, at, recorded_at, said)
    effects, first = _move_promises(scene, taken, sheet, recorded_at)
    changed |= dict(zip(("next_due_at", "next_from_at", "next_promise"), first, strict=True))
    route = _asked_next(scene, changed)
    called = str(changed["department"]) if taken.calls else ""
    changed |= {"desk": route.desk, "asked_department": route.asked_last(called or before.asked_department)}
    if "ended_at" in changed:
        past_ends.keep(before, at=at, recorded_at=recorded_at)
    outside_ending.end_where_gone(before, changed, at=recorded_at)
    returning.note(before.id, before.phase, str(changed["phase"]), at=recorded_at)
    seeing = [
        one for one in (*intake.departments_of(route, by), called) if one and one != before.asked_department
    ]
    sheet.asked |= dict.fromkeys(seeing, recorded_at)
    sheet.learn = sheet.learn or bool(seeing) or "ended_at" in changed
    words = texts_of(before.id, note=said.note, late_reason=said.late_reason, receipt=said.receipt)
    sheet.texts += words
    facts = _facts(taken, changed, said, [*said.texts, *map(intake.digest_word, words)])
    facts |= {"from": was, "was": before.desk, **said.facts(), **routed(route), **effects}
    entry = ledger.prepare(said.entry, before.id, by=by, at=at, recorded_at=recorded_at, facts=facts)
    sheet.entries.append(entry)
    for column, value in changed.items():
        setattr(before, column, value)
    scene.taken.add(taken.id)


def _facts(
    taken: Move, changed: dict[str, object], said: Said, texts: Sequence[str]
) -> dict[str, digests.Fact]:
    """What an entry says of the move itself."""
    return {
        "move": taken.id,
        "step": str(changed["step"]),
        "closing": str(changed["closing"]),
        "department": str(changed["department"]),
        "texts": list(texts),
        "photos": len(said.photos),
        "pictures": [photo.hex for photo in said.photos],
    }


def seat_of(scene: Scene, taken: Move, by: Person, given: Given) -> Seat:
    """The seat from which this person may take the move now. Raises `Refused` with the rule where there is none."""
    seat, reason = scenes.seat_for(scene, taken, by, given)
    if seat is None:
        reason = reason or Reason("no_duty")
        raise Refused(sentences.why_not(reason, scene), code=reason.code)
    return seat


def change_beside(scene: Scene, changed: dict[str, object], *, by: Actor, at: datetime) -> routing.Route:
    """Change a matter otherwise than by a step, and find anew who is asked. The caller holds the row and records it.

    Raises `Refused` when somebody else moved it meanwhile.
    """
    matter = scene.matter
    seen, was = matter.moved, copy(matter)
    for column, value in changed.items():
        setattr(matter, column, value)
    route = routing.asked_at(scene.model, scene.flow, scenes.facts_of(scene), scene.lie, scene.roster)
    asked: dict[str, object] = {
        "desk": route.desk,
        "asked_department": route.asked_last(matter.asked_department),
        "moved": seen + 1,
    }
    if not Matter.objects.filter(id=matter.id, moved=seen).update(**changed, **asked):
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    outside_ending.end_where_gone(was, {**changed, **asked}, at=at)
    if "ended_at" in changed:
        indexing.mark([matter.id])
    show_to(matter, intake.departments_of(route, by), since=at)
    for column, value in asked.items():
        setattr(matter, column, value)
    promising.due_next(matter.id, scene.flow)
    return route


def _asked_next(scene: Scene, changed: dict[str, object]) -> routing.Route:
    """Who is asked once these changes are made."""
    lie = replace(
        scene.lie,
        department=cast(str, changed["department"]),
        handler=cast("UUID | None", changed["handler"]),
        command=cast(str, changed["command"]),
    )
    has = bool(changed["department"])
    facts = replace(scenes.facts_of(scene), step=str(changed["step"]), department=has)
    return routing.asked_at(scene.model, scene.flow, facts, lie, scene.roster)


def routed(route: routing.Route) -> dict[str, digests.Fact]:
    """How an entry speaks of a route."""
    passed = [f"{resolver}/{why}" for resolver, why in route.passed]
    return {"desk": route.desk, "duty": route.duty, "resolver": route.resolver, "passed": passed}


def _changes(
    scene: Scene, taken: Move, by: Actor, at: datetime, recorded_at: datetime, said: Said
) -> dict[str, object]:
    matter, step = scene.matter, scene.flow.steps[taken.leads(scene.matter.step)]
    changed: dict[str, object] = {
        "step": step.id,
        "phase": step.phase,
        "closing": step.closing,
        "handler": by.account if by.account and steps.sets_handler(scene.model, taken) else matter.handler,
        "department": calling.department(scene, taken, said.department),
        "command": parent(matter.command) or matter.command if taken.raises else matter.command,
        "moved": matter.moved + 1,
    }
    if matter.accepted_at is None and step.phase not in {"reported", "ended"}:
        changed |= {"accepted_at": at, "accepted_recorded_at": recorded_at}
    if step.ends:
        changed |= {"ended_at": at, "ended_recorded_at": recorded_at}
    elif matter.ended_at is not None:
        changed |= {"ended_at": None, "ended_recorded_at": None}
    return changed


def show_to(matter: Matter, departments: Iterable[str], *, since: datetime) -> None:
    """These departments see the matter from now on, those of them that did not before."""
    new = [one for one in dict.fromkeys(departments) if one and one != matter.asked_department]
    if new:
        rows = [Asked(matter=matter.id, department=one, since=since) for one in new]
        Asked.objects.bulk_create(rows, ignore_conflicts=True)
        indexing.mark([matter.id])


def write_texts(matter: UUID, **said: str) -> list[str]:
    """Keep these words, each of a kind; returns how an entry speaks of them."""
    texts = texts_of(matter, **said)
    if texts:
        Text.objects.bulk_create(Text(**dict(zip(TEXT, row, strict=True))) for row in texts)
    return [intake.digest_word(row) for row in texts]


def texts_of(matter: UUID, **said: str) -> list[tuple[UUID, UUID, str, str, bytes]]:
    """The rows of these words, each of a kind; none for those that say nothing."""
    return [
        (new_id(), matter, kind, body.strip(), digests.new_salt())
        for kind, body in said.items()
        if body.strip()
    ]


Earliest = tuple[datetime, datetime | None, str]


def _move_promises(
    scene: Scene, taken: Move, sheet: Sheet, recorded_at: datetime
) -> tuple[dict[str, digests.Fact], Earliest]:
    """Let clocks go on, keep, drop, stop and start promises, in this order, so that a restart is a new promise and what
    is kept while its clock stands is judged by a due moment.

    Returns what the entry says of them, and due moment, beginning and name of the earliest one open then.
    """
    matter, flow = scene.matter, scene.flow
    effects = deadlines.on_move(flow, taken, matter.step)
    restarted = [r.id for r in effects.starts if r.again == "restart"]
    met, dropped = [r.id for r in effects.meets], [*(r.id for r in effects.voids), *restarted]
    again = [*(r.id for r in effects.resumes), *met, *dropped]
    open_ones = promise_queries.open_about(matter.id) if sheet.open is None else sheet.open
    open_ones, went_on = _go_on(scene, open_ones, again, recorded_at)
    settled = promises.judge(open_ones, flow.id, met=met, dropped=dropped, at=recorded_at)
    stood = standing.stand(settled.left, [r.id for r in effects.pauses], at=recorded_at)
    running = {p.name for p in settled.left}
    new = [r for r in effects.starts if r.id not in running and not _waits_for_nobody(scene, r)]
    what = (scene.model, flow, scene.item)
    started = promising.made(matter.id, what, new, at=recorded_at, revision=scene.revision)
    for one in settled.late:
        note_late(one, at=recorded_at)
    said: dict[str, digests.Fact] = {"met": settled.met, "dropped": settled.dropped}
    said["promises"] = [promising.word(p) for p in started]
    if stood:
        said["stood"] = [p.name for p in stood]
    if went_on:
        said["went_on"] = [promising.word(p) for p in went_on]
    now = {p.id: p for p in stood}
    left = [now.get(p.id, p) for p in settled.left] + [promises.opened(p) for p in started]
    sheet.open, sheet.ended = left, [*sheet.ended, *settled.ended]
    sheet.promises = [*sheet.promises, *started]
    return said, earliest(left, flow)


def earliest(open_ones: Iterable[Open], flow: Flow) -> Earliest:
    """Due moment, beginning and name of the earliest of these promises whose clock runs, but for a rule about silence;
    `FAR` where none does."""
    left = deadlines.silent(flow)
    runs: list[Earliest] = [
        (p.due_at, p.made_at, p.name) for p in open_ones if p.stands_since is None and p.name not in left
    ]
    return min(runs, default=(promise_queries.FAR, None, ""))


def _go_on(
    scene: Scene, open_ones: list[Open], names: Sequence[str], at: datetime
) -> tuple[list[Open], list[Open]]:
    """All open promises once the clocks of these run again, and those that went on."""
    warns = {rule.id: rule.warn_percent for rule in scene.flow.promise.values()}
    days = promise_queries.calendar(scene.revision)
    went_on = standing.go_on(open_ones, names, days, warns, at=at)
    now = {p.id: p for p in went_on}
    return [now.get(p.id, p) for p in open_ones], went_on


def _waits_for_nobody(scene: Scene, rule: PromiseRule) -> bool:
    return scene.matter.seen_by_staff and deadlines.waits_outside(scene.flow, rule)


def note_late(one: Looked, *, at: datetime) -> UUID:
    """Record that a promise was not kept in time, or that the waiting for somebody outside lapsed."""
    due = digests.stamp(one.due_at)
    return record(late_as(one), one.about, by=HOUSE, at=at, flow=one.flow, promise=one.name, due=due)


def late_as(one: Looked) -> str:
    """What is recorded of a promise that ran out."""
    return events.PROMISE_LAPSED if one.what == "lapsed" else events.PROMISE_MISSED
