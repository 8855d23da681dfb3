"""A plan as a TOML file: its title, its day, and one `[[change]]` after the other; borders as files beside it.

    title = "东桥社区划为两个"
    on = 2026-07-01

    [[change]]
    do = "split"            # add end rename move redraw split merge absorb
    unit = "望湖街道/东桥社区"
    into = [
      { key = "west", name = "东桥西社区", border = "west.geojson", keeps = true },
      { key = "east", name = "东桥东社区", border = "east.geojson" },
    ]

Where people sit at units that end and there is no sole heir, the plan says where they go; see `changes.StaffSaid`:

    [[staff]]
    unit = "望湖街道/东桥社区"
    post = "cadre"
    to = "east"             # a unit, a key of the plan, or "unstaffed"; who = "sign-in" for one person alone

A unit is named as `naming` reads it, or by the key that an earlier change of the plan gave.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.places import features, geometry, misfit, naming, reference, turning
from gezhi.places.changes import (
    Absorb,
    Add,
    Change,
    End,
    Merge,
    Move,
    Piece,
    Redraw,
    Ref,
    Rename,
    Split,
    StaffSaid,
)
from gezhi.places.misfit import Known
from gezhi.places.tree import Tree

_WORDS: dict[str, tuple[set[str], set[str]]] = {  # do -> words it needs, words it may have
    "add": ({"key", "under", "level", "name"}, {"short", "code", "border", "datum"}),
    "end": ({"unit"}, set()),
    "rename": ({"unit", "name"}, {"short"}),
    "move": ({"unit", "under"}, set()),
    "redraw": ({"unit", "border"}, {"datum"}),
    "split": ({"unit", "into"}, {"below", "datum"}),
    "merge": ({"units", "key", "name"}, {"short", "code", "keeps"}),
    "absorb": ({"overlay", "level"}, set()),
}
_STAFF = ({"unit", "post", "to"}, {"who"})
UNSTAFFED = "unstaffed"
_PIECE = ({"key", "name"}, {"short", "code", "border", "keeps", "part"})


@dataclass(frozen=True, slots=True)
class Written:
    """What a plan file says; `on` is None where it says no day."""

    title: str
    on: date | None
    said: tuple[Mapping[str, Any], ...]
    folder: Path
    staff: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True)
class _Reader:
    ground: Tree
    folder: Path
    keys: set[str] = field(default_factory=set)


def read(file: Path) -> Written:
    """A plan file, its words checked. Raises `Refused` with the change that is wrong."""
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise _no(_("方案文件读不出来：{why}").format(why=wrong)) from wrong
    changes = said.get("change", [])
    if not isinstance(changes, list) or not changes:
        raise _no(_("方案里没有 [[change]]。"))
    for number, change in enumerate(changes, start=1):
        _check_words(number, change)
    on = said.get("on")
    if on is not None and type(on) is not date:
        raise _no(_("方案的 on 要写成日期，例如 on = 2026-07-01。"))
    people = said.get("staff", [])
    for number, one in enumerate(people if isinstance(people, list) else [None], start=1):
        _check_staff(number, one)
    return Written(str(said.get("title", "")), on, tuple(changes), file.parent, tuple(people))


def changes_of(written: Written, ground: Tree) -> list[Change]:
    """The changes of a plan file on the tree of its day. A border in a wrong datum is noticed and refused."""
    reader = _Reader(ground, written.folder)
    found = []
    for number, said in enumerate(written.said, start=1):
        try:
            found.append(_change(said, reader))
        except Refused as no:
            raise Refused(
                _("第 {n} 项改动：{why}").format(n=number, why=no.reason), code=no.code, field=no.field
            ) from no
    return found


def staff_of(written: Written, ground: Tree) -> list[StaffSaid]:
    """What a plan file says of people at units that end, on the tree of its day."""
    reader = _Reader(ground, written.folder)
    for one in written.said:
        reader.keys |= {str(piece["key"]) for piece in (one, *one.get("into", ())) if "key" in piece}
    return [
        StaffSaid(
            unit=naming.unit_named(str(one["unit"]), ground).identity,
            post=str(one["post"]),
            who=str(one.get("who", "")),
            to=None if one["to"] == UNSTAFFED else _ref(one["to"], reader),
        )
        for one in written.staff
    ]


def _change(said: Mapping[str, Any], reader: _Reader) -> Change:
    do = said["do"]
    words = {key: said[key] for key in ("name", "short", "code", "level", "overlay") if key in said}
    if do in ("add", "merge"):
        words["key"] = str(said["key"])
    if do == "add":
        change = Add(**words, under=_ref(said["under"], reader), border=_border(said, reader, None))
        reader.keys.add(change.key)
        return change
    if do == "merge":
        units = tuple(_ref(one, reader) for one in said["units"])
        keeps = _ref(said["keeps"], reader) if "keeps" in said else None
        reader.keys.add(words["key"])
        return Merge(**words, units=units, keeps=keeps)
    if do == "absorb":
        return Absorb(**words)
    unit = _ref(said["unit"], reader)
    if do == "split":
        return _split(said, unit, reader)
    if do == "redraw":
        return Redraw(unit=unit, border=_border(said, reader, unit) or b"")
    if do == "move":
        return Move(unit=unit, under=_ref(said["under"], reader))
    return Rename(unit=unit, **words) if do == "rename" else End(unit=unit)


def _split(said: Mapping[str, Any], unit: Ref, reader: _Reader) -> Split:
    pieces = []
    for one in said["into"]:
        lacking, unknown = _PIECE[0] - one.keys(), one.keys() - _PIECE[0] - _PIECE[1]
        if lacking or unknown:
            raise _no(
                _("into 里缺 {lacking}，或多了 {unknown}。").format(
                    lacking=_list(lacking), unknown=_list(unknown)
                )
            )
        shape = _shape(one, said, reader)
        pieces.append((one, shape))
    drawn = [shape for _one, shape in pieces if shape is not None]
    frame = turning.WGS84
    if len(drawn) == len(pieces):
        frame = _settled(shapely.union_all(drawn), said, unit, reader)
    found = []
    for one, shape in pieces:
        words = {key: one[key] for key in ("name", "short", "code", "keeps", "part") if key in one}
        border = None if shape is None else _wkb(shape, frame)
        found.append(Piece(key=str(one["key"]), border=border, **words))
        reader.keys.add(str(one["key"]))
    below = {_ref(child, reader): str(key) for child, key in said.get("below", {}).items()}
    return Split(unit=unit, into=tuple(found), below=below)


def _ref(said: Any, reader: _Reader) -> Ref:
    word = str(said)
    return word if word in reader.keys else naming.unit_named(word, reader.ground).identity


def _border(said: Mapping[str, Any], reader: _Reader, unit: Ref | None) -> bytes | None:
    shape = _shape(said, said, reader)
    if shape is None:
        return None
    frame = _settled(shape, said, unit, reader)
    return _wkb(shape, frame)


def _wkb(shape: BaseGeometry, frame: turning.Frame) -> bytes:
    turned = turning.into_degrees([shape], frame)[0]
    return geometry.to_wkb(shape if turned is None else turned)


def _shape(said: Mapping[str, Any], change: Mapping[str, Any], reader: _Reader) -> BaseGeometry | None:
    """The one polygon of the file that `border` names, in the file's own numbers."""
    name = said.get("border", "")
    if not name:
        return None
    source = features.of_path(reader.folder / str(name))
    shapes = [feature.shape for feature in source.features if feature.shape is not None]
    if len(shapes) != 1:
        raise _no(_("{file} 里要有且只有一个面。").format(file=name))
    if source.declared is not None and "datum" not in change and source.declared != turning.WGS84:
        return turning.into_degrees(shapes, source.declared)[0]
    return shapes[0]


