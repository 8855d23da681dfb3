"""How many lives are lived, from which seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from gezhi.ledger import clock
from gezhi.matters.tests import liuxi
from tests.shares import SEED

from .life import HABITS, Life

SAMPLE, ACTS = 16, 45  # lives that `make test` lives, and acts in a life


@contextmanager
def corner() -> Iterator[None]:
    """The corner of 柳溪 in which all lives are lived."""
    liuxi.forget()
    try:
        with clock.fixed(liuxi.FRIDAY):
            Life.world = liuxi.build()
            yield
    finally:
        liuxi.forget()


def live(lives: int, *, shrink: bool = True) -> None:
    """Live so many lives, as the seed has it, some of each habit. Raises at the first that does not agree."""
    said = settings(
        max_examples=-(-lives // len(HABITS)),
        stateful_step_count=ACTS,
        deadline=None,
        database=None,
        print_blob=shrink,
        verbosity=Verbosity.normal if shrink else Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        report_multiple_bugs=False,
    )
    for habit in HABITS:
        its = type(f"{habit.title()}Life", (Life,), {"habit": habit})
        run_state_machine_as_test(seed(SEED)(its), settings=said)
