"""A list taken out as a file, by a process of its own: whole, counted, or not at all.

1. The filter is asked anew within the scope that whoever asked has *now*. 2. In one view of the database (a snapshot) all
that passes is counted, then read and written line by line. 3. Lines and count must be the same, and the file, read again as it lies there sealed, must be what
was written and hold as many, else there is no file.
Stopped or killed, nothing of it is left and the next process begins anew, from a snapshot of its own: lines of two
moments never stand in one file, and none stands there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import export_files
from gezhi.exchange.export_files import Csv, Writing, Xlsx
from gezhi.exchange.export_rows import Worded, columns, harmless, headers, in_batches
from gezhi.exchange.exports import AT_WORK, KEPT, PURPOSES, path_of
from gezhi.exchange.models import Export
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import editions, events, finding, sieves
from gezhi.matters.finding import Sieve
from gezhi.matters.models import Matter
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.places import queries as places
from gezhi.vault import streams
from gezhi.vault.streams import Sealing

BATCH = 5_000
PAGES = -2_048
"""Kilobytes of pages that SQLite keeps while all is read once: none of them is wanted twice."""
Tell = Callable[[int, int], None]
"""How far it is: lines written, of how many. Raises `Stopped` where nobody wants it any more."""


class Stopped(Exception):
    """Somebody pressed stop, or whoever wanted it is gone."""


def carry_out(id: UUID, *, at: datetime, tell: Tell) -> None:
    """Do one export to its end, or until `tell` raises `Stopped`. One process at a time: its caller holds the lock."""
    if not Export.objects.filter(id=id, state__in=AT_WORK).update(state="running", seen_at=at, lines=0):
        return
    export = Export.objects.get(id=id)
    sealing = Sealing(path_of(id), id)
    try:
        with translation.override(export.language):
            lines = _written(export, sealing, at, tell)
            _done(export, sealing, lines, at)
    except Stopped:
        sealing.drop()
    except Refused as no:
        sealing.drop()
        path_of(id).unlink(missing_ok=True)
        Export.objects.filter(id=id).update(state="failed", told=no.reason[:400], ended_at=at)
    except BaseException:
        sealing.drop()
        raise


def _written(export: Export, sealing: Sealing, at: datetime, tell: Tell) -> int:
    """Write the file. Returns how many lines it has."""
    person = people.person(export.account, timezone.localdate(at))
    if person is None or not person.terms:
        raise Refused(_("导出的人今天没有岗位，没有导出。"), code="not_yours")
    sieve = _sieve(export, person, at)
    with _snapshot():
        expected, rows = _passing(person, sieve, at)
        if export.kind == "xlsx" and expected > export_files.MOST_OF_A_SHEET:
            told = _("有 {n} 行，一张 XLSX 表最多 {most} 行。请导出 CSV，或多筛一样。")
            raise Refused(told.format(n=expected, most=export_files.MOST_OF_A_SHEET), code="export_large")
        tell(0, expected)
        lines = _lines(_begun(export, sealing), rows, expected, export, at, tell)
    if lines != expected:
        told = _(
            "清点有 {expected} 行，写出 {lines} 行，对不上，没有留下文件。请再导一次，还不对请告诉管理员。"
        )
        raise Refused(told.format(expected=expected, lines=lines), code="export_cut")
    return lines


def _begun(export: Export, sealing: Sealing) -> Writing:
    return Csv(sealing) if export.kind == "csv" else Xlsx(sealing, (_("事项"), _("说明")))


def _lines(  # the file, what goes into it, and who is told
    to: Writing, rows: Iterator[tuple[Any, ...]], expected: int, export: Export, at: datetime, tell: Tell
) -> int:
    on = timezone.localdate(at)
    worded, lines = Worded(editions.current(on), places.tree(on)), 0
    to.lines([headers()])
    for some in in_batches(rows, BATCH):
        to.lines([worded.line(row) for row in some])
        lines += len(some)
        tell(lines, expected)
    to.end(lambda digest: _about(export, lines, at, digest))
    return lines


def _about(export: Export, lines: int, at: datetime, digest: str) -> list[list[str]]:
    """What stands below the lines: how many, of which moment, by which filter, for what."""
    on = timezone.localdate(at)
    sieve = sieves.sieve_in(dict(parse_qsl(export.asked)), editions.current(on), places.tree(on))
    kept = _("，").join(sieves.said(sieve, editions.current(on), places.tree(on)))
    said = [
        [_("完：以上共 {n} 件").format(n=lines), _("清点相符")],
        [_("取数时刻"), timezone.localtime(at).isoformat(" ", "seconds")[:19]],
        [_("筛选"), harmless(kept)],
        [_("用途"), str(PURPOSES[export.purpose])],
    ]
    if digest:
        said[0].append(_("以上各行的 SHA-256：{digest}").format(digest=digest))
        return [list(chain.from_iterable(said))]
    return said


def _sieve(export: Export, person: Person, at: datetime) -> Sieve:
    on = timezone.localdate(at)
    ground = places.tree(on)
    sieve = sieves.sieve_in(dict(parse_qsl(export.asked)), editions.current(on), ground)
    return finding.with_numbers(sieve, person, ground, at=at)


def _passing(person: Person, sieve: Sieve, at: datetime) -> tuple[int, Iterator[tuple[Any, ...]]]:
    """How many pass, and their rows."""
    if sieve.sought:
        ids = finding.ids_of_words(person, sieve, at=at)
        return len(ids), chain.from_iterable(_rows_of(some) for some in in_batches(iter(ids), BATCH // 10))
    rows = finding.everything(person, sieve, at=at)
    return rows.count(), rows.values_list(*columns()).iterator(chunk_size=BATCH)


def _rows_of(ids: list[UUID]) -> Iterator[tuple[Any, ...]]:
    return iter(Matter.objects.filter(id__in=ids).order_by("id").values_list(*columns()))


@contextmanager
def _snapshot() -> Iterator[None]:
    """One view of the database for all that is read within. Whoever calls within a transaction has theirs."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size")
            [(usual,)] = cursor.fetchall()
            cursor.execute(f"PRAGMA cache_size = {PAGES}")
            cursor.execute("BEGIN DEFERRED")  # a transaction of Django would hold the lock of writers
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
                cursor.execute(f"PRAGMA cache_size = {int(usual)}")


def _done(export: Export, sealing: Sealing, lines: int, at: datetime) -> None:
    digest = sealing.close()
    export_files.check(export.kind, lines, digest, streams.opened(path_of(export.id), export.id))
    told = {"lines": lines, "expected": lines, "size": sealing.size, "sha256": digest}
    sieve = dict(parse_qsl(export.asked))
    facts = {key: sieve.get(key, "") for key in ("state", "unit", "step", "due", "item", "department")}
    with transaction.atomic():
        running = Export.objects.filter(id=export.id, state="running")
        if not running.update(state="done", ended_at=at, kept_until=at + KEPT, **told):
            path_of(export.id).unlink(missing_ok=True)
            return
        record(
            events.EXPORTED,
            export.id,
            by=Actor(export.account, export.post),
            at=at,
            **facts,
            count=lines,
            words=bool(sieve.get("q")),
            purpose=export.purpose,
            file_kind=export.kind,
            sha256=digest,
        )
