"""Pieces of a text: single characters and pairs, each as a 32-bit number; those of its beginning once more, apart.

Full width is read as half width, capitals as small letters, every number as one 0: what is said is what counts, not
how it is typed or which house it is. The numbers are made without a table, so that the same piece has the same number
in every process; what they keep from being read back, and what not, is told in docs/decisions/0040.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

BEGINNING = 25  # characters: what a matter is about is mostly said at once
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LEFT_OUT = re.compile(r"[\W_]+")
_SMALL = frozenset(
    "a an and at for from i in is it my near of on or our the there this to was we with".split()
)
_PIECE = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_MASK = 0xFFFFFFFF
_ONE, _TWO, _APART = 0x9E3779B1, 0x85EBCA6B, 0x5BD1E995


def plain(text: str) -> str:
    """What is compared: no marks, no spaces, no capitals, each number a 0."""
    return _LEFT_OUT.sub("", _folded(text))


def grams(said: str) -> list[int]:
    """The characters of a plain text, then its pairs: pair `i` stands at `len(said) + i`."""
    codes = list(map(ord, said))
    ones = [code * _ONE & _MASK for code in codes]
    return ones + [(a * _TWO + b) & _MASK for a, b in zip(codes, ones[1:], strict=False)]


def parts(said: str) -> tuple[Counter[int], Counter[int]]:
    """How often each piece stands in a plain text, and in its beginning; a piece of the beginning has its own number."""
    whole = grams(said)
    size = len(said)
    begins = whole[: min(size, BEGINNING)] + whole[size : size + BEGINNING - 1]
    return Counter(whole), Counter([one ^ _APART for one in begins])


def pieces(text: str) -> list[str]:
    """The pairs of characters of each run of Chinese, and each word of Latin letters that says something, to compare texts by."""
    found: list[str] = []
    for run in _PIECE.findall(_folded(text)):
        if run[0].isascii():
            found += [run] if run not in _SMALL else []
        else:
            found += [run[n : n + 2] for n in range(len(run) - 1)] or [run]
    return found


def _folded(text: str) -> str:
    return _NUMBER.sub("0", unicodedata.normalize("NFKC", text).lower())
