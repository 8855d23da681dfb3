"""The index of words follows what is new, changed or erased.

Whoever writes a matter leaves a mark in the same transaction; a beat takes marks up in batches, each a transaction of
its own. What is marked and not yet taken up is looked at directly by a search, so that nothing is found late. Words
that are erased leave the index in the transaction that erases them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from gezhi.ledger import pouring
from gezhi.matters import pieces, postings
from gezhi.matters.models import Asked, Matter, Seeking, Sought, Text, Unsought

BATCH = 400
FOLD = 400  # pieces of the first small block that one step of folding goes on
FILL = 1024  # matters of one step of filling: it holds the one writer of SQLite less than half a second
Change = dict[int, dict[int, int]]
"""Bits by block and piece."""


class Words(NamedTuple):
    """What of a matter is learnt."""

    id: UUID
    number: str
    headline: str
    address: str
    path: str
    item: str
    is_open: bool
    reporter: UUID | None
    body: str


def mark(matters: Iterable[UUID]) -> None:
    """Say that these matters are new or changed. Belongs into the transaction that changes them."""
    Unsought.objects.bulk_create([Unsought(matter=one) for one in matters], batch_size=500)


def load(matters: Iterable[UUID]) -> pouring.Load:
    """The same for many new ones, to be put."""
    return pouring.load(Unsought, ("matter",), ((one,) for one in matters))


def index_waiting(*, most: int = BATCH) -> int:
    """Take up what is marked, at most so many, or what lay there before the index was; and fold a little. Returns how
    much was done, 0 if nothing waits.

    One transaction: what died in between is done by the next. One worker at a time holds the index.
    """
    if not _waits():
        return 0
    with transaction.atomic():
        state = _held()
        if state is None:
            return 0
        done = _follow(state, most) if state.filled else _fill(state, max(most, FILL))
        return done + _fold(state)


def unlearn(matter: UUID) -> None:
    """Take the words of a matter out of the index, before they are erased or changed; what is left of them then is
    learnt again. Belongs into that transaction, and waits for a batch in work.

    Raises `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("unlearn() belongs into the transaction of the change.")
    state = _held(wait=True)
    row = Sought.objects.filter(matter=matter, worded=True).first()
    if state is not None and row is not None:
        gone: Change = {}
        for said in _read([matter]):
            _put(gone, state, _learnt(said), row.place)
        _apply({}, gone)
        Sought.objects.filter(place=row.place).update(worded=False)
    mark([matter])


def _waits() -> bool:
    """Whether there is something to do: an idle instance is never written to."""
    state = Seeking.objects.first()
    if state is None:
        return Matter.objects.exists()
    return not state.filled or _is_full(state) or Unsought.objects.exists()


def _held(*, wait: bool = False) -> Seeking | None:
    """The index, held until the transaction ends; none if another holds it and one does not wait."""
    Seeking.objects.get_or_create(id=1)
    rows = Seeking.objects.all()
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=not wait)
    return rows.first()


def _fill(state: Seeking, most: int) -> int:
    """What lay there before the index was, oldest first, as far as the present small block goes."""
    room = postings.SMALL - state.next_place % postings.SMALL
    rows = Matter.objects.order_by("id")
    if state.reached is not None:
        rows = rows.filter(id__gt=state.reached)
    ids = list(rows.values_list("id", flat=True)[: min(room, most)])
    if ids:
        _take_up(state, ids)
        state.reached = ids[-1]
    state.filled = len(ids) < min(room, most)
    state.save()
    return max(1, len(ids))


def _follow(state: Seeking, most: int) -> int:
    marks = list(Unsought.objects.order_by("id").values_list("id", "matter")[:most])
    if marks:
        _take_up(state, sorted({matter for _id, matter in marks}))
        state.save()
        Unsought.objects.filter(id__in=[id for id, _matter in marks]).delete()
    return len(marks)


def _take_up(state: Seeking, ids: Sequence[UUID]) -> None:
    """Bring the index of these matters to what they are now."""
    known = {row.matter: row for row in Sought.objects.filter(matter__in=ids)}
    asked = _asked(ids)
    new, changed, added, gone = [], [], Change(), Change()
    for said in _read(ids):
        belongs = pieces.belonging(
            is_open=said.is_open, item=said.item, path=said.path, departments=asked[said.id]
        )
        row, now = known.get(said.id), pieces.of_belonging(belongs)
        if row is None:
            row = Sought(place=state.next_place, matter=said.id, belongs=belongs, reporter=said.reporter)
            state.next_place += 1
            new.append(row)
            _put(added, state, now | _learnt(said), row.place)
        elif row.belongs != belongs or not row.worded:
            before = pieces.of_belonging(row.belongs)
            _put(added, state, now - before, row.place)
            _put(gone, state, before - now, row.place)
            _put(added, state, set() if row.worded else _learnt(said), row.place)
            row.belongs, row.worded = belongs, True
            changed.append(row)
    Sought.objects.bulk_create(new, batch_size=500)
    Sought.objects.bulk_update(changed, ["belongs", "worded"], batch_size=200)
    _apply(added, gone)


def _read(ids: Sequence[UUID]) -> list[Words]:
    columns = ("id", "number", "headline", "address", "path", "item", "ended_at", "reporter")
    bodies = dict(Text.objects.filter(matter__in=ids, kind="report").values_list("matter", "body"))
    rows = Matter.objects.filter(id__in=ids).order_by("id").values_list(*columns)
    return [
        Words(id, number, headline, address, path, item, ended_at is None, reporter, bodies.get(id, ""))
        for id, number, headline, address, path, item, ended_at, reporter in rows
    ]


_DEPARTMENTS = (
    "WITH RECURSIVE one(d) AS (SELECT min(department) FROM matters_asked UNION ALL SELECT (SELECT min(a.department)"
    " FROM matters_asked AS a WHERE a.department > one.d) FROM one WHERE one.d IS NOT NULL)"
    " SELECT d FROM one WHERE d IS NOT NULL"
)


def _asked(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Which departments were asked about each. The table is ordered by department, so each is asked for by name."""
    with connection.cursor() as cursor:
        cursor.execute(_DEPARTMENTS)
        departments = [row[0] for row in cursor.fetchall()]
    found: dict[UUID, list[str]] = defaultdict(list)
    for department in departments:
        rows = Asked.objects.filter(department=department, matter__in=ids)
        for matter in rows.values_list("matter", flat=True):
            found[matter].append(department)
    return found


def _learnt(said: Words) -> set[int]:
    """The pieces of the words of a matter."""
    whole = pieces.plain(f"{said.number}\n{said.headline}\n{said.address}\n{said.body}")
    return pieces.of_text(whole) | pieces.of_initials(said.headline)


def _put(change: Change, state: Seeking, some: Collection[int], place: int) -> None:
    """Note the place under each piece, in the block that holds it now."""
    large, small = place // postings.LARGE, postings.block_of(place)
    in_large, in_small = 1 << place % postings.LARGE, 1 << place % postings.SMALL
    if large > state.folding:
        held = change.setdefault(small, defaultdict(int))
        for piece in some:
            held[piece] |= in_small
        return
    for piece in some:
        folded = large < state.folding or piece <= state.folded_to
        block, bit = (large, in_large) if folded else (small, in_small)
        change.setdefault(block, defaultdict(int))[piece] |= bit


def _apply(added: Change, gone: Change) -> None:
    """Write the changed blocks; one without a place left goes."""
    kept = []
    for block in {*added, *gone}:
        more, less = added.get(block, {}), gone.get(block, {})
        had = postings.stored(block, more.keys() | less.keys())
        for piece in more.keys() | less.keys():
            bits = (had.get(piece, 0) | more.get(piece, 0)) & ~less.get(piece, 0)
            if bits:
                kept.append((block, piece, postings.packed(bits)))
            elif piece in had:
                postings.drop([block], piece - 1, piece)
    postings.write(kept)


def _is_full(state: Seeking) -> bool:
    return state.next_place >= (state.folding + 1) * postings.LARGE


def _fold(state: Seeking) -> int:
    """One step of folding small blocks into their large one: some pieces after the last that was folded."""
    if not _is_full(state):
        return 0
    first = -(state.folding * postings.LARGE // postings.SMALL) - 1
    blocks = list(range(first, first - postings.LARGE // postings.SMALL, -1))
    until = postings.piece_after(first, state.folded_to, FOLD)
    found: dict[int, int] = {}
    for piece, block, places in postings.stored_between(blocks, state.folded_to, until):
        shift = (first - block) * postings.SMALL
        found[piece] = found.get(piece, 0) | postings.unpacked(places) << shift
    postings.write([(state.folding, piece, postings.packed(bits)) for piece, bits in found.items()])
    postings.drop(blocks, state.folded_to, until)
    if until is None:
        state.folding, state.folded_to = state.folding + 1, -1
    else:
        state.folded_to = until
    state.save()
    return max(1, len(found))
