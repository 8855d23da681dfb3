"""From what the house shows of a matter to the shapes that go out."""

from __future__ import annotations

from gezhi.matters import queries
from gezhi.matters.attachments import FileView
from gezhi.matters.extending import Extending
from gezhi.matters.lists import Line
from gezhi.matters.pictures import PhotoView
from gezhi.matters.queries import MatterPage
from gezhi.matters.ties import Ties

from .shapes import (
    AsideRead,
    Bonds,
    Event,
    Extendable,
    FileRead,
    MatterLine,
    MatterRead,
    MoveRead,
    MoveRefused,
    PhotoRead,
    PromiseRead,
    ProposalRead,
)


def matter_line(line: Line) -> MatterLine:
    """One row of a list."""
    return MatterLine(
        number=line.number,
        id=line.id,
        headline=line.headline,
        item=line.item,
        category=line.category,
        grade=line.grade,
        step=line.step,
        phase=line.phase,
        path=line.path,
        desk=line.desk,
        department=line.department,
        due_at=queries.due_or_none(line),
        at=line.at,
        recorded_at=line.recorded_at,
        origin=line.origin,
        place_flag=line.place_flag,
    )


def matter_read(page: MatterPage) -> MatterRead:
    """A matter as this key may read it."""
    matter = page.matter
    return MatterRead(
        **{name: getattr(matter, name) for name in _PLAIN},
        text=page.text,
        text_erased=page.text_erased,
        item_name=page.item_name,
        grade_name=page.grade_name,
        step_name=page.step_name,
        place=list(page.place_names),
        desk_name=page.desk_words,
        promises=[
            PromiseRead(
                p.id,
                p.name,
                p.made_at,
                p.due_at,
                p.met_at,
                p.missed_at,
                p.void_at,
                p.lapsed_at,
                p.stands_since,
            )
            for p in page.promises
        ],
        moves=[MoveRead(m.id, m.name, list(m.needs)) for m in page.next_moves],
        not_now=[MoveRefused(m.id, m.name, m.code, m.reason) for m in page.not_now],
        asides=[AsideRead(a.id, a.name, list(a.needs)) for a in page.besides],
        extensions=[_extendable(one) for one in page.extending.values()],
        photos=[PhotoRead(p.id, p.kind, p.state, p.width, p.height) for p in _photos(page)],
        files=[FileRead(f.id, f.name, f.kind, f.state, f.size, f.sha256) for f in _files(page)],
        proposal=_proposal(page.ties),
        bonds=_bonds(page.ties),
        story=[Event(h.entry, h.verb, h.post, h.at, h.recorded_at, h.note) for h in page.story],
    )


_PLAIN = (
    "number id item category grade step phase closing channel origin reporting path place_flag lon lat datum"
    " address desk department at recorded_at ended_at moved"
).split()


def _photos(page: MatterPage) -> list[PhotoView]:
    return [*page.photos, *(photo for one in reversed(page.story) for photo in one.photos)]


def _files(page: MatterPage) -> list[FileView]:
    return list({file.id: file for one in reversed(page.story) for file in one.files}.values())


def _extendable(one: Extending) -> Extendable:
    wish = one.wish
    return Extendable(
        *(one.promise, one.most, one.unit, one.may_ask, one.may_grant, one.may_decide, one.may_withdraw),
        one.why_not,
        wish.more if wish else "",
        wish.desk if wish else "",
    )


def _proposal(ties: Ties) -> ProposalRead | None:
    one = ties.waiting
    if one is None:
        return None
    return ProposalRead(one.id, one.move, one.at, one.note, one.reason, one.own, one.may)


def _bonds(ties: Ties) -> Bonds:
    return Bonds(
        reports=ties.reports,
        people=ties.people,
        merged=[one.number for one in ties.merged],
        into=ties.into.number if ties.into else "",
        parts=[one.number for one in ties.parts],
        whole=ties.whole.number if ties.whole else "",
        undo=ties.undo,
    )
