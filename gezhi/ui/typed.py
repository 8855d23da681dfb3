"""What somebody typed into the address of a page, before anything is looked up by it."""

from __future__ import annotations

from django.http import HttpRequest


def asked(request: HttpRequest, name: str, *, most: int = 60) -> str:
    """A field of the question, at most so many characters, without signs that show nothing or that no database keeps."""
    return "".join(sign for sign in request.GET.get(name, "")[:most] if sign.isprintable()).strip()
