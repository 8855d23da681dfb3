"""Small drawn pictures that stand in for photographs: shapes and colours, no place and nobody."""

from __future__ import annotations

import io
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

WIDE, HIGH = 480, 360
_WALLS = ("#cfd8d6", "#d9d2c4", "#c9ced8", "#d6cfd2")
_THINGS = ("#8a5a3c", "#4f6d7a", "#a23b3b", "#5d7048", "#b08a2e")


@lru_cache(maxsize=24)
def drawn(number: int, cleared: bool) -> bytes:
    """A JPEG of a yard with things lying in it, or cleared of them."""
    random = Random(number)
    picture = Image.new("RGB", (WIDE, HIGH), random.choice(_WALLS))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 220, WIDE, HIGH), fill="#a9a69d")
    for column in range(5):
        left = 24 + column * 92
        pen.rectangle((left, 40, left + 52, 115), fill="#7f98a8", outline="#5e6f7a", width=4)
    pen.rectangle((200, 140, 275, 220), fill="#6d5a48")
    if not cleared:
        for _thing in range(random.randint(3, 7)):
            left, top = random.randint(30, 360), random.randint(200, 290)
            wide, high = random.randint(30, 90), random.randint(22, 60)
            pen.rectangle(
                (left, top, left + wide, top + high), fill=random.choice(_THINGS), outline="#333333"
            )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=72)
    return out.getvalue()
