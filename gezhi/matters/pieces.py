"""Pieces: what the words of a matter are found by, as numbers that a database compares quickly.

Words are pairs of signs (bigrams) and single signs of a normal form, so Chinese needs no dictionary and a part of a
word is found like the whole. Initials are pairs of letters. What a matter belongs to (its units, its item, the
departments that were asked, whether it is open) is a piece too: a scope is then a set like any other.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, pairwise, product

from gezhi.places.paths import WIDTH

MOST_SIGNS = 4000  # of a text, that are learnt
MOST_READINGS = 8  # ways to read one pair of signs, that are learnt
LEVEL = 4  # signs of a path for one level
_SIGN = 21  # bits of a code point
_DIGIT, _LETTERS, _NAMED = 1 << 59, 1 << 60, 1 << 61
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACED = re.compile(rf"(?<=[{_CJK}])\s+(?=\w)|(?<=\w)\s+(?=[{_CJK}])")
_APART = re.compile(r"[^\w\U0001f000-\U0001faff\u2600-\u27bf]+|_+")
_FIGURES = frozenset("0123456789")
_DIGITS, _RUN = re.compile(r"[0-9]{3,}"), re.compile(r"[0-9]{2,}")
_LATIN = re.compile(r"[a-z]{2,12}\Z")


def plain(text: str) -> str:
    """The normal form: half-width, small letters, runs of signs with one space between; beside Chinese no space is
    left, since people write 12 号 and 12号."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _APART.sub(" ", _SPACED.sub("", folded)).strip()


def words_of(typed: str) -> tuple[str, ...]:
    """The words of what somebody typed, each in its normal form, each once. A space that was typed parts words."""
    parts = (plain(part) for part in typed.split())
    return tuple(dict.fromkeys(word for part in parts for word in part.split()))


def of_text(text: str) -> set[int]:
    """Every piece of a text in its normal form."""
    found: set[int] = set()
    for run in text[:MOST_SIGNS].split():
        signs = [ord(sign) for sign in run]
        found |= {sign << _SIGN for sign in signs}
        found |= {one << _SIGN | other for one, other in pairwise(signs)}
        for digits in _DIGITS.findall(run):
            found |= _threes(digits)
    return found


def of_word(word: str) -> list[int]:
    """The pieces that every text with this word has: its pairs, or the one sign it is; of three digits and more their
    threes, since pairs of digits stand everywhere."""
    if len(word) == 1:
        return [ord(word) << _SIGN]
    found = {ord(one) << _SIGN | ord(other) for one, other in pairwise(word) if not _are_digits(one, other)}
    for digits in _RUN.findall(word):
        found |= _threes(digits) or {ord(one) << _SIGN | ord(other) for one, other in pairwise(digits)}
    return sorted(found)


def _are_digits(one: str, other: str) -> bool:
    return one in _FIGURES and other in _FIGURES


def _threes(digits: str) -> set[int]:
    return {_DIGIT | int(digits[n : n + 3]) for n in range(len(digits) - 2)}


def is_certain(word: str) -> bool:
    """Whether whatever has the pieces of a word has the word: what is longer must be read again in the text."""
    return len(word) <= 2 or (len(word) == 3 and word.isascii() and word.isdigit())


def of_phrase(words: Sequence[str]) -> list[int]:
    """The pieces of these words written one after the other, as if nothing stood between them."""
    return of_word("".join(words))


@lru_cache(maxsize=8192)
def named(kind: str, what: str) -> int:
    """The piece of something that has a code: a unit, a department, an item."""
    digest = hashlib.blake2b(f"{kind}:{what}".encode(), digest_size=8).digest()
    return _NAMED | int.from_bytes(digest) >> 4


def is_letters(word: str) -> bool:
    """Whether a word may be initials: letters of ours alone, two at least."""
    return bool(_LATIN.match(word))


def of_initials(headline: str) -> set[int]:
    """The pieces of the initials of a headline: 路灯 is read ld."""
    found: set[int] = set()
    for run in initials(headline):
        for one, other in pairwise(run):
            if len(one) == len(other) == 1:
                found.add(_letters(one, other))
            else:
                found |= {_letters(*pair) for pair in islice(product(one, other), MOST_READINGS)}
    return found


def of_letters(word: str) -> list[int]:
    """The pieces that all initials with these letters in a row have."""
    return list(dict.fromkeys(_letters(a, b) for a, b in pairwise(word)))


def _letters(one: str, other: str) -> int:
    return _LETTERS | ord(one) << 7 | ord(other)


def initials(text: str) -> list[list[str]]:
    """For each run of signs the first letters that each may be read with: 长乐 is [cz, ly]. A sign that is not read in
    letters ends a run; letters and digits stand for themselves."""
    runs: list[list[str]] = [[]]
    for sign in plain(text):
        if letters := _read(sign):
            runs[-1].append(letters)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def read_as(word: str, text: str) -> bool:
    """Whether the initials of some part of a text are these letters."""
    for run in initials(text):
        for start in range(len(run) - len(word) + 1):
            if all(letter in run[start + n] for n, letter in enumerate(word)):
                return True
    return False


@lru_cache(maxsize=16384)
def _read(sign: str) -> str:
    """The first letters of the readings of one sign; "" for what is not read in letters."""
    if sign.isascii():
        return sign if sign.isalnum() else ""
    said = _readings().get(ord(sign), "")
    bare = unicodedata.normalize("NFD", said)
    return "".join(sorted({reading.strip()[:1] for reading in bare.split(",")} & _ALPHABET))


_ALPHABET = set("abcdefghijklmnopqrstuvwxyz")


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    """Readings by code point. Phrases are not read in: they would cost four times the memory, and whoever types
    initials means any reading."""
    import os

    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    readings: dict[int, str] = pinyin_dict
    return readings


def belonging(*, is_open: bool, item: str, path: str, departments: Iterable[str]) -> str:
    """What a matter belongs to, in words: whether it is open, its item, its unit, the departments that were asked."""
    words = [f"i:{item}", f"u:{path}", *(f"d:{one}" for one in sorted(departments))]
    return " ".join(["o:", *words] if is_open else words)


def of_belonging(belongs: str) -> set[int]:
    """The pieces of what a matter belongs to."""
    found: set[int] = set()
    for word in belongs.split():
        kind, _colon, what = word.partition(":")
        found.update(of_places(what) if kind == "u" else (named(kind, what),))
    return found


OPEN = named("o", "")


def of_places(path: str) -> Iterable[int]:
    """The pieces of the unit with this path and of every unit above it but the root, in which everything lies."""
    return (named("u", path[:end]) for end in range(2 * WIDTH, len(path) + 1, WIDTH))
