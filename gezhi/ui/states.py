"""The eight states: each has a sign, a ground and a colour beside its word."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    css: str
    icon: str


STATES = {
    s.css: s
    for s in (
        State("wait", "square"),
        State("act", "square-half"),
        State("soon", "hourglass"),
        State("late", "square-arrow-right"),
        State("ok", "square-check"),
        State("done", "rubber-stamp"),
        State("void", "square-x"),
        State("pause", "player-pause"),
    )
}
PHASES = {
    "reported": "wait",
    "accepted": "act",
    "handling": "act",
    "suspended": "pause",
    "checking": "act",
    "answering": "ok",
    "ended": "done",
}


def of(word: str) -> State:
    """The state of this name or of this phase; a step nobody classed is somebody's work."""
    return STATES[PHASES.get(word, word if word in STATES else "act")]
