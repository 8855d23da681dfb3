"""Today's table: matters open right now at each step, in the grid whose people sign in to the demo."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from gezhi.demo import acts, office, reaching, teamwork
from gezhi.demo.reports import Coming
from gezhi.demo.season import Season, close_day
from gezhi.matters import routing
from gezhi.places import queries as places
from gezhi.places.services import BuildingRow
from gezhi.rules.model import Flow, Item


def lay(running: Season, ends: datetime) -> None:
    """For each step at which a matter can lie, a matter of the first grid walked to it in the last hours."""
    here = running.first_grid()
    began = running.watch.moment
    wanted = [
        (flow, step, item)
        for flow, item in _flows(running)
        for step in flow.steps
        if not flow.steps[step].ends
    ]
    pace = (ends - began - timedelta(minutes=5)) / (len(wanted) + 1)
    for n, (flow, step, item) in enumerate(wanted):
        running.watch.move_to(began + pace * (n + 1))
        way = way_to(flow, item, step)
        if way is not None:
            random = Random(f"{running.seed}:table:{n}")
            _walk(running, random, (flow, item), way, random.choice(here))
    running.watch.move_to(ends)
    grid = places.tree(timezone.localdate(ends)).locate(here[0].lon, here[0].lat).path
    teamwork.gather(grid, running.source.model, running.staff(), at=ends)
    office.open_up(grid, running.source.model, running.staff(), at=ends)
    ground = places.tree(timezone.localdate(ends))
    reaching.reach(here[0], grid, running.source.model, ground, running.staff(), at=ends)
    close_day(ends)


def way_to(flow: Flow, item: Item, step: str) -> list[str] | None:
    """The shortest row of moves that staff take from the first step to this one, the house's moves between."""
    queue: deque[tuple[str, list[str]]] = deque([(flow.first, [])])
    seen = {flow.first}
    while queue:
        here, way = queue.popleft()
        if here == step:
            return way
        staff = {move.id for move in routing.offered_from(flow, here)}
        for move in flow.moves.values():
            to = move.leads(here)
            if here not in move.from_ or to in seen or not (move.id in staff or move.by_house):
                continue
            guard = move.when
            if guard and not (guard.in_grid in {None, item.in_grid} and guard.low in {None, item.low}):
                continue
            seen.add(to)
            queue.append((to, [*way, move.id] if move.id in staff else way))
    return None


def _flows(running: Season) -> list[tuple[Flow, Item]]:
    """The flow of matters, once for an item of the grid's and once for a department's."""
    model, found = running.source.model, []
    for in_grid in (True, False):
        items = [item for item in running.source.items if item.in_grid is in_grid]
        ordinary = [item for item in items if "照片" not in item.evidence] or items
        if ordinary:
            found.append((model.flows[ordinary[0].flow], ordinary[-1]))
    return found


def _walk(running: Season, random: Random, what: tuple[Flow, Item], way: list[str], at: BuildingRow) -> None:
    """Open a matter now and take the moves one after another, seconds apart."""
    flow, item = what
    now = running.watch.moment
    opened = running.open(Coming(now, now, running.source.at(random, item, at), random.randint(1, 12)))
    for move in way:
        now = running.watch.tick(random.randint(40, 160))
        matter = acts.standing(opened.number)
        if matter is not None:
            acts.act(random, matter, (running.source.model, flow, item), move, now, running.staff())
