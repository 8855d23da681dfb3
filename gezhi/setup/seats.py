"""Seats as whoever administers names them: a post at a unit, or a department; and the days of terms in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import editions, sentences
from gezhi.people.directory import Sought, TermLine
from gezhi.people.queries import DEPARTMENT
from gezhi.places import queries as places
from gezhi.places.naming import unit_named
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model
from gezhi.setup import days
from gezhi.ui import words

POST, OFFICE = "post:", "department:"
MOST_PATHS = 40
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """The model and the ground of a day."""

    on: date
    model: Model
    ground: Tree


@dataclass(frozen=True, slots=True)
class Seat:
    """A post, or a department's seat, at a unit (its identity)."""

    post: str
    department: str
    unit: UUID

    @property
    def value(self) -> str:
        """As the field of a form names it."""
        return f"{OFFICE}{self.department}" if self.department else f"{POST}{self.post}"


def day(on: date) -> Day:
    """The day as it will be by what is registered; today's for a day that has passed."""
    on = max(on, clock.today())
    return Day(on, editions.current(on), places.tree(on))


def seat_of(term: TermLine) -> Seat:
    return Seat(term.post, term.department, term.unit)


def said(seat: Seat, on: date) -> str:
    """A seat in a sentence: 望湖街道桥东社区桥东01格的网格员; for a department, that one belongs to it."""
    here = day(on)
    if seat.department:
        return _("{office}的工作人员").format(office=title(seat, here))
    return _("{unit}的{post}").format(unit=where(seat.unit, on), post=title(seat, here))


def title(seat: Seat, here: Day) -> str:
    """The post or the department alone."""
    known = (
        here.model.departments.get(seat.department) if seat.department else here.model.posts.get(seat.post)
    )
    return sentences.label(known) if known else seat.department or seat.post


def brief(term: TermLine, here: Day) -> str:
    """A term in a list: post and unit, and whether it is stood in."""
    name = title(seat_of(term), here)
    unit = here.ground.by_identity.get(term.unit)
    whole = name if term.department or unit is None else f"{name} · {unit.name}"
    return _("代理 {seat}").format(seat=whole) if term.standing else whole


def where(unit: UUID, on: date) -> str:
    """A unit by its names below the root, as it stands on a day; as it stood, if it has ended."""
    for one in (max(on, clock.today()), on):
        found = places.tree(one).by_identity.get(unit)
        if found is not None:
            return below_root(found)
    return _("已撤销的单元")


def below_root(unit: TreeUnit) -> str:
    names = unit.names[1:] or unit.names
    return " / ".join(names) if (get_language() or "").startswith("en") else "".join(names)


def typed_as(unit: TreeUnit) -> str:
    """A unit as it is offered in a field, so that it is found again by `typed`."""
    return "/".join(unit.names[1:]) or unit.name


def desk_said(desk: str, here: Day) -> str:
    """A desk's word as people say it."""
    post, _at, path = desk.partition("@")
    if not path:
        return title(Seat(DEPARTMENT, desk.removeprefix(OFFICE), UUID(int=0)), here)
    unit = here.ground.by_path.get(path)
    known = here.model.posts.get(post)
    name = sentences.label(known) if known else post
    return _("{unit}的{post}").format(unit=below_root(unit), post=name) if unit else name


def choices(model: Model) -> list[tuple[str, list[tuple[str, str]]]]:
    """Posts and departments to choose from, in two groups."""
    posts = [(f"{POST}{one.id}", sentences.label(one)) for one in model.posts.values()]
    offices = [(f"{OFFICE}{one.id}", sentences.label(one)) for one in model.departments.values()]
    return [(_("岗位"), posts), (_("部门"), offices)]


def typed(choice: str, unit: str, on: date) -> Seat:
    """The seat that a form names on a day. Raises `Refused` at `seat` or `unit`."""
    here = day(on)
    if here.ground.root is None:
        raise Refused(_("还没有单元。请先交工作簿。"), code="no_ground", field="unit")
    if choice.startswith(OFFICE) and choice.removeprefix(OFFICE) in here.model.departments:
        if unit and _unit(unit, here) != here.ground.root:
            told = _("部门的人办各处派给部门的事，写了单元也不分开派。请把单元留空。")
            raise Refused(told, code="unit_of_department", field="unit")
        return Seat(DEPARTMENT, choice.removeprefix(OFFICE), here.ground.root.identity)
    post = here.model.posts.get(choice.removeprefix(POST))
    if post is None:
        raise Refused(_("请选一个岗位或部门。"), code="post_missing", field="seat")
    if not unit and here.ground.root.level not in post.levels:
        levels = _("、").join(sentences.label(here.model.levels[level]) for level in post.levels)
        told = _("「{post}」设在{levels}这一层级。请写明是哪一个。")
        raise Refused(
            told.format(post=sentences.label(post), levels=levels), code="unit_missing", field="unit"
        )
    return Seat(post.id, "", (_unit(unit, here) if unit else here.ground.root).identity)


def _unit(typed: str, here: Day) -> TreeUnit:
    try:
        return unit_named(typed[:200], here.ground)
    except NotFound as none:
        raise Refused(none.reason, code="unit_unknown", field="unit") from None


def units_like(words: str, ground: Tree, most: int) -> list[str]:
    """Units in whose names every word is found, the widest first, as a field offers them."""
    sought = words.casefold().replace("/", " ").split()
    found = [
        unit
        for unit in ground.by_path.values()
        if all(word in "/".join((unit.code, *unit.names)).casefold() for word in sought)
    ]
    found.sort(key=lambda unit: (len(unit.path), unit.path))
    return [typed_as(unit) for unit in found[:most]]


def sought(typed: str, here: Day) -> list[Sought]:
    """The words of a search, each with the posts, departments and units that it names."""
    return [_sought(word, here) for word in typed[:60].split()[:6]]


def _sought(word: str, here: Day) -> Sought:
    plain = word.casefold()
    posts = [one.id for one in here.model.posts.values() if plain in f"{one.name} {one.english}".casefold()]
    offices = [
        one.id for one in here.model.departments.values()
        if plain in " ".join((one.name, one.english, *one.aka)).casefold()
    ]  # fmt: skip
    paths: list[str] = []
    for path, unit in here.ground.by_path.items():  # by path: what lies within follows what it lies in
        inside = paths and path.startswith(paths[-1])
        if len(path) > len(here.ground.paths[0]) and not inside and plain in unit.name.casefold():
            paths.append(path)
    return Sought(word, tuple(posts), tuple(offices), tuple(paths[:MOST_PATHS]))


def day_said(on: date) -> str:
    """A day in a sentence, with its day of the week: 11月23日（周一）."""
    today = clock.today()
    if on == today:
        return words.day(on, today)
    return _("{day}（{weekday}）").format(day=words.day(on, today), weekday=words.weekday(on))


def typed_day(typed: str, field: str, *, missing: str = "", past: bool = False) -> date:
    """A day that a form says, today or later; with `past` one before, too. Raises `Refused` at its field."""
    if not typed.strip():
        raise Refused(missing or _("请写哪一天。"), code="day_missing", field=field)
    on = days.written(typed.strip(), field)
    if on < clock.today() and not past:
        raise Refused(_("生效日不能在今天以前。"), code="day_past", field=field)
    if on.year > clock.today().year + 50:
        raise Refused(_("这一天太远了。请核对年份。"), code="day_far", field=field)
    return on
