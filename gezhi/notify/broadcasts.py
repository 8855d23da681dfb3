"""A text to the groups of chosen units and tiers: planned by one person, read and confirmed by another, then sent.

What was planned is what was read: the groups are written down when it is planned, and confirming sends to those of them
that still stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import overseen
from gezhi.notify import groups
from gezhi.notify.doors.opened import RATES
from gezhi.notify.doors.wecom import MOST
from gezhi.notify.models import Broadcast, BroadcastPart, ChatGroup, Door, Message
from gezhi.people.queries import Person, Roster, Seat
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.unseen import straight
from gezhi.vault.traces import trace_in

BATCH = 1000
PAGE = 30
EACH = 0.3
"""Seconds that handing one text to a provider takes, for the estimate: an answer of theirs takes some tenths."""


@dataclass(frozen=True, slots=True)
class Around:
    """Who acts, and the day's model and ground."""

    person: Person
    model: Model
    ground: Tree

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The seats from which a person writes and confirms: those that oversee."""
        return overseen.seats(self.person, self.model)


@dataclass(frozen=True, slots=True)
class Way:
    """What goes one way, by robots or by hand: groups, people, and so many of each state."""

    by_hand: bool
    groups: int
    people: int
    states: dict[str, int]

    def many(self, state: str) -> int:
        return self.states.get(state, 0)


@dataclass(frozen=True, slots=True)
class Post:
    """One post that has texts to post by hand: how many groups, how many of them are done."""

    owner: str
    groups: int
    sent: int


def bytes_of(text: str) -> int:
    """How long a robot finds a text."""
    return len(text.encode())


def checked(text: str) -> str:
    """A text as it will be posted. Raises `Refused` for none, one too long for a robot, and one with somebody's number."""
    said = "\n".join(line.rstrip() for line in straight(text).replace("\r\n", "\n").strip().split("\n"))
    if not said:
        raise Refused(_("请写要发的话。"), code="text_missing", field="text")
    if (long := bytes_of(said)) > MOST:
        told = _("太长：{n} 字节，群机器人最多收 {most} 字节（一个汉字三字节）。请删短。")
        raise Refused(told.format(n=long, most=MOST), code="text_long", field="text")
    if trace_in(said):
        told = _("里面像有电话或身份证号。群里不发谁的号码；公开的写 12345 这样的短号或 400 电话。")
        raise Refused(told, code="text_personal", field="text")
    return said


def plan(
    text: str,
    units: Sequence[UUID],
    tiers: Sequence[str],
    around: Around,
    *,
    at: datetime,
    key: UUID | None = None,
) -> UUID:
    """Draw a broadcast up with the groups it means, to be looked at by whoever wrote it: nobody else sees it before `ask_others`,
    and nothing goes out by it. Returns its id.

    `key` comes with the form and becomes the id: the same form handed in twice, at once or later, is one broadcast.

    `units` none: all of the ground that is overseen; `tiers` none: every tier. Raises `Refused` for a text that may not go
    out, for units that are not overseen, and where no group is meant.
    """
    said, seat = checked(text), _widest(around)
    paths = _paths(units, seat, around)
    rows = ChatGroup.objects.filter(
        reduce(or_, (groups.within(path, around.ground) for path in paths)), state="on"
    )
    rows = rows.filter(tier__in=list(tiers)) if tiers else rows
    asked = json.dumps({"units": [unit.hex for unit in units], "tiers": list(tiers)})
    id = key or new_id()
    if _written_before(id, around.person):
        return id
    try:
        _planned(id, said, seat, asked, rows, around, at)
    except IntegrityError:  # the other press was first, this very moment
        if not _written_before(id, around.person):
            raise
    return id


def _written_before(id: UUID, by: Person) -> bool:
    return Broadcast.objects.filter(id=id, writer=by.account).exists()


