"""A value of a model as people say it, from the kind of its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gezhi.rules.book.drawing import guard_words, length_words
from gezhi.rules.book.figures import predicates
from gezhi.rules.book.lists import EVIDENCE
from gezhi.rules.book.parts import Desk
from gezhi.rules.book.promised import broken, extension, heard
from gezhi.rules.book.rest import event
from gezhi.rules.book.sources import Sources
from gezhi.rules.book.tongue import Tongue
from gezhi.rules.keys import Key
from gezhi.rules.model import Extend, Flow, Model, When


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two models, in one language; `flow` where a value stands inside a flow."""

    model: Model
    tongue: Tongue
    flow: Flow | None = None

    @property
    def desk(self) -> Desk:
        return Desk(self.model, self.tongue, Sources())


Say = Callable[[Side, Key, Any], str]


def said(side: Side, key: Key, value: Any) -> str:
    """The value in words; empty for none."""
    if value in ("", (), None) or value == {}:
        return ""
    if isinstance(value, tuple) and key.kind in LISTED:
        return side.tongue.join(one(side, key, part) for part in value)
    return one(side, key, value)


def one(side: Side, key: Key, value: Any) -> str:
    """One value, or one of a list."""
    if isinstance(value, bool):
        return side.tongue.yes(value)
    found = BY_KIND.get(key.kind)
    if found is not None:
        return found(side, key, value)
    return named(side, key.ref, str(value)) if key.ref else side.tongue.text(str(value))


def named(side: Side, ref: str, id: str) -> str:
    """An id by its label."""
    t, model = side.tongue, side.model
    if id == "same":
        return t.say("原环节", "the same step")
    if ref in {"step", "move", "promise"}:
        table: Mapping[str, Any] = getattr(side.flow, ref) if side.flow else {}
        return t.quoted(t.label(table[id])) if id in table else id
    if ref == "grade":
        return t.grade(id, side.flow.grades if side.flow else "")
    tables: dict[str, Mapping[str, Any]] = {
        "level": model.levels, "post": model.posts, "department": model.departments, "duty": model.duties,
        "flow": model.flows, "telling": model.tellings, "catalogue": model.catalogues, "metric": model.metrics,
        "overlay": model.overlays, "council": model.councils, "grades": model.grades,
    }  # fmt: skip
    table = tables.get(ref, {})
    return t.label(table[id]) if id in table else id


def _mapped(side: Side, key: Key, value: Any) -> str:
    """A small table: name and value, one after the other."""
    t = side.tongue
    parts = []
    for name, one_value in value.items():
        word = t.length(one_value) if key.kind == "lengths" else str(one_value)
        parts.append(f"{named(side, key.ref, name) if key.ref else name} {word}")
    return t.join(parts)


def _when(side: Side, _key: Key, value: Any) -> str:
    if isinstance(value, When):
        return guard_words(value, side.tongue)
    return extension(side.desk, value) if isinstance(value, Extend) else str(value)


def _term(side: Side, _key: Key, value: Any) -> str:
    return length_words(value, side.tongue)


def _heard(side: Side, _key: Key, value: Any) -> str:
    return heard(side.desk, side.flow, value) if side.flow else str(value)


def _missed(side: Side, _key: Key, value: Any) -> str:
    return broken(side.desk, side.flow, value) if side.flow else str(value)


BY_KIND: dict[str, Say] = {
    "choice": lambda side, _key, value: side.tongue.word(value),
    "choices": lambda side, _key, value: side.tongue.word(value),
    "who": lambda side, _key, value: side.tongue.one(value),
    "told": lambda side, _key, value: side.tongue.one(value),
    "holder": lambda side, _key, value: side.tongue.one(value),
    "length": lambda side, _key, value: side.tongue.length(value),
    "gates": lambda side, _key, value: side.tongue.gate(value),
    "predicates": lambda side, _key, value: predicates(side.desk, value),
    "events": lambda side, _key, value: event(side.desk, value),
    "evidence": lambda side, _key, value: side.tongue.say(str(value), EVIDENCE.get(str(value), str(value))),
    "range": lambda _side, _key, value: "–".join(map(str, value)),
    "template": lambda side, _key, value: side.tongue.quoted(value),
    "text": lambda side, _key, value: side.tongue.quoted(side.tongue.text(value)),
    "term": _term,
    "heard": _heard,
    "list": _missed,
    "table": _when,
    "lengths": _mapped,
    "numbers": _mapped,
    "texts": _mapped,
    "ratios": _mapped,
}
LISTED = frozenset(
    ("ids", "words", "choices", "who", "told", "gates", "heard", "events", "list", "one_or_more", "holder")
)
