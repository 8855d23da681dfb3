"""An import: stage, take in batches, reconcile. Killed at any moment, the next call goes on where it stood.

Each batch of at most 1,000 rows is one transaction: its matters and what became of its rows, or neither.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Count, F, Max
from django.utils import translation
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import ahead, judging, reading, turning
from gezhi.exchange.ahead import Ahead, Order
from gezhi.exchange.judging import Block
from gezhi.exchange.mapping import Mapping
from gezhi.exchange.models import Row, Run
from gezhi.exchange.moments import plain
from gezhi.exchange.reading import File, Record, Records
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.pouring import pour
from gezhi.ledger.services import record
from gezhi.matters.services import importing

Tell = Callable[[str, int, int], None]
"""How far it is: the phase (stage or take), how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of every row of a file; `dropped` counts cells that may not be kept, by header."""

    run: UUID
    read: int
    taken: int
    known: int
    rejected: int
    waiting: int
    dropped: dict[str, int]

    @property
    def adds_up(self) -> bool:
        return self.read == self.taken + self.known + self.rejected + self.waiting


def run_import(
    mapping: Mapping, file: File, *, by: Actor, at: datetime, tell: Tell | None = None
) -> Reconciled:
    """Take a file in. One key of one source is one matter, however often the file is brought.

    1. Stage what the mapping names, and nothing else, row by row. 2. Read each staged row; take it, or put it
    aside with the reason in words. 3. Count, store the counts, record that it ended.
    """
    tell = tell or (lambda _phase, _done, _of: None)
    run = _run(mapping, file, at)
    beside = Ahead() if ahead.wanted(file.size) else None
    try:
        if beside:
            beside.begin(_order(run, mapping, by, at))
        with ahead.seldom_swept():
            dropped = _stage(run, mapping, file, tell, at)
            _take(run, mapping, beside, by=by, at=at, tell=tell)
    finally:
        if beside:
            beside.close()
    return _end(run, dropped, by=by, at=at)


def _run(mapping: Mapping, file: File, at: datetime) -> Run:
    """The run of this file and mapping that did not end, or a new one."""
    same = {"source": mapping.source, "mapping": mapping.digest, "file_digest": file.digest}
    found = Run.objects.filter(**same, ended_at=None).order_by("began_at").first()
    return found or Run.objects.create(id=new_id(), began_at=at, **same)


def _forget(run: Run) -> None:
    """A file that cannot be read to its end leaves nothing behind: no row of it was taken yet."""
    with transaction.atomic():
        if not Row.objects.filter(run=run).exclude(state__in=("staged", "rejected")).exists():
            Row.objects.filter(run=run).delete()
            run.delete()


def _stage(run: Run, mapping: Mapping, file: File, tell: Tell, at: datetime) -> dict[str, int]:
    """Put every row aside by line; what an earlier call staged already is passed over."""
    records = Records(file)
    try:
        _stage_all(run, records, mapping, tell, at)
    except Refused:
        _forget(run)
        raise
    tell("stage", file.size, file.size)
    return records.dropped


def _stage_all(run: Run, records: Records, mapping: Mapping, tell: Tell, at: datetime) -> None:
    first = True
    until = Row.objects.filter(run=run).aggregate(last=Max("line"))["last"] or 0
    for some in _batches(records):
        if first:
            check_headers(records, mapping)
            first = False
        if fresh := [one for one in some if one.line > until]:
            _put_aside(run, fresh, mapping, at)
        tell("stage", some[-1].read, records.file.size)


def check_headers(records: Records, mapping: Mapping) -> None:
    """Raise `Refused` unless the file has what the mapping wants, and it is said what becomes of columns that name
    persons. Of JSON, only what every record must have: others may leave out what they do not know."""
    wanted = mapping.wanted
    if records.file.kind == "json":
        wanted = tuple(c for f in ("key", "at", "text", "item") if (c := mapping.columns[f]) in wanted)
    reading.check_headers(records.headers, wanted, mapping.settled)


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    coming = iter(records)
    while some := list(islice(coming, judging.BATCH)):
        yield some


def fault_of(one: Record) -> str:
    """What is wrong with a row as it stands in the file, before any cell of it is read; empty for nothing."""
    if turning.is_sum(one.cells):
        return _("这一行像是合计，不是一件事。")
    return "" if one.whole else _("这一行的栏数和表头不一样。")


def _put_aside(run: Run, records: Sequence[Record], mapping: Mapping, at: datetime) -> None:
    """Stage some rows: only the columns that the mapping names. A key that came before in the file is told."""
    read = [(one, turning.cells(one.cells, mapping, at=at)) for one in records]
    rows_said = [(one, cells, plain(cells["key"])) for one, cells in read]
    seen = set(
        Row.objects.filter(run=run, key__in={_kept(k) for _o, _c, k in rows_said} - {""}).values_list(
            "key", flat=True
        )
    )
    rows = []
    for one, cells, key in rows_said:
        reason = fault_of(one)
        if not reason and key in seen:
            reason = _("{column}：文件里前面已有同一编号。").format(column=mapping.columns["key"])
        seen.add(key)
        raw = "" if reason else json.dumps(cells, ensure_ascii=False).replace("\\u0000", _NUL)
        state = "rejected" if reason else "staged"
        rows.append((new_id(), run.id, one.line, _kept(key), raw, state, reason))
    with transaction.atomic():
        pour(Row, ("id", "run_id", "line", "key", "raw", "state", "reason"), rows)


_NUL = "\\u0001"
"""A zero sign cannot be stored in a text of PostgreSQL; another control sign is refused with the same words."""


def _kept(key: str) -> str:
    """A key as a row keeps it: empty where it is none, and is refused later with the reason."""
    return key if key.isprintable() and len(key) <= 80 else ""


def _take(run: Run, mapping: Mapping, beside: Ahead | None, *, by: Actor, at: datetime, tell: Tell) -> None:
    """Take all that waits, batch by batch."""
    waiting = Row.objects.filter(run=run, state="staged").count()
    if beside:
        beside.all_staged()
        importing.warm()  # its first batch takes as long
    done = 0
    for turn in count():
        block = _proposed(run, mapping, beside, turn, by=by, at=at)
        taken = _take_batch(run, mapping, block, by=by, at=at)
        if not taken:
            return
        done += taken
        tell("take", done, waiting)


def _proposed(
    run: Run, mapping: Mapping, beside: Ahead | None, turn: int, *, by: Actor, at: datetime
) -> Block | None:
    """The next batch as it was judged beside, or here where it is this process's turn; none where nobody is beside."""
    if beside is None or beside.over:
        return None
    if ahead.by_writer(turn):
        return judging.judge(judging.staged(run.id), mapping, by=by, at=at)
    said = beside.next_block()
    return msgspec.msgpack.decode(said, type=Block) if said else None


