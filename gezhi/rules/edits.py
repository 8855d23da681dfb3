"""The common changes of a model: one thing of it gets other words, another length, another place. Pure functions.

Each takes the tables and rows of a model (`writing.parts_of`) and gives new ones; what was taken stays as it was.
Whether the outcome is a model is asked of `texts.read`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gezhi.rules.model import Model
from gezhi.rules.naming import Names, holders_renamed, named, names_of
from gezhi.rules.sheet import COLUMNS
from gezhi.rules.texts import Texts, read, texts_of
from gezhi.rules.writing import Rows, Tree, parts_of

Words = Mapping[str, str]
PLACES = {"promise": 2, "item": 1, "department": 1, "post": 1, "telling": 1, "names": 1}
"""What can be changed by a form, and by how many ids it is found: a promise by its flow and its own. Under `names` stand
what the model and its levels are called, all at once; their one id is `NAMES`."""
NAMES = "model"
HEADS = {name: head for head, name in COLUMNS.items()}
"""Column of items.csv by the key of `Item`."""


def with_change(texts: Texts, kind: str, ids: tuple[str, ...], said: Words) -> Texts:
    """The texts with one thing changed. Raises `ModelError` for texts that cannot be read, `KeyError` for no such thing.

    `said` names keys of the language (of `Item` for an item). An empty word takes the key away where it may be empty.
    """
    if kind == "names":
        return _with_names(read(texts).model, said)
    tables, rows = parts_of(read(texts).model)
    if kind == "item":
        return texts_of(tables, _with_cells(rows, ids[0], said))
    path = ("flow", ids[0], "promise", ids[1]) if kind == "promise" else (kind, ids[0])
    if kind in ("department", "post") and said.get("name"):
        rows = holders_renamed(rows, tables[kind][ids[0]]["name"], said["name"])
    return texts_of(_with_keys(tables, path, _keys(kind, said)), rows)


def has(model: Model, kind: str, ids: tuple[str, ...]) -> bool:
    """Whether the model has such a thing."""
    if len(ids) != PLACES.get(kind, -1):
        return False
    if kind == "names":
        return ids == (NAMES,)
    if kind == "promise":
        return ids[0] in model.flows and ids[1] in model.flows[ids[0]].promise
    tables = {"item": model.items, "department": model.departments, "post": model.posts}
    return ids[0] in tables.get(kind, model.tellings)


def _keys(kind: str, said: Words) -> dict[str, Any]:
    """What the form said as keys of the table; lengths of a promise by grade come as `length.GRADE`."""
    lengths = {
        name.removeprefix("length."): word for name, word in said.items() if name.startswith("length.")
    }
    found: dict[str, Any] = {name: word for name, word in said.items() if not name.startswith("length.")}
    return found | ({"length": lengths} if kind == "promise" and lengths else {})


def _with_keys(tables: Tree, path: tuple[str, ...], said: Mapping[str, Any]) -> Tree:
    """The tables with these keys of the table at this path."""
    head, *rest = path
    if rest:
        return tables | {head: _with_keys(tables[head], tuple(rest), said)}
    emptied = {name for name, value in said.items() if value == "" and name != "name"}
    fresh = {name: value for name, value in {**tables[head], **said}.items() if name not in emptied}
    return tables | {head: fresh}


def _with_names(model: Model, said: Words) -> Texts:
    """The texts under other names, said as `name`, `english`, `level.ID`, `level.ID.english`; what follows them too."""
    now = names_of(model)
    levels = {
        id: (said.get(f"level.{id}", name), said.get(f"level.{id}.english", english))
        for id, (name, english) in now.levels.items()
    }
    wanted = Names(said.get("name", now.name), said.get("english", now.english), levels, now.jurisdictions)
    return texts_of(*named(*parts_of(model), wanted))


def _with_cells(rows: Rows, code: str, said: Words) -> Rows:
    row = {**rows[code], **{HEADS[name]: word.strip() for name, word in said.items()}}
    return rows | {code: {column: word for column, word in row.items() if word}}
