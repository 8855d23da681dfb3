"""What was learnt, read: a table of pieces with one weight for each class, and what it says of a text.

Plain Python, for the web workers: the weights of one piece are the lanes of one whole number, so that adding them up
for all classes is one addition. A table is some megabytes; a text of three hundred characters takes a third of a
millisecond.
"""

from __future__ import annotations

import json
import math
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gezhi.words import grams

SIGNATURE = b"gezhi words 1\n"
BEGINS_WEIGH = 0.6  # the beginning of a text beside the whole of it
_LANE = 4  # bytes of a lane
_MIDDLE = 128  # the stored weight that is nought
_MOST = 64  # a piece that stands oftener counts as if so often
_STEP = 8  # times are stored in eighths
_TIMES = [0] + [round(_STEP * (1 + math.log(n))) for n in range(1, _MOST + 1)]
BOTH = math.sqrt(1 + BEGINS_WEIGH**2)


def times(n: int) -> int:
    """How much it counts that a piece stands so often: 1 + ln n, in eighths."""
    return _TIMES[min(n, _MOST)]


class Unreadable(Exception):
    """The file is not one that was learnt here, or by another version."""


@dataclass(frozen=True, slots=True)
class Said:
    """One class and how much speaks for it: above 0 it is more likely than not, below -1 nothing speaks for it."""

    label: str
    score: float


@dataclass(frozen=True)
class Table:
    """What was learnt: classes, their bias, and rows of bytes by the number of a piece."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float  # of a stored weight
    length: float  # root of the mean square weight of a piece in the length of a text
    about: Mapping[str, Any]
    rows: Mapping[int, int] = field(repr=False)

    def scores(self, text: str) -> list[float]:
        """How much speaks for each class, in the order of `labels`."""
        return self._scores(grams.plain(text))

    def best(self, text: str, most: int) -> list[Said]:
        """The likeliest classes, the first one first."""
        found = sorted(map(Said, self.labels, self.scores(text)), key=lambda one: -one.score)
        return found[:most]

    def why(self, text: str, label: str, most: int = 3) -> list[str]:
        """The words of this text that spoke most for a class, in its own order."""
        said, at = grams.plain(text), self.labels.index(label)
        whole, found = grams.grams(said), []
        for n in range(len(said) - 1):
            row = self.rows.get(whole[len(said) + n])
            if row is not None:
                lanes = self._lanes(row)
                found.append((lanes[at] - (sum(lanes[:-1]) - lanes[at]) / max(1, len(lanes) - 2), n))
        strong = sorted(found, reverse=True)[: 2 * most]
        starts = sorted(n for weight, n in strong if weight > _MIDDLE / 32)
        return _joined(said, starts)[:most]

    def _scores(self, said: str) -> list[float]:
        whole, begins = (self._part(part) for part in grams.parts(said))
        return [
            bias + (a + BEGINS_WEIGH * b) / BOTH for bias, a, b in zip(self.bias, whole, begins, strict=True)
        ]

    def _part(self, counted: Counter[int]) -> list[float]:
        """The sum of weights of the pieces that are known, over the length of these pieces."""
        total = squares = 0
        rows = self.rows
        for gram, n in counted.items():
            row = rows.get(gram)
            if row is not None:
                counts = _TIMES[n] if n < _MOST else _TIMES[_MOST]
                total += counts * row
                squares += counts * counts
        if not squares:
            return [0.0] * len(self.labels)
        lanes = self._lanes(total)
        nought, divisor = _MIDDLE * lanes[-1], self.scale * self.length * math.sqrt(squares)
        return [(lane - nought) / divisor for lane in lanes[:-1]]

    def _lanes(self, total: int) -> Sequence[int]:
        width = len(self.labels) + 1
        return struct.unpack(f"<{width}I", total.to_bytes(_LANE * width, "little"))


def _joined(said: str, starts: Sequence[int]) -> list[str]:
    """The pairs that begin here, joined where they touch."""
    found: list[tuple[int, int]] = []
    for n in starts:
        if found and n <= found[-1][1]:
            found[-1] = (found[-1][0], n + 2)
        else:
            found.append((n, n + 2))
    return list(dict.fromkeys(said[a:b] for a, b in found))


def packed(table: Mapping[str, Any], numbers: Sequence[int], weights: bytes) -> bytes:
    """The file: signature, what it is about as one line of JSON, the numbers of pieces, one byte for each weight."""
    head = json.dumps(dict(table) | {"pieces": len(numbers)}, ensure_ascii=False, sort_keys=True)
    return SIGNATURE + head.encode() + b"\n" + struct.pack(f"<{len(numbers)}I", *numbers) + weights


def read(file: bytes) -> Table:
    """A table from its file. Raises `Unreadable`."""
    if not file.startswith(SIGNATURE):
        raise Unreadable
    head, _line, rest = file[len(SIGNATURE) :].partition(b"\n")
    try:
        said = json.loads(head)
        many, classes = said["pieces"], len(said["labels"])
        numbers = struct.unpack(f"<{many}I", rest[: 4 * many])
        weights = rest[4 * many :]
        if len(weights) != many * classes:
            raise Unreadable
        rows = dict(zip(numbers, _rows(weights, many, classes), strict=True))
        labels, bias = tuple(said["labels"]), tuple(said["bias"])
        return Table(labels, bias, said["scale"], said["length"], said["about"], rows)
    except (ValueError, KeyError, struct.error) as fault:
        raise Unreadable from fault


def _rows(weights: bytes, many: int, classes: int) -> list[int]:
    """One whole number for each piece: a lane for each class, and a last one that counts the pieces."""
    width = _LANE * (classes + 1)
    spread = bytearray(width * many)
    for n in range(classes):
        spread[_LANE * n :: width] = weights[n::classes]
    spread[_LANE * classes :: width] = b"\x01" * many
    return [int.from_bytes(spread[n : n + width], "little") for n in range(0, width * many, width)]
