"""Signs that turn the direction of writing: they show nothing themselves and make what follows read backwards.

A headline, a name or an address with one of them could show another text than it holds. Whatever is typed in or
brought in loses them where it is checked; the text between them stays as it was typed.
"""

from __future__ import annotations

import re

TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""The twelve signs of the Unicode Bidirectional Algorithm (UAX 9, table 1), for a class of a pattern."""
_TURNING = re.compile(f"[{TURNING}]")


def straight(text: str) -> str:
    """The text without signs that turn it."""
    return _TURNING.sub("", text)
