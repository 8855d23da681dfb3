"""Records that come from elsewhere: staged, counted, and either taken in or put aside with a reason."""

from __future__ import annotations

from django.db import models

from gezhi.exchange.export_models import Export as Export


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


class Task(models.Model):
    """A file that was handed in on the page: what is done with it, how far that is, and what was found.

    `state` is drafted (its mapping is in work), waiting, running, stopped, done or failed; `act` is check or take. The
    file lies in the home as `imports/ID` until the task is dropped or another begins.
    """

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)  # of the file, as it was called
    mapping = models.TextField()  # TOML
    state = models.CharField(max_length=10)
    act = models.CharField(max_length=6, blank=True)
    phase = models.CharField(max_length=8, blank=True)  # check stage take
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    run = models.UUIDField(null=True)
    found = models.TextField(blank=True)  # counts and reasons, as JSON
    told = models.CharField(max_length=400, blank=True)  # why it failed
    language = models.CharField(max_length=8)
    account = models.UUIDField(null=True)  # who handed it in
    post = models.CharField(max_length=80, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["began_at"], name="exchange_tasks")]
