"""The differences of two models as they are read at a terminal, in Chinese or English."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from gezhi.rules.book.tongue import Tongue
from gezhi.rules.differences import GROUPS, Change, Differences


class OpenOnes(Protocol):
    """How many open matters stand at some steps, or are of some items."""

    @property
    def all(self) -> int: ...
    @property
    def of_version(self) -> bool: ...
    def concerned(self, steps: Collection[tuple[str, str]], items: Collection[str]) -> int: ...


def told(
    found: Differences, open_ones: OpenOnes | None = None, *, english: bool = False, most: int = 0
) -> list[str]:
    """What is printed: which two, whether only words differ, the changes by what they touch, the matters concerned.

    `most` sentences of a group, 0 for all of them.
    """
    t = Tongue(found.after, english)
    lines = [
        f"{t.label(model.about)} {model.version}{sign}"
        for model, sign in ((found.before, t.say(" →", " →")), (found.after, ""))
    ]
    if found.same:
        return [*lines, t.say("一字不差。", "Not one word differs.")]
    lines.append(_verdict(found, t))
    for group, changes in found.grouped().items():
        lines += ["", t.say("{name}（{n}）", "{name} ({n})", name=t.say(*GROUPS[group]), n=len(changes))]
        shown = changes[:most] if most else changes
        lines += ["  " + change.sentence + _concerned(change, open_ones, t) for change in shown]
        if len(shown) < len(changes):
            more = t.say(
                "  …… 还有 {n} 条，加 --all 全部列出。",
                "  … {n} more; --all lists them.",
                n=len(changes) - len(shown),
            )
            lines.append(more)
    return lines + (["", _together(found, open_ones, t)] if open_ones else [])


def _verdict(found: Differences, t: Tongue) -> str:
    if found.same_conduct:
        return str(
            t.say(
                "只改了名称、文字或日期，怎样办事完全一样：在办的事项自动换成新的说法。",
                "Only labels, texts or dates differ; the conduct is the same: open matters take the new words by themselves.",
            )
        )
    return str(
        t.say(
            "办法有变：在办的事项按开办时的版本办完，除非新模型写了过渡办法（migrate）。",
            "The conduct differs: open matters end under the version they began with, unless the new model states how they come over (migrate).",
        )
    )


def _concerned(change: Change, open_ones: OpenOnes | None, t: Tongue) -> str:
    if open_ones is None or not (change.steps or change.items):
        return ""
    n = open_ones.concerned(change.steps, change.items)
    return t.say("（在办 {n} 件）", " ({n} open)", n=n) if n else ""


def _together(found: Differences, open_ones: OpenOnes, t: Tongue) -> str:
    steps = {step for change in found.changes for step in change.steps}
    items = {item for change in found.changes for item in change.items}
    n = open_ones.concerned(steps, items)
    whose = (
        t.say("按原来这个版本开办的", "opened under the version before")
        if open_ones.of_version
        else t.say(
            "这个实例里全部的（没有按原来这个版本开办的）",
            "of this instance, all of them (none was opened under the version before)",
        )
    )
    return t.say(
        "在办 {all} 件（{whose}），其中 {n} 件现在所处的环节或事项会受影响。",
        "{all} open matters ({whose}); {n} of them stand where something changes.", all=open_ones.all, whose=whose, n=n,
    )  # fmt: skip
