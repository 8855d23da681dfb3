"""A model as the two texts a person edits: model.toml, standing alone, and items.csv. Reading them gives it back.

What a model extends is written out, remarks are not kept: the store holds the model, not the file it came from.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from io import StringIO
from typing import Any

from gezhi.rules import keys
from gezhi.rules.load import LANGUAGE, in_todays_words
from gezhi.rules.model import File, Model
from gezhi.rules.sheet import ALWAYS, COLUMNS
from gezhi.rules.toml_words import key_of, value_of

Tree = dict[str, Any]
Rows = dict[str, dict[str, str]]


def parts_of(model: Model) -> tuple[Tree, Rows]:
    """Tables and rows of a model that stands alone, in today's words of the language."""
    said = json.loads(model.canonical)
    tables = said["tables"] if said.get("language", 1) == LANGUAGE else in_todays_words(said["tables"])
    about = {name: value for name, value in tables["model"].items() if name != "extends"}
    return {**tables, "model": about}, said["items"]


def toml_of(tables: Tree) -> str:
    """The tables as the text of model.toml: one line for each row of a table, in the order they came."""
    known = {field.name: field.metadata["key"] for field in fields(File)}
    blocks = [block for name, value in tables.items() for block in _section((name,), known.get(name), value)]
    return "\n".join(blocks)


def csv_of(rows: Rows) -> str:
    """The rows as the text of items.csv: the columns in use, in the order of the language."""
    used = {column for row in rows.values() for column in row}
    columns = [column for column in COLUMNS if column in used or column in ALWAYS]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows.values())
    return out.getvalue()


def _section(path: tuple[str, ...], key: keys.Key | None, value: Any) -> Iterator[str]:
    """The blocks of one top-level table."""
    if not isinstance(value, dict) or key is None:
        yield f"{key_of(path[-1])} = {value_of(value)}\n"
    elif key.kind == "table":
        yield from _table(path, key.of, value)
    elif _has_tables(key.of) and all(isinstance(one, dict) for one in value.values()):
        for name, one in value.items():
            yield from _table((*path, name), key.of, one)
    else:
        yield _block(path, value)


def _table(path: tuple[str, ...], of: Any, value: Mapping[str, Any]) -> Iterator[str]:
    """A table's own keys, then each table of tables below it."""
    inner = {name for name, field in keys.written(of).items() if field.metadata["key"].kind == "tables"}
    inner = {name for name in inner if isinstance(value.get(name), dict)}
    yield _block(path, {name: one for name, one in value.items() if name not in inner})
    for name in value:
        if name in inner:
            yield _block((*path, name), value[name])


def _has_tables(of: Any) -> bool:
    return any(field.metadata["key"].kind == "tables" for field in keys.written(of).values())


def _block(path: tuple[str, ...], rows: Mapping[str, Any]) -> str:
    head = f"[{'.'.join(map(key_of, path))}]\n"
    return head + "".join(f"{key_of(name)} = {value_of(value)}\n" for name, value in rows.items())
