"""Every valid change of one place of a model, one at a time: for tests that ask who notices."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from gezhi.rules import keys, length
from gezhi.rules.findings import ModelError
from gezhi.rules.load import from_canonical
from gezhi.rules.model import Model

Path = tuple[str, ...]
CHOICES = (
    keys.PHASES, keys.CLOSINGS, keys.RESULTS, keys.DUTY_KINDS, keys.SUBJECTS, keys.CONSEQUENCES, keys.DOORS,
    keys.OFFICES, keys.MODULES, ("all", "any"), ("keep", "restart"), ("ground", "referred", "figures", "none"),
    ("full", "part", "professional", "volunteer", "any"), ("in", "out", "both"), ("item", "chosen", "several"),
    ("sealed", "anonymous", "none", "staff"), ("hand", "api", "file"), ("unit", "department"), ("one", "shared"),
    ("party", "police", "enterprise", "legacy", "other"), ("opened", "accepted", "closed", "due", "standing"),
    keys.EVIDENCE, ("是", "否"), ("抽查", "必核"), ("政府", "自治", "共治"),
)  # fmt: skip


def places(model: Model) -> list[Path]:
    """Every value of the model: path into its canonical form."""
    said = json.loads(model.canonical)
    rows = [
        path for path in _values(said["items"], ("items",)) if path[-1] != "编码"
    ]  # the code is the row's key
    return [*_values(said["tables"], ("tables",)), *rows]


def _values(tree: Any, path: Path) -> Iterator[Path]:
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _values(value, (*path, name))
    elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
        for n, value in enumerate(tree):
            yield from _values(value, (*path, str(n)))
    else:
        yield path


def changed(model: Model, path: Path) -> Model | None:
    """The model with this one value changed to another valid one; none where no other was found."""
    said = json.loads(model.canonical)
    *way, last = path
    table: Any = said
    for part in way:
        table = table[int(part)] if isinstance(table, list) else table[part]
    was = table[last]
    for other in (*_neighbours(said["tables"], path, was), *_others(was)):
        table[last] = other
        try:
            found = from_canonical(json.dumps(said, ensure_ascii=False))
        except ModelError:
            continue
        if found.version != model.version:
            return found
    return None


def _neighbours(tables: Any, path: Path, was: Any) -> Iterator[str]:
    """What an id may be changed to: another of the table it comes from."""
    steps = [*tables["flow"][path[2]]["step"], "same"] if path[:2] == ("tables", "flow") else []
    for known in (
        steps,
        *(list(tables.get(kind, ())) for kind in ("flow", "level", "duty", "catalogue", "metric")),
    ):
        if was in known:
            yield from known


def _others(was: Any) -> Iterator[Any]:
    if isinstance(was, bool):
        yield not was
    elif isinstance(was, int):
        yield was + 1
        yield was - 1
    elif isinstance(was, list):
        yield copy.copy(was)[:-1]
        yield copy.copy(was)[1:]
        for choices in CHOICES:
            if set(was) & set(choices):
                yield [*was, *(word for word in choices if word not in was)][: len(was) + 1]
        yield [*was, "新"]
    else:
        yield from _other_words(str(was))


def _other_words(was: str) -> Iterator[str]:
    try:
        said = length.parse(was)
        yield f"{said.amount + 1}{str(said).lstrip('0123456789')}"
    except length.LengthError:
        pass
    for choices in CHOICES:
        if was in choices:
            yield from (word for word in choices if word != was)
    if was.endswith("%"):
        yield f"{int(was[:-1]) - 1}%"
    yield was + "改"
    if was in {"2/3", "1/2"}:
        yield "3/4"
    yield was.replace("-01-01", "-01-02").replace("09:00", "09:30")
