"""What a plan is foreseen to do is what it does: matters by where they go, those that wait for a place, terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters.foreseen import people_of, people_words, stream_words
from gezhi.matters.models import Carrying, Former, Matter
from gezhi.matters.services import grounds
from gezhi.matters.services.grounds import Looked, Proposal, StaffSaid
from gezhi.people.models import Term
from gezhi.places import plan_file
from gezhi.places import queries as places
from gezhi.places.changes import Add, Change, End, Move, Redraw, Rename

from . import ground_plans as plans
from .ground_plans import DECEMBER, halved, merged, opened, taken
from .liuxi import BESIDE, GRID, OTHER, World, square

WEST, EAST = (118.2025, 30.505), (118.2075, 30.505)


def looked(world: World, *changes: Change, staff: Sequence[StaffSaid] = ()) -> Looked:
    return grounds.looked_at(Proposal(changes, staff, DECEMBER), world.model, at=clock.now())


def some_matters(world: World) -> None:
    for at in (WEST, WEST, EAST, BESIDE):
        opened(world, at=at)
    for unit in (GRID, GRID, OTHER):
        opened(world, unit=unit)
    gone = opened(world, at=EAST)
    Matter.objects.filter(number=gone).update(ended_at=clock.now(), ended_recorded_at=clock.now())


def plans_of(world: World) -> dict[str, tuple[list[Change], list[StaffSaid]]]:
    unit = world.units
    west = [StaffSaid(unit=unit["grid"], post=post, to="w") for post in ("grid_head", "grid_worker")]
    empty = [StaffSaid(unit=unit["other"], post="grid_worker")]
    return {
        "merged": ([merged(world)], []),
        "kept": ([merged(world, keeps=unit["grid"])], []),
        "halved": ([halved(world)], west),
        "half kept": ([halved(world, keeps=True)], []),
        "without borders": ([halved(world, keeps=True, borders=False)], []),
        "moved": (
            [
                Add(key="t", under=unit["county"], level="town", name="柳荫街道"),
                Move(unit=unit["community"], under="t"),
            ],
            [],
        ),
        "ended": ([End(unit=unit["other"])], empty),
        "redrawn": (
            [
                Redraw(unit=unit["grid"], border=square(118.2, 30.5, 118.205, 30.51)),
                Redraw(unit=unit["other"], border=square(118.205, 30.5, 118.22, 30.51)),
            ],
            [],
        ),
        "renamed": ([Rename(unit=unit["grid"], name="桥东一格")], []),
    }


@pytest.mark.parametrize(
    "which",
    ["merged", "kept", "halved", "half kept", "without borders", "moved", "ended", "redrawn", "renamed"],
)
def test_what_is_foreseen_is_what_happens(world: World, which: str) -> None:
    some_matters(world)
    changes, staff = plans_of(world)[which]
    seen = looked(world, *changes, staff=staff)
    assert not Carrying.objects.exists()
    plan = taken(world, *changes, staff=staff)
    plans.first_of_december()
    done = Carrying.objects.get(plan=plan)
    assert (seen.foreseen.matters, seen.foreseen.undecided) == (done.carried, done.undecided)
    now = {unit.path: unit.name for unit in places.tree(DECEMBER).by_path.values()}
    rows = dict(Matter.objects.filter(ended_at=None).values_list("id", "path"))
    went = Counter(
        (path, now[rows[matter]])
        for matter, path in Former.objects.filter(plan=plan).values_list("matter", "path")
        if matter in rows
    )
    foreseen: Counter[tuple[str, str]] = Counter()
    for one in seen.foreseen.streams:
        foreseen[one.before, one.now] += one.matters
    assert went == foreseen
    moved = [one for one in seen.foreseen.terms if one.to is not None]
    assert len(moved) == Term.objects.filter(begun_by=plan).count()
    assert len(seen.foreseen.terms) == Term.objects.filter(ended_by=plan).count()
    assert (which == "renamed") == (not went)


def test_it_is_told_in_sentences_with_nobodys_name(world: World) -> None:
    some_matters(world)
    unit = world.units["grid"]
    seen = looked(world, halved(world), staff=[StaffSaid(unit=unit, post="grid_worker", to="e")])
    said = [stream_words(one) for one in seen.foreseen.streams]
    assert "桥东 01 格 的 2 件转到 桥东西格：按坐标落在这个单元的新边界里。" in said
    assert (
        "桥东 01 格 的 2 件转到 桥东社区：原单元已拆分或撤销，这一件没有坐标，或坐标不在接续单元里，先归上一级，待定位。"
        in said
    )
    people = [people_words(one) for one in people_of(seen.foreseen, seen.turn, world.model)]
    assert "桥东 01 格 的「网格员」1 人转任 桥东中格。" in people
    assert any("没有唯一的接续单元" in one for one in people)
    assert not any(name in "".join(people) for name in ("林样本", "乔样本"))
    assert len(seen.foreseen.lacking) == 1


def test_looking_changes_nothing(world: World) -> None:
    some_matters(world)
    before = (
        sorted(Matter.objects.values_list("id", "path", "moved")),
        Term.objects.count(),
        places.tree(DECEMBER).paths,
    )
    looked(world, merged(world))
    assert before == (
        sorted(Matter.objects.values_list("id", "path", "moved")),
        Term.objects.count(),
        places.tree(DECEMBER).paths,
    )


def test_a_plan_file_says_where_people_go(world: World, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(
        """
        on = 2026-12-01
        [[change]]
        do = "split"
        unit = "桥东 01 格"
        into = [{ key = "w", name = "桥东西格" }, { key = "e", name = "桥东中格" }]
        [[staff]]
        unit = "桥东 01 格"
        post = "网格员"
        to = "e"
        [[staff]]
        unit = "桥东 01 格"
        post = "grid_head"
        to = "unstaffed"
        """,
        encoding="utf-8",
    )
    written, ground = plan_file.read(file), places.tree(DECEMBER)
    staff = plan_file.staff_of(written, ground)
    assert [(one.unit, one.post, one.to) for one in staff] == [
        (world.units["grid"], "网格员", "e"),
        (world.units["grid"], "grid_head", None),
    ]
    seen = looked(world, *plan_file.changes_of(written, ground), staff=staff)
    assert (seen.foreseen.lacking, seen.foreseen.unstaffed) == ((), 1)
    file.write_text(
        "on = 2026-12-01\n[[change]]\ndo = 'end'\nunit = '桥东 01 格'\n[[staff]]\nunit = '桥东 01 格'",
        encoding="utf-8",
    )
    with pytest.raises(Refused, match="staff"):
        plan_file.read(file)
