"""A seeded sample of lives; `make soak SEED=…` lives many more."""

from __future__ import annotations

import os

from .life import SEEN
from .sample import SAMPLE, corner, live

LIVES = int(os.environ.get("LIVES", SAMPLE))


def test_the_services_do_what_their_twin_says(db: None) -> None:
    with corner():
        live(LIVES)
    print(*(f"{n:8,} {what}" for what, n in sorted(SEEN.items())), sep="\n")  # shown by make soak
