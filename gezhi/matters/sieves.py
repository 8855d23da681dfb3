"""A filter of the list as words of an address, and in the words of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from gezhi.matters import finding, sentences
from gezhi.matters.finding import Sieve
from gezhi.matters.sifting import Further, day_of
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

KEYS = (
    "q", "state", "unit", "step", "due", "late", "item", "department", "channel", "axis", "from", "to",
)  # fmt: skip
A_CLASS = "*"  # before the name of a class, where an item could stand


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


def said(sieve: Sieve, model: Model, ground: Tree) -> list[str]:
    """What is sifted by, each in words: for the head of a file, a print, or the list of kept filters."""
    more = sieve.further
    found = [states()["suspended" if more.suspended else sieve.state]]
    if sieve.words:
        found.append(_("写着「{words}」").format(words=sieve.words))
    if sieve.late or sieve.soon:
        found.append(_("已出格") if sieve.late else _("24 小时内到期"))
    if sieve.unit:
        found.append("/".join(ground.names(sieve.unit)))
    if sieve.step:
        found.append(step_words(model, sieve.step))
    return found + _named(more, model) + _days_said(more)


def _named(more: Further, model: Model) -> list[str]:
    """Item, class, department and way in by their names."""
    found = [sentences.label(model.items[more.item])] if more.item else []
    if more.category:
        items = (one for one in model.items.values() if one.category == more.category)
        found += [sentences.category(one, model) for one in items][:1]
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


def states() -> dict[str, str]:
    """The states that a list can be kept by."""
    return {"open": _("在办"), "suspended": _("挂账中"), "ended": _("已了结"), "all": _("全部")}


def step_words(model: Model, step: str) -> str:
    """What people call a step."""
    named = (flow.steps[step] for flow in model.flows.values() if step in flow.steps)
    return next((sentences.label(one) for one in named), step)
