"""The lives notice when a rule is taken out of the services: within the sample that `make test` lives.

`make test` takes out a few, drawn by SEED; `make soak` (MUTANTS=0) each of them.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.shares import OURS, SEED

from .mutants import MUTANTS
from .sample import SAMPLE, corner, live

AMOUNT = int(os.environ.get("MUTANTS", "4")) or len(MUTANTS)
LIVES = SAMPLE if SEED == OURS else 4 * SAMPLE  # under another seed a rule may wait longer to be asked
DRAWN = random.Random(SEED).sample(sorted(MUTANTS), AMOUNT)


@pytest.mark.parametrize("mutant", DRAWN)
def test_a_service_without_its_rule_is_noticed(mutant: str, db: None) -> None:
    with corner(), pytest.MonkeyPatch.context() as patch:
        MUTANTS[mutant](patch)
        with pytest.raises(AssertionError):
            live(LIVES, shrink=False)
