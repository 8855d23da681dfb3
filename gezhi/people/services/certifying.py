"""Certificates shown for an appointment: asked for where the model does, seen by whoever appoints, seen again later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.digests import Fact
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record_all
from gezhi.people.certificates import Shown, asked_of
from gezhi.people.models import Certificate, Term
from gezhi.people.services.fitting import called
from gezhi.rules.model import Model

_BATCH = 500


def has_certificates(term: Term, shown: Sequence[Shown], model: Model) -> None:
    """What the post asks for was shown and is valid on the first day; nothing was shown that it does not ask for."""
    asked = asked_of(term.post, model)
    _only_asked(shown, asked)
    for kind in asked:
        ends = [one for one in shown if one.kind == kind]
        if not ends:
            told = _("任「{post}」要有{kind}。请当面看过证件，写上有效期，再任命。")
            said = told.format(post=called(model.posts[term.post]), kind=kind)
            raise Refused(said, code="certificate_missing", field="certificate")
        if not any(one.valid_on(term.from_on) for one in ends):
            told = _("{kind}到 {day} 为止有效，{from_on} 起任职时已经过期。请看新的证件，或改期。")
            said = told.format(kind=kind, day=ends[-1].until, from_on=term.from_on)
            raise Refused(said, code="certificate_over", field="certificate")


def rows_of(term: Term, shown: Sequence[Shown], by: Actor, on: date) -> list[Certificate]:
    """What is to be stored of it."""
    return [
        Certificate(
            id=new_id(), term=term, kind=one.kind, valid_until=one.until, seen_on=on, seen_by=by.account
        )
        for one in shown
    ]


def store(rows: Sequence[Certificate], *, by: Actor, at: datetime) -> None:
    """Write them, each with its entry, which names no kind: the row says it."""
    if not rows:
        return
    Certificate.objects.bulk_create(rows, batch_size=_BATCH)
    record_all([("certificate.seen", row.term_id, _said(row)) for row in rows], by=by, at=at)


@transaction.atomic
def see_certificate(term: UUID, shown: Shown, model: Model, *, by: Actor, at: datetime) -> None:
    """Register that a certificate was shown again, as a renewed one, for a term that has not ended.

    Raises `Refused` for a kind that the post does not ask for, and for one that has ended.
    """
    instance.bump()
    today = timezone.localdate(at)
    row = Term.objects.filter(id=term).first()
    if row is None or (row.to_on is not None and row.to_on <= today):
        raise NotFound(_("没有这个任期，或它已经结束。"))
    _only_asked([shown], asked_of(row.post, model))
    if not shown.valid_on(today):
        told = _("{kind}到 {day} 为止有效，已经过期。请看新的证件。")
        said = told.format(kind=shown.kind, day=shown.until)
        raise Refused(said, code="certificate_over", field="certificate")
    store(rows_of(row, [shown], by, today), by=by, at=at)


def take_along(old: Term, new: Term) -> None:
    """What was shown for a term counts for the one in which it goes on: who saw it and when stay as they were."""
    rows = Certificate.objects.filter(term=old).order_by("seen_on", "id")
    Certificate.objects.bulk_create(
        [
            Certificate(
                id=new_id(), term=new, kind=row.kind, valid_until=row.valid_until, seen_on=row.seen_on,
                seen_by=row.seen_by,
            )
            for row in rows
        ]
    )  # fmt: skip


def _only_asked(shown: Sequence[Shown], asked: Sequence[str]) -> None:
    for one in shown:
        if one.kind not in asked:
            told = _("这个岗位不要求“{kind}”，不用登记。") if not asked else _(
                "这个岗位不要求“{kind}”，不用登记。要求的是：{kinds}。"
            )  # fmt: skip
            said = told.format(kind=one.kind, kinds=_("、").join(asked))
            raise Refused(said, code="certificate_unasked", field="certificate")


def _said(row: Certificate) -> dict[str, Fact]:
    until = row.valid_until.isoformat() if row.valid_until else ""
    return {"certificate": row.id, "until": until}
