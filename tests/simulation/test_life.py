"""A seeded sample of lives; `make soak SEED=…` lives many more."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from gezhi.ledger import clock
from gezhi.matters.tests import liuxi

from .life import SEEN, Life

SEED = int(os.environ.get("SEED", "20261121"))
LIVES, ACTS = int(os.environ.get("LIVES", "10")), 45


def test_the_services_do_what_their_twin_says(db: None) -> None:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        Life.world = liuxi.build()
        run_state_machine_as_test(
            seed(SEED)(Life),
            settings=settings(
                max_examples=LIVES,
                stateful_step_count=ACTS,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
            ),
        )
    liuxi.forget()
    print(*(f"{n:8,} {what}" for what, n in sorted(SEEN.items())), sep="\n")  # shown by make soak
