"""Seconds that reporting a problem takes by the keystroke-level model, beside FixMyStreet and Signalen.

Nobody is timed. Each flow's presses, screens and letters are those of docs/taps.md, counted from the sources; a second is
laid to each of them by S. Card, T. Moran and A. Newell (1980): a thought before each press or field 1.35 s, pointing 1.10 s,
pressing 0.20 s, a key 0.28 s. A screen takes what ours was measured to need on a slow line, the others' too. A Chinese
character is taken for three and a half keys of pinyin, with the one that chooses the word.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from bench.report import Report

THOUGHT, POINT, PRESS, KEY = 1.35, 1.10, 0.20, 0.28  # seconds
KEYS = 3.5  # of one Chinese character
SCREEN = 1.10  # seconds until ours can be used: python -m bench portal
LIMIT = 30.0  # seconds


@dataclass(frozen=True)
class Flow:
    """What a report asks for at the least, beside its sentence."""

    name: str
    screens: int
    taps: int
    fields: int = 0  # more than the sentence
    letters: int = 0  # in those, in keys


FLOWS = (
    Flow("here", screens=1, taps=4),
    Flow("here, from a door plate", screens=2, taps=3),
    # a title, a name and an e-mail address as short as they come; then the mail is opened, its link pressed, a screen more
    Flow("FixMyStreet", screens=5, taps=8, fields=3, letters=14 + 7 + 15),
    Flow("Signalen", screens=4, taps=6),
)


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--characters", type=int, default=20, help="Chinese characters of the sentence")


def measure(said: argparse.Namespace) -> Report:
    report = Report("seconds of a report by the keystroke-level model")
    words = THOUGHT + said.characters * KEYS * KEY
    for flow in FLOWS:
        bare = seconds(flow)
        report.rows.append({"report": flow.name, "without the words s": bare, "with them s": bare + words})
    first = seconds(FLOWS[0])
    report.aim("the quickest of the others less ours, s", min(map(seconds, FLOWS[2:])) - first, "≥ 0")
    most = int((LIMIT - first - THOUGHT) / (KEYS * KEY))
    report.notes.append(f"Thirty seconds leave room for {most} characters.")
    return report


def seconds(flow: Flow) -> float:
    """All but the sentence. A field is pressed before it is written, and thought of like a press."""
    acts = flow.taps + flow.fields
    return flow.screens * SCREEN + acts * (THOUGHT + POINT + PRESS) + flow.letters * KEY
