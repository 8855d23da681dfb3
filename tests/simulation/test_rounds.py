"""A seeded sample of rounds of kill -9; `make soak SEED=…` goes through two hundred."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.shares import SEED

from .rounds import rounds

ROUNDS = int(os.environ.get("ROUNDS", "2"))


@pytest.mark.database
@pytest.mark.slow
def test_kill_nine_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    database = os.environ.get("GEZHI_TEST_DATABASE", "sqlite")
    schema = "" if database == "sqlite" else f"rounds_{uuid4().hex[:8]}"
    try:
        with rounds(tmp_path, SEED, database, schema) as instance:
            for n in range(ROUNDS):
                faults = instance.round()
                counts = instance.ask("counts")
                print(
                    f"round {n + 1}: {counts}, killed {dict(instance.killed)}, {dict(instance.tally.tries)}"
                )
                assert not faults, "\n".join([*faults[:20], (tmp_path / "log").read_text()[-2000:]])
            assert instance.tally.answered
    finally:
        if schema:
            with psycopg.connect(database, autocommit=True) as door:
                door.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')  # type: ignore[arg-type]
