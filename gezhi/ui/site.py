"""The site's own public address: one answer for what is printed, handed on and drawn as a square."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from gezhi.home import Home


def whole(request: HttpRequest, path: str = "") -> str:
    """The whole address of a path of the site: by the site's own where it was kept, else as this request came.

    `path` begins with a slash; without one it is the site itself, no slash behind it.
    """
    home: Home = settings.HOME
    return home.whole(path) or request.build_absolute_uri(path or "/").removesuffix("" if path else "/")
