"""People of the workbook against a model, its units and what stands: every fault at its cell, none that only follows.

A person at a unit or in a department whose own row is wrong is left out without a word: that row is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import workbook_logins
from gezhi.exchange.workbook_check import PersonLine, UnitLine, no_such_unit, unknown
from gezhi.exchange.workbook_layout import DEPARTMENT, SEVERAL
from gezhi.exchange.workbook_read import Line, Read, plain, some
from gezhi.exchange.workbook_standing import Standing
from gezhi.people.certificates import Shown, asked_of, written
from gezhi.people.services.accounts import plain_sign_in, well_formed
from gezhi.places.tree import TreeUnit
from gezhi.rules.model import Model

_PARTED = re.compile(r"[\u3400-\u9fff]+( [\u3400-\u9fff]+)+")  # a Chinese name with blanks to fill a line


class Places:
    """What the column 单元 of people may say: a key, or a name that is only one unit's."""

    def __init__(self, mine: Mapping[str, UnitLine], there: Mapping[str, TreeUnit], read: Read) -> None:
        lines = read.lines.get("units", ())
        whole = {unit.line for unit in mine.values()}
        wrong = [line for line in lines if line.number not in whole]
        self.wrong = {line.text(key) for line in wrong for key in ("code", "name", "short")} - {""}
        self.unsure = bool(wrong) or read.headless("units")
        self.levels = {key: unit.level for key, unit in there.items()}
        self.levels |= {unit.key: unit.level for unit in mine.values()}
        tops = [key for key, unit in there.items() if len(unit.names) == 1]
        tops += [unit.key for unit in mine.values() if not unit.parent]
        self.root = tops[0] if tops else ""
        self.names: set[str] = set()
        self._keys: dict[str, set[str]] = defaultdict(set)
        for key, old in there.items():
            self._called(key, old.names, old.short)
        for unit in mine.values():
            self._called(unit.key, _chain(unit, mine, there), unit.short)

    def _called(self, key: str, names: tuple[str, ...], short: str) -> None:
        """A unit is called by its name, its short name, and by its name after any of the names above it."""
        self.names |= {names[-1], short} - {""}
        for word in (short, *("/".join(names[n:]) for n in range(len(names)))):
            if word:
                self._keys[plain(word)].add(key)

    def find(self, word: str) -> frozenset[str]:
        """Keys of the units that may be meant."""
        if word in self.levels:
            return frozenset((word,))
        if named := self._keys.get(plain(word)):
            return frozenset(named)
        lost = {key for key in self.levels if key.lstrip("0") == word.lstrip("0") and word.lstrip("0")}
        return frozenset(lost if len(lost) == 1 else ())

    def words(self, read: Read) -> tuple[str, ...]:
        """What may be written, without the codes that nobody has seen."""
        return (*(key for key in self.levels if key not in read.made_codes), *self.names)

    def at_level(self, levels: Iterable[str]) -> set[str]:
        wanted = set(levels)
        return {key for key, level in self.levels.items() if level in wanted}


def _chain(unit: UnitLine, mine: Mapping[str, UnitLine], there: Mapping[str, TreeUnit]) -> tuple[str, ...]:
    """The names from the top down to a unit; as far as the workbook says them, which may lead in a circle."""
    names, above, seen = [unit.name], unit.parent, {unit.key}
    while above in mine and above not in seen:
        seen.add(above)
        names.append(mine[above].name)
        above = mine[above].parent
    upper = there[above].names if above in there and above not in seen else ()
    return (*upper, *reversed(names))


def people(
    read: Read, model: Model, mine: Mapping[str, UnitLine], standing: Standing, today: date
) -> list[PersonLine]:
    """The posts of the workbook, those that are whole; faults go to `read`. What is past is past by today, whatever
    the day on which the workbook takes effect.
    """
    places = Places(mine, standing.units, read)
    names: dict[str, tuple[str, int]] = {}
    given = workbook_logins.made(read, model, standing)
    found = []
    for line in read.lines.get("people", ()):
        before = len(read.grave)
        sign_in, name = _who(line, given.get(line.number, ""), names, standing, read)
        post, department = _post(line, model, read)
        unit = _unit(line, post, department, model, places, read) if post else ""
        from_on, last = line.day("from_on"), line.day("to_on")
        if from_on and last and last < from_on:
            read.say("people", line.number, "to_on", _("止在起之前。请核对两个日期。"))
        if last and last < today:
            told = _("{day} 已经过去。这一行不用写，或把止改到今天以后。")
            read.say("people", line.number, "to_on", told.format(day=last))
        if sign_in and post and unit and len(read.grave) == before:
            to_on = last + timedelta(days=1) if last else None
            shown = _certificates(line, asked_of(post, model), read)
            found.append(
                PersonLine(line.number, sign_in, name, post, department, unit, from_on, to_on, shown)
            )
    return found


