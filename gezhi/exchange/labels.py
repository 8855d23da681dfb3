"""What another system calls a unit: its code, its name, its short name, or names from the top down."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange.moments import plain
from gezhi.ledger import clock
from gezhi.places import queries as places
from gezhi.places.tree import Tree

_BETWEEN = re.compile(r"[/>\u00b7\-\u3001\uff0c,]+")


def units() -> Callable[[str], str]:
    """Who answers with the path of the unit that a label names today; empty for one that no unit bears."""
    ground = places.tree(clock.today())
    known = _known(ground)

    def unit_of(label: str) -> str:
        found = known.get(spelt(label)) or _from_the_top(label, known)
        if len(found) > 1:
            told = _("有 {n} 个单元都叫「{label}」。请写上一级的名字，或用编码。")
            raise Refused(told.format(n=len(found), label=label[:40]), code="unit_ambiguous", field="unit")
        return next(iter(found), "")

    return unit_of


def _known(ground: Tree) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for path, unit in ground.by_path.items():
        for word in {unit.code, unit.name, unit.short} - {""}:
            known.setdefault(spelt(word), set()).add(path)
    return known


def spelt(label: str) -> str:
    """Spaces, full-width signs and capitals make no other name."""
    return "".join(plain(label).casefold().split())


def _from_the_top(label: str, known: dict[str, set[str]]) -> set[str]:
    """望湖镇 / 桥东社区 / 03 格: each word names a unit within the one before."""
    words = [word for part in _BETWEEN.split(label) if (word := spelt(part))]
    if len(words) < 2:
        return set()
    found = known.get(words[0], set())
    for word in words[1:]:
        found = {path for path in known.get(word, set()) if any(path.startswith(above) for above in found)}
    return found
