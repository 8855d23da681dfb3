"""A sheet that comes twice: the same one is one report; one that was corrected in between is told so, and taken for neither.

The words and the item are compared where the matter is opened (`intake`); here it is all the rest that a resident sends.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gezhi.matters.models import SentSheet
from gezhi.matters.services.intake import KeyReused, Opened
from gezhi.matters.services.reports import Report

KEPT = timedelta(days=1)


def seen(opened: Opened, report: Report, pictures: Sequence[bytes], *, at: datetime) -> None:
    """Keep what this sheet said, or compare it with what was kept. In the transaction that opened the matter.

    Raises `KeyReused` where its key opened a matter with another place, name, number, way of reporting or other pictures.
    """
    digest = _digest(report, pictures)
    if opened.again:
        kept = SentSheet.objects.filter(matter=opened.id).values_list("digest", flat=True).first()
        if kept is not None and kept != digest:
            raise KeyReused(opened.number, opened.id, words=False)
        return
    SentSheet.objects.create(matter=opened.id, digest=digest, at=at)


def forget_sheets(*, at: datetime) -> int:
    """Forget what sheets said that came more than a day ago. Returns how many."""
    return SentSheet.objects.filter(at__lt=at - KEPT).delete()[0]


def _digest(report: Report, pictures: Sequence[bytes]) -> str:
    """Under the key of the sheet, which is drawn for each and not kept: so neither a telephone number nor a picture can be
    found out by trying."""
    made = hmac.new(report.client_key.encode(), digestmod=hashlib.sha256)
    for piece in _pieces(report, pictures):
        made.update(len(piece).to_bytes(8, "big"))
        made.update(piece)
    return made.hexdigest()


def _pieces(report: Report, pictures: Sequence[bytes]) -> Iterator[bytes]:
    said = (
        *(report.reporting, report.lon, report.lat, report.address.strip(), report.unit),
        *(report.name.strip(), report.contact.strip(), *report.about),
    )
    yield from (str(one).encode() for one in said)
    yield from pictures
