"""A seat as the operator names it: a post or a department of the model, at a unit of today's tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from gezhi.cli.words import gettext as _
from gezhi.errors import NotFound, Refused

if TYPE_CHECKING:
    from gezhi.ledger.actor import Actor
    from gezhi.people.certificates import Shown
    from gezhi.people.queries import Seat
    from gezhi.places.tree import Tree, TreeUnit
    from gezhi.rules.model import Model

DEPARTMENT = "department"
MOST = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """A seat that the model and the tree know; `department` is empty for a post."""

    post: str
    department: str
    unit: TreeUnit
    model: Model
    from_on: date
    to_on: date | None = None
    note: str = ""
    certificates: tuple[Shown, ...] = ()

    @property
    def words(self) -> str:
        return _words(self.post, self.department, self.unit, self.model)

    def appoint(self, account: UUID, *, by: Actor, at: datetime) -> UUID:
        """Begin the term. Raises `Refused` as the service does."""
        from gezhi.people.services import Appointment, appoint

        return appoint(
            Appointment(
                account=account,
                post=self.post,
                department=self.department,
                unit=self.unit.identity,
                from_on=self.from_on,
                to_on=self.to_on,
                note=self.note,
                certificates=self.certificates,
            ),
            self.model,
            by=by,
            at=at,
        )


def wanted(post: str, unit: str, department: str, on: date) -> Wanted:
    """The seat that these words name on this day. Raises `Refused` with what could have been said instead."""
    model, ground = _surroundings(on)
    if department:
        if post not in ("", DEPARTMENT):
            raise Refused(_("--post 和 --department 只写一个。"), code="seat_two", field="post")
        code = _code(department, model.departments, _("部门"))
        return Wanted(DEPARTMENT, code, _unit(unit, ground), model, on)
    if not post or post == DEPARTMENT:
        raise Refused(
            _("请用 --post 写明岗位，或用 --department 写明部门。岗位有：{names}。").format(
                names=_names(model.posts)
            ),
            code="post_missing",
            field="post",
        )
    code = _code(post, model.posts, _("岗位"))
    here = _unit(unit, ground)
    if not unit and here.level not in model.posts[code].levels:
        raise _needs_unit(code, model)
    return Wanted(code, "", here, model, on)


def held(seat: Seat, on: date) -> dict[str, Any]:
    """A seat that somebody holds, for programs and in words."""
    model, ground = _surroundings(on)
    return {
        "post": seat.post,
        "department": seat.department,
        "unit": seat.path,
        "words": _words(seat.post, seat.department, ground.by_path[seat.path], model),
    }


def unit_named(said: str, on: date) -> UUID:
    """The identity of the unit that these words name on a day. Raises as `wanted` does."""
    return _unit(said, _surroundings(on)[1]).identity


def first_post(on: date) -> str:
    """The first post of the model that sits at the root and sees its ground; "" when there is none."""
    model, ground = _surroundings(on)
    level = ground.root.level if ground.root else ""
    return next(
        (code for code, post in model.posts.items() if level in post.levels and post.sees != "none"), ""
    )


def _surroundings(on: date) -> tuple[Model, Tree]:
    """Model and tree of the day. Raises `Refused` where one of them is still missing."""
    from gezhi.matters import editions
    from gezhi.places import queries as places

    ground = places.tree(on)
    if ground.root is None:
        raise Refused(
            _(
                "这个实例还没有单位，没有地方可以任职。请先用 gezhi ground import 导入单元和边界；"
                "重放实例用 gezhi import 对照表 文件 --replay 带入；想先试用，请运行 gezhi demo。"
            ),
            code="no_ground",
        )
    return editions.current(on), ground


def _words(post: str, department: str, unit: TreeUnit, model: Model) -> str:
    from gezhi.matters import sentences

    known = model.departments.get(department) if department else model.posts.get(post)
    name = sentences.label(known) if known else department or post
    where = "/".join(unit.names[1:]) or unit.name  # a name alone may be that of several
    return f"{where} {name}" if where.isascii() else where + name


def _code(said: str, known: Mapping[str, Any], kind: str) -> str:
    """The code of a post or department, by its code or one of its names."""
    if said in known:
        return said
    folded = said.strip().casefold()
    found = [
        code
        for code, one in known.items()
        if folded in {way.casefold() for way in (one.name, one.english, *getattr(one, "aka", ()))}
    ]
    if len(found) == 1:
        return found[0]
    raise Refused(
        _("治理模型里没有{kind}“{said}”。有：{names}。").format(kind=kind, said=said, names=_names(known)),
        code="post_unknown",
        field="post",
    )


def _names(known: Mapping[str, Any]) -> str:
    from gezhi.matters import sentences

    return _("、").join(
        _("{code}（{name}）").format(code=code, name=sentences.label(one)) for code, one in known.items()
    ) or _("无")


def _needs_unit(code: str, model: Model) -> Refused:
    from gezhi.matters import sentences

    post = model.posts[code]
    levels = _("、").join(sentences.label(model.levels[level]) for level in post.levels)
    return Refused(
        _("「{post}」设在{levels}这一层级。请用 --unit 写明是哪一个。").format(
            post=sentences.label(post), levels=levels
        ),
        code="unit_missing",
        field="unit",
    )


def _unit(said: str, ground: Tree) -> TreeUnit:
    """The unit by path, code or name; the root where nothing is said. Raises when none or several are meant."""
    if not said:
        return ground.by_path[ground.paths[0]]
    if said in ground.by_path:
        return ground.by_path[said]
    folded = said.strip().casefold()
    found = [one for one in ground.by_path.values() if folded in _called(one)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(_("没有单位“{said}”。可写编码、名称，或从上到下用“/”连起来的名称。").format(said=said))
    raise Refused(
        _("叫“{said}”的单位有 {n} 个：{which}。请改写编码。").format(
            said=said, n=len(found), which=_some(f"{one.path} {'/'.join(one.names)}" for one in found)
        ),
        code="unit_several",
        field="unit",
    )


def _called(unit: TreeUnit) -> set[str]:
    """What a unit may be called, in small letters: code, name, short name, names from the root or below it."""
    ways = (unit.code, unit.name, unit.short, "/".join(unit.names), "/".join(unit.names[1:]))
    return {way.casefold() for way in ways if way}


def _some(words: Iterable[str]) -> str:
    """The first dozen."""
    found = list(words)
    return _("、").join(found[:MOST]) + ("……" if len(found) > MOST else "")
