"""E10 promises do not contradict each other · E26 none is longer than the law allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gezhi.rules import length
from gezhi.rules.deadlines import about_silence
from gezhi.rules.length import Length
from gezhi.rules.model import Flow, Item, Model, PromiseRule
from gezhi.rules.proof.book import Book, Fault
from gezhi.rules.proof.effects import PAUSED, Heard, stands_beside

DAY = 1440
WORKED = frozenset(("accepted", "handling"))
ARTICLE = re.compile(r"[法例定则].*[\d一二三四五六七八九十]|第.+条|\d+\s*条")
"""What names a law and its article."""


def no_contradiction(book: Book) -> Iterator[Fault]:
    """E10: a warning comes before the end; nothing is met, dropped or paused by its own start; no two say the same;
    one that always runs inside another is not longer, nor as long as one that begins with it and goes on; what it
    listens to can happen while it is open.
    """
    for flow in book.model.flows.values():
        for rule in flow.promise.values():
            path = ("flow", flow.id, "promise", rule.id)
            if rule.warn_percent >= 100:
                yield Fault("E10.warn", path, {"promise": rule.id})
            for word in sorted({*rule.starts} & {*rule.met, *rule.void, *rule.pauses}):
                yield Fault("E10.start", path, {"promise": rule.id, "word": word})
            yield from _unheard(book, flow, rule)
            if not about_silence(flow, rule):
                yield from _undone(flow, rule)
                yield from _renewed(flow, rule)
        yield from _twins(flow)
        inside = _always_inside(book, flow)
        yield from _nested(book, flow, inside)
        yield from _no_time(book, flow, inside)


def _undone(flow: Flow, rule: PromiseRule) -> Iterator[Fault]:
    """A promise kept by saying "done" is owed again when the check sends it back."""
    for name in rule.met:
        step = flow.step.get(name)
        if step is None or step.phase != "checking":
            continue
        back = [m for m in flow.move.values() if name in m.from_ and m.to in flow.step]
        for move in back:
            begun = {move.to, f"move:{move.id}"} & set(rule.starts)
            if flow.step[move.to].phase in ("accepted", "handling") and move.duty and not begun:
                params = {"promise": rule.id, "step": name, "move": move.id}
                yield Fault("E10.undone", ("flow", flow.id, "promise", rule.id), params)
                return


def _renewed(flow: Flow, rule: PromiseRule) -> Iterator[Fault]:
    """A promise over the whole handling is not given up on the way and begun anew by what leads on from there."""
    met = {flow.step[word].phase for word in rule.met if word in flow.step}
    begun = [m for m in flow.move.values() if {m.to, f"move:{m.id}"} & set(rule.starts)]
    if (
        not met
        or met & WORKED
        or not any(flow.step[m.to].phase in WORKED for m in begun if m.to in flow.step)
    ):
        return
    for name in rule.void:
        step = flow.step.get(name)
        back = next((m for m in begun if name in m.from_), None)
        if step is not None and not step.ends and back is not None:
            params = {"promise": rule.id, "step": name, "move": back.id}
            yield Fault("E10.renewed", ("flow", flow.id, "promise", rule.id), params)
            return


def _unheard(book: Book, flow: Flow, rule: PromiseRule) -> Iterator[Fault]:
    walks = book.walks[flow.id]
    if not walks or rule.id not in walks[0].promises.made or stands_beside(flow, rule):
        return
    yield from never_heard(flow, rule, walks[0].promises.heard)


def never_heard(flow: Flow, rule: PromiseRule, heard: set[Heard]) -> Iterator[Fault]:
    """Words that a promise listens to and that were not heard while it was open."""
    for name in ("met", "void", "pauses"):
        for word in getattr(rule, name):
            if (rule.id, name, word) not in heard and word not in rule.starts:
                params = {"promise": rule.id, "word": word}
                yield Fault(f"E10.{name}", ("flow", flow.id, "promise", rule.id), params)


def _twins(flow: Flow) -> Iterator[Fault]:
    seen: dict[tuple[frozenset[str], frozenset[str]], str] = {}
    for rule in flow.promise.values():
        key = (frozenset(rule.starts), frozenset(rule.met))
        if key in seen:
            params = {"promise": rule.id, "other": seen[key]}
            yield Fault("E10.twin", ("flow", flow.id, "promise", rule.id), params)
        seen.setdefault(key, rule.id)


def _nested(book: Book, flow: Flow, inside: dict[str, set[str]]) -> Iterator[Fault]:
    """Inner promises that are longer than the one in which they always run."""
    for inner, outers in inside.items():
        for outer in sorted(outers):
            if about_silence(flow, flow.promise[inner]) or about_silence(flow, flow.promise[outer]):
                continue
            if (found := _longer(book.model, flow, inner, outer)) is not None:
                params = {
                    "promise": inner,
                    "other": outer,
                    "length": found[0],
                    "most": found[1],
                    "item": found[2],
                }
                yield Fault("E10.inside", ("flow", flow.id, "promise", inner), params)
                break


def _no_time(book: Book, flow: Flow, inside: dict[str, set[str]]) -> Iterator[Fault]:
    """A whole as long as its first part: whoever uses up the part has nothing left for what follows."""
    rules = flow.promise
    for first, outers in inside.items():
        for whole in sorted(outers):
            together = set(rules[first].starts) == set(rules[whole].starts)
            if not together or first in inside[whole] or about_silence(flow, rules[whole]):
                continue
            for grade, item in cases(book.model, flow):
                part = term(book.model, flow, rules[first], grade, item)
                if part and part == term(book.model, flow, rules[whole], grade, item):
                    params = {"promise": first, "other": whole, "length": str(part)}
                    yield Fault("E10.no_time", ("flow", flow.id, "promise", whole), params)
                    return


def _always_inside(book: Book, flow: Flow) -> dict[str, set[str]]:
    """Promise → those that are open whenever it is, and whose clock does not stand still meanwhile."""
    inside: dict[str, set[str]] = {}
    for walk in book.walks[flow.id]:
        for promises in {state[1] for state in walk.came}:
            opened = set(walk.promises.open_ones(promises))
            counting = {rule for rule in opened if walk.promises.state(promises, rule) != PAUSED}
            for rule in opened:
                inside[rule] = inside.get(rule, counting) & counting
    return {rule: others - {rule} for rule, others in inside.items()}


def _longer(model: Model, flow: Flow, inner: str, outer: str) -> tuple[str, str, str] | None:
    """Length of the inner, of the outer, and the item for which it is surely longer; none where it never is."""
    for grade, item in cases(model, flow):
        one = term(model, flow, flow.promise[inner], grade, item)
        other = term(model, flow, flow.promise[outer], grade, item)
        if one and other and surely_longer(one, other):
            return str(one), str(other), item.name if item else grade
    return None


def cases(model: Model, flow: Flow) -> list[tuple[str, Item | None]]:
    """Every grade with which an item is opened; where the flow has no items, every grade."""
    items = [item for item in model.items.values() if item.flow == flow.id]
    scheme = model.grades.get(flow.grades)
    if items:
        return [(item.grade, item) for item in items]
    return [(grade, None) for grade in scheme.grade] if scheme else [("", None)]


def term(model: Model, flow: Flow, rule: PromiseRule, grade: str, item: Item | None) -> Length | None:
    """How long a promise is for one item; none where the record itself says it, or nothing does."""
    scheme = model.grades.get(flow.grades)
    own = scheme.grade[grade].lengths.get(rule.id) if scheme and grade in scheme.grade else None
    said = own or (rule.length if isinstance(rule.length, str) else rule.length.get(grade))
    if said == "item":
        said = item.length if item else None
    return None if not said or said == "source" else length.parse(said)


def surely_longer(one: Length, other: Length) -> bool:
    """By the same clock exactly; by different clocks if even the shortest of the one is longer than the longest of
    the other.
    """
    if one.clock == other.clock:
        return _counted(one) > _counted(other)
    return spans(one)[0] > spans(other)[1]


def maybe_longer(one: Length, other: Length) -> bool:
    """Whether it can happen that the one outlasts the other."""
    if one.clock == other.clock:
        return _counted(one) > _counted(other)
    return spans(one)[1] > spans(other)[0]


def _counted(one: Length) -> int:
    """Minutes of its own clock; a working day is eight hours of it."""
    return one.amount * 480 if one.unit == "workday" else one.minutes


def spans(one: Length) -> tuple[int, int]:
    """Shortest and longest natural time in minutes. n working days take n to 1.4 n + 9 natural days."""
    if one.clock == "natural":
        return one.minutes, one.minutes
    days = one.amount if one.unit == "workday" else -(-_counted(one) // 480)
    least = one.amount * DAY if one.unit == "workday" else _counted(one)
    return least, (days * 14 + 99) // 10 * DAY


def bounded_lengths(book: Book, flow: Flow) -> list[tuple[str, str, list[str]]]:
    """Promise, law's most and lengths (with extensions) of every promise that an obligation bounds: the law's, or that
    of another in which it always runs, or which always runs inside it.
    """
    inside = _always_inside(book, flow)
    bound = {rule for rule, outers in inside.items() if outers} | {
        o for outers in inside.values() for o in outers
    }
    found = []
    for rule in flow.promise.values():
        if rule.most_by_law or rule.id in bound:
            lengths = {
                str(term(book.model, flow, rule, grade, item)) for grade, item in cases(book.model, flow)
            }
            extended = [str(rule.extend)] if rule.extend and rule.most_by_law else []
            found.append((rule.id, rule.most_by_law, sorted(lengths) + extended))
    return found


def within_the_law(book: Book) -> Iterator[Fault]:
    """E26: `most_by_law` comes with its source and a jurisdiction of the model's; no length, extended as often as
    allowed, can be longer; it stands still only where the law says so; and no rule of another jurisdiction runs here.
    A due moment that comes with the record comes by every way in.
    """
    ruling = book.model.about.jurisdictions
    for flow in book.model.flows.values():
        for rule in flow.promise.values():
            path = ("flow", flow.id, "promise", rule.id)
            if rule.jurisdiction and rule.jurisdiction not in ruling:
                params = {"promise": rule.id, "jurisdiction": rule.jurisdiction, "ruling": "、".join(ruling)}
                yield Fault("E26.where", path, params)
            said = [bool(one) for one in (rule.most_by_law, rule.law, rule.jurisdiction)]
            if any(said) and not all(said):
                yield Fault("E26.law", path, {"promise": rule.id})
            if rule.most_by_law:
                yield from _too_long(book.model, flow, rule)
                yield from _stands_still(flow, rule)
            if rule.most_by_law and rule.editable:
                yield Fault("E26.editable", path, {"promise": rule.id, "law": rule.law})
            if _brought(rule) and not book.model.about.replay:
                yield from _not_brought(book.model, flow, rule)


def _stands_still(flow: Flow, rule: PromiseRule) -> Iterator[Fault]:
    """A clock of the law stands still, or is given up and begun anew, only where the law says so."""
    stopped = [s for s in (*rule.pauses, *rule.void) if s in flow.step and flow.step[s].phase == "suspended"]
    if stopped and not ARTICLE.search(rule.stops_by_law):
        params = {"promise": rule.id, "step": stopped[0], "law": rule.law}
        yield Fault("E26.stops", ("flow", flow.id, "promise", rule.id), params)


def _brought(rule: PromiseRule) -> bool:
    """Whether its due moment comes with the record."""
    said = [rule.length] if isinstance(rule.length, str) else rule.length.values()
    return "source" in said


def _not_brought(model: Model, flow: Flow, rule: PromiseRule) -> Iterator[Fault]:
    """Ways in by which nobody brings a due moment: then the clock would never run."""
    into = [c for c in model.channels.values() if c.flow == flow.id and c.way != "out"]
    by_hand = [channel.id for channel in into if channel.exchange == "hand"]
    if by_hand or not into:
        params = {"promise": rule.id, "channel": by_hand[0] if by_hand else flow.id}
        yield Fault("E26.source", ("flow", flow.id, "promise", rule.id), params)


def _too_long(model: Model, flow: Flow, rule: PromiseRule) -> Iterator[Fault]:
    most = length.parse(rule.most_by_law)
    for grade, item in cases(model, flow):
        said = term(model, flow, rule, grade, item)
        if said is None:
            continue
        more = length.parse(rule.extend.most) if rule.extend else None
        if maybe_longer(said, most) or (
            more and rule.extend and _extended(said, more, rule.extend.times, most)
        ):
            path = ("flow", flow.id, "promise", rule.id)
            params = {
                "promise": rule.id,
                "id": rule.id,
                "most": str(most),
                "law": rule.law,
                **_told(said, rule),
            }
            if item is not None and rule.length == "item":
                yield Fault("E26.item", path, params, row=item.code)
            else:
                yield Fault("E26", path, params)
            return


def _told(said: Length, rule: PromiseRule) -> dict[str, str]:
    """The length with its extensions in words, and how many days working days become at the most."""
    parts, english, longest = [str(said)], [str(said)], spans(said)[1]
    if rule.extend:
        more = length.parse(rule.extend.most)
        longest += rule.extend.times * spans(more)[1]
        parts.append(f"延期 {more}（{rule.extend.times} 次）")
        english.append(f"an extension of {more} ({rule.extend.times} times)")
    days = -(-longest // DAY)
    working = said.clock != "natural" or (rule.extend and length.parse(rule.extend.most).clock != "natural")
    return {
        "length": " 加 ".join(parts) + (f"，逢长假最多 {days} 日" if working else ""),
        "length_en": " and ".join(english) + (f", up to {days} days with holidays" if working else ""),
    }


def _extended(said: Length, more: Length, times: int, most: Length) -> bool:
    """Whether the length with all its extensions can outlast the law's."""
    if said.clock == more.clock == most.clock:
        return _counted(said) + times * _counted(more) > _counted(most)
    return spans(said)[1] + times * spans(more)[1] > spans(most)[0]
