"""A first border that was stored today is taken back as long as its day lasts."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.places.models import Plan, Unit


def fresh_borders(at: datetime) -> dict[UUID, UUID]:
    """Units that got their first border on the day of `at`, with the plan that brought it."""
    rows = {row: plan.id for plan in _of_today(at) for row in json.loads(plan.said).get("filled", [])}
    units = Unit.objects.filter(id__in=rows, ended_by=None).exclude(border=None).values_list("id", "identity")
    return {identity: rows[str(row)] for row, identity in units}


@transaction.atomic
def lift_borders(units: Collection[UUID], *, by: Actor, at: datetime) -> None:
    """Take back first borders that were stored today. Raises `Refused` for any other border."""
    instance.bump()
    fresh = fresh_borders(at)
    for unit in units:
        if unit not in fresh:
            raise Refused(
                _("这条边界不是今天第一次存下的，不能收回。要改，请重新画，写明从哪天起生效。"),
                code="border_settled",
                field="unit",
            )
    plans = {plan.id: plan for plan in _of_today(at)}
    rows = {str(row.id): row for row in Unit.objects.filter(identity__in=units, ended_by=None)}
    for plan in {fresh[unit] for unit in units}:
        said = json.loads(plans[plan].said)
        lifted = [row for row in said["filled"] if row in rows]
        said |= {
            "filled": [row for row in said["filled"] if row not in lifted],
            "lifted": [*said.get("lifted", []), *lifted],
        }
        Plan.objects.filter(id=plan).update(said=json.dumps(said, ensure_ascii=False))
        Unit.objects.filter(id__in=lifted).update(border=None, lon=None, lat=None)
        for row in lifted:
            record("border.lifted", rows[row].identity, by=by, at=at, plan=plan)
    instance.bump()


def _of_today(at: datetime) -> list[Plan]:
    """Plans adopted on that day that still stand, the first one first."""
    since = at - timedelta(days=1)
    plans = Plan.objects.filter(undone_at=None, adopted_at__gt=since, adopted_at__lte=at).order_by(
        "adopted_at"
    )
    return [plan for plan in plans if timezone.localdate(plan.adopted_at) == timezone.localdate(at)]
