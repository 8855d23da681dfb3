"""What happened, who, as which post, when: written once, never changed.

No row holds a sentence, a name or a contact; words are held by salted digest only.
"""

from __future__ import annotations

from django.db import models


class Instance(models.Model):
    """The one row that says what this instance is, and how far its clock stands from the wall's.

    `revision` rises when the tree of units, the staffing, the calendar or the model changes, so that
    what a process keeps in memory can be known to be stale by one number.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=12)  # live demo simulation replay; never changes
    clock_ahead = models.BigIntegerField(default=0)  # microseconds; always 0 in a live instance
    revision = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="ledger_one_instance", condition=models.Q(id=1)),
            models.CheckConstraint(
                name="ledger_live_keeps_wall_time", condition=~models.Q(kind="live") | models.Q(clock_ahead=0)
            ),
        ]


class Entry(models.Model):
    """One thing that happened. `at` is claimed, `recorded_at` is the instance's own clock."""

    id = models.UUIDField(primary_key=True)  # UUIDv7, made in Python
    what = models.CharField(max_length=40)
    about = models.UUIDField()
    by = models.UUIDField(null=True)  # account; none when the house itself acted
    post = models.CharField(max_length=80, blank=True)  # acting as: "grid_worker@0001000A"
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    facts = models.TextField()  # canonical JSON: codes, ids, numbers, digests
    digest = models.BinaryField(max_length=32)
    seal = models.BigIntegerField(null=True)  # batch; set once, by the sealing job

    class Meta:
        indexes = [
            models.Index(fields=["about", "id"], name="ledger_story"),
            models.Index(fields=["id"], name="ledger_unsealed", condition=models.Q(seal=None)),
            models.Index(fields=["seal", "id"], name="ledger_batch"),
        ]


class Seal(models.Model):
    """One sealed batch: Merkle root of its entries, chained to the batch before."""

    number = models.BigIntegerField(primary_key=True)
    count = models.PositiveIntegerField()
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)  # SHA-256(chain of the batch before + number + count + root)
    sealed_at = models.DateTimeField()


class DayRoot(models.Model):
    """What was sealed in one local day, under one root, chained to the day before that has one: published, never changed.

    The leaves are the chain values of its batches. A day in which nothing was sealed has no row.
    """

    day = models.DateField(primary_key=True)
    first = models.BigIntegerField(unique=True)  # batch
    last = models.BigIntegerField(unique=True)  # batch
    entries = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)


class Unheard(models.Model):
    """An entry that a reader (notify …) has still to hear; its row goes when it was heard."""

    entry = models.UUIDField(primary_key=True)
