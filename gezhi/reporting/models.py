"""What the house counts of itself: no person, no matter, no moment."""

from __future__ import annotations

from django.db import models


class Asked(models.Model):
    """Forms that were handed in within one week from the seats of one unit: how many, what they asked, how long they took.

    A row is a sum. Nobody's form can be told apart in it: no account, no matter and no hour is kept. `s10` … `s600` count
    forms by the seconds from opening to handing in, up to that many; `longer` up to an hour; beyond it a form lay open
    while something else was done, and only `times` counts it.
    """

    week = models.DateField()  # its Monday
    unit = models.CharField(max_length=64)  # path; empty for who sits at none, residents too
    task = models.CharField(max_length=8)  # resident report form
    times = models.PositiveIntegerField(default=0)
    fields = models.PositiveIntegerField(default=0)
    s10 = models.PositiveIntegerField(default=0)
    s20 = models.PositiveIntegerField(default=0)
    s30 = models.PositiveIntegerField(default=0)
    s45 = models.PositiveIntegerField(default=0)
    s60 = models.PositiveIntegerField(default=0)
    s90 = models.PositiveIntegerField(default=0)
    s120 = models.PositiveIntegerField(default=0)
    s180 = models.PositiveIntegerField(default=0)
    s300 = models.PositiveIntegerField(default=0)
    s600 = models.PositiveIntegerField(default=0)
    longer = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "unit", "task"], name="reporting_asked_once")]
