"""A plan worked out: the changes done one after the other on a draft, and what that means for the rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import singledispatch
from typing import Any
from uuid import UUID

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.places import lineage, measuring, paths
from gezhi.places.changes import Absorb, Add, Change, End, Merge, Move, Piece, Redraw, Rename, Split
from gezhi.places.drafting import LEAST, Draft, Held, Part, Share, read, same_ground, share_of
from gezhi.places.lineage import Link
from gezhi.places.planting import Levels
from gezhi.unseen import straight

DEEPEST = 10  # levels; a path has 40 characters


@dataclass(frozen=True, slots=True)
class Begun:
    """A row that begins on the plan's day. `was` is the path its unit had before; empty for a new unit."""

    identity: UUID
    path: str
    level: str
    name: str
    short: str
    code: str
    border: BaseGeometry | None
    was: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan does.

    `ends` are rows that end, `begins` rows that begin, `fills` rows that get the border they did not have yet on
    their first day. `told` says each change as data; `after` is the whole tree of the day; `keys` are the words that
    the plan gave to its own units.
    """

    ends: tuple[Held, ...]
    begins: tuple[Begun, ...]
    fills: tuple[tuple[UUID, BaseGeometry], ...]
    links: tuple[Link, ...]
    told: tuple[dict[str, Any], ...]
    after: tuple[Begun, ...]
    keys: Mapping[str, UUID] = field(default_factory=dict)

    @property
    def ended(self) -> tuple[UUID, ...]:
        """Units that stand no longer from that day on."""
        stand = {unit.identity for unit in self.after}
        return tuple(one.identity for one in self.ends if one.identity not in stand)

    @property
    def left(self) -> tuple[str, ...]:
        """Paths that no unit holds from that day on: what lies or sits there is affected."""
        held = {unit.path for unit in self.after}
        return tuple(sorted(one.path for one in self.ends if one.path not in held))


def worked_out(
    held: Sequence[Held],
    changes: Sequence[Change],
    *,
    levels: Levels,
    on: date,
    given: Mapping[str, int],
    ids: Callable[[], UUID],
) -> Outcome:
    """The outcome of changes taken one after the other on the tree of the day.

    `given` holds by path of a parent the number of the last child ever put under it. Raises `Refused` for a change
    that cannot be, and for what would be left hanging at the end.
    """
    draft = Draft(held, levels, on, ids)
    redrawn: dict[UUID, BaseGeometry | None] = {}
    for change in changes:
        if isinstance(change, Redraw):
            unit = draft.find(change.unit)
            redrawn.setdefault(unit.identity, unit.border)
        carry_out(change, draft)
    _cede_between(redrawn, draft)
    _nothing_hangs(draft)
    after = _laid_out(draft, given)
    return _outcome(held, draft, after)


@singledispatch
def carry_out(change: Any, draft: Draft) -> None:
    """Do one change on the draft."""
    raise TypeError(f"no such change on {draft.on}: {change!r}")


@carry_out.register
def _add(change: Add, draft: Draft) -> None:
    under = draft.find(change.under)
    draft.check_level(change.level, under, change.name)
    part = Part(
        draft.new_id(),
        under.identity,
        change.level,
        straight(change.name).strip(),
        change.short,
        change.code,
        read(change.border),
    )
    draft.tell("added", draft.add(change.key, part), under=under.name)


@carry_out.register
def _end(change: End, draft: Draft) -> None:
    part = draft.find(change.unit)
    if part.parent is None:
        raise Refused(_("最上级单元不能撤销。"), code="root_stays", field="unit")
    draft.tell("ended", part)
    del draft.parts[part.identity]


@carry_out.register
def _rename(change: Rename, draft: Draft) -> None:
    part = draft.find(change.unit)
    if not straight(change.name).strip():
        raise Refused(_("名称不能为空。"), code="name_empty", field="name")
    draft.tell("renamed", part, to=straight(change.name).strip())
    part.name = straight(change.name).strip()
    part.short = part.short if change.short is None else change.short


@carry_out.register
def _move(change: Move, draft: Draft) -> None:
    part, under = draft.find(change.unit), draft.find(change.under)
    if part.parent is None:
        raise Refused(
            _("{name}是最上级，不能放到{parent}下面。").format(name=part.name, parent=under.name),
            code="wrong_level",
            field="under",
        )
    if part.parent == under.identity:
        raise Refused(
            _("{name}已经在{parent}下面。").format(name=part.name, parent=under.name), code="same_parent"
        )
    draft.check_level(part.level, under, part.name)
    before, after = list(draft.above(part)), [under, *draft.above(under)]
    if part in after:
        raise Refused(_("单元的上下级绕成了圈。请核对上级一栏。"), code="circle")
    common = {one.identity for one in before} & {one.identity for one in after}
    draft.tell("moved", part, under=under.name, before=before[0].name)
    part.parent = under.identity
    draft.cede(
        part,
        under,
        [one for one in before if one.identity not in common],
        [one for one in after if one.identity not in common],
    )


@carry_out.register
def _redraw(change: Redraw, draft: Draft) -> None:
    part = draft.find(change.unit)
    first = {"first": True} if part.border is None else {}
    part.border = read(change.border)
    draft.tell("redrawn", part, **first)


@carry_out.register
def _split(change: Split, draft: Draft) -> None:
    """1. Each piece a unit, or the unit itself where it keeps its identity. 2. Children go where they were said, or
    where most of their ground is. 3. Shares: as stated for all pieces, else by area."""
    old = draft.find(change.unit)
    if old.parent is None or len(change.into) < 2 or sum(1 for piece in change.into if piece.keeps) > 1:
        raise Refused(
            _("拆分{name}要分成两个以上，其中最多一个沿用原单元。").format(name=old.name), code="split_wrong"
        )
    children, before = draft.children(old), old.border
    draft.tell("split", old, into=[straight(piece.name).strip() or old.name for piece in change.into])
    stated = [piece.part for piece in change.into]
    made = [_piece(piece, old, draft) for piece in change.into]
    for part, share in zip(made, _shares(stated, [part.border for part in made], before), strict=True):
        draft.link(old, part, lineage.SPLIT, share)
    if old not in made:
        del draft.parts[old.identity]
    for child in children:
        child.parent = _home_of(child, old, change, made, draft).identity


def _shares(
    stated: Sequence[int | None], borders: Sequence[BaseGeometry | None], before: BaseGeometry | None
) -> list[Share | None]:
    """The share of each piece; together they make one, since everybody of the old unit is in one of them."""
    parts = [part for part in stated if part is not None]
    if len(parts) == len(stated) and sum(parts) > 0:
        return [(part, sum(parts), "stated") for part in parts]
    found = [share_of(border, before) for border in borders]
    total = sum(share[0] for share in found if share)
    if None in found or not total:
        return [None] * len(found)
    return [(share[0], total, share[2]) for share in found if share]


def _piece(piece: Piece, old: Part, draft: Draft) -> Part:
    border = read(piece.border)
    if piece.keeps:
        if piece.key in draft.keys:
            raise Refused(
                _("方案里两个新单元都叫“{key}”。请各起一个。").format(key=piece.key), code="key_twice"
            )
        draft.keys[piece.key] = old.identity
        old.name, old.short = straight(piece.name).strip() or old.name, piece.short or old.short
        old.border = border
        return old
    part = Part(
        draft.new_id(), old.parent, old.level, straight(piece.name).strip(), piece.short, piece.code, border
    )
    return draft.add(piece.key, part)


def _home_of(child: Part, old: Part, change: Split, made: Sequence[Part], draft: Draft) -> Part:
    for said, key in change.below.items():
        if draft.find(said) is child:
            home = draft.find(key)
            if home in made:
                return home
    if child.border is not None and all(part.border is not None for part in made):
        held = measuring.areas([shapely.intersection(child.border, part.border) for part in made])
        return made[int(held.argmax())]
    raise Refused(
        _("拆分{name}：没有写明{child}归哪一个。请在方案里写明。").format(name=old.name, child=child.name),
        code="child_without_home",
        field="below",
    )


@carry_out.register
def _merge(change: Merge, draft: Draft) -> None:
    """1. The units come under the parent of the one that stays, or of the first. 2. Their ground is joined.
    3. Their children go under the one."""
    olds = [draft.find(said) for said in change.units]
    if len({old.identity for old in olds}) < 2 or len({old.level for old in olds}) > 1 or not olds[0].parent:
        raise Refused(_("合并要写两个以上同一层级的单元。"), code="merge_wrong", field="units")
    stays = olds[0] if change.keeps is None else draft.find(change.keeps)
    if stays not in olds:
        raise Refused(_("沿用的单元要在合并的单元里。"), code="merge_wrong", field="keeps")
    for old in olds:
        if old.parent != stays.parent and stays.parent is not None:
            carry_out(Move(unit=old.identity, under=stays.parent), draft)
            draft.told.pop()
    borders = [old.border for old in olds if old.border is not None]
    joined = shapely.union_all(borders) if len(borders) == len(olds) else None
    names = [old.name for old in olds]
    if change.keeps is None:
        part = Part(
            draft.new_id(),
            stays.parent,
            stays.level,
            straight(change.name),
            change.short,
            change.code,
            joined,
        )
        draft.add(change.key, part)
    else:
        part, stays.name, stays.border = stays, straight(change.name).strip() or stays.name, joined
        stays.short = change.short or stays.short
        draft.keys[change.key] = stays.identity
    for old in olds:
        if old is not part:
            _give_up(old, part, draft)
    draft.tell("merged", part, of=names)


def _give_up(old: Part, heir: Part, draft: Draft) -> None:
    draft.link(old, heir, lineage.MERGED, (1, 1, "whole"))
    for child in draft.children(old):
        child.parent = heir.identity
    del draft.parts[old.identity]


@carry_out.register
def _absorb(change: Absorb, draft: Draft) -> None:
    """The net itself is none of the tree: `overlays.absorbed` works it out on the tree that is left."""


def _cede_between(redrawn: Mapping[UUID, BaseGeometry | None], draft: Draft) -> None:
    """What one redrawn unit lost and another gained, as links."""
    standing = [draft.parts[one] for one in redrawn if one in draft.parts]
    for loser in standing:
        before, after = redrawn[loser.identity], loser.border
        if before is None or after is None:
            continue
        lost, left = shapely.difference(before, after), round(measuring.area(before))
        for heir in standing:
            had = redrawn[heir.identity]
            if heir is loser or heir.level != loser.level or heir.border is None:
                continue
            gained = heir.border if had is None else shapely.difference(heir.border, had)
            part = round(measuring.area(shapely.intersection(lost, gained)))
            if part >= LEAST and left >= part:
                draft.link(loser, heir, lineage.CEDED, (part, left, "area"))
                left -= part


def _nothing_hangs(draft: Draft) -> None:
    for part in draft.parts.values():
        if part.parent is not None and part.parent not in draft.parts:
            raise Refused(
                _("{name}的上级要撤销，它自己还没有去处。请在方案里写明它归谁，或一并撤销。").format(
                    name=part.name
                ),
                code="left_hanging",
            )


def _laid_out(draft: Draft, given: Mapping[str, int]) -> list[Begun]:
    """Every unit with its path: who stays under their parent keep their number, others get one never given there."""
    below: dict[UUID | None, list[Part]] = {}
    for part in draft.parts.values():
        below.setdefault(part.parent, []).append(part)
    found: list[Begun] = []
    waiting = [(part, paths.segment(1)) for part in below.get(None, [])]
    while waiting:
        part, path = waiting.pop()
        if paths.depth(path) > DEEPEST:
            raise Refused(_("单元树最多 10 级。"), code="too_deep")
        was = part.was.path if part.was else ""
        found.append(
            Begun(part.identity, path, part.level, part.name, part.short, part.code, part.border, was)
        )
        children = below.get(part.identity, [])
        stay = [one for one in children if one.was and was and paths.parent(one.was.path) == was]
        last = max(
            [given.get(was, 0), given.get(path, 0), *(paths.number(one.was.path) for one in stay if one.was)]
        )
        for one in children:
            if one in stay and one.was:
                waiting.append((one, path + one.was.path[-paths.WIDTH :]))
            else:
                last += 1
                waiting.append((one, path + paths.segment(last)))
    return sorted(found, key=lambda unit: unit.path)


def _outcome(held: Sequence[Held], draft: Draft, after: Sequence[Begun]) -> Outcome:
    ends: list[Held] = [one for one in held if one.identity not in draft.parts]
    begins, fills = [], []
    for unit in after:
        part = draft.parts[unit.identity]
        if part.was is None:
            begins.append(unit)
        elif _words(unit) != _words(part.was) or not same_ground(unit.border, part.drawn):
            if _is_first_border(unit, part.was, draft.on) and unit.border is not None:
                fills.append((part.was.row, unit.border))
            else:
                ends.append(part.was)
                begins.append(unit)
    return Outcome(
        tuple(ends),
        tuple(begins),
        tuple(fills),
        tuple(draft.links),
        tuple(draft.told),
        tuple(after),
        dict(draft.keys),
    )


def _is_first_border(unit: Begun, was: Held, on: date) -> bool:
    """A border for a row that has none and begins this very day: nothing is overwritten."""
    return was.border is None and was.valid_from == on and _words(unit) == _words(was)


def _words(unit: Begun | Held) -> tuple[str, ...]:
    return unit.path, unit.level, unit.name, unit.short, unit.code
