"""A post falls vacant while work waits at it: the work stays, the level above has it too, and new work goes there."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters import vacancies
from gezhi.matters.models import Matter
from gezhi.matters.vacancies import Line
from gezhi.people import queries as people
from gezhi.people import services as staff
from gezhi.people.models import Term
from gezhi.people.services import StandIn
from gezhi.places import queries as places

from .liuxi import COMMUNITY, COUNTY, FRIDAY, GRID, OTHER, World
from .test_path import opened, stands, step

MONDAY = date(2026, 11, 23)
WORKER, CADRE = f"grid_worker@{GRID}", f"cadre@{COMMUNITY}"


def term_of(world: World, name: str, post: str) -> Term:
    return Term.objects.get(account=world.accounts[name], post=post)


def leaves(world: World, name: str, post: str, on: date = MONDAY) -> None:
    """Their term ends on a day to come; nothing runs on that day."""
    staff.change_end(term_of(world, name, post).id, on, world.model, by=HOUSE, at=clock.now())


def lines(world: World, on: date = MONDAY) -> dict[str, Line]:
    found = vacancies.lines(world.model, places.tree(on), people.roster(on))
    return {line.vacancy.desk: line for line in found}


@pytest.fixture
def waiting(world: World) -> str:
    """A matter that waits at the worker's desk, whose holder leaves on Monday."""
    number = opened(world).number
    step(world, number, "he", "accept")
    assert stands(number) == ("gridwork", WORKER)
    leaves(world, "lin", "grid_worker")
    return number


def monday() -> datetime:
    return FRIDAY + timedelta(days=3)


def test_the_list_says_since_when_who_is_asked_and_how_much_waits(world: World, waiting: str) -> None:
    assert WORKER not in lines(world, date(2026, 11, 22))
    line = lines(world)[WORKER]
    assert line.vacancy.since == MONDAY
    assert line.waiting == 1
    assert dict(line.asked) == {
        "in_grid": CADRE,
        "verify": f"grid_head@{GRID}",
    }


def test_the_matter_stays_at_its_desk_and_the_level_above_minds_it(world: World, waiting: str) -> None:
    assert vacancies.minded_today(world.person("qiao")) == ()
    with clock.fixed(monday()):
        assert Matter.objects.get(number=waiting).desk == WORKER
        assert vacancies.minded_today(world.person("qiao")) == (WORKER,)
        for name in ("he", "tang", "song", "zhu"):
            assert vacancies.minded_today(world.person(name)) == ()
        step(world, waiting, "qiao", "finish_grid", "网格员空缺，社区去办了。")
        assert stands(waiting)[0] == "done"


def test_whoever_stands_in_minds_their_own_desk_and_nobody_else_does(world: World, waiting: str) -> None:
    wanted = StandIn(
        account=world.accounts["song"],
        from_on=MONDAY,
        to_on=MONDAY + timedelta(days=7),
        post="grid_worker",
        unit=world.units["grid"],
    )
    staff.stand_in(wanted, world.model, by=HOUSE, at=clock.now())
    line = lines(world)[WORKER]
    assert line.vacancy.stood_in == (f"grid_worker@{OTHER}",)
    with clock.fixed(monday()):
        assert vacancies.minded_today(world.person("qiao")) == ()
        assert WORKER in world.person("song").desks


def test_a_department_that_nobody_sits_in_is_minded_by_the_post_that_is_never_vacant(world: World) -> None:
    leaves(world, "zhu", "department")
    assert lines(world)["department:housing"].asked == (("", f"centre@{COUNTY}"),)
    with clock.fixed(monday()):
        assert vacancies.minded_today(world.person("he")) == ("department:housing",)
        assert vacancies.minded_today(world.person("qiao")) == ()


def test_nobody_below_the_root_is_left_over(world: World) -> None:
    """When worker, head and cadre have all left, the town is asked; when it has too, the centre."""
    leaves(world, "lin", "grid_worker")
    leaves(world, "qiao", "grid_head")
    leaves(world, "qiao", "cadre")
    asked = dict(lines(world)[WORKER].asked)
    assert asked == {"in_grid": "town_desk@00010001", "verify": "town_desk@00010001"}
    leaves(world, "tang", "town_desk")
    assert set(dict(lines(world)[WORKER].asked).values()) == {f"centre@{COUNTY}"}


def test_a_unit_has_only_the_vacancies_within_it(world: World, waiting: str) -> None:
    ground, roster = places.tree(MONDAY), people.roster(MONDAY)
    within = vacancies.lines(world.model, ground, roster, within=GRID)
    assert [line.vacancy.desk for line in within] == [WORKER]
    beside = vacancies.lines(world.model, ground, roster, within=OTHER)
    assert [line.vacancy.desk for line in beside] == [f"grid_head@{OTHER}"]
