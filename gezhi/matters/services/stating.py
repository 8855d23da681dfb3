"""A handler restates what a matter complains of, and asks the party for its side; the party states it; it is taken back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import digests
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import editions, events, restated, statements
from gezhi.matters.models import Matter, Statement
from gezhi.matters.pictures import OF_PARTY
from gezhi.matters.scenes import Scene
from gezhi.matters.services import attaching, moving, photos, reports
from gezhi.matters.services.attaching import Handed
from gezhi.people.queries import Person, roster
from gezhi.promises import counted
from gezhi.promises import queries as promises
from gezhi.promises.counted import Terms
from gezhi.rules.length import Length
from gezhi.words import signs

DAYS = (3, 5, 10)
"""Working days that may be given."""
WORDS, ANSWER = 1000, 2000
MOST_OPEN = 5
BITS = 40


@dataclass(frozen=True, slots=True)
class StatementWanted:
    """What is written for a party (the word of a wall), and within how many working days it answers. `id` comes with the
    form; `checked` says that the writer read what may tell who reported, and lets it stand."""

    id: UUID
    party: str
    words: str
    days: int
    checked: bool = False


def ask(scene: Scene, wanted: StatementWanted, *, by: Person, at: datetime, seen: int | None = None) -> UUID:
    """Show a party the restatement and ask for its statement. Returns the id.

    Raises `Refused`, naming the field: code `tell_tales` where the words may tell who reported and that was not checked.
    """
    moving.unmoved(scene.matter, seen)
    seat = statements.seat_for(scene, by)
    if seat is None:
        told = _("转述由办、受理或督办这一件的人写，先要记下它反映的是谁；被反映的一方自己不写。")
        raise Refused(told, code="not_yours")
    wall = next((one.id for word, one in statements.parties(scene) if word == wanted.party), None)
    if wall is None:
        raise Refused(
            _("请选请谁说明。只有记了回避的被反映一方可以选。"), code="party_unknown", field="party"
        )
    words = _checked(scene, wanted)
    terms = _terms(scene, wanted.days)
    today = timezone.localdate(at)
    staff, model = roster(today, revision=scene.revision), editions.current(today, scene.revision)
    if not statements.anybody(wanted.party, staff, model):
        told = _("这一方今天没有人在岗，没有人能答。请先任命，或者直接向个人问。")
        raise Refused(told, code="nobody_there", field="party")
    row = Statement(
        id=wanted.id,
        number=_number(),
        matter=scene.matter.id,
        wall=wall,
        asked=wanted.party,
        made_at=at,
        due_at=counted.counted(at, terms).due_at,
    )
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        _room_for(row)
        _written(row, words, by=by.acting(seat), at=at)
    return row.id


def _terms(scene: Scene, days: int) -> Terms:
    if days not in DAYS:
        raise Refused(_("请选几个工作日内答。"), code="days", field="days")
    length, model = Length(days, "workday"), scene.model
    return Terms(length, 0, promises.calendar(scene.revision), model.service_hours, model.timezone)


def _written(row: Statement, words: str, *, by: Actor, at: datetime) -> None:
    texts = moving.write_texts(row.matter, restatement=words)
    row.words = UUID(texts[0].split(":", 1)[0])
    row.save(force_insert=True)
    until = digests.stamp(row.due_at)
    record(events.STATEMENT_ASKED, row.matter, by=by, at=at, statement=row.id, until=until, texts=texts)


def _number() -> str:
    """A number that is drawn: it tells nothing of the matter's, nor how many there are."""
    drawn = signs.written(secrets.randbits(BITS), 8)
    return f"{drawn[:4]}-{drawn[4:]}"


def _room_for(row: Statement) -> None:
    if Statement.objects.filter(id=row.id).exists():
        raise Refused(_("这一张表已经交过，转述已经给了这一方。"), code="given_before")
    open_ones = statements.going(row.matter)
    if open_ones.filter(asked=row.asked).exists():
        told = _("这一方还有一份说明没有答。请等它答，或者先撤回那一份。")
        raise Refused(told, code="asked_already", field="party")
    if open_ones.count() >= MOST_OPEN:
        raise Refused(_("这一件已有 {n} 份说明没有答。").format(n=MOST_OPEN), code="too_many", field="party")


