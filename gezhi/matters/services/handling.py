"""Somebody takes a step: what the model allows this person, on this matter, now, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.digests import Fact
from gezhi.ledger.services import record
from gezhi.matters import access, consent, events, reporters_part, routing, scenes, sentences, serving
from gezhi.matters.consent import NONE, Consent
from gezhi.matters.models import Matter, Text
from gezhi.matters.scenes import Scene
from gezhi.matters.services import (
    attaching,
    indexing,
    merging,
    moving,
    originals,
    photos,
    proposing,
    reports,
    wholes,
)
from gezhi.matters.services.attaching import Handed
from gezhi.matters.services.moving import Said
from gezhi.people.queries import Person, Seat
from gezhi.rules import reporters
from gezhi.rules.model import Move
from gezhi.rules.steps import Given


@dataclass(frozen=True, slots=True)
class Stepped:
    """Where the matter stands after a step, and who is asked next. `proposed`: it waits for a second person instead."""

    number: str
    step: str
    desk: str
    moved: int
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class StepGiven:
    """What comes with a step. `seen` is the count of moves the page showed; a stale page changes nothing.

    `reason` is the id of one of the move's reasons, `receipt` the number under which another unit took it, `into` the
    number of the matter that this one is merged into, `taken` are pictures from outside that go with the step. `files` are
    documents (附件), `paper` the id of an issued paper that serves instead of one, `agreed` says who consented.
    """

    note: str = ""
    department: str = ""
    photos: Sequence[bytes] = ()
    seen: int | None = None
    late_reason: str = ""
    reason: str = ""
    receipt: str = ""
    into: str = ""
    taken: Sequence[UUID] = ()
    files: Sequence[Handed] = ()
    paper: str = ""
    agreed: Consent = NONE


def take_step(
    number: str, move: str, *, by: Person, at: datetime | None, given: StepGiven | None = None
) -> Stepped:
    """Move a matter on, if, and only if, the governance model lets this person do so now; where the step needs two
    persons, propose it.

    Raises `NotFound` for a matter that does not exist or is hidden, `Refused` with the rule in words when the
    model says no, and when somebody else moved it between the page being shown and the button. `at` None is now.
    """
    with instance.reading():
        return _step(number, move, by, at, given or StepGiven())


def _step(number: str, move: str, by: Person, at: datetime | None, given: StepGiven) -> Stepped:
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if given.seen is not None and given.seen != matter.moved:
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    recorded_at = clock.now()
    at = at or recorded_at
    given = _written(given, matter, at)
    reports.check_time(given.late_reason, at, recorded_at, not_before=matter.at)
    scene = scenes.scene_of(matter, recorded_at)
    taken = _move_named(scene, move)
    seat = moving.seat_of(scene, taken, by, _gates_met(scene, taken, given))
    two = _take(scene, taken, given, by=(by, seat), at=at, recorded_at=recorded_at)
    return Stepped(matter.number, matter.step, matter.desk, matter.moved, two)


def _take(
    scene: Scene,
    taken: Move,
    given: StepGiven,
    *,
    by: tuple[Person, Seat],
    at: datetime,
    recorded_at: datetime,
) -> bool:
    """Take the step with everything that comes with it, in one transaction; true where it was only proposed."""
    matter, (person, seat) = scene.matter, by
    wholes.check(scene, taken)
    rated, actor = reporters_part.of_the_reporter(scene.flow, matter.step, taken), person.acting(seat)
    if rated:
        _may_rate(scene, person)
    heard = reporters.REPORTER if rated or reporters.REPORTER in taken.who else ""
    into = merging.target(scene, given.into, person) if routing.merges(scene.flow, taken) else None
    two = "second_person" in scenes.needs_of(scene, taken)
    with transaction.atomic():
        original = originals.kept_of_step(scene.item)
        kept = photos.keep(matter.id, given.photos, kind="work", at=recorded_at, original=original)
        said = _said(given, (*kept, *photos.from_outside(matter.id, given.taken)), heard)
        said = replace(said, paper=_paper(matter, given.paper), files=_files(scene, given, recorded_at))
        if rated:
            record(events.RATED, matter.id, by=actor, at=at, **RATED_BY_A_STEP)
        if two:
            said = replace(said, into=into.id if into else None)
            proposing.propose(scene, taken, by=by, at=at, recorded_at=recorded_at, said=said)
        elif into is not None:
            merging.merge(scene, taken, into, by=actor, at=at, recorded_at=recorded_at, said=said)
        else:
            moving.move(scene, taken, by=actor, at=at, recorded_at=recorded_at, said=said)
    return two


def _said(given: StepGiven, kept: tuple[UUID, ...], heard: str) -> Said:
    return Said(
        given.note,
        given.department,
        kept,
        late_reason=given.late_reason,
        reason=given.reason,
        receipt=given.receipt,
        agreed=given.agreed,
        on_behalf=heard,
    )


def _files(scene: Scene, given: StepGiven, at: datetime) -> tuple[UUID, ...]:
    original = originals.kept_of_step(scene.item)
    return tuple(attaching.keep(scene.matter.id, given.files, at=at, original=original))


def _paper(matter: Matter, said: str) -> UUID | None:
    """The issued paper that serves as a file. Raises `Refused` for one that is void or of another matter."""
    if not said:
        return None
    try:
        paper = UUID(said)
    except ValueError:
        paper = None
    if paper is None or not serving.number_of(matter.id, paper):
        told = _("没有这份文书，或者已经作废。请从列表里另选一份，或上传附件。")
        raise Refused(told, code="paper_unknown", field="paper")
    return paper


def _written(given: StepGiven, matter: Matter, at: datetime) -> StepGiven:
    """What was written, checked word by word."""
    note, late_reason = reports.check_note(given.note), reports.check_note(given.late_reason)
    receipt, agreed = reports.check_receipt(given.receipt), consent.check(given.agreed, matter, at)
    return replace(given, note=note, late_reason=late_reason, receipt=receipt, agreed=agreed)


def _gates_met(scene: Scene, taken: Move, given: StepGiven) -> Given:
    """Which gates what was given fulfils; that a second person is asked for is seen to afterwards."""
    if given.reason and given.reason not in taken.reasons:
        raise Refused(_("列表里没有这一项。请从列表里选一项。"), code="reason_unknown", field="reason")
    return Given(
        note=bool(given.note.strip()),
        photo=bool(given.photos or given.taken),
        file=bool(given.files or given.paper),
        consent=bool(given.agreed),
        place=scene.matter.located != "none",
        receipt=bool(given.receipt.strip()),
        second_person=True,
        reason=bool(given.reason),
    )


RATED_BY_A_STEP: dict[str, Fact] = {"rating": "discontent", "how": "other", "recorded": True}
"""What is recorded where somebody takes the reporter's way back as a step, as programs may: he was not content."""


