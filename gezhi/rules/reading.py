"""From a merged tree to the dataclasses of the model, with a finding for everything that is not right.

One walk: each table is read by the dataclass that describes it, each key by its reader, and what a name
refers to is asked of the same tree. The walk never stops at the first fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from gezhi.rules import headers, keys
from gezhi.rules.findings import Finding, nearest, slip_of, unknown
from gezhi.rules.folder import Layer, Tree
from gezhi.rules.keys import Key
from gezhi.rules.model import File
from gezhi.rules.toml_lines import line_at
from gezhi.rules.values import READERS
from gezhi.rules.values_base import ID, Path

MOVED = {
    "post.min": "「min」不写在岗位里：最少人数写进 [staffing]，例如 "
    'two = { name = "中心两人", level = "county", least = { centre = 2 } }。',
}
"""Keys that earlier versions of the language had, and where their fact stands now."""


NAME = 60
FILLED = ("id", "choice", "length", "natural", "term", "date")
LEVELS, WAYS = 12, 24
"""Levels, and ways from the root down, that a model has at the most (3 to 6 levels are met with)."""


class Reading:
    """One reading of one tree. `layers` say in which file and line a key was written, the youngest last."""

    def __init__(self, tree: Tree, layers: Sequence[Layer] = ()) -> None:
        self.tree = tree
        self.layers = layers
        self.findings: list[Finding] = []
        self.lost: list[
            tuple[Path, str]
        ] = []  # where a name stands that the model does not have, and that name
        self._names: dict[tuple[str, ...], list[str]] = {}

    def read(self) -> File | None:
        """The whole file; none if there was a finding."""
        file = self._table(File, self.tree, ())
        _levels_are_trees(self)
        before = _grades_once(self.findings)
        self.findings = headers.told_once(before, self.layers, {word for _, word in self.lost})
        self.lost = self.lost if self.findings == before else []
        return None if self.findings else file

    def say(
        self,
        path: Path,
        sentence: str,
        near: str = "",
        *,
        code: str = "L14",
        mend: tuple[str, str] = ("", ""),
    ) -> None:
        """Note a finding; `mend` in Chinese and English. What is mended in one's own file is told with its line there."""
        mend = mend if any(mend) else self._advice(path, code)
        file, line = self.mine(path) if any(mend) else self.where(path)
        finding = Finding(
            file, line, ".".join(path), sentence, near, code, mend=mend[0], mend_english=mend[1]
        )
        if finding not in self.findings:
            self.findings.append(finding)

    def _advice(self, path: Path, code: str) -> tuple[str, str]:
        """Where a new grade belongs: into the scheme that the flows already use."""
        if code not in ("L11", "L12") or path[:1] not in (("grades",), ("grade",)):
            return "", ""
        known = [name for layer in self.layers[:-1] for name in layer.tree.get("grades", {})]
        name = known[0] if known else (self._ids("grades") or ["main"])[0]
        line = 'top = { name = "特急", order = 1 }'
        return (
            f"等级写在 [grades.{name}.grade] 下面，一行一个，例如 {line}；方括号里的 {name} 是这一套的编号，不要换。",
            f"Grades stand below [grades.{name}.grade], one a line, such as {line}; {name} is the id of the scheme and stays.",
        )

    def unknown(self, path: Path, word: str, known: Iterable[str], *, code: str = "L13") -> None:
        sentence, near = unknown(str(word), known)
        if code == "E20":
            self.lost.append((path, word))
        mend = ("", "")
        if base := self._inherited(path):
            place = ".".join(path[:-1])
            mend = (
                f'这一行是从 {base} 继承的，用到了「{word}」：把 "{place}" 也写进 drop，或把「{word}」留着。',
                f'This is inherited from {base} and uses “{word}”: drop "{place}" too, or keep “{word}”.',
            )
        elif code in ("E20", "L13"):
            mend = self.by_id(str(word), known)
        self.say(path, sentence, near, code=code, mend=mend)

    def by_id(self, word: str, known: Iterable[str], before: str = "") -> tuple[str, str]:
        """The mend for a name written where its id belongs, `before` which something stands; empty where it is no name."""
        if word.isascii():
            return "", ""
        tables = [
            self._at("flow", flow, table)
            for flow in self._ids("flow")
            for table in ("step", "move", "promise")
        ]
        tables += [self._at("grades", scheme, "grade") for scheme in self._ids("grades")]
        tables += [one for one in self.tree.values() if isinstance(one, dict)]
        named = {
            name: id
            for table in tables
            for id, one in table.items()
            if id in known and isinstance(one, dict)
            for name in (one.get("name"), *_listed(one.get("aka", ())))
            if isinstance(name, str)
        }
        name = nearest(word, named)
        if not name:
            return "", ""
        said = f"写编号 {before}{named[name]}（{name}），不写名称。"
        return said, f"Write the id {before}{named[name]} ({name}), not the name."

    def _at(self, *path: str) -> Tree:
        """The table at a path; empty where there is none."""
        table: Any = self.tree
        for part in path:
            table = table.get(part) if isinstance(table, dict) else None
        return table if isinstance(table, dict) else {}

    def names(self, table: str, path: Path) -> list[str]:
        """Ids of a table. Step, move, promise and grade are those of the flow in which `path` lies."""
        scope = (table, *path[:2]) if table in ("step", "move", "promise", "grade") else (table,)
        if scope not in self._names:
            self._names[scope] = list(dict.fromkeys(self._found(table, path)))
        return self._names[scope]

    def _found(self, table: str, path: Path) -> Iterable[str]:
        if table.startswith("any "):
            return self._anywhere(table.removeprefix("any "))
        if table not in ("step", "move", "promise", "grade"):
            return self._ids(table)
        if path[0] == "grades":
            return (p for flow in self._ids("flow") for p in self._ids("flow", flow, "promise"))
        if table == "grade":
            flow = self.tree["flow"].get(path[1], {})
            return self._ids("grades", str(flow.get("grades", "")), "grade") if isinstance(flow, dict) else ()
        return self._ids("flow", path[1], table)

    def _anywhere(self, predicate: str) -> Iterable[str]:
        """Names that a predicate of a metric may use: FLOW.promise, or flows, steps and moves of any flow."""
        flows = self._ids("flow")
        if predicate in ("kept", "missed"):
            return [f"{flow}.{p}" for flow in flows for p in self._ids("flow", flow, "promise")]
        inside = [n for flow in flows for table in ("step", "move") for n in self._ids("flow", flow, table)]
        return [*flows, *inside]

    def _ids(self, *path: str) -> list[str]:
        return list(self._at(*path))

    def where(self, path: Path) -> tuple[str, int]:
        """The youngest file in which the path, else the nearest table around it, was written."""
        for end in range(len(path), 0, -1):
            for layer in reversed(self.layers):
                if _has(layer.tree, path[:end]):
                    return self._to_mend(layer, path[:end])
        return (self.layers[-1].label if self.layers else "model.toml"), 0

    def _to_mend(self, layer: Layer, path: Path) -> tuple[str, int]:
        """Where that is mended: a base that ships holds by itself, so what is wrong with it was done in one's own file."""
        own = self.layers[-1]
        if not layer.ships or layer is own:
            return layer.label, line_at(layer.lines, path)
        about = own.tree.get("model")
        dropped = isinstance(about, dict) and about.get("drop")
        near = path if _has(own.tree, path[:1]) else ("model", "drop" if dropped else "extends")
        return own.label, line_at(own.lines, near)

    def _inherited(self, path: Path) -> str:
        """The base that ships and alone has this place; empty where one's own file says it, or nobody does."""
        found = next((layer for layer in reversed(self.layers) if _has(layer.tree, path)), None)
        return found.label.partition("/")[0] if found and found.ships and found is not self.layers[-1] else ""

    def mine(self, path: Path) -> tuple[str, int]:
        """The line in one's own file on which the path is written, or the nearest table around it that stands there."""
        own = self.layers[-1] if self.layers else None
        if own is None or not _has(own.tree, path[:1]):
            return self.where(path)
        return own.label, line_at(own.lines, path)

    def _table(self, of: Any, raw: Any, path: Path) -> Any:
        if not isinstance(raw, dict):
            self.say(path, "这里应是一张表。")
            return None
        known = keys.written(of)
        before = len(self.findings)
        self._only_known(raw, known, path)
        self._all_there(
            path, [name for name, field in known.items() if name not in raw and keys.required(field)]
        )
        for name, field in known.items():
            filled = keys.required(field) and field.metadata["key"].kind in FILLED
            if filled and raw.get(name, 1) in ("", [], {}):
                self.say((*path, name), "这里空着，要写。")
        values = {
            field.name: self._value(field.metadata["key"], raw[name], (*path, name))
            for name, field in known.items()
            if name in raw
        }
        if len(self.findings) > before:
            return None
        if "id" not in known and any(f.name == "id" for f in fields(of)):
            values["id"] = path[-1]
        return of(**values)

    def _all_there(self, path: Path, missing: list[str]) -> None:
        """Required keys that are not written; told together where the id was meant to be one of the parent's."""
        inherited = [name for layer in self.layers[:-1] for name in _at(layer.tree, path[:-1])]
        near = slip_of(path[-1], inherited) if missing and path and path[-1] not in inherited else ""
        if near:
            lacks = "「" + "」「".join(missing) + "」"
            said = f"「{path[-1]}」是新写的，缺{lacks}。要改继承来的，编号要一样：是不是「{near}」？"
            self.say(path, said, near, code="L12")
            return
        if missing and self._dropped_here(path):
            place = ".".join(path)
            self.say(
                path,
                f"「{place}」写进了 drop，这里又只写了一部分，缺「{'」「'.join(missing)}」。",
                code="L12",
            )
            return
        for name in missing:
            self.say(path, f"缺「{name}」。", code="L12", mend=self._own_id(path, name))

    def _dropped_here(self, path: Path) -> bool:
        """Whether one's own file drops this very thing, so that what it writes of it stands alone."""
        own = self.layers[-1].tree if self.layers else {}
        about = own.get("model")
        dropped = about.get("drop") if isinstance(about, dict) else None
        paths = [tuple(str(one).split(".")) for one in dropped] if isinstance(dropped, list) else []
        return _has(own, path) and any(path[: len(one)] == one for one in paths)

    def _own_id(self, path: Path, name: str) -> tuple[str, str]:
        """What to write where the model itself has no id: what its folder is called."""
        if (path, name) != (("model",), "id") or not self.layers:
            return "", ""
        line = f'id = "{self.layers[-1].label.partition("/")[0]}"'
        return (
            f"在 [model] 下面写 {line}（和文件夹同名）。",
            f"Write below [model]: {line} (as the folder is called).",
        )

    def _only_known(self, raw: Iterable[str], known: Iterable[str], path: Path) -> None:
        for name in raw:
            if name in known:
                continue
            if moved := MOVED.get(".".join((*path[:1], name))):
                self.say((*path, name), moved, code="L11")
            else:
                self.unknown((*path, name), name, known, code="L11")

    def _value(self, key: Key, raw: Any, path: Path) -> Any:
        if key.kind == "table":
            return self._table(key.of, raw, path)
        if key.kind == "list":
            return self._list(key, raw, path)
        if key.kind == "tables":
            return self._tables(key, raw, path)
        if path[-1] == "name" and isinstance(raw, str) and not 0 < len(raw.strip()) <= NAME:
            self.say(path, f"名称要写，不超过 {NAME} 个字。" if raw.strip() else "名称空着。")
        if key.some and raw in ([], {}, ""):
            self.say(
                path, "这里空着。至少写一个，或整行不写。" if raw == "" else "这里是空的，至少要写一个。"
            )
        return READERS[key.kind](self, key, raw, path)

    def _list(self, key: Key, raw: Any, path: Path) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            self.say(path, "这里应是若干张表的列表，写成 [{ … }]。")
            return ()
        return tuple(self._table(key.of, one, path) for one in raw)

    def _tables(self, key: Key, raw: Any, path: Path) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.say(path, "这里应是若干张表，每张有自己的编号。")
            return {}
        for name in raw:
            if key.words and name not in key.words:
                self.unknown((*path, name), name, key.words)
            elif not ID.fullmatch(name) and path != ("migrate",):
                self.say(
                    (*path, name), f"编号「{name}」只能用英文字母、数字和下划线，并以字母开头。", code="L17"
                )
            elif name in keys.RESERVED.get(path[-1], ()):
                self.say((*path, name), f"编号「{name}」在规则里另有意思，换一个编号。", code="L17")
        return {name: self._table(key.of, one, (*path, name)) for name, one in raw.items()}


