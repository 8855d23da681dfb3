"""Desks beside a matter's own that go along with its ground: to whom it was referred, which post helps, who is asked for
more time. Each sat at a unit above the matter; when that unit is gone, its post at the same level above the new place
has it. Where nobody sits there it waits, as it does at every desk that nobody holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from gezhi.matters import routing
from gezhi.matters.models import Helper, Matter, Referred, Request
from gezhi.places.paths import ancestors
from gezhi.places.succession import Home
from gezhi.places.tree import Tree

Row = TypeVar("Row", Helper, Referred, Request)
Follow = Callable[[UUID, str], str]
"""Matter and desk before → the desk now; the same where nothing has to change."""


def follow(pairs: Sequence[tuple[Matter, Home]], before: Callable[[], Tree], ground: Tree) -> None:
    """The rows of these open matters, a statement for each kind and one more for each kind that has to change."""
    paths = {matter.id: home.path for matter, home in pairs if home.path}
    helping = Helper.objects.filter(matter__in=paths).exclude(desk="")
    referred = _gone(Referred.objects.filter(matter__in=paths), ground)
    helpers = _gone(helping, ground)
    requests = _gone(Request.objects.filter(matter__in=paths, state="open"), ground)
    if not (referred or helpers or requests):
        return
    now = _going(paths, before(), ground)
    moved = [Referred(desk=now(r.matter, r.desk), matter=r.matter, since=r.since) for r in referred]
    Referred.objects.bulk_create(moved, ignore_conflicts=True)
    for helper in helpers:
        helper.desk = now(helper.matter, helper.desk)
    for request in requests:
        request.desk = now(request.matter, request.desk)
    Helper.objects.bulk_update(helpers, ["desk"])
    Request.objects.bulk_update(requests, ["desk"])


def _gone(rows: Iterable[Row], ground: Tree) -> list[Row]:
    """Those whose desk sits at a unit that is gone."""
    return [row for row in rows if row.desk.partition("@")[2] not in {"", *ground.by_path}]


def _going(paths: Mapping[UUID, str], before: Tree, ground: Tree) -> Follow:
    def now(matter: UUID, desk: str) -> str:
        post, _at, path = desk.partition("@")
        level, home = routing.level_at(before, path), paths[matter]
        for unit in ancestors(home):
            if level and routing.level_at(ground, unit) == level:
                return f"{post}@{unit}"
        return f"{post}@{home}"

    return now
