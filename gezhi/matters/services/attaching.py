"""附件: documents that come with a step. Looked at by the worker, sealed, handed out as files and never shown.

Every one lies sealed, as issued papers do. A scan is drawn anew first, as photos are, so that no place and no device
survives in it; where the item keeps originals (column 原件) it is kept as it came.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import access, editions, events
from gezhi.matters.models import Attachment, Matter
from gezhi.matters.services import drawing, originals, photo_files, scanning
from gezhi.matters.services.document_bytes import SCANS, TYPES, kind_of
from gezhi.people.queries import Person
from gezhi.unseen import straight
from gezhi.vault.services import files as sealed
from gezhi.vault.traces import trace_in

MOST, MOST_OF_A_MATTER = 5, 50
MOST_BYTES = 20_000_000
MOST_NAME = 80
TRIES = 2
AGAIN_AFTER = timedelta(minutes=2)
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Handed:
    """One document as it came: what its owner calls it, and its bytes."""

    name: str
    body: bytes


def keep(matter: UUID, files: Sequence[Handed], *, at: datetime, original: bool = False) -> list[UUID]:
    """Put documents aside for the worker. Raises `Refused` for one that cannot be kept; then none is.

    With `original` a scan is kept as it came.
    """
    kinds = check(files)
    if not files:
        return []
    _check_matter(matter, len(files))
    rows = [
        Attachment(
            id=new_id(),
            matter=matter,
            name=named(one.name, kind),
            kind=kind,
            whole=original,
            state="waiting",
            size=len(one.body),
            made_at=at,
        )
        for one, kind in zip(files, kinds, strict=True)
    ]
    for row, one in zip(rows, files, strict=True):
        photo_files.write(photo_files.raw_file(row.id), one.body)
    Attachment.objects.bulk_create(rows)
    return [row.id for row in rows]


def check(files: Sequence[Handed]) -> list[str]:
    """The kind of each. Raises `Refused` if one cannot be kept."""
    if len(files) > MOST:
        told = _("一次最多交 {most} 份附件。")
        raise Refused(told.format(most=MOST), code="too_many_files", field="files")
    return [_check(place, one) for place, one in enumerate(files, 1)]


def named(name: str, kind: str) -> str:
    """The name under which it is kept: its last part, one line, ending as its kind does."""
    plain = " ".join(_UNFIT.sub(" ", straight(name.replace("\\", "/").rsplit("/", 1)[-1])).split())
    stem, dot, ending = plain.rpartition(".")
    short = (stem if dot and ending.lower() in {kind, "jpeg"} else plain)[:MOST_NAME].strip(". ")
    return f"{short or _('附件')}.{kind}"


def _check(place: int, one: Handed) -> str:
    if len(one.body) > MOST_BYTES:
        told = _("第 {n} 份附件超过 20 MB。请另存得小些，或分成几份再交。")
        raise Refused(told.format(n=place), code="file_too_large", field="files")
    if trace_in(one.name):
        told = _("第 {n} 份附件的文件名里像有电话或证件号。请改个名再交。")
        raise Refused(told.format(n=place), code="identity_in_text", field="files")
    kind = kind_of(one.body)
    if kind in TYPES:
        return kind
    told = {
        "macro": _("第 {n} 份附件带宏，不收。请另存为不带宏的文件或 PDF 再交。"),
        "locked": _("第 {n} 份附件加了密码，别人打不开。请去掉密码再交。"),
        "old": _("第 {n} 份附件是旧格式（.doc、.wps、.xls），不收。请另存为 .docx、.xlsx 或 PDF 再交。"),
    }.get(
        kind,
        _("第 {n} 份附件不是收的文件。只收 {kinds}；WPS 请另存为其中一种。"),
    )
    kinds = " ".join(f".{kind}" for kind in TYPES)
    raise Refused(told.format(n=place, kinds=kinds), code="not_a_document", field="files")


def _check_matter(matter: UUID, more: int) -> None:
    there = Attachment.objects.filter(matter=matter).exclude(state="refused").count()
    if there + more > MOST_OF_A_MATTER:
        told = _("一件事最多 {most} 份附件，这件已有 {n} 份。")
        raise Refused(told.format(most=MOST_OF_A_MATTER, n=there), code="too_many_files", field="files")


def seal_waiting(*, at: datetime, most: int = 5) -> int:
    """Look at what waits, and seal it. Returns how many were looked at.

    Each is begun at most `TRIES` times; one whose worker died is taken up after `AGAIN_AFTER`. Raises `ScannerAway`
    where a scanner is set and does not answer: then it waits.
    """
    free = Q(begun_at=None) | Q(begun_at__lte=at - AGAIN_AFTER)
    waiting = list(Attachment.objects.filter(free, state="waiting").order_by("id")[:most])
    for row in waiting:
        mine = Attachment.objects.filter(id=row.id, state="waiting", tries=row.tries)
        if row.tries >= TRIES:
            _refuse(row, "broke_worker", at)
        elif mine.update(tries=F("tries") + 1, begun_at=at):
            _begun(row, at)
    return len(waiting)


def _begun(row: Attachment, at: datetime) -> None:
    raw = photo_files.raw_file(row.id)
    try:
        body = raw.read_bytes()
        reason = _scanned(body)
        if not reason and row.kind in SCANS and not row.whole:
            body = drawing.drawn(body).large
    except FileNotFoundError:
        reason, body = "lost", b""
    except drawing.NotDrawn as error:
        reason, body = error.reason, b""
    except scanning.ScannerAway:
        Attachment.objects.filter(id=row.id, state="waiting").update(tries=row.tries, begun_at=None)
        raise
    if reason:
        _refuse(row, reason, at)
    else:
        _seal(row, body, at)
    raw.unlink(missing_ok=True)


def _scanned(body: bytes) -> str:
    """Why a scanner does not let it pass; empty where it does, or where there is none."""
    if not settings.HOME.clamd:
        return ""
    found = scanning.found_in(body, settings.HOME.clamd)
    return "" if not found else "unscanned" if found == "size" else "infected"


def _seal(row: Attachment, body: bytes, at: datetime) -> None:
    file, drawn = new_id(), row.kind in SCANS and not row.whole
    kind, name = ("jpg", named(row.name.rpartition(".")[0], "jpg")) if drawn else (row.kind, row.name)
    said = {"state": "ready", "file": file, "size": len(body), "kind": kind, "name": name}
    with transaction.atomic():
        if Attachment.objects.filter(id=row.id, state="waiting").update(**said):
            sealed.seal_file(file, body, kind="attachment", about=row.matter, at=at)


def _refuse(row: Attachment, reason: str, at: datetime) -> None:
    with transaction.atomic():
        if Attachment.objects.filter(id=row.id, state="waiting").update(state="refused", reason=reason):
            record(events.FILE_REFUSED, row.matter, by=HOUSE, at=at, file=row.id, reason=reason)


def take(number: str, attachment: UUID, *, by: Person, at: datetime) -> tuple[str, str, bytes]:
    """Its name, media type and bytes, for whoever may see the matter; each taking is an entry, there before a byte is given.

    Raises `NotFound` for what does not exist, is hidden, waits, or was refused.
    """
    matter = access.matter_for(by, number)
    row = Attachment.objects.filter(id=attachment, matter=matter.id).first() if matter else None
    if matter is None or row is None or row.file is None:
        raise NotFound(_("没有这份附件，或者还在检查。"))
    body = sealed.bytes_of(row.file)
    with transaction.atomic():
        record(events.FILE_TAKEN, matter.id, by=by.acting(by.terms[0]), at=at, file=row.id)
    return row.name, TYPES[row.kind], body


def destroy_what_is_over(*, at: datetime) -> int:
    """Destroy documents whose matter ended so long ago that its model lets go of them. Returns how many."""
    matter = Matter.objects.filter(id=OuterRef("matter"))
    rows = Attachment.objects.filter(file__isnull=False).annotate(
        ended=Subquery(matter.values("ended_recorded_at")[:1]), model=Subquery(matter.values("model")[:1])
    )
    gone = 0
    for row in rows.iterator():
        if row.ended is None or row.ended + originals.keeping(editions.of_version(row.model)) > at:
            continue
        with transaction.atomic():
            Attachment.objects.filter(id=row.id).update(state="gone", name="", file=None)
            if row.file is not None:
                sealed.destroy_file(row.file, "retention_over", by=HOUSE, at=at)
        gone += 1
    return gone
