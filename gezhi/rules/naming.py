"""A model under a district's own names: the model, its levels, and whose rules apply there. Pure functions.

Posts, departments, councils, meetings and nets that begin with the name of the level at which they sit follow it;
cells of items.csv that name them follow too. What else was written in words stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gezhi.rules.keys import REPLACED_WHOLE
from gezhi.rules.load import shipped
from gezhi.rules.model import Model, PromiseRule
from gezhi.rules.sheet import COLUMNS
from gezhi.rules.texts import Texts, texts_of
from gezhi.rules.writing import Rows, Tree, csv_of, parts_of, toml_of

NATION = "全国"
LOCAL = "本地"
"""The source of a model that a district made of another."""
OF_LAW = ("most_by_law", "law", "stops_by_law", "jurisdiction")
TIED = {
    "post": "levels", "department": "level", "overlay": "inside", "council": "level", "meeting": "level", "staffing": "level",
}  # fmt: skip
"""Which key of a table says at what level its things sit."""
ENGLISH = {
    "市": "City", "区": "District", "县": "County", "旗": "Banner", "街道": "Street", "镇": "Town", "乡": "Township",
    "乡镇": "Township or town", "镇街": "Town or street", "镇（街道）": "Town or street", "街道（镇）": "Street or town",
    "社区": "Community", "村": "Village", "村（社区）": "Village or community", "社区（村）": "Community or village",
    "园区": "Park", "片区": "Area", "街区": "Block", "网格": "Grid", "综合网格": "Grid", "基础网格": "Basic grid",
    "小分格": "Sub-grid", "微网格": "Micro-grid", "楼栋": "Building",
}  # fmt: skip
"""What usual names of levels are called in English, where nobody says otherwise."""
_WORD = re.compile(r"[a-z0-9]+")

PARTED = "、"
PARTS = re.compile(r"[、，,；;\s]+")
"""How places are parted in a list, written and typed."""
README = """# {name}

本地的一套，照“{model}”（{id}）改的叫法：模型的名称、层级的叫法、适用的法。步骤、时限和清单跟它一样。
每条规则出自哪里，见“{model}”的说明；它公布的数字是别处的，这里一个也没有带来。

The district's own model, made of “{model}” ({id}): what the model and its levels are called, and whose law applies.
Steps, promises and lists are the same. Sources stand in the README of “{model}”; none of its published figures was
taken over.
"""
"""What a model says of itself that was made of another under a district's own names."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a district says: `levels` by id, each Chinese and English (which may be empty); `jurisdictions` in order."""

    name: str
    english: str
    levels: Mapping[str, tuple[str, str]]
    jurisdictions: tuple[str, ...] = (NATION,)


def names_of(model: Model) -> Names:
    """What the model says itself."""
    levels = {level.id: (level.name, level.english) for level in model.levels.values()}
    return Names(model.name, model.about.english, levels, model.about.jurisdictions)


def laws_lost(model: Model, jurisdictions: tuple[str, ...]) -> list[PromiseRule]:
    """Promises under a law that holds in none of these jurisdictions: without it they are the district's own."""
    rules = [rule for flow in model.flows.values() for rule in flow.promise.values()]
    return [rule for rule in rules if rule.jurisdiction and rule.jurisdiction not in jurisdictions]


def named(tables: Tree, rows: Rows, said: Names) -> tuple[Tree, Rows]:
    """Tables and rows with these names. What was taken stays as it was."""
    old = {id: (one["name"], one.get("english", "")) for id, one in tables["level"].items()}
    new = {id: (said.levels[id][0], english_of(old[id], said.levels[id])) for id in old}
    about = _called(
        tables["model"], (said.name, english_of(_pair(tables["model"]), (said.name, said.english)))
    )
    fresh = tables | {"model": about | {"jurisdictions": list(said.jurisdictions)}}
    fresh["level"] = {id: _level(one, old[id], new[id]) for id, one in tables["level"].items()}
    for table, key in TIED.items():
        if table in tables:
            fresh[table] = {id: _follows(one, key, old, new) for id, one in tables[table].items()}
    fresh["flow"] = {id: _under(one, said.jurisdictions) for id, one in tables["flow"].items()}
    for table in ("post", "department"):
        for id, one in tables.get(table, {}).items():
            if fresh[table][id]["name"] != one["name"]:
                rows = holders_renamed(rows, one["name"], fresh[table][id]["name"])
    return fresh, rows


def own(model: Model, said: Names, *, since: str, extends: str = "") -> Texts:
    """A model of one's own: under these names, and without the figures of the district that was published.

    With `extends`, which is the name of a shipped model that `model` is, only what differs from it is written.
    """
    before, was = parts_of(model)
    tables, rows = named(before, was, said)
    tables = _without_figures(tables)
    tables["model"] |= {"id": _id(said, model), "source": LOCAL, "valid_from": since}
    if not extends:
        return texts_of(tables, rows)
    return Texts(toml_of(_over(before, tables, extends)), csv_of(rows) if rows else "")


