"""Covering parts of a picture by hand, taking that back, opening an original, and taking all pictures away.

Nothing here looks for faces or plates: a person draws boxes, and the worker draws the picture anew under them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.matters.models import Matter, Photo
from gezhi.matters.services import photo_files
from gezhi.matters.services.drawing import BLACK, BLURRED, BURNED, Box
from gezhi.matters.services.photos import boxes_of
from gezhi.vault import queries as vault
from gezhi.vault.services import files as sealed

UNDO_FOR = timedelta(hours=24)
"""Until when covering can be taken back; then what was under the boxes is destroyed (docs/decisions/0044)."""
MOST_BOXES = 40


def cover(
    matter: Matter, photo: UUID, boxes: Sequence[Box], *, version: int, by: Actor, at: datetime
) -> None:
    """Ask for these parts to be covered, beside those that are. From now on nobody sees it until the worker is done.

    `version` is the one that was looked at: boxes drawn on another picture would cover the wrong parts.
    """
    if not boxes:
        raise Refused(_("还没有画要遮盖的地方。请在照片上拖出一块，再交。"), code="no_boxes", field="boxes")
    for box in boxes:
        _check(box)
    row = _ready(matter, photo)
    every = [*boxes_of(row.boxes), *boxes]
    if len(every) > MOST_BOXES:
        told = _("一张照片最多遮盖 {most} 块。请画大一些的块。")
        raise Refused(told.format(most=MOST_BOXES), code="too_many_boxes", field="boxes")
    until = row.uncovered_until or at + UNDO_FOR
    with transaction.atomic():
        _asked(row, version, every, uncovered=row.uncovered or new_id(), until=until)
        record(events.PHOTO_COVERED, matter.id, by=by, at=at, photo=photo, boxes=len(boxes))


def uncover(matter: Matter, photo: UUID, *, version: int, by: Actor, at: datetime) -> None:
    """Take covering back, while that is possible: until the moment the row states. What is burned in stays."""
    row = _ready(matter, photo)
    if row.uncovered is None or row.uncovered_until is None or row.uncovered_until <= at:
        told = _("遮盖已过 24 小时，遮盖前的照片已经销毁，不能撤销。")
        raise Refused(told, code="uncovered_gone")
    with transaction.atomic():
        burned = [box for box in boxes_of(row.boxes) if box.how == BURNED]
        _asked(row, version, burned, uncovered=row.uncovered, until=row.uncovered_until)
        record(events.PHOTO_UNCOVERED, matter.id, by=by, at=at, photo=photo)


def forget_uncovered(*, at: datetime, most: int = 50) -> int:
    """Destroy what lay under boxes, once its time is over. Returns how many pictures; one that the worker still holds
    is left to the next call."""
    over = Photo.objects.filter(uncovered_until__lte=at, state__in=("ready", "refused")).order_by("id")[:most]
    rows = list(over)
    for row in rows:
        burn(row, at=at)
    return len(rows)


def burn(row: Photo, *, at: datetime) -> bool:
    """Make the boxes of a picture last for ever: what lay under them is destroyed. False where somebody changed it
    meanwhile."""
    burned = [msgspec.structs.replace(box, how=BURNED) for box in boxes_of(row.boxes)]
    with transaction.atomic():
        same = Photo.objects.filter(id=row.id, version=row.version, state=row.state)
        done = bool(same.update(uncovered=None, uncovered_until=None, boxes=_stored(burned)))
        if done and row.uncovered:
            sealed.destroy_file(row.uncovered, "retention_over", by=HOUSE, at=at)
    return done


def open_original(matter: Matter, photo: UUID, purpose: str, *, by: Actor, at: datetime) -> bytes:
    """The picture as it came, with all that its device wrote into it. Every opening is an entry.

    Raises `NotFound` where no original was kept, or it is gone; `Refused` for an unknown purpose.
    """
    row = Photo.objects.filter(id=photo, matter=matter.id).first()
    if row is None or row.original is None or vault.file_of(row.original) is None:
        raise NotFound(_("这张照片没有留原件，或原件已经销毁。"))
    return sealed.open_file(row.original, purpose, by=by, at=at)


def take_away(matter: Matter, *, by: Actor, at: datetime) -> IO[bytes]:
    """All pictures of a matter that can be seen, as shown, in one ZIP file. Taking it is an entry.

    The file is on disk, not in memory, and gone when it is closed.
    """
    rows = list(Photo.objects.filter(matter=matter.id, state="ready").order_by("id"))
    if not rows:
        raise NotFound(_("这件还没有可看的照片。"))
    out = TemporaryFile()  # noqa: SIM115  # whoever gets it closes it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:  # JPEG does not shrink any more
        for place, row in enumerate(rows, 1):
            file = photo_files.drawn_file(row.id, row.version)
            if file.exists():
                packed.write(file, f"{matter.number}-{place:03d}-{row.kind}.jpg")
    with transaction.atomic():
        record(events.PHOTOS_TAKEN, matter.id, by=by, at=at, count=len(rows))
    out.seek(0)
    return out


def _ready(matter: Matter, photo: UUID) -> Photo:
    row = Photo.objects.filter(id=photo, matter=matter.id).first()
    if row is None or row.state == "refused":
        raise NotFound(_("没有这张照片，或者还在处理。"))
    return row


def _asked(row: Photo, version: int, boxes: list[Box], *, uncovered: UUID, until: datetime) -> None:
    """Hand the picture to the worker, if it is still the one that was looked at."""
    same = Photo.objects.filter(id=row.id, state="ready", version=version)
    if not same.update(
        state="waiting",
        version=F("version") + 1,
        boxes=_stored(boxes),
        uncovered=uncovered,
        uncovered_until=until,
    ):
        told = _("这张照片刚刚有人遮盖过，或者还在重画。请刷新后再看。")
        raise Refused(told, code="moved_meanwhile")


def _stored(boxes: Sequence[Box]) -> str:
    return msgspec.json.encode(boxes).decode() if boxes else ""


def _check(box: Box) -> None:
    inside = (
        0 <= box.x < 1000 and 0 <= box.y < 1000 and box.x + box.width <= 1000 and box.y + box.height <= 1000
    )
    if not (inside and box.width >= 1 and box.height >= 1 and box.how in (BLACK, BLURRED)):
        raise Refused(_("遮盖的块不在照片里。请重画。"), code="box_outside", field="boxes")
