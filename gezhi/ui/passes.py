"""Pages for whoever has no account: shown to the browser that came with a code, kept by nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase

P = ParamSpec("P")
View = Callable[P, HttpResponseBase]
HALF_DAY = 12 * 3600


def quiet(view: View[P]) -> View[P]:
    """Kept by nobody: no copy in a browser or a proxy, in no index of the web, and no address told to others."""

    @wraps(view)
    def answer(*args: P.args, **more: P.kwargs) -> HttpResponseBase:
        response = view(*args, **more)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


@dataclass(frozen=True, slots=True)
class Pass:
    """A signed word that lets one browser in at one address for half a day. `name` tells its kind from every other."""

    name: str

    def give(self, response: HttpResponse, word: str, there: str) -> None:
        """Let the browser that gets this answer in at `there` and below."""
        response.set_cookie(
            self._cookie,
            signing.dumps(word, salt=self._salt),
            max_age=HALF_DAY,
            path=there,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )

    def shown(self, request: HttpRequest) -> str | None:
        """The word with which this browser comes; none without one, with one that was changed, or that is over."""
        try:
            return str(
                signing.loads(request.COOKIES.get(self._cookie, ""), salt=self._salt, max_age=HALF_DAY)
            )
        except signing.BadSignature:
            return None

    @property
    def _cookie(self) -> str:
        return f"gezhi_{self.name}_{settings.HOME.mark}"

    @property
    def _salt(self) -> str:
        return f"gezhi.{self.name}"
