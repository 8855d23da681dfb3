"""What a resident is told of others who reported the same kind of thing nearby, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.ledger import clock
from gezhi.matters import nearby, outward
from gezhi.matters.nearby import Found, Near
from gezhi.matters.services import locating
from gezhi.places.tree import Tree
from gezhi.portal import looked
from gezhi.rules.model import Model
from gezhi.ui import words

MOST = 3
"""Lines, the nearest first."""
COUNTED = 10
"""How many of one line are counted: of more it is enough to know that there are as many at least."""
PROMISED = ("accepted", "handling")
"""Phases of which it is told by when it is promised."""


@dataclass(frozen=True, slots=True)
class Other:
    """One of them: its token, how far and since when, how it stands."""

    token: str
    where: str
    how: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody stands, as they said it, WGS84 degrees."""

    lon: float | None
    lat: float | None
    unit: str
    address: str
    datum: str = "wgs84"


def told(sent: Mapping[str, str], item: str, model: Model, ground: Tree) -> dict[str, Any]:
    """For the page: who else, and which of them was chosen. Nothing where no point is known, nor for an item of which nobody
    is told."""
    here = _here(sent, item, model, ground)
    if here is None:
        return {"near": []}
    same = sent.get("same", "")
    return {"near": _joined(nearby.nearby(item, *here, model), same), "same": same}


def said(sent: Mapping[str, str], item: str, model: Model, ground: Tree) -> UUID | None:
    """The matter of which whoever reports says that theirs is the same; none where it was not shown to them there."""
    same = sent.get("same", "")
    here = _here(sent, item, model, ground) if same else None
    return nearby.said(same, item, *here, model) if here else None


def _here(sent: Mapping[str, str], item: str, model: Model, ground: Tree) -> tuple[float, float] | None:
    """The point that was sent, else that of the one building the address names, as the report itself will be placed."""
    if not nearby.is_told(item, model):
        return None
    point = looked.point(sent.get("lon", ""), sent.get("lat", ""))
    if point is None and (sent.get("lon") or sent.get("lat")):
        return None
    lon, lat = point or (None, None)
    place = _Place(lon, lat, sent.get("unit", "").strip(), sent.get("address", "").strip())
    return locating.point_of(place, ground, on=clock.today())


def _joined(found: Found, same: str) -> list[Other]:
    """Those that would read alike are one line, named by the nearest of them, or by the one that was chosen before."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in found.near:
        alike.setdefault((_where(one), _how(one)), []).append(one.token)
    lines = [
        Other(same if same in tokens else tokens[0], where, _many(how, len(tokens), found.whole))
        for (where, how), tokens in alike.items()
    ]
    return lines[:MOST] + [line for line in lines[MOST:] if line.token == same]


def _many(how: str, n: int, whole: bool) -> str:
    """How many they are: exactly only where few were found and none was left out."""
    if n == 1:
        return how
    if whole and n < COUNTED:
        return ngettext("有 {n} 件，{how}", "有 {n} 件，{how}", n).format(n=n, how=how)
    return _("有 {n} 件以上，{how}").format(n=min(n, COUNTED), how=how)


def _where(one: Near) -> str:
    far = ngettext("{n} 米以内", "{n} 米以内", one.metres).format(n=one.metres)
    return _("{far}，{day}报的").format(far=far, day=_since(one))


def _since(one: Near) -> str:
    if one.on != clock.today():
        return _day(one.on)
    return {"morning": _("今天上午"), "afternoon": _("今天下午")}.get(one.part, _("今天晚上"))


def _day(on: date) -> str:
    return words.day(on, clock.today())


def _how(one: Near) -> str:
    return how(one.phase, outward.day_of(one.due_at) if one.due_at else None)


def how(phase: str, due: date | None) -> str:
    """How far a matter of others is (its phase), and by which day it is promised to be done, in words."""
    stands = {
        "reported": _("等着受理"), "suspended": _("暂时办不了，挂着"), "checking": _("办过了，正在核查"),
        "answering": _("办过了，正在答复"),
    }.get(phase, _("正在办"))  # fmt: skip
    if due is None or phase not in PROMISED:
        return stands
    return _("{stands}，答应 {day} 前办好").format(stands=stands, day=_day(due))
