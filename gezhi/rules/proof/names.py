"""E29 names tell apart what they name · E08 nobody hands in an order · a form exists."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from gezhi.rules.model import Flow, Model, Move, When
from gezhi.rules.proof.book import Book, Fault, Path

Named = tuple[str, Path]
TABLES = {
    "Post": "post", "Level": "level", "Department": "department", "Flow": "flow", "Catalogue": "catalogue", "Metric": "metric",
}  # fmt: skip


def names_differ(book: Book) -> Iterator[Fault]:
    """E29: no two levels, departments, grades of a scheme or steps of a flow go by one name, spaces and look-alike
    letters aside; no department by that of a post; and no two buttons of one step by one, unless they lead to the same.
    """
    model = book.model
    posts = {plain(post.name): post.id for post in model.posts.values()}
    for group in _groups(model):
        yield from _alike(group)
    for name, path in _departments(model):
        if "、" in name or not name.strip():
            yield Fault("E29.parted", path, {"name": name})
        if plain(name) in posts:
            yield Fault("E29.post", path, {"name": name, "post": posts[plain(name)]})
    for things in (
        model.posts,
        model.levels,
        model.departments,
        model.flows,
        model.catalogues,
        model.metrics,
    ):
        yield from _english(things.values())
    for flow in model.flows.values():
        yield from _buttons(flow)
    yield from _rows(model)


def _groups(model: Model) -> Iterator[list[Named]]:
    """Things of one kind, which stand beside each other in a list or a picker."""
    yield [(level.name, ("level", level.id)) for level in model.levels.values()]
    yield [(net.name, ("overlay", net.id)) for net in model.overlays.values()]
    yield _departments(model)
    yield [(flow.name, ("flow", flow.id)) for flow in model.flows.values()]
    yield [(one.name, ("catalogue", one.id)) for one in model.catalogues.values()]
    yield [(one.name, ("metric", one.id)) for one in model.metrics.values()]
    for scheme in model.grades.values():
        yield [(grade.name, ("grades", scheme.id, "grade", grade.id)) for grade in scheme.grade.values()]
    for flow in model.flows.values():
        yield [(step.name, ("flow", flow.id, "step", step.id)) for step in flow.step.values()]


def _departments(model: Model) -> list[Named]:
    """Every name by which items.csv may call a department."""
    return [
        (name, ("department", d.id))
        for d in model.departments.values()
        for name in dict.fromkeys((d.name, *d.aka))
    ]


def _alike(group: Iterable[Named]) -> Iterator[Fault]:
    seen: dict[str, Path] = {}
    for name, path in group:
        before = seen.setdefault(plain(name), path)
        if before != path:
            yield Fault("E29.name", path, {"name": name, "id": path[-1], "before": before[-1]})


def _english(things: Iterable[Any]) -> Iterator[Fault]:
    """Two of one kind that are one to whoever reads English."""
    seen: dict[str, str] = {}
    for one in things:
        before = seen.setdefault(plain(one.english), one.id) if one.english else one.id
        if before != one.id:
            path = (TABLES[type(one).__name__], one.id)
            yield Fault("E29.english", path, {"name": one.english, "id": one.id, "before": before})


def _rows(model: Model) -> Iterator[Fault]:
    """Items of one list and class that a picker shows under one name."""
    seen: dict[tuple[str, str, str], str] = {}
    for item in model.items.values():
        before = seen.setdefault((item.catalogue, item.category, plain(item.name)), item.code)
        if before != item.code:
            params = {"name": item.name, "item": item.code, "before": before}
            yield Fault("E29.item", ("items",), params, row=item.code)


def plain(name: str) -> str:
    """A name as the eye takes it: full and half width alike, without spaces and what nobody sees."""
    said = unicodedata.normalize("NFKC", name)
    return "".join(
        c for c in said if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc")
    ).casefold()


def _buttons(flow: Flow) -> Iterator[Fault]:
    """Moves of people that stand beside each other under one name and lead elsewhere."""
    pressed = [move for move in flow.move.values() if move.duty]
    for one, other in combinations(pressed, 2):
        beside = set(one.from_) & set(other.from_)
        if beside and plain(one.name) == plain(other.name) and one.to != other.to and _together(one, other):
            params = {"name": one.name, "id": other.id, "before": one.id}
            yield Fault("E29.button", ("flow", flow.id, "move", other.id), params)


def _together(one: Move, other: Move) -> bool:
    """Whether both guards may hold at once."""
    first, second = one.when or When(), other.when or When()
    flags = ("in_grid", "low", "drawn", "department")
    pairs = [(getattr(first, f), getattr(second, f)) for f in flags]
    return not any(a is not None and b is not None and a is not b for a, b in pairs)


def doors_lead_to_matters(book: Book) -> Iterator[Fault]:
    """E08: nobody outside hands in an order; a council has issues or disputes; a form that is asked for is one that a
    flow has.
    """
    model = book.model
    for channel in model.channels.values():
        if channel.way != "out" and model.flows[channel.flow].subject == "order":
            yield Fault("E08.door", ("channel", channel.id), {"channel": channel.id, "flow": channel.flow})
    coming = [channel for channel in model.channels.values() if channel.way != "out"]
    if model.channels and not coming and not model.about.replay:
        yield Fault("E08.no_way", ("channel",))
    for council in model.councils.values():
        if model.flows[council.flow].subject not in ("issue", "dispute"):
            yield Fault("E08.council", ("council", council.id), {"council": council.id, "flow": council.flow})
    yield from _forms(model)
    yield from _plain_words(model)


def _plain_words(model: Model) -> Iterator[Fault]:
    """What the reporter reads of a step is read as it stands: nothing is filled in."""
    for flow in model.flows.values():
        for step in flow.step.values():
            if "{" in step.public + step.public_english:
                yield Fault("E11.public", ("flow", flow.id, "step", step.id), {"step": step.id})


def _forms(model: Model) -> Iterator[Fault]:
    known = {flow.form for flow in model.flows.values() if flow.form}
    asked = [
        (flow.id, move.id, gate.partition(":")[2])
        for flow in model.flows.values()
        for move in flow.move.values()
        for gate in move.needs
        if gate.startswith("form:")
    ]
    for flow_id, move_id, form in asked:
        if form not in known:
            params = {"move": move_id, "form": form, "known": "、".join(sorted(known)) or "—"}
            yield Fault("E08.form", ("flow", flow_id, "move", move_id), params)
