"""E12 what must not be said or kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from gezhi.rules import length
from gezhi.rules.model import Care, Model
from gezhi.rules.proof.book import Book, Fault, Path

BANNED = (
    "民族", "族别", "宗教", "信仰", "信教", "教徒", "邪教", "政治面貌",
    "重点人", "重点对象", "特殊人群", "高危人员", "高危人群", "关注人员", "稳控对象", "稳控人员", "管控对象", "管控人员", "涉稳人员", "维稳对象",
    "吸毒", "涉毒", "刑满", "刑释", "前科", "两劳人员", "社区矫正对象", "精神病人", "精神障碍患者", "肇事肇祸", "艾滋",
    "上访", "信访人", "信访户", "信访老户", "越级访", "非访", "进京访", "重复访", "缠访", "闹访",
    "人脸", "人像比对", "指纹", "虹膜", "声纹", "生物识别", "轨迹", "行踪", "行动路径", "实时位置", "人员定位", "步数",
    "信用分", "信用评分", "居民积分", "积分", "打卡", "签到", "考勤", "在线时长", "在岗时长", "绩效分",
    "排行", "排名榜", "人员排名", "红榜", "黑榜", "红黑榜", "晾晒榜", "末位淘汰", "黑名单", "失信人员",
    "外来人员", "外来人口", "身份证", "证件号码", "银行卡号", "银行账号", "信用等级",
)  # fmt: skip
"""Labels on persons, and ways of counting or following them, that no model may bring in (domain §7)."""
ENGLISH = (
    "religion", "religious", "ethnic", "ethnicity", "nationality", "political affiliation", "face recognition", "facial recognition",
    "fingerprint", "iris", "voiceprint", "biometric", "biometrics", "dna", "gps", "location tracking", "live location", "trajectory", "whereabouts",
    "clock-in", "clock in", "check-in", "attendance record", "ranking", "leaderboard", "blacklist", "red list", "black list",
    "id card", "identity card", "passport number", "hiv", "aids", "drug user", "drug addict", "ex-convict", "criminal record",
    "facial", "ssn", "social security number", "bank account number", "credit rating", "petitioner", "petitioners", "mental patient", "key person", "key persons", "social credit", "personal score",
)  # fmt: skip
ALIKE = str.maketrans(
    "員點積敎籤簽資軌蹟跡臉紋訪對險戶黨滿單釋殺關", "员点积教签签资轨迹迹脸纹访对险户党满单释杀关"
)
"""Signs of the other writing, as far as the words above have them."""
_FORM = re.compile("|".join(sorted(BANNED, key=len, reverse=True)))
_WORDS = re.compile(r"\b(" + "|".join(sorted(ENGLISH, key=len, reverse=True)) + r")\b")
_BETWEEN = re.compile(r"[\s\u00b7\u2022\u30fb\u200b-\u200f\u2060\ufeff_./-]+")
KEPT = ("matter", "log")
MINORS = ("未成年", "儿童", "少年", "孤儿", "留守儿")
GROUNDS = re.compile("自愿|本人|申请|登记|法|条例|规定|职责|示例")
"""What a visit rests on: the person's own wish, or a duty that is written down somewhere."""
VISITING = frozenset(("handle", "report", "meet"))
"""Kinds of duty under which somebody goes and sees."""
KNOWN = ("matter", "anonymous_text", "original", "care", "log", "impact_assessment")
LONGEST = length.parse("240月").minutes
LEAST_LOG = length.parse("6月").minutes
LONGEST_PURGE = length.parse("30日").minutes
LEAST_CELL = 5
POINTING = re.compile("纠纷|矛盾|邻里|噪声|噪音|扰民|家庭|家暴|欠薪|举报|违建|群租")
"""What names who is complained of by itself."""
PAPERS = frozenset(("impact_assessment", "rule_document"))
MORE = {"minors": frozenset(("guardian_consent",))}
"""Further papers of one module: 个人信息保护法 31."""


def nothing_forbidden(book: Book) -> Iterator[Fault]:
    """E12: no label on persons; cells of at least five; how long matters and logs are kept is written, logs at least six
    months; sensitive modules are off and ask for their papers; an emergency's records of persons are destroyed
    within thirty days.
    """
    model = book.model
    yield from _words(model)
    if model.privacy.min_cell < LEAST_CELL:
        yield Fault("E12.cell", ("privacy", "min_cell"), {"count": model.privacy.min_cell})
    for name in KEPT:
        if name not in model.privacy.keep:
            yield Fault("E12.keep", ("privacy", "keep"), {"word": name})
    yield from _kept(model)
    log = model.privacy.keep.get("log")
    if log and length.parse(log).minutes < LEAST_LOG:
        yield Fault("E12.log", ("privacy", "keep", "log"), {"length": log})
    yield from _modules(model)
    yield from _pointing(model)
    yield from _retaliation(model)
    yield from _local(model)
    if model.emergency is not None and length.parse(model.emergency.purge).minutes > LONGEST_PURGE:
        yield Fault("E12.purge", ("emergency", "purge"), {"length": model.emergency.purge})