def _settled(
    shape: BaseGeometry, said: Mapping[str, Any], unit: Ref | None, reader: _Reader
) -> turning.Frame:
    """The frame to read a border by, held against the unit it is of, else against the whole ground."""
    stated = reference.said_frame(str(said["datum"])) if "datum" in said else None
    held = reader.ground.by_identity.get(unit) if not isinstance(unit, str) and unit is not None else None
    before = reader.ground.border(held.path) if held else None
    root = reader.ground.root
    around = reader.ground.border(root.path) if root else None
    misfit.check_numbers([shape], stated or turning.WGS84, around)
    known = Known(around, {0: before} if before is not None else None)
    found = misfit.fits([shape], stated or turning.WGS84, known)
    return misfit.settled(found, stated, turning.WGS84, sure=False)


def _check_words(number: int, change: Any) -> None:
    do = change.get("do") if isinstance(change, dict) else None
    if do not in _WORDS:
        raise _no(_("第 {n} 项改动的 do 要写：{words}。").format(n=number, words=_list(_WORDS)))
    needed, may = _WORDS[do]
    lacking, unknown = needed - change.keys(), change.keys() - needed - may - {"do"}
    if lacking:
        raise _no(_("第 {n} 项改动（{do}）缺：{words}。").format(n=number, do=do, words=_list(lacking)))
    if unknown:
        raise _no(
            _("第 {n} 项改动（{do}）多了不认识的：{words}。").format(n=number, do=do, words=_list(unknown))
        )


def _check_staff(number: int, said: Any) -> None:
    known = said.keys() if isinstance(said, dict) else set()
    lacking, unknown = _STAFF[0] - known, known - _STAFF[0] - _STAFF[1]
    if lacking or unknown:
        raise _no(
            _("第 {n} 段 [[staff]] 缺 {lacking}，或多了 {unknown}。").format(
                n=number, lacking=_list(lacking), unknown=_list(unknown)
            )
        )


def _list(words: Any) -> str:
    return _("、").join(sorted(words)) or _("无")


def _no(sentence: str) -> Refused:
    return Refused(sentence, code="plan_unreadable", field="file")
