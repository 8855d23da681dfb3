"""Records that come from elsewhere: staged, counted, and either taken in or put aside with a reason."""

from __future__ import annotations

from django.db import models


class Run(models.Model):
    """One import of one file by one mapping. Counts always reconcile: read = taken + known + rejected + waiting."""

    id = models.UUIDField(primary_key=True)
    source = models.CharField(max_length=40)  # whose records: a key is one matter within its source
    mapping = models.CharField(max_length=64)  # SHA-256 of the mapping file
    file_digest = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    read = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)  # taken by an earlier run
    rejected = models.PositiveIntegerField(default=0)
    dropped = models.PositiveIntegerField(default=0)  # cells of columns that may not be kept

    class Meta:
        indexes = [models.Index(fields=["source", "began_at"], name="exchange_runs")]


class Row(models.Model):
    """One staged row. Its id becomes the matter's; what was read is cleared once the row is taken or put aside."""

    id = models.UUIDField(primary_key=True)
    run = models.ForeignKey(Run, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=80)  # the source's own number
    raw = models.TextField()
    state = models.CharField(max_length=10)  # staged taken known rejected
    reason = models.CharField(max_length=200, blank=True)
    matter = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="exchange_one_row_a_line")]
        indexes = [
            models.Index(fields=["run", "line"], name="exchange_waiting", condition=models.Q(state="staged")),
            models.Index(fields=["run", "key"], name="exchange_keys"),  # a key twice in one file
        ]
