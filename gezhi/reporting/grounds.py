# ruff: noqa: S608  (the one value in the fragments is a date, written by the house)
"""By which ground matters are counted: today's, into which the past is restated, or the one that stood on a day.

A plan carries what lies in a unit over, ended matters too, and keeps where it lay (`matters.models.Former`). So today's
units hold what their predecessors held, each matter once: the sum over successors, and over what waits above them for
a place, is the sum over predecessors. As it was then, each matter lies where it lay on that day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound
from gezhi.ledger import clock, instance
from gezhi.matters import editions
from gezhi.matters.access import DEPTHS
from gezhi.people.queries import Person
from gezhi.places import history, paths
from gezhi.places import queries as places
from gezhi.places.tree import Tree, TreeUnit
from gezhi.reporting import scopes
from gezhi.reporting.scopes import Scope
from gezhi.rules.model import Model

Ground = Literal["restated", "then"]


def scope_today(person: Person, path: str, model: Model, today: Tree) -> Scope:
    """What somebody may count in a unit of today; by a path that it had before, the same unit."""
    found = _unit(path, today)
    return scopes.scope_of(person, found.path if found else path, model, today)


def scope_then(person: Person, path: str, model: Model, today: Tree, then: tuple[Tree, date]) -> Scope:
    """What somebody may count in a unit as it stood on a day.

    If, and only if, they may count it today; of a unit that stands no longer, the nearest one above it that does.
    Raises `NotFound` for a unit that did not stand on that day; unknown and hidden look the same.
    """
    ground, on = then
    if not path:
        widest = scopes.scope_of(person, "", model, today)
        path = widest.path
    unit = ground.by_path.get(path) or _unit(path, ground)
    if unit is None:
        raise NotFound(
            _("这个单元在 {on} 还没有，或者您看不到它。请选当时的单元，或按现在的划分看。").format(on=on)
        )
    above = reversed(ground.down_to(unit.path))
    stands = next(
        (today.by_identity[one.identity] for one in above if one.identity in today.by_identity), None
    )
    if stands is None:
        raise NotFound(_("没有这个单元的数据，或者您看不到它。"))
    return replace(scopes.scope_of(person, stands.path, model, today), path=unit.path, then=on)


def seen(person: Person, path: str, last: date, as_of: datetime, ground: Ground) -> tuple[Scope, Model, Tree]:
    """What somebody may count in a unit, the model of today, and the tree by which it is counted.

    Restated: by today's units, what their predecessors had included; then: by the units of the period's last day, as
    they stood. Raises `NotFound` for a unit that is none or hidden.
    """
    pulse = instance.pulse()
    today = timezone.localdate(clock.ahead(pulse.clock_ahead))
    model, tree = editions.current(today, pulse.revision), places.tree(today, pulse.revision)
    if ground == "restated":
        return scope_today(person, path, model, tree), model, tree
    on = min(last, timezone.localdate(as_of), today)
    then = places.tree(on, pulse.revision)
    return scope_then(person, path, model, tree, (then, on)), model, then


def _unit(path: str, ground: Tree) -> TreeUnit | None:
    """The unit that has, or once had, a path, as it stands in a tree."""
    identity = None if not path or path in ground.by_path else history.unit_ever_at(path)
    return ground.by_path.get(path) or (ground.by_identity.get(identity) if identity else None)


def words(scope: Scope) -> str:
    """By which ground it was counted, for whoever reads the figure."""
    if scope.then is None:
        return _("按现在的划分")
    return _("按 {on} 当时的划分").format(on=scope.then.isoformat())


def matters(scope: Scope) -> str:
    """The rows that are counted, as `m`; as it was then, with where each lay, as `f`: the first carrying after the day."""
    if scope.then is None:
        return "matters_matter m"
    later = f"until > '{scope.then.isoformat()}'"
    return f"""matters_matter m LEFT JOIN matters_former f ON f.matter = m.id AND f.{later} AND NOT EXISTS (
               SELECT 1 FROM matters_former g WHERE g.matter = m.id AND g.{later}
               AND (g.until < f.until OR (g.until = f.until AND g.plan < f.plan)))"""


def within(scope: Scope) -> tuple[str, list[Any]]:
    """The condition that a row lies in the scope's unit, and its values."""
    depth = paths.depth(scope.path)
    if scope.then is not None:
        return f"{_LAY} >= %s AND {_LAY} < %s", list(paths.span(scope.path))
    if depth <= DEPTHS:
        return f"m.a{depth} = %s", [scope.path]
    return "m.path >= %s AND m.path < %s", list(paths.span(scope.path))


def below(scope: Scope) -> str:
    """The child unit in which a row lies; empty for the unit itself."""
    end = len(scope.path) + paths.WIDTH
    if scope.then is not None:
        return f"CASE WHEN length({_LAY}) >= {end} THEN substr({_LAY}, 1, {end}) ELSE '' END"
    return f"m.a{end // paths.WIDTH}" if end // paths.WIDTH <= DEPTHS else "''"


_LAY = "coalesce(f.path, m.path)"
