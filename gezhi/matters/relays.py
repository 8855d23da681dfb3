"""转话: whoever handles a matter and its reporter leave each other words, by the matter and not by a telephone number.

The reporter reads and writes by number and code, whoever handles it on the matter's page. Nothing moves by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from gezhi.matters import events, vacancies, walls
from gezhi.matters.models import Matter, Relayed, Text
from gezhi.matters.scenes import Scene
from gezhi.people.queries import Person, Seat

MOST = 20
CALL_BACK = "call_back"
"""What the card of a reporter who asks to be called is named by; a telling of the house's own, and of no model."""


@dataclass(frozen=True, slots=True)
class RelayedView:
    """One word, newest first in a list. `call`: its reporter asks to be called."""

    id: UUID
    own: bool
    call: bool
    words: str
    photos: int
    at: datetime


def of_matter(matter: UUID) -> tuple[RelayedView, ...]:
    """What was passed on about one matter, newest first. Two statements, one where there is nothing."""
    rows = list(Relayed.objects.filter(matter=matter).order_by("-at", "-id")[:MOST])
    if not rows:
        return ()
    bodies: dict[UUID, str] = dict(
        Text.objects.filter(id__in=[row.text for row in rows]).values_list("id", "body")
    )
    gone = _("（文字已按规定删除）")
    return tuple(
        RelayedView(row.id, row.own, row.call, bodies.get(row.text, gone), row.photos, row.at) for row in rows
    )


def seat_for(scene: Scene, person: Person) -> Seat | None:
    """The seat from which this person may leave its reporter a word: at the desk that has the matter, or in place of an
    empty one, while it is open and somebody reported it."""
    matter = scene.matter
    if matter.ended_at is not None or matter.seen_by_staff:
        return None
    return vacancies.asked_seat(person, matter.desk)


def pointed_out(person: Person) -> QuerySet[Relayed]:
    """Words of reporters on matters at this person's desks, since the last step and not answered."""
    mine = Matter.objects.filter(
        walls.open_to(walls.reader(person)),
        id=OuterRef("matter"),
        moved=OuterRef("moved"),
        desk__in=person.desks,
        ended_at=None,
    )
    return Relayed.objects.filter(Exists(mine), moved__isnull=False)


def verb(what: str, *, call: bool) -> str:
    """What an entry of a word is called."""
    if what == events.RELAY_OWN:
        return _("报告人补充，请回电话") if call else _("报告人补充")
    return _("给报告人留言")
