"""`gezhi account invite`: a slip with a one-time code for somebody who has no password yet, to be printed and cut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gezhi.cli.words import gettext as _

if TYPE_CHECKING:
    from gezhi.people.services import Slip

RULE = "─" * 40


def about() -> str:
    return _("发一张登录单：一次性代码，本人第一次登录时自己定密码（还没有账号的，写上 --name 和岗位）")


def show(slip: Slip, *, as_json: bool) -> None:
    """Print it: the code is told this once."""
    print(json.dumps(as_data(slip), ensure_ascii=False) if as_json else "\n".join(as_lines(slip)))


def as_data(slip: Slip) -> dict[str, Any]:
    """A slip for programs that print it."""
    return {
        "name": slip.name,
        "sign_in": slip.sign_in,
        "code": slip.code,
        "expires_at": slip.expires_at.isoformat(),
    }


def as_lines(slip: Slip) -> list[str]:
    """A slip as it is cut out and handed over."""
    from django.urls import reverse
    from django.utils import timezone

    from gezhi.ledger import clock
    from gezhi.places import queries as places

    until = timezone.localtime(slip.expires_at)
    return [
        RULE,
        _("{district}　登录单").format(district=places.district_name(clock.today())),
        _("给：{name}").format(name=slip.name),
        _("登录名：{sign_in}").format(sign_in=slip.sign_in),
        _("一次性代码：{code}").format(code=slip.code),
        _("有效期到：{until}").format(until=f"{until:%Y-%m-%d %H:%M}"),
        _("打开格治的网址加 {path}，照抄登录名和代码，自己定一个密码。").format(path=reverse("first_time")),
        _("代码用一次就作废，不要拍照，不要转给别人。"),
        RULE,
    ]
