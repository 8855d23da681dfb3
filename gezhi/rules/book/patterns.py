"""What the language writes as a pattern or a code, told as a reader would say it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gezhi.rules.book.tongue import Tongue
from gezhi.rules.model import Grade

Pair = tuple[str, str]
_FIELD = re.compile(r"\{(\w*)\}")
_SEASON = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)\s+(\w+)\s*→\s*(\S+)")
PARTS: dict[str, tuple[str, str, Pair]] = {  # what it is, and how it looks: everywhere, or by language
    "unit": ("单元简称", "the unit's short name", ("甲", "A")),
    "parent": ("上一级的名称", "the name of the level above", ("甲", "A")),
    "year": ("年份", "the year", ("2026", "2026")),
    "md": ("月日", "month and day", ("0417", "0417")),
    "date": ("年月日", "the date", ("20260417", "20260417")),
    "serial": ("当天的流水号", "the running number of the day", ("0001", "0001")),
    "nn": ("两位序号", "a number of two digits", ("01", "01")),
    "n": ("序号", "a number", ("1", "1")),
}
FIELDS: dict[str, Pair] = {
    "number": ("编号", "number"), "item": ("事项", "item"), "class": ("类别", "class"), "grade": ("等级", "grade"),
    "unit": ("单元", "unit"), "grid": ("网格", "grid"), "step": ("环节", "step"), "due": ("到期时间", "due moment"),
    "promise": ("期限名称", "promise"), "department": ("部门", "department"), "link": ("查询网址", "link"),
    "reports": ("几人反映", "how many reported"),
    "phone_of_supervision": ("监督电话", "phone of supervision"), "reason": ("理由", "reason"), "answer": ("答复", "answer"),
    "code": ("查询码", "code"), "appointment": ("预约时间", "appointment"), "place": ("地点", "place"),
    "worker": ("经办人", "worker"),
}  # fmt: skip
NEEDS: dict[str, Pair] = {
    "high": ("高需求", "high need"), "middle": ("中需求", "middle need"), "low": ("低需求", "low need"),
    "a": ("A 类", "class A"), "b": ("B 类", "class B"), "c": ("C 类", "class C"), "d": ("D 类", "class D"),
    "spring": ("春季", "in spring"), "summer": ("夏季", "in summer"), "autumn": ("秋季", "in autumn"),
    "winter": ("冬季", "in winter"),
}  # fmt: skip
SWITCHED: dict[str, Pair] = {
    "tasks": ("任务", "tasks"),
    "shifts": ("值班", "shifts"),
    "contact_tree": ("逐级联络", "calls from level to level"),
    "point_to_point": ("点对点送达", "delivery from door to door"),
}
BASES: dict[str, Pair] = {"base": ("随系统带的通用底本", "the base that ships with the system")}
CALENDARS: dict[str, Pair] = {
    "cn": ("国务院公布的节假日和调休", "the holidays and make-up days of the State Council")
}
ZONES: dict[str, Pair] = {"Asia/Shanghai": ("北京时间", "Beijing time")}


def told(t: Tongue, pattern: str) -> str:
    """A pattern of names or numbers: an example of it, and what it is made of."""
    used = [name for name in dict.fromkeys(_FIELD.findall(pattern)) if name in PARTS]
    if not used:
        return pattern
    example = _FIELD.sub(lambda f: t.say(*PARTS[f[1]][2]) if f[1] in PARTS else "…", pattern)
    parts = t.join(t.say(*PARTS[name][:2]) for name in used)
    return t.say("例如 {example}（{parts}）", "such as {example} ({parts})", example=example, parts=parts)


def telling(t: Tongue, text: str) -> str:
    """The words of a telling, with what is filled in named in brackets."""
    return _FIELD.sub(lambda f: f"【{t.say(*FIELDS[f[1]])}】" if f[1] in FIELDS else f[0], text)


def word(t: Tongue, said: str, words: Mapping[str, Pair]) -> str:
    """One word of a list that people know by another name; itself where it is none."""
    return t.say(*words[said]) if said in words else said


def visits(t: Tongue, need: str, length: str) -> str:
    """How often somebody is visited: 高需求：每1周."""
    return t.say(
        "{need}：每{every}", "{need}: every {every}", need=word(t, need, NEEDS), every=t.length(length)
    )


def campaign(t: Tongue, name: str, said: str) -> str:
    """A season in which visits are more frequent: 夏季：7月1日至8月31日，低需求改为每1周."""
    found = _SEASON.fullmatch(said.strip())
    if found is None:
        return t.say("{name}：{said}", "{name}: {said}", name=word(t, name, NEEDS), said=said)
    month, day, last_month, last_day = map(int, found.groups()[:4])
    return t.say(
        "{name}：{m}月{d}日至{lm}月{ld}日，{need}改为每{every}", "{name}: from {d}/{m} to {ld}/{lm}, {need} every {every}",
        name=word(t, name, NEEDS), m=month, d=day, lm=last_month, ld=last_day, need=word(t, found[5], NEEDS),
        every=t.length(found[6]),
    )  # fmt: skip


def own_lengths(t: Tongue, scheme: str, grade: Grade) -> list[str]:
    """The promises that a grade shortens or lengthens, by their names."""
    flows = [flow for flow in t.model.flows.values() if flow.grades == scheme]
    said = []
    for id, length in grade.lengths.items():
        rule = next((flow.promise[id] for flow in flows if id in flow.promise), None)
        said.append(f"{t.label(rule) if rule else id} {t.length(length)}")
    return said