def _grades_once(findings: list[Finding]) -> list[Finding]:
    """Grades written under another id than the scheme's: said once, without every length that then names no grade."""
    amiss = [one for one in findings if one.code == "L12" and one.place.startswith("grades.")]
    if not amiss:
        return findings
    lengths = [one for one in findings if one.code == "E20" and ".length." in one.place]
    return [one for one in findings if one is amiss[0] or one not in (*amiss, *lengths)]


def _at(tree: Any, path: Path) -> list[str]:
    """The names in the table at a path; none where there is no table."""
    for part in path:
        tree = tree.get(part) if isinstance(tree, dict) else None
    return list(tree) if isinstance(tree, dict) else []


def _has(tree: Any, path: Path) -> bool:
    for part in path:
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True


def _levels_are_trees(reading: Reading) -> None:
    """Exactly one level has nothing above it, and no level is above itself."""
    levels = reading.tree.get("level")
    if not isinstance(levels, dict) or not all(isinstance(one, dict) for one in levels.values()):
        return
    above = {name: _listed(one.get("under", "")) for name, one in levels.items()}
    roots = [name for name, over in above.items() if not over]
    if len(roots) != 1:
        reading.say(
            ("level",), f"最上面的层级（不写 under）应有且只有一个，现在有 {len(roots)} 个。", code="E01"
        )
    for name in above:
        if name in _over(name, above):
            reading.say(("level", name, "under"), "层级绕了一圈又回到自己。", code="E01")
    _levels_are_few(reading, levels, above, roots)


