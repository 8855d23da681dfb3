"""Signs that nobody sees: those that turn the direction of writing, and those that no database keeps.

The first show nothing themselves and make what follows read backwards.

A headline, a name or an address with one of them could show another text than it holds. Whatever is typed in or
brought in loses them where it is checked; the text between them stays as it was typed.
"""

from __future__ import annotations

import re

TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""The twelve signs of the Unicode Bidirectional Algorithm (UAX 9, table 1), for a class of a pattern."""
_TURNING = re.compile(f"[{TURNING}]")


_NEVER_KEPT = re.compile("[\0\ud800-\udfff]")


def keepable(text: str) -> bool:
    """Whether a database keeps this text: PostgreSQL refuses NUL, and no encoding has half of a pair of surrogates.

    A text that is not kept anywhere equals nothing that is: whoever looks one up need not ask, and must not.
    """
    return _NEVER_KEPT.search(text) is None


def straight(text: str) -> str:
    """The text without signs that turn it."""
    return _TURNING.sub("", text)
