"""What a clerk records for the reporter until he can say it himself: his rating, and that it is not settled after all.

Each is one transaction: the row is claimed by a conditional update, the entry says that it was recorded by a clerk
(`recorded`) and how the word came (`how`), never who was spoken to. See docs/decisions/0045.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.digests import Fact
from gezhi.ledger.services import record
from gezhi.matters import access, events, rated, reporters_part, scenes
from gezhi.matters.models import Matter
from gezhi.matters.reporters_part import Answer
from gezhi.matters.scenes import Scene
from gezhi.matters.services import moving, reports
from gezhi.matters.services.handling import Stepped
from gezhi.matters.services.moving import Said
from gezhi.people.queries import Person
from gezhi.rules import reporters
from gezhi.rules.model import Move

REOPENS = "reopen"
"""The word of the move by which an ended matter is opened again; no model writes one."""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody heard. `how`: phone, visit, letter or other; `words` are the reporter's, without a name or a
    number; `seen` is the count of moves that the page showed."""

    how: str
    words: str = ""
    seen: int | None = None


def record_rating(number: str, rating: str, word: Word, *, by: Person) -> Stepped:
    """Record how the reporter found the outcome (content, fair, discontent), or that he was not reached.

    Content and fair take the reporter's move that ends the matter, discontent the one that leads back, as often as the
    model lets it; after that it stands in the story and moves nothing. Unreached moves nothing: the wait goes on, and
    the clock closes as before. Raises `NotFound` for unknown and hidden alike, `Refused` in words.
    """
    if rating not in rated.HEARD:
        raise Refused(
            _("请选报告人怎么说：满意、基本满意、不满意，或没有联系上。"),
            code="rating_missing",
            field="rating",
        )
    scene, words, now = _opened(number, word, by)
    actor = _acting(reporters_part.may_rate(scene, by), by)
    if rating == "discontent" and not words:
        raise Refused(_("请写报告人为什么不满意，返工的人要看。"), code="needs_note", field="words")
    said = Said(words, on_behalf=reporters.REPORTER)
    take_rating(scene, rating, said, by=actor, at=now, how=word.how, recorded=True)
    return _stands(scene.matter)


@transaction.atomic
def take_rating(scene: Scene, rating: str, said: Said, *, by: Actor, at: datetime, **heard: Fact) -> None:
    """Write a rating down, with the move that it takes, if it takes one. `heard`: how a clerk came by it."""
    moving.hold(scene.matter)
    taken, alone = reporters_part.way(scene, rating), dict[str, Fact]()
    if taken is None:
        _counted(scene.matter)
        texts = moving.write_texts(scene.matter.id, note=said.note)
        alone = {"texts": texts, "step": scene.matter.step, "closing": scene.matter.closing}  # it is the move
    facts: dict[str, Fact] = {"rating": rating, "texts": [], **heard, **alone}
    record(events.RATED, scene.matter.id, by=by, at=at, **facts)
    if taken is not None:
        moving.move(scene, taken, by=by, at=at, recorded_at=at, said=said)


def reopen(number: str, word: Word, *, by: Person) -> Stepped:
    """Record that the reporter says within the window of the flow that an end was none: the matter goes on where
    discontent leads, its promises begin anew, and the earlier end stays in the story. Raises as `record_rating`."""
    scene, words, now = _opened(number, word, by)
    actor = _acting(reporters_part.may_reopen(scene, by, now), by)
    if not words:
        raise Refused(_("请写报告人说哪里没有办好，接着办的人要看。"), code="needs_note", field="words")
    again = opening_again(scene)
    said = Said(words, on_behalf=reporters.REPORTER, entry=events.REOPENED, how=word.how)
    with transaction.atomic():
        moving.move(scene, again, by=actor, at=now, recorded_at=now, said=said)
    return _stands(scene.matter)


def opening_again(scene: Scene) -> Move:
    """The move by which a matter that ended goes on; no model writes it."""
    step, to = scene.matter.step, reporters.opens_again_at(scene.flow)
    return Move(id=REOPENS, name=REOPENS, from_=(step,), to=to, who=(reporters.REPORTER,))


def _opened(number: str, word: Word, by: Person) -> tuple[Scene, str, datetime]:
    """The matter as this person may see it, the words checked, and now."""
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if word.seen is not None and word.seen != matter.moved:
        _overtaken()
    if word.how not in rated.HOW:
        raise Refused(_("请选这话是怎么来的：电话、来访、来信，或其他。"), code="how_missing", field="how")
    now = clock.now()
    return scenes.scene_of(matter, now), reports.check_note(word.words).strip(), now


def _overtaken() -> NoReturn:
    raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")


def _acting(answer: Answer, by: Person) -> Actor:
    if answer.seat is None:
        raise Refused(answer.why, code=answer.code)
    return by.acting(answer.seat)


def _counted(matter: Matter) -> None:
    """What was recorded without a move counts as one, so that a second press of the same page records nothing."""
    if not Matter.objects.filter(id=matter.id, moved=matter.moved).update(moved=matter.moved + 1):
        _overtaken()
    matter.moved += 1


def _stands(matter: Matter) -> Stepped:
    return Stepped(matter.number, matter.step, matter.desk, matter.moved)
