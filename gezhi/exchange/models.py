"""Records that come from elsewhere: staged, counted, and either taken in or put aside with a reason."""

from __future__ import annotations

from django.db import models


class Run(models.Model):
    """One import of one file by one mapping. Counts always reconcile: read = taken + rejected + waiting."""

    id = models.UUIDField(primary_key=True)
    mapping = models.CharField(max_length=64)
    file_digest = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    read = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)


class Row(models.Model):
    """One staged row."""

    id = models.UUIDField(primary_key=True)
    run = models.ForeignKey(Run, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=80)  # the source's own number
    raw = models.TextField()
    state = models.CharField(max_length=10)  # staged taken rejected
    reason = models.CharField(max_length=40, blank=True)
    matter = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="exchange_one_row_a_line")]
