"""A form whose word against forgery did not fit any more: it is answered with its own page, as it was sent.

The word is lost with the cookies, or another sign-in in the same browser made a new one. Nothing is done with what was sent;
but whoever wrote it shall not write it again.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.utils.translation import gettext as _

from gezhi.ui.passes import quiet

View = Callable[..., HttpResponseBase]

STATUS = 403
_PAGES: dict[View, View] = {}


def instead_of(view: View) -> Callable[[View], View]:
    """Answer with this view where the word of a form sent to `view` did not fit. It must change nothing that is kept here."""

    def known(page: View) -> View:
        _PAGES[view] = quiet(page)
        return page

    return known


def page_of(request: HttpRequest, reason: str) -> HttpResponseBase | None:
    """The page again; none where it has no such answer, or where the form was sent by another site: `reason` is Django's.
    A browser says from where it sends, and that is looked at before the word is."""
    match = request.resolver_match
    again = _PAGES.get(match.func) if match else None
    if match is None or again is None or not reason.startswith((REASON_NO_CSRF_COOKIE, "CSRF token")):
        return None
    return again(request, *match.args, **match.kwargs)


def files_are_gone(request: HttpRequest) -> bool:
    """Whether files were sent from a page that is answered by another one, where they have to be chosen again."""
    return bool(request.FILES) and not request.headers.get("X-Kept")


def told(request: HttpRequest) -> str:
    """What is said above the form, in words. A form that stays on its page (`ui/keep.js`) keeps its pictures too."""
    said = _(
        "隔得太久，或者浏览器没有收下 cookie，这一次没有交。写的都在，请再按一次提交；还是不行，请让浏览器收下本站的 cookie。"
    )
    if files_are_gone(request):
        return f"{said} {_('照片没有留住，请再选一次。')}"
    return said
