"""The forms and numbers of papers: handed in, looked at, published by somebody else."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from gezhi.documents import events, forms
from gezhi.documents.form_faults import looked_at
from gezhi.documents.kinds import Kind
from gezhi.documents.models import Form, Series
from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record

ABOUT = UUID("00000000-0000-0000-0000-000000000049")
"""What entries of forms and numbers are about: the forms of the instance as a whole."""


class FormRefused(Refused):
    """A form that cannot be used. `reasons` are all of them."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(reasons[0], code="form_unfit", field="file")
        self.reasons = reasons


def hand_in(kind: Kind, body: bytes, *, by: Actor, at: datetime) -> int:
    """Keep a form that waits to be published; returns its version. What waited before is put aside.

    Raises `FormRefused` with every reason why it cannot be used.
    """
    _parts, reasons = looked_at(body, kind)
    if reasons:
        raise FormRefused(reasons)
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        Form.objects.filter(kind=kind.id, state="waiting").update(state="declined")
        version = (Form.objects.filter(kind=kind.id).aggregate(last=Max("version"))["last"] or 0) + 1
        row = Form(id=new_id(), kind=kind.id, version=version, state="waiting", body=body, sha256=digest)
        row.account, row.made_at = by.account, at
        try:
            with transaction.atomic():
                Form.objects.bulk_create([row])
        except IntegrityError as error:
            raise Refused(_("别人同时交了一版。请看一眼那一版，再交。"), code="overtaken") from error
        record(events.FORM_SENT, ABOUT, by=by, at=at, kind=kind.id, version=version, sha256=digest)
    return version


def publish(kind: Kind, version: int, *, by: Actor, at: datetime) -> None:
    """Let a form count from now on. As with a model (decision 33) it must be another account than the one that handed it in."""
    row = Form.objects.filter(kind=kind.id, version=version, state="waiting").defer("body").first()
    if row is None:
        raise Refused(_("这一版已经发布，或者有了更新的一版。"), code="overtaken")
    if by.account is None or by.account == row.account:
        told = _("交模板的人不能自己发布。请另一个管系统或管安全的人看过再发布。")
        raise Refused(told, code="needs_second_person")
    with transaction.atomic():
        mine = Form.objects.filter(id=row.id, state="waiting")
        if not mine.update(state="published", published_by=by.account, published_at=at):
            raise Refused(_("这一版已经发布，或者有了更新的一版。"), code="overtaken")
        record(events.FORM_PUBLISHED, ABOUT, by=by, at=at, kind=kind.id, version=version, sha256=row.sha256)


def decline(kind: Kind, version: int, *, by: Actor, at: datetime) -> None:
    """Put a form aside that waits; whoever handed it in may do so too."""
    with transaction.atomic():
        if not Form.objects.filter(kind=kind.id, version=version, state="waiting").update(state="declined"):
            raise Refused(_("这一版已经发布，或者有了更新的一版。"), code="overtaken")
        record(events.FORM_DECLINED, ABOUT, by=by, at=at, kind=kind.id, version=version)


def set_series(kind: Kind, pattern: str, office: str, *, by: Actor, at: datetime) -> None:
    """How papers of a kind are numbered from now on. Numbers go on counting; those that were issued stay."""
    pattern, office = pattern.strip(), office.strip()
    if any(pattern.count(part) != 1 for part in forms.PATTERN_PARTS) or not 5 <= len(pattern) <= 40:
        told = _("文号里要有一个 {year} 和一个 {serial}，全长不超过 40 字，如“柳信复〔{year}〕{serial}号”。")
        year, serial = forms.PATTERN_PARTS
        raise Refused(told.format(year=year, serial=serial), code="pattern", field="pattern")
    if not 2 <= len(office) <= 40:
        raise Refused(_("请写发文单位的全称，不超过 40 字。"), code="office", field="office")
    if Series.objects.exclude(kind=kind.id).filter(pattern=pattern).exists():
        raise Refused(_("另一种文书已经用这个文号。两种文书的号会重。"), code="pattern", field="pattern")
    with transaction.atomic():
        Series.objects.update_or_create(
            kind=kind.id, defaults={"pattern": pattern, "office": office, "changed_at": at}
        )
        digest = hashlib.sha256(f"{pattern}\0{office}".encode()).hexdigest()
        record(events.SERIES_CHANGED, ABOUT, by=by, at=at, kind=kind.id, sha256=digest)