def _may_rate(scene: Scene, by: Person) -> None:
    """Raises `Refused` where this person may not record the reporter's word."""
    answer = reporters_part.may_rate(scene, by)
    if answer.seat is None:
        raise Refused(answer.why, code=answer.code)


def _move_named(scene: Scene, move: str) -> Move:
    taken = scene.flow.moves.get(move)
    if taken is None or taken not in routing.offered_from(scene.flow, scene.matter.step):
        step = scene.flow.steps[scene.matter.step]
        told = _("「{step}」这一步没有这个办法。请刷新后再选。").format(step=sentences.label(step))
        raise Refused(told, code="wrong_step")
    return taken


def erase_text(text: UUID, basis: str, *, by: Person, seat: Seat, at: datetime) -> None:
    """Destroy a text and its salt. The ledger goes on proving everything else and says that one was erased, and why.

    `basis` is a code: request (the person asked), unlawful, retention.
    """
    if basis not in {"request", "unlawful", "retention"}:
        raise Refused(
            _("请写明删除的依据：本人要求、不该收集，或到期。"), code="basis_missing", field="basis"
        )
    row = Text.objects.filter(id=text).first()
    if row is None:
        raise NotFound(_("没有这段文字，可能已经删除。"))
    with transaction.atomic():
        if row.kind == "report":
            indexing.unlearn(row.matter)
        Text.objects.filter(id=text).delete()
        if row.kind == "report":
            Matter.objects.filter(id=row.matter).update(headline="", address="")
        record(events.TEXT_ERASED, text, by=by.acting(seat), at=at, basis=basis, matter=row.matter)
