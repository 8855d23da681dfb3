"""E08 items fit · E09 lists are complete · E14 metrics mean something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from gezhi.rules import who
from gezhi.rules.model import Assessment, Catalogue, Flow, Item, Metric, Model
from gezhi.rules.proof.book import Book, Fault, Path, department_of
from gezhi.rules.values_base import UNSEEN

RATED = ("content", "fair", "discontent", "recorded_content", "recorded_fair", "recorded_discontent")
PER_FLOW = ("kept", "missed")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
FORMULA = ("=", "+", "-", "@", "\t")
"""First signs that a spreadsheet takes for a formula."""
LONGEST_CELL = 200
WORKING = frozenset(("handle", "meet"))
INSIDE = ("used", "not_used", "returned")
OPPOSITE = (("kept", "missed"), ("missed", "kept"), ("used", "not_used"), ("not_used", "used"))
"""What is said of a thing above and the contrary below."""
KINDS = ("matter", "order", "issue", "dispute", "duty", "information")


def items_fit(book: Book) -> Iterator[Fault]:
    """E08: an item that grids cannot solve names a department, any other a post that handles in its flow or a
    department; who helps it from the start is a department or a post that sees its ground; it goes
    through a flow of matters; a flow whose
    promise takes its length from the list has a list; every flow of matters has a way in.
    """
    model = book.model
    for item in model.items.values():
        yield from _row_fits(model, item)
        yield from _cells_read(model, item)
    for flow in model.flows.values():
        items = book.items(flow)
        for rule in flow.promise.values():
            if rule.length == "item" and not items:
                yield Fault(
                    "E08.length", ("flow", flow.id, "promise", rule.id), {"promise": rule.id, "flow": flow.id}
                )
        into = [channel for channel in model.channels.values() if channel.flow == flow.id]
        if flow.subject == "matter" and not items and not into:
            yield Fault("E08.way_in", ("flow", flow.id), {"flow": flow.id})


def _row_fits(model: Model, item: Item) -> Iterator[Fault]:
    flow = model.flows.get(item.flow)
    if item.in_grid is False and not department_of(item):
        yield Fault("E08.department", ("items",), {"item": item.code}, row=item.code)
    elif not _handles(model, item):
        params = {"item": item.code, "post": item.handler, "flow": item.flow}
        yield Fault("E08.hand", ("items",), params, row=item.code)
    if flow is not None and flow.subject == "order":
        yield Fault("E08.subject", ("items",), {"item": item.code, "flow": flow.id}, row=item.code)


def _cells_read(model: Model, item: Item) -> Iterator[Fault]:
    """Cells that a clerk, a spreadsheet and a clock can read."""
    if item.handler and item.handler in item.helpers:
        yield Fault("E08.helper", ("items",), {"item": item.code}, row=item.code)
    yield from _parties(model, item)
    if item.length == "source" and not model.about.replay:
        yield Fault("E08.source", ("items",), {"item": item.code}, row=item.code)
    if not CODE.fullmatch(item.code):
        yield Fault("E08.code", ("items",), {"item": item.code}, row=item.code)
    for word in (item.name, item.english, item.purpose, item.basis, item.mark):
        if word.startswith(FORMULA) or UNSEEN.search(word) or len(word) > LONGEST_CELL:
            yield Fault("E08.cell", ("items",), {"item": item.code, "word": word[:20]}, row=item.code)
            break


def _parties(model: Model, item: Item) -> Iterator[Fault]:
    """Who helps from the start: a department, or a post that sees the ground on which the matter lies."""
    for word in dict.fromkeys(item.helpers):
        post = model.posts.get(word)
        if post is not None and post.sees != "ground":
            yield Fault("E08.party", ("items",), {"item": item.code, "post": word}, row=item.code)


def _handles(model: Model, item: Item) -> bool:
    """Whether 承办 is somebody who may work on it in its flow: a department, or a post with a duty that handles there."""
    flow = model.flows.get(item.flow)
    if flow is None or not item.handler or department_of(item):
        return True
    duties = {duty for move in flow.move.values() for duty in move.duty}
    words = [w for d in duties if model.duties[d].kind in WORKING for w in model.duties[d].held_by]
    if "grade.meets" in words:
        words += [w for s in model.grades.values() for g in s.grade.values() for w in g.meets]
    return any(who.parse(word).id == item.handler for word in words)


def lists_complete(book: Book) -> Iterator[Fault]:
    """E09: each class has a row; each batch has its number of rows, and the batches are all; English labels are of
    classes that are; a list shuts grids off from what is outside it only where items are admitted.
    """
    for catalogue in book.model.catalogues.values():
        rows = [item for item in book.model.items.values() if item.catalogue == catalogue.id]
        path: Path = ("catalogue", catalogue.id)
        for name in (n for n in catalogue.classes if all(item.category != n for item in rows)):
            yield Fault("E09.class", path, {"catalogue": catalogue.id, "class": name})
        for name in (n for n in catalogue.classes_english if n not in catalogue.classes):
            yield Fault("E09.english", path, {"catalogue": catalogue.id, "class": name})
        if catalogue.gate and not book.model.admissions:
            yield Fault("E09.gate", (*path, "gate"), {"catalogue": catalogue.id})
        yield from _batches(catalogue, rows)
    yield from _alike(book.model)


def _alike(model: Model) -> Iterator[Fault]:
    """Rules of duplicates that name an item or class which is none, or that never hold because an earlier one does."""
    classes = {item.category for item in model.items.values()}
    taken: set[str] = set()
    for rule in model.alikes.values():
        path: Path = ("alike", rule.id)
        unknown = [one for one in rule.items if one not in model.items]
        for word in [*unknown, *(one for one in rule.classes if one not in classes)]:
            yield Fault("E09.alike", path, {"alike": rule.id, "word": word})
        whole = () if rule.items or rule.classes else ("",)
        if taken.intersection((*rule.items, *rule.classes, *whole)):
            yield Fault("E09.twice", path, {"alike": rule.id})
        taken |= {*rule.items, *rule.classes, *whole}


def _batches(catalogue: Catalogue, rows: list[Item]) -> Iterator[Fault]:
    path: Path = ("catalogue", catalogue.id)
    said: dict[str, str | int] = {"catalogue": catalogue.id}
    counted = Counter(item.batch for item in rows)
    for name, number in catalogue.batches.items():
        if counted[name] != number:
            yield Fault("E09.batch", path, said | {"batch": name, "count": counted[name], "most": number})
    total = sum(catalogue.batches.values())
    if catalogue.batches and total != catalogue.total:
        yield Fault("E09.sum", path, said | {"count": total, "most": catalogue.total})


def metrics_mean(book: Book) -> Iterator[Fault]:
    """E14: every predicate speaks of something that exists in the flow it counts; what is counted above is part of
    what is counted below; nothing is both counted and left out; solved and unverified are never one number above;
    weights add up to 100.
    """
    model = book.model
    for metric in model.metrics.values():
        path = ("metric", metric.id)
        for where in (metric.of, metric.num):
            for name, value in where.items():
                unknown = [word for word in _words(value) if not _exists(model, metric, name, word)]
                # A list of phases may name one that no step has, as long as it counts something.
                counts = name == "phase" and len(unknown) < len(_words(value))
                for word in unknown if not counts else ():
                    yield Fault("E14.word", path, {"metric": metric.id, "predicate": name, "word": word})
        yield from _inside(metric)
        yield from _contrary(metric)
        yield from _flattered(model, metric)
    for one in model.assessments.values():
        weights = sum(score.weight for score in one.score.values())
        if weights != 100:
            yield Fault("E14.weights", ("assessment", one.id), {"assessment": one.id, "count": weights})
        yield from _assessed(model, one)


def _assessed(model: Model, one: Assessment) -> Iterator[Fault]:
    """What an assessment adds up are rates of units or departments: neither counts nor persons."""
    path, said = ("assessment", one.id), {"assessment": one.id}
    for score in one.score.values():
        if not model.metrics[score.metric].num:
            yield Fault("E14.count", path, said | {"metric": score.metric})
        if score.full == "0%":
            yield Fault("E14.full", path, said | {"metric": score.metric})
    persons = [post.name for post in model.posts.values() if len(post.name) > 1 and post.name in one.name]
    if persons:
        yield Fault("E14.person", path, said | {"post": persons[0]})


def _words(value: object) -> list[str]:
    if isinstance(value, bool | int):
        return []
    return [value] if isinstance(value, str) else [str(word) for word in value]  # type: ignore[attr-defined]


def _inside(metric: Metric) -> Iterator[Fault]:
    path, said = ("metric", metric.id), {"metric": metric.id}
    for name, value in metric.num.items():
        below = metric.of.get(name)
        if below is not None and not set(_words(value)) <= set(_words(below)):
            yield Fault("E14.inside", path, said | {"predicate": name})
    counted = {*_words(metric.of.get("closing", ())), *_words(metric.num.get("closing", ()))}
    for closing in sorted(counted & set(metric.without)):
        yield Fault("E14.without", path, said | {"word": closing})
    if len(set(_words(metric.num.get("closing", ())))) > 1:
        yield Fault("E14.mixed", path, said)
    ended = "ended" in _words(metric.num.get("phase", ())) or "not_used" in metric.num
    if ended and not {"closing"} & {*metric.num, *metric.of}:
        yield Fault("E14.ends", path, said)
    if metric.num and all(
        set(_words(v)) >= set(_words(metric.of.get(k, ("",)))) for k, v in metric.num.items()
    ):
        yield Fault("E14.always", path, said)


def _contrary(metric: Metric) -> Iterator[Fault]:
    """What is counted above is not the contrary of what is counted below."""
    path, said = ("metric", metric.id), {"metric": metric.id}
    for name, other in OPPOSITE:
        never = set(_words(metric.num.get(name, ()))) & set(_words(metric.of.get(other, ())))
        for word in sorted(never):
            yield Fault("E14.never", path, said | {"word": word})


def _flattered(model: Model, metric: Metric) -> Iterator[Fault]:
    """A rate that leaves out every end at which it did not succeed."""
    counted = {*_words(metric.num.get("closing", ()))}
    flows = _flows(model, metric)
    others = {s.closing for flow in flows for s in flow.step.values() if s.closing} - counted
    if set(metric.num) == {"closing"} and others and others <= set(metric.without):
        yield Fault("E14.flattered", ("metric", metric.id), {"metric": metric.id})


def _flows(model: Model, metric: Metric) -> list[Flow]:
    """The flows whose matters are counted: all of them where none is named."""
    named = [model.flows[f] for f in _words(metric.of.get("flow", ())) if f in model.flows]
    return named or [*model.flows.values()]


def _classes(model: Model, metric: Metric) -> set[str]:
    """Classes of items that go through what is counted."""
    flows = {flow.id for flow in _flows(model, metric)}
    return {item.category for item in model.items.values() if item.flow in flows}


def _exists(model: Model, metric: Metric, name: str, word: str) -> bool:
    flows = _flows(model, metric)
    if name in PER_FLOW:
        flow, _, rule = word.partition(".")
        return any(flow == one.id and rule in one.promise for one in flows)
    if name in INSIDE:
        opened = {m.opens for one in flows for m in one.move.values()}
        return word in opened or any(word in one.step or word in one.move or word == one.id for one in flows)
    if name == "mark":
        return any(word == m.marks for one in flows for m in one.move.values())
    if name == "grade":
        return any(word in model.grades[one.grades].grade for one in flows if one.grades)
    known = {
        "class": _classes(model, metric),
        "kind": set(KINDS),
        "source": set(model.channels),
        "rated": set(RATED),
        "closing": {s.closing for one in flows for s in one.step.values()},
        "phase": {s.phase for one in flows for s in one.step.values()},
        "result": {s.result for one in flows for s in one.step.values()},
    }
    return word in known[name] if name in known else True
