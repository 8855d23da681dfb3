"""A matter carried over by a plan of the ground, in words: from the entry `matter.carried` and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gezhi.places import queries as places


def sentence(facts: Mapping[str, Any]) -> str:
    """From which unit to which, why, and that promises stand: for the story of the matter, and for why."""
    on = date.fromisoformat(facts["on"])
    if facts["why"] == "desk":
        return _("{on} 起地界调整，原来等的经办方所在单元没有了，重新找人经办；期限不变。").format(
            on=facts["on"]
        )
    old, new = unit_names(facts["from"], on - timedelta(days=1)), unit_names(facts["path"], on)
    said = _("{on} 起地界调整，这一件从 {old} 转到 {new}：{why}。期限不变。")
    told = said.format(on=facts["on"], old=old, new=new, why=why(facts["why"]))
    return told + (_("原来经办的人仍管这里，由其接着办。") if facts.get("kept") else "")


def why(code: str) -> str:
    """Why it went there; the codes are those of `places.succession.Home`."""
    return {
        "moved": _("它所在的单元整个划了过来"),
        "point": _("按坐标落在这个单元的新边界里"),
        "sole": _("原单元整个并入了这个单元"),
        "undecided": _("原单元已拆分或撤销，这一件没有坐标，或坐标不在接续单元里，先归上一级，待定位"),
        "desk": _("原来等的经办方所在单元没有了"),
    }.get(code, code)


def telling(facts: Mapping[str, Any], number: str) -> str:
    """What whoever is asked now is told, in one sentence."""
    on = date.fromisoformat(facts["on"])
    new = unit_names(facts["path"], on)
    if facts["why"] == "undecided":
        said = _("{on} 起地界调整，{number} 说不清归哪个新单元，转到您这里待定位：请核对地点，期限不变。")
        return said.format(on=facts["on"], number=number)
    said = _("{on} 起地界调整，{number} 转到 {new}，请您接着办，期限不变。")
    return said.format(on=facts["on"], number=number, new=new)


def unit_names(path: str, on: date) -> str:
    """The names of a unit as it stood on a day: the last two levels; the bare path where no unit is known."""
    return " / ".join(places.names_of(path, on)[-2:]) or path
