"""Words of the model as a resident says them."""

from __future__ import annotations

from django.utils.translation import ngettext

from gezhi.matters import sentences
from gezhi.rules import length as lengths


def length(word: str) -> str:
    """A length of the model's language: 3 个工作日, 12 小时. What has no such word is said as the model writes it."""
    try:
        said = lengths.parse(word)
    except lengths.LengthError:
        return word
    n = said.amount
    units = {
        "minute": lambda: ngettext("{n} 分钟", "{n} 分钟", n),
        "hour": lambda: ngettext("{n} 小时", "{n} 小时", n),
        "day": lambda: ngettext("{n} 天", "{n} 天", n),
        "month": lambda: ngettext("{n} 个月", "{n} 个月", n),
        "workday": lambda: ngettext("{n} 个工作日", "{n} 个工作日", n),
    }
    return units[said.unit]().format(n=n) if said.unit in units else sentences.length(word)
