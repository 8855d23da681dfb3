"""Rows of 单元 that say no code: which standing unit each is, or the code it gets; and under which unit each row hangs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from gezhi.exchange.workbook_read import Line, Read, plain
from gezhi.exchange.workbook_standing import Standing
from gezhi.places.models import Unit
from gezhi.places.paths import parent
from gezhi.places.services import levels_of
from gezhi.rules.model import Model

LONGEST = 40  # characters of a code
_STEM = "u"  # of a code that would be too long
_PART = "/"  # between the names from above to below
Node = str | int
"""A unit: the key of a standing one, or the number of a row that is a new one."""


class Ground:
    """The rows of 单元 over what stands. A row is a standing unit if it says its code; or if it says no code, has its
    name and hangs under the same unit. What hangs under what is found by code, by name, or by names from above to below
    with "/" between, narrowed to the levels that fit.
    """

    def __init__(self, read: Read, model: Model, standing: Standing) -> None:
        self._lines = {line.number: line for line in read.lines.get("units", ())}
        self._there, self._levels = standing.units, levels_of(model)
        self._words = {
            word: one.id for one in model.levels.values() for word in (one.name, one.english, one.id) if word
        }
        self._typed: dict[str, int] = {}
        for line in self._lines.values():
            if code := line.text("code"):
                self._typed.setdefault(code, line.number)
        by_path = standing.ground.by_path
        self._over = {
            key: standing.keys[by_path[parent(unit.path)].identity] if parent(unit.path) in by_path else ""
            for key, unit in self._there.items()
        }
        self._named: dict[str, list[Node]] = defaultdict(list)
        self._below: dict[tuple[str, str], str] = {}
        for line in self._lines.values():
            self._named[plain(line.text("name"))].append(line.number)
        for key, unit in self._there.items():
            self._below[self._over[key], plain(unit.name)] = key
            if key not in self._typed:
                self._named[plain(unit.name)].append(key)
        self._claimed = set(self._typed)
        self._nodes: dict[int, Node] = {}
        self._above: dict[int, frozenset[Node]] = {}

    def above(self, line: Line) -> frozenset[str]:
        """Keys of the units that the cell 上级 may mean; to be asked once every row has its code."""
        return frozenset(self.key(node) for node in self._over_row(line))

    def key(self, node: Node) -> str:
        return self._lines[node].text("code") if isinstance(node, int) else node

    def node(self, number: int) -> Node:
        """Which unit a row is."""
        if number not in self._nodes:
            self._nodes[number] = number  # while it is looked for: a circle ends here
            self._nodes[number] = self._stands(self._lines[number]) or number
        return self._nodes[number]

    def over(self, number: int) -> Node | None:
        """The unit above a row: "" for the top, None where it is not clear which."""
        line = self._lines[number]
        if not line.text("parent"):
            return ""
        found = self._over_row(line)
        return next(iter(found)) if len(found) == 1 else None

    def left_out(self, number: int) -> list[str]:
        """Standing units of the row's level under the same unit that no row speaks of."""
        over, level = self.over(number), self._level(number)
        return [
            key
            for key, unit in self._there.items()
            if self._over[key] == over and unit.level == level and key not in self._claimed
        ]

    def _stands(self, line: Line) -> str:
        if code := line.text("code"):
            return code if code in self._there else ""
        over = self.over(line.number)
        key = self._below.get((over, plain(line.text("name"))), "") if isinstance(over, str) else ""
        if not key or key in self._claimed:
            return ""
        self._claimed.add(key)
        return key

    def _over_row(self, line: Line) -> frozenset[Node]:
        if line.number not in self._above:
            self._above[line.number] = frozenset()  # while it is looked for
            word = line.text("parent")
            self._above[line.number] = self._meant(word, line.number) if word else frozenset()
        return self._above[line.number]

    def _meant(self, word: str, number: int | None) -> frozenset[Node]:
        if word in self._typed:
            return frozenset((self.node(self._typed[word]),))
        if word in self._there:
            return frozenset((word,))
        found = self._fitting(self._named.get(plain(word), ()), number)
        if not found and _PART in word:
            upper, _slash, last = word.rpartition(_PART)
            over = self._meant(upper, None)
            named = self._fitting(self._named.get(plain(last), ()), number)
            found = [one for one in named if self._is_under(one, over)]
        nodes = dict.fromkeys(self.node(one) if isinstance(one, int) else one for one in found)
        first: dict[
            frozenset[Node], Node
        ] = {}  # of one name under the same unit: the second has a fault of its own
        for one in nodes if len(nodes) > 1 else ():
            first.setdefault(self._over_node(one), one)
        return frozenset(first.values() or nodes)

    def _is_under(self, node: Node, over: frozenset[Node]) -> bool:
        return bool(over & self._over_node(node))

    def _over_node(self, node: Node) -> frozenset[Node]:
        return self._over_row(self._lines[node]) if isinstance(node, int) else frozenset((self._over[node],))

    def _fitting(self, nodes: Iterable[Node], number: int | None) -> list[Node]:
        """Those under which the row may hang by its level, if there are any; else all. Never the row itself."""
        found = [one for one in nodes if one != number]
        level = self._level(number) if number is not None else ""
        if len(found) < 2 or not level:
            return found
        fit = [one for one in found if (over := self._level(one)) and self._levels.fits(level, over)]
        return fit or found

    def _level(self, node: Node) -> str:
        if isinstance(node, int):
            return self._words.get(self._lines[node].text("level"), "")
        return self._there[node].level


