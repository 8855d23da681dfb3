"""Counts per unit that were brought in: how many, from which source, on which day. Never who."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from gezhi.people.models import UnitCount
from gezhi.rules.model import Model

KINDS = ("branches", "groups", "members", "seconded", "households")
"""What may be counted beside overlays and posts: Party branches and groups, their people, people sent down, and
households of a unit as they were stated (those of buildings are counted by `places.queries.households`)."""


class Counted(NamedTuple):
    """One number with its source and its day."""

    number: int
    source: str
    counted_on: date


def countable(model: Model) -> tuple[str, ...]:
    """Everything that may be counted: overlays and posts of the model, and `KINDS`."""
    return (*model.overlays, *model.posts, *KINDS)


def counts(what: str, on: date) -> Mapping[UUID, Counted]:
    """The latest number of each unit by this day, by the unit's identity. One statement.

    A unit that was never counted is not there: no number is not nought.
    """
    rows = UnitCount.objects.filter(what=what, counted_on__lte=on).order_by("counted_on")
    return {unit: Counted(*said) for unit, *said in rows.values_list("unit", *Counted._fields)}
