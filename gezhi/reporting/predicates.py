"""What the predicates of a metric ask of a matter, and whether they hold: no database, one answer for count and list.

A predicate about the way a matter went (`used`, `not_used`, `returned`, `reopened`, `mark`) is a set of traces, each one
bit: a step that was reached, a move that was taken, a move that led back from a step. Traces are taken from every
edition, because a matter goes by the edition it was opened under.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gezhi.rules.model import Flow, Metric, Model

RANKS = {
    "reported": 0, "accepted": 1, "handling": 2, "suspended": 2, "checking": 3, "answering": 4, "ended": 5,
}  # fmt: skip
"""How far each phase has come: a move to a lower rank leads back."""
PASSED = frozenset(("used", "not_used", "returned", "reopened", "mark"))
COLUMNS = {
    "flow": "flow",
    "phase": "phase",
    "closing": "closing",
    "grade": "grade",
    "channel": "channel",
    "source": "channel",
    "class": "category",
}
"""Predicates that one word of the matter's row answers, and which."""
NOWHERE = frozenset(("person_times",))
"""Predicates of which nothing is written down yet."""
KEPT, MISSED = 1, 2
REOPEN = "reopen"
"""The move of an entry by which an ended matter was opened again; no model writes one."""


class Trace(NamedTuple):
    """One thing an entry about a matter of this flow can show: a step reached, a move taken, a move from a step."""

    flow: str
    step: str = ""
    move: str = ""
    left: str = ""


class Row(NamedTuple):
    """Matters that are alike in everything that was asked: what was not asked is empty.

    `below` is the unit below, `by` the word they are broken down by, `version` their edition. `passed` has a bit for
    each trace, `promised` two for each promise (kept, missed), `owed` is 0 if what fell due was owed no more.
    """

    below: str
    by: str
    origin: str
    version: str
    flow: str
    phase: str
    step: str
    closing: str
    category: str
    item: str
    grade: str
    channel: str
    passed: int
    promised: int
    rated: str
    owed: int


def words(said: object) -> tuple[str, ...]:
    """The words of a predicate; none for yes and no."""
    if isinstance(said, bool | int):
        return ()
    return (said,) if isinstance(said, str) else tuple(map(str, said)) if isinstance(said, Iterable) else ()


def flows_of(metric: Metric, model: Model) -> tuple[str, ...]:
    """The flows whose matters a metric counts: all where it names none."""
    return words(metric.of.get("flow", ())) or tuple(model.flows)


