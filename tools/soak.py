"""What is too long for `make test`, whole: lives of matters beside their twin, the services with each of their
rules taken out (which the lives must notice), the matrices that `make test` draws from, and rounds of kill -9.

    make soak [SEED=…] [LIVES=…] [MUTANTS=…] [ROUNDS=…]

Every part runs on SQLite and, where it is on the machine, on PostgreSQL; the rounds are shared out between
them. The seed is printed first: the same seed decides the same clock, network, workers and deaths.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import machine

LIVES, MUTANTS, ROUNDS = 1500, 0, 200  # 0 mutants: all there are
FUZZ = 150  # requests an operation and way
MATRICES = (
    "tests/test_access_matrix.py tests/test_real_records.py gezhi/rules/tests/test_book.py"
    " gezhi/rules/tests/test_differences.py gezhi/rules/tests/test_load.py gezhi/exchange/tests/test_workbook.py"
    " tests/test_model_mutants.py gezhi/rules/tests/test_libreoffice.py gezhi/exchange/tests/test_libreoffice.py"
    " gezhi/documents/tests/test_libreoffice.py"
    " gezhi/reporting/tests/test_published.py gezhi/reporting/tests/test_metrics.py"
    " gezhi/reporting/tests/test_suppression.py"
)


@dataclass(frozen=True)
class Part:
    """One run of pytest with more of everything."""

    name: str
    tests: str
    variable: str
    amount: int


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The databases of this machine by name, with the address of each; SQLite has none."""
    if not machine.postgresql_bin():
        print("PostgreSQL is not on this machine: SQLite alone.", flush=True)
        yield {"sqlite": ""}
        return
    with machine.cluster() as address:
        yield {"sqlite": "", "postgresql": address}


def parts(how_many_databases: int) -> list[Part]:
    lives = int(os.environ.get("LIVES", LIVES))
    mutants = int(os.environ.get("MUTANTS", MUTANTS))
    rounds = int(os.environ.get("ROUNDS", ROUNDS))
    fuzz = int(os.environ.get("FUZZ", FUZZ))
    return [
        Part("the interface", "tests/browser/test_the_interface.py", "FUZZ", fuzz),
        Part("lives beside their twin", "tests/simulation/test_life.py", "LIVES", lives),
        Part("services without a rule", "tests/simulation/test_mutants.py", "MUTANTS", mutants),
        Part("matrices whole", MATRICES, "GEZHI_WHOLE", 1),
        Part(
            "rounds of kill -9", "tests/simulation/test_rounds.py", "ROUNDS", -(-rounds // how_many_databases)
        ),
    ]


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended then, too
    seed = os.environ.get("SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"SEED={seed}", flush=True)
    failed = 0
    with databases() as found:
        for part in parts(len(found)):
            for name, address in found.items():
                began = time.monotonic()
                print(f"\n── {part.name}, {name}: {part.amount or 'all'} ──", flush=True)
                code = run(part, address, seed)
                failed += code != 0
                said = "ok" if code == 0 else f"FAILED; again with: make soak SEED={seed}"
                print(f"{part.name}, {name}: {said}, {time.monotonic() - began:.0f} s", flush=True)
    return int(failed > 0)


def run(part: Part, address: str, seed: str) -> int:
    env = os.environ | {"SEED": seed, part.variable: str(part.amount), "GEZHI_TESTING": "1", "NO_COLOR": "1"}
    env.pop("GEZHI_TEST_DATABASE", None)
    env.pop("GEZHI_HOME", None)
    if address:
        env["GEZHI_TEST_DATABASE"] = address
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-s", *part.tests.split()], env=env, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
