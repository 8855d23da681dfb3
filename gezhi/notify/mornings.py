"""Who asked to be told of a place is told in the morning what happened there the day before: one line, once, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.errors import Refused
from gezhi.matters import around, editions, sentences
from gezhi.matters.around import News
from gezhi.notify import browsers
from gezhi.notify.models import Browser
from gezhi.places import queries as places
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model

FROM, UNTIL = time(8), time(12)
"""When it is told, local time: a house that did not run in the morning tells nothing of a day that is long over."""
BATCH = 20
"""Places at a time."""
KINDS = 5
"""So many things of a place are named; of more it says that there are."""
TELLING = "around"


def happened(one: News, model: Model) -> str:
    """路灯不亮 办好 2 件."""
    name, n = sentences.label(model.items[one.item]), one.count
    told = (
        ngettext("{name} 办好 {n} 件", "{name} 办好 {n} 件", n)
        if one.done
        else ngettext("{name} 受理 {n} 件", "{name} 受理 {n} 件", n)
    )
    return told.format(name=name, n=n)


@dataclass
class Mornings:
    """Which places are still to be told on a day: in memory, for each message has its key and is written once in any case."""

    day: date = date.min
    left: list[UUID] = field(default_factory=list)

    def tell(self, at: datetime) -> int:
        """Tell the next places; returns how many were looked at, none outside the morning and when all are told."""
        local = timezone.localtime(at)
        if not FROM <= local.time() < UNTIL:
            return 0
        if self.day != local.date():
            rows = Browser.objects.filter(about_kind="unit").values_list("about", flat=True)
            self.day, self.left = local.date(), list(rows.distinct().order_by("about"))
        some = self.left[:BATCH]
        if some:
            _tell(some, at)
            del self.left[: len(some)]
        return len(some)


def _tell(units: Sequence[UUID], at: datetime) -> None:
    today = timezone.localdate(at)
    try:
        model = editions.current(today)
    except Refused:  # not open
        return
    ground = places.tree(today)
    for identity in units:
        unit = _told_of(identity, ground)
        if unit is None:
            browsers.forget("unit", [identity])  # drawn anew: its page leads on, and asks anew
        else:
            _tell_of(unit, model, today, at)


def _told_of(identity: UUID, ground: Tree) -> TreeUnit | None:
    unit = ground.by_identity.get(identity)
    return around.told_of(unit.path, ground) if unit else None


def _tell_of(unit: TreeUnit, model: Model, today: date, at: datetime) -> None:
    yesterday = today - timedelta(days=1)
    found = [one for one in around.around(unit.path, model, at).news if one.day == yesterday]
    if not found:
        return
    key = f"{TELLING}:{unit.identity.hex}:{yesterday}"
    midnight = timezone.make_aware(datetime.combine(today + timedelta(days=1), time()))
    line = partial(_line, unit, found, model)
    news = browsers.News(key, TELLING, line, f"/around/{unit.path}", until=midnight)
    with transaction.atomic():
        browsers.tell("unit", unit.identity, news, at=at)


def _line(unit: TreeUnit, found: Sequence[News], model: Model) -> str:
    told = [happened(one, model) for one in found[:KINDS]]
    if len(found) > KINDS:
        told.append(_("还有别的"))
    return _("昨天{place}：{what}").format(place=unit.name, what=_("；").join(told))
