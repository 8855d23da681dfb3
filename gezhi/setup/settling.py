"""A change in two steps: what would hold from when, in a sentence; then, confirmed, made on what was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from gezhi.errors import Refused
from gezhi.people import services
from gezhi.setup import frame

STALE = ("moved_meanwhile", "changed_meanwhile", "not_found")
_NOT_AGAIN = ("csrfmiddlewaretoken", "sure", "seen", "back")


@dataclass(frozen=True, slots=True)
class Told:
    """What a change is made of, in words: what is done, what is refused with the reason, what stays as it is with the
    reason."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`said` is what will hold, and `more` what follows from it; `mark` names what it rests on; `act` makes it.

    `answer` makes the page that follows where the change itself has something to show; else `then` is its address.
    `foreseen` puts what the trial made into three lists for the page that asks (`Told`); where none of it would
    be done, there is nothing to confirm, and the page says so.
    `keeps`: going back sends the form with `back`, and its page shows what was typed (`typed_before`).
    """

    said: str
    act: Callable[[], Any]
    mark: Callable[[], str]
    verb: str
    done: str
    then: str
    more: tuple[str, ...] = ()
    keeps: bool = False
    answer: Callable[[Any], HttpResponse] | None = None
    foreseen: Callable[[Any], Told] | None = None


def settle(request: HttpRequest, here: str, change: Change, *, back: str) -> HttpResponse:
    """Ask, or make the change that was confirmed. Raises `Refused` where the services do, either time."""
    if "sure" not in request.POST:
        made = services.would(change.act)
        again = [(k, v) for k in request.POST if k not in _NOT_AGAIN for v in request.POST.getlist(k)]
        told: dict[str, Any] = {"change": change, "again": again, "seen": change.mark(), "back": back}
        foreseen = told["foreseen"] = change.foreseen(made) if change.foreseen is not None else None
        told["nothing"] = foreseen is not None and not foreseen.done
        return frame.show(request, here, page="sure", **told)
    with services.as_seen(request.POST.get("seen", ""), change.mark):
        made = change.act()
    if change.answer is not None:
        return change.answer(made)
    messages.success(request, change.done, extra_tags="good")
    return redirect(change.then)


def plain(form: QueryDict) -> dict[str, str]:
    """A form or the query of an address as plain words, the last of each field."""
    return {key: str(value) for key, value in form.items()}


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was refused: which, what stood in it, and what is wrong, by field; `above` for what has no field."""

    form: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    status: int = 200


def typed_before(request: HttpRequest, form: str) -> Tried:
    """What stood in a form from which somebody came to the confirming page and went back."""
    return Tried(form, {key: value for key, value in plain(request.POST).items() if key not in _NOT_AGAIN})


def tried(request: HttpRequest, form: str, no: Refused, fields: dict[str, str]) -> Tried:
    """What to show of a refused form. `fields` are its fields, by the words under which services speak of them."""
    typed = {key: value for key, value in plain(request.POST).items() if key not in _NOT_AGAIN}
    status = 409 if no.code in STALE else 422
    return Tried(form, typed, {fields.get(no.field, "above"): no.reason}, status)
