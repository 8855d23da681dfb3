"""The form of a mapping: what it shows of one, and what one becomes of what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

import msgspec
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange.drafting import Column, Look
from gezhi.exchange.mapping import Columns, ItemRule, Personal, Said
from gezhi.exchange.turning import BY_NAME
from gezhi.matters import sentences
from gezhi.rules.model import Model

Sent = Mapping[str, str]
Options = list[tuple[str, str]]
TABLES = ("status", "department", "channel", "rated")
NEEDED = ("key", "at", "text", "item")


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One thing a matter can know, and the column that it is read from."""

    id: str
    word: str
    hint: str
    column: str
    needed: bool


@dataclass(frozen=True, slots=True)
class WordLine:
    """One word of a column, how often it stands there, and what it becomes."""

    name: str
    word: str
    count: int
    value: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The words of one column. `rest` is what every other word becomes; `more` if there are words that are not listed."""

    id: str
    word: str
    column: str
    lines: list[WordLine]
    rest: str
    options: Options
    more: bool


def _field_words() -> dict[str, tuple[str, str]]:
    return {
        "key": (_("原编号"), _("原系统给这件事的号")),
        "at": (_("发生时间"), _("什么时候反映的")),
        "text": (_("内容"), _("反映了什么")),
        "item": (_("类别"), _("归到哪一项")),
        "status": (_("状态"), _("到了哪一步")),
        "ended": (_("办结时间"), ""),
        "ended_days": (_("办理天数"), _("没有办结时间时，从发生起算")),
        "due": (_("期限"), _("原系统自己的到期时间")),
        "department": (_("部门"), _("谁承办")),
        "channel": (_("渠道"), _("从哪里来")),
        "address": (_("地址"), ""),
        "unit": (_("单元"), _("网格或社区的名字、编码；没有坐标时用")),
        "lon": (_("经度"), ""),
        "lat": (_("纬度"), ""),
        "parent": (_("重复于"), _("它重复的那一件的编号")),
        "transfers": (_("转办次数"), ""),
        "answer": (_("答复"), _("怎样答复的")),
        "rated": (_("满意度"), ""),
    }


def field_lines(said: Said) -> list[FieldLine]:
    """Every field in the order of the form."""
    found = _field_words().items()
    return [FieldLine(id, word, hint, getattr(said.columns, id), id in NEEDED) for id, (word, hint) in found]


def tables(said: Said, look: Look, model: Model) -> list[Table]:
    """The words of the columns that are mapped to words of the model."""
    found = []
    words = _field_words()
    options = _options(model)
    for id in TABLES:
        column = look.of(getattr(said.columns, id))
        if column is None:
            continue
        known: dict[str, str] = {w: _one(to) for w, to in getattr(said, id).items()}
        lines = [
            WordLine(f"word-{id}-{n}", word, count, known.get(word, ""))
            for n, (word, count) in enumerate(column.words)
        ]
        found.append(
            Table(id, words[id][0], column.name, lines, known.get("*", ""), options[id], column.more)
        )
    return found


def item_lines(said: Said, look: Look, model: Model) -> tuple[list[WordLine], str, bool]:
    """The kinds that are not called as an item is, what was chosen for each, and for every other; and if there are more."""
    column = look.of(said.columns.item)
    if column is None:
        return [], "", False
    chosen = {rule.match: rule.item for rule in said.item}
    named = {"".join(item.name.split()).casefold() for item in model.items.values()}
    lines = [
        WordLine(f"item-{n}", word, count, chosen.get(_exactly(word), ""))
        for n, (word, count) in enumerate(column.words)
        if "".join(word.split()).casefold() not in named
    ]
    return lines, chosen.get(_ANY, ""), column.more


def with_faults(lines: list[WordLine], sent: Sent, faults: Mapping[str, str]) -> list[WordLine]:
    """The lines with what is wrong in them: there stands what was typed."""
    return [
        replace(one, value=sent.get(one.name, ""), fault=faults[one.name]) if one.name in faults else one
        for one in lines
    ]


_ANY = ".*"
_NAMED = ItemRule(".+", BY_NAME)


def _exactly(word: str) -> str:
    return f"^{re.escape(word)}$"


def _one(to: str | Iterable[str]) -> str:
    return to if isinstance(to, str) else "+".join(to)


def _options(model: Model) -> dict[str, Options]:
    steps: dict[str, str] = {}
    for flow in model.flows.values():
        if flow.subject == "matter":
            steps |= {step.id: sentences.label(step) for step in flow.steps.values() if step.id not in steps}
    return {
        "status": list(steps.items()),
        "department": [(one.id, sentences.label(one)) for one in model.departments.values()],
        "channel": [(one.id, sentences.label(one)) for one in model.channels.values()],
        "rated": [
            ("content", _("满意")),
            ("fair", _("基本满意")),
            ("discontent", _("不满意")),
            ("none", _("没有评价")),
        ],
    }


class Wrong(Refused):
    """Of what was sent, everything that says nothing: the reason of each field, by its name."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            "".join(dict.fromkeys(faults.values())), code="mapping_words", field=next(iter(faults))
        )
        self.faults = dict(faults)


