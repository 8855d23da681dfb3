"""What every page of the residents' portal is told: whom to call, and where to go. Nobody is signed in here."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import answerable, editions
from gezhi.people.contacts import Contact
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Channel, Model


def show(request: HttpRequest, template: str, *, status: int = 200, **told: Any) -> HttpResponse:
    """A page of the portal in its frame."""
    more = {"now": clock.now(), "phone": settings.HOME.phone, "office": cache(_office), **told}
    return render(request, f"portal/{template}.html", more, status=status)


def offered(request: HttpRequest, said: str, type: str) -> HttpResponse:
    """A public file, which anybody may keep for an hour and asks for again by its mark; pages of others may draw it."""
    body = said.encode()
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'  # weak: packed and as it lies bear the same
    response = HttpResponse(body, content_type=type)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=3600"
    response["Access-Control-Allow-Origin"] = "*"
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if isinstance(answer, HttpResponse) else response


def _office() -> Contact | None:
    """The telephone of whoever answers for the district; looked up only where a page names it."""
    found = surroundings()
    return answerable.office(*found) if found else None


def whom_to_call() -> str:
    """A sentence that says whom to call, or where to go where no number was published."""
    office = _office()
    if office or settings.HOME.phone:
        return _("请打 {phone}。").format(phone=office.phone if office else settings.HOME.phone)
    return _("请到社区网格中心去说。")


def surroundings() -> tuple[Model, Tree] | None:
    """Today's model and ground; none while the instance is not open."""
    on = timezone.localdate(clock.now())
    try:
        model = editions.current(on)
    except Refused:
        return None
    ground = places.tree(on)
    return (model, ground) if ground.root is not None else None


def channel_of(model: Model) -> Channel | None:
    """The way in that is a resident's own.

    It is the model's first channel, if, and only if, one is typed in by hand, seals its reporter and answers in the public
    place: whoever comes by it can be answered where they look, without an account. None where a model has no such way.
    """
    ways = (
        c
        for c in model.channels.values()
        if c.exchange == "hand" and c.way != "out" and c.reporter == "sealed" and "public" in c.answer
    )
    return next(ways, None)
