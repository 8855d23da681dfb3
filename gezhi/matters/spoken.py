"""Lengths of the model's language in words: as a desk writes them, and as a resident says them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.rules import length as lengths

Said = Callable[[int], str]
UNITS: dict[str, tuple[Said, Said]] = {
    "minute": (lambda n: ngettext("{n}分钟", "{n}分钟", n), lambda n: ngettext("{n} 分钟", "{n} 分钟", n)),
    "hour": (lambda n: ngettext("{n}小时", "{n}小时", n), lambda n: ngettext("{n} 小时", "{n} 小时", n)),
    "day": (lambda n: ngettext("{n}日", "{n}日", n), lambda n: ngettext("{n} 天", "{n} 天", n)),
    "week": (lambda n: ngettext("{n}周", "{n}周", n), lambda n: ngettext("{n}周", "{n}周", n)),
    "month": (lambda n: ngettext("{n}月", "{n}月", n), lambda n: ngettext("{n} 个月", "{n} 个月", n)),
    "workday": (lambda n: ngettext("{n}工作日", "{n}工作日", n), lambda n: ngettext("{n} 个工作日", "{n} 个工作日", n)),
}  # fmt: skip
OF_DESKS: dict[str, Said] = {
    "workhour": lambda n: ngettext("{n}工作小时", "{n}工作小时", n),
    "servicehour": lambda n: ngettext("{n}服务小时", "{n}服务小时", n),
    "serviceminute": lambda n: ngettext("{n}服务分钟", "{n}服务分钟", n),
}
"""Hours and minutes of a calendar have no other word for residents."""


def length(word: str) -> str:
    """As a resident says it: 3 个工作日, 12 小时. What is no length is said as it is written."""
    return _said(word, aloud=True)


def written(word: str) -> str:
    """As a desk writes it: 3工作日, 3 working days. What is no length is said as it is written."""
    return _said(word, aloud=False)


def _said(word: str, *, aloud: bool) -> str:
    try:
        found = lengths.parse(word)
    except lengths.LengthError:
        return word
    pair = UNITS.get(found.unit)
    say = pair[aloud] if pair else OF_DESKS.get(found.unit)
    return say(found.amount).format(n=found.amount) if say else _("来源自带")