def pairs(said: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Promises as a model writes them (main.finish), as pairs of flow and name."""
    cut = (word.partition(".") for word in said)
    return tuple((flow, name) for flow, _dot, name in cut)


def promises_of(metric: Metric) -> tuple[tuple[str, str], ...]:
    """The promises that a metric asks whether they were kept or missed."""
    said = [
        word
        for side in (metric.of, metric.num)
        for name in ("kept", "missed")
        for word in words(side.get(name, ()))
    ]
    return tuple(dict.fromkeys(pairs(said)))


def due_of(metric: Metric, model: Model) -> tuple[tuple[str, str], ...]:
    """By which promises a metric at `due` knows that something fell due.

    Its own; else those of the other metrics at `due` of its flows; else those whose length the item or the source gives.
    """
    if own := promises_of(metric):
        return own
    flows = flows_of(metric, model)
    others = [
        p for one in model.metrics.values() if one.at == "due" for p in promises_of(one) if p[0] in flows
    ]
    return tuple(dict.fromkeys(others)) or tuple(
        (id, rule.id)
        for id in flows
        if id in model.flows
        for rule in model.flows[id].promise.values()
        if rule.length in ("item", "source")
    )


def traces_of(metric: Metric, models: Sequence[Model]) -> tuple[Trace, ...]:
    """Every trace that the predicates of a metric look for, in any edition."""
    found: dict[Trace, None] = {}
    for side in (metric.of, metric.num):
        for name in PASSED & side.keys():
            for word in words(side[name]) or ("",):
                found |= dict.fromkeys(_traces(name, word, metric, models))
    return tuple(found)


def _traces(name: str, word: str, metric: Metric, models: Sequence[Model]) -> Iterable[Trace]:
    for model in models:
        for id in flows_of(metric, model):
            if (flow := model.flows.get(id)) is not None:
                yield from _in_flow(name, word, flow)


def _in_flow(name: str, word: str, flow: Flow) -> Iterable[Trace]:
    if name == "reopened":
        yield Trace(flow.id, move=REOPEN, left=word)
    if name in ("returned", "reopened"):
        yield from _back(flow, word, 4 if name == "reopened" else 0)
        return
    for move in flow.move.values():
        if (name == "mark" and move.marks == word) or (name != "mark" and word in (move.id, move.opens)):
            yield Trace(flow.id, move=move.id)
    if name != "mark" and word in flow.step:
        yield Trace(flow.id, step=word)


def _back(flow: Flow, word: str, least: int) -> Iterable[Trace]:
    """Moves that lead back from a step (the one named, or any), or back by a move of this name.

    `least` is how far a matter must have come to speak of it: what was answered or ended was reopened.
    """
    for move in flow.move.values():
        for left in move.from_:
            before, after = (RANKS[flow.step[step].phase] for step in (left, move.leads(left)))
            if after < before and before >= least and word in ("", left, move.id):
                yield Trace(flow.id, move=move.id, left=left)


@dataclass(frozen=True, slots=True)
class Asks:
    """What a set of metrics needs to be told of each matter."""

    traces: tuple[Trace, ...] = ()
    promises: tuple[tuple[str, str], ...] = ()
    columns: frozenset[str] = frozenset()
    rated: bool = False

    def mask(self, traces: Iterable[Trace]) -> int:
        return sum(1 << self.traces.index(trace) for trace in set(traces))


def asks_of(metrics: Iterable[Metric], models: Sequence[Model]) -> Asks:
    """Everything that must be known of a matter so that these metrics can be read."""
    metrics = list(metrics)
    names = {name for one in metrics for side in (one.of, one.num) for name in side}
    columns = {COLUMNS[name] for name in names if name in COLUMNS} | {"closing", "flow"}
    if names & {"catalogue", "kind"}:
        columns.add("item")
    if "result" in names:
        columns |= {"step", "version"}
    return Asks(
        tuple(dict.fromkeys(trace for one in metrics for trace in traces_of(one, models))),
        tuple(dict.fromkeys(pair for one in metrics for pair in promises_of(one))),
        frozenset(columns),
        "rated" in names,
    )


@dataclass(frozen=True)
class Judge:
    """Says of a row whether predicates hold, by the editions that the matters were opened under."""

    model: Model
    editions: Mapping[str, Model]
    asks: Asks

    def holds(self, metric: Metric, predicates: Mapping[str, object], row: Row) -> bool:
        """True if, and only if, every one of these predicates holds."""
        return all(self._holds(metric, name, said, row) for name, said in predicates.items())

    def as_stood(self, row: Row) -> Row:
        """Phase and closing of a past moment, from the step that the ledger tells and the edition it was taken under."""
        flow = self._of(row).flows.get(row.flow) if row.step else None
        step = flow.step.get(row.step) if flow else None
        return row._replace(phase=step.phase, closing=step.closing) if step else row

    def _holds(self, metric: Metric, name: str, said: object, row: Row) -> bool:
        if name in PASSED:
            return self._passed(metric, name, said, row)
        if name in ("kept", "missed"):
            bit = KEPT if name == "kept" else MISSED
            places = (self.asks.promises.index(pair) for pair in pairs(words(said)) if pair[0] == row.flow)
            found = [bool(row.promised >> 2 * place & bit) for place in places]
            return any(found) if name == "missed" else bool(found) and all(found)
        told: dict[str, Callable[[], str]] = {
            "rated": lambda: row.rated,
            "result": lambda: self._result(row),
            "catalogue": lambda: self._catalogue(row),
            "kind": lambda: self._kind(row, words(said)),
        }
        found_word = (
            told[name]() if name in told else getattr(row, COLUMNS[name]) if name in COLUMNS else None
        )
        return found_word in words(said)

    def _passed(self, metric: Metric, name: str, said: object, row: Row) -> bool:
        models = [self.editions.get(row.version, self.model)] if row.version else [*self.editions.values()]
        wanted = [
            t
            for word in words(said) or ("",)
            for t in _traces(name, word, metric, models)
            if t.flow == row.flow
        ]
        came = bool(row.passed & self.asks.mask(wanted))
        return came if (name != "not_used" and said is not False) else not came

    def _of(self, row: Row) -> Model:
        return self.editions.get(row.version, self.model)

    def _result(self, row: Row) -> str:
        flow = self._of(row).flows.get(row.flow)
        return flow.step[row.step].result if flow and row.step in flow.step else ""

    def _catalogue(self, row: Row) -> str:
        item = self._of(row).items.get(row.item)
        return item.catalogue if item else ""

    def _kind(self, row: Row, wanted: Sequence[str]) -> str:
        """What the matter is: by its flow, or by the list its item stands in."""
        flow = self._of(row).flows.get(row.flow)
        listed = self.model.catalogues.get(self._catalogue(row))
        return listed.kind if listed and listed.kind in wanted else flow.subject if flow else ""
