"""What the reporter would be told if a step were taken now: the exact message of each telling, before the button."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import translation

from gezhi.matters import ahead, sentences
from gezhi.matters.scenes import Scene
from gezhi.notify import tellings
from gezhi.rules.model import Move

SMS, PART = 70, 67
"""Characters of one short message with Chinese in it, and of each of several that are joined (GSM 03.40, UCS-2)."""
NOTE = "\ue000"
"""Stands in a foretold message where what is being written will stand; of a private area, so no text has it."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """One message to the reporter. `before` and `after` are what stands around the note; `quotes` says whether it is
    quoted at all."""

    telling: str
    name: str
    door: str
    before: str
    after: str
    quotes: bool

    def text(self, note: str) -> str:
        """The whole message with this note, as it would be sent."""
        with translation.override(settings.LANGUAGE_CODE):
            quoted = tellings.quoted(note.strip()) if self.quotes else ""
        return f"{self.before}{quoted}{self.after}"[: tellings.MOST]


def foretold(scene: Scene, taken: Move, account: UUID, reason: str = "") -> list[Foretold]:
    """The messages to the reporter of this step, with this reason of the move's list, and of what the house does next, in their order; none where nobody
    reported. Not among them: what falls due at a later moment (a warning), and what says how many reported, which
    another merger may change meanwhile."""
    then, moves = ahead.passed(scene, taken, account)
    found = []
    for number, (move, was, step) in enumerate(moves):
        facts = {"move": move, "from": was, "step": step, "reason": "" if number else reason}
        happened = tellings.stepped_events(facts, scene.flow.id)
        with translation.override(
            settings.LANGUAGE_CODE
        ):  # the house speaks to the reporter, not to the reader
            words = tellings.words_of(then, "" if number else NOTE, facts)
        for telling in then.model.tellings.values():
            if "{reports}" in telling.text or not any(event in happened for event in telling.on):
                continue
            doors = [d for to, d in tellings.receivers(telling, then) if to.startswith("reporter:")]
            for door in doors:
                before, mark, after = telling.text.format_map(words).partition(NOTE)
                found.append(
                    Foretold(telling.id, sentences.label(telling), door, before, after, quotes=bool(mark))
                )
    return found


def messages(text: str) -> int:
    """As how many short messages this text is sent and paid for."""
    return 1 if len(text) <= SMS else -(-len(text) // PART)
