"""The page in another language, as this browser is told to keep it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.i18n import set_language as change

from gezhi.ui import stale


def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the language in a cookie of this browser and go back to the page, which must be one of this site."""
    return change(request)


@stale.instead_of(set_language)
def _all_the_same(request: HttpRequest) -> HttpResponseBase:
    """With an old word it does what was pressed: from where it was sent is looked at before the word is, nothing is kept here, and
    whoever could send it in somebody's name would change nothing but the words of their pages, which one press changes back."""
    return set_language(request)
