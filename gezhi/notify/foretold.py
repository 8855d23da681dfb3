"""What the reporter would be told if something were done now: the exact message of each telling, before the button."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation

from gezhi.matters import ahead, bonds, routing, sentences
from gezhi.matters.scenes import Scene
from gezhi.notify import tellings
from gezhi.rules import keys
from gezhi.rules.model import Flow, Model, Move, Telling

SMS, PART = 70, 67
"""Characters of one short message with Chinese in it, and of each of several that are joined (GSM 03.40, UCS-2)."""
NOTE = "\ue000"
"""Stands in a foretold message where what is being written will stand; of a private area, so no text has it."""
CHOSEN, MANY, DAY = OPEN = "\ue001", "\ue002", "\ue003"
"""Stand where something is still to be chosen: one of the reasons, into which matter (and so how many reported), the day."""

EACH = "\ue004"
"""Stands for what each of several matters has of its own."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """One message to the reporter. `before` and `after` are what stands around the note; `quotes` says whether it is
    quoted at all. `bare` is the message without any note. `others`: how many reporters of what was merged into the matter
    are told the same, each under their own number."""

    telling: str
    name: str
    door: str
    before: str
    after: str
    quotes: bool
    bare: str = ""
    others: int = 0

    @property
    def open(self) -> bool:
        """Whether something of it is still to be chosen."""
        return any(mark in self.before or mark in self.after for mark in OPEN)

    def text(self, note: str) -> str:
        """The whole message with this note, as it would be sent."""
        with translation.override(settings.LANGUAGE_CODE):
            quoted = tellings.quoted(note.strip()) if self.quotes else ""
        return (
            f"{self.before}{quoted}{tellings.after(quoted, self.after)}"[: tellings.MOST]
            if quoted
            else self.bare
        )


def foretold(
    scene: Scene, taken: Move, account: UUID, reason: str = "", into: UUID | None = None
) -> list[Foretold]:
    """The messages to the reporter of this step, with this reason of the move's list and merged into this matter, and of
    what the house does next, in their order; none where nobody reported. Where a reason or the other matter is still to be
    chosen, a mark stands in their place. Not among them: what falls due at a later moment (a warning). How many reported
    is as it stands now; another merger may change it before the message is made."""
    then, moves = ahead.passed(scene, taken, account)
    reason = reason or (CHOSEN if taken.reasons else "")
    found = []
    for number, (move, was, step) in enumerate(moves):
        facts = {"move": move, "from": was, "step": step, "reason": "" if number else reason}
        listening = _listening(then.model, tellings.stepped_events(facts, scene.flow.id))
        more = _counted(scene, taken, into) if any("{reports}" in one.text for one in listening) else {}
        found += _messages(then, listening, "" if number else NOTE, facts, more)
    return found


def of_extension(scene: Scene, rule: str, due: datetime | None) -> list[Foretold]:
    """The messages to the reporter of a promise that is made longer, until this moment where it is known."""
    extend = scene.flow.promises[rule].extend
    if extend is None or not extend.told:
        return []
    with _in_the_tongue_of_the_house():
        day = {"due": sentences.due_words(due, tellings.DAY) if due else DAY}
    listening = _listening(scene.model, [f"{scene.flow.id}.promise:{rule}.extended"])
    return _messages(scene, listening, NOTE, {"promise": rule}, day)


def of_word(scene: Scene) -> list[Foretold]:
    """The messages to the reporter that a word was left; none where the model tells nothing of it. Those of what was merged
    into the matter are not told: they do not read it."""
    found = _messages(scene, _listening(scene.model, [scene.flow.id + keys.SAID]), "", {}, {})
    return [replace(one, others=0) for one in found]


def sketched(model: Model, flow: Flow, taken: Move, step: str) -> list[str]:
    """What this move, taken from this step, tells every reporter, whichever matter it is: `EACH` stands for what each
    matter has of its own, `NOTE` for what is written for all. What the house does next is told besides."""
    facts = {"move": taken.id, "from": step, "step": taken.leads(step)}
    listening = _listening(model, tellings.stepped_events(facts, flow.id))
    with _in_the_tongue_of_the_house():
        words = _Sketch(reason=NOTE, answer=NOTE, link=tellings.link())
        return [tellings.spoken(one.text, words) for one in listening]


class _Sketch(dict[str, str]):
    """Template fields of no matter: all that is not given is each matter's own."""

    def __missing__(self, key: str) -> str:
        return EACH


def _listening(model: Model, happened: Iterable[str]) -> list[Telling]:
    events = set(happened)
    told = (one for one in model.tellings.values() if "reporter" in one.to)
    return [one for one in told if not events.isdisjoint(one.on)]


def _counted(scene: Scene, taken: Move, into: UUID | None) -> dict[str, str]:
    """How many people will have reported it then."""
    if not routing.merges(scene.flow, taken):
        return {"reports": str(bonds.people_of(scene.matter.id))}
    return {"reports": str(bonds.people_of(into) + 1) if into else MANY}


def _messages(
    scene: Scene, listening: list[Telling], note: str, facts: Mapping[str, Any], more: Mapping[str, str]
) -> list[Foretold]:
    """One message of each telling that reaches somebody: the reporter's, else that of the first whose report was merged
    into this matter."""
    with _in_the_tongue_of_the_house():
        whole, bare = (tellings.filled(tellings.words_of(scene, said, facts), more) for said in (note, ""))
        texts = [(one, list(_told(one, scene, whole)), list(_told(one, scene, bare))) for one in listening]
    found = []
    for telling, told, without in texts:
        if told:
            (door, text), (_door, short) = told[0], without[0]
            before, mark, after = text.partition(NOTE)
            name, others = sentences.label(telling), len(told) - 1
            found.append(Foretold(telling.id, name, door, before, after, bool(mark), short, others))
    return found


def _told(telling: Telling, scene: Scene, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """By which door what is told, the reporter of the matter first, then those of what was merged into it."""
    for to, door in tellings.receivers(telling, scene):
        if to.startswith("reporter:"):
            yield door, tellings.spoken(telling.text, words)[: tellings.MOST]
    for one in tellings.to_the_merged(telling, scene, words):
        yield one.door, one.text


def _in_the_tongue_of_the_house() -> translation.override:
    """The house speaks to the reporter, not to the reader."""
    return translation.override(settings.LANGUAGE_CODE)


def messages(text: str) -> int:
    """As how many short messages this text is sent and paid for."""
    return 1 if len(text) <= SMS else -(-len(text) // PART)