def _kept(model: Model) -> Iterator[Fault]:
    """What is kept is something that there is, visits too where there are any, and nothing is kept for ever."""
    for name, said in model.privacy.keep.items():
        path = ("privacy", "keep", name)
        if name not in KNOWN:
            yield Fault("E12.kept", path, {"word": name, "known": "、".join(KNOWN)})
        if length.parse(said).minutes > LONGEST:
            yield Fault("E12.ever", path, {"word": name, "length": said})
    if model.cares and "care" not in model.privacy.keep:
        yield Fault("E12.keep", ("privacy", "keep"), {"word": "care"})
    for care in model.cares.values():
        yield from _visits(model, care)
    for channel in model.channels.values():
        typed = channel.exchange == "hand" and channel.reporter in ("sealed", "anonymous")
        if typed and channel.way != "out" and not channel.warns_names:
            yield Fault("E12.names", ("channel", channel.id), {"channel": channel.id})


def _visits(model: Model, care: Care) -> Iterator[Fault]:
    """A visit rests on something, is made by who handles, reports or meets, and to minors under their own gate."""
    path, said = ("care", care.id), {"care": care.id}
    if not GROUNDS.search(care.basis):
        yield Fault("E12.basis", path, said)
    if care.module != "minors" and any(word in care.name + care.basis for word in MINORS):
        yield Fault("E12.minors", path, said)
    for duty in care.duty:
        if model.duties[duty].kind not in VISITING:
            yield Fault("E12.visitor", path, said | {"duty": duty})


def _modules(model: Model) -> Iterator[Fault]:
    for module in model.privacy.module.values():
        path = ("privacy", "module", module.id)
        if module.on:
            yield Fault("E12.on", path, {"module": module.id})
        if not set(module.needs) >= PAPERS | MORE.get(module.id, frozenset()):
            yield Fault("E12.papers", path, {"module": module.id})
    yield from _gates(model)


def _gates(model: Model) -> Iterator[Fault]:
    """Every use of a sensitive module names it, and it has its switch."""
    used: list[tuple[str, Path]] = [(f.module, ("flow", f.id)) for f in model.flows.values()]
    used += [(c.module, ("care", c.id)) for c in model.cares.values()]
    used += [("emergency", ("emergency",))] if model.emergency is not None else []
    for name, where in used:
        if name and name not in model.privacy.module:
            yield Fault("E12.module", where, {"module": name})
        if where[0] == "care" and not name:
            yield Fault("E12.visits", where, {"care": where[1]})
    for flow in model.flows.values():
        if flow.subject == "dispute" and flow.module != "mediation":
            yield Fault("E12.gate", ("flow", flow.id), {"flow": flow.id})


def _pointing(model: Model) -> Iterator[Fault]:
    """An item of which people nearby are told (附议) points at no household and nobody: else whom it is about learns of it."""
    for item in model.items.values():
        if item.me_too and (found := POINTING.search(f"{item.name} {item.category}")):
            yield Fault("E12.me_too", ("items",), {"word": found.group()}, row=item.code)


def _retaliation(model: Model) -> Iterator[Fault]:
    """The item for trouble made for a reporter is one of the list, whose matters go the way of reports."""
    code = model.privacy.retaliation
    item = model.items.get(code)
    fit = item is not None and not item.me_too and model.flows[item.flow].subject == "matter"
    if code and not fit:
        yield Fault("E12.retaliation", ("privacy", "retaliation"), {"word": code})


def _local(model: Model) -> Iterator[Fault]:
    """The level up to which somebody is of the place is one below the highest: else nobody is left who may handle it."""
    level = model.levels.get(model.privacy.local)
    if model.privacy.local and (level is None or not level.under):
        yield Fault("E12.local", ("privacy", "local"), {"word": model.privacy.local})


def _words(model: Model) -> Iterator[Fault]:
    """A fault for each banned word in a text that somebody reads."""
    for item in model.items.values():
        for word in _banned(item):
            yield Fault("E12.word", ("items",), {"word": word}, row=item.code)
    for table in ("about", "privacy", "emergency"):
        for word in _banned(getattr(model, table)):
            yield Fault("E12.word", ("model" if table == "about" else table,), {"word": word})
    names = {"levels": "level", "overlays": "overlay", "posts": "post", "departments": "department", "duties": "duty",
             "grades": "grades", "flows": "flow", "asides": "aside", "channels": "channel", "tellings": "telling",
             "councils": "council", "meetings": "meeting", "cares": "care", "staffing": "staffing",
             "catalogues": "catalogue", "admissions": "admission", "alikes": "alike", "alarms": "alarm", "metrics": "metric", "assessments": "assessment"}  # fmt: skip
    for attribute, table in names.items():
        for one in getattr(model, attribute).values():
            yield from (
                Fault("E12.word", (table, one.id, *path), {"word": word}) for path, word in _found(one, ())
            )


def banned_words(text: str) -> list[str]:
    """The banned words of a text, however they are spaced, dotted, or written in full width or in the other script."""
    plain = unicodedata.normalize("NFKC", text).translate(ALIKE).casefold()
    return [*_FORM.findall(_BETWEEN.sub("", plain)), *_WORDS.findall(plain)]


def _banned(value: Any) -> list[str]:
    return list(dict.fromkeys(word for _path, word in _found(value, ())))


def _found(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Banned words of a value and everything in it, with the way to them."""
    if isinstance(value, str):
        yield from ((path, word) for word in banned_words(value))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _found(name, path)
            yield from _found(one, (*path, str(name)))
    elif isinstance(value, tuple):
        yield from (found for one in value for found in _found(one, path))
    elif is_dataclass(value):
        for f in fields(value):
            yield from _found(getattr(value, f.name), (*path, f.name.rstrip("_")))