def _planned(
    id: UUID, said: str, seat: Seat, asked: str, rows: QuerySet[ChatGroup], around: Around, at: datetime
) -> None:
    with transaction.atomic():
        one = Broadcast.objects.create(
            id=id, unit=seat.unit, text=said, asked=asked, state="drawn", groups=0, people=0,
            writer=around.person.account, post=seat.desk, made_at=at,
        )  # fmt: skip
        many = _write_down(one, rows)
        if not many:
            raise Refused(_("选的单元和层里没有登记过的群。"), code="no_groups", field="units")
        people = BroadcastPart.objects.filter(broadcast=one).aggregate(n=Sum("size"))["n"]
        Broadcast.objects.filter(id=one.id).update(groups=many, people=people)


def _widest(around: Around) -> Seat:
    if not around.seats:
        raise Refused(_("群发由担督办职责的岗位写；我的岗位没有这项职责。"), code="not_yours")
    return min(around.seats, key=lambda seat: len(seat.path))


def _paths(units: Sequence[UUID], seat: Seat, around: Around) -> list[str]:
    found = [around.ground.by_identity.get(unit) for unit in units]
    paths = [unit.path for unit in found if unit is not None and unit.path.startswith(seat.path)]
    if len(paths) < len(units):
        raise Refused(_("选的单元不在自己看得到的范围里。"), code="not_yours", field="units")
    return paths or [seat.path]


def _write_down(one: Broadcast, rows: QuerySet[ChatGroup]) -> int:
    """A posting for each group, in a few statements. Returns how many."""
    columns = ("id", "name", "unit", "owner", "size", "door")
    found: Iterator[tuple[UUID, str, UUID, str, int, UUID | None]] = iter(
        rows.order_by("code").values_list(*columns)
    )
    many = 0
    while batch := list(islice(found, BATCH)):
        BroadcastPart.objects.bulk_create(
            BroadcastPart(
                id=new_id(), broadcast=one, group=group, name=name, unit=unit, owner=owner, size=size,
                door=door, state="planned",
            )
            for group, name, unit, owner, size, door in batch
        )  # fmt: skip
        many += len(batch)
    return many


def ask_others(broadcast: UUID, around: Around, roster: Roster, *, at: datetime) -> int:
    """Whoever wrote it has looked at it: tell the other desks that oversee the ground that one waits to be read. Returns how
    many desks. Raises `Refused` where it was asked or dropped before."""
    row = one_of(broadcast, around)
    if row.writer != around.person.account:
        raise Refused(_("只有写的人能请人看。"), code="not_yours")
    unit = around.ground.by_identity.get(row.unit)
    path = unit.path if unit else ""
    others = (one for one in roster.people.values() if one.account != row.writer)
    desks = {s.desk for one in others for s in overseen.seats(one, around.model) if path.startswith(s.path)}
    text = _("一条群发等第二个人看：{text}").format(text=row.text)[:500]
    told = [
        Message(
            id=new_id(), key=f"broadcast:{row.id.hex}:{desk}"[:120], matter=row.id, telling="broadcast", to=desk,
            door="inbox", text=text, state="waiting", try_at=at, made_at=at,
        )
        for desk in sorted(desks)
    ]  # fmt: skip
    with transaction.atomic():
        if not Broadcast.objects.filter(id=row.id, state="drawn").update(state="planned"):
            raise Refused(_("这条群发已经请人看过了。"), code="decided")
        Message.objects.bulk_create(told)
        by = around.person.acting(_widest(around))
        record("broadcast.planned", row.id, by=by, at=at, groups=row.groups)
    return len(desks)


class Drawn(NamedTuple):
    """What was drawn up and nobody was asked about, to be changed: its id, and what was written and chosen."""

    instead: UUID
    text: str
    units: list[str]
    tiers: list[str]


def drawn(broadcast: UUID, around: Around) -> Drawn | None:
    """One's own that nobody was asked about yet; None for any other."""
    row = _drawn(around.person).filter(id=broadcast).first()
    return Drawn(row.id, row.text, **json.loads(row.asked)) if row else None


