"""What a step would lead to, worked out before it is taken: by the same rules that move the matter then."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from uuid import UUID

from gezhi.matters import routing, scenes
from gezhi.matters.scenes import Scene
from gezhi.places.paths import parent
from gezhi.rules import deadlines, steps
from gezhi.rules.model import Move

MOST_BY_HOUSE = 8


@dataclass(frozen=True, slots=True)
class After:
    """Where the matter would stand and which desk would be asked; `desk` is empty where it ends, or where the
    department is yet to be chosen. `drawn`: there a sample is drawn, and nobody is told beforehand how it falls."""

    step: str
    desk: str
    drawn: bool = False


def house_follows(scene: Scene) -> Move | None:
    """The move that follows by itself now; also what follows the silence of a reporter, where nobody reported."""
    found = steps.house_move(scene.flow, scenes.facts_of(scene))
    if found is None and scene.matter.seen_by_staff:
        return deadlines.silence(scene.flow, scene.matter.step)
    return found


def passed(scene: Scene, taken: Move, account: UUID) -> tuple[Scene, list[tuple[str, str, str]]]:
    """The moves that would be taken, each with the step before and after it, and the matter as it would stand then.
    Nothing is changed. Where a sample is drawn it stops: nobody is told beforehand how it falls."""
    scene = replace(scene, matter=copy.copy(scene.matter))
    found: list[tuple[str, str, str]] = []
    following: Move | None = taken
    while following is not None and len(found) <= MOST_BY_HOUSE:
        was = scene.matter.step
        _step(scene, following, None if found else account)
        found.append((following.id, was, scene.matter.step))
        drawn = scenes.draws(scene.flow, scene.matter.step)
        following = None if drawn else house_follows(scene)
    return scene, found


def after(scene: Scene, taken: Move, account: UUID) -> After:
    """What the move would lead to if this account took it now. Nothing is changed."""
    scene = replace(scene, matter=copy.copy(scene.matter))
    _step(scene, taken, account)
    if scenes.draws(scene.flow, scene.matter.step):
        return After(scene.matter.step, "", drawn=True)
    for _time in range(MOST_BY_HOUSE):
        following = house_follows(scene)
        if following is None:
            break
        _step(scene, following, None)
    if taken.calls == "chosen":
        return After(scene.matter.step, "")
    route = routing.asked_at(scene.model, scene.flow, scenes.facts_of(scene), scene.lie, scene.roster)
    return After(scene.matter.step, route.desk)


def _step(scene: Scene, taken: Move, account: UUID | None) -> None:
    """Set what a move changes on a matter that is never saved."""
    matter = scene.matter
    if account is not None and steps.sets_handler(scene.model, taken):
        matter.handler = account
    if taken.calls == "item":
        matter.department = routing.department_of(scene.item)
    if taken.raises:
        matter.command = parent(matter.command) or matter.command
    matter.step = taken.leads(matter.step)
