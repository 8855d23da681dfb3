"""What a plan does, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def sentence(told: Mapping[str, Any]) -> str:
    """One change of a plan as a person would say it."""
    name, kind = told.get("name", ""), told["kind"]
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
        "redrawn": _("{name}改画边界。"),
    }[kind].format(name=name, under=told.get("under", ""), to=told.get("to", ""))
