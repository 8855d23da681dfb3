"""What a change of the ground would leave behind is counted before anybody decides it."""

from __future__ import annotations

from datetime import date

from gezhi.matters.left_behind import LeftBehind, left_behind
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.places.changes import Change, Merge, Rename
from gezhi.places.services import levels_of, previewed

from . import liuxi
from .liuxi import World

LATER = date(2027, 1, 1)


def counted(world: World, *changes: Change) -> LeftBehind:
    outcome = previewed(changes, levels_of(world.model), on=LATER).outcome
    return left_behind(outcome.left, outcome.ended, LATER)


def test_a_merge_leaves_the_matters_the_desks_and_the_seats_of_what_ends(world: World) -> None:
    for place in (liuxi.INSIDE, liuxi.INSIDE, liuxi.BESIDE):
        report = Report(item="N08", text="院门口路灯不亮", lon=place[0], lat=place[1])
        open_matter(report, by=world.clerk())
    merge = Merge(units=(world.units["grid"], world.units["other"]), key="m", name="桥东大格")

    found = counted(world, merge)

    assert found.matters == 3
    assert found.seats == 3  # the head and the worker of one grid, the worker of the other
    assert counted(world, Rename(unit=world.units["grid"], name="桥东一格")) == LeftBehind(0, 0, 0)


def test_a_unit_that_goes_on_keeps_its_seats_and_what_lies_there(world: World) -> None:
    open_matter(
        Report(item="N08", text="路灯不亮", lon=liuxi.INSIDE[0], lat=liuxi.INSIDE[1]),
        by=world.clerk(),
    )
    merge = Merge(
        units=(world.units["grid"], world.units["other"]), key="m", name="桥东大格", keeps=world.units["grid"]
    )

    assert counted(world, merge) == LeftBehind(0, 0, 1)
