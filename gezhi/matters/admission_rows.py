"""A batch of applications as a change of the model: rows of items.csv that come and go, and the totals with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gezhi.rules.edits import HEADS
from gezhi.rules.model import Catalogue, Item, Model
from gezhi.rules.sheet import LIST, NO, UNUSED, YES
from gezhi.rules.texts import Texts, texts_of
from gezhi.rules.writing import Rows, Tree, parts_of

_DEPARTMENT = "department:"
_NUMBERED = re.compile(r"(\D*)(\d+)")


@dataclass(frozen=True, slots=True)
class Entering:
    """An item as it was applied for. `handler` is a who-word, `department` whose task it is."""

    name: str
    english: str
    category: str
    handler: str
    department: str
    grade: str
    length: str
    evidence: str
    in_grid: bool


def with_batch(
    model: Model, catalogue: str, batch: str, entering: Sequence[Entering], leaving: Sequence[str]
) -> tuple[Texts, tuple[str, ...]]:
    """The model's texts with these items in its catalogue and without those, and the codes that the new ones got.

    1. Rows that leave are gone. 2. New rows stand behind the last of the catalogue, numbered on, under the batch.
    3. The catalogue's total, and its batches where it counts them, say as many as there are.
    Raises `KeyError` where an item that leaves is not there.
    """
    tables, rows = parts_of(model)
    gone = [model.items[code] for code in leaving]
    codes = tuple(_codes(model, catalogue, len(entering)))
    flow = flow_of(model, catalogue)
    fresh = {
        code: _row(model, catalogue, batch, flow, code, one)
        for code, one in zip(codes, entering, strict=True)
    }
    held = _counted(model.catalogues[catalogue], batch, len(entering), gone)
    table = {**tables["catalogue"], catalogue: {**tables["catalogue"][catalogue], **held}}
    whole: Tree = {**tables, "catalogue": table}
    return texts_of(whole, _put(rows, catalogue, fresh, set(leaving))), codes


def flow_of(model: Model, catalogue: str) -> str:
    """The flow that new items of a catalogue go through: the one that most of its items go through."""
    flows = Counter(item.flow for item in model.items.values() if item.catalogue == catalogue and item.flow)
    matters = [flow.id for flow in model.flows.values() if flow.subject == "matter"]
    return flows.most_common(1)[0][0] if flows else next(iter(matters), "")


def classes_of(model: Model, catalogue: str) -> tuple[str, ...]:
    """The classes an item of a catalogue may be of: those it names, else those its items have."""
    named = [item.category for item in model.items.values() if item.catalogue == catalogue]
    return model.catalogues[catalogue].classes or tuple(dict.fromkeys(named))


def departments_of(item: Item) -> tuple[str, ...]:
    """The departments that an item's row names, in 承办 or 协办: whoever of them may apply that it leaves."""
    words = (item.handler, *item.helpers)
    return tuple(word.removeprefix(_DEPARTMENT) for word in words if word.startswith(_DEPARTMENT))


def may_take_out(item: Item, department: str) -> bool:
    """Whether a department may apply that an item leaves: its own, or one that no department is named for. A desk of no
    department (empty) speaks for all."""
    named = departments_of(item)
    return not named or not department or department in named


def hands_of(model: Model, catalogue: str) -> tuple[str, ...]:
    """The posts that column 承办 names in a catalogue, the most frequent first: who works on its items in the grid."""
    named = Counter(i.handler for i in model.items.values() if i.catalogue == catalogue)
    return tuple(word for word, _n in named.most_common() if word in model.posts)


def _counted(catalogue: Catalogue, batch: str, new: int, gone: Sequence[Item]) -> dict[str, Any]:
    """Total and batches of the catalogue after the change. A batch that has no row left is gone."""
    total = catalogue.total + new - len(gone)
    if not catalogue.batches:
        return {"total": total}
    left = Counter(dict(catalogue.batches))
    left.subtract(item.batch for item in gone if item.batch in left)
    left[batch] += new
    return {"total": total, "batches": {name: number for name, number in left.items() if number > 0}}


def _codes(model: Model, catalogue: str, most: int) -> list[str]:
    """The next free codes, numbered on as the catalogue's own are: J65 → J66."""
    mine = [code for code, item in model.items.items() if item.catalogue == catalogue]
    found = [said for code in mine if (said := _NUMBERED.fullmatch(code))]
    heads = Counter(said[1] for said in found)
    head = heads.most_common(1)[0][0] if heads else f"{catalogue[:8]}_"
    width = max((len(said[2]) for said in found if said[1] == head), default=2)
    number = max((int(said[2]) for said in found if said[1] == head), default=0)
    codes: list[str] = []
    while len(codes) < most:
        number += 1
        code = f"{head}{number:0{width}d}"
        if code not in model.items:
            codes.append(code)
    return codes


def _row(model: Model, catalogue: str, batch: str, flow: str, code: str, said: Entering) -> dict[str, str]:
    """The row of items.csv; whoever it names is named as people do. A grid's item keeps its department in 协办."""
    scheme = model.grades.get(model.flows[flow].grades) if flow else None
    handler, department = _called(model, said.handler), _called(model, f"{_DEPARTMENT}{said.department}")
    words = {
        "code": code,
        "name": said.name,
        "english": said.english,
        "catalogue": catalogue,
        "category": said.category,
        "batch": batch,
        "handler": handler,
        "helpers": department if department != handler else "",
        "flow": flow,
        "grade": said.grade if scheme else "",
        "length": said.length,
        "evidence": said.evidence,
        "in_grid": YES if said.in_grid else NO,
    }
    unused = UNUSED[model.catalogues[catalogue].kind]
    return {HEADS[name]: word for name, word in words.items() if word and HEADS[name] not in unused}


def _called(model: Model, word: str) -> str:
    """The name by which a cell calls a post or a department."""
    kind, _colon, code = word.partition(":")
    if code:
        return model.departments[code].name if code in model.departments else ""
    return model.posts[kind].name if kind in model.posts else ""


def _put(rows: Rows, catalogue: str, fresh: Mapping[str, dict[str, str]], gone: set[str]) -> Rows:
    kept = [(code, row) for code, row in rows.items() if code not in gone]
    last = max((n for n, (_c, row) in enumerate(kept) if row.get(LIST) == catalogue), default=len(kept) - 1)
    return dict([*kept[: last + 1], *fresh.items(), *kept[last + 1 :]])