def _checked(scene: Scene, wanted: StatementWanted) -> str:
    """The words as they are kept. Raises `Refused` for what must not go, and once for what may tell who reported."""
    words = _said(wanted.words, WORDS, _("请用自己的话写要对方说明什么。"))
    found = restated.read(scene, words)
    code, told = found.never
    if code:
        raise Refused(told, code=code, field="words")
    if found.tales and not wanted.checked:
        told = _("{tales}改一改；看过了确实可以这样给，勾上下面一项再交。")
        raise Refused(told.format(tales="".join(found.tales)), code="tell_tales", field="words")
    return words


def _said(words: str, most: int, lacking: str) -> str:
    said = reports.check_note(words).strip()
    if len(said) < 2:
        raise Refused(lacking, code="needs_note", field="words")
    if len(said) > most:
        raise Refused(_("最多 {most} 字，请写短些。").format(most=most), code="too_long", field="words")
    return said


def withdraw(scene: Scene, statement: UUID, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """Take an open statement back: the party reads it no more. Raises `Refused` where it was answered meanwhile."""
    moving.unmoved(scene.matter, seen)
    seat = statements.seat_for(scene, by)
    if seat is None:
        raise Refused(_("这一件现在不由我办，说明不由我撤回。"), code="not_yours")
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        if not statements.going(scene.matter.id).filter(id=statement).update(withdrawn_at=at):
            raise Refused(_("这一份已经答了或撤回了。请刷新。"), code="moved_meanwhile")
        record(events.STATEMENT_WITHDRAWN, scene.matter.id, by=by.acting(seat), at=at, statement=statement)


@dataclass(frozen=True, slots=True)
class SideGiven:
    """What a party states of its own: words, pictures and documents that bear them out."""

    words: str
    photos: Sequence[bytes] = ()
    files: Sequence[Handed] = ()


def state(statement: UUID, given: SideGiven, *, by: Person, at: datetime) -> None:
    """The party's side, by somebody who answers for it. After it they read neither question nor answer any more, nor what
    came with it: it is drawn anew and looked at as everything that is handed in, and seen by whoever sees the matter.

    Raises `NotFound` in the same words for unknown, answered, withdrawn and other people's, `Refused` with the field for
    the words, pictures and documents; then nothing is kept.
    """
    said = _said(given.words, ANSWER, _("请写你这一方的情况。"))
    photos.check(given.photos)
    attaching.check(given.files)
    with transaction.atomic():
        row = Statement.objects.filter(id=statement).first()
        seat = statements.addressed(by, row.asked, editions.today()) if row is not None else None
        matter = (
            Matter.objects.select_for_update().filter(id=row.matter, ended_at=None).first() if row else None
        )
        if row is None or seat is None or matter is None:
            raise gone()
        texts = moving.write_texts(matter.id, statement=said)
        answer = UUID(texts[0].split(":", 1)[0])
        answered = {"answer": answer, "answered_at": at, "moved": matter.moved}
        if not statements.going(matter.id).filter(id=row.id).update(**answered):
            raise gone()
        more = _kept(matter.id, given, at)
        record(
            events.STATEMENT_GIVEN,
            matter.id,
            by=by.acting(seat),
            at=at,
            statement=row.id,
            texts=texts,
            **more,
        )


def _kept(matter: UUID, given: SideGiven, at: datetime) -> dict[str, list[str]]:
    """The pictures and documents put aside for the worker, as an entry names them."""
    kept = {
        "pictures": photos.keep(matter, given.photos, kind=OF_PARTY, at=at),
        "files": attaching.keep(matter, given.files, at=at),
    }
    return {what: [one.hex for one in ids] for what, ids in kept.items() if ids}


def gone() -> NotFound:
    """What is told of a statement that is not asked, or no longer."""
    return NotFound(_("没有这份要写的说明：已经交了、撤回了，或者不是请我写的。"))
