"""What somebody outside does through a link: opens it, and says how far they are. Neither moves the matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.matters.models import Handover, Matter, OutsideWord
from gezhi.matters.outside import OUTSIDE, WORDS, digest_of
from gezhi.matters.services import moving, photos, reports
from gezhi.vault import limits

SAID = 1000
MOST_WORDS = 60
MOST_PHOTOS = 45
"""Of one handover, so that the room for a matter's pictures is not filled from outside."""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody outside says. `id` comes with the form: sent twice it is one word."""

    id: UUID
    what: str
    note: str = ""
    photos: Sequence[bytes] = ()


def gone() -> NotFound:
    """What is told of a link that ended, and of one that never was: the same."""
    return NotFound(_("这个链接打不开：已经结束，或者代码不对。请照着再写一遍；还不行，请问交给您的单位。"))


def open_by(code: str, *, address: str, at: datetime) -> tuple[UUID, str]:
    """The handover behind a code, and the code's digest. Opening it is an entry.

    Raises `NotFound` in the same words for a code that is wrong, over, ended or withdrawn; 60 knocks from one address
    within 15 minutes are heard, of which no address is kept.
    """
    limits.knock("outside_address", address, at=at, most=60, seconds=900)
    digest = digest_of(code)
    with transaction.atomic():
        row = Handover.objects.filter(code=digest, ended_at=None, until__gt=at).first()
        if row is None or not Matter.objects.filter(id=row.matter, ended_at=None).exists():
            raise gone()
        record(events.OUTSIDE_OPENED, row.matter, by=OUTSIDE, at=at, handover=row.id)
    return row.id, digest


def say(handover: UUID, code: str, word: Word, *, at: datetime) -> bool:
    """Write down what somebody outside says; false where the same form was sent before.

    Raises `NotFound` as `open_by` does, `Refused` with the field for what cannot be kept.
    """
    limits.knock("outside_said", handover.hex, at=at, most=40, seconds=900)
    note = _checked(word)
    photos.check(word.photos)
    with transaction.atomic():
        open_ones = Handover.objects.filter(id=handover, code=code, ended_at=None, until__gt=at)
        row = open_ones.select_for_update().first()
        if row is None or not Matter.objects.filter(id=row.matter, ended_at=None).exists():
            raise gone()
        if OutsideWord.objects.filter(id=word.id).exists():
            return False
        _room_for(row, len(word.photos))
        _write(row, word, note, at=at)
    return True


def _write(row: Handover, word: Word, note: str, *, at: datetime) -> None:
    kept = photos.keep(row.matter, word.photos, kind="outside", at=at)
    texts = moving.write_texts(row.matter, outside=note)
    text = UUID(texts[0].split(":", 1)[0]) if texts else None
    said = OutsideWord(id=word.id, handover=row.id, what=word.what, text=text, photos=len(kept), at=at)
    said.save(force_insert=True)
    Handover.objects.filter(id=row.id).update(said=word.what, said_at=at)
    pictures = [photo.hex for photo in kept]
    record(
        events.OUTSIDE_SAID,
        row.matter,
        by=OUTSIDE,
        at=at,
        handover=row.id,
        said=word.what,
        texts=texts,
        pictures=pictures,
    )


def _checked(word: Word) -> str:
    if word.what not in WORDS:
        raise Refused(_("请按下面的一个按钮。"), code="wrong_step", field="what")
    note = reports.check_note(word.note).strip()
    if len(note) > SAID:
        told = _("最多 {most} 字，请写短些。").format(most=SAID)
        raise Refused(told, code="too_long", field="note")
    if word.what == "cannot" and not note:
        raise Refused(_("请写为什么做不了。"), code="needs_note", field="note")
    if word.what == "done" and not (note or word.photos):
        raise Refused(_("请写做了什么，或者放一张照片。"), code="needs_note", field="note")
    return note


def _room_for(row: Handover, more: int) -> None:
    words = OutsideWord.objects.filter(handover=row.id)
    if words.count() >= MOST_WORDS:
        told = _("已经报过 {n} 次，不能再报。有话请打电话给交给您的单位。")
        raise Refused(told.format(n=MOST_WORDS), code="too_many_words")
    there = words.aggregate(n=Sum("photos"))["n"] or 0
    if there + more > MOST_PHOTOS:
        told = _("一共最多 {most} 张照片，已有 {n} 张。请挑要紧的。")
        raise Refused(told.format(most=MOST_PHOTOS, n=there), code="too_many_photos", field="photos")


def fresh() -> UUID:
    """The id of a word that is not said yet, for its form."""
    return new_id()