def drop(broadcast: UUID | None, around: Around) -> bool:
    """Throw away one's own that nobody was asked about yet: it never was one. Returns whether there was any."""
    return broadcast is not None and bool(_drawn(around.person).filter(id=broadcast).delete()[0])


def _drawn(by: Person) -> QuerySet[Broadcast]:
    return Broadcast.objects.filter(state="drawn", writer=by.account)


def open_to(around: Around) -> QuerySet[Broadcast]:
    """Broadcasts written within the ground that a person oversees; what is only drawn up, for whoever wrote it."""
    ground = (groups.within(seat.path, around.ground) for seat in around.seats)
    theirs = ~Q(state="drawn") | Q(writer=around.person.account)
    return Broadcast.objects.filter(reduce(or_, ground, Q(pk__in=[])) & theirs)


def page(around: Around, *, before: UUID | None = None, most: int = PAGE) -> list[Broadcast]:
    """The newest first. One statement."""
    rows = open_to(around)
    return list((rows.filter(id__lt=before) if before else rows).order_by("-id")[:most])


def waiting(around: Around) -> int:
    """How many wait to be read by this person. One statement."""
    return open_to(around).filter(state="planned").exclude(writer=around.person.account).count()


def one_of(broadcast: UUID, around: Around) -> Broadcast:
    """Raises `NotFound` for what is not open to the person."""
    row = open_to(around).filter(id=broadcast).first()
    if row is None:
        raise NotFound(_("没有这条群发，或者它不在自己看得到的范围里。"))
    return row


def ways(broadcast: Broadcast) -> list[Way]:
    """What goes by robots and what by hand, by state. One statement."""
    by_hand = ExpressionWrapper(Q(door__isnull=True), output_field=BooleanField())
    rows = (
        BroadcastPart.objects.filter(broadcast=broadcast)
        .annotate(by_hand=by_hand)
        .values_list("by_hand", "state")
    )
    found: dict[bool, list[tuple[str, int, int]]] = {}
    for hand, state, n, people in rows.annotate(n=Count("id"), people=Sum("size")).order_by():
        found.setdefault(bool(hand), []).append((state, n, people))
    return [
        Way(hand, sum(n for _s, n, _p in of), sum(p for _s, _n, p in of), {state: n for state, n, _p in of})
        for hand, of in sorted(found.items())
    ]


def posts(broadcast: Broadcast) -> list[Post]:
    """Which posts have how many groups to post to by hand, and how many they did. One statement."""
    rows = BroadcastPart.objects.filter(broadcast=broadcast, door=None).values_list("owner")
    done = Count("id", filter=Q(state="sent"))
    return [Post(*row) for row in rows.annotate(n=Count("id"), done=done).order_by("-n", "owner")]


def seconds(robots: int) -> float:
    """How long so many robots take: each sits in one group and gets one text, well within its rate; what takes time is
    handing them over one after another."""
    most, window = RATES["wecom"]
    return max(robots * EACH, window / most) if robots else 0.0


def shut(broadcast: Broadcast) -> int:
    """How many of its robots are stopped, paused or gone now: what goes by them waits until somebody starts them."""
    doors = (
        BroadcastPart.objects.filter(broadcast=broadcast, door__isnull=False)
        .exclude(state="sent")
        .values("door")
    )
    return doors.exclude(door__in=Door.objects.filter(state="on").values("id")).count()


# what is decided about it


def confirm(broadcast: UUID, around: Around, *, at: datetime) -> int:
    """The second person has read it: it goes out, to the groups that still stand. Returns how many groups. Raises `Refused`
    for whoever wrote it, and for one that was decided already."""
    row, seat = one_of(broadcast, around), _second(broadcast, around)
    standing = ChatGroup.objects.filter(state="on").values("id")
    with transaction.atomic():
        _decide(row, "sending", at, confirmer=around.person.account)
        mine = BroadcastPart.objects.filter(broadcast=row, state="planned")
        mine.exclude(group__in=standing).update(state="stopped", why="gone")
        many = mine.filter(group__in=standing).update(state="waiting", try_at=at)
        record("broadcast.confirmed", row.id, by=around.person.acting(seat), at=at, groups=many)
    return many


