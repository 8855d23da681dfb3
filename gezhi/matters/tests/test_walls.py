"""回避: whom a matter is kept from neither handles nor sees it, by whichever of their posts they come."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import access, events, finding, lists, overseen, queries, vacancies, walls, why
from gezhi.matters import extending as wishes
from gezhi.matters.models import Matter, Wall
from gezhi.matters.overseen import Look
from gezhi.matters.proof import disagreements
from gezhi.matters.queries import MatterPage
from gezhi.matters.scenes import Scene
from gezhi.matters.services import extending
from gezhi.matters.services.indexing import index_waiting
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.parting import PartGiven, part
from gezhi.matters.services.walling import keep_from, recuse_myself, take_back
from gezhi.people import services as staff
from gezhi.people.queries import Person

from . import liuxi
from .liuxi import World
from .test_path import CLUTTER, LAMP, opened, step

WHY = "与反映的人有直接利害关系。"


def sees(world: World, who: str, number: str) -> bool:
    return queries.page(world.person(who), number) is not None


def desk(number: str) -> str:
    return Matter.objects.values_list("desk", flat=True).get(number=number)


def page(world: World, who: str, number: str) -> MatterPage:
    found = queries.page(world.person(who), number)
    assert found is not None
    return found


def told(world: World, who: str, number: str) -> list[str]:
    """The route that holds now, in words."""
    return [line.found for line in why.why_routes(page(world, who, number).scene)[0].lines]


def person(world: World, who: str) -> str:
    return walls.person_word(world.accounts[who])


def seated(world: World, who: str, name: str, post: str, place: str, department: str = "") -> None:
    if who not in world.accounts:
        world.accounts[who] = staff.make_account(who, name, "", by=HOUSE, at=clock.now())
    wanted = staff.Appointment(
        account=world.accounts[who],
        post=post,
        unit=world.units[place],
        from_on=liuxi.BEGAN,
        note="早就在任",
        department=department,
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())


def test_whoever_it_complains_of_never_sees_it_and_it_goes_a_level_up(world: World) -> None:
    unit = walls.unit_word(liuxi.GRID)
    number = opened(world, replace(CLUTTER, about=(unit,))).number
    step(world, number, "he", "accept")
    assert desk(number) == f"town_desk@{liuxi.TOWN}", "the cadre of the community heads the grid, too"
    assert not sees(world, "lin", number)
    assert not sees(world, "qiao", number), "by no post of theirs"
    assert sees(world, "tang", number)
    assert any("因反映的是原该承办的一方，依回避交上一级" in said for said in told(world, "he", number))
    step(world, number, "tang", "finish_grid", "已请住户搬走。")
    with pytest.raises(NotFound):
        step(world, number, "lin", "finish_grid", "我来。")
    assert "林样本" not in [one.name for one in why.who_sees(*_seen(world, number))]


def _seen(world: World, number: str) -> tuple[Matter, Scene]:
    scene = page(world, "he", number).scene
    return scene.matter, scene


def test_it_goes_to_another_holder_of_the_post_before_it_goes_up(world: World) -> None:
    seated(world, "mo", "莫样本", "grid_worker", "grid")
    number = opened(world).number
    step(world, number, "he", "accept")
    before = desk(number)
    recuse_myself(number, WHY, by=world.person("lin"))
    assert desk(number) == before == f"grid_worker@{liuxi.GRID}"
    assert sees(world, "mo", number)
    assert not sees(world, "lin", number)
    keep_from(number, person(world, "mo"), WHY, why="recused", by=world.person("he"))
    assert desk(number) == f"cadre@{liuxi.COMMUNITY}"
    assert sees(world, "qiao", number), "only the two persons step aside, not their unit"
    assert any("依规定回避，由上一级接办" in said for said in told(world, "he", number))


def test_a_department_it_complains_of_does_not_handle_it(world: World) -> None:
    number = opened(world, LAMP).number
    keep_from(number, "department:housing", WHY, why="about", by=world.person("he"))
    step(world, number, "he", "accept")
    assert desk(number) == f"centre@{liuxi.COUNTY}"
    assert not sees(world, "zhu", number)
    assert any("因反映的是原该承办的一方，依回避交上一级" in said for said in told(world, "he", number))
    assert {"sign"} <= {move.id for move in page(world, "he", number).next_moves}, "it can be handled there"


def test_a_department_whose_only_member_steps_aside_leaves_it_to_the_head(world: World) -> None:
    number = opened(world, LAMP).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "sign")
    recuse_myself(number, WHY, by=world.person("zhu"))
    assert desk(number) == f"centre@{liuxi.COUNTY}"
    assert not sees(world, "zhu", number)


def test_who_holds_two_posts_sees_it_by_neither(world: World) -> None:
    seated(world, "song", "", "grid_worker", "grid")
    number = opened(world).number
    assert sees(world, "song", number), "as a worker of the grid in which it lies"
    keep_from(number, walls.unit_word(liuxi.OTHER), WHY, why="about", by=world.person("he"))
    assert not sees(world, "song", number), "the other grid is theirs, too"
    assert sees(world, "lin", number)
    other = opened(world).number
    keep_from(other, person(world, "song"), WHY, why="about", by=world.person("he"))
    assert not sees(world, "song", other)


def test_where_nobody_would_be_left_the_head_of_the_root_has_it(world: World) -> None:
    number = opened(world).number
    keep_from(number, walls.unit_word(liuxi.COUNTY), WHY, why="about", by=world.person("he"))
    assert sees(world, "he", number)
    assert desk(number) == f"centre@{liuxi.COUNTY}"
    assert not any(sees(world, who, number) for who in ("tang", "qiao", "lin", "zhu"))
    assert Wall.objects.get().spares == f"centre@{liuxi.COUNTY}"
    assert lists.open_lines(queries.desks_places(world.person("he")))
    recuse_myself(number, WHY, by=world.person("he"))
    assert not sees(world, "he", number)
    assert sees(world, "wu", number)
    with pytest.raises(Refused, match="没有人能办") as refused:
        recuse_myself(number, WHY, by=world.person("wu"))
    assert refused.value.code == "nobody_left"
    assert sees(world, "wu", number)


def test_it_is_taken_back_with_a_reason_by_who_may(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    keep_from(number, person(world, "lin"), WHY, why="about", by=world.person("tang"))
    assert desk(number) == f"cadre@{liuxi.COMMUNITY}"
    assert not sees(world, "lin", number)
    wall = Wall.objects.get()
    with pytest.raises(Refused) as refused:
        take_back(number, wall.id, "", by=world.person("he"))
    assert refused.value.code == "needs_note"
    take_back(number, wall.id, "记错了人。", by=world.person("he"))
    assert desk(number) == f"grid_worker@{liuxi.GRID}"
    assert sees(world, "lin", number)
    with pytest.raises(Refused) as refused:
        take_back(number, wall.id, "记错了人。", by=world.person("he"))
    assert refused.value.code == "moved_meanwhile"


def test_who_may_not_say_it_of_others_may_of_themselves(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    with pytest.raises(Refused) as refused:
        keep_from(number, person(world, "tang"), WHY, why="recused", by=world.person("lin"))
    assert refused.value.code == "no_duty"
    with pytest.raises(Refused) as refused:
        recuse_myself(number, " ", by=world.person("lin"))
    assert refused.value.code == "needs_note"
    with pytest.raises(NotFound):
        recuse_myself(number, WHY, by=world.person("song"))
    with pytest.raises(Refused, match="没有这个单位"):
        keep_from(number, "unit:9999", WHY, why="about", by=world.person("he"))
    with pytest.raises(Refused, match="没有这个单位"):
        opened(world, replace(CLUTTER, about=("person:nobody",)))
    assert Wall.objects.count() == 0
    assert Matter.objects.count() == 1


def test_the_ledger_knows_that_there_is_a_wall_and_not_whom_it_names(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    keep_from(number, person(world, "lin"), WHY, why="about", by=world.person("he"))
    id = Matter.objects.values_list("id", flat=True).get()
    entry = next(one for one in ledger.story(id) if one.what == events.WALLED)
    assert entry.facts["walls"] == [Wall.objects.get().id.hex]
    assert world.accounts["lin"].hex not in str(entry.facts).replace("-", "")
    assert page(world, "he", number).story[0].verb == "记明反映的是谁，依规定回避"
    assert "林样本" in page(world, "he", number).story[0].note
    take_back(number, Wall.objects.get().id, "记错了人。", by=world.person("he"))
    seal(at=clock.now())
    assert verify(queries.read_texts).whole
    assert list(disagreements()) == []


def test_who_sits_there_later_is_kept_from_it_too(world: World) -> None:
    number = opened(world, replace(CLUTTER, about=(walls.unit_word(liuxi.GRID),))).number
    seated(world, "mo", "莫样本", "grid_worker", "grid")
    assert not sees(world, "mo", number)


def test_a_report_of_ones_own_unit_is_handed_in_and_seen_no_more(world: World) -> None:
    report = replace(CLUTTER, about=(person(world, "lin"),), client_key="once")
    made = open_matter(report, by=world.clerk("lin"))
    again = open_matter(report, by=world.clerk("lin"))
    assert (again.number, again.again) == (made.number, True)
    assert not sees(world, "lin", made.number)
    assert Wall.objects.count() == 1


@pytest.mark.parametrize("round", range(6))
def test_no_list_page_or_count_shows_more_than_the_gate(world: World, round: int) -> None:
    """Random walls of random matters: every list is what `access` opens, and nobody named sees what names them."""
    draw = random.Random(f"walls-{round}")
    words = [
        *(
            walls.unit_word(path)
            for path in (liuxi.COUNTY, liuxi.TOWN, liuxi.COMMUNITY, liuxi.GRID, liuxi.OTHER)
        ),
        "department:housing",
        *(person(world, who) for who in ("tang", "qiao", "lin", "song", "zhu", "wu")),
    ]
    for _n in range(8):
        lon, lat = draw.choice((liuxi.INSIDE, liuxi.BESIDE))
        named = tuple(draw.sample(words, draw.choice((0, 1, 1, 2))))
        report = replace(draw.choice((CLUTTER, LAMP)), lon=lon, lat=lat, about=named)
        number = opened(world, report).number
        step(world, number, "he", "accept")
    for who in ("he", "wu", "tang", "qiao", "lin", "song", "zhu"):
        reader = world.person(who)
        mine = {m.number for m in Matter.objects.all() if not _kept_from(reader, m)}
        opened_to = set(access.matters_open_to(reader, world.model).values_list("number", flat=True))
        assert opened_to <= mine
        numbers = set(Matter.objects.values_list("number", flat=True))
        assert {number for number in numbers if access.matter_for(reader, number)} == opened_to
        assert {line.number for line in queries.open_in(reader)} == opened_to
        inbox = {line.number for line in queries.inbox(reader)}
        assert inbox == {m.number for m in Matter.objects.filter(desk__in=reader.desks) if m.number in mine}
        assert queries.count_inbox(reader) == len(inbox)
        sieve = finding.sieve_of(state="all")
        assert {line.number for line in finding.found(reader, sieve, at=clock.now())} == opened_to
        assert finding.count(reader, sieve, at=clock.now()) == len(opened_to)
    waits = Matter.objects.values_list("desk", "id")
    assert all(_somebody_at(world, desk, Matter.objects.get(id=id)) for desk, id in waits), "none lies unseen"


def _kept_from(reader: Person, matter: Matter) -> bool:
    """Read plainly from the rows, beside the gate."""
    rows = Wall.objects.filter(matter=matter.id, lifted_at=None)
    paths = [seat.path for seat in reader.terms]
    departments = [seat.department for seat in reader.terms if seat.department]
    for row in rows:
        kind, _colon, id = row.blocked.partition(":")
        named = {
            "unit": any(path.startswith(id) for path in paths),
            "department": id in departments,
            "person": id == reader.account.hex,
        }[kind]
        if named and row.spares not in reader.desks:
            return True
    return False


def _somebody_at(world: World, desk: str, matter: Matter) -> bool:
    everybody = [world.person(who) for who in world.accounts]
    return any(desk in one.desks and not _kept_from(one, matter) for one in everybody)


def test_a_part_and_what_it_is_merged_into_are_kept_from_the_same(world: World) -> None:
    number = opened(world, replace(CLUTTER, about=(person(world, "lin"),))).number
    keep_from(number, person(world, "qiao"), WHY, why="recused", by=world.person("he"))
    made = part(number, [PartGiven("楼道灯也坏了。", "N12")], by=world.person("he"), key="one")
    assert not sees(world, "lin", made[0])
    assert sorted(
        Wall.objects.filter(matter=Matter.objects.get(number=made[0]).id).values_list("why", flat=True)
    ) == [
        "about",
        "recused",
    ]
    other = opened(world).number
    assert sees(world, "lin", other)
    step(world, number, "he", "merge", "同一件事。", into=other)
    assert not sees(world, "lin", other)
    assert not sees(world, "qiao", other)
    assert list(disagreements()) == []


def test_the_centres_lists_and_counts_leave_it_out(world: World) -> None:
    number = opened(world).number
    keep_from(number, person(world, "wu"), WHY, why="recused", by=world.person("he"))
    with clock.fixed(clock.now() + timedelta(days=2)):
        at = clock.now()
        for who, wanted in (("he", 1), ("wu", 0)):
            look = Look(walls.reader(world.person(who)), (liuxi.COUNTY,), at, world.model)
            assert overseen.count("late", look) == wanted
            assert len(overseen.lines("late", look, most=5)) == wanted


def test_no_search_counts_it(world: World) -> None:
    for _n in range(2):
        number = opened(world).number
    index_waiting()
    sieve = finding.sieve_of(words="纸箱")
    lin = world.person("lin")
    assert finding.searched(lin, sieve, at=clock.now()).count() == 2
    keep_from(number, person(world, "lin"), WHY, why="about", by=world.person("he"))
    index_waiting()
    assert finding.searched(lin, sieve, at=clock.now()).count() == 1


def test_no_wish_for_more_time_shows_it(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    promise = next(one for one in page(world, "lin", number).promises if one.rule == "finish")
    extending.ask(number, promise.id, 2, "住户出差。", by=world.person("lin"))
    assert [one.number for one in wishes.waiting_for(world.person("tang"), at=clock.now())] == [number]
    keep_from(number, person(world, "tang"), WHY, why="about", by=world.person("he"))
    assert wishes.waiting_for(world.person("tang"), at=clock.now()) == ()


def test_what_waits_at_an_empty_desk_is_counted_for_who_may_know(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    here = [f"grid_worker@{liuxi.GRID}"]
    keep_from(number, person(world, "tang"), WHY, why="about", by=world.person("he"))
    assert vacancies.waiting_at(here, world.person("he")) == {here[0]: 1}
    assert vacancies.waiting_at(here, world.person("tang")) == {}


def test_a_key_of_one_seat_is_known_by_all_of_them(world: World) -> None:
    qiao = world.person("qiao")
    cadre = qiao.only_from(next(seat for seat in qiao.terms if seat.post == "cadre"))
    number = opened(world, replace(CLUTTER, about=(walls.unit_word(liuxi.GRID),))).number
    assert access.matter_for(cadre, number) is None
