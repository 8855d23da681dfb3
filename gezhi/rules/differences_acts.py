"""What changes most: who may, by which duty a move is taken, how long a promise is. Each in sentences of its own."""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.rules import deadlines, who
from gezhi.rules.book import order
from gezhi.rules.book.drawing import length_words, promise_words
from gezhi.rules.differences_pair import Change, Pair, Step
from gezhi.rules.differences_touched import touched
from gezhi.rules.differences_values import Side
from gezhi.rules.length import LengthError
from gezhi.rules.model import Duty, Model, Move, PromiseRule


def holders(pair: Pair, old: Duty, new: Duty) -> Iterator[Change]:
    """Who may no longer, who may now, and who is asked first. A post that is gone was told as gone."""
    steps = touched(pair.old, "Duty", old, new)
    duty = pair.new.tongue.label(new)
    for word in old.held_by:
        if word not in new.held_by and not _is_gone(word, pair.new.model):
            said = pair.say(
                "{who}不再可以「{duty}」。", "{who}: no longer holds the duty “{duty}”.",
                who=pair.old.tongue.one(word), duty=duty,
            )  # fmt: skip
            yield Change("people", said, steps)
    for word in new.held_by:
        if word not in old.held_by:
            said = pair.say(
                "{who}现在可以「{duty}」。", "{who}: now holds the duty “{duty}”.",
                who=pair.new.tongue.one(word), duty=duty,
            )  # fmt: skip
            yield Change("people", said, steps)
    kept = [word for word in old.held_by if word in new.held_by]
    now = [word for word in new.held_by if word in old.held_by]
    if kept != now:
        arrow = pair.say("→", " → ")
        sentence = pair.say(
            "「{duty}」问人的先后由{a}改为{b}。", "“{duty}”: asked in the order {a}, now {b}.",
            duty=duty, a=arrow.join(map(pair.old.tongue.one, kept)), b=arrow.join(map(pair.new.tongue.one, now)),
        )  # fmt: skip
        yield Change("people", sentence, steps)


def _is_gone(word: str, model: Model) -> bool:
    """Whether the post or department that a who-word names is no more."""
    said = who.parse(word)
    if said.kind == "post":
        return said.id not in model.posts
    return said.kind == "department" and said.id not in (*who.DEPARTMENTS, *model.departments)


def takers(pair: Pair, old: Move, new: Move) -> Iterator[Change]:
    """Which duties may no longer take a move, which may now; none where only their order differs."""
    steps, move = touched(pair.old, "Move", old, new), pair.thing("Move", new)
    for side, words, others, now in (
        (pair.old, old.duty, new.duty, False),
        (pair.new, new.duty, old.duty, True),
    ):
        for id in words:
            if id not in others:
                yield Change("steps", _taker(pair, side, id, move, now=now), steps)
    if set(old.duty) == set(new.duty):
        said = pair.say(
            "{move}由谁来做，写的先后由{a}改为{b}。", "{move}: who may take it was written as {a}, now as {b}.", move=move,
            a=pair.old.tongue.join(map(pair.old.tongue.duty, old.duty)),
            b=pair.new.tongue.join(map(pair.new.tongue.duty, new.duty)),
        )  # fmt: skip
        yield Change("steps", said, steps)


def _taker(pair: Pair, side: Side, id: str, move: str, *, now: bool) -> str:
    duty = side.model.duties[id]
    said = side.tongue.say(
        "{duty}的人（{who}）", "who holds “{duty}” ({who})",
        duty=side.tongue.label(duty), who=side.tongue.who(duty.held_by),
    )  # fmt: skip
    if now:
        return pair.say("{who}现在可以做{move}。", "{who} may now take the {move}.", who=said, move=move)
    return pair.say("{who}不再可以做{move}。", "{who} may no longer take the {move}.", who=said, move=move)


def lengths(pair: Pair, old: PromiseRule, new: PromiseRule) -> Iterator[Change]:
    """受理时限由2小时改为1小时（一般）: grades that change alike are told together, one that is new by itself."""
    steps = touched(pair.old, "PromiseRule", old, new)
    name = pair.thing("PromiseRule", new).replace(pair.say("期限「", "promise “"), pair.say("「", "“"))
    before, after = _grades(pair.old), _grades(pair.new)
    sentences = (
        list(_by_grade(pair, name, (old, new), [grade for grade in after if grade in before] or [""]))
        if set(before) <= set(after)
        else list(_whole(pair, name, old, new))
    )
    if set(before) <= set(after) and before:
        sentences += _of_new_grades(pair, name, new, [grade for grade in after if grade not in before])
    if not sentences:
        sentences = [
            pair.say(
                "{name}的时限改了写法，长短没有变。", "{name}: the length is written in another way, and is as long.", name=name
            )
        ]  # fmt: skip
    for sentence in sentences:
        yield Change("promises", sentence, steps)


_CHANGED = ("{name}的时限由{was}改为{now}{only}。", "{name}: {was} before, now {now}{only}.")


def _by_grade(
    pair: Pair, name: str, rules: tuple[PromiseRule, PromiseRule], grades: list[str]
) -> Iterator[str]:
    """A sentence for each change that some of these grades share."""
    t, found = pair.new.tongue, dict[tuple[str, str], list[str]]()
    for grade in grades:
        terms = _term(pair.old, rules[0], grade), _term(pair.new, rules[1], grade)
        found.setdefault(terms, []).append(grade)
    every = len(_grades(pair.new))
    for (was, now), alike in found.items():
        if was != now:
            only = t.join(t.grade(grade) for grade in alike) if len(alike) < every else ""
            only = pair.say("（{g}）", " ({g})", g=only) if only else ""
            yield pair.say(*_CHANGED, name=name, was=was, now=now, only=only)


def _whole(pair: Pair, name: str, old: PromiseRule, new: PromiseRule) -> Iterator[str]:
    """Both lengths as they stand, where the grades are others."""
    was, now = _words(pair.old, old), _words(pair.new, new)
    if was != now:
        yield pair.say(
            "{name}的时限原来是{was}，现在是{now}。",
            "{name}: it was {was}, it is now {now}.",
            name=name,
            was=was,
            now=now,
        )


def _of_new_grades(pair: Pair, name: str, rule: PromiseRule, grades: list[str]) -> list[str]:
    if isinstance(rule.length, str):
        return []
    t = pair.new.tongue
    return [
        pair.say(
            "{name}对新增等级「{grade}」的时限是{now}。", "{name}: {now} for the new grade “{grade}”.",
            name=name, grade=t.grade(grade), now=_term(pair.new, rule, grade),
        )
        for grade in grades
    ]  # fmt: skip


def _grades(side: Side) -> list[str]:
    scheme = side.model.grades.get(side.flow.grades) if side.flow else None
    return [grade.id for grade in order.by_gravity(scheme)] if scheme else []


def _words(side: Side, rule: PromiseRule) -> str:
    if side.flow is None:
        return length_words(rule.length, side.tongue)
    return promise_words(side.flow, rule, side.tongue)


def _term(side: Side, rule: PromiseRule, grade: str) -> str:
    """How long a promise is for a grade, before any item is known."""
    if side.flow is None or not grade:
        return length_words(rule.length, side.tongue)
    try:
        return side.tongue.length(str(deadlines.term_of(side.model, side.flow, rule, grade=grade).length))
    except (KeyError, LengthError):
        return length_words(rule.length, side.tongue)


__all__ = ["Step", "holders", "lengths", "takers"]
