"""The filter of the list: read from an address, written into one, offered as choices, said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.matters import access, finding, sentences
from gezhi.matters.finding import Sieve
from gezhi.matters.sifting import Further, day_of
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words

KEYS = (
    "q", "state", "unit", "step", "due", "late", "item", "department", "channel", "axis", "from", "to",
)  # fmt: skip
A_CLASS = "*"  # before the name of a class, where an item could stand


@dataclass(frozen=True)
class Choice:
    """One entry of a filter's list; `id` and `path` are the same word under two names."""

    id: str
    name: str
    here: bool

    @property
    def path(self) -> str:
        return self.id


def sieve_in(asked: Mapping[str, str], model: Model, ground: Tree) -> Sieve:
    """What was asked for, in codes of the model and of the tree; what is neither is not sifted by. The numbers that
    words stand for are not looked up yet."""
    unit, step, state = (asked.get(key, "") for key in ("unit", "step", "state"))
    known = any(step in flow.steps for flow in model.flows.values())
    return finding.sieve_of(
        state="open" if state == "suspended" else state,
        words=asked.get("q", ""),
        unit=unit if unit in ground.by_path else "",
        step=step if known else "",
        due=asked.get("due", "") or ("late" if asked.get("late") else ""),
        further=_further(asked, model),
    )


def _further(asked: Mapping[str, str], model: Model) -> Further:
    item, department, channel = (asked.get(key, "") for key in ("item", "department", "channel"))
    named = item[1:] if item.startswith(A_CLASS) else ""
    classes = {one.category for one in model.items.values()}
    since, until = day_of(asked.get("from", "")), day_of(asked.get("to", ""))
    happened = asked.get("axis") == "happened" and (since or until)
    return Further(
        item=item if item in model.items else "",
        category=named if named in classes else "",
        department=department if department in model.departments else "",
        channel=channel if channel in model.channels else "",
        suspended=asked.get("state") == "suspended",
        axis="happened" if happened else "recorded",
        since=since,
        until=until,
    )


def asked_of(sieve: Sieve) -> dict[str, str]:
    """The same as words of an address, in one order, without what is not sifted by."""
    more = sieve.further
    asked = {
        "q": sieve.words,
        "state": "suspended" if more.suspended else sieve.state,
        "unit": sieve.unit,
        "step": sieve.step,
        "due": "late" if sieve.late else "soon" if sieve.soon else "",
        "item": more.item or (A_CLASS + more.category if more.category else ""),
        "department": more.department,
        "channel": more.channel,
        "axis": more.axis if more.axis != "recorded" else "",
        "from": more.since.isoformat() if more.since else "",
        "to": more.until.isoformat() if more.until else "",
    }
    return {key: value for key, value in asked.items() if value}


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
    names = {"open": _("在办"), "suspended": _("挂账中"), "ended": _("已了结"), "all": _("全部")}
    return _chosen(names, "suspended" if sieve.further.suspended else sieve.state)


def _units(person: Person, model: Model, ground: Tree, chosen: str) -> list[Choice]:
    """Units this person covers, two levels down at most, so that the list stays a list."""
    found = {}
    for reach in access.reaches(person, model):
        for unit in ground.within(reach.path) if reach.path else ():
            depth = (len(unit.path) - len(reach.path)) // 4
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


def said(sieve: Sieve, model: Model, ground: Tree) -> list[str]:
    """What is sifted by, each in words: for the head of a file, a print, or the list of kept filters."""
    more = sieve.further
    names = {one.id: one.name for one in _states(sieve)}
    found = [names["suspended" if more.suspended else sieve.state]]
    if sieve.words:
        found.append(_("写着「{words}」").format(words=sieve.words))
    if sieve.late or sieve.soon:
        found.append(_("已出格") if sieve.late else _("24 小时内到期"))
    if sieve.unit:
        found.append("/".join(ground.names(sieve.unit)))
    if sieve.step:
        found += [one.name for one in _steps(model, sieve) if one.here]
    return found + _named(more, model) + _days_said(more)


def _named(more: Further, model: Model) -> list[str]:
    """Item, class, department and way in by their names."""
    found = [sentences.label(model.items[more.item])] if more.item else []
    if more.category:
        found += [name for name, some in _items(model, A_CLASS + more.category) if some[0].here]
    if more.department:
        found.append(sentences.label(model.departments[more.department]))
    return [*found, sentences.label(model.channels[more.channel])] if more.channel else found


def _days_said(more: Further) -> list[str]:
    if not (more.since or more.until):
        return []
    axis = _("登记") if more.axis == "recorded" else _("发生")
    return [_("{axis} {since} 至 {until}").format(axis=axis, since=_day(more.since), until=_day(more.until))]


def _day(day: date | None) -> str:
    return day.isoformat() if day else "…"


def counted(number: finding.Counted) -> str:
    """How many stand beside a name: 12, or 12+ where there may be more."""
    return words.count(number.number) + ("+" if number.more else "")
