"""Learning from texts with a class each: weighted pieces, one linear boundary for each class. Uses numpy.

Runs in `gezhi learn` and in the bench, never in a web worker. 1. Pieces that stand in at least `LEAST` texts. 2. The
weight of a piece is its rarity (idf) times how unevenly it stands among the classes (the root of the divergence of its
classes from all). 3. For each class a linear boundary with squared hinge loss, all at once, by dual coordinate descent
(Hsieh and others, A Dual Coordinate Descent Method for Large-scale Linear SVM, 2008, algorithm 1). 4. Weight and
boundary folded into one table of bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gezhi.words import grams, linear

LEAST = 5  # texts in which a piece must stand, so that none is of one person's words
MOST_CELLS = 6_000_000  # bytes of weights in a file
COST, EPOCHS = 2.0, 8
_EVEN = 0.1  # what a piece weighs that stands evenly in all classes
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Doc:
    """A text as numbers of columns and their weights, of length 1."""

    columns: Ints
    weights: Floats


def learn(texts: Sequence[str], labels: Sequence[str], about: Mapping[str, Any], *, seed: int = 0) -> bytes:
    """The file of what these texts teach. The same texts in the same order give the same bytes."""
    names = sorted(set(labels))
    classes = np.array([names.index(one) for one in labels], np.int32)
    counted = [grams.parts(grams.plain(text)) for text in texts]
    columns, idf = _vocabulary(counted, MOST_CELLS // max(1, len(names)))
    weight = idf * _uneven(counted, columns, classes, len(names))
    docs = [_doc(one, columns, weight) for one in counted]
    found = _boundaries(docs, classes, len(names), len(columns), seed)
    table = found[:-1] * weight[:, None]
    scale = 127.0 / max(float(np.abs(table).max(initial=0.0)), 1e-9)
    stored = np.clip(np.rint(table * scale) + 128, 0, 255).astype(np.uint8)
    squares = _mean_square(counted, columns, weight)
    head = {
        "labels": names,
        "bias": [round(float(one), 6) for one in found[-1]],
        "scale": scale,
        "length": float(np.sqrt(squares)),
        "about": dict(about) | {"texts": len(texts)},
    }
    return linear.packed(head, list(columns), stored.tobytes())


def _vocabulary(
    counted: Sequence[tuple[Counter[int], Counter[int]]], most: int
) -> tuple[dict[int, int], Floats]:
    """Pieces that stand in enough texts, the commonest if there are too many, with their rarity."""
    seen: Counter[int] = Counter()
    for whole, begins in counted:
        seen.update(whole.keys())
        seen.update(begins.keys())
    kept = sorted((one for one, n in seen.items() if n >= LEAST), key=lambda one: (-seen[one], one))[:most]
    columns = {one: n for n, one in enumerate(sorted(kept))}
    many = np.array([seen[one] for one in columns], np.float32)
    return columns, (np.log((1 + len(counted)) / (1 + many)) + 1).astype(np.float32)


def _uneven(
    counted: Sequence[tuple[Counter[int], Counter[int]]],
    columns: Mapping[int, int],
    classes: Ints,
    many: int,
) -> Floats:
    """For each piece, the root of how far its classes diverge from those of all texts."""
    seen = np.zeros((len(columns), many), np.float64)
    for parts, one in zip(counted, classes, strict=True):
        for part in parts:
            seen[_known(part, columns)[0], one] += 1
    prior = np.bincount(classes, minlength=many) / len(classes)
    share = (seen + prior * many) / (seen.sum(axis=1, keepdims=True) + many)
    divergence = (share * np.log(share / prior)).sum(axis=1)
    found: Floats = np.sqrt(_EVEN + divergence).astype(np.float32)
    return found


def _known(part: Counter[int], columns: Mapping[int, int]) -> tuple[Ints, Floats]:
    """The columns of the pieces that are kept, and how much their number counts."""
    found = [(columns[one], linear.times(n)) for one, n in part.items() if one in columns]
    at, times = zip(*found, strict=True) if found else ((), ())
    return np.array(at, np.int32), np.array(times, np.float32)


def _doc(parts: tuple[Counter[int], Counter[int]], columns: Mapping[int, int], weight: Floats) -> Doc:
    at, weights = [], []
    for part, share in zip(parts, (1.0, linear.BEGINS_WEIGH), strict=True):
        here, times = _known(part, columns)
        said = times * weight[here]
        at.append(here)
        weights.append(said * (share / max(float(np.linalg.norm(said)), 1e-9)))
    said = np.concatenate(weights)
    return Doc(np.concatenate(at), said / linear.BOTH)


def _mean_square(
    counted: Sequence[tuple[Counter[int], Counter[int]]], columns: Mapping[int, int], weight: Floats
) -> float:
    """The square that a piece adds to the length of a text, over its number squared: the mean over all texts."""
    above = below = 0.0
    for parts in counted:
        for part in parts:
            here, times = _known(part, columns)
            above += float(((times * weight[here]) ** 2).sum())
            below += float((times**2).sum())
    return above / below if below else 1.0


def _boundaries(docs: Sequence[Doc], classes: Ints, many: int, columns: int, seed: int) -> Floats:
    """Weights by column and class, the last row being the bias."""
    found = np.zeros((columns + 1, many), np.float32)
    alpha = np.zeros((len(docs), many), np.float32)
    sides = np.full((len(docs), many), -1, np.float32)
    sides[np.arange(len(docs)), classes] = 1
    dull = np.float32(0.5 / COST)
    squares = [float(doc.weights @ doc.weights) + 1 + float(dull) for doc in docs]
    chance = np.random.default_rng(seed)
    for _epoch in range(EPOCHS):
        for n in chance.permutation(len(docs)):
            doc, side = docs[n], sides[n]
            slope = side * (doc.weights @ found[doc.columns] + found[-1]) - 1 + dull * alpha[n]
            now = np.maximum(alpha[n] - slope / squares[n], 0)
            change = (now - alpha[n]) * side
            alpha[n] = now
            if np.abs(change).max() > 1e-6:
                found[doc.columns] += doc.weights[:, None] * change
                found[-1] += change
    return found
