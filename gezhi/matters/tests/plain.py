"""The same rows as `services.writer`, written as one would write them with the ORM and nothing else."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from gezhi.ledger.models import Entry, Unheard
from gezhi.ledger.services import Prepared
from gezhi.matters.models import Asked, Matter, Serial, Text, Unsought
from gezhi.matters.services.writer import ASKED, MATTER, SECRET, TEXT, Rows
from gezhi.promises.models import Promise
from gezhi.vault.models import Secret


def write(rows: Rows) -> str:
    """Store a matter by one `create` a row, in one transaction. Returns its number."""
    with transaction.atomic():
        number = f"{rows.before}{_serial(rows.serial):04d}{rows.after}"
        Matter.objects.create(number=number, **dict(zip(MATTER, rows.matter, strict=True)))
        for text in rows.texts:
            Text.objects.create(**dict(zip(TEXT, text, strict=True)))
        for asked in rows.asked:
            Asked.objects.create(**dict(zip(ASKED, asked, strict=True)))
        for promise in rows.promises:
            Promise.objects.create(**promise._asdict())
        Entry.objects.create(**dict(zip(Prepared._fields, rows.entry, strict=True)))
        Unheard.objects.create(entry=rows.entry.id)
        Unsought.objects.create(matter=rows.entry.about)
        if rows.secret is not None:
            Secret.objects.create(**dict(zip(SECRET, rows.secret, strict=True)))
    return number


def _serial(key: str) -> int:
    if not Serial.objects.filter(key=key).update(last=F("last") + 1):
        Serial.objects.create(key=key, last=1)
    return Serial.objects.values_list("last", flat=True).get(key=key)
