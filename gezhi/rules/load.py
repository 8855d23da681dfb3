"""A folder → a model, whole and valid, or every reason why not. Never half of one.

The canonical form is JSON of the merged tables and the rows of items.csv. Its SHA-256 over sorted keys is the
version; the same without labels and texts is the conduct. `from_canonical` reads back what was stored.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from gezhi.rules import drops, keys
from gezhi.rules.findings import Finding, ModelError
from gezhi.rules.findings_english import in_both
from gezhi.rules.folder import DISTRICTS, Tree, merged, read_layers, read_text
from gezhi.rules.model import File, Item, Model, Post, Staffing
from gezhi.rules.published import Published, read_published
from gezhi.rules.reading import Reading
from gezhi.rules.sheet import COLUMNS, WORDS_ONLY, Row, Sheet, read_items, read_rows

__all__ = ["Finding", "ModelError", "from_canonical", "load_model", "named", "shipped"]

HEX = 16
LANGUAGE = 2
"""Stored with each canonical form; older ones are read in today's words and keep their version."""
PLURAL = {
    "level": "levels",
    "overlay": "overlays",
    "post": "posts",
    "department": "departments",
    "duty": "duties",
    "flow": "flows",
    "aside": "asides",
    "channel": "channels",
    "telling": "tellings",
    "council": "councils",
    "meeting": "meetings",
    "care": "cares",
    "catalogue": "catalogues",
    "admission": "admissions",
    "alike": "alikes",
    "alarm": "alarms",
    "metric": "metrics",
    "assessment": "assessments",
    "migrate": "migrations",
    "model": "about",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder that was read: its model, its published figures, and on which line everything stands."""

    model: Model
    published: tuple[Published, ...]
    reading: Reading
    sheet: Sheet

    def where(self, path: tuple[str, ...], row: str = "", /) -> tuple[str, int]:
        """File and line of a path of model.toml, or of a row of items.csv by its code."""
        if row:
            return self.sheet.label, self.sheet.lines.get(row, 1)
        # Who holds a duty is written in one's own file, wherever the duty itself comes from.
        if path[:1] == ("duty",):
            return self.reading.mine(path)
        return self.reading.where(path)


def load_model(folder: Path, *, name: str = "") -> Model:
    """Read a folder. `name` overrides what the system is called. Raises `ModelError` with all findings."""
    return opened(folder, name=name).model


def opened(folder: Path, *, name: str = "") -> Opened:
    """Read a folder and keep where everything stands. Raises `ModelError` with all findings."""
    try:
        return _opened(folder, name)
    except ModelError as error:
        raise ModelError(map(in_both, error.findings)) from None


def _opened(folder: Path, name: str) -> Opened:
    layers = read_layers(folder)
    tree = merged(layers)
    if name and isinstance(tree.get("model"), dict):
        tree["model"] = tree["model"] | {"name": name}
    sheet = _sheet(folder, tree)
    metrics = tree.get("metric")
    rows, wrong = read_published(folder, metrics if isinstance(metrics, dict) else ())
    reading = Reading(tree, layers)
    return Opened(_model(reading, sheet, wrong), rows, reading, sheet)


def named(name: str) -> Model:
    """The model of this name that ships with the house."""
    return load_model(DISTRICTS / name)


def shipped() -> tuple[str, ...]:
    """Names of the folders that ship with the house, the base among them."""
    return tuple(sorted(path.parent.name for path in DISTRICTS.glob("*/model.toml")))


def from_canonical(text: str | bytes) -> Model:
    """The model whose `canonical` this is. Raises `ModelError` if it is none."""
    try:
        said = json.loads(text)
        tree, rows = said["tables"], said["items"]
        own = said.get("language", 1)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ModelError([Finding("canonical", 0, "", "这不是一份存下来的模型。", code="L07")]) from None
    model = _model(Reading(tree if own == LANGUAGE else in_todays_words(tree)), _stored(rows))
    return model if own == LANGUAGE else replace(model, version=_hashed(tree, rows), canonical=_word(text))


def in_todays_words(tree: Tree) -> Tree:
    """Tables as language 1 stored them, as they are written today: least numbers of holders stood in the posts."""
    posts = tree.get("post")
    if not isinstance(posts, dict) or not all(isinstance(post, dict) for post in posts.values()):
        return tree
    staffing = dict(tree.get("staffing", {}))
    said = {(rule.get("level"), post) for rule in staffing.values() for post in rule.get("least", {})}
    for name, post in posts.items():
        for level in post.get("levels", ()):
            if post.get("min", 1) != 1 and (level, name) not in said:
                rule = {"name": post.get("name", name), "level": level, "least": {name: post["min"]}}
                staffing[f"{name}_at_{level}"] = rule
    kept = {name: {k: v for k, v in post.items() if k != "min"} for name, post in posts.items()}
    return tree | {"post": kept, "staffing": staffing}


def _word(text: str | bytes) -> str:
    return text.decode() if isinstance(text, bytes) else text


def _stored(rows: dict[str, Row]) -> Sheet:
    return Sheet("items.csv", rows, columns=tuple(_columns(rows)))


def _columns(rows: dict[str, Row]) -> dict[str, None]:
    return dict.fromkeys(column for row in rows.values() for column in row)


def _sheet(folder: Path, tree: Tree) -> Sheet:
    """The folder's own items.csv; a model without catalogues needs none."""
    label = f"{folder.name}/items.csv"
    if not tree.get("catalogue") and not os.path.lexists(folder / "items.csv"):
        return Sheet(label)
    return read_rows(read_text(folder / "items.csv", label), label)


def _model(reading: Reading, sheet: Sheet, wrong: Iterable[Finding] = ()) -> Model:
    file = reading.read()
    items = read_items(sheet, file, reading.mine) if file and not sheet.findings else {}
    if file:
        sheet.findings = _at_the_flow(sheet, file)
    findings = [*drops.told_once(reading), *sheet.findings, *wrong]
    if file is None or findings:
        raise ModelError(findings)
    tables = {PLURAL.get(f.name, f.name): getattr(file, f.name) for f in fields(File)}
    tables["posts"] = {post.id: _staffed(post, file.staffing.values()) for post in file.post.values()}
    return Model(
        version=_hashed(reading.tree, sheet.rows),
        conduct=_hashed(_without_labels(reading.tree, File), _items_without_words(items)),
        canonical=_json(reading.tree, sheet.rows, sort=False),
        items=items,
        **tables,
    )


def _at_the_flow(sheet: Sheet, file: File) -> list[Finding]:
    """The findings of the rows; a grade that a flow of orders does not have is told as what it is: the wrong flow."""
    rows = {f"{code} 等级": row for code, row in sheet.rows.items()}
    fitting = " ".join(flow.id for flow in file.flow.values() if flow.subject == "matter")

    def said(one: Finding) -> Finding:
        flow = file.flow.get(rows.get(one.place, {}).get("流程", ""))
        if flow is None or flow.subject != "order":
            return one
        sentence = f"「{flow.id}」是单子的流程，事项不走它；这里可以写：{fitting}"
        return replace(one, place=f"{one.place.removesuffix('等级')}流程", sentence=sentence, near="")

    return [said(one) for one in sheet.findings]


def _staffed(post: Post, rules: Iterable[Staffing]) -> Post:
    """The post with its least numbers of holders, which stand in `[staffing]` alone."""
    least = {rule.level: rule.least[post.id] for rule in rules if post.id in rule.least}
    return replace(post, least=least, min=max(least.values(), default=1))


def _json(tree: Tree, rows: Any, *, sort: bool) -> str:
    said = {"tables": tree, "items": rows} | ({} if sort else {"language": LANGUAGE})
    return json.dumps(said, ensure_ascii=False, sort_keys=sort, separators=(",", ":"))


def _hashed(tree: Tree, rows: Any) -> str:
    return hashlib.sha256(_json(tree, rows, sort=True).encode()).hexdigest()[:HEX]


def _items_without_words(items: dict[str, Item]) -> dict[str, Any]:
    """Items by what they do: names in cells are ids here, so another label is no other conduct."""
    spoken = {COLUMNS[column] for column in WORDS_ONLY}
    without = {
        code: {k: v for k, v in asdict(item).items() if k not in spoken} for code, item in items.items()
    }
    for item in without.values():
        for newer in (
            "original",
            "me_too",
        ):  # columns newer than stored editions: without them they conduct as before
            if not item[newer]:
                del item[newer]
    return without


def _without_labels(tree: Any, of: Any) -> Any:
    """The tree without the keys that are words for people."""
    kept = {}
    for name, field in keys.written(of).items():
        key = field.metadata["key"]
        if name not in tree or key.label:
            continue
        value = tree[name]
        if key.kind == "table":
            value = _without_labels(value, key.of)
        elif key.kind == "tables":
            value = {k: _without_labels(v, key.of) for k, v in value.items()}
        kept[name] = value
    return kept
