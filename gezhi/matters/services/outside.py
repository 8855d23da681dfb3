"""A unit hands a matter to somebody outside by a link, prolongs it, makes another, ends it. The matter does not move:
who handed over stays answerable.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import digests
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import events, outside, reporters_words, sentences
from gezhi.matters.models import Handover, Matter, PassedPhoto, Photo
from gezhi.matters.outside import digest_of
from gezhi.matters.pictures import OF_PARTY
from gezhi.matters.scenes import Scene
from gezhi.matters.services import covering, moving, reports
from gezhi.matters.services.outside_ending import end
from gezhi.people.queries import Person, Seat
from gezhi.words import similar

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
GROUPS, OF = 4, 4  # 79 bits
COMPANY, NAME, PLACE, ASKED = 60, 20, 120, 1000
MOST_OPEN = 5
MOST_PHOTOS = 9
SHARED = 16
"""From how many signs in a row on what the unit writes is the reporter's text and not its own words."""


@dataclass(frozen=True, slots=True)
class HandoverGiven:
    """What is handed over: to whom, what is asked in the unit's own words, where, until when, and which pictures.

    `id` comes with the form, so that the same form sent twice hands over once. `phone` is the unit's own.
    """

    id: UUID
    company: str
    asked: str
    until: datetime
    contact: str = ""
    phone: str = ""
    place: str = ""
    photos: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A handover and the code that opens it. The code cannot be read again."""

    handover: UUID
    code: str


def hand_over(
    scene: Scene, given: HandoverGiven, *, by: Person, at: datetime, seen: int | None = None
) -> Link:
    """Let somebody outside see what is asked about a matter, and report on it. `seen`: its moves as it was read.

    Raises `Refused`, naming the field, where it cannot be; with code `given_before` for a form that was sent before.
    """
    moving.unmoved(scene.matter, seen)
    seat = outside.seat_for(scene, by)
    if seat is None:
        told = _("这件现在不在我手上办理，不能交外部承办。请由现在办的人来交。")
        raise Refused(told, code="not_yours")
    given, matter = _checked(scene, given, at), scene.matter
    code = new_code()
    with transaction.atomic():
        moving.hold(matter, seen)
        _room_for(matter, given.id)
        passed = _passed(matter, given.photos, at=at)
        texts = moving.write_texts(matter.id, outside=given.asked)
        row = Handover(
            id=given.id,
            matter=matter.id,
            desk=matter.desk,
            company=given.company,
            contact=given.contact,
            phone=given.phone,
            place=given.place,
            asked=UUID(texts[0].split(":", 1)[0]),
            code=digest_of(code),
            made_at=at,
            until=given.until,
        )
        row.save(force_insert=True)
        Matter.objects.filter(id=matter.id, handed_out=None).update(handed_out=True)
        PassedPhoto.objects.bulk_create([PassedPhoto(handover=row.id, photo=one) for one in passed])
        _given(row, texts, passed, by=by.acting(seat), at=at)
    return Link(row.id, code)


def _given(row: Handover, texts: list[str], passed: list[UUID], *, by: Actor, at: datetime) -> None:
    until, shown = digests.stamp(row.until), [one.hex for one in passed]
    record(
        events.OUTSIDE_GIVEN,
        row.matter,
        by=by,
        at=at,
        handover=row.id,
        until=until,
        texts=texts,
        passed=shown,
    )


def new_code() -> str:
    """A code of four groups of four signs."""
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(OF)) for _g in range(GROUPS))


def renew(scene: Scene, handover: UUID, *, by: Person, at: datetime, seen: int | None = None) -> Link:
    """Another code for the same handover: the one before is worthless from now on."""
    moving.unmoved(scene.matter, seen)
    row, seat = _kept(scene, handover, by)
    code = new_code()
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        if not Handover.objects.filter(id=row.id, ended_at=None).update(code=digest_of(code)):
            raise _over()
        record(events.OUTSIDE_RENEWED, row.matter, by=by.acting(seat), at=at, handover=row.id)
    return Link(row.id, code)


def prolong(
    scene: Scene, handover: UUID, until: datetime, *, by: Person, at: datetime, seen: int | None = None
) -> None:
    """Move the moment until which the link opens. The same link goes on, also where that moment had come."""
    moving.unmoved(scene.matter, seen)
    row, seat = _kept(scene, handover, by)
    _check_until(scene, until, at)
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        if not Handover.objects.filter(id=row.id, ended_at=None).update(until=until):
            raise _over()
        said = digests.stamp(until)
        record(events.OUTSIDE_PROLONGED, row.matter, by=by.acting(seat), at=at, handover=row.id, until=said)


def withdraw(scene: Scene, handover: UUID, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """End the link at once and for good."""
    moving.unmoved(scene.matter, seen)
    row, seat = _kept(scene, handover, by)
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        if not end(row, "withdrawn", by=by.acting(seat), at=at):
            raise _over()


def _kept(scene: Scene, handover: UUID, by: Person) -> tuple[Handover, Seat]:
    row = Handover.objects.filter(id=handover, matter=scene.matter.id).first()
    if row is None:
        raise NotFound(_("没有这次外部承办。请刷新后再看。"))
    seat = outside.keeper_of(scene, by, row.desk)
    if seat is None:
        raise Refused(_("这次外部承办不是我这边交出去的，只能看，不能改。"), code="not_yours")
    return row, seat


def _over() -> Refused:
    return Refused(_("这个链接已经结束，不能再改。还要交，请再交一次。"), code="moved_meanwhile")


def _checked(scene: Scene, given: HandoverGiven, at: datetime) -> HandoverGiven:
    """What was written, word by word. Raises `Refused` at the first field that cannot be."""
    company = _line(given.company, COMPANY, "company")
    if len(company) < 2:
        raise Refused(_("请写单位名称，如物业公司全称。"), code="company_missing", field="company")
    asked = reports.check_note(given.asked).strip()
    if len(asked) < 2:
        raise Refused(_("请用自己的话写要对方做什么。"), code="needs_note", field="asked")
    if len(asked) > ASKED:
        told = _("最多 {most} 字，请写短些。").format(most=ASKED)
        raise Refused(told, code="too_long", field="asked")
    place = _line(given.place, PLACE, "place")
    _own_words(scene.matter, f"{asked}\n{place}")
    _check_until(scene, given.until, at)
    return replace(
        given,
        company=company,
        asked=asked,
        place=place,
        contact=_line(given.contact, NAME, "contact"),
        phone=_line(given.phone, NAME, "phone"),
    )


def _line(said: str, most: int, field: str) -> str:
    """One line of at most so many signs."""
    plain = " ".join(reports.check_note(said).split())
    if len(plain) > most:
        told = _("这一栏最多 {most} 字，请写短些。")
        raise Refused(told.format(most=most), code="too_long", field=field)
    return plain


def _own_words(matter: Matter, said: str) -> None:
    """Raise `Refused` where a run of the reporter's own text stands in what goes outside."""
    shared = similar.repeated(reporters_words.of_matter(matter.id), said, SHARED)
    if shared:
        told = _("「{shared}…」是报告人的原话，不交给外面。请用自己的话写要对方做什么。")
        raise Refused(told.format(shared=shared), code="reporters_words", field="asked")


