"""Seven classes of citizens' messages: how many of those not seen are told right, and how many texts a second.

Five folds; messages that are nearly the same (cosine of their runs of three characters above one half) stay on one
side. The records stand beside the project and are not part of it: where they are absent, nothing is measured.
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.report import Report
from gezhi.words import grams, learning, linear

RECORDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "taidi12345" / "messages_labelled.csv"
FOLDS, ALIKE, BUCKETS = 5, 0.5, 1 << 14
KNOWN = "91.8 ± 0.4"


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=Path, default=RECORDS, help="text,label as CSV")
    parser.add_argument("--seeds", type=int, default=2, help="how often the folds are drawn anew")


def measure(said: argparse.Namespace) -> Report:
    report = Report("class of a message, near-duplicates kept together")
    if not said.records.exists():
        report.notes.append(f"Nothing measured: {said.records.name} is not beside the project.")
        return report
    csv.field_size_limit(10**8)
    with said.records.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    together = families([text for text, _label in rows])
    found = [
        _fold(rows, _folds(together, seed), n, report) for seed in range(said.seeds) for n in range(FOLDS)
    ]
    right, speed = [one[0] for one in found], [one[1] for one in found]
    error = statistics.stdev(right) / math.sqrt(FOLDS)
    report.aim(f"right of 100, ± {100 * error:.2f} (known {KNOWN})", 100 * statistics.mean(right), "≥ 92.5")
    report.aim("texts a second of one core", statistics.median(speed), "≥ 2,000")
    report.notes.append(
        f"{len(rows):,} messages, {len(set(together)):,} after joining those nearly the same. The error is the deviation"
        f" among folds over the root of {FOLDS}. Which incident a message is about is not told in these records, so"
        " telling incidents apart by text is measured by `python -m bench duplicates` on reports of our own."
    )
    return report


def _fold(
    rows: Sequence[tuple[str, str]], folds: Sequence[int], n: int, report: Report
) -> tuple[float, float]:
    learnt = [row for row, fold in zip(rows, folds, strict=True) if fold != n]
    kept = [row for row, fold in zip(rows, folds, strict=True) if fold == n]
    began = time.process_time()
    file = learning.learn([text for text, _ in learnt], [label for _, label in learnt], {})
    took = time.process_time() - began
    table = linear.read(file)
    began = time.process_time()
    right = sum(table.best(text, 1)[0].label == label for text, label in kept)
    speed = len(kept) / (time.process_time() - began)
    row: dict[str, Any] = {
        "learnt from": len(learnt),
        "asked": len(kept),
        "right of 100": 100 * right / len(kept),
    }
    report.rows.append(
        row | {"texts a second": round(speed), "learnt in s": took, "file MB": len(file) / 1e6}
    )
    return right / len(kept), speed


def families(texts: Sequence[str]) -> list[int]:
    """For each text the first of those it belongs with, by way of others if need be."""
    rows = _vectors(texts)
    first = list(range(len(texts)))

    def root(n: int) -> int:
        while first[n] != n:
            first[n] = first[first[n]]
            n = first[n]
        return n

    for start in range(0, len(texts), 500):
        near = rows[start : start + 500] @ rows.T > ALIKE
        for a, b in zip(*np.nonzero(near), strict=True):
            if a + start < b:
                first[root(int(a) + start)] = root(int(b))
    return [root(n) for n in range(len(texts))]


def _vectors(texts: Sequence[str]) -> Any:
    """Runs of three characters, weighted by rarity, folded into buckets with a sign so that clashes cancel out."""
    runs = []
    for text in texts:
        said = grams.plain(text)
        runs.append([hash_of(said[n : n + 3]) for n in range(len(said) - 2)])
    seen: dict[int, int] = {}
    for run in runs:
        for one in set(run):
            seen[one] = seen.get(one, 0) + 1
    rows = np.zeros((len(texts), BUCKETS), np.float32)
    for n, run in enumerate(runs):
        for one in run:
            if seen[one] > 1:
                weight = math.log(len(texts) / seen[one]) + 1
                rows[n, one % BUCKETS] += weight if one >> 20 & 1 else -weight
        rows[n] /= max(float(np.linalg.norm(rows[n])), 1e-9)
    return rows


def hash_of(run: str) -> int:
    """A number of a run of three characters, the same in every process."""
    a, b, c = map(ord, run)
    said = ((a * 0x9E3779B1 ^ b) * 0x85EBCA6B ^ c) * 0xC2B2AE35 & 0xFFFFFFFFFFFF
    return said >> 12


def _folds(together: Sequence[int], seed: int) -> list[int]:
    """The fold of each text; a family is in one."""
    names = sorted(set(together))
    np.random.default_rng(seed).shuffle(names)
    fold = {name: n % FOLDS for n, name in enumerate(names)}
    return [fold[name] for name in together]
