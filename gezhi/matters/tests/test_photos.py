"""Pictures: sniffed, drawn anew, and refused with a reason."""

from __future__ import annotations

import io
import os
import struct
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.matters import events
from gezhi.matters.models import Photo
from gezhi.matters.services import drawing, photo_files, photos

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
        (jpeg()[: jpeg().index(b"\xff\xda") + 14], "unreadable"),
    ],
    ids=["bomb", "cut off in its pixels"],
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


def animated(kind: str) -> bytes:
    """Two pictures in one file."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), shade) for shade in ("teal", "white")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
        (b"\0\0\0\x18ftypavif" + bytes(40), "AVIF"),
        (animated("GIF"), "GIF"),
        (animated("PNG"), "动图"),
        (animated("WEBP"), "动图"),
        (b"RIFF\0\0\0\0AVI LIST", "不是照片"),
        (b"\x89PNG\r\n\x1a\n" + bytes(900), "打不开"),
        (bomb()[:30], "打不开"),
        (jpeg()[:120], "打不开"),
        (b"\xff\xd8\xff" + bytes(900), "打不开"),
        (b"\xff\xd8\xff<?php system(1) ?>", "打不开"),
        (b"RIFF\xff\xff\0\0WEBPVP8 " + bytes(90), "打不开"),
    ],
    ids=[
        *("heic", "avif", "gif", "apng", "webp", "avi"),
        *("png of zeros", "png cut off", "jpeg cut off", "jpeg of zeros", "polyglot", "webp cut off"),
    ],
)
def test_what_is_not_taken_is_told_by_its_name_and_what_to_do(world: World, body: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        photos.keep(new_id(), [body], kind="report", at=clock.now())


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_still_png_or_webp_is_taken(world: World, kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(out, kind)
    (id,) = photos.keep(new_id(), [out.getvalue()], kind="report", at=clock.now())
    photos.encode_waiting(at=clock.now())
    with Image.open(photos.shown_file(id)) as shown:
        assert shown.getpixel((5, 5)) == (255, 255, 255)  # what was see-through is white


class Killed(BaseException):
    """As if the worker's process had ended here."""


def die(_body: bytes) -> None:
    raise Killed


def test_a_picture_whose_worker_died_is_done_once_again_and_never_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos.keep(new_id(), [jpeg()], kind="report", at=clock.now())
    begun, later = clock.now(), timedelta(minutes=3)
    with monkeypatch.context() as broken:
        broken.setattr(drawing, "drawn", die)
        for time in (begun, begun + later):
            with pytest.raises(Killed):
                photos.encode_waiting(at=time)
            assert photos.encode_waiting(at=time + timedelta(seconds=30)) == 0  # it may still be at it
    assert Photo.objects.get().tries == 2
    photos.encode_waiting(at=begun + 2 * later)
    row = Photo.objects.get()
    assert (row.state, row.reason) == ("refused", "broke_worker")
    assert not photos.shown_file(row.id).exists()


def test_a_picture_whose_worker_died_once_is_there_after_the_second_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos.keep(new_id(), [jpeg()], kind="report", at=clock.now())
    with monkeypatch.context() as broken:
        broken.setattr(drawing, "drawn", die)
        with pytest.raises(Killed):
            photos.encode_waiting(at=clock.now())
    photos.encode_waiting(at=clock.now() + timedelta(minutes=3))
    assert Photo.objects.get().state == "ready"
    assert Entry.objects.filter(what=events.PHOTO_READY).count() == 1


def test_of_two_workers_one_draws(world: World) -> None:
    photos.keep(new_id(), [jpeg()], kind="report", at=clock.now())
    row = Photo.objects.get()
    assert [photos._claimed(row, clock.now()) for _time in range(2)] == [True, False]


def test_what_was_cut_off_is_swept_after_a_day_and_what_waits_is_not(world: World) -> None:
    (waits,) = photos.keep(new_id(), [jpeg()], kind="report", at=clock.now())
    left, fresh = photos.raw_file(new_id()), photos.raw_file(new_id())
    for file in (left, fresh):
        file.write_bytes(jpeg())
    for file in (left, photos.raw_file(waits)):
        os.utime(file, (0, 0))
    assert photo_files.sweep_waiting() >= 1
    assert (left.exists(), fresh.exists(), photos.raw_file(waits).exists()) == (False, True, True)


def test_a_large_photo_is_drawn_upright_and_small(world: World) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    (id,) = photos.keep(new_id(), [jpeg(4000, 3000, exif.tobytes())], kind="report", at=clock.now())
    photos.encode_waiting(at=clock.now())
    row = Photo.objects.get()
    assert (row.width, row.height) == (1536, 2048)
    sides = {}
    for size in photo_files.SIZES:
        with Image.open(photo_files.drawn_file(id, 0, size)) as drawn:
            sides[size] = max(drawn.size)
    assert sides == {"large": 2048, "middle": 1024, "small": 320}
