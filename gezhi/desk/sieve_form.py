"""The filter of the list: as an address of it, and offered as choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.matters import access, finding, sentences
from gezhi.matters.finding import Sieve
from gezhi.matters.sieves import A_CLASS, asked_of, states
from gezhi.matters.sifting import Further
from gezhi.people.queries import Person
from gezhi.places.paths import WIDTH
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words


@dataclass(frozen=True)
class Choice:
    """One entry of a filter's list; `id` and `path` are the same word under two names."""

    id: str
    name: str
    here: bool

    @property
    def path(self) -> str:
        return self.id


def address(sieve: Sieve) -> str:
    """Where the list is kept by this sieve."""
    return f"{reverse('desk:matters')}?{urlencode(asked_of(sieve))}"


def choices(person: Person, model: Model, ground: Tree, sieve: Sieve) -> dict[str, Any]:
    """What the form offers, with what is chosen."""
    more = sieve.further
    return {
        "states": _states(sieve),
        "units": _units(person, model, ground, sieve.unit),
        "steps": _steps(model, sieve),
        "dues": _chosen(
            {"late": _("只看已出格"), "soon": _("24 小时内到期")}, asked_of(sieve).get("due", "")
        ),
        "items": _items(model, asked_of(sieve).get("item", "")),
        "departments": _chosen(_labels(model.departments), more.department),
        "channels": _chosen(_labels(model.channels), more.channel),
        "axes": _chosen({"recorded": _("登记日"), "happened": _("发生日")}, more.axis),
        "has_more": more != Further(suspended=more.suspended),
    }


def _labels(named: Mapping[str, Any]) -> dict[str, str]:
    return {id: sentences.label(one) for id, one in named.items()}


def _chosen(named: Mapping[str, str], here: str) -> list[Choice]:
    return [Choice(id, name, id == here) for id, name in named.items()]


def _states(sieve: Sieve) -> list[Choice]:
    return _chosen(states(), "suspended" if sieve.further.suspended else sieve.state)


def _units(person: Person, model: Model, ground: Tree, chosen: str) -> list[Choice]:
    """Units this person covers, two levels down at most, so that the list stays a list."""
    found = {}
    for reach in access.reaches(person, model):
        for unit in ground.within(reach.path) if reach.path else ():
            depth = (len(unit.path) - len(reach.path)) // WIDTH
            if depth <= 2 or unit.path == chosen:
                found[unit.path] = Choice(unit.path, "　" * depth + unit.name, unit.path == chosen)
    return list(found.values())[:300]


def _steps(model: Model, sieve: Sieve) -> list[Choice]:
    """Steps by name, those of the chosen state: a step that ends a matter is no step of an open one."""
    seen: dict[str, Choice] = {}
    for flow in model.flows.values():
        for step in flow.steps.values():
            fits = sieve.state == "all" or step.ends is (sieve.state == "ended")
            if flow.subject == "matter" and (fits or step.id == sieve.step):
                seen.setdefault(step.id, Choice(step.id, sentences.label(step), step.id == sieve.step))
    return list(seen.values())


def _items(model: Model, here: str) -> list[tuple[str, list[Choice]]]:
    """The catalogue by class, each class as a whole first."""
    found: dict[str, list[Choice]] = {}
    for item in model.items.values():
        if not item.flow:
            continue
        name, whole = sentences.category(item, model), A_CLASS + item.category
        said = _("{category}：整类").format(category=name)
        group = found.setdefault(name, [Choice(whole, said, whole == here)])
        group.append(Choice(item.code, sentences.label(item), item.code == here))
    return list(found.items())


def counted(number: finding.Counted) -> str:
    """How many stand beside a name: 12, or 12+ where there may be more."""
    return words.count(number.number) + ("+" if number.more else "")
