"""A post falls vacant while work waits at it: the work stays, the level above has it too, and new work goes there.

And while somebody stands in, they are asked, named as what they are, and held apart from what they handled.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from gezhi.cli import why as cli_why
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters import queries, routing, scenes, vacancies, why
from gezhi.matters.desks import passed_words
from gezhi.matters.models import Matter
from gezhi.matters.vacancies import Line
from gezhi.people import queries as people
from gezhi.people import services as staff
from gezhi.people.models import Term
from gezhi.people.services import StandIn
from gezhi.places import queries as places
from gezhi.rules import steps

from .liuxi import COMMUNITY, COUNTY, FRIDAY, GRID, OTHER, World
from .test_path import opened, stands, step

MONDAY = date(2026, 11, 23)
WORKER, CADRE = f"grid_worker@{GRID}", f"cadre@{COMMUNITY}"


def term_of(world: World, name: str, post: str) -> Term:
    return Term.objects.get(account=world.accounts[name], post=post)


def leaves(world: World, name: str, post: str, on: date = MONDAY) -> None:
    """Their term ends on a day to come; nothing runs on that day."""
    staff.change_end(term_of(world, name, post).id, on, world.model, by=HOUSE, at=clock.now())


def scene(number: str) -> scenes.Scene:
    return scenes.scene_of(Matter.objects.get(number=number), clock.now())


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


def test_the_level_above_finds_it_in_its_inbox_and_opens_it(world: World, waiting: str) -> None:
    assert queries.inbox(world.person("qiao")) == []
    with clock.fixed(monday()):
        qiao = world.person("qiao")
        assert [line.number for line in queries.inbox(qiao)] == [waiting]
        assert queries.count_inbox(qiao) == 1
        page = queries.page(qiao, waiting)
        assert page is not None
        assert page.desk_words == "网格员 · 桥东 01 格（空缺）"
        assert "finish_grid" in {move.id for move in page.next_moves}
        assert queries.inbox(world.person("song")) == []


def test_new_work_is_asked_of_the_level_above_and_says_why(world: World, waiting: str) -> None:
    with clock.fixed(monday()):
        number = opened(world).number
        step(world, number, "he", "accept")
        assert stands(number) == ("gridwork", CADRE)
        newest = why.why_routes(scene(number))[0]
        assert [(line.about, line.found, line.source) for line in newest.lines[1:2]] == [
            ("网格员", "空缺，由上一级接办：在职干部 · 桥东社区", "跳过")
        ]
        told = "\n".join(cli_why.as_lines(scene(number)))
        assert "先问过网格员：空缺，由上一级接办：在职干部 · 桥东社区。" in told
        step(world, number, "qiao", "finish_grid", "社区去办了。")
        vacant, handled = why.why_routes(scene(number))[0].lines[1:3]
        assert vacant.found == "空缺，由上一级接办：镇网格办 · 望湖街道"
        assert (handled.about, handled.found) == ("网格长", "这一件就是他办的，不能自己核自己")


def test_a_successor_goes_on_where_it_lies(world: World, waiting: str) -> None:
    new = staff.make_account("dai", "戴样本", "", by=HOUSE, at=clock.now())
    wanted = staff.Appointment(
        account=new, post="grid_worker", unit=world.units["grid"], from_on=date(2026, 11, 24)
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())
    with clock.fixed(FRIDAY + timedelta(days=4)):
        dai = people.person(new, date(2026, 11, 24))
        assert dai is not None
        assert [line.number for line in queries.inbox(dai)] == [waiting]
        assert queries.inbox(world.person("qiao")) == []


def test_where_the_own_units_is_vacant_the_same_post_above_is_asked_and_it_is_said(world: World) -> None:
    """A post that sits at two levels: 书记 of the community has left, 书记 of the town is asked."""
    posts = dict(world.model.posts)
    posts["cadre"] = replace(posts["cadre"], levels=("community", "town"))
    model = replace(world.model, posts=posts)
    high = staff.make_account("gao", "高样本", "", by=HOUSE, at=clock.now())
    seat = staff.Appointment(account=high, post="cadre", unit=world.units["town"], from_on=MONDAY)
    staff.appoint(seat, model, by=HOUSE, at=clock.now())
    leaves(world, "lin", "grid_worker")
    leaves(world, "qiao", "grid_head")
    leaves(world, "qiao", "cadre")
    with clock.fixed(monday()):
        matter = Matter.objects.get(number=opened(world).number)
        here = replace(scene(matter.number), model=model)
        route = routing.asked_at(
            model, here.flow, steps.Facts("gridwork", in_grid=True), here.lie, people.roster(MONDAY)
        )
        assert route.desk == "cadre@00010001"
        assert route.passed == (("grid_worker", "vacant"), ("cadre", "raised"))
        words = passed_words("cadre/raised", route.desk, here)
        assert words == ("在职干部", "本级空缺，由上一级的同一岗位接办：在职干部 · 望湖街道", False)


def stands_in(world: World) -> None:
    """宋 of the second grid does the work of 林, who is on leave, for a week from Monday."""
    wanted = StandIn(
        account=world.accounts["song"],
        from_on=MONDAY,
        to_on=MONDAY + timedelta(days=7),
        term=term_of(world, "lin", "grid_worker").id,
    )
    staff.stand_in(wanted, world.model, by=HOUSE, at=clock.now())


def test_whoever_stands_in_is_asked_and_both_posts_stand_in_every_reason(world: World) -> None:
    stands_in(world)
    with clock.fixed(monday()):
        number = opened(world).number
        step(world, number, "he", "accept")
        assert stands(number) == ("gridwork", WORKER)
        asked = why.why_routes(scene(number))[0]
        assert ("网格员", "由网格员 · 桥东 02 格代理") in [(line.about, line.found) for line in asked.lines]
        assert [line.number for line in queries.inbox(world.person("song"))] == [number]
        page = queries.page(world.person("he"), number)
        assert page is not None
        assert page.desk_words == "网格员 · 桥东 01 格（由网格员 · 桥东 02 格代理）"
        step(world, number, "song", "finish_grid", "代林去办了。")
        page = queries.page(world.person("he"), number)
        assert page is not None
        told = page.story[0]
        assert (told.by_name, told.post, told.unit) == (
            "宋样本",
            "网格员（由网格员 · 桥东 02 格代理）",
            "桥东 01 格",
        )


def test_whoever_stands_in_does_not_verify_what_they_handled(world: World) -> None:
    """Nor is the holder on leave asked: the head is."""
    stands_in(world)
    with clock.fixed(monday()):
        number = opened(world).number
        step(world, number, "he", "accept")
        step(world, number, "song", "finish_grid", "代林去办了。")
        assert stands(number) == ("done", f"grid_head@{GRID}")
        with pytest.raises(Refused) as refusal:
            step(world, number, "song", "pass", "自己看过。")
        assert refusal.value.code == "apart_from_handler"
    with clock.fixed(monday() + timedelta(days=7)):
        number = opened(world).number
        step(world, number, "he", "accept")
        assert [line.number for line in queries.inbox(world.person("lin"))] == [number]
        assert queries.inbox(world.person("song")) == []


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
