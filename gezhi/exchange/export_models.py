"""A list that somebody takes out: what was asked, by whom, for what, and what became of it."""

from __future__ import annotations

from django.db import models


class Export(models.Model):
    """A list taken out as a file. `state` is waiting, running, stopped, done, failed or removed.

    The file lies sealed in the home as `exports/ID` until `kept_until`; the row stays, so that it can still be told who
    took out how many for what. `expected` was counted in the same view of the database as the lines were read in.
    """

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    post = models.CharField(max_length=80)
    asked = models.CharField(max_length=400)  # the filter, as the address of the list has it
    purpose = models.CharField(max_length=12)
    kind = models.CharField(max_length=4)  # csv xlsx
    state = models.CharField(max_length=10)
    language = models.CharField(max_length=8)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)  # the moment of which the lines tell
    ended_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True)
    expected = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    taken = models.PositiveIntegerField(default=0)  # how often it was downloaded
    told = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "asked_at"], name="exchange_exports_of"),
            models.Index(fields=["asked_at"], name="exchange_exports"),
            models.Index(
                fields=["asked_at", "id"],
                name="exchange_exports_waiting",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]
