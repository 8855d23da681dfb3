"""柳溪, invented, as rows of a workbook for any model: small, whole, and without a fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gezhi.exchange.workbook_layout import DEPARTMENT, PARTED
from gezhi.rules.model import Model, Post

_HOME = "柳溪"
_PLACES = (
    "望湖 柳荫 桥东 桥西 柳岸 听雨 书院 北苑 临溪 新埠 渡口 竹园 梅坞 松涛 荷塘 槐荫 枫林 晓月 长亭 石榴 青禾 麦场 古井 橘洲"
).split()
_SURNAMES = "沈林乔汤宋何吴朱苏叶秦邵顾江孟贺阮施纪温"
_GIVEN = "例春 例夏 例秋 例冬 例山 例水 例田 例园 样春 样夏 样秋 样冬 样山 样水 样田 样园".split()
_SOURCE = "社区台账（示例）"
_WIDTH = 2  # units below each


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str
    name: str
    level: str
    above: str


def rows(model: Model) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Rows of the sheets of units and people; departments and items are the model's own."""
    units = _units(model)
    return {"units": [_row(model, unit, units) for unit in units], "people": _people(model, units)}


def _units(model: Model) -> list[_Unit]:
    below: dict[str, list[str]] = defaultdict(list)
    for level in model.levels.values():
        for above in level.unders:
            below[above].append(level.id)
    words = iter(_PLACES * 40)
    found = [_Unit("LX", _HOME + model.root.name, model.root.id, "")]
    for unit in found:  # grows while it is walked
        for under in below[unit.level]:
            kind = model.levels[under].name
            mark = under[:1].upper() if len(below[unit.level]) > 1 else ""
            for n in range(1, _WIDTH + 1):
                serial = model.levels[under].serial or ("" if below[under] else "{parent}{nn}" + kind)
                name = _named(serial, _stem(unit, model), n) if serial else f"{next(words)}{kind}"
                found.append(_Unit(f"{unit.code}-{mark}{n:02}", name, under, unit.code))
    return found


def _named(serial: str, parent: str, n: int) -> str:
    """A name by the pattern of its level, as {parent}{nn}网格: alike under every level it may stand under."""
    return serial.replace("{parent}", parent).replace("{nn}", f"{n:02}")


def _stem(unit: _Unit, model: Model) -> str:
    return unit.name.removesuffix(model.levels[unit.level].name)


def _row(model: Model, unit: _Unit, units: Iterable[_Unit]) -> dict[str, Any]:
    said: dict[str, Any] = {"code": unit.code, "name": unit.name, "level": model.levels[unit.level].name}
    said["parent"] = unit.above
    if not any(other.above == unit.code for other in units):
        fewest, most = model.levels[unit.level].households or (280, 420)
        said |= {"households": (fewest + most) // 2 + sum(map(ord, unit.code)) % 17, "source": _SOURCE}
    return said


@dataclass
class _Staff:
    """Who was thought of so far: sign-in names by post and unit."""

    rows: list[dict[str, Any]]
    seats: dict[tuple[str, str], list[tuple[str, str]]]
    people: int = 0

    def newcomer(self, word: str) -> tuple[str, str]:
        number = self.people
        self.people += 1
        surname = _SURNAMES[(number * 3) % len(_SURNAMES)]
        return f"{word}.{number + 1:03}", surname + _GIVEN[(number + number // len(_SURNAMES)) % len(_GIVEN)]

    def seat(self, who: tuple[str, str], post: Post, unit: _Unit) -> None:
        self.seats[post.id, unit.code].append(who)
        self.rows.append({"sign_in": who[0], "name": who[1], "post": post.name, "unit": unit.code})
        if post.certificate:
            self.rows[-1]["certificate"] = PARTED.join(post.certificate)  # invented, and so without an end


def _people(model: Model, units: Sequence[_Unit]) -> list[dict[str, Any]]:
    staff = _Staff([], defaultdict(list))
    for post in sorted(model.posts.values(), key=lambda post: _demands(model, post)):
        here = [unit for unit in units if unit.level in post.levels]
        for unit in here[:1] if post.sees == "none" else here:
            for who in _holders(post, unit, units, staff):
                staff.seat(who, post, unit)
    for department in model.departments.values():
        sign_in, name = staff.newcomer(department.id)
        staff.rows.append(
            {"sign_in": sign_in, "name": name, "post": DEPARTMENT, "department": department.name}
        )
    return staff.rows


def _demands(model: Model, post: Post) -> int:
    return 1 + max((_demands(model, model.posts[one]) for one in post.must_be), default=-1)


def _holders(post: Post, unit: _Unit, units: Sequence[_Unit], staff: _Staff) -> list[tuple[str, str]]:
    """New people; for a post that demands another, somebody who holds that one at this unit, above it or anywhere."""
    count = max(post.least.get(unit.level, 1), 2 if post.never_vacant else 1, 1)
    count = min(count, post.most) if post.most else count
    if not post.must_be:
        return [staff.newcomer(post.id) for _n in range(count)]
    by_code = {one.code: one for one in units}
    ways, at = [], unit.code
    while at:
        ways.append(at)
        at = by_code[at].above
    ways += [one.code for one in units if one.code not in ways]
    able = next(found for way in ways for needed in post.must_be if (found := staff.seats[needed, way]))
    held = staff.seats[post.id, unit.code]
    free = [who for who in able if who not in held]
    start = sum(map(ord, unit.code)) % len(free)
    return [free[(start + n) % len(free)] for n in range(min(count, len(free)))]
