"""Pages that are the same for everybody go gzipped; a page with anything of anybody never does.

Packing tells, by its length, whether two parts of a page are alike (BREACH): who can put words beside a secret of somebody
else guesses it so. An address that is packed is marked so in `scopes` (`public`), is only read, and is asked for by nobody
who is signed in; what is random on it (a form's token and key) is another with every answer.
"""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from .scopes import scope_of

_KNOWN = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)


class Packing(GZipMiddleware):
    """Django's, for those addresses alone; it also makes the length a little random."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not _for_everybody(request, response):
            return response
        if (
            response.status_code == HTTPStatus.NOT_MODIFIED
        ):  # nothing to pack; which form was kept depends on what was asked
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)


def _for_everybody(request: HttpRequest, response: HttpResponseBase) -> bool:
    if request.method not in ("GET", "HEAD") or response.status_code not in _KNOWN:
        return False
    match = request.resolver_match
    return (
        match is not None
        and scope_of(match.view_name).public
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
