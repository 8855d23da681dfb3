"""What was admitted is gathered into batches."""

from __future__ import annotations

from django.db import models


class Batch(models.Model):
    """Admitted applications that come into force together: written into a draft of the model, published with it."""

    id = models.UUIDField(primary_key=True)
    admission = models.CharField(max_length=24)
    name = models.CharField(max_length=24)
    since = models.DateField()
    state = models.CharField(max_length=10)  # open drafted published dissolved
    revision = models.PositiveIntegerField(default=1)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    draft = models.UUIDField(null=True, unique=True)
    version = models.CharField(max_length=16, blank=True)  # the edition it came into force with
