"""Who is asked on the way of an imported record is who the rules ask, however much is remembered."""

from __future__ import annotations

from contextlib import suppress

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import routing
from gezhi.matters.services import ways
from gezhi.matters.services.ways import Known
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, GRID, OTHER, World
from gezhi.people.queries import roster
from gezhi.places import queries as places
from gezhi.rules.model import Item

CAME_TO = ("solved", "void", "refused", "accepted", "assigned", "working", "checked")


def _compared(known: Known, item: Item, path: str, to: str) -> int:
    department = routing.department_of(item)
    flow = known.model.flows[item.flow]
    with suppress(Refused):
        way = known.way(item, flow, path, department, (), to)
        for stage in (None, *way.stages):
            found = known.routed(way, stage, item, path, department).route
            lie = routing.Lie(path, path, item, department, None, known.ground)
            facts = stage.facts if stage else way.first
            assert found == routing.asked_at(known.model, flow, facts, lie, known.roster)
        return 1 + len(way.stages)
    return 0


def test_what_is_remembered_of_who_is_asked_is_what_the_rules_say(world: World) -> None:
    on = clock.now().date()
    known = ways.known(world.model, places.tree(on), roster(on))
    asked = sum(
        _compared(known, item, path, to)
        for item in world.model.items.values()
        if item.flow
        for path in (GRID, OTHER, COMMUNITY, COUNTY)
        for to in CAME_TO
    )
    assert asked > 1_500
    assert len(known.routes) < asked / 9
