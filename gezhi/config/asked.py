"""Counting the forms that the house asks people to fill in: when one was taken, after its answer is known."""

from __future__ import annotations

import logging
import time

from django.db import Error
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from gezhi.ledger import clock
from gezhi.people.visitor import visitor
from gezhi.reporting.asking import Task, handed_in

TASKS: dict[str, Task] = {"report": "resident", "desk:new": "report"}
"""Address → what was handed in there; every other form of the desk is a `form`."""
TAKEN = (302, 303)
"""A form that was taken leads on; one that was refused is shown again, and is counted when it is taken."""

_log = logging.getLogger(__name__)


def count(request: HttpRequest, response: HttpResponseBase) -> None:
    """Count what was handed in, if, and only if, the page said how much it asks (`{% asked %}`) and it was taken.

    What was handed in stays so whatever happens here: a sum that cannot be written is told to the log.
    """
    if request.method != "POST" or response.status_code not in TAKEN:
        return
    began, _, fields = request.POST.get("asks", "").partition(".")
    match = request.resolver_match
    told = began + fields
    if not (began and fields and told.isascii() and told.isdecimal() and len(told) < 20 and match):
        return
    task = TASKS.get(match.view_name, "form")
    person = None if task == "resident" else visitor(request)
    try:
        handed_in(
            task,
            day=timezone.localdate(clock.now()),
            unit=person.terms[0].path if person and person.terms else "",
            fields=int(fields),
            seconds=int(time.time()) - int(began),
        )
    except Error:
        _log.exception("a form was taken and not counted")
