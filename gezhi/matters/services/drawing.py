"""Pictures as bytes: what a file is, drawing it anew in three sizes, and covering parts of it. No database, no files."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
SIDE, MIDDLE, SMALL = 2048, 1024, 320
"""Longest sides in pixels. Large is what the page shrinks to. Small fills a 148 × 104 box of the page on a screen of
two pixels a point, middle the width of a telephone (390 points at two to three): a list of 200 is read in small,
leafed through in middle, and only whoever wants to read a doorplate fetches large."""
FORMATS = ("JPEG", "PNG", "WEBP")
BLACK, BLURRED, BURNED = "black", "blurred", "burned"
CELLS = (
    4  # a blurred box keeps at most this many colours across: no letter, plate or face comes back from them
)
_BRANDS = {b"avif": "avif", b"avis": "avif"} | dict.fromkeys(
    (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "heic"
)

_WEBP = (b"VP8 ", b"VP8L", b"VP8X")
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # marks of a JPEG without a length


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture as JPEG in three sizes; `width` and `height` are of the large one."""

    large: bytes
    middle: bytes
    small: bytes
    width: int
    height: int


class Box(msgspec.Struct, frozen=True):
    """A part to cover, in thousandths of width and height from the upper left corner. `how` is black or blurred, or
    burned for one of which nothing is left to uncover: it is in the pixels already."""

    x: int
    y: int
    width: int
    height: int
    how: str = BLACK


class NotDrawn(Exception):
    """A picture that cannot be drawn; `reason` is too_many_pixels or unreadable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def kind_of(body: bytes) -> str:
    """What a file says it is by its first bytes: photo, animated, broken, heic, avif, gif or other. Broken is one that says
    it is a photo and holds no picture: cut off on its way, or never whole. No pixel is read for it.

    An animated PNG has an `acTL` chunk before its pixels (PNG, third edition), an animated WebP the bit 0x02 in the
    flags of `VP8X` (RFC 9649, 2.7).
    """
    if body.startswith(b"\xff\xd8\xff"):
        return "photo" if _has_scan(body) else "broken"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        pixels = body.find(b"IDAT")
        if pixels < 0 or body[8:16] != b"\0\0\0\rIHDR":
            return "broken"
        return "animated" if b"acTL" in body[:pixels] else "photo"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        if body[12:16] not in _WEBP or int.from_bytes(body[4:8], "little") + 8 > len(body):
            return "broken"
        return "animated" if body[12:16] == b"VP8X" and body[20] & 0x02 else "photo"
    if body[4:8] == b"ftyp":
        return _BRANDS.get(body[8:12], "other")
    return "gif" if body.startswith((b"GIF87a", b"GIF89a")) else "other"


def _has_scan(body: bytes) -> bool:
    """Whether a JPEG has a frame and pixels after it: its segments are walked, none is read (ITU-T T.81, B.1)."""
    at, frame = 2, False
    while at + 4 <= len(body) and body[at] == 0xFF:
        mark = body[at + 1]
        if mark == 0xFF:  # filled up
            at += 1
            continue
        if mark == 0xDA:
            return frame
        frame = frame or (0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC))
        at += 2 if mark in _ALONE else 2 + int.from_bytes(body[at + 2 : at + 4], "big")
    return False


def drawn(body: bytes) -> Drawn:
    """The picture drawn anew, upright and without any metadata. Raises `NotDrawn`."""
    return _sizes(_opened(body))


def covered(body: bytes, boxes: Sequence[Box]) -> Drawn:
    """A picture that was drawn here, with these parts covered for good. Raises `NotDrawn`."""
    picture = _opened(body)
    for box in boxes:
        if box.how != BURNED:
            _cover(picture, box)
    return _sizes(picture)


def _opened(body: bytes) -> Image.Image:
    """Upright pixels on white, at most `SIDE` long. A JPEG is read at a fraction of its size where that is enough."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                picture.draft("RGB", (SIDE, SIDE))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((SIDE, SIDE))
                plain = Image.new("RGB", upright.size, "white")
                rgba = upright.convert("RGBA")
                plain.paste(rgba, mask=rgba.getchannel("A"))
                return plain
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotDrawn("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotDrawn("unreadable") from error


def _sizes(plain: Image.Image) -> Drawn:
    made = []
    for side, quality in ((MIDDLE, 78), (SMALL, 72)):
        smaller = plain.copy()
        smaller.thumbnail((side, side))
        made.append(_jpeg(smaller, quality))
    return Drawn(_jpeg(plain, 82), made[0], made[1], plain.width, plain.height)


def _cover(picture: Image.Image, box: Box) -> None:
    left, right = (round(x * picture.width / 1000) for x in (box.x, box.x + box.width))
    top, bottom = (round(y * picture.height / 1000) for y in (box.y, box.y + box.height))
    area = (left, top, max(right, left + 1), max(bottom, top + 1))
    size = (area[2] - area[0], area[3] - area[1])
    if box.how == BLACK:
        picture.paste("black", area)
        return
    cells = (min(CELLS, size[0]), min(CELLS, size[1]))
    few = picture.crop(area).resize(cells, Image.Resampling.BOX)
    soft = few.resize(size, Image.Resampling.NEAREST).filter(ImageFilter.GaussianBlur(max(size) / CELLS / 3))
    picture.paste(soft, area)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
