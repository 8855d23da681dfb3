"""Two models side by side: what a thing of them is called, and how a change of it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from gezhi.rules.differences_values import Side, named
from gezhi.rules.differences_words import TABLES, Group
from gezhi.rules.model import Model, Move

T = TypeVar("T")
Step = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a sentence. `steps` (flow, step) and `items` say which open matters it would concern."""

    group: Group
    sentence: str
    steps: tuple[Step, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides; inside a flow, both with their flow. The old side calls what is still there by its new name."""

    old: Side
    new: Side

    def say(self, chinese: str, english: str, **values: object) -> str:
        return self.new.tongue.say(chinese, english, **values)

    def thing(self, table: str, one: Any, side: Side | None = None) -> str:
        """What is spoken of: its kind and name; in a flow that is not the first, with the flow's name."""
        side = side or self.new
        t = side.tongue
        if table in {"About", "Privacy", "Emergency"}:
            return "" if table == "About" else self.say(*TABLES[table][:2])
        kind = self.say(*TABLES[table][:2])
        name = t.label(one) if hasattr(one, "name") else t.module(one.id) if table == "Module" else one.id
        if table == "Admission":
            name = named(side, "catalogue", one.catalogue)
        if table == "Score":
            name = named(side, "metric", one.metric)
        other = side.flow is not None and table != "Flow" and side.flow.id != next(iter(side.model.flows))
        where = (
            self.say("「{flow}」的", "flow “{flow}”, ", flow=t.label(side.flow))
            if other and side.flow
            else ""
        )
        said = where + self.say("{kind}「{name}」", "{kind} “{name}”", kind=kind, name=name)
        return said + (self.between(one, side) if has_twin(side, one) else "")

    def between(self, move: Move, side: Side) -> str:
        """From where to where a move leads."""
        froms = side.tongue.or_(named(side, "step", step) for step in move.from_)
        return self.say("（从{a}到{b}）", " (from {a} to {b})", a=froms, b=named(side, "step", move.to))


def has_twin(side: Side, one: Any) -> bool:
    """Whether another move of the flow has the same name, so that the name alone does not say which one is meant."""
    if not isinstance(one, Move) or side.flow is None:
        return False
    t = side.tongue
    return any(move.id != one.id and t.label(move) == t.label(one) for move in side.flow.move.values())


def in_new_names(old: Model, new: Model) -> Model:
    """The old model with what is still there under its new names, so that one thing has one name in all that is told."""
    return replace(_renamed(old, new), about=old.about)


def _renamed(old: T, new: Any) -> T:
    said: dict[str, Any] = {}
    for field in fields(old):  # type: ignore[arg-type]
        was, now = getattr(old, field.name), getattr(new, field.name)
        if field.name in ("name", "english"):
            said[field.name] = now
        elif isinstance(was, Mapping) and any(hasattr(one, "__dataclass_fields__") for one in was.values()):
            said[field.name] = {id: _renamed(one, now[id]) if id in now else one for id, one in was.items()}
    return replace(old, **said)  # type: ignore[type-var]
