"""The watcher: warns and marks misses, each exactly once, and lets follow what the model says follows."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from gezhi.errors import Refused
from gezhi.ledger import clock, digests, instance
from gezhi.ledger import services as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import record_all
from gezhi.matters import editions, events, scenes
from gezhi.matters.models import Matter
from gezhi.matters.scenes import Scene
from gezhi.matters.services import moving, promising, step_writer
from gezhi.matters.services.moving import Said
from gezhi.matters.services.step_writer import Sheet
from gezhi.places.paths import parent
from gezhi.promises import queries as promise_queries
from gezhi.promises import services as promises
from gezhi.promises import standing
from gezhi.promises.services import Looked
from gezhi.rules.model import Consequence

log = logging.getLogger("gezhi.matters")
BATCH = 200
WINDOWS = 8  # batches that are tried where other watchers hold the first ones
LATER = timedelta(minutes=5)
"""When a matter that could not be looked at is looked at again."""


def keep_promises(*, at: datetime, most: int = BATCH) -> int:
    """Look at what must be looked at by `at`, at most so many promises. Returns how many; call again while it is `most`.

    One transaction a batch: a watcher that dies in the middle leaves the batch to the next one, whole. When a
    batch fails, its matters are taken one by one; a broken one is logged and looked at again `LATER`, so that it
    neither stops nor slows the promises of the others, however many there are of them. What another watcher holds just
    now is left to it, and the next batch behind is taken.
    """
    for skip in range(0, most * WINDOWS, most):
        waiting = promise_queries.to_look_at(at, most, skip)
        if done := _kept(waiting, at):
            return done
        if len(waiting) < most:
            break
    return 0


def _kept(waiting: Mapping[UUID, UUID], at: datetime) -> int:
    """Look at these promises (each with what it is about); how many were dealt with."""
    try:
        return _look(waiting, at) if waiting else 0
    except _OF_THE_MACHINE:
        raise
    except Exception:
        by_matter: dict[UUID, dict[UUID, UUID]] = {}
        for promise, about in waiting.items():
            by_matter.setdefault(about, {})[promise] = about
        return sum(_look_alone(about, some, at) for about, some in by_matter.items())


_OF_THE_MACHINE = (OperationalError, InterfaceError)
"""The database is gone or busy: no matter's own fault, and nothing could be noted of it."""


def _look_alone(subject: UUID, waiting: Mapping[UUID, UUID], at: datetime) -> int:
    """How many promises of this one matter were dealt with: looked at, or put off."""
    try:
        return _look(waiting, at)
    except _OF_THE_MACHINE:
        raise
    except Exception:
        log.exception("The promises of %s could not be looked at; again in %s.", subject, LATER)
        with transaction.atomic():
            return promises.put_off(list(_held([subject])), at=at, until=at + LATER)


def _look(waiting: Mapping[UUID, UUID], at: datetime) -> int:
    with transaction.atomic(), instance.reading():
        matters = _held(waiting.values())
        looked = promises.claim([one for one, about in waiting.items() if about in matters], at=at)
        if looked:
            record_all([_noted(one) for one in looked], by=HOUSE, at=at)
        for one in looked:
            if one.what != "warned":
                _ran_out(one, matters[one.about], at)
    return len(looked)


def _held(subjects: Collection[UUID]) -> dict[UUID, Matter]:
    """Lock these matters, but those that somebody moves just now: they are looked at next time.

    The row first, then its promises, as in `moving`.
    """
    rows = Matter.objects.filter(id__in=set(subjects)).order_by("id")
    if transaction.get_connection().vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True)
    return {matter.id: matter for matter in rows}


def _noted(one: Looked) -> tuple[str, UUID, dict[str, digests.Fact]]:
    """The entry of a promise that was looked at."""
    what = events.PROMISE_WARNED if one.what == "warned" else moving.late_as(one)
    return what, one.about, {"flow": one.flow, "promise": one.name, "due": digests.stamp(one.due_at)}


def _ran_out(one: Looked, matter: Matter, at: datetime) -> None:
    """A promise was missed, or lapsed: what the model lets follow, follows, where the matter has not ended."""
    if one.what == "lapsed":
        promising.due_next(one.about, editions.of_version(matter.model).flows[matter.flow])
    if matter.ended_at is not None:
        return
    scene = scenes.scene_of(matter, at)
    for consequence in scene.flow.promises[one.name].missed:
        if consequence.do == "raise":
            _raise(scene, one, consequence, at=at)
        elif consequence.do == "move":
            _move(scene, consequence, at)


def _raise(scene: Scene, one: Looked, consequence: Consequence, *, at: datetime) -> None:
    """The next level commands; with `again` the promise is made anew there. At the root nothing is higher."""
    matter = scene.matter
    above = parent(matter.command)
    if not above:
        return
    sheet = Sheet(matter.id, matter.moved, open=promise_queries.open_about(matter.id))
    started = _made_again(scene, one, sheet, at=at) if consequence.again else []
    matter.command = above
    matter.next_due_at, matter.next_from_at, matter.next_promise = moving.earliest(
        sheet.open or [], scene.flow
    )
    words = [promising.word(p) for p in started]
    facts: dict[str, digests.Fact] = {"promise": one.name, "to": above, "promises": words}
    sheet.entries.append(
        ledger.prepare(events.RAISED, matter.id, by=HOUSE, at=at, recorded_at=clock.now(), facts=facts)
    )
    step_writer.write(sheet, matter)


def _made_again(scene: Scene, one: Looked, sheet: Sheet, *, at: datetime) -> list[promises.Prepared]:
    """The missed promise stays missed; a new one of the same name begins now, and stands where its clock would."""
    matter, rule = scene.matter, scene.flow.promises[one.name]
    settled = promises.judge(sheet.open or [], one.flow, dropped=[one.name], at=at)
    what = (scene.model, scene.flow, scene.item)
    started = promising.made(matter.id, what, [rule], at=at, revision=scene.revision)
    sheet.ended, sheet.open = settled.ended, [*settled.left, *map(promises.opened, started)]
    if matter.step not in rule.pauses:
        sheet.promises = started
        return started
    promises.make(started)
    stood = standing.stand(sheet.open, [rule.id], at=at)
    sheet.open = [*(p for p in sheet.open if p.name != rule.id), *stood]
    return started


def _move(scene: Scene, consequence: Consequence, at: datetime) -> None:
    """The clock takes a move that needs no hand. If somebody moved the matter just now, theirs stands."""
    taken = scene.flow.moves[consequence.move]
    if scene.matter.step not in taken.from_:
        return
    try:
        with transaction.atomic():
            moving.move(scene, taken, by=HOUSE, at=at, recorded_at=at, said=Said())
    except Refused:
        return