def _order(run: Run, mapping: Mapping, by: Actor, at: datetime) -> Order:
    said = msgspec.json.encode(mapping.said)
    language = translation.get_language() or "zh-hans"
    return Order(run.id, judging.BATCH, said, mapping.digest, by.account, by.post, by.own, at, language)


def _take_batch(run: Run, mapping: Mapping, block: Block | None, *, by: Actor, at: datetime) -> int:
    """Take the next rows, as they were judged before where that still holds. Returns how many were looked at; none are
    left when it is 0."""
    with transaction.atomic():
        rows = judging.held(run)
        if not rows:
            return 0
        if block is None or not judging.holds(block, rows):
            block = judging.judge(judging.staged(run.id), mapping, by=by, at=at)
        importing.bring(block.loads)
        Row.objects.filter(id__in=block.taken).update(state="taken", raw="", matter=F("id"))
        Row.objects.filter(id__in=block.again).update(state="known", raw="")
        _reject(block.refused)
    return len(rows)


def _reject(refused: Iterable[tuple[UUID, str]]) -> None:
    """Put rows aside, each with its reason in words."""
    by_reason: dict[str, list[UUID]] = {}
    for id, reason in refused:
        by_reason.setdefault(reason, []).append(id)
    for reason, ids in by_reason.items():
        Row.objects.filter(id__in=ids).update(state="rejected", raw="", reason=reason)


def _end(run: Run, dropped: dict[str, int], *, by: Actor, at: datetime) -> Reconciled:
    states = Counter(dict(Row.objects.filter(run=run).values_list("state").annotate(n=Count("id"))))
    counts = {state: states[state] for state in ("taken", "known", "rejected")}
    read = sum(states.values())
    cells = sum(dropped.values())
    with transaction.atomic():
        Run.objects.filter(id=run.id).update(ended_at=at, read=read, dropped=cells, **counts)
        digests = {"file": run.file_digest, "mapping": run.mapping}
        record(
            "import.ended",
            run.id,
            by=by,
            at=at,
            source=run.source,
            read=read,
            dropped=cells,
            **digests,
            **counts,
        )
    return Reconciled(run=run.id, read=read, waiting=states["staged"], dropped=dropped, **counts)
