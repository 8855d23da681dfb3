"""Where the words of a search stand in a line: for the eye, in the writing of the text itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

AROUND = 14  # signs shown before a hit that is not in the headline, and twice as many after it
Parts = tuple[tuple[str, bool], ...]
"""A text in parts; true for those that were looked for."""


def marked(text: str, words: Sequence[str]) -> Parts:
    """The text with the words marked. Words are in their normal form."""
    hits = _hits(text, words)
    parts, done = [], 0
    for start, end in hits:
        parts += [(text[done:start], False), (text[start:end], True)]
        done = end
    return tuple(part for part in (*parts, (text[done:], False)) if part[0])


def snippet(texts: Sequence[str], words: Sequence[str]) -> Parts:
    """The first place in these texts where one of the words stands, with what stands around it; empty if none does."""
    for text in texts:
        if hits := _hits(text, words):
            start = max(0, hits[0][0] - AROUND)
            end = min(len(text), hits[0][1] + 2 * AROUND)
            part = marked(" ".join(text[start:end].split()), words)
            before = ((("…"), False),) if start else ()
            return (*before, *part, *(((("…"), False),) if end < len(text) else ()))
    return ()


def _hits(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words stand, in order, those that overlap as one."""
    folded, origin = _folded(text)
    found = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            found.append((origin[at], origin[at + len(word) - 1] + 1))
            at = folded.find(word, at + len(word))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in normal form without spaces, and for each of its signs where it stood."""
    signs, origin = [], []
    for place, sign in enumerate(text):
        for one in unicodedata.normalize("NFKC", sign).casefold():
            if not one.isspace():
                signs.append(one)
                origin.append(place)
    return "".join(signs), origin
