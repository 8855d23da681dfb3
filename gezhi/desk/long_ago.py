"""A moment so long ago that its year may be mistyped: whoever types it is asked once, and then it is taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from gezhi.ledger import clock
from gezhi.matters.services.reports import EARLIEST_YEAR

TICK = gettext_lazy("时间没有写错，确实是一年多以前的事")
"""What is ticked by whoever means it."""


def asks(at: datetime, now: datetime) -> str:
    """What is asked of a moment that lies a year or more before `now`; empty for a later one, and for one that the
    house refuses anyway."""
    then, today = timezone.localtime(at), timezone.localtime(now)
    years = today.year - then.year - ((today.month, today.day) < (then.month, then.day))
    if years < 1 or then.year < EARLIEST_YEAR:
        return ""
    told = ngettext(
        "写的是 {day}，已经过去 {n} 年。请核对年份；没有写错，就勾上“时间没有写错”。",
        "写的是 {day}，已经过去 {n} 年。请核对年份；没有写错，就勾上“时间没有写错”。",
        years,
    )
    return told.format(day=f"{then:%Y-%m-%d}", n=years)


def ask_in(form: forms.Form, said: dict[str, Any]) -> bool:
    """Ask beside the field `at` of a form, unless the tick `long_ago` answers. True if, and only if, it has to offer
    the tick."""
    told = asks(said["at"], clock.now()) if said.get("at") else ""
    if told and not said.get("long_ago"):
        form.add_error("at", told)
    return bool(told)
