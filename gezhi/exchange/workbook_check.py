"""Units of the workbook against a model and against what stands: every fault at its cell, at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gezhi.exchange import workbook_codes
from gezhi.exchange.workbook_read import Line, Read, plain, some
from gezhi.exchange.workbook_standing import Standing
from gezhi.people.certificates import Shown
from gezhi.places.services import levels_of
from gezhi.places.tree import TreeUnit
from gezhi.rules.findings import nearest
from gezhi.rules.model import Model

GUESSES = 60
LONGEST = {"code": 40, "name": 60, "short": 12, "source": 80}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as the workbook has it; `parent` is the key of the unit above, empty for the root."""

    line: int
    key: str
    name: str
    level: str
    parent: str
    short: str
    households: int | None
    source: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A post somebody holds as the workbook has it. `to_on` is the first day without."""

    line: int
    sign_in: str
    name: str
    post: str
    department: str
    unit: str
    from_on: date | None
    to_on: date | None
    certificates: tuple[Shown, ...] = ()


def units(read: Read, model: Model, standing: Standing) -> dict[str, UnitLine]:
    """The units of the workbook by key, those that are whole; faults go to `read`."""
    ground = workbook_codes.given(read, model, standing)
    lines = _named_once(read)
    there = standing.units
    known = {
        word: one.id for one in model.levels.values() for word in (one.name, one.english, one.id) if word
    }
    names = {key: unit.name for key, unit in there.items()}
    names |= {key: line.text("name") for key, line in lines.items()}
    found, parents = {}, {}
    for key, line in lines.items():
        level = _level(line, known, read)
        parents[key] = parent = _parent(line, ground.above(line), names, read)
        _not_too_long(line, read)
        if level and parent is not None and line.text("name"):
            found[key] = UnitLine(
                line.number, key, line.text("name"), level, parent, line.text("short"),
                line.said.get("households"), line.text("source"),
            )  # fmt: skip
    _roots(found, standing, read)
    _circles(found, read)
    _levels_fit(found, there, model, read)
    _unsure_fit(lines, found, parents, there, known, model, read)
    _names_differ(found, read)
    return found


def _named_once(read: Read) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for line in read.lines.get("units", ()):
        key = line.text("code")
        if not line.text("name"):
            read.say("units", line.number, "name", _("缺名称。"))
        if key in found:
            told = _("编码“{code}”第 {line} 行已经用了。请换一个。")
            read.say("units", line.number, "code", told.format(code=key, line=found[key].number))
        else:
            found[key] = line
    _codes_are_no_names(found, read)
    return found


def _codes_are_no_names(lines: Mapping[str, Line], read: Read) -> None:
    """Where a code is what another unit is called, a cell that says it could mean either."""
    called = {plain(line.text("name")): line for line in lines.values() if line.text("name")}
    for key, line in lines.items():
        other = called.get(plain(key))
        if other is not None and other is not line:
            told = _(
                "编码“{code}”是第 {line} 行那个单元的名称，会分不清说的是谁。请换一个，或者空着由系统编。"
            )
            read.say("units", line.number, "code", told.format(code=key, line=other.number))


def _level(line: Line, known: Mapping[str, str], read: Read) -> str:
    word = line.text("level")
    if not word:
        read.say("units", line.number, "level", _("缺层级。请从下拉里选。"))
    elif word not in known:
        unknown(line, "units", "level", known, read)
    return known.get(word, "")


def _parent(line: Line, meant: frozenset[str], names: Mapping[str, str], read: Read) -> str | None:
    """The key of the unit above, of those that may be meant; a code that lost its leading noughts is still found. None
    where there is none. `names` has the name of each key.
    """
    word = line.text("parent")
    if not word or len(meant) == 1:
        return next(iter(meant), "")
    if meant:
        told = _("叫“{word}”的单元不止一个，请写编码，或连上级一起写，如“上级/名称”。").format(word=word)
        read.say("units", line.number, "parent", told)
        return None
    codes = [key for key in names if key not in read.made_codes]
    lost = [key for key in codes if key.lstrip("0") == word.lstrip("0") and key != line.text("code")]
    if len(lost) == 1:
        told = _("上级写的是“{word}”，当作“{key}”：编码前面的 0 可能被表格软件去掉了。")
        read.say("units", line.number, "parent", told.format(word=word, key=lost[0]), grave=False)
        return lost[0]
    told = _("没有编码或名称是“{word}”的单元。").format(word=word)
    no_such_unit(line, "units", "parent", told, (*codes, *names.values()), read)
    return None


def _not_too_long(line: Line, read: Read) -> None:
    for key, most in LONGEST.items():
        if len(line.text(key)) > most:
            read.say("units", line.number, key, _("太长了，最多 {most} 个字。").format(most=most))


def _roots(found: Mapping[str, UnitLine], standing: Standing, read: Read) -> None:
    roots = [unit for unit in found.values() if not unit.parent]
    root = standing.ground.root
    if root is not None:
        wrong = [unit for unit in roots if unit.key != standing.keys[root.identity]]
        name = root.name
    elif not roots and "units" in read.lines and not read.grave:
        read.say("units", 0, "", _("没有最上一级的单元。请写一行“上级”留空的，如区或县。"))
        return
    else:
        wrong, name = roots[1:], roots[0].name if roots else ""
    for unit in wrong:
        told = _("缺上级。最上一级只有一个，已经是“{name}”。")
        read.say("units", unit.line, "parent", told.format(name=name))


def _circles(found: Mapping[str, UnitLine], read: Read) -> None:
    for unit in found.values():
        seen, above = {unit.key}, unit.parent
        while above in found and above not in seen:
            seen.add(above)
            above = found[above].parent
        if above == unit.key:
            read.say("units", unit.line, "parent", _("上下级绕成了圈。请核对这一行的上级。"))


def _levels_fit(
    found: Mapping[str, UnitLine], there: Mapping[str, TreeUnit], model: Model, read: Read
) -> None:
    levels = levels_of(model)
    for unit in found.values():
        above = found[unit.parent].level if unit.parent in found else ""
        if not above and unit.parent in there:
            above = there[unit.parent].level
        if unit.parent and not above:
            continue  # the unit above has a fault of its own
        if not levels.fits(unit.level, above):
            told = (
                _("“{level}”可以放在“{needed}”下面，不能放在“{above}”下面。")
                if above
                else _("最上一级应是“{root}”，这里写的是“{level}”。")
            )
            said = told.format(
                level=levels.called(unit.level),
                needed=levels.told(unit.level),
                above=levels.called(above),
                root=levels.called(model.root.id),
            )
            read.say("units", unit.line, "parent" if above else "level", said)


def _unsure_fit(
    lines: Mapping[str, Line], found: Mapping[str, UnitLine], parents: Mapping[str, str | None],
    there: Mapping[str, TreeUnit], known: Mapping[str, str], model: Model, read: Read,
) -> None:  # fmt: skip
    """A wrong parent is told although a level, here or above, is misspelt: by the level that was probably meant."""
    levels = levels_of(model)
    meant = {
        word: known.get(nearest(word, known), "") for word in {one.text("level") for one in lines.values()}
    }
    meant |= known

    def level_of(key: str) -> str:
        if key in lines:
            return meant.get(lines[key].text("level"), "")
        return there[key].level if key in there else ""

    for key, line in lines.items():
        above = parents[key]
        if not above:
            continue
        mine, over = level_of(key), level_of(above)
        unsure = key not in found or (above in lines and above not in found)
        if not unsure or not over or (mine and levels.fits(mine, over)):
            continue
        if mine:
            told = _("“{level}”可以放在“{needed}”下面，不能放在“{above}”下面。")
            names = {"level": levels.called(mine), "needed": levels.told(mine), "above": levels.called(over)}
            read.say("units", line.number, "parent", told.format(**names))
        elif not any(levels.fits(one, over) for one in model.levels):
            told = _("“{above}”下面不能再放单元。请核对这一行的上级。").format(above=levels.called(over))
            read.say("units", line.number, "parent", told)


def _names_differ(found: Mapping[str, UnitLine], read: Read) -> None:
    seen: dict[tuple[str, str], UnitLine] = {}
    for unit in found.values():
        first = seen.setdefault((unit.parent, unit.name), unit)
        if first is not unit:
            told = _("同一个上级下面，第 {line} 行已经叫“{name}”。请分开起名。")
            read.say("units", unit.line, "name", told.format(line=first.line, name=unit.name))


def unknown(line: Line, sheet: str, column: str, known: Iterable[str], read: Read) -> None:
    """Say that the model does not know the word of a cell, and what can be written instead."""
    word = line.text(column)
    names = list(dict.fromkeys(known))
    chinese = [name for name in names if not name.isascii()] or names
    said = _("治理模型里没有“{word}”。").format(word=word) + maybe(word, names, read)
    choices = _("可以写：{names}。").format(names=some(chinese, 20))
    read.say(sheet, line.number, column, said, choices=choices)


def no_such_unit(line: Line, sheet: str, column: str, said: str, known: Iterable[str], read: Read) -> None:
    """Say that there is no such unit; only as a hint where a row whose code was written twice is probably meant."""
    word, seen = line.text(column), set[str]()
    for one in read.lines.get("units", ()):
        code = one.text("code")
        if code in seen and "" != word[:-2] == code[:-2]:  # the same but for the serial at the end
            told = _("单元第 {row} 行的编码要改，这里可能就是它。").format(row=one.number)
            read.say(sheet, line.number, column, said + told, grave=False)
            return
        seen.add(code)
    read.say(sheet, line.number, column, said + maybe(word, known, read))


def maybe(word: str, known: Iterable[str], read: Read) -> str:
    """What was probably meant; looked for as long as faults are few, since it takes its time."""
    near = nearest(word, known) if len(read.faults) < GUESSES else ""
    return _("是不是“{near}”？").format(near=near) if near else ""
