"""What people ask about their own data, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class RightAsked(models.Model):
    """One request about one's own personal information (个人信息保护法 44–50), from a reporter's own page or a counter.

    `kind` is access, copy, correct, delete or explain; `known` how it was known that it is theirs: code (number and code of
    a receipt), seen (papers that were shown and not kept) or kin. Words are texts under the id of the request, whose entries
    stand in the ledger under it, too: whoever handles the matter does not read that its reporter asked.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=8)
    known = models.CharField(max_length=8)
    matter = models.UUIDField(null=True, db_index=True)
    words = models.UUIDField(null=True)  # a text
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="open")  # open done refused
    reason = models.CharField(max_length=12, blank=True)
    reply = models.UUIDField(null=True)  # a text
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="open"), name="matters_rights_open"),
            models.Index(
                fields=["-ended_at", "-id"], condition=~Q(state="open"), name="matters_rights_ended"
            ),
        ]
