"""What becomes of a batch with the draft it was written into: in the catalogue, or open again.

Called by `drafting` inside the transaction of the draft's own change, so that the two never tell different stories.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.matters.models import Application, Batch
from gezhi.rules.model import Model


def published(draft: UUID, model: Model, *, by: Actor, at: datetime) -> None:
    """The draft was published: what the new edition holds is listed. What somebody took out of the draft goes back to
    what was admitted; a batch of which nothing is left is open again."""
    batch = Batch.objects.filter(draft=draft, state="drafted").first()
    if batch is None:
        return
    listed = [one for one in _of(batch) if _is_listed(one, model)]
    for one in _of(batch):
        if one in listed:
            _turn(one, "admitted", "listed", events.ADMISSION_LISTED, by, at, code=one.code)
        else:
            _let_go(one, by, at)
    if not listed:
        _reopen(batch, by, at)
        return
    Batch.objects.filter(id=batch.id).update(
        state="published", version=model.version, since=model.valid_from, revision=F("revision") + 1
    )
    record(events.BATCH_PUBLISHED, batch.id, by=by, at=at, version=model.version, listed=len(listed))


def taken_back(draft: UUID, *, by: Actor, at: datetime) -> None:
    """The publication was undone before its day: the draft is open, and the batch is written into it as before."""
    batch = Batch.objects.filter(draft=draft, state="published").first()
    if batch is None:
        return
    for one in _of(batch):
        _turn(one, "listed", "admitted", events.ADMISSION_UNLISTED, by, at)
    Batch.objects.filter(id=batch.id).update(state="drafted", version="", revision=F("revision") + 1)
    record(events.BATCH_DRAFTED, batch.id, by=by, at=at, draft=draft)


def dropped(draft: UUID, *, by: Actor, at: datetime) -> None:
    """The draft was thrown away: its batch is open again."""
    batch = Batch.objects.filter(draft=draft, state="drafted").first()
    if batch is not None:
        _reopen(batch, by, at)


def _of(batch: Batch) -> list[Application]:
    return list(Application.objects.filter(batch=batch.id).order_by("id"))


def _is_listed(one: Application, model: Model) -> bool:
    """Whether the edition says what was applied for: the item is there under its code and name, or is gone."""
    item = model.items.get(one.code)
    return item is None if one.leaves else item is not None and item.name == one.name


def _turn(one: Application, old: str, new: str, what: str, by: Actor, at: datetime, **facts: str) -> None:
    rows = Application.objects.filter(id=one.id, state=old)
    if rows.update(state=new, revision=F("revision") + 1, edited_at=at):
        record(what, one.id, by=by, at=at, **facts)


def _let_go(one: Application, by: Actor, at: datetime) -> None:
    """Out of the batch, and admitted as before; a code that was given is free again."""
    said = {"batch": None, "code": one.code if one.leaves else "", "revision": F("revision") + 1}
    if Application.objects.filter(id=one.id, state="admitted").update(**said):
        record(events.ADMISSION_UNBATCHED, one.id, by=by, at=at)


def _reopen(batch: Batch, by: Actor, at: datetime) -> None:
    Application.objects.filter(batch=batch.id, leaves=False).update(code="")
    Batch.objects.filter(id=batch.id).update(state="open", draft=None, revision=F("revision") + 1)
    record(events.BATCH_REOPENED, batch.id, by=by, at=at)
