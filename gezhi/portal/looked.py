"""What a resident's words offer while they write: a number to call, items, places, a promise, a warning.

Nothing is chosen by it. It is asked without an account, so it knows nothing that is not public.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from gezhi.ledger import clock
from gezhi.matters import admission_gate, clues, sentences, suggesting, troubled
from gezhi.matters.services import foreseeing
from gezhi.matters.services.reports import WORDS
from gezhi.places import addresses
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules import noticed
from gezhi.rules.model import Channel, Item, Model
from gezhi.vault.traces import trace_in
from gezhi.words import homes, said_places

LEAST = 4  # characters before anything is said
HITS = 6
"""Addresses that are offered for what is typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One item that can be chosen: its code and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Looked:
    """All that is said of one text. `warns`: home, number or identity, where the words may tell who wrote them.

    `due_at` is when the chosen item would be accepted, `length` how long its handling may take, in words. `unclear`: the words
    give no clue where it is."""

    asked: bool
    calls: Sequence[tuple[str, str]] = ()
    items: Sequence[Choice] = ()
    places: Sequence[clues.Clue] = ()
    codes: str = ""
    warns: Sequence[str] = field(default_factory=tuple)
    due_at: datetime | None = None
    length: str = ""
    unclear: bool = False


def looked(text: str, item: str, model: Model, ground: Tree, channel: Channel) -> Looked:
    """What these words offer, and what is promised for the item that was chosen."""
    said = text.strip()[:WORDS]
    due_at, length = foreseeing.promised(item, channel.id) if item in model.items else (None, "")
    if len(said) < LEAST:
        return Looked(asked=False, due_at=due_at, length=length)
    found = [one for one in suggesting.suggest(said, model) if is_open(model.items[one.item], model, channel)]
    return Looked(
        asked=True,
        calls=list(noticed.calls_in(said, model.alarms.values()).items()),
        items=[Choice(one.item, sentences.label(model.items[one.item])) for one in found],
        places=(places := _places(said, ground)),
        unclear=not places and not _numbered(said),
        codes=",".join(one.code for one in found),
        warns=warnings(said),
        due_at=due_at,
        length=length,
    )


def warnings(text: str) -> list[str]:
    """By what these words may tell who wrote them: a home, somebody's number, an identity number."""
    found = ["home"] if homes.names_a_home(text) else []
    trace = trace_in(text)
    return [*found, "identity" if trace == "identity" else "number"] if trace else found


def lies(lon: str, lat: str, ground: Tree) -> str:
    """In which unit a point lies, WGS84 degrees as the page sends them, or that it lies outside; nothing for no point."""
    where = point(lon, lat)
    if where is None:
        return ""
    found = ground.locate(*where)
    if found.outside:
        name = ground.root.name if ground.root else ""
        return _("这个点不在{district}里，交上来会先核对地点。").format(district=name)
    return _("落在 {place}").format(place=" ".join(ground.names(found.path)[1:]))


def point(lon: str, lat: str) -> tuple[float, float] | None:
    """A point as a page or a link writes it, WGS84 degrees; none where these are not two numbers on the earth."""
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (x, y) if abs(x) <= 180 and abs(y) <= 90 else None


def items(model: Model, channel: Channel) -> list[tuple[str, list[Choice]]]:
    """What a resident can choose, by class, in the order of the catalogue."""
    found: dict[str, list[Choice]] = {}
    for item in model.items.values():
        if is_open(item, model, channel):
            found.setdefault(sentences.category(item, model), []).append(
                Choice(item.code, sentences.label(item))
            )
    return list(found.items())


def _numbered(said: str) -> bool:
    """Whether the words name a road or a compound with a number, though there are more buildings of it than are offered."""
    return any(found[2] for found in said_places.NAMED.finditer(addresses.plain(said)))


def is_open(item: Item, model: Model, channel: Channel) -> bool:
    """Whether a resident can choose this item. Trouble made for whoever reported is told at their own matter: then everybody who
    acted on it is known, and kept from what is said of them."""
    return (
        item.flow == channel.flow
        and not admission_gate.only_for_a_grid(model, item)
        and not troubled.is_item(item.code, model)
    )


def _places(said: str, ground: Tree) -> list[clues.Clue]:
    if ground.root is None:
        return []
    units = [
        clues.Named(unit.path, unit.name, " / ".join(ground.names(unit.path)[1:-1]))
        for unit in ground.by_path.values()
        if unit.path != ground.root.path
    ]
    return clues.clues(said, units, ground.root.path, on=clock.today())


def hits(text: str, ground: Tree) -> list[dict[str, object]]:
    """Addresses that begin with or hold what is typed, with their point and the units they lie in; none for one sign."""
    root = ground.root.path if ground.root else ""
    found = places.address_search(text, root, on=clock.today(), most=HITS) if len(text) > 1 else ()
    return [
        {"address": h.address, "lon": h.lon, "lat": h.lat, "names": " / ".join(h.names[1:])} for h in found
    ]
