"""Rows of what binds a matter to others and to a second person."""

from __future__ import annotations

from django.db import models


class Merged(models.Model):
    """A matter that was made part of another (并案), until that is undone. `step` is where it stood before."""

    matter = models.UUIDField(primary_key=True)
    into = models.UUIDField(db_index=True)
    step = models.CharField(max_length=24)
    since = models.DateTimeField()


class Part(models.Model):
    """A matter that was taken out of another (拆分) for a department of its own; only the whole speaks to the reporter."""

    matter = models.UUIDField(primary_key=True)
    whole = models.UUIDField(db_index=True)
    since = models.DateTimeField()


class Proposal(models.Model):
    """A step that needs two: one person proposes it, another who could take it too takes it or declines.

    It holds for the matter as it stood (`moved`); a step that was taken meanwhile leaves it behind. `given` is what came
    with it as JSON: department, reason, words of its texts as the entry has them, ids of photos.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField()
    live = models.BooleanField(null=True)  # true for the one that waits, none for those that are over
    move = models.CharField(max_length=40)
    moved = models.PositiveIntegerField()
    state = models.CharField(max_length=10)  # open taken declined withdrawn overtaken
    by = models.UUIDField()
    desk = models.CharField(max_length=80)  # the seat it was proposed from
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    given = models.TextField()
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "live"], name="matters_one_proposal"),
        ]
        indexes = [
            models.Index(fields=["desk"], condition=models.Q(live=True), name="matters_proposed_from"),
        ]
