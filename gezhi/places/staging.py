"""A file of polygons on its way into the tree: every feature matched, every problem named, nothing written. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.places import comparing, geometry, measuring, mending, misfit, turning
from gezhi.places.changes import Add, Change, Redraw, Ref, Rename
from gezhi.places.drafting import same_ground
from gezhi.places.features import Feature, Source
from gezhi.places.identifying import Unknown
from gezhi.places.matching import Columns, Problem, Staged, Work, drawn_again, parent_of, standing, under_of
from gezhi.places.misfit import Fit
from gezhi.places.planting import Levels, UnitRow
from gezhi.places.tree import Tree
from gezhi.places.turning import Frame

_LIKENED = 200  # features told with what they are like


@dataclass(frozen=True, slots=True)
class Stage:
    """A whole file, staged. It may be taken in if, and only if, it has no problem.

    `unknown` are features that no unit of the level is called by: among the rows only where they may be made.
    """

    rows: tuple[Staged, ...]
    problems: tuple[Problem, ...]
    mended: tuple[Problem, ...]
    frame: Frame
    fits: tuple[Fit, ...]
    unknown: tuple[Unknown, ...] = ()

    @property
    def new(self) -> int:
        return sum(1 for row in self.rows if row.unit is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a person wants the file read: the datum they state, whether they are sure of it, whether borders that
    cross themselves by a hair are mended, what else is known of the ground. `make` lets a feature that matches no unit become a new one."""

    said: Frame | None = None
    sure: bool = False
    mend: bool = False
    make: bool = True
    buildings: Sequence[BaseGeometry] = ()
    extent: tuple[float, float, float, float] | None = None


def staged(source: Source, columns: Columns, levels: Levels, ground: Tree, read: Reading) -> Stage:
    """Stage a file against the tree of the day. Raises `Refused` where the whole file is in doubt: its columns, its
    datum; what is wrong with single features is gathered, each with its number.
    """
    columns.check(source)
    work = Work(columns, levels, ground)
    root = ground.root
    if root is None and not columns.root and levels.under.get(columns.level) not in ("", ("",)):
        raise Refused(
            _("还没有单元树。请写明最上级单元的名称（命令行 --root），或先导入最上一级的边界。"),
            code="tree_missing",
            field="root",
        )
    frame, fits = _frame(source, columns, ground, read)
    shapes = turning.into_degrees([feature.shape for feature in source.features], frame)
    borders, mended = _whole(source.features, shapes, work, mend=read.mend)
    for feature, border in zip(source.features, borders, strict=True):
        _stage(feature, border, work, make=read.make)
    rows = tuple(_with_outlines(work))
    return Stage(rows, tuple(work.problems), tuple(mended), frame, tuple(fits), _likened(work))


def _likened(work: Work) -> tuple[Unknown, ...]:
    """What no unit is called by, the first ones with the names that they are like."""
    units = {row.unit for row in work.rows.values()}
    taken = frozenset(unit.path for unit in work.called.units if unit.identity in units)
    first = [replace(one, like=work.called.like(one.name, taken)) for one in work.unknown[:_LIKENED]]
    return (*first, *work.unknown[_LIKENED:])


def changes_of(stage: Stage, ground: Tree) -> list[Change]:
    """What the file changes in a tree that stands."""
    found: list[Change] = []
    for row in stage.rows:
        if row.unit is None:
            if row.under is None:
                raise Refused(_("这里已经有单元树了。要改动请用改名、改隶或重新划分。"), code="tree_exists")
            border = None if row.border is None else geometry.to_wkb(row.border)
            found.append(
                Add(
                    key=row.key,
                    under=row.under,
                    level=row.level,
                    name=row.name,
                    short=row.short,
                    code=row.code,
                    border=border,
                )
            )
            continue
        unit = ground.by_identity[row.unit]
        if row.name != unit.name:
            found.append(Rename(unit=row.unit, name=row.name))
        if row.border is not None and not same_ground(row.border, ground.border(unit.path)):
            found.append(Redraw(unit=row.unit, border=geometry.to_wkb(row.border)))
    return found


def unit_rows(stage: Stage) -> list[UnitRow]:
    """The file as the first tree of an instance."""
    return [
        UnitRow(
            row.key,
            str(row.under or ""),
            row.level,
            row.name,
            None if row.border is None else geometry.to_wkb(row.border),
            row.short,
            row.code,
        )
        for row in stage.rows
    ]


