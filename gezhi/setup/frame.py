"""The frame of the setup: five steps until the district is opened; from then on five rooms to change it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.people import queries as people
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.setup import draft, gate

STEPS = ("model", "workbook", "borders", "people", "finish")


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    word: str
    href: str
    state: str  # ok, cur or fut


def show(request: HttpRequest, here: str, *, status: int = 200, **told: Any) -> HttpResponse:
    """A page of the setup."""
    setter = gate.setter(request)
    words, done = _words(), _done()
    steps = [
        Step(key, words[key], reverse(f"setup:{key}"), "cur" if key == here else "ok" if done[key] else "fut")
        for key in STEPS
    ]
    said = {"steps": steps, "here": here, "setter": setter, "number": STEPS.index(here) + 1}
    said |= {"settled": people.anybody_can_sign_in(), "today": clock.today(), **told}
    return render(request, f"setup/{here}.html", said, status=status)


def _words() -> dict[str, str]:
    """What each room is called: steps to take while opening, things to change afterwards."""
    if people.anybody_can_sign_in():
        kept = (_("本区的治理模型"), _("单元和人员"), _("边界"), _("登录单"), _("还缺什么"))
    else:
        kept = (_("选治理模型"), _("交工作簿"), _("画边界"), _("请人来"), _("办第一件"))
    return dict(zip(STEPS, kept, strict=True))


def _done() -> dict[str, bool]:
    ground = tree()
    drawn = any(unit.lon is not None for unit in ground.by_path.values())
    return {
        "model": bool(draft.chosen()) or ground.root is not None,
        "workbook": ground.root is not None,
        "borders": drawn,
        "people": people.anybody_can_sign_in(),
        "finish": False,
    }


def tree() -> Tree:
    return places.tree(clock.today())


def opened() -> bool:
    """Whether the district stands: from then on, pages change it."""
    return tree().root is not None


def day(typed: str) -> date:
    """The day from which a change holds: today while opening, else what was said. Raises `Refused` for a past day."""
    today = clock.today()
    if not typed or not opened():
        return today
    try:
        on = date.fromisoformat(typed.strip())
    except ValueError:
        raise Refused(_("请写成 2026-11-20 这样的日期。"), code="day_wrong", field="on") from None
    if on < today:
        raise Refused(_("生效日不能在今天以前。"), code="day_past", field="on")
    return on


def model() -> Model | None:
    """The model that the pages speak of: the one in force once the district stands, before it the chosen one."""
    return gate.model_in_force() if opened() else draft.chosen_model()
