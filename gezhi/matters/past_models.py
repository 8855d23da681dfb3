"""Ends that were none: what a figure of a past day needs, once a matter was opened again."""

from __future__ import annotations

from django.db import models


class PastEnd(models.Model):
    """An end that was undone, with both of its times and both of its undoing: between them the matter stood as ended,
    though its row says nothing of it any more. Written where it is undone, and never changed."""

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField()
    ended_at = models.DateTimeField()
    ended_recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField()
    undone_recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["undone_recorded_at"], name="matters_past_ends"),
            models.Index(fields=["undone_at"], name="matters_past_ends_claimed"),
        ]
