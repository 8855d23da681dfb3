"""What a plan does, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _


def sentence(told: Mapping[str, Any]) -> str:
    """One change of a plan as a person would say it."""
    name, kind = told.get("name", ""), _kind(told)
    if kind == "split":
        return _("{name}拆分为{into}。").format(name=name, into=_("、").join(told["into"]))
    if kind == "merged":
        return _("{of}合并为{name}。").format(of=_("、").join(told["of"]), name=name)
    if kind == "moved":
        return _("{name}从{before}划到{under}。").format(
            name=name, before=told["before"], under=told["under"]
        )
    if kind == "overlay":
        return _("叠加网“{name}”写入 {n} 个单元。").format(name=name, n=told["units"])
    return {
        "added": _("{under}新设{name}。"),
        "ended": _("撤销{name}。"),
        "renamed": _("{name}改名为{to}。"),
        "drawn": _("{name}画上边界。"),
        "redrawn": _("{name}改画边界。"),
    }[kind].format(name=name, under=told.get("under", ""), to=told.get("to", ""))


def summary(told: Sequence[Mapping[str, Any]]) -> str:
    """A whole plan in one sentence: one change as it is, of several how many there are of each kind."""
    if len(told) == 1:
        return sentence(told[0])
    said = {
        "split": _("拆分 {n} 个单元"),
        "merged": _("合并成 {n} 个单元"),
        "moved": _("{n} 个单元换上级"),
        "overlay": _("写入 {n} 张叠加网"),
        "added": _("新设 {n} 个单元"),
        "ended": _("撤销 {n} 个单元"),
        "renamed": _("{n} 个单元改名"),
        "drawn": _("{n} 个单元画上边界"),
        "redrawn": _("{n} 个单元改画边界"),
    }
    counts = Counter(_kind(one) for one in told)
    return _("，").join(said[kind].format(n=n) for kind, n in counts.items()) + _("。")


def _kind(told: Mapping[str, Any]) -> str:
    """The kind of a change; the first border of a unit apart from another one."""
    return "drawn" if told["kind"] == "redrawn" and told.get("first") else str(told["kind"])
