"""What the words of a report offer while it is typed: a number to call, items, places. Nothing is chosen by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gezhi.desk.forms import UnitChoice
from gezhi.ledger import clock
from gezhi.matters import clues, parties, sentences, spoken, suggesting
from gezhi.matters.services.reports import WORDS
from gezhi.people.queries import Person
from gezhi.rules import noticed
from gezhi.rules.model import Item, Model

LEAST = 4  # characters before anything is said
Sent = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A number to call before anything else, and the word that says so."""

    number: str
    why: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One item: its code, its name, why, and who handles it."""

    code: str
    name: str
    why: str
    say: str


@dataclass(frozen=True, slots=True)
class Offered:
    """All that is said of one text. `codes` go with the form, so that they are kept beside what was chosen."""

    asked: bool
    calls: Sequence[Call] = ()
    items: Sequence[Offer] = ()
    places: Sequence[clues.Clue] = ()
    placed: bool = False
    codes: str = ""


def says_where(sent: Sent) -> bool:
    """Whether a place is given, or said to be unknown."""
    return any(sent.get(name, "").strip() for name in ("address", "lon", "lat", "unit", "nowhere"))


def offered(sent: Sent, person: Person, model: Model, units: Sequence[UnitChoice]) -> Offered:
    """What the words of this sheet offer to this person; nothing for a few characters."""
    said = sent.get("text", "").strip()[:WORDS]
    if len(said) < LEAST:
        return Offered(asked=False)
    found, placed = suggesting.suggest(said, model), says_where(sent)
    calls = noticed.calls_in(said, model.alarms.values())
    return Offered(
        asked=True,
        calls=[Call(number, _("写到“{word}”").format(word=word)) for number, word in calls.items()],
        items=[_offer(one, model) for one in found],
        places=[] if placed else _places(said, person, units),
        placed=placed,
        codes=",".join(one.code for one in found),
    )


def _places(said: str, person: Person, units: Sequence[UnitChoice]) -> list[clues.Clue]:
    within = min((seat.path for seat in person.terms), key=len, default="")
    named = [clues.Named(unit.path, unit.name, unit.within) for unit in units]
    return clues.clues(said, named, within, on=clock.today())


def _offer(found: suggesting.Suggestion, model: Model) -> Offer:
    item = model.items[found.item]
    words = _("、").join(f"“{word}”" for word in found.why)
    why = _("本地办过的，多半这样说：{words}") if found.by == suggesting.LEARNT else _("写到{words}")
    return Offer(item.code, sentences.label(item), why.format(words=words), _say(found, model))


def _say(found: suggesting.Suggestion, model: Model) -> str:
    """Who handles it by the list; where ended ones mostly went elsewhere, that too."""
    item = model.items[found.item]
    said = handled_by(item, model)
    if found.went is None or found.went[0] not in model.departments:
        return said
    department, n, of = found.went
    if item.handler == f"department:{department}":
        return said
    told = _("办结的 {of} 件里 {n} 件最后在{department}").format(
        of=of, n=n, department=sentences.label(model.departments[department])
    )
    return f"{said} · {told}" if said else told


def handled_by(item: Item, model: Model) -> str:
    """By whom the list has an item handled, and in how long."""
    length = spoken.written(item.length) if item.length else ""
    if not item.handler:
        return length
    handler = parties.words_of(item, model) or sentences.who_words((item.handler,), model)
    return f"{handler} · {length}" if length else handler


def filled(sent: Sent) -> dict[str, Any]:
    """What the sheet holds when somebody asks without JavaScript: all that was typed, and the place that was taken."""
    said: dict[str, Any] = {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}
    kind, _colon, value = str(said.pop("take", "")).partition(":")
    if kind == "address":
        address, _bar, point = value.rpartition("|")
        lon, _comma, lat = point.partition(",")
        said |= {"address": address, "lon": lon, "lat": lat}
    elif kind == "unit":
        said["unit"] = value
    return said
