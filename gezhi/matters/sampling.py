"""The draw among small matters of the grid: who is looked at cannot be foreseen, and the same matter is drawn the same way.

Both answers are a keyed hash of the matter: nobody without the instance's secret can tell before, everybody with it can tell
again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

SALT = "gezhi.matters.sampling"
PARTS = 10_000


def drawn(matter: str, share: str) -> bool:
    """Whether a sample of this share ("10%") holds the matter, named by its id."""
    return _number(matter) % PARTS < int(share.rstrip("%")) * (PARTS // 100)


def first_drawn(matter: str, paths: Iterable[str]) -> str:
    """One of these units, drawn for this matter; empty where there is none."""
    return min(paths, key=lambda path: _number(f"{matter}:{path}"), default="")


def _number(word: str) -> int:
    return int.from_bytes(salted_hmac(SALT, word, algorithm="sha256").digest()[:8])