def changed(said: Said, sent: Sent, look: Look, model: Model) -> Said:
    """The mapping with what was sent. Raises `Wrong` with every time zone and item that there is not."""
    found, faults = understood(said, sent, look, model)
    if faults:
        raise Wrong(faults)
    return found


def understood(said: Said, sent: Sent, look: Look, model: Model) -> tuple[Said, dict[str, str]]:
    """The mapping with what was sent, as far as it says something; and what says nothing, by the field's name."""
    faults: dict[str, str] = {}
    columns = Columns(**{f: sent.get(f"field-{f}", "") for f in Columns.__struct_fields__})
    zone = sent.get("zone", "").strip() or said.time.zone
    if zone not in available_timezones():
        faults["zone"] = _("没有「{zone}」这个时区。写成 Asia/Shanghai 这样。").format(zone=zone[:40])
        zone = said.time.zone
    formats = tuple(one.strip() for one in sent.get("formats", "").splitlines() if one.strip())
    datum = sent.get("datum", said.source.datum)
    name = sent.get("source", "").strip() or said.source.name
    made = msgspec.structs.replace(
        said,
        source=msgspec.convert({"name": name, "model": model.id, "datum": datum}, type(said.source)),
        time=msgspec.structs.replace(said.time, zone=zone, formats=formats),
        columns=columns,
        item=_rules(said, look.of(columns.item), _codes(sent, look.of(columns.item), model, faults)),
        personal=_personal(sent, look),
        **{id: _table(said, sent, look, id, getattr(columns, id)) for id in TABLES},
    )
    return made, faults


def _table(said: Said, sent: Sent, look: Look, id: str, name: str) -> dict[str, str]:
    """Chosen words; words that the page does not list stay as they were."""
    column = look.of(name)
    listed = {word for word, _n in column.words} if column else set[str]()
    kept = {word: to for word, to in getattr(said, id).items() if word not in listed and word != "*"}
    if name != getattr(said.columns, id):
        kept = {}
    for n, (word, _n) in enumerate(column.words if column else ()):
        to = sent.get(f"word-{id}-{n}", "")
        if to:
            kept[word] = tuple(to.split("+")) if "+" in to else to
    if rest := sent.get(f"rest-{id}", ""):
        kept["*"] = rest
    return kept


def _rules(said: Said, column: Column | None, codes: Mapping[str, str]) -> tuple[ItemRule, ...]:
    """Rules that were written by hand, then each chosen word, then what is called as an item is, then the rest.
    `codes`: which item was typed, by the field."""
    words = [word for word, _n in column.words] if column else []
    ours = {_exactly(word) for word in words} | {_ANY, _NAMED.match}
    rules = [rule for rule in said.item if rule.match not in ours]
    for n, word in enumerate(words):
        if code := codes.get(f"item-{n}", ""):
            rules.append(ItemRule(_exactly(word), code))
    rules.append(_NAMED)
    if code := codes.get("item-rest", ""):
        rules.append(ItemRule(_ANY, code))
    return tuple(rules)


def _codes(sent: Sent, column: Column | None, model: Model, faults: dict[str, str]) -> dict[str, str]:
    """The item that was typed in each field, by the field; what names none is told in `faults`."""
    found = {}
    for field in (*(f"item-{n}" for n in range(len(column.words) if column else 0)), "item-rest"):
        try:
            found[field] = _code(sent.get(field, ""), model)
        except Refused as refusal:
            faults[field] = refusal.reason
    return found


def _code(typed: str, model: Model) -> str:
    """The item that was typed: its code, its name, or both as the list offers them. Raises `Refused` for none."""
    typed = typed.strip()
    first = typed.split(" ", 1)[0]
    if not typed or first in model.items:
        return first
    by_name = {item.name: item.code for item in model.items.values()}
    if typed in by_name:
        return by_name[typed]
    raise Refused(
        _("事项清单里没有「{item}」。请从清单里选一项。").format(item=typed[:40]),
        code="item_unknown",
        field="item",
    )


def _personal(sent: Sent, look: Look) -> Personal:
    """What becomes of each column that names a person."""
    here = [one.name for one in look.columns if one.personal]
    chosen = {name: sent.get(f"person-{n}", "") for n, name in enumerate(here)}

    def one(what: str) -> str:
        return next((name for name, said_of in chosen.items() if said_of == what), "")

    return Personal(
        drop=tuple(name for name, what in chosen.items() if what == "drop"),
        harmless=tuple(name for name, what in chosen.items() if what == "harmless"),
        name=one("name"),
        contact=one("contact"),
    )


def person_lines(said: Said, look: Look) -> list[WordLine]:
    """The columns that name a person, and what was said of each."""
    who = said.personal
    found = []
    for n, name in enumerate(one.name for one in look.columns if one.personal):
        what = "drop" if name in who.drop else "harmless" if name in who.harmless else ""
        what = "name" if name == who.name else "contact" if name == who.contact else what
        found.append(WordLine(f"person-{n}", name, 0, what))
    return found
