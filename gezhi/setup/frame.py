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
from gezhi.matters import access, drafts, firsts, sentences
from gezhi.people import queries as people
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.setup import days, draft, gate
from gezhi.ui.frame import Frame


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    word: str
    href: str
    state: str  # ok, cur or fut


def show(request: HttpRequest, here: str, *, status: int = 200, **told: Any) -> HttpResponse:
    """A page of the setup. `page` is told where its template is not the first of its step, `setter` where others come.

    The five steps (`path`) stand until the first matter has ended; the rooms (`steps`) from the first password on.
    """
    page = told.pop("page", here)
    setter = told.pop("setter", None) or gate.setter(request)
    settled, begun = people.anybody_can_sign_in(), firsts.first().ended
    words = _step_words()
    number = 0 if _is_room(here) or here not in words else list(words).index(here) + 1
    rooms = {key: word for key, word in _room_words().items() if begun or key not in words}
    said = {
        "path": () if begun else _opening(words, here),
        "steps": _steps(rooms, here, {}) if settled else (),
        "room": _room_words().get(here, ""),  # its page's title and the link to it are one word
        "here": here,
        "setter": setter,
        "me": _me(setter),
        "number": 0 if begun else number,
    }
    if page != "model_draft":
        said["to_publish"] = _to_publish(setter)
    said |= {"settled": settled, "today": clock.today(), **told}
    return render(request, f"setup/{page}.html", said, status=status)


def _me(setter: gate.Setter) -> Frame | None:
    """Who is here and by which post, for the menu of one's own; nobody who came by the code has one."""
    model, person = gate.model_in_force(), setter.person
    if person is None or model is None:
        return None
    post, _at, path = setter.by.post.partition("@")
    unit = tree().by_path.get(path)
    words = (sentences.label(model.posts[post]), unit.name if unit else "")
    return Frame(
        name=person.name,
        post=" · ".join(word for word in words if word),
        scope="",
        scope_more="",
        doors=(),
        find_href=reverse("desk:find") if person.terms else "",
        new_href="",
        keys_href=reverse("keys") if access.seats_for_keys(person, model) else "",
    )


def _to_publish(setter: gate.Setter) -> date | None:
    """The first day of a draft that waits for whoever reads the page to publish it."""
    model = gate.model_in_force()
    return drafts.waits_for(setter.person, model) if setter.person and model else None


def _is_room(here: str) -> bool:
    """Whether a page is no step of the opening any more: once the district stands, its model is changed, not chosen."""
    return here == "model" and opened()


def _opening(words: dict[str, str], here: str) -> list[Step]:
    """The five steps. On a page that is none of them, the current one is the first that is not done."""
    done = _done()
    if _is_room(here) or here not in words:
        here = next(key for key in words if not done[key])
    return _steps(words, here, done)


def _steps(words: dict[str, str], here: str, done: dict[str, bool]) -> list[Step]:
    return [
        Step(key, word, reverse(f"setup:{key}"), "cur" if key == here else "ok" if done.get(key) else "fut")
        for key, word in words.items()
    ]


def _step_words() -> dict[str, str]:
    """The steps of the opening, in their order."""
    return {
        "model": _("选治理模型"),
        "workbook": _("交工作簿"),
        "borders": _("画边界"),
        "people": _("请人来"),
        "finish": _("办第一件"),
    }


def _room_words() -> dict[str, str]:
    """The rooms in which things are changed once somebody can sign in."""
    return {
        "model": _("本区的治理模型"),
        "workbook": _("工作簿"),
        "staff": _("人员和岗位"),
        "rota": _("值班表"),
        "coming": _("将要生效"),
        "borders": _("边界"),
        "plans": _("地界调整"),
        "people": _("登录单"),
        "calendar": _("工作日历"),
        "imports": _("导入别的系统的记录"),
        "papers": _("文书"),
        "channels": _("告知渠道"),
        "finish": _("还缺什么"),
    }


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
    on = days.written(typed.strip(), "on")
    if on < today:
        raise Refused(_("生效日不能在今天以前。"), code="day_past", field="on")
    return on


def model() -> Model | None:
    """The model that the pages speak of: the one in force once the district stands, before it the chosen one."""
    return gate.model_in_force() if opened() else draft.chosen_model()
