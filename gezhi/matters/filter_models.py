"""A filter of the list that somebody keeps by a name of their own."""

from __future__ import annotations

from django.db import models


class SavedFilter(models.Model):
    """A filter with a name: for whoever made it, or for a desk, a department or a unit and all that lies in it.

    `asked` is what stands in the address of the list. Whoever opens it sees what their own scope shows, no more.
    `shared_with` is empty, "department:ID", "POST@UNIT" (a desk) or "@UNIT", with the identity of the unit: it stays
    what it was when the ground changes.
    """

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    name = models.CharField(max_length=20)
    asked = models.CharField(max_length=400)
    shared_with = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="matters_filter_name")]
        indexes = [
            models.Index(
                fields=["shared_with"], name="matters_filters_shared", condition=~models.Q(shared_with="")
            )
        ]