def _check_until(scene: Scene, until: datetime, at: datetime) -> None:
    if until <= at:
        raise Refused(_("这个时候已经过了，请写以后的时候。"), code="until_past", field="until")
    latest = outside.latest_until(scene, at)
    if until > latest:
        told = _("不能晚于这件自己的期限 {latest}。请写早一些；来不及，先申请延期。")
        words = sentences.due_words(latest)
        raise Refused(told.format(latest=words), code="until_late", field="until")


def _room_for(matter: Matter, id: UUID) -> None:
    if Handover.objects.filter(id=id).exists():
        told = _("这一张表已经交过，链接只显示那一次。没有抄下，就在这里另出链接，前一个随即作废。")
        raise Refused(told, code="given_before")
    if Handover.objects.filter(matter=matter.id, ended_at=None).count() >= MOST_OPEN:
        told = _("这件已有 {n} 次外部承办没有结束。请先撤回用不着的。")
        raise Refused(told.format(n=MOST_OPEN), code="too_many_handovers")


def _passed(matter: Matter, photos: Sequence[UUID], *, at: datetime) -> list[UUID]:
    """The pictures that go along. What lies under boxes on one of them is destroyed: no undoing shows it outside."""
    if len(photos) > MOST_PHOTOS:
        told = _("最多交出 {most} 张照片。请挑要紧的。").format(most=MOST_PHOTOS)
        raise Refused(told, code="too_many_photos", field="pass")
    rows = list(Photo.objects.filter(matter=matter.id, id__in=photos).exclude(kind=OF_PARTY).order_by("id"))
    ready = [row for row in rows if row.state == "ready" and (not row.boxes or covering.burn(row, at=at))]
    if len(ready) != len(set(photos)):
        told = _("有一张照片不在了，或者正在重画。请刷新后再选。")
        raise Refused(told, code="moved_meanwhile", field="pass")
    return [row.id for row in ready]
