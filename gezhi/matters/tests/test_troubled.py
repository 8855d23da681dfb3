"""打击报复: what is told of trouble made for a reporter has an item of its own, and nobody of the place sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.matters import access, following, suggesting, troubled, walls
from gezhi.matters.models import Matter, Wall
from gezhi.matters.own_story import OWN
from gezhi.matters.proof import proof
from gezhi.matters.services import placing, reclassing, reporters_own
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.placing import Where
from gezhi.matters.services.reports import Report
from gezhi.people import queries as people
from gezhi.people import services as staff
from gezhi.people.queries import Person
from gezhi.places import queries as places
from gezhi.places.paths import WIDTH
from gezhi.places.services import Levels, UnitRow, plant_tree
from gezhi.promises.models import Promise
from gezhi.rules.load import named
from gezhi.rules.model import Model

from . import liuxi
from .liuxi import GRID, INSIDE, World
from .test_five_systems import FIVE, adopted
from .test_path import CLUTTER, step

HERE = "192.0.2.7"
SAID = "网格员上门来问是不是我说的，叫我撤回。"
TOLD = Report(text="住户说，报了堆物以后有人堵她的门。", item="W1", reporting="anonymous")


def seat_everybody(model: Model) -> list[Person]:
    """One unit of each level, one inside the other; at each, somebody in every post that sees its ground, two in the one that may
    not be vacant, and one in each department that an item names."""
    way, square = model.chains[0], liuxi.square(118.2, 30.5, 118.22, 30.51)
    above = ("", *way)
    rows = [UnitRow(one, above[n], one, f"柳溪{one}", square, short="柳") for n, one in enumerate(way)]
    levels = Levels({level.id: level.under for level in model.levels.values()})
    units = plant_tree(rows, levels, on=liuxi.BEGAN, by=HOUSE, at=liuxi.FRIDAY).identities
    wanted = [
        (post.id, level, "")
        for post in model.posts.values()
        if post.sees == "ground" and not (post.must_be or post.of_department)
        for level in post.levels
        if level in units
        for _n in range(2 if post.never_vacant else 1)
    ]
    handlers = {item.handler.removeprefix("department:") for item in model.items.values()}
    wanted += [("department", way[0], one) for one in model.departments if one in handlers]
    return [_seated(model, n, post, units[level], code) for n, (post, level, code) in enumerate(wanted)]


def _seated(model: Model, n: int, post: str, unit: UUID, department: str) -> Person:
    account = staff.make_account(f"p{n}", f"样本{n}", "", by=HOUSE, at=liuxi.FRIDAY)
    seat = staff.Appointment(
        account=account,
        post=post,
        unit=unit,
        from_on=liuxi.BEGAN,
        note="示例：早就在任",
        department=department,
    )
    staff.appoint(seat, model, by=HOUSE, at=liuxi.FRIDAY)
    person = people.person(account, clock.now().date())
    assert person is not None
    return person


@pytest.fixture(params=FIVE)
def system(request: pytest.FixtureRequest, db: None) -> Iterator[tuple[Model, list[Person]]]:
    with adopted(request.param) as model:
        yield model, seat_everybody(model)


def first_of(model: Model) -> str:
    """Any other item that somebody reports."""
    return next(one.code for one in model.items.values() if one.flow == "main" and one.in_grid)


def test_each_model_has_an_item_for_it_that_nobody_above_the_place_is_kept_from(
    system: tuple[Model, list[Person]],
) -> None:
    model, everybody = system
    first = open_matter(Report(text="楼道堆了纸箱。", item=first_of(model), lon=118.205, lat=30.505), by=OWN)
    row = Matter.objects.get(id=first.id)
    head = next(one for one in everybody if row.desk in one.desks)
    take_step(first.number, "accept", by=head, at=clock.now(), given=StepGiven(note="照办。"))

    opened = reporters_own.trouble(first.id, SAID, address=HERE, at=clock.now())
    made, item = Matter.objects.get(id=opened.id), model.items[model.privacy.retaliation]
    assert (made.item, made.category) == (item.code, "反映人保护") != (row.item, row.category)
    assert (item.low, item.me_too, item.in_grid) == (False, False, False)
    assert [one.name for one in Promise.objects.filter(about=made.id)] == ["triage"]

    standing = walls.of_matter(made)
    assert [one for one in everybody if made.desk in one.desks and not standing.hold(one)]
    assert made.desk.partition("@")[2] not in {one.blocked.partition(":")[2] for one in standing.standing}
    ground = places.tree(clock.today())
    cut = range(WIDTH, len(row.path), WIDTH)
    (around,) = [row.path[:end] for end in cut if ground.by_path[row.path[:end]].level == "community"]
    there = [one for one in everybody if any(seat.path.startswith(around) for seat in one.terms)]
    assert there
    assert [one.name for one in (*there, head) if access.matter_for(one, made.number)] == []


def test_it_goes_to_its_end_by_people_who_are_not_of_the_place(system: tuple[Model, list[Person]]) -> None:
    model, everybody = system
    first = open_matter(Report(text="楼道堆了纸箱。", item=first_of(model), lon=118.205, lat=30.505), by=OWN)
    number = reporters_own.trouble(first.id, SAID, address=HERE, at=clock.now()).number
    handled = None
    for move in ("accept", "sign", "finish", "pass", "answer", "close_early"):
        desk = Matter.objects.get(number=number).desk
        who = next(one for one in everybody if desk in one.desks and one is not handled)
        take_step(number, move, by=who, at=clock.now(), given=StepGiven(note="查过了。"))
        handled = who if move == "finish" else handled
        if move == "sign":
            assert desk == model.items["W1"].handler
    made = Matter.objects.get(number=number)
    assert (made.step, made.closing) == ("closed", "solved")
    around = made.path[:-WIDTH]
    posts = [one.post for one in ledger.story(made.id) if "@" in one.post]
    assert posts
    assert not any(post.partition("@")[2].startswith(around) for post in posts)


@pytest.mark.parametrize("name", FIVE)
def test_no_words_suggest_it(name: str) -> None:
    model = named(name)
    item = model.items[model.privacy.retaliation]
    for said in (item.name, f"我{item.name}，请管一管", item.english, "因为反映问题，有人为难我"):
        assert item.code not in [one.item for one in suggesting.suggest(said, model)]
    assert item.code not in suggesting.choosable(model)


@pytest.mark.parametrize("item", ["", "N01"])
def test_a_model_that_names_none_has_none(item: str) -> None:
    model = liuxi.nanling()
    assert not troubled.is_item(item, replace(model, privacy=replace(model.privacy, retaliation="")))
    assert not troubled.is_item(item, model)


def test_typed_in_by_whoever_was_told_it_is_kept_from_the_place_as_well(world: World) -> None:
    for n, report in enumerate((replace(TOLD, lon=INSIDE[0], lat=INSIDE[1]), replace(TOLD, unit=GRID))):
        number = open_matter(replace(report, client_key=f"k{n}"), by=world.clerk("lin")).number
        for name in ("lin", "qiao", "song"):
            assert access.matter_for(world.person(name), number) is None, name
        assert access.matter_for(world.person("he"), number) is not None


def test_whoever_is_named_too_is_kept_from_it_beside_the_place(world: World) -> None:
    tang = walls.person_word(world.accounts["tang"])
    number = open_matter(replace(TOLD, unit=GRID, about=(tang,)), by=world.clerk()).number
    row = Matter.objects.get(number=number)
    assert {one.blocked for one in walls.of_matter(row).standing} == {
        tang,
        walls.unit_word(GRID[:-WIDTH]),
    }


def test_while_its_place_is_unknown_it_is_kept_from_all_below_the_root_and_then_from_the_place(
    world: World,
) -> None:
    number = open_matter(TOLD, by=world.clerk("lin")).number
    for name in ("lin", "qiao", "song", "tang"):
        assert access.matter_for(world.person(name), number) is None, name
    placing.place(number, Where(unit=GRID), by=world.person("he"), at=None, seen=None)
    row = Matter.objects.get(number=number)
    assert (row.path, row.walled) == (GRID, True)
    assert access.matter_for(world.person("lin"), number) is None
    assert access.matter_for(world.person("he"), number) is not None
    placing.place(number, Where(unit=GRID), by=world.person("he"), at=None, seen=None)
    assert {one.blocked for one in Wall.objects.filter(matter=row.id)} == {
        walls.below_word(liuxi.COUNTY),
        walls.unit_word(liuxi.COMMUNITY),
    }
    assert proof().whole


def test_once_it_turns_out_to_be_that_the_place_is_kept_from_it(world: World) -> None:
    number = open_matter(replace(CLUTTER, text=SAID), by=world.clerk()).number
    step(world, number, "he", "accept")
    assert access.matter_for(world.person("lin"), number) is not None
    reclassing.reclass(number, "W1", "是为难反映人。", by=world.person("he"))
    row = Matter.objects.get(number=number)
    assert (row.item, row.step, row.desk) == ("W1", "assigned", "department:justice")
    for name in ("lin", "qiao", "song"):
        assert access.matter_for(world.person(name), number) is None, name
    assert access.matter_for(world.person("he"), number) is not None
    assert proof().whole


def test_no_other_kind_of_thing_is_kept_from_anybody_by_itself(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    reclassing.reclass(number, "N13", "是停车。", by=world.person("he"))
    placing.place(number, Where(unit=GRID), by=world.person("he"), at=None, seen=None)
    assert not Matter.objects.get(number=number).walled


def test_what_the_reporter_said_of_trouble_becomes_nothing_else(world: World) -> None:
    """Merged into the matter it came from, or classed as that, it would be of those who look after that one."""
    first = open_matter(CLUTTER, by=OWN)
    opened = reporters_own.trouble(first.id, SAID, address=HERE, at=clock.now())
    he, before = world.person("he"), Matter.objects.get(id=opened.id).moved
    for one, into in ((opened.number, first.number), (first.number, opened.number)):
        with pytest.raises(Refused, match="单独查"):
            take_step(one, "merge", by=he, at=clock.now(), given=StepGiven(into=into, note="同一件。"))
    with pytest.raises(Refused, match="不能改成别的一类"):
        reclassing.reclass(opened.number, "N13", "分错了。", by=he)
    row = Matter.objects.get(id=opened.id)
    assert (row.item, row.moved, row.closing) == ("W1", before, "")
    typed = open_matter(TOLD, by=world.clerk("tang")).number  # who typed it in may have mistaken it
    reclassing.reclass(typed, "N13", "是停车。", by=he)
    assert Matter.objects.get(number=typed).item == "N13"


def test_a_second_word_of_the_same_is_the_same_matter(world: World) -> None:
    first = open_matter(CLUTTER, by=world.clerk()).id
    opened = reporters_own.trouble(first, SAID, address=HERE, at=clock.now())
    assert reporters_own.trouble(first, SAID, address=HERE, at=clock.now()).again
    for nothing in ("", "😀"):
        with pytest.raises(Refused, match="怎样为难"):
            reporters_own.trouble(opened.id, nothing, address=HERE, at=clock.now())
    assert Matter.objects.get(id=opened.id).headline == SAID.rstrip("。")
    seen = following.following(opened.id, clock.now())
    assert seen is not None
    assert seen.item == "因反映问题被为难"


def test_the_unit_around_a_grid_is_the_place_and_of_the_whole_ground_all_below_its_root(world: World) -> None:
    ground = places.tree(clock.today())

    def kept(path: str, local: str) -> str:
        model = replace(world.model, privacy=replace(world.model.privacy, local=local))
        (word,) = troubled.of_the_place(path, ground, model)
        return word

    town = liuxi.COMMUNITY[:-WIDTH]
    for local in ("", "community"):
        assert kept(GRID, local) == kept(liuxi.COMMUNITY, local) == walls.unit_word(liuxi.COMMUNITY)
        assert kept(liuxi.COUNTY, local) == walls.below_word(liuxi.COUNTY)
    assert kept(GRID, "grid") == walls.unit_word(GRID)
    assert kept(GRID, "town") == kept(town, "town") == walls.unit_word(town)
    assert kept(town, "community") == walls.unit_word(town)
    assert kept(GRID, "county") == walls.below_word(liuxi.COUNTY)
