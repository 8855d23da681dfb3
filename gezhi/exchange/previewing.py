"""What would come of a file, without writing anything: its first rows as matters, its faults in words, its counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import judging, services, turning
from gezhi.exchange.mapping import Mapping
from gezhi.exchange.moments import plain
from gezhi.exchange.reading import File, Record, Records
from gezhi.exchange.services import Tell
from gezhi.exchange.turning import Known
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.matters.services import importing
from gezhi.matters.services.brought import Brought
from gezhi.matters.services.importing import Seen

ROWS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """One row as it would become a matter, or why it would not."""

    line: int
    key: str
    seen: Seen | None
    fault: str


@dataclass(slots=True)
class Counts:
    """What would become of every row. `faults` are sentences and how many rows each puts aside."""

    read: int = 0
    taken: int = 0
    known: int = 0
    rejected: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)

    @property
    def adds_up(self) -> bool:
        return self.read == self.taken + self.known + self.rejected


def first_rows(file: File, mapping: Mapping, *, by: Actor, at: datetime, most: int = ROWS) -> list[Shown]:
    """The first rows. Raises `Refused` where the file or the mapping will not do at all."""
    records = Records(file)
    some = list(islice(records, most))
    services.check_headers(records, mapping)
    return _shown(some, mapping, turning.known(at), by)


def count(file: File, mapping: Mapping, *, by: Actor, at: datetime, tell: Tell | None = None) -> Counts:
    """The whole file, row by row. Only the keys are remembered, so that one that stands twice is told."""
    records, counts, keys, known = Records(file), Counts(), set[int](), turning.known(at)
    coming, first = iter(records), True
    while some := list(islice(coming, judging.BATCH)):
        if first:
            services.check_headers(records, mapping)
            first = False
        _count(counts, some, mapping, known, by, keys)
        if tell:
            tell("check", some[-1].read, file.size)
    return counts


def _count(  # what is counted, and against what
    counts: Counts, some: list[Record], mapping: Mapping, known: Known, by: Actor, keys: set[int]
) -> None:
    fresh = []
    for one in some:
        key = plain(one.cells.get(mapping.columns["key"], ""))
        if hash(key) in keys and key and not services.fault_of(one):
            counts.faults[_twice(mapping)] += 1
        else:
            fresh.append(one)
        keys.add(hash(key))
    before = importing.taken_before(
        mapping.source, {plain(one.cells.get(mapping.columns["key"], "")) for one in fresh}
    )
    shown = _shown(
        [one for one in fresh if plain(one.cells.get(mapping.columns["key"], "")) not in before],
        mapping,
        known,
        by,
    )
    counts.read += len(some)
    counts.known += len(fresh) - len(shown)
    counts.taken += sum(not one.fault for one in shown)
    counts.rejected += len(some) - len(fresh) + sum(bool(one.fault) for one in shown)
    counts.faults.update(one.fault for one in shown if one.fault)
    counts.flags.update(one.seen.flag for one in shown if one.seen)


def _twice(mapping: Mapping) -> str:
    return _("{column}：文件里前面已有同一编号。").format(column=mapping.columns["key"])


def _shown(some: list[Record], mapping: Mapping, known: Known, by: Actor) -> list[Shown]:
    faults: dict[int, str] = {}
    brought: list[tuple[int, Brought]] = []
    for one in some:
        try:
            if fault := services.fault_of(one):
                raise Refused(fault)
            cells = turning.cells(one.cells, mapping, at=known.at)
            brought.append((one.line, turning.record(new_id(), cells, mapping, known)))
        except Refused as no:
            faults[one.line] = judging.said(no, mapping)
    seen, refused = importing.tried([record for _line, record in brought], by=by)
    faults |= {line: judging.said(refused[r.id], mapping) for line, r in brought if r.id in refused}
    found = {line: seen[r.id] for line, r in brought if r.id in seen}
    keys = {one.line: plain(one.cells.get(mapping.columns["key"], "")) for one in some}
    return [Shown(one.line, keys[one.line], found.get(one.line), faults.get(one.line, "")) for one in some]
