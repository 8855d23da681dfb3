"""Two official lists of division codes side by side: where they agree, where they do not. Pure.

A 9-digit street code of one list is another street in the other for one street in four, so a code means something
only with its list and its day.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.places import code_words, paths
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.folder import decoded

SYSTEM = re.compile(r"^[a-z][a-z0-9_]{1,23}$")


@dataclass(frozen=True, slots=True)
class Held:
    """One code of one list for one unit, while it was valid."""

    unit: UUID
    system: str
    code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What two lists say of the units of one day; each tuple holds identities in the order of the tree.

    `same` have one code in both lists, `different` two; `swapped` are codes that mean one unit in the first list and
    another in the second; `only_first` and `only_second` are units that only one of the lists knows.
    """

    same: tuple[UUID, ...]
    different: tuple[tuple[UUID, str, str], ...]
    swapped: tuple[tuple[str, UUID, UUID], ...]
    only_first: tuple[UUID, ...]
    only_second: tuple[UUID, ...]

    @property
    def compared(self) -> int:
        return len(self.same) + len(self.different)


def disagreement(
    first: Mapping[UUID, str], second: Mapping[UUID, str], order: Sequence[UUID]
) -> Disagreement:
    """Two lists, as codes by unit, held against each other."""
    both = [unit for unit in order if unit in first and unit in second]
    by_code = {code: unit for unit, code in second.items()}
    return Disagreement(
        tuple(unit for unit in both if first[unit] == second[unit]),
        tuple((unit, first[unit], second[unit]) for unit in both if first[unit] != second[unit]),
        tuple(
            (first[unit], unit, by_code[first[unit]])
            for unit in order
            if unit in first and by_code.get(first[unit], unit) != unit
        ),
        tuple(unit for unit in order if unit in first and unit not in second),
        tuple(unit for unit in order if unit in second and unit not in first),
    )


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One line of a list: the code, the unit's name, and what the list calls the unit above it."""

    line: int
    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Lines that name a unit, and lines that do not, each with the reason."""

    found: tuple[tuple[CodeRow, TreeUnit], ...]
    missed: tuple[tuple[CodeRow, str], ...]


def read_list(held: bytes, parent: str = "") -> tuple[CodeRow, ...]:
    """The lines of a CSV file with a code and a name, perhaps a parent; with or without BOM, UTF-8 or GB18030.

    Columns are found by their heads (代码/code, 名称/name, 上级/parent, or the one that `parent` names). Refuses a list
    that gives a code twice.
    """
    rows = list(csv.DictReader(io.StringIO(_decoded(held))))
    heads = rows[0].keys() if rows else ()
    code, name = _column(heads, code_words.CODE), _column(heads, code_words.NAME)
    if not rows or not code or not name:
        raise Refused(
            _("名录要有“代码”和“名称”两列。有：{columns}。").format(
                columns=_("、").join(h for h in heads if h) or _("无")
            ),
            code="column_missing",
            field="file",
        )
    parent = _column(heads, (parent.lower(),) if parent else code_words.PARENT)
    found = [
        CodeRow(line, (row[code] or "").strip(), (row[name] or "").strip(), (row.get(parent) or "").strip())
        for line, row in enumerate(rows, start=2)
    ]
    seen: dict[str, int] = {}
    for one in found:
        if not one.code or not one.name:
            raise Refused(_("第 {n} 行缺代码或名称。").format(n=one.line), code="line_empty", field="file")
        if seen.setdefault(one.code, one.line) != one.line:
            raise Refused(
                _("第 {n} 行的代码 {code} 在第 {m} 行已经有了。").format(
                    n=one.line, code=one.code, m=seen[one.code]
                ),
                code="code_twice",
                field="file",
            )
    return tuple(found)


def matched(rows: Iterable[CodeRow], ground: Tree, parents: Mapping[str, UUID]) -> Matched:
    """Each line with the one unit it names: by the name, with endings such as 居委会 left off where that is needed, and
    under the unit the line calls the parent (by name, or by a code of the same list, in `parents`)."""
    by_name: dict[str, list[TreeUnit]] = {}
    for unit in ground.by_path.values():
        for way in {unit.name, bare(unit.name)}:
            by_name.setdefault(way, []).append(unit)
    found: list[tuple[CodeRow, TreeUnit]] = []
    missed: list[tuple[CodeRow, str]] = []
    taken: dict[UUID, CodeRow] = {}
    known = dict(parents)
    for row in sorted(rows, key=lambda row: (len(row.code), row.line)):
        meant = [
            u
            for u in by_name.get(row.name) or by_name.get(bare(row.name), [])
            if _is_under(u, row, known, ground)
        ]
        if len(meant) == 1 and meant[0].identity not in taken:
            found.append((row, meant[0]))
            taken[meant[0].identity], known[row.code] = row, meant[0].identity
        elif len(meant) == 1:
            missed.append(
                (
                    row,
                    _("{name}在第 {n} 行已经有代码。").format(name=row.name, n=taken[meant[0].identity].line),
                )
            )
        elif meant:
            missed.append(
                (row, _("叫“{name}”的单元有 {n} 个，请加一列“上级”。").format(name=row.name, n=len(meant)))
            )
        else:
            missed.append((row, _("没有叫“{name}”的单元。").format(name=row.name)))
    return Matched(tuple(found), tuple(missed))


def bare(name: str) -> str:
    """A name without the word for its kind: 五里居委会, 五里社区 and 五里村 are 五里."""
    return re.sub(code_words.ENDINGS, "", name.strip()) or name.strip()


def _is_under(unit: TreeUnit, row: CodeRow, known: Mapping[str, UUID], ground: Tree) -> bool:
    if not row.parent:
        return True
    above = ground.by_path.get(paths.parent(unit.path))
    if above is None:
        return False
    if row.parent in known:
        return known[row.parent] == above.identity
    return row.parent in (above.name, above.code, "/".join(above.names)) or bare(row.parent) == bare(
        above.name
    )


def _column(heads: Iterable[str], wanted: Sequence[str]) -> str:
    held = {str(head).strip().lower(): head for head in heads if head}
    return next((held[one] for one in wanted if one in held), "")


def _decoded(held: bytes) -> str:
    try:
        return decoded(held)
    except UnicodeDecodeError:
        sentence = _("文件读不出来：不是 UTF-8 或 GB18030 的 CSV。")
        raise Refused(sentence, code="file_unreadable", field="file") from None
