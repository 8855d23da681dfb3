"""Links to somebody outside end: with the matter, when it leaves the unit that handed it over, or by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.matters.models import Handover, Matter
from gezhi.matters.outside import PHASES

BEFORE = frozenset(("reported", "accepted"))


def end_where_gone(matter: Matter, changed: Mapping[str, object], *, at: datetime) -> None:
    """End the links of a matter that this change ends, or takes from the unit that handed it over. The row is held.

    It leaves the unit where another department is to handle it, or where another desk is asked while it is handled or
    accepted anew; while it stands, is verified or answered for it does not. No statement for a matter that nobody
    handed out, nor where the desk stays.
    """
    if not matter.handed_out:
        return
    ended = changed.get("ended_at") is not None
    desk, department = changed.get("desk", matter.desk), changed.get("department", matter.department)
    if not ended and desk == matter.desk and department == matter.department:
        return
    elsewhere = department != matter.department
    if not (ended or elsewhere or changed.get("phase", matter.phase) in PHASES | BEFORE):
        return
    rows = Handover.objects.filter(matter=matter.id, ended_at=None)
    if not (ended or elsewhere):
        rows = rows.exclude(desk=desk)
    for row in rows:
        end(row, "closed" if ended else "moved", by=HOUSE, at=at)


def follow(matter: Matter, desk: str) -> None:
    """What was handed over from the desk of a matter is this desk's now: the ground below it changed, and it follows."""
    if matter.handed_out and desk != matter.desk:
        Handover.objects.filter(matter=matter.id, desk=matter.desk, ended_at=None).update(desk=desk)


def end(row: Handover, why: str, *, by: Actor, at: datetime) -> bool:
    """End one link for good; false where it had ended. `why`: withdrawn, moved or closed."""
    if not Handover.objects.filter(id=row.id, ended_at=None).update(ended_at=at, ended_why=why):
        return False
    record(events.OUTSIDE_ENDED, row.matter, by=by, at=at, handover=row.id, why=why)
    return True
