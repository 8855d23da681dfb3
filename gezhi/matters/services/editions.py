"""Taking a version of a governance model into use."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import editions, events
from gezhi.matters.models import Edition
from gezhi.rules.findings import Finding, ModelError
from gezhi.rules.model import Model
from gezhi.rules.proof.check import refuse
from gezhi.rules.proof.migrate import check_migration

INSTANCE = UUID(int=1)
"""The subject of entries that are about the instance itself."""


def carried_over(model: Model) -> list[Finding]:
    """Where a plan of the model would lose, end or leave unowed what is open under a version in use."""
    held = Edition.objects.filter(version__in=list(model.migrations)).values_list("version", flat=True)
    return [one for version in held for one in check_migration(editions.of_version(version), model)]


def adopt(model: Model, *, by: Actor, at: datetime) -> Model:
    """Take this model as the one for new matters from its `valid_from` on.

    Adopting the version that already holds then changes nothing; one that is stored and was replaced or withdrawn
    since comes back. Open matters keep the version they have. Raises `ModelError` for a model that is not proved,
    and `Refused` for one that only replays records in a live instance, or while another edition waits for its day.
    """
    if model.about.replay and instance.kind() == "live":
        told = _("“{model}”只用来回放别处的记录，不能在正式实例里使用。请换一个治理模型。")
        raise Refused(told.format(model=model.name), code="model_for_replay")
    day = timezone.localdate(at)
    if _holds(model, day):
        return model
    refuse(model)
    if lost := carried_over(model):
        raise ModelError(lost)
    with transaction.atomic():
        instance.bump()  # also the lock: turns are given one at a time
        _nothing_waits(model, day)
        _take(model, at)
        record(events.EDITION_ADOPTED, INSTANCE, by=by, at=at, model=model.id, version=model.version)
    return model


def withdraw(version: str, *, by: Actor, at: datetime) -> None:
    """Take an edition back before its first day, as if it had never been published.

    Raises `Refused` if, and only if, none waits under this version: its day has come, or it was withdrawn already.
    """
    with transaction.atomic():
        instance.bump()
        line = editions.waiting(timezone.localdate(at))
        if line is None or line.version != version:
            told = _("这一版已经生效，或者已经撤销，不能再撤销。要改回去，请从以前的一版起草。")
            raise Refused(told, code="edition_began")
        Edition.objects.filter(version=version).update(withdrawn_at=at)
        record(events.EDITION_WITHDRAWN, INSTANCE, by=by, at=at, version=version)


def _holds(model: Model, day: date) -> bool:
    """Whether new matters take this version anyway, today or from its first day on."""
    adopted = editions.lines()
    if all(one.version != model.version for one in adopted):
        return False
    return editions.holding(max(model.valid_from, day), adopted) == model.version


def _nothing_waits(model: Model, day: date) -> None:
    """Raise `Refused` where an edition is published and waits for its day: it would be lost without a word."""
    line = editions.waiting(day)
    if line is not None and line.version != model.version:
        told = _("已经排定从 {day} 起用新的一版。请先撤销那一版，或者等到那天以后再改。")
        raise Refused(told.format(day=line.since), code="edition_waits")


def _take(model: Model, at: datetime) -> None:
    """Store the version, or bring a stored one back; either way it is the last adopted."""
    turn = (Edition.objects.aggregate(last=Max("turn"))["last"] or 0) + 1
    again = Edition.objects.filter(version=model.version)
    if again.update(turn=turn, adopted_at=at, withdrawn_at=None):
        return
    Edition.objects.bulk_create(
        [
            Edition(
                version=model.version,
                name=model.id,
                body=model.canonical,
                since=model.valid_from,
                adopted_at=at,
                turn=turn,
            )
        ]
    )
