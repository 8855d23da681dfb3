"""Staged rows judged: what each would write, or why it is put aside. Nothing is written here, so any process may do it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import turning
from gezhi.exchange.mapping import Mapping
from gezhi.exchange.models import Row, Run
from gezhi.ledger.actor import Actor
from gezhi.ledger.instance import Pulse
from gezhi.ledger.pouring import Load
from gezhi.matters.services import importing

BATCH = 1000
Staged = tuple[UUID, int, str, str]
"""Id, line, key and cells of a row."""


class Block(msgspec.Struct, array_like=True):
    """Rows that were staged one after another, judged: which are taken, were known, are refused with their reason in
    words, and all that is to be written for those taken. It was judged by `pulse` and by none of `numbers` being given."""

    rows: list[UUID]
    taken: list[UUID]
    again: list[UUID]
    refused: list[tuple[UUID, str]]
    numbers: list[str]
    pulse: Pulse
    loads: list[Load]


def staged(run: UUID, *, after: int = 0, most: int = 0) -> list[Staged]:
    """The next rows of a run that wait, in the order of lines: a batch, or so many."""
    rows = Row.objects.filter(run=run, state="staged", line__gt=after).order_by("line")
    return list(rows.values_list("id", "line", "key", "raw")[: most or BATCH])


def held(run: Run) -> list[UUID]:
    """The same rows by their ids, held by this transaction until it ends."""
    rows = Row.objects.filter(run=run, state="staged").order_by("line").select_for_update()
    return list(rows.values_list("id", flat=True)[:BATCH])


def judge(rows: Sequence[Staged], mapping: Mapping, *, by: Actor, at: datetime) -> Block:
    """Read each row by the mapping, and walk it. What was taken before is only named."""
    before = importing.taken_before(mapping.source, {key for _id, _line, key, _raw in rows})
    known, brought = turning.known(at), []
    refused: dict[UUID, Refused] = {}
    for id, _line, key, raw in rows:
        if key in before:
            continue
        try:
            brought.append(turning.record(id, json.loads(raw), mapping, known))
        except Refused as no:
            refused[id] = no
    proposed = importing.judge(brought, by=by)
    refused |= proposed.refused
    return Block(
        [row[0] for row in rows],
        [one.id for one in brought if one.id not in refused],
        [row[0] for row in rows if row[2] in before],
        [(id, said(no, mapping)) for id, no in refused.items()],
        proposed.numbers,
        proposed.pulse,
        proposed.loads,
    )


def holds(block: Block, rows: Sequence[UUID]) -> bool:
    """Whether a block is of exactly these rows, and what it was judged by has not changed since."""
    return block.rows == rows and importing.stands(block.numbers, block.pulse)


def said(no: Refused, mapping: Mapping) -> str:
    """A refusal of a row as its owner reads it: the column first."""
    column = mapping.columns.get(no.field, "")
    told = _("{column}：{reason}").format(column=column, reason=no.reason) if column else no.reason
    return told[:200]
