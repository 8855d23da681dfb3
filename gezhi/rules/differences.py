"""What is different between two models, in sentences, grouped by what it touches.

Everything that may be written is compared, table by table and key by key; what people do most (who may, how long, where
to) is said in words of its own. If, and only if, the conduct of both is the same, every change is one of words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from gezhi.rules import deadlines, keys
from gezhi.rules.book.drawing import length_words
from gezhi.rules.book.tongue import Tongue
from gezhi.rules.differences_touched import touched
from gezhi.rules.differences_values import LISTED, Side, named, said
from gezhi.rules.differences_words import GROUPS, KEYS, TABLES, Group
from gezhi.rules.keys import Key
from gezhi.rules.length import LengthError
from gezhi.rules.load import PLURAL
from gezhi.rules.model import Duty, File, Flow, Item, Model, Move, PromiseRule
from gezhi.rules.sheet import COLUMNS, WORDS_ONLY

__all__ = ["GROUPS", "Change", "Differences", "differences"]

Step = tuple[str, str]
_SPOKEN = frozenset(COLUMNS[column] for column in WORDS_ONLY)
_ITEM: dict[str, Key] = {
    "handler": Key("holder"), "helpers": Key("holder"), "grade": Key("id", ref="grade"), "flow": Key("id", ref="flow"),
    "length": Key("length"), "refresh": Key("length"), "evidence": Key("evidence"), "catalogue": Key("id", ref="catalogue"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a sentence. `steps` (flow, step) and `items` say which open matters it would concern."""

    group: Group
    sentence: str
    steps: tuple[Step, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """`same` = not one word differs; `same_conduct` = only labels and texts do."""

    before: Model
    after: Model
    same: bool
    same_conduct: bool
    changes: tuple[Change, ...]

    def grouped(self) -> dict[Group, tuple[Change, ...]]:
        """Groups in the order in which they are told, those without a change left out."""
        found = {group: tuple(c for c in self.changes if c.group == group) for group in GROUPS}
        return {group: changes for group, changes in found.items() if changes}


def differences(before: Model, after: Model, *, english: bool = False) -> Differences:
    """Everything that differs from `before` to `after`, in the order of the language's tables."""
    pair = _Pair(Side(before, Tongue(before, english)), Side(after, Tongue(after, english)))
    changes: list[Change] = []
    for field in fields(File):
        attribute = PLURAL.get(field.name, field.name)
        old, new, key = getattr(before, attribute), getattr(after, attribute), field.metadata["key"]
        if key.kind == "tables":
            changes += pair.tables(key.of.__name__, old, new)
        else:
            changes += pair.table(key.of.__name__, old, new)
        if field.name == "catalogue":
            changes += pair.items()
    return Differences(
        before, after, before.version == after.version, before.conduct == after.conduct, tuple(changes)
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both sides; inside a flow, both with their flow."""

    old: Side
    new: Side

    def say(self, chinese: str, english: str, **values: object) -> str:
        return self.new.tongue.say(chinese, english, **values)

    def tables(self, table: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
        """Tables by id: those taken away, those added, those changed."""
        for id, one in old.items():
            if id not in new:
                yield self._gone(table, one)
        for id, one in new.items():
            if id not in old:
                yield self._added(table, one)
            elif one != old[id]:
                yield from self.table(table, old[id], one)

    def table(self, table: str, old: Any, new: Any) -> Iterator[Change]:
        """Two readings of one table, key by key."""
        if old is None or new is None:
            if old is not new:
                yield self._gone(table, old) if new is None else self._added(table, new)
            return
        if isinstance(old, Flow) and isinstance(new, Flow):
            yield from replace(
                self, old=replace(self.old, flow=old), new=replace(self.new, flow=new)
            )._fields(table, old, new)
        else:
            yield from self._fields(table, old, new)

    def _fields(self, table: str, old: Any, new: Any) -> Iterator[Change]:
        for name, field in keys.written(type(new)).items():
            key: Key = field.metadata["key"]
            was, now = getattr(old, field.name), getattr(new, field.name)
            if key.kind == "tables":
                yield from self.tables(key.of.__name__, was, now)
            elif was != now:
                yield from self._field(table, name, key, old, new)

    def _field(self, table: str, name: str, key: Key, old: Any, new: Any) -> Iterator[Change]:
        """One key whose value differs."""
        if isinstance(new, Duty) and name == "held_by":
            yield from self._holders(old, new)
        elif isinstance(new, Move) and name == "duty":
            yield from self._takers(old, new)
        elif isinstance(new, PromiseRule) and name == "length":
            yield from self._lengths(old, new)
        else:
            group: Group = "words" if key.label else "promises" if name == "lengths" else TABLES[table][2]
            attribute = f"{name}_" if hasattr(new, f"{name}_") else name
            sentence = self.valued(
                table, name, key, (old, getattr(old, attribute)), (new, getattr(new, attribute))
            )
            yield Change(group, sentence, () if key.label else touched(self.old, table, old, new))

    def valued(self, table: str, name: str, key: Key, old: tuple[Any, Any], new: tuple[Any, Any]) -> str:
        """What a key was and what it is now."""
        (before, was), (after, now) = old, new
        if name == "name":
            labels = self.old.tongue.label(before), self.new.tongue.label(after)
            was, now = labels if labels[0] != labels[1] else (was, now)  # where only the Chinese name changed
            kind = self.say(*TABLES[table][:2])
            return self.say(
                "{kind}「{was}」改名为「{now}」。",
                "The {kind} “{was}” is now called “{now}”.",
                kind=kind,
                was=was,
                now=now,
            )
        what = KEYS.get(f"{table}.{name}") or KEYS[name]
        subject = self.thing(table, after)
        begin = (
            self.say("{subject}的{key}", "{subject}: {key}", subject=subject, key=self.say(*what))
            if subject
            else self.say(*what)
        )
        return begin + self._moved(key, was, now)

    def _moved(self, key: Key, was: Any, now: Any) -> str:
        """由…改为…, or only what a list gained or lost."""
        if isinstance(was, tuple) and isinstance(now, tuple) and key.kind in LISTED:
            gained, lost = [one for one in now if one not in was], [one for one in was if one not in now]
            if gained and not lost and len(now) > len(was):
                return self.say("增加{x}。", " gains {x}.", x=said(self.new, key, tuple(gained)))
            if lost and not gained and len(now) < len(was):
                return self.say("去掉{x}。", " loses {x}.", x=said(self.old, key, tuple(lost)))
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            same = {name for name in was if name in now and was[name] == now[name]}
            was = {name: value for name, value in was.items() if name not in same} or was
            now = {name: value for name, value in now.items() if name not in same} or now
        nothing = self.say("无", "none")
        before, after = said(self.old, key, was) or nothing, said(self.new, key, now) or nothing
        if before == after:  # two labels may sound alike
            before, after = f"{before} [{was}]", f"{after} [{now}]"
        return self.say("由{a}改为{b}。", " was {a}, is now {b}.", a=before, b=after)

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
        where = self.say("「{flow}」的", "“{flow}”, ", flow=t.label(side.flow)) if other and side.flow else ""
        return where + self.say("{kind}「{name}」", "{kind} “{name}”", kind=kind, name=name)

    def _gone(self, table: str, one: Any) -> Change:
        sentence = self.say("去掉{thing}。", "Gone: {thing}.", thing=self.thing(table, one, self.old))
        return Change(TABLES[table][2], sentence, touched(self.old, table, one, None))

    def _added(self, table: str, one: Any) -> Change:
        more = ""
        if isinstance(one, Move):
            side = self.new
            froms = self.new.tongue.or_(named(side, "step", step) for step in one.from_)
            more = self.say("，从{a}到{b}", ", from {a} to {b}", a=froms, b=named(side, "step", one.to))
        if isinstance(one, PromiseRule):
            more = self.say("：{length}", ": {length}", length=length_words(one.length, self.new.tongue))
        sentence = self.say(
            "新增{thing}{more}。", "New: {thing}{more}.", thing=self.thing(table, one), more=more
        )
        return Change(TABLES[table][2], sentence)

    def _holders(self, old: Duty, new: Duty) -> Iterator[Change]:
        """Who may no longer, who may now, and who is asked first."""
        steps = touched(self.old, "Duty", old, new)
        duty = self.new.tongue.label(new)
        for word in old.held_by:
            if word not in new.held_by:
                yield Change(
                    "people",
                    self.say(
                        "{who}不再可以「{duty}」。",
                        "{who} may no longer: “{duty}”.",
                        who=self.old.tongue.one(word),
                        duty=duty,
                    ),
                    steps,
                )
        for word in new.held_by:
            if word not in old.held_by:
                yield Change(
                    "people",
                    self.say(
                        "{who}现在可以「{duty}」。",
                        "{who} may now: “{duty}”.",
                        who=self.new.tongue.one(word),
                        duty=duty,
                    ),
                    steps,
                )
        kept = [word for word in old.held_by if word in new.held_by]
        now = [word for word in new.held_by if word in old.held_by]
        if kept != now:
            arrow = self.say("→", " → ")
            sentence = self.say(
                "「{duty}」问人的先后由{a}改为{b}。", "“{duty}”: asked in the order {a}, now {b}.",
                duty=duty, a=arrow.join(map(self.old.tongue.one, kept)), b=arrow.join(map(self.new.tongue.one, now)),
            )  # fmt: skip
            yield Change("people", sentence, steps)

    def _takers(self, old: Move, new: Move) -> Iterator[Change]:
        """Which duties may no longer take a move, and which may now."""
        steps, move = touched(self.old, "Move", old, new), self.thing("Move", new)
        for side, words, gone, now in (
            (self.old, old.duty, new.duty, False),
            (self.new, new.duty, old.duty, True),
        ):
            for id in words:
                if id not in gone:
                    held = side.model.duties[id]
                    who_ = side.tongue.say(
                        "{duty}的人（{who}）",
                        "who holds “{duty}” ({who})",
                        duty=side.tongue.label(held),
                        who=side.tongue.who(held.held_by),
                    )
                    sentence = (
                        self.say(
                            "{who}现在可以作{move}。", "{who} may now take the {move}.", who=who_, move=move
                        )
                        if now
                        else self.say(
                            "{who}不再可以作{move}。",
                            "{who} may no longer take the {move}.",
                            who=who_,
                            move=move,
                        )
                    )
                    yield Change("steps", sentence, steps)
        if set(old.duty) == set(new.duty):
            yield Change(
                "steps",
                self.valued("Move", "duty", Key("ids", ref="duty"), (old, old.duty), (new, new.duty)),
                steps,
            )

    def _lengths(self, old: PromiseRule, new: PromiseRule) -> Iterator[Change]:
        """受理时限由2小时改为1小时（一般）: grades that change alike are told together."""
        steps = touched(self.old, "PromiseRule", old, new)
        name = self.thing("PromiseRule", new).replace(self.say("期限「", "promise “"), self.say("「", "“"))
        found: dict[tuple[str, str], list[str]] = {}
        grades = self._grades()
        for grade in grades or [""]:
            pair = _term(self.old, old, grade), _term(self.new, new, grade)
            found.setdefault(pair, []).append(grade)
        for (was, now), alike in found.items():
            if was != now:
                only = (
                    self.new.tongue.join(self.new.tongue.grade(g) for g in alike)
                    if len(alike) < len(grades)
                    else ""
                )
                sentence = self.say(
                    "{name}的时限由{was}改为{now}{only}。", "{name}: {was} before, now {now}{only}.", name=name, was=was, now=now,
                    only=self.say("（{g}）", " ({g})", g=only) if only else "",
                )  # fmt: skip
                yield Change("promises", sentence, steps)
        if all(was == now for was, now in found):
            sentence = self.say(
                "{name}的时限改了写法，长短没有变。",
                "{name}: the length is written in another way, and is as long.",
                name=name,
            )
            yield Change("promises", sentence, steps)

    def _grades(self) -> list[str]:
        side = self.new
        scheme = side.model.grades.get(side.flow.grades) if side.flow else None
        return list(scheme.grade) if scheme else []

    def items(self) -> Iterator[Change]:
        """Rows of items.csv by code."""
        old, new = self.old.model.items, self.new.model.items
        for code, item in old.items():
            if code not in new:
                sentence = self.say("去掉{item}。", "Gone: {item}.", item=_item(self.old, item))
                yield Change("items", sentence, items=(code,))
        for code, item in new.items():
            if code not in old:
                yield Change("items", self.say("新增{item}。", "New: {item}.", item=_item(self.new, item)))
            elif item != old[code]:
                yield from self._row(old[code], item)

    def _row(self, old: Item, new: Item) -> Iterator[Change]:
        sides = _of_item(self.old, old), _of_item(self.new, new)
        pair = _Pair(*sides)
        for field in fields(Item):
            was, now = getattr(old, field.name), getattr(new, field.name)
            if was != now:
                what = KEYS.get(f"Item.{field.name}") or KEYS[field.name]
                key = _ITEM.get(field.name, Key("text"))
                sentence = self.say(
                    "{item}的{key}", "{item}: {key}", item=_item(self.new, new), key=self.say(*what)
                )
                spoken = field.name in _SPOKEN
                yield Change(
                    "words" if spoken else "items",
                    sentence + pair._moved(key, was, now),
                    items=() if spoken else (new.code,),
                )


def _term(side: Side, rule: PromiseRule, grade: str) -> str:
    """How long a promise is for a grade, before any item is known."""
    if side.flow is None:
        return length_words(rule.length, side.tongue)
    try:
        return side.tongue.length(str(deadlines.term_of(side.model, side.flow, rule, grade=grade).length))
    except (KeyError, LengthError):
        return length_words(rule.length, side.tongue)


def _item(side: Side, item: Item) -> str:
    t = side.tongue
    return t.say("事项「{code} {name}」", "item “{code} {name}”", code=item.code, name=t.label(item))


def _of_item(side: Side, item: Item) -> Side:
    return replace(side, flow=side.model.flows.get(item.flow))
