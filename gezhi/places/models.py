"""The ground: the dated tree of units, what lies over it, and buildings with household counts. No person lives here."""

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
    begun_by = models.UUIDField(null=True)  # the plan that began the row; null for the first planting
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "valid_from"], name="places_one_unit_a_path"),
            models.CheckConstraint(
                name="places_unit_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["level", "path"], name="places_level")]


class OverlayUnit(models.Model):
    """One unit of a further net over the same ground (红色网格, 警格, a legacy net), for as long as it stood so.

    `overlay` is a word of the governance model, `inside` the identity of the unit of the tree it belongs to.
    """

    id = models.UUIDField(primary_key=True)
    identity = models.UUIDField(db_index=True)
    overlay = models.CharField(max_length=24)
    inside = models.UUIDField(null=True)
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=40, blank=True)
    border = models.BinaryField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # exclusive
    begun_by = models.UUIDField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "valid_from"], name="places_one_overlay_row_a_day"),
            models.CheckConstraint(
                name="places_overlay_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["overlay", "valid_from"], name="places_overlay")]


class Plan(models.Model):
    """Several changes of the ground that take effect together on one day; undone whole, until that day.

    `said` is JSON: what changes, one object a change.
    """

    id = models.UUIDField(primary_key=True)
    title = models.CharField(max_length=80, blank=True)
    takes_effect = models.DateField()
    said = models.TextField()
    adopted_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class Lineage(models.Model):
    """What came of a unit, or of a part of it, on a day: `part` of `whole` of `before` is `after` from then on.

    `kind` is split, merged, ceded (both stand on), or absorbed (a legacy net into the tree). `measure` says what
    part and whole count: area (m²), stated, whole (all of it); empty, with both null, where the share is not known.
    Rows of one day follow one another in the order of their ids.
    """

    id = models.UUIDField(primary_key=True)
    plan = models.UUIDField(db_index=True)
    before = models.UUIDField(db_index=True)  # identity
    after = models.UUIDField(db_index=True)  # identity
    kind = models.CharField(max_length=8)
    since = models.DateField()
    part = models.PositiveBigIntegerField(null=True)
    whole = models.PositiveBigIntegerField(null=True)
    measure = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="places_part_of_whole",
                condition=Q(part=None, whole=None, measure="")
                | (Q(part__lte=F("whole")) & Q(whole__gt=0) & ~Q(measure="")),
            )
        ]


class DivisionCode(models.Model):
    """The code that one official list gives a unit for a time. Lists disagree, so no code is ever a key."""

    id = models.UUIDField(primary_key=True)
    unit = models.UUIDField(db_index=True)  # identity
    system = models.CharField(max_length=24)  # which list: mca, stats, or a local one
    code = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # exclusive

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "code", "valid_from"], name="places_one_unit_a_code"),
            models.CheckConstraint(
                name="places_code_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]


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


class ServicePoint(models.Model):
    """A counter, a centre, a police box: what residents find where, for whoever lives within its unit. All of it is public."""

    id = models.UUIDField(primary_key=True)
    unit = models.UUIDField()  # identity of the unit
    name = models.CharField(max_length=60)
    does = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="places_one_point_a_name")]


class Plate(models.Model):
    """A door plate with a code that leads to the address page. The code is drawn at random, so that no other is guessed
    from it; a lost or copied plate is ended and another one put up. It says nothing of who lives there."""

    code = models.CharField(max_length=8, primary_key=True)
    building = models.UUIDField(db_index=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
