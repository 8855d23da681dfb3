"""Matters that somebody outside works on through a link: who may hand one over, what stands, what the link shows.

A link shows what the unit wrote, and nothing that a reporter said, wrote or photographed but the pictures that were
passed on one by one. It is good if, and only if, its moment has not come and nobody ended it; that the matter ended,
or left the unit that handed it over, ends it (`services.outside_ending`).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from gezhi.ledger.actor import Actor
from gezhi.ledger.queries import Happened
from gezhi.matters import events, scenes, vacancies, walls
from gezhi.matters.desks import desk_words
from gezhi.matters.models import Handover, Matter, OutsideWord, PassedPhoto, Photo, Text
from gezhi.matters.scenes import Scene
from gezhi.people.queries import Person, Seat
from gezhi.promises import queries as promises
from gezhi.rules import deadlines

OUTSIDE = Actor(None, "outside")
"""Whoever acts through a link: no account. Which link it was stands in the entry as `handover`."""
WORDS = ("received", "working", "done", "cannot")
PHASES = frozenset(("handling",))
MOST_DAYS = timedelta(days=30)
"""Until when at most, where nothing is promised."""
OVERDUE_DAYS = timedelta(days=3)
"""Until when at most, where what was promised is over already."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Said:
    """One word from outside, for whoever reads it."""

    what: str
    words: str
    photos: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HandoverView:
    """One handover, as the matter's page and its own show it. `state` is open, over (its moment has come) or ended."""

    id: UUID
    company: str
    contact: str
    phone: str
    place: str
    asked: str
    desk: str
    desk_words: str
    made_at: datetime
    until: datetime
    state: str
    ended_at: datetime | None
    ended_why: str
    said: str
    said_at: datetime | None
    words: tuple[Said, ...] = ()
    photos: tuple[UUID, ...] = ()

    @property
    def late(self) -> bool:
        """Whether its moment came before anybody outside said that it was done, or could not be."""
        return self.state == "over" and self.said not in {"done", "cannot"}


def name_of(word: str) -> str:
    """What somebody outside says by it."""
    said = {
        "received": _("收到"),
        "working": _("正在做"),
        "done": _("报告完成"),
        "cannot": _("做不了"),
    }
    return said.get(word, word)


def digest_of(code: str) -> str:
    """What a code is kept as: SHA-256 of its signs as `plain` has them. 79 random bits need no slow hash."""
    plain = unicodedata.normalize("NFKC", code[:80]).casefold()
    return hashlib.sha256("".join(sign for sign in plain if sign.isalnum()).encode()).hexdigest()


def seat_for(scene: Scene, person: Person) -> Seat | None:
    """The seat from which this person may hand the matter to somebody outside; none where they may not.

    If, and only if, the matter is being handled and waits at the seat's desk, or at an empty one
    in whose place the person is asked.
    """
    matter = scene.matter
    if matter.ended_at is not None or matter.phase not in PHASES:
        return None
    return vacancies.asked_seat(person, matter.desk)


def keeper_of(scene: Scene, person: Person, desk: str) -> Seat | None:
    """The seat from which this person looks after what a desk handed over: that desk's, or one that may hand over."""
    return person.seat_at(desk) or seat_for(scene, person)


def latest_until(scene: Scene, at: datetime) -> datetime:
    """Until when at most something may be asked of somebody outside: the matter's own time limit for the work.

    Of the open promises that are kept by coming out of handling the earliest, or of all time limits where no such one
    is open. A rule about silence is none: every note begins it anew, so it may run past the day of the work.
    """
    silent, ends = deadlines.silent(scene.flow), _beyond(scene)
    limits = [one for one in promises.open_about(scene.matter.id) if one.name not in silent]
    of_work = [one.due_at for one in limits if one.name in ends] or [one.due_at for one in limits]
    latest = min(of_work, default=at + MOST_DAYS)
    return latest if latest > at else at + OVERDUE_DAYS


def _beyond(scene: Scene) -> frozenset[str]:
    """The promises of the flow that are met in a step where nothing is handled any more."""
    flow = scene.flow
    out = {step.id for step in flow.steps.values() if step.phase not in PHASES}
    return frozenset(rule.id for rule in flow.promises.values() if out & set(rule.met))


def of_matter(scene: Scene, at: datetime) -> tuple[HandoverView, ...]:
    """The handovers of a matter, newest first. One statement where there is none."""
    rows = list(Handover.objects.filter(matter=scene.matter.id).order_by("-made_at", "-id")[:MOST])
    return _views(rows, scene, at) if rows else ()


