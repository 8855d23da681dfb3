"""The page that is printed and cut: one slip a person, with a code that is shown there and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gezhi.paper import qr
from gezhi.people.services import Slip
from gezhi.setup import address, frame


@dataclass(frozen=True, slots=True)
class Printed:
    """One slip as it is printed; `square` is empty where a telephone would not reach the address."""

    seats: str
    slip: Slip
    square: SafeString


def page(request: HttpRequest, slips: Iterable[tuple[str, Slip]], *, back: str = "") -> HttpResponse:
    """All of them on one page. `slips` has the posts of each person in words; `back` leads on after printing."""
    to_open, root = address.first_time(request), frame.tree().root
    reached = not address.only_here(to_open)
    told = {
        "slips": [
            Printed(seats, slip, _square(to_open, slip) if reached else SafeString()) for seats, slip in slips
        ],
        "address": to_open,
        "fault": address.fault(to_open, request),
        "district": root.name if root else "",
        "back": back,
    }
    return render(request, "setup/slips.html", told)


def _square(to_open: str, slip: Slip) -> SafeString:
    """Opens the page with name and code filled in. The code stands behind the #: it is sent to no server and
    stands in no log.
    """
    said = f"{to_open}?as={quote(slip.sign_in)}#{slip.code}"
    return mark_safe(qr.svg(said, title=_("扫码打开，登录名和代码就填好")))  # noqa: S308  # our own drawing
