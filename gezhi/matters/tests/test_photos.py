"""Pictures: sniffed, drawn anew, and refused with a reason."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.models import Photo
from gezhi.matters.services import photos

from .liuxi import World


def jpeg(width: int = 60, height: int = 40, exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(exif=exif.tobytes())


def bomb() -> bytes:
    """A PNG of a few hundred bytes that claims 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def test_a_picture_is_drawn_anew_without_its_place_or_device(world: World) -> None:
    (id,) = photos.keep(new_id(), [with_place()], kind="report", at=clock.now())
    assert photos.encode_waiting(at=clock.now()) == 1
    body = photos.shown_file(id).read_bytes()
    with Image.open(io.BytesIO(body)) as shown:
        assert dict(shown.getexif()) == {}
    assert b"PhoneMaker" not in body
    assert Photo.objects.get().state == "ready"
    assert photos.thumb_file(id).exists()


def test_a_script_that_calls_itself_a_photo_is_refused_at_the_door(world: World) -> None:
    with pytest.raises(Refused, match="第 2 个文件不是照片"):
        photos.keep(new_id(), [jpeg(), b"<script>alert(1)</script>"], kind="report", at=clock.now())
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (bomb(), "too_many_pixels"),
        (jpeg()[:120], "unreadable"),
        (b"\xff\xd8\xff<?php system(1) ?>", "unreadable"),
    ],
    ids=["bomb", "cut off", "polyglot"],
)
def test_what_cannot_be_drawn_is_refused_by_the_worker_with_its_reason(
    world: World, body: bytes, reason: str
) -> None:
    (id,) = photos.keep(new_id(), [body], kind="report", at=clock.now())
    photos.encode_waiting(at=clock.now())
    row = Photo.objects.get()
    assert (row.state, row.reason) == ("refused", reason)
    assert not photos.shown_file(id).exists()


def test_nine_pictures_and_no_more(world: World) -> None:
    with pytest.raises(Refused, match="9"):
        photos.keep(new_id(), [jpeg()] * 10, kind="report", at=clock.now())
