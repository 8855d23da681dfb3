"""A report with its pictures, taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.matters import editions
from gezhi.matters.services import originals, photos
from gezhi.matters.services.intake import Opened, open_matter
from gezhi.matters.services.reports import Report


def hand_in(
    report: Report,
    pictures: Sequence[bytes] = (),
    *,
    by: Actor,
    at: datetime | None = None,
    whole: bool = True,
) -> Opened:
    """Open the matter and keep its pictures in one transaction.

    Raises `Refused` as `open_matter` and `photos.keep` do; then neither the matter nor a picture is there.
    The same report handed in again keeps no picture twice. `whole`: a picture may be kept sealed as it came, where its item
    asks for that and whoever hands it in was told so.
    """
    if not pictures:
        return open_matter(report, by=by, at=at)
    photos.check(pictures)
    with transaction.atomic():
        opened = open_matter(report, by=by, at=at)
        if not opened.again:
            item = editions.today().items.get(report.item)
            original = whole and originals.kept_of_report(item, report.reporting)
            photos.keep(opened.id, pictures, kind="report", at=clock.now(), original=original)
    return opened