def one_of(scene: Scene, id: UUID, at: datetime) -> HandoverView | None:
    """One handover of a matter."""
    rows = list(Handover.objects.filter(id=id, matter=scene.matter.id))
    return _views(rows, scene, at)[0] if rows else None


def through(id: UUID, code: str, at: datetime) -> HandoverView | None:
    """What a link shows to whoever came with this digest of its code; none for unknown, other and ended ones alike."""
    row = Handover.objects.filter(id=id, code=code, ended_at=None, until__gt=at).first()
    matter = Matter.objects.filter(id=row.matter).first() if row is not None else None
    if row is None or matter is None or matter.ended_at is not None:
        return None
    return _views([row], scenes.scene_of(matter, at), at)[0]


def _views(rows: list[Handover], scene: Scene, at: datetime) -> tuple[HandoverView, ...]:
    ids = [row.id for row in rows]
    words = list(OutsideWord.objects.filter(handover__in=ids).order_by("-at", "-id"))
    passed = PassedPhoto.objects.filter(handover__in=ids).order_by("photo").values_list("handover", "photo")
    texts = [row.asked for row in rows] + [word.text for word in words if word.text]
    bodies: dict[UUID, str] = dict(Text.objects.filter(id__in=texts).values_list("id", "body"))
    gone = _("（文字已按规定删除）")
    return tuple(
        HandoverView(
            *(row.id, row.company, row.contact, row.phone, row.place, bodies.get(row.asked, gone)),
            *(row.desk, desk_words(row.desk, scene), row.made_at, row.until, _state(row, at)),
            *(row.ended_at, row.ended_why, row.said, row.said_at),
            words=tuple(
                Said(w.what, bodies.get(w.text, gone) if w.text else "", w.photos, w.at)
                for w in words
                if w.handover == row.id
            ),
            photos=tuple(photo for handover, photo in passed if handover == row.id),
        )
        for row in rows
    )


def _state(row: Handover, at: datetime) -> str:
    if row.ended_at is not None:
        return "ended"
    return "open" if row.until > at else "over"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a link may show it: `size` is middle under boxes, small without any."""

    id: UUID
    version: int
    size: str


def shown(photos: tuple[UUID, ...]) -> tuple[Shown, ...]:
    """The pictures among these that can be shown outside now. One that is being drawn anew is not."""
    rows = Photo.objects.filter(id__in=photos, state="ready").order_by("id")
    return tuple(Shown(row.id, row.version, "middle" if row.boxes else "small") for row in rows)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A handover that asks something of the unit: it is late, or somebody outside said that it is done or cannot be."""

    number: str
    handover: UUID
    late: bool


OVER = frozenset(("done", "cannot"))
"""After these words nothing more comes from outside."""


def asking(person: Person, at: datetime) -> QuerySet[Handover]:
    """What was handed over from this person's desks and asks something of them: it is late, or was reported upon."""
    mine = Matter.objects.filter(walls.open_to(walls.reader(person)), desk__in=person.desks, ended_at=None)
    asks = Q(until__lte=at) | Q(said__in=OVER)
    return Handover.objects.filter(asks, Exists(mine.filter(id=OuterRef("matter"))), ended_at=None)


def companies(matter: UUID) -> Mapping[UUID, str]:
    """Who outside stands behind each handover of a matter, by name. One statement."""
    return dict(Handover.objects.filter(matter=matter).values_list("id", "company"))


def told(entries: Sequence[Happened]) -> list[Happened]:
    """The entries that a story tells: of the openings of one link the first."""
    seen, found = set(), []
    for entry in entries:
        if entry.what == events.OUTSIDE_OPENED:
            if entry.facts["handover"] in seen:
                continue
            seen.add(entry.facts["handover"])
        found.append(entry)
    return found


def verb(what: str, facts: Mapping[str, object]) -> str:
    """What an entry of a handover is called."""
    if what == events.OUTSIDE_SAID:
        return name_of(str(facts["said"]))
    said = {
        events.OUTSIDE_GIVEN: _("交外部承办"),
        events.OUTSIDE_OPENED: _("打开链接"),
        events.OUTSIDE_PROLONGED: _("链接延长"),
        events.OUTSIDE_RENEWED: _("另出链接"),
        events.OUTSIDE_ENDED: _("链接结束"),
    }
    return said.get(what, what)
