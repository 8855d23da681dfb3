"""What is different between two models, in sentences, grouped by what it touches.

Everything that may be written is compared, table by table and key by key; what people do most (who may, how long, where
to) is said in words of its own. If, and only if, the conduct of both is the same, every change is one of words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from gezhi.rules import differences_acts as acts
from gezhi.rules import keys
from gezhi.rules.book.drawing import length_words
from gezhi.rules.book.tongue import Tongue
from gezhi.rules.differences_pair import Change, Pair, has_twin, in_new_names
from gezhi.rules.differences_touched import touched
from gezhi.rules.differences_values import LISTED, Side, said
from gezhi.rules.differences_words import GROUPS, KEYS, TABLES, Group
from gezhi.rules.keys import Key
from gezhi.rules.load import PLURAL
from gezhi.rules.model import Duty, File, Flow, Item, Model, Move, PromiseRule
from gezhi.rules.sheet import COLUMNS, WORDS_ONLY

__all__ = ["GROUPS", "Change", "Differences", "differences"]

_SPOKEN = frozenset(COLUMNS[column] for column in WORDS_ONLY)
_ITEM: dict[str, Key] = {
    "handler": Key("holder"), "helpers": Key("holder"), "grade": Key("id", ref="grade"), "flow": Key("id", ref="flow"),
    "length": Key("length"), "refresh": Key("length"), "evidence": Key("evidence"), "catalogue": Key("id", ref="catalogue"),
}  # fmt: skip
_NONE = {
    "published": ("（不再公布）", " (no longer published)"),
    "count": ("（不再公布）", " (no longer published)"),
    "most": ("", ""),
    "at_most": ("", ""),
}
"""Numbers of which 0 says that there is none, and what is then said of it."""


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
    was = in_new_names(before, after)
    pair = _Compared(Side(was, Tongue(was, english)), Side(after, Tongue(after, english)))
    changes: list[Change] = []
    for field in fields(File):
        attribute = PLURAL.get(field.name, field.name)
        old, new, key = getattr(before, attribute), getattr(after, attribute), field.metadata["key"]
        if key.kind == "tables":
            changes += pair.tables(key.of.__name__, old, new)
        else:
            changes += pair.table(key.of.__name__, old, new)
        if field.name == "catalogue":
            changes += pair.items(before, after)
    told = tuple(replace(one, sentence=one.sentence[0].upper() + one.sentence[1:]) for one in changes)
    return Differences(before, after, before.version == after.version, before.conduct == after.conduct, told)


@dataclass(frozen=True, slots=True)
class _Compared(Pair):
    """A walk over both, table by table and key by key."""

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
            flow = self.old.model.flows[old.id]
            yield from replace(
                self, old=replace(self.old, flow=flow), new=replace(self.new, flow=new)
            )._fields(table, old, new)
        else:
            yield from self._fields(table, old, new)

    def _fields(self, table: str, old: Any, new: Any) -> Iterator[Change]:
        named = table not in ("About", "Item") and hasattr(new, "name")
        if named and (old.name, old.english) != (new.name, new.english):
            yield Change("names", self._renamed(table, old, new))
        for name, field in keys.written(type(new)).items():
            key: Key = field.metadata["key"]
            was, now = getattr(old, field.name), getattr(new, field.name)
            if key.kind == "tables":
                yield from self.tables(key.of.__name__, was, now)
            elif was != now and not (named and name in ("name", "english")):
                yield from self._field(table, name, key, old, new)

    def _field(self, table: str, name: str, key: Key, old: Any, new: Any) -> Iterator[Change]:
        """One key whose value differs."""
        if isinstance(new, Duty) and name == "held_by":
            yield from acts.holders(self, old, new)
        elif isinstance(new, Move) and name == "duty":
            yield from acts.takers(self, old, new)
        elif isinstance(new, PromiseRule) and name == "length":
            yield from acts.lengths(self, old, new)
        else:
            group: Group = "words" if key.label else "promises" if name == "lengths" else TABLES[table][2]
            attribute = f"{name}_" if hasattr(new, f"{name}_") else name
            sentence = self.valued(table, name, key, new, getattr(old, attribute), getattr(new, attribute))
            yield Change(group, sentence, () if key.label else touched(self.old, table, old, new))

    def _renamed(self, table: str, old: Any, new: Any) -> str:
        """From here on it has the new name. Each language tells its own, and the other where that one changed too."""
        kind = self.say(*TABLES[table][:2])
        if old.name == new.name:
            return self.say(
                "{kind}「{name}」的英文名称由{a}改为{b}。", "The {kind} “{a}” is now called “{b}”; its Chinese name stays.",
                kind=kind, name=new.name, a=old.english or self.say("无", old.name), b=new.english or self.say("无", new.name),
            )  # fmt: skip
        both = old.english != new.english and (old.english or new.english)
        nothing = self.say("无", "none")
        more = f"（英文由{old.english or nothing}改为{new.english or nothing}）" if both else ""
        was, now = old.english or old.name, new.english or new.name
        if self.new.tongue.english and was == now:
            return self.say(
                "", "The {kind} “{now}” keeps its English name; in Chinese it was {a} and is now {b}.",
                kind=kind, now=now, a=old.name, b=new.name,
            )  # fmt: skip
        which = self.between(new, self.new) if has_twin(self.new, new) else ""
        chinese = "{kind}「{was}」{which}改名为「{now}」{more}。"
        names = (was, now) if self.new.tongue.english else (old.name, new.name)
        return self.say(
            chinese,
            "The {kind} “{was}”{which} is now called “{now}”.",
            kind=kind, was=names[0], now=names[1], more=more, which=which,
        )  # fmt: skip

    def valued(self, table: str, name: str, key: Key, thing: Any, was: Any, now: Any) -> str:
        """What a key was and what it is now."""
        what = KEYS.get(f"{table}.{name}") or KEYS[name]
        subject = self.thing(table, thing)
        said_key = self.say(*what)
        if isinstance(was, bool) or isinstance(now, bool):
            said_key = self.say("「{key}」", "“{key}”", key=said_key)
        begin = (
            self.say("{subject}的{key}", "{subject}, {key}", subject=subject, key=said_key)
            if subject
            else said_key
        )
        if name in _NONE and 0 in (was, now):
            nothing = self.say("无", "none") if any(_NONE[name]) else self.say("不限", "no limit")
            more = self.say(*_NONE[name]) if now == 0 else ""
            return begin + self.say(
                "由{a}改为{b}{more}。",
                ": {a} before; now {b}{more}.",
                a=was or nothing,
                b=now or nothing,
                more=more,
            )
        return begin + self._moved(f"{table}.{name}", key, was, now)

    def _moved(self, place: str, key: Key, was: Any, now: Any) -> str:
        """由…改为…, or only what a list gained or lost."""
        if isinstance(was, tuple) and isinstance(now, tuple) and key.kind in LISTED:
            gained, lost = [one for one in now if one not in was], [one for one in was if one not in now]
            if bool(gained) != bool(lost) and len(now) != len(was):
                return self._one_sided(key, place, tuple(gained), tuple(lost))
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            same = {name for name in was if name in now and was[name] == now[name]}
            was = {name: value for name, value in was.items() if name not in same}
            now = {name: value for name, value in now.items() if name not in same}
            if bool(was) != bool(now) and same:
                return self._one_sided(key, place, now, was)
        nothing = self.say("无", "none")
        before, after = said(self.old, key, was, place) or nothing, said(self.new, key, now, place) or nothing
        if before == after:  # two labels may sound alike
            before, after = f"{before} [{was}]", f"{after} [{now}]"
        return self.say("由{a}改为{b}。", ": {a} before; now {b}.", a=self._held(before), b=self._held(after))

    def _one_sided(self, key: Key, place: str, gained: Any, lost: Any) -> str:
        """What was only added, or only taken out."""
        if gained:
            return self.say("增加{x}。", ": {x} added.", x=said(self.new, key, gained, place))
        return self.say("去掉{x}。", ": {x} taken out.", x=said(self.old, key, lost, place))

    def _held(self, words: str) -> str:
        """Words that hold together: those with a comma in them stand in quotes."""
        loose = any(
            sign in words for sign in ("，；" if not self.new.tongue.english else ";")
        ) and not words.startswith(("「", '"'))
        return self.say("「{w}」", "“{w}”", w=words) if loose else words

    def _gone(self, table: str, one: Any) -> Change:
        sentence = self.say("去掉{thing}。", "Gone: {thing}.", thing=self.thing(table, one, self.old))
        return Change(TABLES[table][2], sentence, touched(self.old, table, one, None))

    def _added(self, table: str, one: Any) -> Change:
        more, thing = "", self.thing(table, one)
        if isinstance(one, Move):
            where = self.between(one, self.new)
            thing = thing.removesuffix(where)
            more = self.say("，", ", ") + where.strip(" （）()")
        if isinstance(one, PromiseRule):
            more = self.say("：{length}", ": {length}", length=length_words(one.length, self.new.tongue))
        sentence = self.say("新增{thing}{more}。", "New: {thing}{more}.", thing=thing, more=more)
        return Change(TABLES[table][2], sentence)

    def items(self, before: Model, after: Model) -> Iterator[Change]:
        """Rows of items.csv by code."""
        old, new = before.items, after.items
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
        pair = _Compared(*sides)
        for field in fields(Item):
            was, now = getattr(old, field.name), getattr(new, field.name)
            if was != now:
                what = KEYS.get(f"Item.{field.name}") or KEYS[field.name]
                key = _ITEM.get(field.name, Key("text"))
                sentence = self.say(
                    "{item}的{key}", "{item}, {key}", item=_item(self.new, new), key=self.say(*what)
                )
                spoken = field.name in _SPOKEN
                yield Change(
                    "words" if spoken else "items",
                    sentence + pair._moved(f"Item.{field.name}", key, was, now),
                    items=() if spoken else (new.code,),
                )


def _item(side: Side, item: Item) -> str:
    t = side.tongue
    return t.say("事项「{code} {name}」", "item “{code} {name}”", code=item.code, name=t.label(item))


def _of_item(side: Side, item: Item) -> Side:
    return replace(side, flow=side.model.flows.get(item.flow))
