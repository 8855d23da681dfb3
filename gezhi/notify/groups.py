"""The register of chat groups in three tiers: where each belongs, how many people, which post keeps it, when it was checked.

A group is a channel here and nothing more: nobody's name is kept, and nothing said in it is ever read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.services import record
from gezhi.matters import overseen, sentences
from gezhi.notify.models import ChatGroup, Door
from gezhi.people.queries import Person, Seat
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model

BUILDING = "building"
PAGE = 50
Rows = QuerySet[ChatGroup]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as it is shown. `door` is the name of its robot, empty where people post by hand."""

    id: UUID
    code: str
    name: str
    tier: str
    unit: UUID
    building: str
    size: int
    owner: str
    door: str
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Cover:
    """How many groups a unit has, itself and below, and how many people they count together; of its smallest units how
    many there are and how many of them have no group of their own."""

    unit: TreeUnit
    groups: int
    people: int
    leaves: int
    bare: int


def tier_name(tier: str, model: Model) -> str:
    """What people call a tier: the level by the model's own word, or a house."""
    if tier == BUILDING:
        return _("楼栋")
    return sentences.label(model.levels[tier]) if tier in model.levels else tier


def of_person(person: Person, model: Model, ground: Tree, *, state: str = "on") -> Rows:
    """The groups that stand (or ended) and are open to somebody: of the ground they oversee, or kept by a post of theirs in its
    ground."""
    wide = [_ground_of(seat, ground) for seat in overseen.seats(person, model)]
    return ChatGroup.objects.filter(reduce(or_, wide, _kept(person, ground)), state=state)


def kept_by(person: Person, ground: Tree) -> Rows:
    """Those that a post of theirs keeps, within its ground."""
    return ChatGroup.objects.filter(_kept(person, ground), state="on")


def has_a_part(person: Person, model: Model, ground: Tree) -> bool:
    """Whether somebody oversees the groups of some ground, or a post of theirs keeps one, also one that ended."""
    return bool(overseen.seats(person, model)) or ChatGroup.objects.filter(_kept(person, ground)).exists()


def _kept(person: Person, ground: Tree) -> Q:
    return reduce(or_, (Q(owner=seat.post) & _ground_of(seat, ground) for seat in person.terms), Q(pk__in=[]))


def within(path: str, ground: Tree) -> Q:
    """Of a unit and what lies below it; of the whole district also those whose unit stands no more."""
    if ground.root is not None and path == ground.root.path:
        return Q(pk__isnull=False)
    return Q(unit__in=[unit.identity for unit in ground.within(path)])


def _ground_of(seat: Seat, ground: Tree) -> Q:
    return within(seat.path, ground)


def page(rows: Rows, *, after: str = "", most: int = PAGE) -> list[GroupView]:
    """The next of them by their numbers. Two statements."""
    found = rows.filter(code__gt=after) if after else rows
    listed = list(found.order_by("code")[:most])
    names = door_names(row.door for row in listed)
    return [_view(row, names.get(row.door, "") if row.door else "") for row in listed]


def _view(row: ChatGroup, door: str) -> GroupView:
    return GroupView(
        row.id,
        row.code,
        row.name,
        row.tier,
        row.unit,
        row.building,
        row.size,
        row.owner,
        door,
        row.checked_on,
    )


def door_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of doors that were not removed."""
    wanted = {id for id in ids if id is not None}
    rows = Door.objects.filter(id__in=wanted).exclude(state="ended") if wanted else Door.objects.none()
    return dict(rows.values_list("id", "name"))


def tiers(rows: Rows) -> list[tuple[str, int, int]]:
    """Each tier with how many groups and people it has. One statement."""
    found = rows.values_list("tier").annotate(n=Count("id"), people=Sum("size")).order_by("-n", "tier")
    return [(tier, n, people) for tier, n, people in found]


def never_checked(rows: Rows) -> int:
    """How many of them nobody has looked at yet. One statement."""
    return rows.filter(checked_on=None).count()


def cover(rows: Rows, path: str, ground: Tree) -> list[Cover]:
    """What each unit directly below has, in the order of the ground. One statement."""
    found = rows.values_list("unit").annotate(n=Count("id"), people=Sum("size")).order_by()
    by_unit: Mapping[UUID, tuple[int, int]] = {unit: (n, people) for unit, n, people in found}
    return [_cover(unit, ground.within(unit.path), by_unit) for unit in ground.children(path)]


def _cover(unit: TreeUnit, inside: Sequence[TreeUnit], by_unit: Mapping[UUID, tuple[int, int]]) -> Cover:
    counted = [by_unit.get(one.identity, (0, 0)) for one in inside]
    leaves = [one for one in inside if one.leaf]
    bare = sum(one.identity not in by_unit for one in leaves)
    return Cover(unit, sum(n for n, _p in counted), sum(p for _n, p in counted), len(leaves), bare)


def check(group: UUID, person: Person, model: Model, ground: Tree, *, size: int | None, at: datetime) -> None:
    """Somebody looked today: the group is there, and so large. Raises `NotFound` for what is not open to them, `Refused`
    for a size that is none."""
    if size is not None and not 0 <= size <= MOST_PEOPLE:
        raise Refused(_("人数写 0 到 {n} 的整数。").format(n=MOST_PEOPLE), code="group_size", field="size")
    with transaction.atomic():
        row = _held(group, person, model, ground)
        row.size, row.checked_on, row.changed_at = (
            row.size if size is None else size,
            timezone.localdate(at),
            at,
        )
        row.save(update_fields=["size", "checked_on", "changed_at"])
        record(
            "group.checked", row.id, by=person.acting(_seat(row, person, model, ground)), at=at, size=row.size
        )


def stop(group: UUID, person: Person, model: Model, ground: Tree, *, at: datetime) -> None:
    """The group is a channel no more; its line stays. Raises `NotFound` for what is not open to them."""
    with transaction.atomic():
        row = _held(group, person, model, ground)
        row.state, row.changed_at = "ended", at
        row.save(update_fields=["state", "changed_at"])
        record("group.ended", row.id, by=person.acting(_seat(row, person, model, ground)), at=at)


def resume(group: UUID, person: Person, model: Model, ground: Tree, *, at: datetime) -> None:
    """A group that was ended by mistake stands again. Raises `Refused` where another has its number or its robot now."""
    with transaction.atomic():
        row = _held(group, person, model, ground, state="ended")
        others = ChatGroup.objects.filter(Q(code=row.code) | Q(door=row.door, door__isnull=False), state="on")
        if others.exists():
            raise Refused(_("另一个群已经用了它的编号或机器人，请改登记以后再收一次表。"), code="group_taken")
        row.state, row.changed_at = "on", at
        row.save(update_fields=["state", "changed_at"])
        record("group.resumed", row.id, by=person.acting(_seat(row, person, model, ground)), at=at)


MOST_PEOPLE = 10_000


def _held(group: UUID, person: Person, model: Model, ground: Tree, state: str = "on") -> ChatGroup:
    row = of_person(person, model, ground, state=state).filter(id=group).first()
    if row is None:
        raise NotFound(_("没有这个群，或者它不归我的岗位管。"))
    return row


def _seat(row: ChatGroup, person: Person, model: Model, ground: Tree) -> Seat:
    """From which seat somebody acts on a group: the post that keeps it, else the one that oversees."""
    unit = ground.by_identity.get(row.unit)
    path = unit.path if unit else ""
    own = [seat for seat in person.terms if seat.post == row.owner and path.startswith(seat.path)]
    return next(iter(own or overseen.seats(person, model)), person.terms[0])
