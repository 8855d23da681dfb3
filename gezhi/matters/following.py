"""What a reporter sees of their own matter: number and code open it, and no name, phone or account is needed.

The code is made of the matter and the instance's secret, and is stored nowhere: whoever reads the tables cannot follow
anybody's matter, and a report that is handed in a second time after a lost answer gets the same code again. It is
eight signs of forty bits; how often it may be tried `services.reporters_own` says.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac

from gezhi.ledger import queries as ledger
from gezhi.ledger.queries import Happened
from gezhi.matters import (
    bonds,
    editions,
    outward,
    reporters_part,
    scenes,
    sentences,
    spoken,
    troubled,
    typed_numbers,
)
from gezhi.matters.clocks import PromiseView, promise_view
from gezhi.matters.desks import desk_words
from gezhi.matters.models import Matter, Text
from gezhi.matters.own_story import Line, stands, story_of
from gezhi.matters.scenes import Scene
from gezhi.places import queries as places
from gezhi.promises import queries as promises
from gezhi.rules import deadlines, reporters
from gezhi.rules.model import Flow, Move
from gezhi.vault import queries as vault
from gezhi.vault.events import OPENED_TO_TELL
from gezhi.words import signs

LENGTH = 8
_SALT = "gezhi.matters.following"
MOST = 30  # matters of one short number, of different units and years


def code_of(matter: UUID) -> str:
    """The code that goes with the number of this matter: eight signs, none of which looks like another."""
    bits = int.from_bytes(salted_hmac(_SALT, matter.hex, algorithm="sha256").digest()[:5])
    return signs.written(bits, LENGTH)


def spaced(code: str) -> str:
    """As it is written and read aloud: K7MQ-3XWD."""
    return f"{code[:4]}-{code[4:]}"


def followed(number: str, code: str, today: datetime) -> UUID | None:
    """The matter that number and code open together; none for a wrong pair, whichever of them is wrong."""
    on, given = timezone.localdate(today), signs.read(code[:40])
    said, model, ground = number[:60].strip(), editions.current(on), places.tree(on)
    numbers = {said}.union(
        *(typed_numbers.typed(way, model, ground, on).numbers for way in {said, typed_numbers.hyphened(said)})
    )
    rows = (
        Matter.objects.filter(number__in=numbers).order_by("-id").values_list("id", "reporting", "reporter")
    )
    for id, reporting, reporter in rows[:MOST]:
        fits = hmac.compare_digest(code_of(id).encode(), given.encode())
        if fits and not (reporting == "staff" and reporter is None):
            return id
    return None


@dataclass(frozen=True, slots=True)
class Seen:
    """One request to see the reporter's identity, as they read it: when, as which post, what for, and what came of it."""

    at: datetime
    who: str
    purpose: str
    state: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What is kept of whoever reported: nothing, sealed or erased; who asked to see it, newest first; and how often the
    machine read it to tell them something (`told`), which nobody sees."""

    kept: str
    seen: tuple[Seen, ...] = ()
    told: int = 0


@dataclass(frozen=True, slots=True)
class Following:
    """A matter as its reporter sees it. `stands`: where it is, in the model's own words to the public. `asks`: what they
    are asked now, "" or "answer" or "rating". `back`: whether discontent sends it back now; `rated`: what they said already of
    the answer that stands, where it moved nothing. `until`: up to when an end may be opened again; `again`: for how long after
    an end, in words. `apart`: it is of trouble made for them, and nobody who had a part in theirs sees it. `people`: how many
    reported the same. `seen` is the count of moves, so that a stale page changes nothing."""

    id: UUID
    number: str
    item: str
    text: str
    place: str
    path: str
    made_at: datetime
    phase: str
    stands: str
    desk: str
    promise: PromiseView | None
    length: str
    story: tuple[Line, ...]
    coming: tuple[str, ...]
    asks: str
    asked: str
    back: bool
    rated: str
    until: datetime | None
    again: str
    apart: bool
    people: int
    seen: int

    @property
    def ended(self) -> bool:
        return self.phase == "ended"


def following(id: UUID, now: datetime) -> Following | None:
    """A matter as its reporter sees it; of one that was merged, where the whole stands, under the number they know."""
    own = Matter.objects.filter(id=id).first()
    if own is None:
        return None
    into = bonds.target_of(id) if own.closing == "merged" else None
    matter = (Matter.objects.filter(id=into).first() if into else None) or own
    scene = scenes.scene_of(matter, now)
    first = scenes.scene_of(own, now) if into else scene  # as it was reported
    step = scene.flow.steps[matter.step]
    said = Text.objects.filter(matter=id, kind="report").values_list("body", flat=True).first()
    entries = ledger.story(id)
    story = story_of(first, scene, entries)
    return Following(
        id=id,
        number=own.number,
        item=sentences.label(first.item),
        text=said or "",
        place=" ".join(scene.ground.names(own.path)[-2:]) if own.located != "none" else "",
        path=own.path if own.located != "none" else "",
        made_at=own.recorded_at,
        phase=step.phase,
        stands=stands(step),
        desk="" if step.ends else desk_words(matter.desk, scene),
        promise=_promise(scene),
        length=_length(scene) if matter.accepted_at is None and not step.ends else "",
        story=story,
        coming=tuple(sentences.label(scene.flow.steps[s]) for s in scenes.way_to_end(scene))
        if not step.ends
        else (),
        apart=troubled.is_item(own.item, first.model),
        people=bonds.people_of(matter.id),
        seen=matter.moved,
        **(_NOTHING if into else _asked(scene, entries, story, now)),
    )


class _Asked(TypedDict):
    """What of `Following` the reporter is asked, and what their word would do."""

    asks: str
    asked: str
    back: bool
    rated: str
    until: datetime | None
    again: str


_NOTHING: _Asked = {"asks": "", "asked": "", "back": False, "rated": "", "until": None, "again": ""}
"""Of a matter that was merged into another nobody is asked anything."""


def _asked(scene: Scene, entries: Sequence[Happened], story: Sequence[Line], now: datetime) -> _Asked:
    rated = reporters_part.heard(entries)
    asks = "" if rated else asks_of(scene)
    asked = next((line.note for line in story if line.kind == "state"), "") if asks == "answer" else ""
    return {
        "asks": asks,
        "asked": asked,
        "back": reporters_part.way(scene, "discontent") is not None,
        "rated": rated,
        "until": _until(scene, now),
        "again": spoken.length(scene.flow.reopen) if scene.flow.reopen else "",
    }


def _length(scene: Scene) -> str:
    """How long the handling may take once it is accepted, in words."""
    return spoken.length(scene.item.length) if scene.item.length else ""


def identity(id: UUID, now: datetime) -> Identity:
    """What is kept of the reporter of this matter, and who asked to see it. No name, no account is among it."""
    matter = Matter.objects.get(id=id)
    if matter.reporter is None:
        return Identity("nothing")
    scene = scenes.scene_of(matter, now)
    looks = vault.who_looked_at_matter(id, at=now)
    kept = "sealed" if vault.is_there(matter.reporter) else "erased"
    seen = tuple(Seen(one.asked_at, desk_words(one.post, scene), one.purpose, one.state) for one in looks)
    return Identity(kept, seen, len(ledger.facts_of(id, OPENED_TO_TELL)))


def asks_of(scene: Scene) -> str:
    """What the reporter is asked at this step: "rating", "answer" or nothing."""
    if scene.matter.seen_by_staff:
        return ""
    if reporters.rated_at(scene.flow, scene.matter.step) is not None:
        return "rating"
    return "answer" if answering(scene.flow, scene.matter.step) is not None else ""


def answering(flow: Flow, step: str) -> Move | None:
    """The move by which the reporter answers what they were asked here; none where nobody asked."""
    if deadlines.silence(flow, step) is None or reporters.rated_at(flow, step) is not None:
        return None
    ours = (move for move in flow.moves.values() if step in move.from_ and reporters.REPORTER in move.who)
    return next(ours, None)


def _until(scene: Scene, now: datetime) -> datetime | None:
    until = reporters_part.until_of(scene) if scene.matter.ended_at is not None else None
    return until if until is not None and now <= until else None


def _promise(scene: Scene) -> PromiseView | None:
    """What is promised to the reporter now: the day of the whole work, else what is due first."""
    named = outward.ranks(scene.flow)
    views = [promise_view(one, scene) for one in promises.about(scene.matter.id)]
    ours = (one for one in views if one.open and one.rule in named)
    return min(ours, key=lambda one: (named[one.rule], one.due_at), default=None)
