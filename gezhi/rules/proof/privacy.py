"""E12 what must not be said or kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from gezhi.rules import length
from gezhi.rules.model import Model
from gezhi.rules.proof.book import Book, Fault, Path

BANNED = (
    "民族", "宗教", "信仰", "政治面貌", "重点人员", "吸毒", "刑满", "前科", "上访次数", "缠访", "闹访", "涉稳人员",
    "维稳对象", "人脸", "指纹", "虹膜", "轨迹", "信用分", "信用评分", "居民积分", "积分", "打卡", "签到", "在线时长",
    "排行榜", "排名榜", "红黑榜", "黑名单", "外来人员", "精神病人", "艾滋", "身份证号",
)  # fmt: skip
"""Labels on persons, and ways of counting or following them, that no model may bring in (domain §7)."""
_FORM = re.compile("|".join(sorted(BANNED, key=len, reverse=True)))
KEPT = ("matter", "log")
LEAST_LOG = length.parse("6月").minutes
LONGEST_PURGE = length.parse("30日").minutes
LEAST_CELL = 5
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
    log = model.privacy.keep.get("log")
    if log and length.parse(log).minutes < LEAST_LOG:
        yield Fault("E12.log", ("privacy", "keep", "log"), {"length": log})
    yield from _modules(model)
    if model.emergency is not None and length.parse(model.emergency.purge).minutes > LONGEST_PURGE:
        yield Fault("E12.purge", ("emergency", "purge"), {"length": model.emergency.purge})


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
             "catalogues": "catalogue", "admissions": "admission", "metrics": "metric", "assessments": "assessment"}  # fmt: skip
    for attribute, table in names.items():
        for one in getattr(model, attribute).values():
            yield from (
                Fault("E12.word", (table, one.id, *path), {"word": word}) for path, word in _found(one, ())
            )


def _banned(value: Any) -> list[str]:
    return list(dict.fromkeys(word for _path, word in _found(value, ())))


def _found(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Banned words of a value and everything in it, with the way to them."""
    if isinstance(value, str):
        yield from ((path, word) for word in _FORM.findall(value))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _found(name, path)
            yield from _found(one, (*path, str(name)))
    elif isinstance(value, tuple):
        yield from (found for one in value for found in _found(one, path))
    elif is_dataclass(value):
        for f in fields(value):
            yield from _found(getattr(value, f.name), (*path, f.name.rstrip("_")))
