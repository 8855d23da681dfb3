"""The page of something that was not done: its title, its picture and what is safe, by status."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _


class Failure(NamedTuple):
    title: str
    picture: str
    safe: str = ""


def of(status: int) -> Failure:
    """What the page of this status says besides the reason."""
    written = _("写的内容多半还在上一页，改好再交一次。")
    said = {
        400: Failure(_("这份请求没有读懂"), "cross", written),
        401: Failure(_("请先登录"), "shut"),
        403: Failure(_("这一步没有放行"), "shut"),
        404: Failure(_("格子里没有这一页"), "missing"),
        405: Failure(_("这一页不能直接打开"), "shut"),
        409: Failure(_("这件刚被别人动过"), "moved", written),
        413: Failure(_("内容太大，装不进格子"), "cross", written),
        429: Failure(_("来得太密，先停一停"), "wait"),
        500: Failure(_("停在了半路"), "stopped", _("要么全写进去，要么一个字都不写：这一步没有留下一半。")),
        503: Failure(_("此刻接不上"), "stopped", written),
        507: Failure(_("没有地方写了"), "stopped", written),
    }
    return said.get(status) or Failure(_("这一步没有做"), "cross", written)
