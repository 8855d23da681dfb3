"""The job that sets issued papers and seals both files; and ends them when their time is over."""

from __future__ import annotations

import json
import logging
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import translation

from gezhi.documents import forms
from gezhi.documents.docx import made
from gezhi.documents.models import Paper
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.matters import editions
from gezhi.matters.models import Matter
from gezhi.paper.archive import UnfitError
from gezhi.paper.press import CannotPrintError
from gezhi.rules import length
from gezhi.vault.services import files as sealed

TRIES = 2
log = logging.getLogger("gezhi.documents")


def print_waiting(*, at: datetime, most: int = 1) -> int:
    """Set and seal papers that wait, oldest first. Returns how many were looked at.

    Each is begun at most `TRIES` times, so that one that kills its worker stops no other; what cannot be set stands as
    failed, is in the log, and keeps its number.
    """
    waiting = list(Paper.objects.filter(state="waiting").order_by("issued_at", "id")[:most])
    for row in waiting:
        mine = Paper.objects.filter(id=row.id, state="waiting", tries=row.tries)
        if row.tries >= TRIES:
            mine.update(state="failed")
        elif mine.update(tries=F("tries") + 1):
            _print(row, at)
    return len(waiting)


def _print(row: Paper, at: datetime) -> None:
    body = forms.body_of(row.kind, row.form)
    with tempfile.TemporaryDirectory(prefix="gezhi-paper-") as folder:
        try:
            with translation.override(settings.LANGUAGE_CODE):
                docx, pdf = made(body or b"", json.loads(row.said), Path(folder), row.number, row.issued_at)
        except (UnfitError, CannotPrintError):
            log.exception("The paper %s could not be set.", row.id)
            return
        _seal(row, docx, pdf, at)


def _seal(row: Paper, docx: Path, pdf: bytes, at: datetime) -> None:
    """Put both files away; a second worker that set the same paper puts away none."""
    ids = {"docx": new_id(), "pdf": new_id()}
    with transaction.atomic():
        if Paper.objects.filter(id=row.id, state="waiting").update(state="ready", **ids):
            sealed.seal_file(ids["pdf"], pdf, kind="paper", about=row.id, at=at)
            sealed.seal_file(ids["docx"], docx.read_bytes(), kind="paper", about=row.id, at=at)


def destroy_what_is_over(*, at: datetime) -> int:
    """Destroy papers whose matter ended so long ago that its model lets go of it; number and reason stay. Returns how many."""
    matter = Matter.objects.filter(id=OuterRef("matter"))
    rows = Paper.objects.exclude(state="gone").annotate(
        ended=Subquery(matter.values("ended_recorded_at")[:1]), model=Subquery(matter.values("model")[:1])
    )
    gone = 0
    for row in rows.defer("said").iterator():
        if row.ended is None or row.ended + _keeping(row.model) > at:
            continue
        with transaction.atomic():
            Paper.objects.filter(id=row.id).update(state="gone", said="", docx=None, pdf=None)
            for file in (row.docx, row.pdf):
                if file is not None:
                    sealed.destroy_file(file, "retention_over", by=HOUSE, at=at)
        gone += 1
    return gone


def _keeping(version: str) -> timedelta:
    keep = editions.of_version(version).privacy.keep
    return timedelta(minutes=length.parse(keep["matter"]).minutes)
