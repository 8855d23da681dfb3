"""Who helps with a matter from the start, because the list names them beside the one that leads."""

from __future__ import annotations

from datetime import datetime

from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import record
from gezhi.matters import events, parties
from gezhi.matters.models import Asked, Helper
from gezhi.matters.scenes import Scene
from gezhi.matters.services import indexing


def join(scene: Scene, *, at: datetime) -> None:
    """Whom the list names to help does so from now on, if the matter is accepted and they did not before; departments
    see it from then on. One entry. The row is held; nothing is asked of the database for an item that names one party."""
    matter = scene.matter
    if not scene.item.helpers or matter.accepted_at is None or matter.ended_at is not None:
        return
    known = parties.helping(matter.id)
    new = [one for one in parties.from_the_list(scene) if not {one.key, one.desk} & known]
    if not new:
        return
    rows = [Helper(department=one.key, matter=matter.id, desk=one.post_desk, since=at) for one in new]
    Helper.objects.bulk_create(rows, ignore_conflicts=True)
    asked = [Asked(matter=matter.id, department=one.key, since=at) for one in new if not one.post_desk]
    Asked.objects.bulk_create(asked, ignore_conflicts=True)
    indexing.mark([matter.id])
    record(events.HELPED, matter.id, by=HOUSE, at=at, brought=[one.desk for one in new])
