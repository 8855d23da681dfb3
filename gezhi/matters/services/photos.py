"""Pictures handed in: sniffed at the door, re-encoded by the worker, never shown as they came.

What is stored is drawn anew from the pixels, so neither a script nor a place nor a device survives in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.matters.models import Photo
from gezhi.matters.services import drawing, photo_files, scanning
from gezhi.matters.services.drawing import Box, Drawn, NotDrawn
from gezhi.vault import queries as vault
from gezhi.vault.services import files as sealed

MOST = 9
MOST_OF_A_MATTER = 200
MOST_BYTES = 20_000_000
TRIES = 2
AGAIN_AFTER = timedelta(
    minutes=2
)  # longer than any picture takes: a worker that has said nothing by then is dead


def keep(
    matter: UUID, photos: Sequence[bytes], *, kind: str, at: datetime, original: bool = False
) -> list[UUID]:
    """Put pictures aside for the worker. Raises `Refused` for one that is too large or no picture at all.

    All are looked at before any is stored, so a refusal keeps none. With `original` the worker seals each as it came.
    """
    check(photos)
    if photos:
        _check_matter(matter, len(photos))
    rows = [
        Photo(
            id=new_id(),
            matter=matter,
            kind=kind,
            state="waiting",
            made_at=at,
            original=new_id() if original else None,
        )
        for _body in photos
    ]
    for row, body in zip(rows, photos, strict=True):
        photo_files.write(raw_file(row.id), body)
    Photo.objects.bulk_create(rows)
    return [row.id for row in rows]


def from_outside(matter: UUID, taken: Sequence[UUID]) -> list[UUID]:
    """Those pictures that somebody outside handed in about a matter. Raises `Refused` for one that is none of them."""
    if not taken:
        return []
    rows = Photo.objects.filter(id__in=taken, matter=matter, kind="outside").exclude(state="refused")
    found = list(rows.order_by("id").values_list("id", flat=True))
    if len(found) != len(set(taken)):
        told = _("有一张外部承办的照片不在了。请刷新后再选。")
        raise Refused(told, code="moved_meanwhile", field="photos")
    return found


def check(photos: Sequence[bytes]) -> None:
    """Raise `Refused` if one of these cannot be kept; whoever writes something first looks here."""
    if len(photos) > MOST:
        raise Refused(
            _("一次最多交 {most} 张照片。").format(most=MOST), code="too_many_photos", field="photos"
        )
    for place, body in enumerate(photos, 1):
        _check(place, body)


def _check_matter(matter: UUID, more: int) -> None:
    there = Photo.objects.filter(matter=matter).exclude(state="refused").count()
    if there + more <= MOST_OF_A_MATTER:
        return
    told = _("一件事最多 {most} 张照片，这件已有 {n} 张，还能加 {left} 张。请挑要紧的交。")
    left = max(0, MOST_OF_A_MATTER - there)
    raise Refused(
        told.format(most=MOST_OF_A_MATTER, n=there, left=left), code="too_many_photos", field="photos"
    )


def _check(place: int, body: bytes) -> None:
    if len(body) > MOST_BYTES:
        told = _("第 {n} 张照片超过 20 MB。请缩小后再交。")
        raise Refused(told.format(n=place), code="photo_too_large", field="photos")
    kind = drawing.kind_of(body)
    if kind == "photo":
        return
    told = {
        "heic": _(
            "第 {n} 张是 HEIC 格式，这台设备打不开它。请在手机相机设置里改用“兼容性最佳”重拍，或交一张截图。"
        ),
        "avif": _("第 {n} 张是 AVIF 格式，这里不收。请另存为 JPEG 再交。"),
        "gif": _("第 {n} 张是 GIF 图，这里不收。请截一张图再交。"),
        "broken": _("第 {n} 张照片打不开，没有传完整或者文件坏了。请换一张，或截图再交。"),
        "animated": _("第 {n} 张是动图，这里只收不动的照片。请截一张图再交。"),
    }.get(kind, _("第 {n} 个文件不是照片（只收 JPEG、PNG、WebP）。请换一张。"))
    raise Refused(told.format(n=place), code="not_a_photo", field="photos")


def encode_waiting(*, at: datetime, most: int = 20) -> int:
    """Draw anew what waits. Returns how many were looked at; a picture that cannot be read is refused with its reason.

    Each is begun at most `TRIES` times: one whose worker died is taken up once more after `AGAIN_AFTER`, and refused
    if that one dies too. Raises `ScannerAway` where a scanner is set and does not answer: then the picture waits.
    """
    free = Q(begun_at=None) | Q(begun_at__lte=at - AGAIN_AFTER)
    waiting = list(Photo.objects.filter(free, state="waiting").order_by("id")[:most])
    for photo in waiting:
        if photo.tries >= TRIES:
            with transaction.atomic():
                _refuse(photo, "broke_worker", at)
        elif _claimed(photo, at):
            _begun(photo, at)
    return len(waiting)


def _claimed(photo: Photo, at: datetime) -> bool:
    """Whether this worker has it: of several one wins. Stands before anything is read, so that a death is counted."""
    mine = Photo.objects.filter(id=photo.id, state="waiting", tries=photo.tries, version=photo.version)
    return bool(mine.update(tries=F("tries") + 1, begun_at=at))


def _begun(photo: Photo, at: datetime) -> None:
    try:
        with transaction.atomic():
            if photo.version:
                _redraw(photo, at)
            else:
                _encode(photo, at)
    except (scanning.ScannerAway, Refused):
        Photo.objects.filter(id=photo.id, state="waiting").update(tries=photo.tries, begun_at=None)
        raise


def _encode(photo: Photo, at: datetime) -> None:
    """What came: scanned, drawn anew, and sealed as it came where that is wanted."""
    try:
        body = raw_file(photo.id).read_bytes()
        reason = _scanned(body)
        made = None if reason else drawing.drawn(body)
    except FileNotFoundError:
        reason, made = "lost", None
    except NotDrawn as error:
        reason, made = error.reason, None
    if made is None:
        _refuse(photo, reason, at)
    elif _shown(photo, made):
        if photo.original and vault.file_of(photo.original) is None:
            sealed.seal_file(photo.original, body, kind="original", about=photo.matter, at=at)
        record(events.PHOTO_READY, photo.id, by=HOUSE, at=at, width=made.width, height=made.height)
    transaction.on_commit(lambda: raw_file(photo.id).unlink(missing_ok=True))


def _scanned(body: bytes) -> str:
    """Why a scanner does not let it pass; empty where it does, or where there is none."""
    if not settings.HOME.clamd:
        return ""
    found = scanning.found_in(body, settings.HOME.clamd)
    return "" if not found else "unscanned" if found == "size" else "infected"


def _redraw(photo: Photo, at: datetime) -> None:
    """The picture under its boxes, always from what was uncovered: that is sealed first. With no box but burned ones it is
    as before, and the sealed one goes."""
    base: UUID = photo.uncovered  # type: ignore[assignment]  # named together with the version
    if vault.file_of(base) is None:
        before = shown_file(photo.id, photo.version - 1).read_bytes()
        sealed.seal_file(base, before, kind="uncovered", about=photo.matter, at=at)
    boxes = boxes_of(photo.boxes)
    if not _shown(photo, drawing.covered(sealed.bytes_of(base), boxes)):
        return
    if all(box.how == drawing.BURNED for box in boxes):
        sealed.destroy_file(base, "undone", by=HOUSE, at=at)
        Photo.objects.filter(id=photo.id).update(uncovered=None, uncovered_until=None)
    transaction.on_commit(lambda: photo_files.remove_drawn(photo.id, photo.version - 1))


def boxes_of(said: str) -> list[Box]:
    """The boxes of a stored row."""
    return msgspec.json.decode(said, type=list[Box]) if said else []


def _shown(photo: Photo, made: Drawn) -> bool:
    """Write the files, then say in the row that they are there. False where somebody changed the row meanwhile."""
    for size, body in (("large", made.large), ("middle", made.middle), ("small", made.small)):
        photo_files.write(photo_files.drawn_file(photo.id, photo.version, size), body)
    row = Photo.objects.filter(id=photo.id, state="waiting", version=photo.version)
    return bool(row.update(state="ready", width=made.width, height=made.height, tries=0, begun_at=None))


def _refuse(photo: Photo, reason: str, at: datetime) -> None:
    row = Photo.objects.filter(id=photo.id, state="waiting", version=photo.version)
    if row.update(state="refused", reason=reason):
        record(events.PHOTO_REFUSED, photo.id, by=HOUSE, at=at, reason=reason)
    transaction.on_commit(lambda: raw_file(photo.id).unlink(missing_ok=True))


def raw_file(id: UUID) -> Path:
    """Where a picture waits for the worker."""
    return photo_files.raw_file(id)


def shown_file(id: UUID, version: int = 0) -> Path:
    """The picture as it is shown."""
    return photo_files.drawn_file(id, version)


def thumb_file(id: UUID, version: int = 0) -> Path:
    """The picture as a list shows it."""
    return photo_files.drawn_file(id, version, "small")
