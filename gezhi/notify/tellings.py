"""From what happened to who is told: the model's tellings, rendered with the words of one matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.home import Home
from gezhi.ledger.queries import Happened
from gezhi.matters import bonds, carried, desks, events, routing, scenes, sentences
from gezhi.matters import queries as matters
from gezhi.matters.relays import CALL_BACK
from gezhi.matters.scenes import Scene
from gezhi.notify.queries import HAND
from gezhi.rules import keys
from gezhi.rules.model import Telling

MOST = 500
DAY = "%m-%d"
"""How a telling writes the day on which something falls due."""
RAN_OUT = frozenset({events.PROMISE_MISSED, events.PROMISE_LAPSED})
"""To the model's language both are `missed`: it knows who kept a promise, and tells accordingly."""
_STOP = re.compile(r"[\u3002.]")
_SIGNED = re.compile(r"[\uff1f\uff01\u2026\u3002?!.]\s*\Z")
_STOPPED = re.compile(r"\{(\w+)\}([\u3002.])")
WENT = frozenset({events.STEPPED, events.REOPENED})
TOLD = frozenset(
    {
        events.OPENED,
        *WENT,
        events.CARRIED,
        events.PROMISE_WARNED,
        events.EXTENSION_GRANTED,
        *RAN_OUT,
        *events.RELAYED,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """One telling for one receiver: "reporter:<token>" or a desk; `matter` is the one it is about to them.

    `words` are what fills the text, `thin` what may be said of the matter in a group; `urgent` says that a promise waits
    for it, `owed` that it is told by telephone where it does not go out, `budgeted` that it counts among the few that one person
    gets in a day, `doors` which the model names.
    """

    telling: str
    to: str
    door: str
    text: str
    matter: UUID
    words: Mapping[str, str] = field(default_factory=dict)
    thin: str = ""
    urgent: bool = False
    owed: bool = False
    budgeted: bool = False
    doors: tuple[str, ...] = ()


def events_of(entry: Happened) -> list[str]:
    """The events of the model's language that an entry is: main.step:X, main.move:X, main.promise:X.missed."""
    facts = entry.facts
    flow = facts.get("flow", "")
    if entry.what == events.OPENED:
        return [f"{flow}.step:{facts['step']}"]
    if entry.what == events.PROMISE_WARNED:
        return [f"{flow}.promise:{facts['promise']}.warned"]
    if entry.what == events.EXTENSION_GRANTED:
        return [f"{flow}.promise:{facts['promise']}.extended"]
    if entry.what in RAN_OUT:
        return [f"{flow}.promise:{facts['promise']}.missed"]
    return []


def _happened(entry: Happened, scene: Scene) -> list[str]:
    """The events of an entry, of which some are known by the flow of its matter alone."""
    if entry.what in WENT:
        return stepped_events(entry.facts, scene.flow.id)
    return [scene.flow.id + keys.SAID] if entry.what == events.RELAY_SAID else events_of(entry)


def stepped_events(facts: Mapping[str, Any], flow: str) -> list[str]:
    """The events of a step: its move, and the step it entered."""
    found = [f"{flow}.move:{facts['move']}"]
    if facts["from"] != facts["step"]:
        found.append(f"{flow}.step:{facts['step']}")
    return found


def told_by(entry: Happened, scene: Scene) -> Iterator[Told]:
    """Everything that the model tells because of this entry, each receiver once per telling.

    That a word was left is told to the reporter of that matter alone: those of what was merged into it do not read it.
    Beside the model: a matter that the ground carried over tells the desk that is asked now, and a reporter who asks to be
    called is a card for people from the first, as what no door delivered is.
    """
    if entry.what == events.RELAY_OWN:
        if entry.facts["call"]:
            text = _("{number}：报告人请回电话。").format(number=scene.matter.number)
            yield Told(CALL_BACK, _reporter(scene), HAND, text, entry.about)
        return
    if entry.what == events.CARRIED:
        if entry.facts["told"] and entry.facts["desk"]:
            text = carried.telling(entry.facts, scene.matter.number)
            yield Told("carried", entry.facts["desk"], "inbox", text[:MOST], entry.about)
        return
    happened = _happened(entry, scene)
    listening = [t for t in scene.model.tellings.values() if any(event in happened for event in t.on)]
    if listening:
        more = {"due": _moment(entry, scene)} | _counted(entry, listening) | _owed(entry, scene)
        words = filled(words_of(scene, _note(entry), entry.facts), more)
        for telling in listening:
            yield from _told(telling, entry, scene, words)


def _told(telling: Telling, entry: Happened, scene: Scene, words: _Words) -> Iterator[Told]:
    within = entry.facts.get("told") is False  # the model keeps this extension within the house
    for to, door in receivers(telling, scene, own=entry.what == events.PROMISE_WARNED):
        if not (within and to.startswith("reporter:")):
            yield _made(telling, scene, words, to, door, entry.about)
    if "reporter" in telling.to and not within and entry.what != events.RELAY_SAID:
        yield from to_the_merged(telling, scene, words)


THIN = frozenset(
    ("number", "class", "grade", "unit", "grid", "step", "promise", "department", "due", "reports", "item")
)
"""What a group may read of a matter: nothing that anybody wrote, and nobody."""
_LONGEST_WORD = 200


def _made(telling: Telling, scene: Scene, words: Mapping[str, str], to: str, door: str, matter: UUID) -> Told:
    fields = {name for _text, name, _spec, _conversion in Formatter().parse(telling.text) if name}
    text, name = spoken(telling.text, words)[:MOST], sentences.label(telling)
    thin = _("{name}：{number} {class} {unit}").format_map({**words, "name": name})
    promised = any(f"told:{telling.id}" in rule.met for rule in scene.flow.promises.values())
    return Told(
        telling.id, to, door, text, matter,
        words={"name": name} | {one: words[one][:_LONGEST_WORD] for one in sorted(fields)},
        thin=text if fields <= THIN else thin,
        urgent=promised,
        owed=door == "sms" and (promised or "phone" in telling.doors),
        budgeted=door == "sms" and not promised and not _answers(telling, scene),
        doors=tuple(telling.doors),
    )  # fmt: skip


def _answers(telling: Telling, scene: Scene) -> bool:
    """Whether a telling answers what the reporter did: it confirms the report or says what came of it, and nothing else."""
    steps = [event.partition(".step:")[2] for event in telling.on]
    found = [scene.flow.steps.get(step) for step in steps]
    return all(step is not None and step.phase in {"reported", "answering", "ended"} for step in found)


def _owed(entry: Happened, scene: Scene) -> dict[str, str]:
    """Of a promise that runs out, `department` is the desk that has the matter: to accept it in time is the centre's duty,
    and not that of the department to which its item leads."""
    if entry.what != events.PROMISE_WARNED and entry.what not in RAN_OUT:
        return {}
    return {"department": desks.desk_words(scene.matter.desk, scene)}


def _counted(entry: Happened, listening: list[Telling]) -> dict[str, str]:
    """How many people reported, where one of the texts says so; what staff saw themselves is no report."""
    if not any("{reports}" in telling.text for telling in listening):
        return {}
    return {"reports": str(bonds.people_of(bonds.target_of(entry.about) or entry.about))}


def to_the_merged(telling: Telling, scene: Scene, words: Mapping[str, str]) -> Iterator[Told]:
    """The reporters of what was merged into this matter, each under the number they know and none other."""
    for id, number, token, reporting in bonds.reporters_of(scene.matter.id):
        if reporting == "staff" and token is None:
            continue
        door = _leaving(telling) if token else "public"
        yield _made(telling, scene, filled(words, {"number": number}), _outside(token, id), door, id)


def receivers(telling: Telling, scene: Scene, *, own: bool = False) -> list[tuple[str, str]]:
    """Who is told, and by which door: the reporter by the first door that leaves the house, desks by the inbox.

    `own`: among those that hold a duty only the desk that has the matter is told, where it is one of them. A warning
    is for whoever can still keep the promise; it goes to all of them only where the matter rests with none.
    """
    found: dict[str, str] = {}
    for word in telling.to:
        if word == "reporter" and scene.matter.seen_by_staff:
            continue  # nobody reported: nobody is told
        if word == "reporter":
            found[_reporter(scene)] = _door(telling, scene)
        elif not word.startswith("@"):
            found.setdefault(routing.desk_of(word, scene.lie, scene.roster), "inbox")
    holders, desk = _holders(telling, scene), scene.matter.desk
    for holder in (desk,) if own and desk and desk in holders else holders:
        found.setdefault(holder, "inbox")
    found.pop("", None)
    return list(found.items())


def _holders(telling: Telling, scene: Scene) -> list[str]:
    """The desks that hold the duties to which a telling goes."""
    duties = (scene.model.duties[word[1:]] for word in telling.to if word.startswith("@"))
    return [routing.desk_of(held, scene.lie, scene.roster) for duty in duties for held in duty.held_by]


def _door(telling: Telling, scene: Scene) -> str:
    """How the reporter is told: in the public place where nothing is kept by which they could be reached."""
    return _leaving(telling) if scene.matter.reporter else "public"


def _leaving(telling: Telling) -> str:
    return next((d for d in telling.doors if d in {"sms", "phone"}), "public")


def _reporter(scene: Scene) -> str:
    return _outside(scene.matter.reporter, scene.matter.id)


def _outside(token: UUID | None, matter: UUID) -> str:
    """A reporter as a word that names nobody: the vault's token, or the matter itself when nothing is stored."""
    return f"reporter:{token.hex}" if token else f"reporter:matter-{matter.hex}"


def spoken(text: str, words: Mapping[str, str]) -> str:
    """The text of a telling with its places filled. What fills a place may end with a sign of its own: the full stop that
    the text sets behind it is left out."""
    text = _STOPPED.sub(lambda found: f"{{{found[1]}}}{after(words[found[1]], found[2])}", text)
    return text.format_map(words)


def after(said: str, text: str) -> str:
    """What follows in a telling on what was said: without its full stop where that ends with a sign of its own."""
    return text[1:] if _SIGNED.search(said) and _STOP.match(text) else text


class _Words(dict[str, str]):
    """Template fields; one that has nothing to say here is empty."""

    def __missing__(self, key: str) -> str:
        return ""


def link() -> str:
    """Where a reporter asks how far it has come: the portal, where the site's own address is known."""
    home: Home = settings.HOME
    return home.whole("/follow") or _("社区或街道网格中心，报编号")


def filled(words: Mapping[str, str], more: Mapping[str, str]) -> _Words:
    """These words with more of them."""
    return _Words({**words, **more})


def words_of(scene: Scene, note: str, facts: Mapping[str, Any]) -> _Words:
    """What the fields of a telling say about a matter as it stands, but the due moment; `note` is what was written."""
    matter = scene.matter
    names = scene.ground.names(matter.path)
    department = scene.model.departments.get(matter.department)
    rule = scene.flow.promises.get(facts.get("promise", ""))
    return _Words(
        {
            "number": matter.number,
            "item": sentences.label(scene.item),
            "class": matter.category,
            "grade": matters.grade_name(scene.model, scene.flow.grades, matter.grade),
            "unit": names[-1] if names else "",
            "grid": names[-1] if names else "",
            "step": sentences.label(scene.flow.steps[matter.step]),
            "promise": sentences.label(rule) if rule else "",
            "department": sentences.label(department) if department else "",
            "reason": _reason(facts, scene, note),
            "answer": note,
            "link": link(),
        }
    )


def _note(entry: Happened) -> str:
    """What was written for the reporter: neither the other unit's receipt nor why it was recorded later, and nothing of a
    word that is left for them to read by number and code."""
    if entry.what == events.RELAY_SAID:
        return ""
    ids = [UUID(word.split(":", 1)[0]) for word in entry.facts.get("texts", ())]
    return quoted("\n".join(matters.notes_among(ids)))


def quoted(note: str) -> str:
    """What somebody wrote, as a telling quotes it: without its last full stop."""
    return note.rstrip(_("。"))


def _reason(facts: Mapping[str, Any], scene: Scene, note: str) -> str:
    """Why: the reason that was chosen, if the step asks for one, and what was written."""
    move = scene.flow.moves.get(facts.get("move", ""))
    chosen = facts.get("reason", "")
    if move is None or not chosen:
        return note
    named = sentences.reason(move, chosen)
    return _("{reason}，{note}").format(reason=named, note=note) if note else named


def _moment(entry: Happened, scene: Scene) -> str:
    due = entry.facts.get("due")
    at = datetime.fromtimestamp(due / 1_000_000, tz=timezone.get_current_timezone()) if due else None
    at = at or timezone.localtime(scene.matter.next_due_at) if scene.matter.next_due_at.year < 9999 else at
    return sentences.due_words(at, DAY) if at else ""


def scene_for(entry: Happened, at: datetime) -> Scene | None:
    """The matter an entry is about; None when it is about something else."""
    matter = matters.matter_behind(entry.about)
    return scenes.scene_of(matter, at) if matter else None
