"""Words that went between whoever handles a matter and its reporter, without a telephone number on either side."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Relayed(models.Model):
    """One word that was passed on (转话). `own` says that the reporter wrote it, `call` that they ask to be called.

    It moves nothing. `moved` is how many moves the matter had made when the reporter wrote, so that their word is pointed
    out until somebody goes on or answers it; none for what was answered, and for a handler's word.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField()
    own = models.BooleanField()
    call = models.BooleanField(default=False)
    text = models.UUIDField()
    photos = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    moved = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["matter", "at"], name="matters_relayed_of"),
            models.Index(fields=["matter"], condition=Q(moved__isnull=False), name="matters_relayed_new"),
        ]
