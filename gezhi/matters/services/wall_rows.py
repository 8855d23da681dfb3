"""The rows of walls: checked, such that somebody is left, and written with the matter or later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.ids import new_id
from gezhi.matters import editions, walls
from gezhi.matters.models import Wall
from gezhi.matters.services.reports import Report
from gezhi.matters.walls import ABOUT, NO_WALLS, RECUSED, Standing, Walls
from gezhi.people.queries import Roster, roster
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

MOST = 20
"""How many walls a matter may have at once."""


class Day(NamedTuple):
    """Against what a wall is checked: everybody who holds a post today, the model and the ground."""

    staff: Roster
    model: Model
    ground: Tree


def today(at: datetime) -> Day:
    """The day of this moment."""
    on, revision = timezone.localdate(at), instance.revision()
    return Day(roster(on, revision=revision), editions.current(on, revision), places.tree(on, revision))


def check(words: Sequence[str], day: Day, *, field: str = "party") -> None:
    """Raise `Refused`, naming the field, for a word that names nobody here today."""
    for word in words:
        if not _is_here(word, day):
            raise Refused(
                _("没有这个单位、部门或在岗的人。请从列表里选。"), code="party_unknown", field=field
            )


def _is_here(word: str, day: Day) -> bool:
    kind, _colon, id = word.partition(":")
    if kind in {"unit", "below"}:
        return id in day.ground.by_path
    if kind == "department":
        return id in day.model.departments
    return kind == "person" and any(one.hex == id for one in day.staff.people)


def of_report(report: Report, day: Day) -> Walls:
    """The walls of a report. Raises `Refused`, naming the field."""
    check(report.about, day, field="about")
    whys = dict.fromkeys(report.recused, RECUSED) | dict.fromkeys(report.about, ABOUT)
    new = tuple(Standing(word, why) for word, why in whys.items())
    if len(new) > MOST:
        raise Refused(_("一件最多记 {most} 个要回避的。").format(most=MOST), code="too_many", field="about")
    return walls.spared(Walls(new), day.staff, day.model, day.ground)


def put_up(
    matter: UUID, words: Sequence[tuple[str, str]], day: Day, *, by: UUID | None, at: datetime
) -> list[UUID]:
    """Write walls beside those that stand, pairs of word and why; returns their ids. The row of the matter is held.

    Raises `Refused` where they stand already, are too many, or leave nobody to handle the matter.
    """
    before = walls.of_matters([matter]).get(matter, NO_WALLS)
    known = {one.blocked for one in before.standing}
    new = [Standing(word, why) for word, why in words if word not in known]
    if not new:
        raise Refused(_("这一方已经记了回避，不用再记。"), code="walled_already", field="party")
    if len(known) + len(new) > MOST:
        raise Refused(_("一件最多记 {most} 个要回避的。").format(most=MOST), code="too_many", field="party")
    whole = walls.spared(Walls((*before.standing, *new)), day.staff, day.model, day.ground)
    _spare(matter, whole)
    return write(matter, whole.standing[len(before.standing) :], by=by, at=at)


def _spare(matter: UUID, whole: Walls) -> None:
    """Walls that stood already let the head of the root through, once they have to."""
    for one in whole.standing:
        if one.spares:
            Wall.objects.filter(matter=matter, lifted_at=None, blocked=one.blocked).update(spares=one.spares)


def write(matter: UUID, standing: Sequence[Standing], *, by: UUID | None, at: datetime) -> list[UUID]:
    """Write these rows; returns their ids."""
    rows = [Wall(id=new_id(), matter=matter, set_by=by, since=at, **one._asdict()) for one in standing]
    Wall.objects.bulk_create(rows)
    return [row.id for row in rows]
