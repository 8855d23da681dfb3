"""A handler leaves the reporter a word; the reporter adds one, with pictures, or asks to be called. Neither moves the matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import events, relays
from gezhi.matters.models import Matter, Relayed
from gezhi.matters.own_story import OWN
from gezhi.matters.scenes import Scene
from gezhi.matters.services import moving, photos, reports
from gezhi.people.queries import Person
from gezhi.vault import limits
from gezhi.vault import queries as vault
from gezhi.vault.traces import trace_in

WORDS = 500
MOST_A_DAY = 5
"""Of one side, on one matter, within 24 hours."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RelayGiven:
    """A word. `id` comes with the form: sent twice it is one word."""

    id: UUID
    words: str
    photos: Sequence[bytes] = ()
    call: bool = False


def leave(scene: Scene, given: RelayGiven, *, by: Person, at: datetime) -> None:
    """Leave the reporter a word. Raises `Refused` where the matter is not at the person's desk, and for too many."""
    seat = relays.seat_for(scene, by)
    if seat is None:
        raise Refused(_("留言由现在办这一件的人写；没有报告人的、了结了的，不能留言。"), code="not_yours")
    words = _checked(given)
    with transaction.atomic():
        moving.hold(scene.matter)
        if _room_for(scene.matter.id, given.id, own=False, at=at):
            Relayed.objects.filter(matter=scene.matter.id, moved__isnull=False).update(moved=None)
            _write(scene.matter, given, words, by=by.acting(seat), at=at)


def add_own(matter: UUID, given: RelayGiven, *, at: datetime) -> None:
    """The reporter adds a word while the matter is open. Raises `Refused` with the field; a number of a telephone is refused:
    whoever wants to be called ticks that, and the number they left is asked for by the way that records it."""
    limits.knock("resident_said", matter.hex, at=at, most=20, seconds=900)
    words = _checked(given, own=True)
    photos.check(given.photos)
    with transaction.atomic():
        row = Matter.objects.select_for_update().filter(id=matter).first()
        if row is None:
            raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
        if row.ended_at is not None:
            told = _("这一件已经了结，不能再补充。没有办好的，在进度页重新打开，或者重新报告。")
            raise Refused(told, code="ended")
        if given.call and not (row.reporter and vault.is_there(row.reporter)):
            raise Refused(_("没有留电话，打不了。有话就写在这里。"), code="no_number", field="call")
        if _room_for(row.id, given.id, own=True, at=at):
            _write(row, given, words, by=OWN, at=at, own=True)


def _room_for(matter: UUID, id: UUID, *, own: bool, at: datetime) -> bool:
    """Whether this word is new. Raises `Refused` for more than so many a day. The row of the matter is held."""
    if Relayed.objects.filter(id=id).exists():
        return False
    if Relayed.objects.filter(matter=matter, own=own, at__gt=at - DAY).count() >= MOST_A_DAY:
        raise Refused(
            _("一天最多 {n} 条。请把话并在一起，明天再写。").format(n=MOST_A_DAY), code="rate_limited"
        )
    return True


def _write(
    matter: Matter, given: RelayGiven, words: str, *, by: Actor, at: datetime, own: bool = False
) -> None:
    kept = photos.keep(matter.id, given.photos, kind="report", at=at)
    texts = moving.write_texts(matter.id, note=words)
    row = Relayed(
        id=given.id,
        matter=matter.id,
        own=own,
        call=given.call and own,
        text=UUID(texts[0].split(":", 1)[0]),
        photos=len(kept),
        at=at,
        moved=matter.moved if own else None,
    )
    row.save(force_insert=True)
    record(
        events.RELAY_OWN if own else events.RELAY_SAID,
        matter.id,
        by=by,
        at=at,
        call=row.call,
        texts=texts,
        pictures=[photo.hex for photo in kept],
    )


def _checked(given: RelayGiven, *, own: bool = False) -> str:
    words = reports.check_note(given.words).strip()
    if len(words) < 2:
        raise Refused(_("请写几个字。"), code="needs_note", field="words")
    if len(words) > WORDS:
        raise Refused(_("最多 {most} 字，请写短些。").format(most=WORDS), code="too_long", field="words")
    if own and trace_in(words):
        told = _("里面像有电话或证件号。号码不写在这里；要我们打电话，勾上“请打电话给我”。")
        raise Refused(told, code="traces", field="words")
    return words
