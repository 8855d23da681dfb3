"""What the words of a catalogue say of a text, before anything was learnt: which phrase is said in it, and how much of it.

A phrase speaks for its items with the share of its pieces that the text holds, each weighted by how few items have it and by
how many phrases of this one do: 路灯 names the thing in most that is said of a lamp, 晚上 stands by the way in one that is said
of noise. So a lamp that keeps somebody awake stays a lamp.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gezhi.words import grams

ENOUGH = 0.25  # of a phrase, by weight


@dataclass(frozen=True, slots=True)
class Hint:
    """One label, the largest share of one of its phrases that is said, and the pieces that are said of it."""

    label: str
    share: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A common kind of item: words in the name of such an item, and what people say of it."""

    names: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """Common kinds of item, and the pieces that stand in what is said of anything: those speak for no item."""

    kinds: tuple[Kind, ...]
    says_nothing: frozenset[str]


@cache
def examples() -> Examples:
    """Our own examples, `examples.toml`."""
    return read(files("gezhi.words").joinpath("examples.toml").read_text(encoding="utf-8"))


def read(text: str) -> Examples:
    """The examples of a file. Raises `ValueError` for a word of `says_nothing` that is not one piece, or stands there twice:
    no text is cut so, and it would silence nothing."""
    said = tomllib.loads(text)
    silent: list[str] = said.pop("says_nothing")
    wrong = [word for word in silent if grams.pieces(word) != [word] or silent.count(word) > 1]
    if wrong:
        raise ValueError(f"says_nothing: not one piece, or twice: {' '.join(wrong)}")
    kinds = (Kind(tuple(one["names"]), (*one["says"], *one["english"])) for one in said.values())
    return Examples(tuple(kinds), frozenset(silent))


def phrases_of(name: str, english: str = "") -> Iterable[str]:
    """What is said of an item of this name: its names themselves, and the examples of its kinds."""
    yield name
    if english:
        yield english
    for kind in examples().kinds:
        if any(word in name for word in kind.names):
            yield from kind.says


class Hints:
    """Phrases by the label they speak for, ready to be looked for in texts."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        said = [(label, frozenset(grams.pieces(one))) for label, all in phrases.items() for one in all]
        silent = examples().says_nothing
        self._phrases = [one for one in said if one[1] - silent]
        having: dict[str, Counter[str]] = defaultdict(Counter)
        for label, pieces in self._phrases:
            for piece in pieces:
                having[piece][label] += 1
        many = len({label for label, _pieces in self._phrases})
        self._weight = {
            (piece, label): 0 if piece in silent else _weight(many / len(labels), times)
            for piece, labels in having.items()
            for label, times in labels.items()
        }
        self._whole = [sum(self._weight[piece, label] for piece in pieces) for label, pieces in self._phrases]
        self._at: dict[str, list[int]] = defaultdict(list)
        for n, (_label, pieces) in enumerate(self._phrases):
            for piece in pieces:
                self._at[piece].append(n)

    def best(self, text: str, most: int) -> list[Hint]:
        """The labels with a phrase that is said to `ENOUGH`, the fullest first; of equals, the one with more said."""
        told = set(grams.pieces(text))
        sums: dict[int, int] = defaultdict(int)
        for piece in told & self._at.keys():
            for n in self._at[piece]:
                sums[n] += self._weight[piece, self._phrases[n][0]]
        best: dict[str, tuple[float, int, int]] = {}
        for n, weight in sums.items():
            label = self._phrases[n][0]
            best[label] = max(best.get(label, (0.0, 0, 0)), (weight / self._whole[n], weight, n))
        found = sorted(best.items(), key=lambda one: (-one[1][0], -one[1][1], one[0]))
        return [
            Hint(label, share, _in_order(text, self._phrases[n][1] & told))
            for label, (share, _weight, n) in found[:most]
            if share >= ENOUGH
        ]


def _weight(rare: float, times: int) -> int:
    """What a piece weighs by how rare it is and how many phrases of a label have it. In millionths: whole numbers are the same
    sum in whatever order a process adds them up, so that of two phrases that are said to one share the same one comes first
    everywhere."""
    return round(math.log(1 + rare) * (1 + math.log(times)) * 1_000_000)


def _in_order(text: str, pieces: frozenset[str]) -> tuple[str, ...]:
    """The pieces as they stand in the text, joined where one begins with the end of the one before."""
    found: list[str] = []
    for piece in grams.pieces(text):
        if piece not in pieces:
            continue
        if found and not piece.isascii() and found[-1][-1:] == piece[0]:
            found[-1] += piece[1:]
        elif piece not in found:
            found.append(piece)
    return tuple(dict.fromkeys(found))