def _levels_are_few(reading: Reading, levels: Tree, above: dict[str, list[str]], roots: list[str]) -> None:
    """A level is named above another once, the root is never skipped, and the ways down can be counted."""
    for name in above:
        if len(set(above[name])) < len(above[name]):
            reading.say(("level", name, "under"), "同一个上级写了两遍。", code="E01")
    for name in roots:
        if levels[name].get("may_skip"):
            reading.say(("level", name, "may_skip"), "最上一级不能越过：去掉 may_skip。", code="E01")
    if len(levels) > LEVELS:
        reading.say(("level",), f"写了 {len(levels)} 级，最多 {LEVELS} 级。", code="E01")
    elif len(roots) == 1 and not reading.findings and (ways := _ways(roots[0], above)) > WAYS:
        reading.say(("level",), f"从上到下有 {ways} 条路，最多 {WAYS} 条：under 里少写几个上级。", code="E01")


def _ways(root: str, above: dict[str, list[str]]) -> int:
    """How many ways lead from the root down to levels with nothing below them."""
    below: dict[str, list[str]] = {name: [] for name in above}
    for name, over in above.items():
        for one in over:
            below.setdefault(one, []).append(name)

    @cache
    def ways(name: str) -> int:
        return sum(map(ways, below[name])) or 1

    return ways(root)


def _listed(said: Any) -> list[str]:
    return [str(one) for one in (said if isinstance(said, list) else [said]) if one]


def _over(name: str, above: dict[str, list[str]]) -> set[str]:
    """Every level over this one."""
    found: set[str] = set()
    waiting = list(above[name])
    while waiting:
        level = waiting.pop()
        if level not in found:
            found.add(level)
            waiting += above.get(level, [])
    return found
