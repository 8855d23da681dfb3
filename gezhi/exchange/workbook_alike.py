"""Faults that say the same of several cells of a column: told once, with the cells."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gezhi.exchange.workbook_layout import SHEETS
from gezhi.exchange.workbook_read import Fault, some

ALL, FEW = 6, 3  # so many cells are all named; of more than that, so many
_ROW = re.compile(r"\u7b2c (?P<zh>\d+) \u884c|\b[Rr]ow (?P<en>\d+)")  # 第 N 行


@dataclass(frozen=True, slots=True)
class Alike:
    """One sentence and the cells it is said of: `cells` as they are named, `count` how many."""

    cells: str
    said: str
    grave: bool
    choices: str
    count: int


def alike(faults: Iterable[Fault]) -> list[Alike]:
    """Faults of one column whose sentences differ in nothing but numbers of rows, in the order of the first of each;
    those of a whole sheet stay by themselves. A row's own number becomes “this row”, others are listed.
    """
    groups: dict[object, list[Fault]] = defaultdict(list)
    for number, one in enumerate(faults):
        whole = number if not one.row else None
        groups[
            one.sheet, one.column, one.grave, _pattern(one, one.sentence), _pattern(one, one.choices), whole
        ].append(one)
    return [_told(group) for group in groups.values()]


def _pattern(one: Fault, sentence: str) -> str:
    """A sentence without its numbers of rows, but with where it speaks of its own row."""
    return _ROW.sub(lambda found: "\0own" if _number(found) == one.row else "\0", sentence)


def _told(group: Sequence[Fault]) -> Alike:
    first = group[0]
    sheet = next((sheet.name for sheet in SHEETS if sheet.key == first.sheet), "")
    letter = letters(first.column) if first.column else ""
    rows = list(dict.fromkeys(one.row for one in group))
    if len(rows) == 1:
        cells = f"{sheet} {letter}{first.row or ''}".strip()
        return Alike(cells, first.sentence, first.grave, first.choices, len(group))
    cells = f"{sheet} " + _several([f"{letter}{row}" for row in rows])
    told = _("{cells}（{n} 处）").format(cells=cells, n=len(group))
    said, choices = _one([one.sentence for one in group], rows), _one([one.choices for one in group], rows)
    return Alike(told, said, first.grave, choices, len(group))


def _one(sentences: Sequence[str], rows: Sequence[int]) -> str:
    """The sentence of all of them: where the numbers of rows differ, all of these."""
    numbers = [[_number(found) for found in _ROW.finditer(sentence)] for sentence in sentences]
    places = iter(list(zip(*numbers, strict=True)))

    def put(found: re.Match[str]) -> str:
        here = next(places)
        if len(set(here)) == 1:
            return found[0]
        if len(here) == len(rows) and list(here) == list(rows):
            return _("这一行")
        listed = _several([str(number) for number in dict.fromkeys(here)])
        return found[0].replace(found["zh"] or found["en"], listed)

    return _ROW.sub(put, sentences[0])


def _number(found: re.Match[str]) -> int:
    return int(found["zh"] or found["en"])


def _several(words: list[str]) -> str:
    return some(words, ALL if len(words) <= ALL else FEW).replace("……", "…")


def letters(number: int) -> str:
    """A column as a table program calls it, from 1."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found
