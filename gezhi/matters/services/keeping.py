"""The watcher: warns and marks misses, each exactly once, and lets follow what the model says follows."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from gezhi.errors import Refused
from gezhi.ledger import digests
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import record
from gezhi.matters import events, scenes
from gezhi.matters.models import Matter
from gezhi.matters.scenes import Scene
from gezhi.matters.services import moving, promising
from gezhi.matters.services.moving import Said
from gezhi.promises import queries as promise_queries
from gezhi.promises import services as promises
from gezhi.promises import standing
from gezhi.promises.services import Looked
from gezhi.rules.model import Consequence

log = logging.getLogger("gezhi.matters")
BATCH = 200
LATER = timedelta(minutes=5)
"""When a matter that could not be looked at is looked at again."""


def keep_promises(*, at: datetime, most: int = BATCH) -> int:
    """Look at what must be looked at by `at`, at most so many promises. Returns how many; call again while it is `most`.

    One transaction a batch: a watcher that dies in the middle leaves the batch to the next one, whole. When a
    batch fails, its matters are taken one by one; a broken one is logged and looked at again `LATER`, so that it
    neither stops nor slows the promises of the others, however many there are of them.
    """
    subjects = promise_queries.to_look_at(at, most)
    try:
        return _look(subjects, at, most)
    except _OF_THE_MACHINE:
        raise
    except Exception:
        return sum(_look_alone(subject, at, most) for subject in subjects)


_OF_THE_MACHINE = (OperationalError, InterfaceError)
"""The database is gone or busy: no matter's own fault, and nothing could be noted of it."""


def _look_alone(subject: UUID, at: datetime, most: int) -> int:
    """How many promises of this one matter were dealt with: looked at, or put off."""
    try:
        return _look([subject], at, most)
    except _OF_THE_MACHINE:
        raise
    except Exception:
        log.exception("The promises of %s could not be looked at; again in %s.", subject, LATER)
        with transaction.atomic():
            return promises.put_off(_held([subject]), at=at, until=at + LATER)


def _look(subjects: list[UUID], at: datetime, most: int) -> int:
    with transaction.atomic():
        looked = promises.claim(at=at, most=most, about=_held(subjects))
        for one in looked:
            if one.what == "warned":
                due = digests.stamp(one.due_at)
                record(
                    events.PROMISE_WARNED,
                    one.about,
                    by=HOUSE,
                    at=at,
                    flow=one.flow,
                    promise=one.name,
                    due=due,
                )
            else:
                _ran_out(one, at)
    return len(looked)


def _held(subjects: list[UUID]) -> list[UUID]:
    """Lock these matters, but those that somebody moves just now: they are looked at next time.

    The row first, then its promises, as in `moving`.
    """
    rows = Matter.objects.filter(id__in=subjects).order_by("id")
    if transaction.get_connection().vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True)
    return list(rows.values_list("id", flat=True))


def _ran_out(one: Looked, at: datetime) -> None:
    """A promise was missed, or lapsed: what the model lets follow, follows."""
    moving.note_late(one, at=at)
    if one.what == "lapsed":
        promising.due_next(one.about)
    matter = Matter.objects.filter(id=one.about, ended_at=None).first()
    if matter is None:
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
    above = matter.command[:-4]
    if not above:
        return
    started = _made_again(scene, one, at=at) if consequence.again else []
    promising.due_next(matter.id, command=above)
    matter.command = above
    words = [promising.word(p) for p in started]
    record(events.RAISED, matter.id, by=HOUSE, at=at, promise=one.name, to=above, promises=words)


def _made_again(scene: Scene, one: Looked, *, at: datetime) -> list[promises.Prepared]:
    """The missed promise stays missed; a new one of the same name begins now, and stands where its clock would."""
    matter = scene.matter
    promises.void(matter.id, one.flow, [one.name], at=at)
    rule = scene.flow.promises[one.name]
    what = (scene.model, scene.flow, scene.item)
    started = promising.made(matter.id, what, [rule], at=at, revision=scene.revision)
    promises.make(started)
    if matter.step in rule.pauses:
        standing.stand(promise_queries.open_about(matter.id), [rule.id], at=at)
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
