"""How alike two texts are: the cosine of their pieces, each weighted by its rarity."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from gezhi.words import grams

Vector = dict[str, float]
_COURTESY = re.compile(
    "您好|你好|请问|谁管|反映一下|反映|我是|住户|居民|业主|刚路过看到|路过|看到|麻烦|请尽快|尽快|处理一下|处理|解决|谢谢|来看看|来看|"
    "已经说过一次了|说过|又来说一次|又来|请督促一下|督促|请"
)
_NUMBERED = re.compile(r"(\d+)\s*([号栋幢座弄])")


def bare(text: str) -> str:
    """A text without the words of courtesy that every caller says."""
    return _COURTESY.sub("，", text)


def numbered(text: str) -> frozenset[str]:
    """The houses that a text names by number: 3栋, 12号."""
    return frozenset(number + unit for number, unit in _NUMBERED.findall(unicodedata.normalize("NFKC", text)))


def agree(one: frozenset[str], other: frozenset[str]) -> int:
    """1 if both name a house and it is the same, -1 if both do and none is, 0 if one of them names none."""
    return (1 if one & other else -1) if one and other else 0


class Rarity:
    """What a piece weighs among some texts, and those of a `base`: the fewer of them have it, the more."""

    def __init__(self, texts: Iterable[str], base: Rarity | None = None) -> None:
        self._base = base
        self._seen: Counter[str] = Counter()
        self._texts = 0
        self._read: dict[str, list[str]] = {}
        self._weights: dict[str, float] = {}
        for text in texts:
            self._texts += 1
            self._read[text] = pieces = grams.pieces(text)
            self._seen.update(set(pieces))

    def weight(self, piece: str) -> float:
        found = self._weights.get(piece)
        if found is None:
            found = self._weights[piece] = self._weighed(piece)
        return found

    def _weighed(self, piece: str) -> float:
        texts, seen = self._texts, self._seen[piece]
        if self._base is not None:
            texts, seen = texts + self._base._texts, seen + self._base._seen[piece]
        return math.log((2 + texts) / (1 + seen))

    def vector(self, text: str) -> Vector:
        """The pieces of a text with their weights; its length is 1, or 0 where it has none."""
        pieces = self._read.get(text)
        counted = Counter(grams.pieces(text) if pieces is None else pieces)
        found = {piece: (1 + math.log(n)) * self.weight(piece) for piece, n in counted.items()}
        length = math.sqrt(sum(one * one for one in found.values()))
        return {piece: one / length for piece, one in found.items()} if length else {}


def cosine(one: Vector, other: Vector) -> float:
    """Between 0 (nothing in common) and 1 (the same pieces)."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return sum(weight * many[piece] for piece, weight in few.items() if piece in many)


def shared(text: str, other: str, rarity: Rarity, most: int = 2) -> list[str]:
    """What both texts say, what weighs most first: runs of the first text, at most so many."""
    theirs = set(grams.pieces(other))
    runs: list[str] = []
    before = ""
    for piece in grams.pieces(text):
        if piece not in theirs:
            before = ""
            continue
        if before and not piece.isascii() and before[-1] == piece[0]:
            runs[-1] += piece[1:]
        else:
            runs.append(piece)
        before = piece
    said = [run for run in dict.fromkeys(runs) if len(run) > 1]
    weigh = {run: sum(rarity.weight(piece) for piece in grams.pieces(run)) for run in said}
    return sorted(said, key=lambda run: -weigh[run])[:most]


def signs(text: str) -> list[tuple[str, int]]:
    """The letters, figures and Chinese characters of a text, each folded (full width, capitals) and with its place there."""
    return [
        (sign, place)
        for place, typed in enumerate(text)
        for sign in unicodedata.normalize("NFKC", typed).casefold()
        if sign.isalnum()
    ]


def repeated(theirs: Iterable[str], ours: str, run: int) -> str:
    """The first `run` signs in a row of one text that stand in another; empty where none do. What stands between them
    (blanks, marks, pictures) is not counted; the piece comes as it is written in `ours`."""
    ours = unicodedata.normalize("NFC", ours)
    found, places = "", list[int]()
    for sign, place in signs(ours):
        found += sign
        places.append(place)
    known = {piece for text in theirs for piece in _runs(text, run)}
    start = next((n for n in range(len(found) - run + 1) if found[n : n + run] in known), None)
    return "" if start is None else " ".join(ours[places[start] : places[start + run - 1] + 1].split())


def _runs(text: str, run: int) -> set[str]:
    plain = "".join(sign for sign, _place in signs(unicodedata.normalize("NFC", text)))
    return {plain[start : start + run] for start in range(len(plain) - run + 1)}
