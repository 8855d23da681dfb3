"""Who neither handles nor sees a matter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Wall(models.Model):
    """One unit, department or person that neither handles nor sees a matter, until that is taken back.

    `blocked` is "unit:PATH", "below:PATH of the root", "department:CODE" or "person:HEX of the account"; `why` is about (the matter complains of
    them) or recused (they must not handle it). `spares` is the desk of the head of the root, where it is let through because nobody else is left.
    The ledger knows a wall by its id
    only: whom it names stands here and nowhere else.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField()
    blocked = models.CharField(max_length=60)
    why = models.CharField(max_length=8)
    spares = models.CharField(max_length=80, blank=True, default="")  # desk
    set_by = models.UUIDField(null=True)  # account
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "blocked"], condition=Q(lifted_at=None), name="matters_walls_live"
            )
        ]
        indexes = [
            models.Index(fields=["blocked", "matter"], condition=Q(lifted_at=None), name="matters_walls_of")
        ]
