"""Documents handed in with a step (附件)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Attachment(models.Model):
    """A document handed in with a step. It waits until the worker has looked at it and sealed it; then `file` names the
    sealed file, whose SHA-256 the ledger has. `name` is what people call it; no entry holds it.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)  # pdf docx xlsx pptx odt ods jpg png
    whole = models.BooleanField(default=False)  # a scan is kept as it came, else drawn anew
    state = models.CharField(max_length=8)  # waiting ready refused gone
    reason = models.CharField(max_length=24, blank=True)  # why refused, a code
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    file = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["matter", "id"], name="matters_attachments"),
            models.Index(fields=["id"], name="matters_attachments_waiting", condition=Q(state="waiting")),
            models.Index(fields=["id"], name="matters_attachments_kept", condition=Q(file__isnull=False)),
        ]
