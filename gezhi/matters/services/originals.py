"""Originals of pictures as evidence: whose are kept, and for how long.

Only where the item of the model says so (column 原件), and only of a worker or of somebody who reports under their own
name: an original tells where the camera was, and of somebody who asked for secrecy that must not lie here at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from gezhi.ledger.actor import HOUSE
from gezhi.matters import editions
from gezhi.matters.models import Matter, Photo
from gezhi.rules import length
from gezhi.rules.model import Item, Model
from gezhi.vault.services import files as sealed

OPENLY = frozenset(("staff", "named"))


def kept_of_report(item: Item | None, reporting: str) -> bool:
    """Whether pictures that come with a report are kept as they came."""
    return item is not None and item.original and reporting in OPENLY


def kept_of_step(item: Item) -> bool:
    """Whether pictures that come with a step are: whoever takes a step is a worker."""
    return item.original


def keeping(model: Model) -> timedelta:
    """How long after a matter's end: `original` of [privacy.keep], else as long as the matter itself."""
    keep = model.privacy.keep
    return timedelta(minutes=length.parse(keep.get("original") or keep["matter"]).minutes)


def destroy_what_is_over(*, at: datetime) -> int:
    """Destroy originals whose matter ended so long ago that its model lets go of them. Returns how many.

    A matter that was opened again has not ended. Each is a transaction of its own: cut off, the next call goes on.
    """
    matter = Matter.objects.filter(id=OuterRef("matter"))
    rows = Photo.objects.filter(original__isnull=False).annotate(
        ended=Subquery(matter.values("ended_recorded_at")[:1]), model=Subquery(matter.values("model")[:1])
    )
    over = [
        (photo, original)
        for photo, original, ended, version in rows.values_list("id", "original", "ended", "model").iterator()
        if ended is not None and ended + keeping(editions.of_version(version)) <= at
    ]
    for photo, original in over:
        with transaction.atomic():
            Photo.objects.filter(id=photo).update(original=None)
            if original is not None:
                sealed.destroy_file(original, "retention_over", by=HOUSE, at=at)
    return len(over)
