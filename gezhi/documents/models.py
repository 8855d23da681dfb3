"""What is written again and again: canned answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Phrase(models.Model):
    """One version of one canned answer. `thread` is the answer over all its versions; the newest is `live` until it is
    retired. `keeper` says whose it is: "department:housing", or "unit:" with the identity of a unit.
    """

    id = models.UUIDField(primary_key=True)
    thread = models.UUIDField()
    version = models.PositiveIntegerField()
    keeper = models.CharField(max_length=60)
    title = models.CharField(max_length=60)
    body = models.TextField()
    use = models.CharField(max_length=8)  # answer ask extend note
    items = models.CharField(max_length=400, blank=True)  # ids of items with commas around each; empty: all
    live = models.BooleanField()
    account = models.UUIDField(null=True)  # who wrote this version
    post = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "version"], name="documents_phrase_version"),
            models.UniqueConstraint(
                fields=["thread"], condition=Q(live=True), name="documents_one_live_phrase"
            ),
        ]
        indexes = [models.Index(fields=["keeper", "use"], condition=Q(live=True), name="documents_phrases")]
