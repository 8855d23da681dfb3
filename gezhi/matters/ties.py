"""What one matter's page shows of other matters and of a second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.ledger.queries import Happened
from gezhi.matters import bonds, events, proposals, routing, scenes, sentences
from gezhi.matters.bonds import Bound
from gezhi.matters.models import Matter, Text
from gezhi.matters.scenes import Scene
from gezhi.people.queries import Person, Seat, names_of
from gezhi.rules.steps import EVERYTHING


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that waits for a second person. `own`: the reader proposed it; `may`: the reader may confirm or decline.
    `taken` and `chosen` are the ids of the move and of its reason, `into` is what the matter would go into, where the reader
    may see it."""

    id: UUID
    move: str
    by: str
    at: datetime
    note: str
    reason: str
    own: bool
    may: bool
    taken: str = ""
    chosen: str = ""
    into: Bound | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """A merger that was undone at `at`: of this matter into the other, or (`came`) of the other into this one. The other
    is named where the reader may see it."""

    at: datetime
    other: Bound | None
    came: bool


@dataclass(frozen=True, slots=True)
class Ties:
    """`reports`: how many reports the matter stands for, 1 where none was merged into it; `people` of them somebody made,
    the others are what staff saw themselves. `into` and `whole` are named where the reader may see them, `undo`: the reader
    may undo the merging; `undone` are mergers that were and are not again, latest first. `said`: what the source of an imported record says
    that it repeats. They are not merged: two that are past have one reporter each, and nobody decided it here."""

    waiting: Waiting | None = None
    reports: int = 1
    merged: tuple[Bound, ...] = ()
    into: Bound | None = None
    parts: tuple[Bound, ...] = ()
    whole: Bound | None = None
    undo: bool = False
    said: Bound | None = None
    people: int = 1
    undone: tuple[Undone, ...] = ()

    @property
    def reported(self) -> str:
        """How many people reported it, and how often staff saw it, in words; empty where it stands for itself alone."""
        return _reported(self.people, self.reports - self.people) if self.reports > 1 else ""


def _reported(people: int, sightings: int) -> str:
    """How many people reported something, and how often staff saw it themselves: that is no report of anybody."""
    said = []
    if people:
        said.append(ngettext("{n} 人反映", "{n} 人反映", people).format(n=people))
    if sightings:
        told = ngettext("工作人员看到 {n} 次", "工作人员看到 {n} 次", sightings)
        said.append(told.format(n=sightings))
    return _("，").join(said)


NO_TIES = Ties()
UNDONE = 3  # undone mergers that a page names; the story has all


def ties_of(scene: Scene, person: Person, entries: Sequence[Happened] = ()) -> Ties:
    """How a matter hangs together with others, as this person may see it. At most eight small statements."""
    said = _said_to_repeat(scene, entries)
    bound = bonds.bonds_of(scene.matter.id)
    merged, parts, into, whole = bound.merged, bound.parts, bound.into, bound.whole
    past = [one for one in _undone(entries) if one[1] not in (*merged, into)]
    named = [
        *merged,
        *parts,
        *(one for one in (into, whole, said) if one),
        *(other for _at, other, _c in past),
    ]
    seen = {one.id: one for one in bonds.seen(person, named)} if named else {}
    return Ties(
        _waiting(scene, person),
        1 + len(merged),
        tuple(seen[one] for one in merged if one in seen),
        seen.get(into) if into else None,
        tuple(seen[one] for one in parts if one in seen),
        seen.get(whole) if whole else None,
        undo=into is not None and undoing_seat(scene, person) is not None,
        said=seen.get(said) if said else None,
        people=(not scene.matter.seen_by_staff) + bonds.people_among(merged),
        undone=tuple(Undone(at, seen.get(other), came) for at, other, came in past),
    )


def _undone(entries: Sequence[Happened]) -> list[tuple[datetime, UUID, bool]]:
    """The mergers of which the story says that they were undone, latest first: when, which other, and whether that had come
    into this one."""
    found = []
    for one in reversed(entries):
        if one.what in (events.UNMERGED, events.LEFT):
            came = one.what == events.LEFT
            found.append((one.at, UUID(one.facts["matter" if came else "into"]), came))
    return found[:UNDONE]


def _said_to_repeat(scene: Scene, entries: Sequence[Happened]) -> UUID | None:
    """The matter that the source of an imported record named as the one that it repeats, where that was imported too."""
    if scene.matter.origin != "import":
        return None
    parent = next((one.facts["parent"] for one in entries if one.facts.get("parent")), "")
    return Matter.objects.filter(client_key=parent).values_list("id", flat=True).first() if parent else None


def undoing_seat(scene: Scene, person: Person) -> Seat | None:
    """The seat from which this person may undo a merging: one that holds a duty of a merging move on this matter."""
    if scene.flow.steps[scene.matter.step].closing != "merged":
        return None
    duties = {d for move in scene.flow.moves.values() if routing.merges(scene.flow, move) for d in move.duty}
    for seat in person.terms:
        if duties & routing.duties_at(scene.model, seat.desk, scene.lie, scene.roster):
            return seat
    return None


def _waiting(scene: Scene, person: Person) -> Waiting | None:
    row = proposals.waiting(scene.matter)
    if row is None or row.move not in scene.flow.moves:
        return None
    move, brought = scene.flow.moves[row.move], proposals.brought_of(row)
    ids = [UUID(word.split(":", 1)[0]) for word in brought.texts]
    notes = Text.objects.filter(id__in=ids, kind="note").values_list("body", flat=True)
    seat, _why = scenes.seat_for(scene, move, person, EVERYTHING)
    return Waiting(
        row.id,
        sentences.label(move),
        names_of([row.by]).get(row.by, ""),
        row.recorded_at,
        "\n".join(notes),
        sentences.reason(move, brought.reason) if brought.reason else "",
        own=row.by == person.account,
        may=seat is not None and row.by != person.account,
        taken=move.id,
        chosen=brought.reason,
        into=next(iter(bonds.seen(person, [UUID(brought.into)])), None) if brought.into else None,
    )
