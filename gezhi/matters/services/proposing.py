"""A step that needs two persons: proposed by one, taken or declined by another who could take it too.

What an end without a remedy needs is a second pair of eyes, not a second signature of the same hand: whoever proposes never
confirms, from whatever seat.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.digests import Fact
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import access, events, scenes
from gezhi.matters.consent import Consent
from gezhi.matters.models import Matter, Proposal
from gezhi.matters.proposals import Brought, brought_of, waiting
from gezhi.matters.queries import number_of
from gezhi.matters.scenes import Scene
from gezhi.matters.services import merging, moving, reports
from gezhi.matters.services.moving import Said
from gezhi.people.queries import Person, Seat
from gezhi.rules.model import Move
from gezhi.rules.steps import EVERYTHING


def propose(
    scene: Scene, taken: Move, *, by: tuple[Person, Seat], at: datetime, recorded_at: datetime, said: Said
) -> None:
    """Write down that somebody proposes this step. Must run inside a transaction.

    Raises `Refused` when another proposal waits already. One that the matter has left behind makes room.
    """
    matter, (person, seat) = scene.matter, by
    moving.hold(matter)
    brought = _brought(matter.id, said)
    row = Proposal(
        id=new_id(),
        matter=matter.id,
        live=True,
        move=taken.id,
        moved=matter.moved,
        state="open",
        by=person.account,
        desk=seat.desk,
        at=at,
        recorded_at=recorded_at,
        given=msgspec.json.encode(brought).decode(),
    )
    _keep(row)
    record(
        events.PROPOSED,
        matter.id,
        by=person.acting(seat),
        at=at,
        move=taken.id,
        proposal=row.id,
        texts=brought.texts,
        pictures=brought.pictures,
        **_beside(brought),
    )


def _beside(brought: Brought) -> dict[str, Fact]:
    """What its entry says of documents and consent, where there are some."""
    said: dict[str, Fact] = {"files": brought.files, "paper": brought.paper}
    return {name: word for name, word in said.items() if word} | _agreed(brought).facts()


def _agreed(brought: Brought) -> Consent:
    who, how, on = brought.agreed or ("", "", "")
    return Consent(who, how, date.fromisoformat(on) if on else None)


def _brought(matter: UUID, said: Said) -> Brought:
    return Brought(
        said.department,
        said.reason,
        moving.write_texts(matter, note=said.note, late_reason=said.late_reason, receipt=said.receipt),
        [photo.hex for photo in said.photos],
        [file.hex for file in said.files],
        said.paper.hex if said.paper else "",
        [said.agreed.who, said.agreed.how, said.agreed.on.isoformat()] if said.agreed.on else [],
        said.into.hex if said.into else "",
    )


def _keep(row: Proposal) -> None:
    """Store a proposal; one that the matter has left behind makes room, one that waits does not."""
    before = Proposal.objects.filter(matter=row.matter, live=True)
    before.exclude(moved=row.moved).update(live=None, state="overtaken")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        told = _("这一件已有一步在等第二个人确认。请先等他确认，或请提出的人撤回。")
        raise Refused(told, code="proposed") from None


def confirm(number: str, proposal: UUID, *, by: Person, seen: int | None = None) -> Matter:
    """Take the step that somebody else proposed, if, and only if, this person could take it too.

    Raises `NotFound` for what does not exist or is hidden, `Refused` for one's own and for what is over.
    """
    scene, row = _held(number, proposal, by, seen)
    if row.by == by.account:
        raise Refused(_("这一步是您提出的，要由另一个人确认。"), code="second_person")
    taken = scene.flow.moves[row.move]
    seat = moving.seat_of(scene, taken, by, EVERYTHING)
    brought, now = brought_of(row), clock.now()
    into = merging.target(scene, number_of(UUID(brought.into)), by) if brought.into else None
    with transaction.atomic():
        merging.hold(scene.matter, *([into] if into else []))
        _close(row, "taken", by.account, now)
        actor, said = by.acting(seat), _said(row, brought)
        if into is None:
            moving.move(scene, taken, by=actor, at=now, recorded_at=now, said=said)
        else:
            merging.merge(scene, taken, into, by=actor, at=now, recorded_at=now, said=said)
    return scene.matter


def _said(row: Proposal, brought: Brought) -> Said:
    """What whoever proposed gave with the step."""
    return Said(
        department=brought.department,
        photos=tuple(UUID(one) for one in brought.pictures),
        files=tuple(UUID(one) for one in brought.files),
        paper=UUID(brought.paper) if brought.paper else None,
        agreed=_agreed(brought),
        reason=brought.reason,
        texts=tuple(brought.texts),
        proposal=row.id,
    )


def decline(
    number: str,
    proposal: UUID,
    note: str,
    *,
    by: Person,
    at: datetime | None = None,
    seen: int | None = None,
) -> Matter:
    """Say no to a proposal and why, or take back one's own. The matter stays where it is."""
    scene, row = _held(number, proposal, by, seen)
    own = row.by == by.account
    note = reports.check_note(note)
    if not own and not note.strip():
        raise Refused(_("请写为什么不同意，提出的人要看。"), code="needs_note", field="note")
    seat, _why = scenes.seat_for(scene, scene.flow.moves[row.move], by, EVERYTHING)
    if seat is None:
        raise Refused(_("这一步我不能办，也就不能替别人定。"), code="no_duty")
    now = at or clock.now()
    with transaction.atomic():
        moving.hold(scene.matter)
        _close(row, "withdrawn" if own else "declined", by.account, now)
        record(
            events.PROPOSAL_WITHDRAWN if own else events.PROPOSAL_DECLINED,
            scene.matter.id,
            by=by.acting(seat),
            at=now,
            move=row.move,
            proposal=row.id,
            texts=moving.write_texts(scene.matter.id, note=note),
        )
    return scene.matter


def _held(number: str, proposal: UUID, by: Person, seen: int | None) -> tuple[Scene, Proposal]:
    matter = access.matter_for(by, number)
    row = Proposal.objects.filter(id=proposal).first() if matter else None
    if matter is None or row is None or row.matter != matter.id:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if (seen is not None and seen != matter.moved) or waiting(matter) is None or row.live is None:
        raise Refused(_("这一步已经有人定了，或这一件又往前走了。请刷新后再看。"), code="moved_meanwhile")
    return scenes.scene_of(matter, clock.now()), row


def _close(row: Proposal, state: str, account: UUID, at: datetime) -> None:
    rows = Proposal.objects.filter(id=row.id, live=True)
    if not rows.update(live=None, state=state, answered_by=account, answered_at=at):
        raise Refused(_("这一步已经有人定了，或这一件又往前走了。请刷新后再看。"), code="moved_meanwhile")
