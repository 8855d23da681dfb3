"""Taking a version of a governance model into use."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import editions, events
from gezhi.matters.models import Edition
from gezhi.rules.findings import ModelError
from gezhi.rules.model import Model
from gezhi.rules.proof.check import refuse
from gezhi.rules.proof.migrate import check_migration

INSTANCE = UUID(int=1)
"""The subject of entries that are about the instance itself."""


def _carried_over(model: Model) -> None:
    """Raise `ModelError` where a plan of the model would lose, end or leave unowed what is open under a version in use."""
    held = Edition.objects.filter(version__in=list(model.migrations)).values_list("version", flat=True)
    findings = [one for version in held for one in check_migration(editions.of_version(version), model)]
    if findings:
        raise ModelError(findings)


def adopt(model: Model, *, by: Actor, at: datetime) -> Model:
    """Take this model as the one for new matters from its `valid_from` on.

    Adopting the version that already holds changes nothing. Open matters keep the version they have. Raises
    `ModelError` for a model that is not proved, and `Refused` for one that only replays records in a live instance.
    """
    if Edition.objects.filter(version=model.version).exists():
        return model
    if model.about.replay and instance.kind() == "live":
        told = _("“{model}”只用来回放别处的记录，不能在正式实例里使用。请换一个治理模型。")
        raise Refused(told.format(model=model.name), code="model_for_replay")
    refuse(model)
    _carried_over(model)
    with transaction.atomic():
        Edition.objects.bulk_create(
            [
                Edition(
                    version=model.version,
                    name=model.id,
                    body=model.canonical,
                    since=model.valid_from,
                    adopted_at=at,
                )
            ]
        )
        record(events.EDITION_ADOPTED, INSTANCE, by=by, at=at, model=model.id, version=model.version)
        instance.bump()
    return model
