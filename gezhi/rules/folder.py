"""Reading the files of a model's folder and laying them over those that it extends."""

from __future__ import annotations

import errno
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gezhi.rules import toml_faults
from gezhi.rules.findings import Finding, ModelError, nearest, unknown
from gezhi.rules.keys import REPLACED_WHOLE
from gezhi.rules.toml_lines import line_at, lines_of

Tree = dict[str, Any]
MOST_BYTES = 2 * 2**20
"""The longest list that ships has 60 KB."""
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
    ships: bool = False  # with the house: what is wrong with it was made by whoever extends it


def decoded(raw: bytes, errors: str = "strict") -> str:
    """UTF-8 with or without BOM, else GB18030. Raises UnicodeDecodeError for anything else, unless `errors` says so."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors)


def read_text(path: Path, label: str) -> str:
    """The text of a file, or a `ModelError` that says how to save it."""
    raw = _raw(path, label)
    if raw[:4] in WORKBOOKS:
        raise ModelError(
            [_workbook(label, "这是 Excel 的工作簿，改了名字也不是文字。", "a workbook of Excel")]
        )
    try:
        return raw.decode("utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else decoded(raw)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ModelError(
            [Finding(label, line, "", "文字编码读不出来。请另存为 UTF-8。", code="L02")]
        ) from None


def _raw(path: Path, label: str) -> bytes:
    """The bytes of a file that is there, can be opened, holds something and is no giant."""
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MOST_BYTES else b""
    except FileNotFoundError:
        beside = path.with_suffix(".xlsx")
        if beside.exists():
            said = f"没有这个文件，旁边有 {beside.name}。"
            raise ModelError([_workbook(label, said, f"only {beside.name}")]) from None
        raise ModelError(
            [Finding(label, 0, "", "没有这个文件。把它放进文件夹，名字一字不差。", code="L01")]
        ) from None
    except OSError as error:
        raise ModelError([Finding(label, 0, "", _unopened(error), code="L01")]) from None
    if size > MOST_BYTES:
        said = f"这个文件有 {size // 2**20} MB，一份清单或规则用不了这么大。核对是不是拿错了文件。"
        raise ModelError([Finding(label, 0, "", said, code="L02")])
    if not raw.removeprefix(b"\xef\xbb\xbf").strip() or raw in (b"\xff\xfe", b"\xfe\xff"):
        raise ModelError([Finding(label, 0, "", "这个文件是空的。把内容写回去，或从备份里拿。", code="L02")])
    return raw


def _unopened(error: OSError) -> str:
    """Why a file that is there cannot be read."""
    if isinstance(error, IsADirectoryError):
        return "这是一个文件夹，不是文件。换成同名的文件。"
    why = {errno.ELOOP: "链接绕了一圈", errno.EACCES: "没有权限"}.get(error.errno or 0, "读不到")
    return f"打不开这个文件（{why}）。换成文件本身，不要用快捷方式。"


def _workbook(label: str, said: str, english: str) -> Finding:
    """The finding for a file that a spreadsheet kept in its own form."""
    if label.endswith(".csv"):
        mend = "在 Excel 或 WPS 里打开，另存为“CSV UTF-8（逗号分隔）”。"
        mend_english = "Open it in the spreadsheet and save it as “CSV UTF-8 (comma delimited)”."
    else:
        mend = "这个文件要用记事本写，存成文字。"
        mend_english = "Write this file with a text editor and save it as text."
    told = f"This is {english}, no text."
    return Finding(label, 0, "", said, code="L02", mend=mend, english=told, mend_english=mend_english)


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
            raise _at(
                layer,
                ("model", "extends"),
                f"「{parent}」绕了一圈又回到自己，继承必须有尽头。改成别的，或删掉这一行。",
            )


def _read(folder: Path) -> Layer:
    label = f"{folder.name}/model.toml"
    text = read_text(folder / "model.toml", label)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, sentence, english = toml_faults.told(text, error)
        raise ModelError([Finding(label, line, "", sentence, code="L03", english=english)]) from None
    lines = lines_of(text)
    if not isinstance(tree.get("model"), dict):
        raise ModelError([_without_model(label, tree, lines)])
    return Layer(label, _plain(tree), lines, folder.resolve().parent == DISTRICTS)


def _without_model(label: str, tree: Tree, lines: dict[tuple[str, ...], int]) -> Finding:
    """The one finding for a file without [model]: all else would follow from it."""
    if "model" in tree:
        return Finding(label, line_at(lines, ("model",)), "model", "这里应是一张表。", code="L14")
    near = nearest("model", tree)
    if not near:
        return Finding(label, 1, "", "缺 [model] 这张表：文件要从它写起。", code="L12")
    sentence = f"不认识「{near}」（是不是「model」？）；这里可以写：model"
    return Finding(label, line_at(lines, (near,)), near, sentence, "model", "L11")


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
        if not isinstance(dropped, list):
            raise _at(layer, ("model", "drop"), 'drop 要写成列表，例如 drop = ["flow.order"]。')
        for path in dropped:
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
    return tree | {"model": {k: v for k, v in about.items() if k not in ("id", "name", "english")}}


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
