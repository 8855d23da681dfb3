"""Deadlines about anything, and the calendar they are counted on."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q


class Promise(models.Model):
    """By `due_at`, that moment included, something about `about` is done. Worked out once, and stored with its why.

    `look_at` is the next moment at which the watcher must do something (warn, or mark the miss); none when
    there is nothing left to watch. `outside`: it waits for somebody who owes nothing (a reporter's rating); when it
    runs out it is not missed, it has lapsed: `void_at` is then past `due_at`. `stands_since`: its clock stands still
    from then on; see `standing`.
    """

    id = models.UUIDField(primary_key=True)
    about = models.UUIDField()
    flow = models.CharField(max_length=24)
    name = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    length = models.CharField(max_length=16)  # as the model says it: 2小时 5工作日
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    imported = models.BooleanField(default=False)
    outside = models.BooleanField(default=False)
    stands_since = models.DateTimeField(null=True)
    why = models.TextField()  # JSON of rules.workdays.Due: the values that decided

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="promises_missed_only_after_due",
                condition=Q(missed_at=None) | Q(missed_at__gte=F("due_at")),
            ),
            models.CheckConstraint(
                name="promises_missed_by_the_house_only", condition=Q(missed_at=None) | Q(outside=False)
            ),
        ]
        indexes = [
            models.Index(fields=["about", "name"], name="promises_about"),
            models.Index(fields=["name", "due_at"], name="promises_due"),
            models.Index(fields=["look_at"], name="promises_to_watch", condition=Q(look_at__isnull=False)),
        ]

    @property
    def lapsed_at(self) -> datetime | None:
        """When the waiting for somebody outside ran out; none for everything else."""
        return self.void_at if self.outside and self.void_at and self.void_at > self.due_at else None


class CalendarDay(models.Model):
    """What one day is: work, rest, holiday or makeup; official or provisional; with its source."""

    day = models.DateField(primary_key=True)
    kind = models.CharField(max_length=8)
    status = models.CharField(max_length=12)
    source = models.CharField(max_length=80)


class CalendarChange(models.Model):
    """Days that changed after promises had been counted on them; open until the last such promise is counted again.

    `reached` is the id of the last promise that was looked at: whoever goes on begins behind it.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    first = models.DateField()
    last = models.DateField()
    source = models.CharField(max_length=80)
    reached = models.UUIDField(null=True)
    again = models.BooleanField(default=False)  # everything was looked at once; only late comers are left
    looked = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="promises_to_recount", condition=Q(done_at__isnull=True)),
        ]
