"""The model as the workbook would have it: its departments and its list of items, and nothing else of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.exchange.workbook_layout import BATCH, CODE, HOLDERS, ITEMS, LIST, PARTED, QUOTED
from gezhi.exchange.workbook_read import Line, Read
from gezhi.exchange.workbook_words import taken
from gezhi.rules.findings import Finding, ModelError
from gezhi.rules.ground import Department
from gezhi.rules.load import LANGUAGE, from_canonical, in_todays_words
from gezhi.rules.model import Model
from gezhi.rules.proof.check import refuse

Tables = dict[str, Any]


def remade(model: Model, read: Read, on: date) -> Model:
    """The model with the workbook's departments and items, holding from that day on; the model itself where they are
    the same. What is wrong with them is said in `read`, cell by cell; the model then differs only in what its
    departments are called, so that the rest of the workbook can be looked through by its own words.
    """
    said = json.loads(model.canonical)
    tables: Tables = (
        said["tables"] if said.get("language", 1) == LANGUAGE else in_todays_words(said["tables"])
    )
    departments = _departments(tables.get("department", {}), model, read)
    items = _items(said["items"], model, read)
    same = departments == tables.get("department", {})
    if same and items == said["items"]:
        return model
    tables = tables | {"department": departments, "model": tables["model"] | {"valid_from": on.isoformat()}}
    if items != said["items"]:
        tables["catalogue"] = _counted(tables.get("catalogue", {}), items.values())
    try:
        made = from_canonical(
            json.dumps({"tables": tables, "items": items, "language": LANGUAGE}, ensure_ascii=False)
        )
        refuse(made)
    except ModelError as error:
        _tell(error.findings, read)
        return model if same else _called(model, departments)
    return made


def item_rows(model: Model) -> dict[str, dict[str, str]]:
    """The rows of the model's list as they were written, by code."""
    found: dict[str, dict[str, str]] = json.loads(model.canonical)["items"]
    return found


def same_but_for_the_day(one: Model, other: Model) -> bool:
    """Whether two versions differ in nothing but the day from which they hold."""
    return _without_day(one) == _without_day(other)


def _without_day(model: Model) -> tuple[Any, Any]:
    said = json.loads(model.canonical)
    about = {k: v for k, v in said["tables"]["model"].items() if k != "valid_from"}
    return said["tables"] | {"model": about}, said["items"]


def _departments(was: Tables, model: Model, read: Read) -> Tables:
    """The sheet's departments, each over what the model says of it; as they were where there is no sheet."""
    lines = read.lines.get("departments")
    if not lines:
        return was
    levels = {
        word: level.id for level in model.levels.values() for word in (level.name, level.english, level.id)
    }
    found: Tables = {}
    for line in lines:
        code, before = line.text("id"), len(read.grave)
        if not code or code in found or not code.isidentifier() or not code.isascii():
            told = _("编码要写小写字母、数字或下划线，以字母开头，不重复。")
            read.say("departments", line.number, "id", told)
        else:
            found[code] = _department(line, was.get(code, {}), levels, model, read)
        if len(read.grave) != before:
            read.wrong_departments |= _words(line, was.get(code, {}))
    return found


def _department(line: Line, before: Tables, levels: dict[str, str], model: Model, read: Read) -> Tables:
    """One department over what the model says of it; what is wrong in its row stays as it was."""
    if not line.text("name"):
        read.say("departments", line.number, "name", _("缺名称。"))
    level = levels.get(line.text("level"), "") if line.text("level") else model.root.id
    if not level:
        told = _("治理模型里没有“{word}”这一层级。").format(word=line.text("level"))
        read.say("departments", line.number, "level", told)
    aka = [word.strip() for word in line.text("aka").split(PARTED) if word.strip()]
    name = line.text("name") or before.get("name") or line.text("id")
    made = before | {"name": name, "level": level or before.get("level") or model.root.id}
    made |= {"aka": aka} if aka or "aka" in before else {}
    if made["name"] != before.get("name"):
        made.pop("english", None)  # it said the old name
    return made


def _words(line: Line, before: Tables) -> set[str]:
    """What a row is called here and was called before."""
    aka = line.text("aka").split(PARTED)
    every = (line.text("id"), line.text("name"), *map(str.strip, aka), before.get("name", ""))
    return {word for word in every if word}


def _called(model: Model, departments: Tables) -> Model:
    """The model with these departments, to look people through; it is never adopted."""
    made = {
        code: Department(id=code, name=one["name"], level=one["level"], aka=tuple(one.get("aka", ())))
        for code, one in departments.items()
    }
    return replace(model, departments=made)


def _items(was: Tables, model: Model, read: Read) -> Tables:
    lines = read.lines.get("items")
    if not lines:
        return was
    found: Tables = {}
    for line in lines:
        code = line.text(CODE)
        if not code or code in found:
            told = _("编码“{code}”写了两次。").format(code=code) if code else _("缺编码。")
            read.say("items", line.number, CODE, told)
            continue
        row = {column.head: line.text(column.key) for column in ITEMS.columns if line.text(column.key)}
        found[code] = taken(row, was.get(code, {}), model)
    return found


def _counted(catalogues: Tables, rows: Iterable[dict[str, str]]) -> Tables:
    """Each list with as many items as the sheet has, in all and of each batch."""
    every = list(rows)
    totals = Counter(row.get(LIST, "") for row in every)  # noqa: RUF100
    batches = Counter((row.get(LIST, ""), row.get(BATCH, "")) for row in every)
    return {
        name: said
        | {"total": totals[name]}
        | ({"batches": {b: batches[name, b] for b in said["batches"]}} if said.get("batches") else {})
        for name, said in catalogues.items()
    }


def _tell(findings: Iterable[Finding], read: Read) -> None:
    """Each finding at its cell: items by code and column, departments by code, the rest at the head of the sheet."""
    items = _by(read.lines.get("items", ()), CODE)
    departments = _by(read.lines.get("departments", ()), "id")
    english = (get_language() or "").startswith("en")
    for one in findings:
        sentence = (one.english if english and one.english else one.sentence) + _mend(one, english)
        code, _blank, column = one.place.partition(" ")
        parts = one.place.split(".")
        if code in items and _follows(one, column, read):
            continue
        if code in items:
            read.say("items", items[code], column, sentence)
        elif parts[0] == "department" and len(parts) > 1 and parts[1] in departments:
            read.say("departments", departments[parts[1]], "name", sentence)
        else:
            read.say("items" if items else "departments", 0, "", f"{one.place} {sentence}".strip())


def _follows(one: Finding, column: str, read: Read) -> bool:
    """Whether nothing is wrong but the row of the department that the cell names."""
    return column in HOLDERS and any(
        word in one.sentence for word in map(QUOTED.format, read.wrong_departments)
    )


def _mend(one: Finding, english: bool) -> str:
    said = one.mend_english if english and one.mend_english else one.mend
    return f" {said}" if said else ""


def _by(lines: Iterable[Line], key: str) -> dict[str, int]:
    return {line.text(key): line.number for line in lines}
