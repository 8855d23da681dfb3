"""The rows that imported records become, made ready to be written by whichever process writes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from gezhi.ledger import many as ledger
from gezhi.ledger import pouring
from gezhi.ledger.pouring import Load
from gezhi.matters.models import Asked, Matter, Text
from gezhi.matters.services import indexing, intake
from gezhi.matters.services.brought import Coming, Setting
from gezhi.promises import services as promises
from gezhi.promises.queries import FAR
from gezhi.promises.services import Judged
from gezhi.vault import services as vault


def loads(coming: Sequence[Coming], now: Setting) -> list[Load]:
    """All that a batch writes, table by table, in the order in which it may be written."""
    asked = ((one.record.id, name, now.recorded_at) for one in coming for name in one.asked)
    judged = (judged for one in coming for judged in (*one.judged, *map(Judged, one.running.values())))
    texts = (text for one in coming for text in one.texts)
    return [
        vault.load(one.record.secret for one in coming if one.record.secret),
        pouring.spelt_load(Matter, _MATTER, [_matter(one, now) for one in coming]),
        pouring.load(Text, ("id", "matter", "kind", "body", "salt"), texts),
        pouring.load(Asked, ("matter", "department", "since"), asked),
        promises.load(judged, at=now.recorded_at),
        ledger.load([entry for one in coming for entry in one.entries], recorded=now.recorded),
        indexing.load(one.record.id for one in coming),
    ]


_MATTER = (
    "id number client_key model flow item category grade origin channel reporting headline department asked_department"
    " reporter path command lon lat datum step phase closing desk a1 a2 a3 a4 a5 a6 located place_flag address at recorded_at"
    " accepted_at accepted_recorded_at ended_at ended_recorded_at next_due_at next_from_at next_promise moved"
).split()


def _matter(coming: Coming, now: Setting) -> list[object]:
    """The row of a matter, spelt, in the order of `_MATTER`."""
    record, item, spot, step = coming.record, coming.item, coming.spot, coming.way.last
    report, recorded = record.report, now.recorded.spelt
    accepted, ended = coming.accepted, coming.ended
    return [
        *(record.id.hex, record.key, coming.key, now.known.model.version, coming.way.flow.id),
        *(item.code, item.category, item.grade, "import", report.channel, report.reporting),
        *(intake.headline(report.text), coming.department, coming.asked_last),
        record.secret.id.hex if record.secret else None,
        *(spot.path, spot.path, spot.lon, spot.lat, spot.datum),
        *(step.id, step.phase, step.closing, coming.desk, *intake.ancestors(spot.path)),
        *(spot.how, spot.flag, spot.address, coming.began.spelt, recorded),
        *(accepted and accepted.spelt, recorded if accepted else None),
        *(ended and ended.spelt, recorded if ended else None),
        *_next(coming),
        len(coming.way.stages),
    ]


def _next(coming: Coming) -> tuple[object, ...]:
    """The promise that falls due next: when, since when, and which."""
    if not coming.running:
        return pouring.spelt_moment(FAR), None, ""
    first = min(coming.running.values(), key=lambda p: p.due_at)
    return pouring.spelt_moment(first.due_at), pouring.spelt_moment(first.made_at), first.name


def client_key(source: str, key: str) -> str:
    """One key of one source is one matter, however often it is brought."""
    return hashlib.sha256(f"import\n{source}\n{key}".encode()).hexdigest()
