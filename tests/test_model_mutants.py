"""The proof notices the faults that dice make in the models that ship.

`make test` draws twenty of them by SEED; `make soak` judges all. A fault is caught, or changes nothing that can happen,
or is argued harmless by name in docs/model-mutations.md.
"""

from __future__ import annotations

from functools import cache
from itertools import islice

import pytest

from gezhi.rules.load import named, shipped
from tests.shares import WHOLE, share
from tools.mutate_models import EACH, SEED, Mutant, harmless, judged, mutants

pytestmark = pytest.mark.proof

MODELS = [name for name in shipped() if name != "base" and not named(name).about.replay]
ARGUED = harmless()
FIRST = 60  # of which a short run draws: it makes no others


@cache
def made(name: str) -> list[Mutant]:
    return list(islice(mutants(name, SEED, EACH), None if WHOLE else FIRST))


@pytest.mark.parametrize("name", MODELS)
def test_a_fault_is_noticed_or_argued(name: str) -> None:
    found = {mutant.name: judged(mutant, ARGUED) for mutant in share(made(name), 4, name)}
    assert [one for one, (what, _) in found.items() if what == "missed"] == []


def test_the_faults_of_a_model_differ() -> None:
    assert len(MODELS) == 5
    least = 300 if WHOLE else FIRST
    assert min(len({mutant.text for mutant in made(name)}) for name in MODELS) >= least


@pytest.mark.skipif(not WHOLE, reason="asks all faults of all models: make soak")
def test_what_is_argued_is_a_fault_that_was_made() -> None:
    """No line of the document stands for something that the run no longer does."""
    assert sorted(ARGUED - {mutant.name for name in MODELS for mutant in made(name)}) == []
