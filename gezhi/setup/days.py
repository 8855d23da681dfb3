"""A day as a form of the setup says it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gezhi.errors import Refused


def written(typed: str, field: str) -> date:
    """The day that was typed. Raises `Refused` at its field for what is no day."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused(_("请写成 2026-11-20 这样的日期。"), code="day_wrong", field=field) from None