def holders_renamed(rows: Rows, old: str, new: str) -> Rows:
    """The rows with another name for whoever acts: cells name posts and departments as people do."""

    def cell(column: str, said: str) -> str:
        if COLUMNS.get(column) not in ("handler", "helpers"):
            return said
        return "、".join(new if word.strip() == old else word for word in said.split("、"))

    return {code: {column: cell(column, said) for column, said in row.items()} for code, row in rows.items()}


def _pair(one: Mapping[str, Any]) -> tuple[str, str]:
    return one["name"], one.get("english", "")


def english_of(old: tuple[str, str], new: tuple[str, str]) -> str:
    """The English that goes with a new name: what stood there said the old one, unless somebody wrote it anew."""
    return ENGLISH.get(new[0], "") if new[0] != old[0] and new[1] == old[1] else new[1]


def _called(one: Tree, pair: tuple[str, str]) -> Tree:
    name, english = pair
    kept = {key: value for key, value in one.items() if key != "english" or english}
    return kept | {"name": name} | ({"english": english} if english else {})


def _level(one: Tree, old: tuple[str, str], new: tuple[str, str]) -> Tree:
    serial = one.get("serial", "")
    more = {"serial": serial.removesuffix(old[0]) + new[0]} if serial.endswith(old[0]) else {}
    return _called(one, new) | more


def _follows(
    one: Tree, key: str, old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]
) -> Tree:
    """The thing under its level's new name, where it begins with the old one; lists that name levels say the new."""
    renamed = {old[id][0]: new[id][0] for id in old}
    fresh = {
        name: [renamed.get(word, word) for word in value] if name in ("fixed", "rotating") else value
        for name, value in one.items()
    }
    at = one.get(key, ())
    for id in [at] if isinstance(at, str) else at:
        if old[id][0] != new[id][0] and one.get("name", "").startswith(old[id][0]):
            english = one.get("english", "")
            name = new[id][0] + one["name"].removeprefix(old[id][0])
            return _called(fresh, (name, _inenglish_of(english, old[id][1], new[id][1])))
    return fresh


def _inenglish_of(said: str, old: str, new: str) -> str:
    """The English of what follows its level: begins with the new word, or is gone where it says the old one elsewhere."""
    if old and new and said.startswith(old):
        return new + said.removeprefix(old)
    return "" if old and old.lower() in said.lower() else said


def _under(flow: Tree, jurisdictions: tuple[str, ...]) -> Tree:
    """The flow, its promises without laws of other places: what rests on such a law rests on nothing stated."""
    if "promise" not in flow:
        return flow
    return flow | {"promise": {id: _lawful(one, jurisdictions) for id, one in flow["promise"].items()}}


def _lawful(one: Tree, jurisdictions: tuple[str, ...]) -> Tree:
    if one.get("jurisdiction", NATION) in jurisdictions:
        return one
    gone = {*OF_LAW, "basis"} if one.get("basis") == one.get("law") else set(OF_LAW)
    return {name: value for name, value in one.items() if name not in gone}


def _without_figures(tables: Tree) -> Tree:
    """Without what was counted and published elsewhere, and without the name under which it was published."""
    gone = {"level": "count", "overlay": "count", "post": "published"}
    fresh = {
        table: _each_without(tables.get(table, {}), key) for table, key in gone.items() if table in tables
    }
    about = {name: value for name, value in tables["model"].items() if name != "programme"}
    return tables | fresh | {"model": about}


def _each_without(table: Tree, key: str) -> Tree:
    return {id: {name: value for name, value in one.items() if name != key} for id, one in table.items()}


def _id(said: Names, model: Model) -> str:
    """An id of its own: of the English name, else of the model that was taken."""
    words = _WORD.findall(said.english.lower()) if said.english != model.about.english else []
    found = "_".join(words)[:40].strip("_")
    if not found or not found[0].isalpha():
        found = f"{model.id.replace('-', '_').removesuffix('_local')}_local"
    return found if found not in shipped() else f"{found}_local"


def _over(parent: Tree, whole: Tree, extends: str) -> Tree:
    """The tables that give the whole when they are laid over the parent's."""
    dropped: list[str] = []
    fresh = _differing(parent, whole, (), dropped)
    about = fresh.pop("model", {}) | {"name": whole["model"]["name"]}
    if "english" in whole["model"]:
        about["english"] = whole["model"]["english"]
    first = {
        name: about.pop(name) for name in ("id", "name", "english", "valid_from", "source") if name in about
    }
    drops = [path for path in dropped if path != "model.english"]  # nobody inherits what a model is called
    said = {**first, "extends": extends, **about} | ({"drop": drops} if drops else {})
    return {"model": said} | fresh


def _differing(was: Tree, now: Tree, path: tuple[str, ...], dropped: list[str]) -> Tree:
    """What is other than it was, key by key; paths that are gone are added to `dropped`."""
    dropped += [".".join((*path, name)) for name in was if name not in now]
    fresh: Tree = {}
    for name, value in now.items():
        before = was.get(name)
        if isinstance(value, dict) and isinstance(before, dict) and name not in REPLACED_WHOLE:
            if inner := _differing(before, value, (*path, name), dropped):
                fresh[name] = inner
        elif value != before:
            fresh[name] = value
    return fresh
