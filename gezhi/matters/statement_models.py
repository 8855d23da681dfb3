"""What a party that a matter complains of was asked to state, and what it stated."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Statement(models.Model):
    """That a party was asked to state its side (情况说明), about words that a handler wrote anew (转述).

    The party reads those words, `number` and the day, and nothing else: `number` is drawn, so that it tells nothing of
    the matter's. `asked` is the word of the wall that keeps the party from the matter. `moved` is how many moves the matter had made
    when the answer came, so that the answer is pointed out until somebody goes on.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=12, unique=True)
    matter = models.UUIDField(db_index=True)
    wall = models.UUIDField()
    asked = models.CharField(max_length=60)
    words = models.UUIDField()  # a text
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.UUIDField(null=True)  # a text
    answered_at = models.DateTimeField(null=True)
    moved = models.PositiveIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="matters_statements_open",
            )
        ]
