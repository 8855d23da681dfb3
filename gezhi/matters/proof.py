"""The whole proof: the ledger by itself, and the working rows against the ledger.

A district could rewrite its own rows; where a row and the ledger do not say the same, the ledger is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec

from gezhi.ledger import queries as ledger
from gezhi.ledger.verify import Verdict, verify
from gezhi.matters import events
from gezhi.matters.models import Matter
from gezhi.matters.queries import read_texts

BATCH = 1000
State = tuple[str, str, int]  # step, closing, number of moves


def proof() -> Verdict:
    """Every entry, batch and text of the ledger, and every matter's step, closing and count of moves."""
    verdict = verify(read_texts)
    verdict.faults.extend(disagreements())
    return verdict


def disagreements() -> Iterator[str]:
    """Matters whose row says something else than their entries, that have none, or whose row is gone."""
    rows: list[tuple[UUID, str, State]] = []
    seen = 0
    columns = ("id", "number", "step", "closing", "moved")
    for id, number, *state in Matter.objects.order_by("id").values_list(*columns).iterator(chunk_size=BATCH):
        rows.append((id, number, (state[0], state[1], state[2])))
        seen += 1
        if len(rows) == BATCH:
            yield from _compared(rows)
            rows = []
    yield from _compared(rows)
    opened = ledger.count_of(events.OPENED)
    if opened > seen:
        yield f"{opened - seen} matters were opened by the ledger and have no row"


def _compared(rows: list[tuple[UUID, str, State]]) -> Iterator[str]:
    said = _states([id for id, _number, _state in rows])
    for id, number, state in rows:
        if id not in said:
            yield f"matter {number}: no entry ever opened it"
        elif said[id] != state:
            told, stands = "/".join(map(str, said[id])), "/".join(map(str, state))
            yield f"matter {number}: its row stands at {stands}, the ledger at {told}"


MOVES = (
    *(events.OPENED, events.STEPPED, events.REOPENED, events.RATED, events.RECLASSED, events.UNMERGED),
    *(events.PLACED, events.CARRIED, events.WALLED, events.UNWALLED),
)
"""Whatever counts as a move says at which step the matter stands after it; a rating that a step records does not."""


def _states(matters: list[UUID]) -> dict[UUID, State]:
    """Where each of these stands by its entries."""
    found: dict[UUID, State] = {}
    for about, what, facts in ledger.facts_about(matters, MOVES):
        said = msgspec.json.decode(facts)
        if "step" not in said:
            continue
        before = found.get(about, ("", "", -1))
        moved = 0 if what == events.OPENED else before[2] + 1
        found[about] = (said["step"], said.get("closing", ""), moved)
    return found
