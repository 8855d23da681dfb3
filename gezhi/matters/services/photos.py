"""Pictures handed in: sniffed at the door, re-encoded by the worker, never shown as they came.

What is stored is drawn anew from the pixels, so neither a script nor a place nor a device survives in it.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.matters.models import Photo

MOST = 9
MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
SIDE, THUMB = 2048, 480
FORMATS = ("JPEG", "PNG", "WEBP")
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


def keep(matter: UUID, photos: Sequence[bytes], *, kind: str, at: datetime) -> list[UUID]:
    """Put pictures aside for the worker. Raises `Refused` for one that is too large or no picture at all.

    All are looked at before any is stored, so a refusal keeps none.
    """
    check(photos)
    rows = [Photo(id=new_id(), matter=matter, kind=kind, state="waiting", made_at=at) for _body in photos]
    for row, body in zip(rows, photos, strict=True):
        _write(raw_file(row.id), body)
    Photo.objects.bulk_create(rows)
    return [row.id for row in rows]


def check(photos: Sequence[bytes]) -> None:
    """Raise `Refused` if one of these cannot be kept; whoever writes something first looks here."""
    if len(photos) > MOST:
        raise Refused(
            _("一次最多交 {most} 张照片。").format(most=MOST), code="too_many_photos", field="photos"
        )
    for place, body in enumerate(photos, 1):
        _check(place, body)


def _check(place: int, body: bytes) -> None:
    if len(body) > MOST_BYTES:
        told = _("第 {n} 张照片超过 20 MB。请缩小后再交。")
        raise Refused(told.format(n=place), code="photo_too_large", field="photos")
    if not body.startswith(_STARTS) or (body[:4] == b"RIFF" and body[8:12] != b"WEBP"):
        told = _("第 {n} 个文件不是照片（只收 JPEG、PNG、WebP）。请换一张。")
        raise Refused(told.format(n=place), code="not_a_photo", field="photos")


def encode_waiting(*, at: datetime, most: int = 20) -> int:
    """Re-encode what waits. Returns how many were looked at; a picture that cannot be read is refused with its reason."""
    waiting = list(Photo.objects.filter(state="waiting").order_by("id").values_list("id", flat=True)[:most])
    for id in waiting:
        with transaction.atomic():
            _encode_one(id, at=at)
    return len(waiting)


def _encode_one(id: UUID, *, at: datetime) -> None:
    raw, made = raw_file(id), {}
    try:
        made = _draw(raw.read_bytes())
        reason = ""
    except FileNotFoundError:
        reason = "lost"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        reason = "too_many_pixels"
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        reason = "unreadable"
    photo = Photo.objects.filter(id=id, state="waiting")
    if reason:
        photo.update(state="refused", reason=reason)
        record(events.PHOTO_REFUSED, id, by=HOUSE, at=at, reason=reason)
    else:
        _write(shown_file(id), made["large"][0])
        _write(thumb_file(id), made["small"][0])
        width, height = made["large"][1]
        photo.update(state="ready", width=width, height=height)
        record(events.PHOTO_READY, id, by=HOUSE, at=at, width=width, height=height)
    transaction.on_commit(lambda: raw.unlink(missing_ok=True))


def _draw(body: bytes) -> dict[str, tuple[bytes, tuple[int, int]]]:
    """The picture in two sizes, drawn anew as JPEG without any metadata."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(body), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            plain = Image.new("RGB", upright.size, "white")
            rgba = upright.convert("RGBA")
            plain.paste(rgba, mask=rgba.getchannel("A"))
    small = plain.copy()
    small.thumbnail((THUMB, THUMB))
    return {"large": (_jpeg(plain, 82), plain.size), "small": (_jpeg(small, 78), small.size)}


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def raw_file(id: UUID) -> Path:
    """Where a picture waits for the worker."""
    return _files() / "waiting" / id.hex


def shown_file(id: UUID) -> Path:
    """The picture as it is shown."""
    return _files() / "photos" / id.hex[-2:] / f"{id.hex}.jpg"


def thumb_file(id: UUID) -> Path:
    """The picture as a list shows it."""
    return _files() / "photos" / id.hex[-2:] / f"{id.hex}-s.jpg"


def _files() -> Path:
    files: Path = settings.HOME.files
    return files


def _write(path: Path, body: bytes) -> None:
    """Whole or not at all. Raises `Refused` when the disk is full."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Refused(
            _("磁盘已满或不能写，照片没有存下，其他内容也没有改动。请告诉管理员腾出空间，再交一次。"),
            code="disk_full",
        ) from error
