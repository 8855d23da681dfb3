"""Certificates in the forms of appointments: one tick and one day for each kind that the post asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.people import certificates
from gezhi.people.certificates import SOON, Seen, Shown
from gezhi.setup import days, seats


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind in a form: its number there, and what was ticked and typed."""

    number: int
    kind: str
    shown: str
    until: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of a term as its page shows it; `soon` where it ends within a month, or has ended."""

    said: str
    soon: bool


def asked(form: Mapping[str, str], kinds: Sequence[str]) -> list[Asked]:
    """The fields for these kinds, as they were filled in."""
    return [
        Asked(n, kind, form.get(f"shown_{n}", ""), form.get(f"until_{n}", "")) for n, kind in enumerate(kinds)
    ]


def shown(form: Mapping[str, str], kinds: Sequence[str]) -> tuple[Shown, ...]:
    """What a form says was shown. Raises `Refused` at `certificate` for a day that is none."""
    return tuple(Shown(one.kind, _until(one.until)) for one in asked(form, kinds) if one.shown)


def again(form: Mapping[str, str], kinds: Sequence[str]) -> Shown:
    """The one certificate that the form of renewing names."""
    kind = form.get("kind", "") or (kinds[0] if len(kinds) == 1 else "")
    if kind not in kinds:
        raise Refused(_("请选是哪一种证。"), code="certificate_missing", field="certificate")
    return Shown(kind, _until(form.get("until", "")))


def _until(typed: str) -> date | None:
    return days.written(typed.strip(), "certificate") if typed.strip() else None


def said(kind: str, until: date | None) -> str:
    """One certificate in words."""
    if until is None:
        return _("{kind}，没有期限").format(kind=kind)
    if until < clock.today():
        return _("{kind}，{day}已经过期").format(kind=kind, day=seats.day_said(until))
    return _("{kind}，有效到{day}").format(kind=kind, day=seats.day_said(until))


def told(found: Iterable[Shown]) -> tuple[str, ...]:
    """What a confirmation says of the certificates that go with it."""
    return tuple(_("当面看过：{paper}。只记种类和期限，不记证号。").format(paper=said(*one)) for one in found)


def papers(found: Iterable[Seen], kinds: Sequence[str]) -> tuple[Paper, ...]:
    """What is on record for each kind that a post asks for."""
    ends, today = certificates.latest(found), clock.today()
    made = []
    for kind in kinds:
        if kind not in ends:
            made.append(Paper(_("{kind}，还没有登记看过").format(kind=kind), soon=True))
        else:
            until = ends[kind]
            made.append(Paper(said(kind, until), until is not None and until <= today + SOON))
    return tuple(made)