def _who(
    line: Line, given: str, names: dict[str, tuple[str, int]], standing: Standing, read: Read
) -> tuple[str, str]:
    """Sign-in name, or the one that is given to whoever has none, and name; the same name is said wherever the same
    person stands. An empty sign-in name where it had to be asked.
    """
    sign_in = given or plain_sign_in(line.text("sign_in"))
    known = standing.accounts.get(sign_in)
    name = _name(line, known.name if known else "", read)
    if not name and (sign_in in names or known):
        name = names[sign_in][0] if sign_in in names else known.name if known else ""
    if not sign_in:
        if not name:
            read.say("people", line.number, "name", _("缺姓名。"))
        return "", name
    try:
        sign_in, name = well_formed(sign_in, name)
    except Refused as refusal:
        read.say("people", line.number, refusal.field, refusal.reason)
        return sign_in, name
    first = names.setdefault(sign_in, (name, line.number))
    if first[0] != name:
        told = _("登录名“{sign_in}”第 {line} 行已经是“{name}”的。两个人不能用同一个登录名。")
        said = told.format(sign_in=sign_in, line=first[1], name=first[0])
        read.say("people", line.number, "sign_in", said)
    elif known and known.name != name:
        told = _("登录名“{sign_in}”已经是“{name}”的账号。换一个登录名，或把姓名改回去。")
        read.say("people", line.number, "name", told.format(sign_in=sign_in, name=known.name))
    elif known and not known.active:
        read.say("people", line.number, "sign_in", _("这个账号已经停用。请换一个登录名。"))
    return sign_in, name


def _name(line: Line, known: str, read: Read) -> str:
    """The name without the blanks that fill a line; the one on record (`known`) stays as it is."""
    name = line.text("name")
    if not _PARTED.fullmatch(name) or known == name:
        return name
    whole = name.replace(" ", "")
    told = _("“{name}”中间有空格，当作“{whole}”。").format(name=name, whole=whole)
    read.say("people", line.number, "name", told, grave=False)
    return whole


def _certificates(line: Line, asked: Sequence[str], read: Read) -> tuple[Shown, ...]:
    """What was shown of this person, kind and last valid day; only what the post asks for."""
    found = []
    for word in filter(None, map(str.strip, SEVERAL.split(line.text("certificate")))):
        try:
            one = written(word)
            if asked and one.kind not in asked:
                told = _("这个岗位不要求“{kind}”，不用登记。要求的是：{kinds}。")
                said = told.format(kind=one.kind, kinds=_("、").join(asked))
                read.say("people", line.number, "certificate", said)
            elif not asked:
                told = _("这个岗位不要求“{kind}”，不用登记。").format(kind=one.kind)
                read.say("people", line.number, "certificate", told)
            found.append(one)
        except ValueError:
            told = _("“{word}”认不出。请写成“人民调解员证至2027-12-31”，没有期限的只写种类。")
            read.say("people", line.number, "certificate", told.format(word=word))
    return tuple(found)


def _post(line: Line, model: Model, read: Read) -> tuple[str, str]:
    """Codes of post and department; two empty words where a fault was told."""
    word, office = line.text("post"), line.text("department")
    offices = {w: d.id for d in model.departments.values() for w in (d.name, d.english, d.id, *d.aka) if w}
    posts = {w: p.id for p in model.posts.values() for w in (p.name, p.english, p.id) if w}
    if word in ("", DEPARTMENT, "department") and office:
        return _seat(line, offices, read)
    if word in offices and word not in posts:
        return "department", offices[word]
    if not word:
        read.say("people", line.number, "post", _("缺岗位。请从下拉里选。"))
    elif word == DEPARTMENT:
        read.say("people", line.number, "department", _("岗位是“部门”，请写明哪个部门。"))
    elif word not in posts:
        unknown(line, "people", "post", [*posts, *([DEPARTMENT] if offices else [])], read)
    elif office and not model.posts[posts[word]].of_department:
        told = _("岗位是“{post}”，“部门”一栏请留空；要任部门的职，另写一行。")
        read.say("people", line.number, "department", told.format(post=word))
    return posts.get(word, ""), ""


def _seat(line: Line, offices: Mapping[str, str], read: Read) -> tuple[str, str]:
    """A seat in the department that is named; two empty words where there is none."""
    word = line.text("department")
    if word in offices:
        return "department", offices[word]
    if word not in read.wrong_departments and not read.headless("departments"):
        unknown(line, "people", "department", offices, read)
    return "", ""


def _unit_of_department(line: Line, word: str, places: Places, read: Read) -> str:
    """The root: a department handles what comes to it from everywhere, so that a narrower unit would change nothing."""
    if not places.root:
        return ""
    if word and places.find(word) != {places.root}:
        told = _("部门的人办各处派给部门的事，写了单元也不分开派。请把这一格留空。")
        read.say("people", line.number, "unit", told)
        return ""
    return places.root


def _unit(line: Line, post: str, department: str, model: Model, places: Places, read: Read) -> str:
    """The key of the unit. Where none is said: the only one at the post's level."""
    word = line.text("unit")
    if department:
        return _unit_of_department(line, word, places, read)
    levels = model.posts[post].levels
    if not word:
        only = places.at_level(levels)
        if len(only) == 1:
            return only.pop()
        if not only and places.unsure:
            return ""
        names = some(model.levels[one].name for one in levels)
        read.say(
            "people",
            line.number,
            "unit",
            _("缺单元。这个岗位设在{levels}，请写明是哪一个。").format(levels=names),
        )
        return ""
    found = places.find(word)
    narrowed = found & places.at_level(levels) if len(found) > 1 else found
    if len(narrowed) == 1:
        return min(narrowed)
    if found:
        told = _("叫“{word}”的单元不止一个，请写编码，或连上级一起写，如“上级/名称”。").format(word=word)
        read.say("people", line.number, "unit", told)
    elif not {word, *word.split("/")} & places.wrong and not read.headless("units"):
        told = _("没有叫“{word}”的单元。").format(word=word)
        no_such_unit(line, "people", "unit", told, places.words(read), read)
    return ""
