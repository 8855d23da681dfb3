"""What people ask about their own data (个人信息保护法 44–50): whoever answers for it sees the clock, they see the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gezhi.matters import access
from gezhi.matters.models import Matter, RightAsked, Text
from gezhi.people.queries import Person, Seat
from gezhi.rules.length import Length
from gezhi.rules.model import Model
from gezhi.vault import queries as vault

LENGTH = Length(15, "day")
"""Within how long a request is answered. The law says promptly; the number is the house's own, and is printed as that."""
KINDS: Mapping[str, Promise] = {
    "access": _("查阅"),
    "copy": _("复制"),
    "correct": _("更正"),
    "delete": _("删除"),
    "explain": _("解释说明"),
}
KNOWN: Mapping[str, Promise] = {
    "seen": _("看过本人的证件，没有留"),
    "code": _("本人有编号和查询码"),
    "kin": _("逝者的近亲属，看过证明，没有留"),
}
REASONS: Mapping[str, Promise] = {
    "not_theirs": _("核对不了是不是本人的信息"),
    "not_kept": _("没有存这样的信息"),
    "at_work": _("还在办，依法履职要用，办完再删"),
    "law": _("法律、行政法规规定要保密或者要保存"),
    "others": _("会泄露别人的信息"),
    "other": _("别的原因"),
}
"""Why a request may be refused. Each is told with words of its own."""
MOST = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RightView:
    """One request. `number_of` is the matter's number, where it is about one; `late`: open, and its day is over; `sealed`
    (told of one alone) and `worded`: whether a name and the words of that report are still kept, `closed` whether that
    matter has ended."""

    id: UUID
    number: str
    kind: str
    name: Promise
    known: Promise | str
    number_of: str
    words: str
    made_at: datetime
    due_at: datetime
    state: str
    late: bool
    reason: Promise | str
    reply: str
    ended_at: datetime | None
    sealed: bool = False
    worded: bool = False
    closed: bool = False


def seat_for(person: Person, model: Model) -> Seat | None:
    """The seat that answers for personal information here: of the privacy office, or, where the model has none, of the system's."""
    has = any(post.administers == "privacy" for post in model.posts.values())
    return access.seat_of_office(person, model, "privacy" if has else "system")


def waiting(at: datetime) -> tuple[int, int]:
    """How many requests are open, and how many of them are late. One statement."""
    due = list(RightAsked.objects.filter(state="open").values_list("due_at", flat=True)[:MOST])
    return len(due), sum(one < at for one in due)


class Key(NamedTuple):
    """Where the page before ended: the moment by which the list goes, and the row."""

    at: datetime
    id: UUID

    @property
    def said(self) -> str:
        """The key as an address carries it."""
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"


def key_of(said: str) -> Key | None:
    """The key that an address carries; none for what is no key."""
    moment, _dash, id = said.partition("-")
    try:
        return Key(EPOCH + timedelta(microseconds=int(moment)), UUID(id))
    except (ValueError, OverflowError):
        return None


def open_ones(
    at: datetime, *, kind: str = "", after: Key | None = None, most: int = MOST
) -> tuple[RightView, ...]:
    """The open requests, what is due first first, of one kind where it is named, from behind that key on.

    Two to four statements, however many there are.
    """
    rows = _of_kind(RightAsked.objects.filter(state="open"), kind)
    if after:
        rows = rows.filter(Q(due_at__gt=after.at) | Q(id__gt=after.id), due_at__gte=after.at)
    return _views(rows.order_by("due_at", "id")[:most], at)


def ended_ones(
    at: datetime, *, kind: str = "", after: Key | None = None, most: int = MOST
) -> tuple[RightView, ...]:
    """Those that ended, newest first, of one kind where it is named, from behind that key on. Two to four statements."""
    rows = _of_kind(RightAsked.objects.exclude(state="open"), kind)
    if after:
        rows = rows.filter(Q(ended_at__lt=after.at) | Q(id__lt=after.id), ended_at__lte=after.at)
    return _views(rows.order_by("-ended_at", "-id")[:most], at)


def _of_kind(rows: QuerySet[RightAsked], kind: str) -> QuerySet[RightAsked]:
    return rows.filter(kind=kind) if kind else rows


def one(id: UUID, at: datetime) -> RightView | None:
    """One request, with whether a name is still kept."""
    found = next(iter(_views(RightAsked.objects.filter(id=id), at)), None)
    token = (
        Matter.objects.filter(number=found.number_of).values_list("reporter", flat=True).first()
        if found and found.number_of
        else None
    )
    return replace(found, sealed=bool(token and vault.is_there(token))) if found else None


def of_matter(matter: UUID, at: datetime) -> tuple[RightView, ...]:
    """The requests about one report, for its reporter, newest first."""
    return _views(RightAsked.objects.filter(matter=matter).order_by("-made_at", "-id")[:MOST], at)


def _views(rows: QuerySet[RightAsked], at: datetime) -> tuple[RightView, ...]:
    found = list(rows)
    if not found:
        return ()
    texts = [id for row in found for id in (row.words, row.reply) if id]
    bodies: dict[UUID, str] = dict(Text.objects.filter(id__in=texts).values_list("id", "body"))
    matters = {row.id: row for row in Matter.objects.filter(id__in=[r.matter for r in found if r.matter])}
    worded = set(Text.objects.filter(matter__in=matters, kind="report").values_list("matter", flat=True))
    return tuple(
        _view(row, matters.get(row.matter) if row.matter else None, bodies, at, row.matter in worded)
        for row in found
    )


def _view(
    row: RightAsked, matter: Matter | None, bodies: Mapping[UUID, str], at: datetime, worded: bool
) -> RightView:
    return RightView(
        *(row.id, row.number, row.kind, KINDS[row.kind], KNOWN.get(row.known, "")),
        matter.number if matter else "",
        bodies.get(row.words, "") if row.words else "",
        *(row.made_at, row.due_at, row.state, row.state == "open" and row.due_at < at),
        REASONS.get(row.reason, ""),
        bodies.get(row.reply, "") if row.reply else "",
        row.ended_at,
        worded=worded,
        closed=bool(matter and matter.ended_at),
    )
