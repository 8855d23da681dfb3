"""A value of a model as people say it, from the kind of its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gezhi.rules.book import patterns
from gezhi.rules.book.drawing import guard_words, length_words
from gezhi.rules.book.figures import AT, predicates
from gezhi.rules.book.lists import EVIDENCE, KINDS, LOOKS
from gezhi.rules.book.parts import Desk
from gezhi.rules.book.people import NETS, SEES
from gezhi.rules.book.promised import broken, extension, heard
from gezhi.rules.book.rest import EXCHANGES, KEPT, PAPERS, REPORTERS, WAYS, event
from gezhi.rules.book.sources import Sources
from gezhi.rules.book.tongue import MODULES, Tongue
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


def said(side: Side, key: Key, value: Any, place: str = "") -> str:
    """The value in words; empty for none. `place` is the key as Table.key, for words that mean something there only."""
    if value in ("", (), None) or value == {}:
        return ""
    if isinstance(value, tuple) and key.kind in LISTED:
        parts = [one(side, key, part, place) for part in value]
        return side.tongue.say("；", "; ").join(parts) if key.kind == "list" else side.tongue.join(parts)
    return one(side, key, value, place)


def one(side: Side, key: Key, value: Any, place: str = "") -> str:
    """One value, or one of a list."""
    if isinstance(value, bool):
        return side.tongue.yes(value)
    if place in AT_PLACE:
        return AT_PLACE[place](side, key, value)
    if place in WORDS_AT:
        return patterns.word(side.tongue, str(value), WORDS_AT[place])
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


def _parts(sign: str, words: Callable[[Side, str, str], str]) -> Say:
    """A small table whose rows are said by `words`."""

    def read(side: Side, _key: Key, value: Any) -> str:
        joint = side.tongue.say(sign, "; ")
        return joint.join(words(side, name, str(one_value)) for name, one_value in value.items())

    return read


def _of_grade(side: Side, id: str, length: str) -> str:
    """A promise that a grade sets anew, by its name in any flow."""
    rules = (flow.promise[id] for flow in side.model.flows.values() if id in flow.promise)
    rule = next(rules, None)
    return f"{side.tongue.quoted(side.tongue.label(rule)) if rule else id} {side.tongue.length(length)}"


def _kept(side: Side, what: str, length: str) -> str:
    return f"{patterns.word(side.tongue, what, KEPT)} {side.tongue.length(length)}"


def _comes_over(table: str) -> Callable[[Side, str, str], str]:
    """A step or promise of a plan of change: what it was, and what it becomes, by their names where they have one."""

    def words(side: Side, old: str, new: str) -> str:
        t = side.tongue
        by_id = {
            id: t.label(one) for flow in side.model.flows.values() for id, one in getattr(flow, table).items()
        }
        now = t.say("按原来的走完", "as it was") if new == "keep" else by_id.get(new, new)
        return f"{t.quoted(by_id.get(old, old))}→{t.quoted(now)}"

    return words


def _class(side: Side, name: str) -> str:
    """A class of a list, in English where a list says it."""
    said = [
        one.classes_english[name] for one in side.model.catalogues.values() if name in one.classes_english
    ]
    return said[0] if side.tongue.english and said else name


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
    "natural": lambda side, _key, value: side.tongue.length(value),
    "gates": lambda side, _key, value: side.tongue.gate(value, side.flow),
    "predicates": lambda side, _key, value: predicates(side.desk, value),
    "events": lambda side, _key, value: event(side.desk, value),
    "evidence": lambda side, _key, value: side.tongue.say(str(value), EVIDENCE.get(str(value), str(value))),
    "range": lambda _side, _key, value: "–".join(map(str, value)),
    "template": lambda side, _key, value: side.tongue.quoted(patterns.telling(side.tongue, value)),
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
RATIOS: dict[str, patterns.Pair] = {"one": ("一格一个", "one each"), "shared": ("可共用", "may be shared")}
AT_PLACE: dict[str, Say] = {
    "Level.serial": lambda side, _key, value: patterns.told(side.tongue, value),
    "Flow.number": lambda side, _key, value: patterns.told(side.tongue, value),
    "Move.marks": lambda side, _key, value: side.tongue.mark(value),
    "Care.every": _parts("；", lambda side, need, length: patterns.visits(side.tongue, need, length)),
    "Care.campaign": _parts("；", lambda side, name, days: patterns.campaign(side.tongue, name, days)),
    "Grade.lengths": _parts("、", _of_grade),
    "Privacy.keep": _parts("、", _kept),
    "Emergency.kinds": _parts("、", lambda side, _id, name: side.tongue.text(name)),
    "Catalogue.classes": lambda side, _key, value: _class(side, value),
    "Move.reasons": _parts("、", lambda _side, _id, name: name),
    "Move.reasons_english": _parts("、", lambda _side, _id, english: english),
    "Catalogue.classes_english": _parts("、", lambda _side, name, english: f"{name} {english}"),
    "Staffing.ratio": _parts(
        "、", lambda side, net, word: f"{named(side, 'overlay', net)} {side.tongue.say(*RATIOS[word])}"
    ),
    "Migrate.step": _parts("、", _comes_over("step")),
    "Migrate.promise": _parts("、", _comes_over("promise")),
}
"""Values that mean something at their place only, by Table.key."""
WORDS_AT: dict[str, Mapping[str, patterns.Pair]] = {
    "About.extends": patterns.BASES,
    "About.calendar": patterns.CALENDARS,
    "About.timezone": patterns.ZONES,
    "Overlay.kind": NETS,
    "Post.sees": SEES,
    "Step.join": {"all": ("全部有结果", "all of them"), "any": ("任何一张办成", "any one that is done")},
    "Move.calls": {
        "item": ("清单写明的部门", "the department the list names"),
        "chosen": ("选定的一个部门", "one department, chosen"),
        "several": ("选定的几个部门", "several departments, chosen"),
    },
    "PromiseRule.again": {"keep": ("接着原来的计", "goes on"), "restart": ("重新计", "counted anew")},
    "Flow.module": MODULES,
    "Care.module": MODULES,
    "Channel.way": WAYS,
    "Channel.reporter": REPORTERS,
    "Channel.exchange": EXCHANGES,
    "Catalogue.kind": KINDS,
    "Metric.at": AT,
    "Admission.looks_at": LOOKS,
    "Module.needs": PAPERS,
    "Emergency.lists": patterns.SWITCHED,
}
"""Words of closed lists that mean something at their place only."""
LISTED = frozenset(
    ("ids", "words", "choices", "who", "told", "gates", "heard", "events", "list", "one_or_more", "holder")
)
