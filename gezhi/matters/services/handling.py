"""Somebody takes a step: what the model allows this person, on this matter, now, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.digests import Fact
from gezhi.ledger.services import record
from gezhi.matters import access, events, reporters_part, routing, scenes, sentences
from gezhi.matters.models import Matter, Text
from gezhi.matters.scenes import Scene
from gezhi.matters.services import indexing, moving, originals, photos, reports
from gezhi.matters.services.moving import Said
from gezhi.people.queries import Person, Seat
from gezhi.rules import reporters
from gezhi.rules.model import Move
from gezhi.rules.steps import Given, Reason


@dataclass(frozen=True, slots=True)
class Stepped:
    """Where the matter stands after a step, and who is asked next."""

    number: str
    step: str
    desk: str
    moved: int


@dataclass(frozen=True, slots=True)
class StepGiven:
    """What comes with a step. `seen` is the count of moves the page showed; a stale page changes nothing."""

    note: str = ""
    department: str = ""
    photos: Sequence[bytes] = ()
    seen: int | None = None
    late_reason: str = ""


def take_step(
    number: str, move: str, *, by: Person, at: datetime | None, given: StepGiven | None = None
) -> Stepped:
    """Move a matter on, if, and only if, the governance model lets this person do so now.

    Raises `NotFound` for a matter that does not exist or is hidden, `Refused` with the rule in words when the
    model says no, and when somebody else moved it between the page being shown and the button. `at` None is now.
    """
    given = given or StepGiven()
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if given.seen is not None and given.seen != matter.moved:
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    note, late_reason = reports.check_note(given.note), reports.check_note(given.late_reason)
    given = replace(given, note=note, late_reason=late_reason)
    recorded_at = clock.now()
    at = at or recorded_at
    reports.check_time(given.late_reason, at, recorded_at, not_before=matter.at)
    scene = scenes.scene_of(matter, recorded_at)
    taken = _move_named(scene, move)
    seat, reason = scenes.seat_for(
        scene, taken, by, Given(note=bool(given.note.strip()), photo=bool(given.photos))
    )
    if seat is None:
        reason = reason or Reason("no_duty")
        raise Refused(sentences.why_not(reason, scene), code=reason.code)
    heard = _rated_by(scene, taken, by)
    with transaction.atomic():
        original = originals.kept_of_step(scene.item)
        kept = photos.keep(matter.id, given.photos, kind="work", at=recorded_at, original=original)
        said = Said(given.note, given.department, tuple(kept), given.late_reason, on_behalf=heard)
        if heard:
            record(events.RATED, matter.id, by=by.acting(seat), at=at, **RATED_BY_A_STEP)
        moving.move(scene, taken, by=by.acting(seat), at=at, recorded_at=recorded_at, said=said)
    return Stepped(matter.number, matter.step, matter.desk, matter.moved)


RATED_BY_A_STEP: dict[str, Fact] = {"rating": "discontent", "how": "other", "recorded": True}
"""What is recorded where somebody takes the reporter's way back as a step, as programs may: he was not content."""


def _rated_by(scene: Scene, taken: Move, by: Person) -> str:
    """Whose word it is that is taken as a step; empty for a step of one's own. Raises `Refused` where it may not."""
    if not reporters_part.of_the_reporter(scene.flow, scene.matter.step, taken):
        return ""
    answer = reporters_part.may_rate(scene, by)
    if answer.seat is None:
        raise Refused(answer.why, code=answer.code)
    return reporters.REPORTER


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
