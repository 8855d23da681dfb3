"""What is told to whom, by which door, and whether it arrived."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One telling for one receiver. `key` makes it once, however often the same entry is read."""

    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)  # entry:telling:receiver
    matter = models.UUIDField(db_index=True)
    telling = models.CharField(max_length=40)
    to = models.CharField(max_length=80)  # "reporter:<vault token>" or a desk
    door = models.CharField(max_length=16)
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=8)  # waiting sent dead
    passed_on_by = models.UUIDField(null=True)  # who told it by hand
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["try_at"], name="notify_to_send", condition=Q(state="waiting"))]


class Untold(models.Model):
    """An entry that could not be turned into messages. It is tried again until it can; the others go on."""

    entry = models.UUIDField(primary_key=True)
    tries = models.PositiveIntegerField(default=1)
    try_at = models.DateTimeField(db_index=True)
    fault = models.CharField(max_length=80)  # kind of the last fault, never its words
