"""离岗交接 in words: what would be done, or was, from the one list that the act makes; and what stays where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from gezhi.matters.leaving import AtDesk, Held
from gezhi.matters.services.leaving import Outcome
from gezhi.people import queries as people
from gezhi.people.queries import desk_word
from gezhi.people.rota import ShiftLine
from gezhi.setup import seats
from gezhi.setup.settling import Told
from gezhi.setup.views.rota import hours_said, pattern_said
from gezhi.setup.views.staff_words import days_said
from gezhi.vault import kept

KEPT = "handed"


@dataclass(frozen=True, slots=True)
class Handover:
    """What came of each part, what was held before it, and the day on which it was done."""

    parts: list[Outcome]
    held: Held
    on: date


def keep(session: SessionBase, entry: UUID, handover: Handover) -> None:
    """Keep the parts for whoever handed over: they name people, filters and keys, and the ledger has none of these."""
    kept.keep(session, KEPT, handover, mark=entry.hex)


def told_again(session: SessionBase, entry: UUID) -> Told | None:
    """The lists of a handover that this session made, as they were told; none for any other."""
    found = kept.kept(session, KEPT, entry.hex, Handover)
    return told(found.parts, found.held, found.on) if found else None


def counted(facts: Mapping[str, Any], state: str) -> list[tuple[str, int]]:
    """What the ledger says of a handover: of each part how many were done, or refused (`state`)."""
    names = {
        "post": _("岗位"),
        "turn": _("值班"),
        "filter": _("共享的筛选"),
        "team": _("事项的团队"),
        "standing": _("常设队伍"),
        "key": _("接口钥匙"),
        "address": _("推送地址"),
    }
    return [(name, n) for part, name in names.items() if (n := facts.get(f"{part}_{state}", 0))]


def told(made: Iterable[Outcome], held: Held, today: date) -> Told:
    """Every outcome in its list, in the order in which it was done; then what nobody hands over."""
    made = list(made)
    names = people.names_of([one.to for one in made if one.to])
    said = [(one, _thing(one, today, names)) for one in made]
    return Told(
        done=tuple(thing for one, thing in said if one.state == "done"),
        refused=tuple((thing, one.refused) for one, thing in said if one.state == "refused"),
        left=(
            *((thing, _why_left(one)) for one, thing in said if one.state == "left"),
            *_goes_on(held, _desks_left(made, today), today),
        ),
    )


def turn_said(one: ShiftLine) -> str:
    """A shift of the rota in a list: 每个工作日 17:00–次日 08:00."""
    days = pattern_said(one.day) if one.day is not None else days_said(one.from_on, one.to_on)
    return f"{days} {hours_said(one.starts, one.ends)}"


def _thing(one: Outcome, today: date, names: dict[UUID, str]) -> str:
    to = names.get(one.to, "") if one.to else ""
    if one.term is not None:
        seat = seats.said(seats.seat_of(one.term), today)
        if one.turn is not None:
            seat = _("{seat}的值班：{turn}").format(seat=seat, turn=turn_said(one.turn))
        if to:
            return _("{seat} → {name}").format(seat=seat, name=to)
        return seat if one.turn is not None else _("{seat}，到期结束").format(seat=seat)
    if one.part == "filter":
        word = _("共享的筛选「{name}」").format(name=one.thing)
        return _("{seat} → {name}").format(seat=word, name=to) if to else word
    return _named(one).format(name=one.thing, number=one.thing, n=one.thing)


def _named(one: Outcome) -> str:
    """The sentence of a part that goes to nobody, or that stays."""
    stays = one.state == "left"
    return {
        "team": _("{number} 的团队") if stays else _("退出 {number} 的团队"),
        "in_time": _("{number} 的团队：最后一天还在，没有岗位了就看不到"),
        "standing": _("常设队伍“{name}”") if stays else _("退出常设队伍“{name}”"),
        "key": _("接口钥匙「{name}」") if stays else _("接口钥匙「{name}」作废"),
        "address": _("推送地址「{name}」") if stays else _("推送地址「{name}」停用，签名密钥销毁"),
        "sessions": _("各处的登录") if stays else _("退出 {n} 处登录"),
        "slip": _("没用过的登录单") if stays else _("没用过的登录单作废"),
    }[one.part]


def _why_left(one: Outcome) -> str:
    if one.left == "post":
        return _("此人还有岗位留着，用得着它。")
    if one.left == "stays":
        return _("这个岗位勾了“不离，接着任”，没有交出去，写的接手人没有用上。要交出去，请去掉勾。")
    if one.left == "until":
        return _until(one.part)
    if one.part == "turn":
        return _("没有指定接手的人：这个班空着，值班表上写着等人接。")
    return _("没有指定交给谁：还在此人名下，大家照样用。")


def _until(part: str) -> str:
    """How long something goes on that was not asked to end at once."""
    return {
        "key": _("没有勾当场作废：任期到的那天以前照样能用，过了就不认。"),
        "address": _("没有勾当场作废：任期到的那天以前照推，过了就暂停。"),
        "sessions": _("没有勾当场作废：登录着的不退出；任期到了，就看不到岗位上的事。"),
        "slip": _("没有勾当场作废：到期以前照样能用来登录。"),
    }[part]


def _desks_left(made: Iterable[Outcome], today: date) -> set[str]:
    """The desks of the posts that end: at any other whoever leaves goes on themselves."""
    ground = seats.day(today).ground
    ends = [one.term for one in made if one.part == "post" and one.term and one.state == "done"]
    units = {one.unit: ground.by_identity.get(one.unit) for one in ends}
    return {
        desk_word(one.post, one.department, unit.path if (unit := units[one.unit]) else "") for one in ends
    }


def _goes_on(held: Held, left: set[str], today: date) -> list[tuple[str, str]]:
    """What waits at the desks and for others: nobody hands it over, and somebody goes on with it."""
    comma, here = _("、"), seats.day(today)
    found = [
        (_("{seat}：{n} 件").format(seat=seats.desk_said(desk.desk, here), n=desk.many), _who_goes_on(desk))
        for desk in held.desks
        if desk.many and desk.desk in left
    ]
    for numbers, thing, why in (
        (held.proposals, _("提请了、等另一人的：{numbers}"), _("照旧等另一人。")),
        (held.requests, _("申请了延期、等批的：{numbers}"), _("照旧等批。")),
    ):
        if numbers:
            found.append((thing.format(numbers=comma.join(numbers)), why))
    if held.drafts:
        word = _("治理模型的草稿：{n} 份").format(n=held.drafts)
        found.append((word, _("留在草稿里，别的管理员接着改。")))
    return found


def _who_goes_on(desk: AtDesk) -> str:
    if desk.others:
        return _("留在岗位上，同岗的 {names} 接着办。").format(names=_("、").join(desk.others))
    return _("留在岗位上，谁接任谁接着办；空着的时候由代理的人或上一级办。")