def given(read: Read, model: Model, standing: Standing) -> Ground:
    """Give every row of 单元 without a code the one of the standing unit it is, or a new one: that of the unit above
    and the row's place under it. A new one is like nothing that is written or was ever a code here.
    """
    ground = Ground(read, model, standing)
    lines = {line.number: line for line in read.lines.get("units", ())}
    bare = [number for number, line in lines.items() if not line.text("code")]
    if not bare:
        return ground
    taken = _taken(read, standing)
    places, seen = {}, Counter[Node | None]()
    for number in lines:
        over = ground.over(number)
        seen[over] += 1
        places[number] = seen[over]
    waits = set(bare)

    def give(number: int) -> None:
        waits.discard(number)
        node = ground.node(number)
        if isinstance(node, str):
            lines[number].said["code"] = node
            return
        over = ground.over(number)
        if isinstance(over, int) and over in waits:
            give(over)
        stem = ground.key(over) if over else ""
        lines[number].said["code"] = _free(stem, places[number], taken)
        read.made_codes.add(lines[number].text("code"))
        _renamed(ground, standing, lines[number], read)

    for number in bare:
        if number in waits:
            give(number)
    return ground


def _renamed(ground: Ground, standing: Standing, line: Line, read: Read) -> None:
    """A new unit where just one of its kind is not in the sheet: perhaps that one was to be renamed."""
    left = ground.left_out(line.number) if standing.units else []
    if len(left) != 1:
        return
    told = _("没有编码，名称又和原有的不同，当作新的单元；“{name}”不动。要给它改名，请写上它的编码“{code}”。")
    said = told.format(name=standing.units[left[0]].name, code=left[0])
    read.say("units", line.number, "name", said, grave=False)


def _taken(read: Read, standing: Standing) -> set[str]:
    """What a made code must not look like: codes, today's and earlier ones, names, and whatever cells call units."""
    words = set(Unit.objects.exclude(code="").values_list("code", flat=True)) | set(standing.units)
    words |= {name for unit in standing.units.values() for name in (unit.name, unit.short)}
    for sheet, columns in (("units", ("code", "name", "short", "parent")), ("people", ("unit",))):
        words |= {line.text(key) for line in read.lines.get(sheet, ()) for key in columns}
    return {_bare(word) for word in words}


def _free(stem: str, number: int, taken: set[str]) -> str:
    if len(stem) > LONGEST - 6:
        stem = _STEM
    while _bare(code := f"{stem}-{number:02}" if stem else f"{number:02}") in taken:
        number += 1
    taken.add(_bare(code))
    return code


def _bare(word: str) -> str:
    """A word as it is compared: also without the noughts that a table program takes away."""
    return plain(word).lstrip("0")
