"""What a resident is told of others who reported the same kind of thing nearby, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.ledger import clock
from gezhi.matters import nearby
from gezhi.matters.nearby import Near
from gezhi.rules.model import Model
from gezhi.ui import words


@dataclass(frozen=True, slots=True)
class Other:
    """One of them: its token, how far and since when, how it stands."""

    token: str
    where: str
    how: str


def told(sent: Mapping[str, str], item: str, model: Model) -> dict[str, Any]:
    """For the page: who else, and which of them was chosen. Nothing without a point, or for an item of which nobody is told."""
    try:
        lon, lat = float(sent.get("lon", "")), float(sent.get("lat", ""))
    except ValueError:
        return {"near": []}
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return {"near": []}
    found = nearby.nearby(item, lon, lat, model)
    return {"near": [_other(one) for one in found], "same": sent.get("same", "")}


def _other(one: Near) -> Other:
    far = ngettext("{n} 米以内", "{n} 米以内", one.metres).format(n=one.metres)
    return Other(one.token, _("{far}，{day}报的").format(far=far, day=_day(one.on)), _how(one))


def _day(on: date) -> str:
    return words.day(on, clock.today())


def _how(one: Near) -> str:
    stands = {
        "reported": _("等着受理"), "suspended": _("暂时办不了，挂着"), "checking": _("办过了，正在核查"),
        "answering": _("办过了，正在答复"),
    }.get(one.phase, _("正在办"))  # fmt: skip
    if one.due_at is None or one.phase not in ("accepted", "handling"):
        return stands
    return _("{stands}，答应 {day} 前办好").format(stands=stands, day=_day(timezone.localdate(one.due_at)))
