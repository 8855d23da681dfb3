"""What `make test` draws from a large matrix by SEED; `make soak` (GEZHI_WHOLE=1) goes through all of it.

Which matrices are drawn from stands in CONTRIBUTING.md.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

OURS = 20261121  # the seed of `make test`
SEED = int(os.environ.get("SEED", OURS))
WHOLE = bool(os.environ.get("GEZHI_WHOLE"))
T = TypeVar("T")


def share(rows: Sequence[T], amount: int, *of: object) -> list[T]:
    """All rows of a whole run; else so many of them, in their order, drawn by the seed and by what they are `of`."""
    if WHOLE or amount >= len(rows):
        return list(rows)
    drawn = random.Random(f"{SEED}{of}").sample(range(len(rows)), amount)
    return [rows[n] for n in sorted(drawn)]
