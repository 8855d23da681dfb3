"""The ground: the dated tree of units, and buildings with household counts. No person lives here."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Unit(models.Model):
    """One unit (district, street, community, grid …) for as long as it stood so.

    `identity` stays when a unit is renamed or moved under another parent; each such change ends one row
    and begins another. `path` is fixed-width: four characters a level, so "within" is a range.
    `border` is WKB in CGCS2000/WGS 84 longitude-latitude.
    """

    id = models.UUIDField(primary_key=True)
    identity = models.UUIDField(db_index=True)
    level = models.CharField(max_length=24)
    path = models.CharField(max_length=40)  # byte order, see byte_order.py
    name = models.CharField(max_length=60)
    short = models.CharField(max_length=12, blank=True)  # used in numbers of matters
    code = models.CharField(max_length=40, blank=True)  # official or local code, an attribute
    border = models.BinaryField(null=True)
    lon = models.FloatField(null=True)  # a point inside, for labels
    lat = models.FloatField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # exclusive

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "valid_from"], name="places_one_unit_a_path"),
            models.CheckConstraint(
                name="places_unit_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["level", "path"], name="places_level")]


class Building(models.Model):
    """A building or compound with *counts* of households, their source and date. Never a register.

    `unit` is the identity of the leaf it lies in, so that it stays right when units are moved. `plain` is the
    address as `addresses.plain` spells it, for looking up.
    """

    id = models.UUIDField(primary_key=True)
    unit = models.UUIDField(db_index=True)
    address = models.CharField(max_length=120)
    plain = models.CharField(max_length=120)
    lon = models.FloatField()
    lat = models.FloatField()
    footprint = models.BinaryField(null=True)
    households = models.PositiveIntegerField(null=True)
    households_source = models.CharField(max_length=40, blank=True)
    households_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="places_households_have_a_source",
                condition=Q(households=None) | (~Q(households_source="") & Q(households_on__isnull=False)),
            )
        ]
        indexes = [models.Index(fields=["plain"], name="places_address")]
