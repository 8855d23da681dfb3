"""A form whose answer is shown once: sent again by a reload, it is refused and nothing is made anew."""

from __future__ import annotations

import secrets

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gezhi.errors import Refused

KEPT = "once"
MOST = 50  # of the newest forms of a session


def mark() -> str:
    """What a fresh form carries in its field `once`."""
    return secrets.token_hex(8)


def spend(request: HttpRequest) -> None:
    """Take the form's mark. Raises `Refused` if, and only if, the same form was sent before in this session."""
    said = request.POST.get("once", "")[:32]
    spent: list[str] = request.session.get(KEPT, [])
    if said and said in spent:
        told = _("登录单已经印过，代码只显示那一次。没有印好，就在名单里重新勾选再印，前一张随即作废。")
        raise Refused(told, code="moved_meanwhile", field="who")
    if said:
        request.session[KEPT] = [*spent[-MOST + 1 :], said]
