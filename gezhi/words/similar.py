"""How alike two texts are: the cosine of their pieces, each weighted by its rarity."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from gezhi.words import grams


class Rarity:
    """What a piece weighs among some texts: the fewer of them have it, the more."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._seen: Counter[str] = Counter()
        self._texts = 0
        for text in texts:
            self._texts += 1
            self._seen.update(set(grams.pieces(text)))

    def weight(self, piece: str) -> float:
        return math.log((2 + self._texts) / (1 + self._seen[piece]))

    def vector(self, text: str) -> dict[str, float]:
        """The pieces of a text with their weights; its length is 1, or 0 where it has none."""
        found = {
            piece: (1 + math.log(n)) * self.weight(piece) for piece, n in Counter(grams.pieces(text)).items()
        }
        length = math.sqrt(sum(one * one for one in found.values()))
        return {piece: one / length for piece, one in found.items()} if length else {}


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """Between 0 (nothing in common) and 1 (the same pieces)."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return sum(weight * many[piece] for piece, weight in few.items() if piece in many)


def shared(text: str, other: str, rarity: Rarity, most: int = 2) -> list[str]:
    """What both texts say, the rarest first: runs of the first text, at most so many."""
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
    said = [run for run in dict.fromkeys(runs) if run != "0"]
    weigh = {run: sum(rarity.weight(piece) for piece in grams.pieces(run)) for run in said}
    return sorted(said, key=lambda run: -weigh[run])[:most]
