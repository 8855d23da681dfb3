"""What happened to a matter, as its reporter reads it: their own words under their own name, an answer called an answer.

Of who did what a unit and a post are told, never a name; of what staff write only what was written to the reporter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.queries import Happened
from gezhi.matters import events, sentences
from gezhi.matters.desks import acting_words, desk_words
from gezhi.matters.models import Text
from gezhi.matters.reporters_part import MOVED
from gezhi.matters.scenes import Scene
from gezhi.rules import deadlines, reporters
from gezhi.rules.model import Step

OWN = Actor(None, "reporter")
"""The reporter themself: no account. Which matter it is stands in the entry, who they are nowhere."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, as its reporter reads it: a sentence, who did it (a unit or a post, never a name), what
    was written to them. `kind`: state, own (their own word), late or moved (another unit has it now)."""

    at: datetime
    said: str
    who: str = ""
    note: str = ""
    kind: str = "state"


def stands(step: Step) -> str:
    """What a step says to the public, in the reader's language; its name where the model has no words for it."""
    english = step.public_english if (get_language() or "").startswith("en") else ""
    return english or step.public or sentences.label(step)


def story_of(first: Scene, scene: Scene, entries: Sequence[Happened]) -> tuple[Line, ...]:
    """What happened, newest first: of the matter itself (`entries`, oldest first), and of what it was merged into since then.

    By the ids of the entries, which are in order: a rating is recorded a moment after the step it takes is dated.
    """
    lines = list(_lines(entries, first))
    if scene is not first:
        since = next((one.id for one in reversed(entries) if one.what == events.STEPPED), entries[-1].id)
        whole = [one for one in ledger.story(scene.matter.id) if one.id > since]
        lines += _lines([one for one in whole if not _anothers(one)], scene, theirs=False)
    lines.sort(key=lambda one: one[0])
    return tuple(line for _id, line in reversed(lines))


def _anothers(entry: Happened) -> bool:
    """Whether this is the word of another reporter, or was written to them: of what a matter was merged into."""
    return entry.what in (*events.RELAYED, events.RATED)


def _lines(entries: Sequence[Happened], scene: Scene, *, theirs: bool = True) -> Iterator[tuple[UUID, Line]]:
    """`theirs`: the matter is the reader's own, and what its reporter said is their word."""
    told = _notes([one for one in entries if theirs or not _said_by_reporter(one)], scene)
    taken = False  # what was written stands with the rating that took the step
    for entry, after in zip(entries, (*entries[1:], None), strict=True):
        takes = after is not None and _takes(entry, after)
        texts = (*entry.facts.get("texts", ()), *(after.facts.get("texts", ()) if after and takes else ()))
        note = "" if taken else "\n".join(told[word] for word in texts if word in told)
        taken = takes
        for line in _told(entry, scene, note, theirs=theirs):
            yield entry.id, line


def _takes(entry: Happened, after: Happened) -> bool:
    """Whether a rating took the step behind it."""
    same = (entry.by, entry.post) == (after.by, after.post)
    return entry.what == events.RATED and after.what in MOVED and same


def _said_by_reporter(entry: Happened) -> bool:
    return entry.post == OWN.post or entry.facts.get("for") == reporters.REPORTER


def _told(entry: Happened, scene: Scene, note: str, *, theirs: bool) -> Iterator[Line]:
    facts, at = entry.facts, entry.recorded_at
    if entry.what == events.OPENED:
        yield Line(at, _("收到您的报告"), desk_words(facts["desk"], scene), kind="own")
    elif entry.what in MOVED:
        yield from _stepped(entry, scene, note, theirs=theirs)
    elif entry.what in events.RELAYED:
        own = entry.what == events.RELAY_OWN
        said = _("您补充了一句") if own else _("办的人给您留了话")
        yield Line(at, said, note=note, kind="own" if own else "said")
    elif entry.what == events.RATED:
        yield Line(at, sentences.rating(facts["rating"]), note=note, kind="own")
    elif entry.what == events.EXTENSION_GRANTED and facts.get("told") is not False:
        yield Line(at, sentences.extended(facts), note=note)
    elif entry.what == events.PROMISE_MISSED and _of_work(facts.get("promise", ""), scene):
        name = sentences.label(scene.flow.promises[facts["promise"]])
        yield Line(at, _("「{promise}」超过了答应的时间").format(promise=name), kind="late")


def _of_work(promise: str, scene: Scene) -> bool:
    """Whether this is a promise of the work itself, and no rule about silence."""
    return promise in scene.flow.promises and promise not in deadlines.silent(scene.flow)


def _stepped(entry: Happened, scene: Scene, note: str, *, theirs: bool) -> Iterator[Line]:
    """A step: where the matter came by it; of one that changes nothing but the hands, to whom it went. What the reporter
    wrote stands under a line of their own, and not under the step that followed from it."""
    facts, at = entry.facts, entry.recorded_at
    own = _said_by_reporter(entry) or entry.what == events.REOPENED
    if entry.what == events.REOPENED:
        said = _("您说没有办好，重新打开") if theirs else _("有人说没有办好，重新打开")
        yield Line(at, said, note=note, kind="own")
    elif own and note:
        yield Line(at, _("您说了情况"), note=note, kind="own")
    note = "" if own else note
    who = "" if own else " · ".join(word for word in acting_words(entry, scene) if word)
    if facts.get("from") != facts["step"]:
        yield Line(at, _came_to(facts["step"], scene, note), who, note)
    elif facts.get("was") and facts.get("desk") and facts["was"] != facts["desk"]:
        said = _("转给 {desk}").format(desk=desk_words(facts["desk"], scene))
        yield Line(at, said, kind="moved")


def _came_to(step: str, scene: Scene, note: str) -> str:
    """The words of a step; where they ask for a rating, what stands there is the answer."""
    answer = note and reporters.rated_at(scene.flow, step) is not None
    return _("给您的答复") if answer else stands(scene.flow.steps[step])


def _notes(entries: Sequence[Happened], scene: Scene) -> dict[str, str]:
    """The notes that were written to the reporter, by the words that name them in the entries: of moves that tell, of
    extensions, and their own."""
    words = [word for entry in entries if _tells(entry, scene) for word in entry.facts.get("texts", ())]
    ids = {word: UUID(word.split(":", 1)[0]) for word in words}
    rows = Text.objects.filter(id__in=ids.values(), kind="note").values_list("id", "body") if ids else ()
    bodies = dict(rows)
    return {word: bodies[id] for word, id in ids.items() if id in bodies}


def _tells(entry: Happened, scene: Scene) -> bool:
    if entry.what in (events.EXTENSION_GRANTED, *events.RELAYED):
        return True
    if entry.what == events.RATED:
        return entry.post == OWN.post
    move = scene.flow.moves.get(entry.facts.get("move", "")) if entry.what in MOVED else None
    return (entry.what in MOVED and entry.post == OWN.post) or (move is not None and move.tells)