def _frame(source: Source, columns: Columns, ground: Tree, read: Reading) -> tuple[Frame, list[Fit]]:
    shapes = [feature.shape for feature in source.features]
    known = comparing.known(source, columns, ground)
    known = replace(known, buildings=read.buildings, extent=read.extent)
    stated = read.said or source.declared or turning.WGS84
    misfit.check_numbers(shapes, stated, known.somewhere)
    found = misfit.fits(shapes, stated, known)
    return misfit.settled(found, read.said, source.declared, sure=read.sure), found


def _whole(
    features: Sequence[Feature], shapes: Sequence[BaseGeometry | None], work: Work, *, mend: bool
) -> tuple[list[BaseGeometry | None], list[Problem]]:
    """Borders that hold water; those that do not are problems, or mended where a person wants that."""
    borders: list[BaseGeometry | None] = []
    mended: list[Problem] = []
    for feature, shape in zip(features, shapes, strict=True):
        border = None
        try:
            if shape is not None and mend and not shapely.is_valid(shape):
                held, why = mending.mended(geometry.as_mapping(shape))
                border = shapely.from_wkb(held)
                mended.append(Problem(feature.number, why))
            elif shape is not None:
                border = geometry.read_border(bytes(shapely.to_wkb(shape)))
        except Refused as no:
            name = feature.said.get(work.columns.name, "").strip()
            work.problems.append(Problem(feature.number, no.reason, name))
        borders.append(border)
    return borders, mended


def _stage(feature: Feature, border: BaseGeometry | None, work: Work, *, make: bool) -> None:
    columns, number = work.columns, feature.number
    name = feature.said.get(columns.name, "").strip()
    code = feature.said.get(columns.code, "").strip()
    if not name:
        told = _("没有名称（{column}）。").format(column=columns.name)
        work.problems.append(Problem(number, told))
        return
    unit, under, wrong = _place(feature, border, name, work, make=make)
    before = number if wrong else work.seen.setdefault((columns.level, str(unit or name), under), number)
    if before != number:
        wrong = _("和第 {n} 个图形同名（{name}）。一个单元有几块的，请合成一个图形。").format(
            n=before, name=name
        )
    if wrong:
        work.problems.append(Problem(number, wrong, name))
    elif unit is not None or make:
        short = feature.said.get(columns.short, "").strip()[:12]
        held = work.ground.by_identity.get(unit) if unit else None
        named = held.name if held and not (code and held.code == code) else name
        key = f"f{number}"
        work.rows[key] = Staged(key, number, columns.level, named, code, short, border, under, unit)


def _place(
    feature: Feature, border: BaseGeometry | None, name: str, work: Work, *, make: bool
) -> tuple[UUID | None, Ref | None, str]:
    """The unit that a feature is, None for a new one; what it hangs from; and what is wrong with it."""
    if not work.columns.above:
        found, wrong = drawn_again(feature, border, work)
        if found is not None:
            return found.identity, parent_of(found, work.ground), ""
        if wrong:
            return None, None, wrong
    unit, under, wrong = _hung(feature, border, work) if make or work.columns.above else (None, None, "")
    if unit is None and work.ground.root is not None:
        above = under if make or work.columns.above else under_of(feature, border, work)[0]
        hangs = above if isinstance(above, UUID) else None
        work.unknown.append(Unknown(feature.number, name, under=hangs))
    return unit, under, wrong


def _hung(feature: Feature, border: BaseGeometry | None, work: Work) -> tuple[UUID | None, Ref | None, str]:
    """What a feature hangs from; the unit that stands there already by its name, if the file names those above."""
    columns, root = work.columns, work.ground.root
    under, wrong = under_of(feature, border, work)
    if not wrong and under is None and root is not None:
        wrong = _("最上级已经有了（{name}），不能再新建一个。").format(name=root.name)
    if wrong or not columns.above:
        return None, under, wrong
    name, code = (feature.said.get(column, "").strip() for column in (columns.name, columns.code))
    return standing(work.ground, columns.level, name, code, under), under, ""


def _with_outlines(work: Work) -> list[Staged]:
    """Units made by name get the outline of what hangs from them, if all of that is drawn; from below to above."""
    below: dict[Ref | None, list[str]] = {}
    for key, row in work.rows.items():
        below.setdefault(row.under, []).append(key)
    done: dict[str, Staged] = {}

    def outlined(key: str) -> Staged:
        row = work.rows[key]
        children = [outlined(child) for child in below.get(key, [])]
        borders = [child.border for child in children if child.border is not None]
        if row.number == 0 and row.border is None and children and len(borders) == len(children):
            row = replace(row, border=measuring.flat_parts(shapely.normalize(shapely.union_all(borders))))
        done[key] = row
        return row

    for key, row in work.rows.items():
        if not isinstance(row.under, str):
            outlined(key)
    return [done[key] for key in work.rows]