def decline(broadcast: UUID, why: str, around: Around, *, at: datetime) -> None:
    """The second person says no, and why; nothing goes out. Raises `Refused` as `confirm` does, and without a reason."""
    row, seat = one_of(broadcast, around), _second(broadcast, around)
    said = straight(why).strip()
    if not said or len(said) > MOST_WHY or trace_in(said):
        told = _("请写不通过的理由，1 到 {n} 个字，不写电话和证件号。")
        raise Refused(told.format(n=MOST_WHY), code="why_missing", field="why")
    with transaction.atomic():
        _decide(row, "declined", at, confirmer=around.person.account, why=said)
        BroadcastPart.objects.filter(broadcast=row).update(state="stopped")
        record("broadcast.declined", row.id, by=around.person.acting(seat), at=at)


def withdraw(broadcast: UUID, around: Around, *, at: datetime) -> None:
    """Whoever wrote it takes it back before it was decided."""
    row = one_of(broadcast, around)
    if row.writer != around.person.account:
        raise Refused(_("只有写的人能撤回；别人看了不合适，按“不通过”。"), code="not_yours")
    with transaction.atomic():
        if drop(row.id, around):
            return
        _decide(row, "withdrawn", at)
        BroadcastPart.objects.filter(broadcast=row).update(state="stopped")
        record("broadcast.withdrawn", row.id, by=around.person.acting(_widest(around)), at=at)


def stop(broadcast: UUID, around: Around, *, at: datetime) -> int:
    """What has not gone out yet stays. Returns how many groups."""
    return _turned(broadcast, around, "stopped", at)


def go_on(broadcast: UUID, around: Around, *, at: datetime) -> int:
    """What was stopped goes out after all. Returns how many groups."""
    return _turned(broadcast, around, "sending", at)


def _turned(broadcast: UUID, around: Around, state: str, at: datetime) -> int:
    row = one_of(broadcast, around)
    before = "sending" if state == "stopped" else "stopped"
    with transaction.atomic():
        if not Broadcast.objects.filter(id=row.id, state=before).update(state=state):
            raise Refused(_("已经不是这个状态了，请看最新的页面。"), code="decided")
        mine = BroadcastPart.objects.filter(broadcast=row).exclude(why="gone")
        if state == "stopped":
            many = mine.filter(state="waiting").update(state="stopped")
        else:
            many = mine.filter(state="stopped").update(state="waiting", try_at=at, tries=0)
        record(f"broadcast.{state}", row.id, by=around.person.acting(_widest(around)), at=at, groups=many)
    return many


def by_hand(broadcast: UUID, around: Around, *, at: datetime) -> int:
    """What no robot could post is posted by whoever keeps the group. Returns how many groups."""
    row = one_of(broadcast, around)
    with transaction.atomic():
        dead = BroadcastPart.objects.filter(broadcast=row, state="dead")
        many = dead.update(door=None, state="waiting", try_at=at)
        if many:
            Broadcast.objects.filter(id=row.id, state="done").update(state="sending")
            record("broadcast.by_hand", row.id, by=around.person.acting(_widest(around)), at=at, groups=many)
    return many


MOST_WHY = 200


def _second(broadcast: UUID, around: Around) -> Seat:
    """The seat from which somebody else than the writer decides. It oversees all of the ground that was written for."""
    row = one_of(broadcast, around)
    if row.writer == around.person.account:
        raise Refused(_("自己写的要由另一个人看过才发。"), code="same_person")
    return _widest(around)


def _decide(row: Broadcast, state: str, at: datetime, **more: object) -> None:
    """Whoever comes first decides."""
    mine = Broadcast.objects.filter(id=row.id, state="planned")
    if not mine.update(state=state, decided_at=at, **more):
        raise Refused(_("这条群发已经有人看过或撤回了。"), code="decided")
