"""How far an export is, is noted once a second: each note waits for the disk."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from gezhi.exchange import exporting, exports
from gezhi.jobs import exporting as jobs

ONE = UUID(int=1)


def noted(monkeypatch: pytest.MonkeyPatch, moments: list[float], *, wanted: bool = True) -> list[int]:
    """What is noted of lines told at these moments, of as many as there are moments."""
    seen, now = list[int](), [0.0]
    monkeypatch.setattr(exports, "told", lambda _id, lines, _of: bool(seen.append(lines)) or wanted)
    monkeypatch.setattr(jobs.time, "monotonic", lambda: now[0])

    def carry_out(_id: UUID, *, at: object, tell: Callable[[int, int], None]) -> None:
        for lines, moment in enumerate(moments, 1):
            now[0] = moment
            tell(lines, len(moments))

    monkeypatch.setattr(exporting, "carry_out", carry_out)
    monkeypatch.setattr(jobs.clock, "now", lambda: None)
    jobs._carry_out(ONE, lambda: False)
    return seen


def test_the_first_the_last_and_one_a_second_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert noted(monkeypatch, [9.0, 9.1, 9.9, 10.0, 10.5, 11.1, 11.2]) == [1, 4, 6, 7]


def test_one_that_nobody_wants_any_more_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(exporting.Stopped):
        noted(monkeypatch, [9.0], wanted=False)
