"""Reading the files of a model's folder and laying them over those that it extends."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gezhi.rules import toml_faults
from gezhi.rules.findings import Finding, ModelError, unknown
from gezhi.rules.keys import REPLACED_WHOLE
from gezhi.rules.toml_lines import line_at, lines_of

Tree = dict[str, Any]
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls files begin, whatever they are called."""
EXAMPLE, NOT_STATED = "示例", "未说明"
"""What a promise rests on where the file does not say, and where it changes a length and does not say."""
DISTRICTS = Path(__file__).resolve().parent.parent / "districts"


@dataclass(frozen=True, slots=True)
class Layer:
    """One model.toml as it was written, with the line of each key."""

    label: str
    tree: Tree
    lines: dict[tuple[str, ...], int]


def decoded(raw: bytes, errors: str = "strict") -> str:
    """UTF-8 with or without BOM, else GB18030. Raises UnicodeDecodeError for anything else, unless `errors` says so."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors)


def read_text(path: Path, label: str) -> str:
    """The text of a file, or a `ModelError` that says how to save it."""
    try:
        raw = path.read_bytes()
        if raw[:4] in WORKBOOKS:
            raise ModelError(
                [_workbook(label, "这是 Excel 的工作簿，改了名字也不是文字。", "a workbook of Excel")]
            )
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return raw.decode("utf-16")
        return decoded(raw)
    except FileNotFoundError:
        beside = path.with_suffix(".xlsx")
        if beside.exists():
            said = f"没有这个文件，旁边有 {beside.name}。"
            raise ModelError([_workbook(label, said, f"only {beside.name}")]) from None
        raise ModelError([Finding(label, 0, "", "没有这个文件。", code="L01")]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ModelError(
            [Finding(label, line, "", "文字编码读不出来。请另存为 UTF-8。", code="L02")]
        ) from None


def _workbook(label: str, said: str, english: str) -> Finding:
    """The finding for a file that a spreadsheet kept in its own form."""
    return Finding(
        label,
        0,
        "",
        said,
        code="L02",
        mend="在 Excel 或 WPS 里打开，另存为“CSV UTF-8（逗号分隔）”。",
        english=f"This is {english}, no text.",
        mend_english="Open it in the spreadsheet and save it as “CSV UTF-8 (comma delimited)”.",
    )


def read_layers(folder: Path) -> list[Layer]:
    """The folder's model.toml and all that it extends, the oldest ancestor first. A circle is refused."""
    layers: list[Layer] = []
    seen: list[Path] = []
    while True:
        layer = _read(folder)
        layers.insert(0, layer)
        seen.append(folder.resolve())
        parent = layer.tree.get("model", {})
        parent = parent.get("extends", "") if isinstance(parent, dict) else ""
        if not parent:
            return layers
        folder = _parent(folder, parent, layer)
        if folder.resolve() in seen:
            raise _at(layer, ("model", "extends"), f"「{parent}」绕了一圈又回到自己，继承必须有尽头。")


def _read(folder: Path) -> Layer:
    label = f"{folder.name}/model.toml"
    text = read_text(folder / "model.toml", label)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, sentence, english = toml_faults.told(text, error)
        raise ModelError([Finding(label, line, "", sentence, code="L03", english=english)]) from None
    return Layer(label, _plain(tree), lines_of(text))


def _parent(folder: Path, name: Any, layer: Layer) -> Path:
    """The folder beside this one, else the one that ships with the house."""
    places = [folder.parent, DISTRICTS]
    for place in places:
        if isinstance(name, str) and (place / name / "model.toml").is_file():
            return place / name
    known = sorted({p.parent.name for place in places for p in place.glob("*/model.toml")})
    sentence, near = unknown(str(name), known)
    line = line_at(layer.lines, ("model", "extends"))
    raise ModelError([Finding(layer.label, line, "model.extends", sentence, near, "L04")])


def merged(layers: Iterable[Layer]) -> Tree:
    """Lay each layer over the one before: drop first, then key by key, value tables whole.

    Raises `ModelError` with every path in `drop` that the parent does not have.
    """
    tree: Tree = {}
    findings: list[Finding] = []
    for layer in layers:
        about: Any = layer.tree.get("model")
        dropped = about.get("drop", []) if isinstance(about, dict) else []
        for path in dropped if isinstance(dropped, list) else [dropped]:
            findings += _drop(tree, path, layer)
        tree = _sources_of_ones_own(_laid_over(_unnamed(tree), layer.tree), tree, layer.tree)
    if findings:
        raise ModelError(findings)
    about = tree.get("model")
    if isinstance(about, dict):
        tree["model"] = {name: value for name, value in about.items() if name != "drop"}
    return tree


def _unnamed(tree: Tree) -> Tree:
    """What is inherited, without what the parent is called: that is nobody else's name."""
    about = tree.get("model")
    if not isinstance(about, dict):
        return tree
    return tree | {"model": {k: v for k, v in about.items() if k not in ("name", "english")}}


def _laid_over(below: Tree, above: Tree) -> Tree:
    laid = dict(below)
    for name, value in above.items():
        both = isinstance(value, dict) and isinstance(laid.get(name), dict)
        laid[name] = _laid_over(laid[name], value) if both and name not in REPLACED_WHOLE else value
    return laid


def _sources_of_ones_own(laid: Tree, below: Tree, above: Tree) -> Tree:
    """The parent's source of a length does not speak for another length: what it rests on is then not stated."""
    for flow, id in _promises(above):
        was, now = _at_path(below, "flow", flow, "promise", id), _at_path(above, "flow", flow, "promise", id)
        other = "length" in now and now["length"] != was.get("length")
        if other and "basis" not in now and was.get("basis", EXAMPLE) != EXAMPLE:
            laid["flow"][flow]["promise"][id]["basis"] = NOT_STATED
    return laid


def _promises(tree: Tree) -> list[tuple[str, str]]:
    """Flow and promise of every promise that stands in a file."""
    flows = _at_path(tree, "flow")
    return [(flow, id) for flow in flows for id in _at_path(flows, flow, "promise")]


def _at_path(tree: Tree, *path: str) -> Tree:
    """The table at a path; empty where there is none."""
    for part in path:
        found = tree.get(part)
        tree = found if isinstance(found, dict) else {}
    return tree


def _drop(tree: Tree, path: Any, layer: Layer) -> list[Finding]:
    """Take an inherited path away, in place; a finding when it is not there."""
    parts = str(path).split(".")
    table: Any = tree
    for done, part in enumerate(parts):
        if not isinstance(table, dict) or part not in table:
            known = [".".join([*parts[:done], k]) for k in table] if isinstance(table, dict) else []
            sentence, near = unknown(str(path), known)
            line = line_at(layer.lines, ("model", "drop"))
            return [
                Finding(layer.label, line, "model.drop", f"上级没有这一条，不能去掉。{sentence}", near, "L06")
            ]
        if done == len(parts) - 1:
            del table[part]
        else:
            table[part] = dict(table[part]) if isinstance(table[part], dict) else table[part]
            table = table[part]
    return []


def _plain(value: Any) -> Any:
    """Dates as ISO words, so that a tree reads the same from TOML and from the store of versions."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def _at(layer: Layer, path: tuple[str, ...], sentence: str) -> ModelError:
    return ModelError(
        [Finding(layer.label, line_at(layer.lines, path), ".".join(path), sentence, code="L05")]
    )
