"""A plan of the ground takes effect: open matters go where their ground went, each once, and whoever is asked is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import seal
from gezhi.matters import access, proof, queries, sampling, sentences, why
from gezhi.matters.models import Acted, Carrying, Former, Helper, Matter, Referred, Request
from gezhi.matters.scenes import scene_of
from gezhi.matters.services import carrying, grounds, rehoming
from gezhi.matters.services.carrying import carry, unfinished
from gezhi.matters.services.grounds import StaffSaid
from gezhi.matters.services.placing import Where, place
from gezhi.notify import queries as notes
from gezhi.notify import services as notify
from gezhi.people import services as staff
from gezhi.people.models import Term
from gezhi.places import queries as places
from gezhi.places.changes import Add, End, Merge, Move, Rename
from gezhi.promises.models import Promise

from . import ground_plans as plans
from .ground_plans import DECEMBER, carried, halved, merged, opened, row, taken, unit_called
from .liuxi import BESIDE, COMMUNITY, COUNTY, FRIDAY, GRID, INSIDE, OTHER, TOWN, World
from .test_path import step

WEST, EAST = (118.2025, 30.505), (118.2075, 30.505)


def entries(number: str) -> list[ledger.Happened]:
    return [one for one in ledger.story(row(number).id) if one.what == "matter.carried"]


def working(world: World, where: tuple[float, float] | None = None, unit: str = "") -> str:
    """A matter that the grid's own worker has in hand."""
    number = opened(world, at=where, unit=unit)
    step(world, number, "he", "accept")
    return number


def test_nothing_happens_before_the_day(world: World) -> None:
    number = working(world, INSIDE)
    taken(world, merged(world))
    assert carried() == 0
    assert row(number).path == GRID
    assert not Carrying.objects.exists()


def test_merged_grids_bring_their_matters_along(world: World) -> None:
    here, there, stated = working(world, INSIDE), working(world, BESIDE), working(world, unit=GRID)
    due = list(Promise.objects.order_by("id").values_list("id", "made_at", "due_at", "look_at", "void_at"))
    before = {n: row(n) for n in (here, there, stated)}
    taken(world, merged(world))
    plans.first_of_december()
    big = unit_called("桥东大格")
    for number in (here, there, stated):
        now, was = row(number), before[number]
        assert (now.path, now.a4, now.a3, now.command) == (big, big, COMMUNITY, big)
        assert now.desk == f"grid_worker@{big}"
        assert now.moved == was.moved + 1
        assert (now.step, now.next_due_at, now.next_promise) == (was.step, was.next_due_at, was.next_promise)
        assert (now.located, now.place_flag) == (was.located, "")
    assert [entries(n)[0].facts["why"] for n in (here, there, stated)] == ["point", "point", "sole"]
    assert due == list(
        Promise.objects.order_by("id").values_list("id", "made_at", "due_at", "look_at", "void_at")
    )
    assert sorted(Former.objects.values_list("path", flat=True)) == [GRID, GRID, OTHER]
    seal(at=clock.now())
    assert proof.proof().whole


def test_desks_beside_a_matters_own_go_along_with_its_ground(world: World) -> None:
    number, elsewhere = working(world, INSIDE), working(world, unit=COMMUNITY)
    promise = Promise.objects.filter(about=row(number).id).first()
    assert promise is not None
    gone, above, at = f"grid_head@{GRID}", f"cadre@{COMMUNITY}", clock.now()
    for one in (number, elsewhere):
        Referred.objects.create(matter=row(one).id, desk=gone, since=at)
        Referred.objects.create(matter=row(one).id, desk=above, since=at)
    Helper.objects.create(matter=row(number).id, department="@grid_head", since=at, desk=gone)
    Helper.objects.create(matter=row(number).id, department="water", since=at)
    asked = {"matter": row(number).id, "promise": promise.id, "more": "1d", "reason": uuid4(), "asked_at": at}
    Request.objects.create(id=uuid4(), desk=gone, asked_from=f"grid_worker@{GRID}", **asked)
    taken(world, merged(world))
    plans.first_of_december()
    now = f"grid_head@{unit_called('桥东大格')}"
    matter = row(number).id
    assert set(Referred.objects.filter(matter=matter).values_list("desk", flat=True)) == {gone, now, above}
    assert sorted(Helper.objects.filter(matter=matter).values_list("desk", flat=True)) == ["", now]
    assert Request.objects.get(matter=matter).desk == now
    kept = Referred.objects.filter(matter=row(elsewhere).id).values_list("desk", flat=True)
    assert set(kept) == {gone, above}, "what lies where nothing changed is not touched"


def test_each_matter_is_carried_once_and_has_one_entry(world: World) -> None:
    numbers = [working(world, INSIDE) for _n in range(5)]
    plan = taken(world, merged(world))
    plans.first_of_december()
    moved = [row(n).moved for n in numbers]
    clock._source.tick(600)  # type: ignore[union-attr]  # the fixed clock of the world
    carried()
    assert carry(at=clock.now()) == 0
    assert [len(entries(n)) for n in numbers] == [1] * 5
    assert [row(n).moved for n in numbers] == moved
    done = Carrying.objects.get(plan=plan)
    assert (done.stage, done.carried, done.undecided) == ("done", 5, 0)
    assert [e.facts["carried"] for e in ledger.story(plan) if e.what == "plan.carried"] == [5]
    assert unfinished(clock.now()) == ()


def test_a_divided_grid_gives_by_the_point_and_what_has_none_waits_above(world: World) -> None:
    west, east, stated = working(world, WEST), working(world, EAST), working(world, unit=GRID)
    taken(
        world,
        halved(world),
        staff=[
            StaffSaid(unit=world.units["grid"], post="grid_head", to="w"),
            StaffSaid(unit=world.units["grid"], post="grid_worker", to="w"),
        ],
    )
    plans.first_of_december()
    assert (row(west).path, row(east).path) == (unit_called("桥东西格"), unit_called("桥东中格"))
    lost = row(stated)
    assert (lost.path, lost.located, lost.place_flag) == (COMMUNITY, "none", "redrawn")
    assert lost.desk.partition("@")[2] in (COMMUNITY, TOWN, COUNTY)
    assert entries(stated)[0].facts["why"] == "undecided"
    assert "待定位" in sentences.located(lost.located, lost.place_flag)
    assert row(west).desk == f"grid_worker@{unit_called('桥东西格')}"
    assert row(east).desk != f"grid_worker@{unit_called('桥东西格')}"  # he does not cover the eastern half


def test_whoever_accepts_matters_says_where_one_lies_that_waits_for_a_place(world: World) -> None:
    stated = working(world, unit=GRID)
    taken(world, halved(world, keeps=True, borders=False))
    plans.first_of_december()
    assert row(stated).path == COMMUNITY
    there = unit_called("桥东中格")
    place(stated, Where(unit=there), by=world.person("he"), at=clock.now(), seen=None)
    assert (row(stated).path, row(stated).place_flag) == (there, "")


def test_whoever_held_the_work_and_still_covers_the_place_keeps_it(world: World) -> None:
    """Lin becomes cadre of the community on the day on which her grid is divided; the eastern half gets Fan."""
    held, fresh = working(world, EAST), opened(world, at=EAST)
    unit = world.units["grid"]
    taken(world, halved(world), staff=[StaffSaid(unit=unit, post=p) for p in ("grid_head", "grid_worker")])
    east = next(u for u in places.tree(DECEMBER).by_path.values() if u.name == "桥东中格")
    fan = staff.make_account("fan", "范样本", "", by=HOUSE, at=clock.now())
    for who, post, where in (
        (fan, "grid_worker", east.identity),
        (world.accounts["lin"], "cadre", world.units["community"]),
    ):
        wanted = staff.Appointment(account=who, post=post, unit=where, from_on=DECEMBER)
        staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())
    plans.first_of_december()
    step(world, fresh, "he", "accept")
    assert row(held).path == row(fresh).path == east.path
    assert row(fresh).desk == f"grid_worker@{east.path}"
    assert row(held).desk == f"cadre@{COMMUNITY}"
    facts = entries(held)[0].facts
    assert (facts["kept"], facts["passed"]) == (True, ["grid_worker/kept"])
    routes = why.why_routes(scene_of(row(held), clock.now()))
    assert "原来经办的人仍管这里，由其接着办" in routes[0].lines[0].source
    assert "不另换人" in routes[0].lines[2].found


def test_a_whole_community_moves_and_nobody_is_troubled(world: World) -> None:
    """The unit goes on under another town: paths change, the worker stays, and is not told what he knows."""
    number = working(world, INSIDE)
    before = row(number)
    taken(
        world,
        Add(key="t", under=world.units["county"], level="town", name="柳荫街道", short="柳荫"),
        Move(unit=world.units["community"], under="t"),
    )
    plans.first_of_december()
    now = row(number)
    assert now.a2 == unit_called("柳荫街道") != before.a2
    assert now.path.startswith(now.a2)
    assert now.path.endswith(GRID[-4:])
    assert now.desk == f"grid_worker@{now.path}"
    facts = entries(number)[0].facts
    assert (facts["why"], facts["told"]) == ("moved", False)
    notify.hear(at=clock.now())
    assert not [t for t in notes.about(now.id) if "地界调整" in t.text]


def test_what_was_raised_stays_raised_to_the_same_level(world: World) -> None:
    number = working(world, INSIDE)
    Matter.objects.filter(number=number).update(command=TOWN)
    taken(world, merged(world))
    plans.first_of_december()
    assert row(number).command == TOWN


def test_a_renamed_unit_carries_nothing(world: World) -> None:
    number = working(world, INSIDE)
    taken(world, Rename(unit=world.units["grid"], name="桥东一格"))
    plans.first_of_december()
    assert entries(number) == []
    assert row(number).path == GRID


def test_a_plan_whose_day_has_come_already_is_carried_at_once(world: World) -> None:
    number = working(world, INSIDE)
    taken(world, merged(world), on=clock.today())
    carried()
    assert row(number).path == unit_called("桥东大格")


def test_an_undone_plan_costs_nothing(world: World) -> None:
    number = working(world, INSIDE)
    before = row(number)
    plan = taken(world, merged(world))
    grounds.undo(plan, by=HOUSE, at=clock.now())
    plans.first_of_december()
    assert entries(number) == []
    assert Matter.objects.filter(number=number, path=GRID, moved=before.moved).exists()
    assert not Carrying.objects.exists()


def test_a_new_plan_carries_back(world: World) -> None:
    number = working(world, WEST)
    taken(world, merged(world), on=clock.today())
    carried()
    big = Matter.objects.get(number=number).path
    grid = next(u for u in (scene_of(row(number), clock.now()).ground.by_path.values()) if u.path == big)
    back = halved(world)
    again = type(back)(unit=grid.identity, into=back.into)
    said = [StaffSaid(unit=grid.identity, post=post, to="w") for post in ("grid_head", "grid_worker")]
    taken(world, again, staff=said)
    plans.first_of_december()
    assert row(number).path == unit_called("桥东西格")
    assert len(entries(number)) == 2


def test_what_was_being_written_when_the_day_turned_is_found_by_the_last_look(world: World) -> None:
    late = working(world, INSIDE)
    Matter.objects.filter(number=late).update(path="elsewhere")  # not to be seen yet
    plan = taken(world, merged(world))
    clock._source.move_to(plans.MIDNIGHT)  # type: ignore[union-attr]  # the fixed clock of the world
    carried()
    assert Carrying.objects.get(plan=plan).stage == "last"
    Matter.objects.filter(number=late).update(path=GRID)  # committed a moment after midnight
    assert carried() == 0  # it waits
    clock._source.tick(carrying.SETTLES.total_seconds())  # type: ignore[union-attr]  # the fixed clock of the world
    carried()
    assert row(late).path == unit_called("桥东大格")
    assert Carrying.objects.get(plan=plan).done_at is not None


def test_it_goes_on_where_it_was_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [working(world, INSIDE) for _n in range(7)]
    taken(world, merged(world))
    clock._source.move_to(plans.FIRST_MORNING)  # type: ignore[union-attr]  # the fixed clock of the world
    for _step in range(3):
        carry(at=clock.now(), most=2)
    so_far = sum(len(entries(n)) for n in numbers)
    assert 0 < so_far < 7

    def dies(*_args: object, **_kept: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(rehoming, "record_all", dies)
        with pytest.raises(KeyboardInterrupt):
            carry(at=clock.now(), most=2)
    assert sum(len(entries(n)) for n in numbers) == so_far
    assert Matter.objects.filter(path=GRID).count() == 7 - so_far  # nothing half written
    carried(most=2)
    assert [len(entries(n)) for n in numbers] == [1] * 7


def test_a_broken_matter_stops_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    numbers = [working(world, INSIDE) for _n in range(3)]
    Matter.objects.filter(number=numbers[1]).update(item="GONE")
    taken(world, merged(world))
    plans.first_of_december()
    assert [len(entries(n)) for n in numbers] == [1, 0, 1]
    assert row(numbers[1]).path == GRID
    assert "could not be carried over" in caplog.text


def test_a_batch_costs_the_same_however_many_matters_it_holds(world: World) -> None:
    for _n in range(43):
        working(world, INSIDE)
    taken(world, merged(world), on=clock.today())
    assert carry(at=clock.now()) == carrying.BATCH  # terms
    cost = {}
    for most in (1, 2, 40):  # the first also reads what later batches know already
        with CaptureQueriesContext(connection) as seen:
            carry(at=clock.now(), most=most)
        cost[most] = len(seen)
    assert not Matter.objects.filter(path=GRID).exists()
    assert cost[40] == cost[2] <= 24
    stages = set()
    clock._source.tick(600)  # type: ignore[union-attr]  # the fixed clock of the world
    while unfinished(clock.now()):  # the other stages cost no more, whatever they look through
        stages.add(Carrying.objects.get().stage)
        with CaptureQueriesContext(connection) as seen:
            assert carry(at=clock.now())
        assert len(seen) <= 24
    assert stages >= {"desks", "all", "last"}


def test_whoever_is_asked_now_is_told_in_one_sentence(world: World) -> None:
    number, lost = working(world, EAST), working(world, unit=GRID)
    taken(world, halved(world, keeps=True))
    plans.first_of_december()
    while notify.hear(at=clock.now()):
        pass
    texts = [t for t in notes.about(row(lost).id) if "地界调整" in t.text]
    assert [t.to for t in texts] == [row(lost).desk]
    assert "请核对地点" in texts[0].text
    assert texts[0].text.count("。") == 1
    texts = [t for t in notes.about(row(number).id) if "地界调整" in t.text]
    assert [(t.to, t.door) for t in texts] == [(row(number).desk, "inbox")]
    assert texts[0].text.count("。") == 1
    assert number in texts[0].text


def test_the_page_and_why_tell_it(world: World) -> None:
    number = working(world, INSIDE)
    taken(world, merged(world), title="桥东并格")
    plans.first_of_december()
    page = queries.page(world.person("he"), number)
    assert page is not None
    assert page.story[0].verb == "随地界调整转到新单元"
    assert "从 桥东社区 / 桥东 01 格 转到 桥东社区 / 桥东大格" in page.story[0].note
    assert "期限不变" in page.story[0].note
    routes = why.why_routes(scene_of(row(number), clock.now()))
    assert routes[0].lines[0].about == "地界调整"
    assert "按坐标" in routes[0].lines[0].found


def test_who_saw_it_by_the_old_ground_alone_sees_it_no_more_but_who_acted_does(world: World) -> None:
    """Lin's grid is divided; Lin goes west. An eastern matter on which he acted stays open to him, another one not."""
    acted, other = working(world, EAST), working(world, EAST)
    step(world, acted, "lin", "finish_grid", note="清掉了。")
    before = {n: access.matter_for(world.person("lin"), n) is not None for n in (acted, other)}
    assert before == {acted: True, other: True}
    unit = world.units["grid"]
    taken(
        world,
        halved(world),
        staff=[StaffSaid(unit=unit, post=p, to="w") for p in ("grid_head", "grid_worker")],
    )
    plans.first_of_december()
    lin = world.person("lin")
    assert access.matter_for(lin, acted) is not None
    assert access.matter_for(lin, other) is None
    assert [a.account for a in Acted.objects.filter(matter=row(acted).id)] == [world.accounts["lin"]]
    seen = {one.name: one.rule for one in why.who_sees(row(acted), scene_of(row(acted), clock.now()))}
    assert seen["林样本"] == "经手过，地界调整后仍看得到"
    assert "林样本" not in {o.name for o in why.who_sees(row(other), scene_of(row(other), clock.now()))}


def test_who_acted_sees_it_only_while_holding_a_post(world: World) -> None:
    number = working(world, EAST)
    step(world, number, "lin", "finish_grid", note="清掉了。")
    unit = world.units["grid"]
    taken(
        world,
        halved(world),
        staff=[StaffSaid(unit=unit, post=p, to="w") for p in ("grid_head", "grid_worker")],
    )
    plans.first_of_december()
    term = Term.objects.get(account=world.accounts["lin"], to_on=None)
    staff.end_term(term.id, clock.today() + timedelta(days=1), world.model, by=HOUSE, at=clock.now())
    clock._source.tick(86400 * 2)  # type: ignore[union-attr]  # the fixed clock of the world
    assert access.matter_for(world.person("lin"), number) is None


def test_ended_matters_lie_where_their_ground_went_and_keep_where_they_lay(world: World) -> None:
    number = working(world, INSIDE)
    Matter.objects.filter(number=number).update(ended_at=FRIDAY, ended_recorded_at=FRIDAY, desk="")
    before = row(number)
    plan = taken(world, merged(world))
    plans.first_of_december()
    now = row(number)
    assert now.path == unit_called("桥东大格")
    assert (now.moved, now.desk, now.ended_at) == (before.moved, "", before.ended_at)
    assert entries(number) == []
    former = Former.objects.get(matter=now.id)
    assert (former.path, former.until, former.plan) == (GRID, DECEMBER, plan)
    told = [e for e in ledger.story(plan) if e.what == "plan.ended_carried"]
    assert [e.facts["matters"] for e in told] == [1]


def test_a_desk_drawn_from_a_unit_that_went_is_asked_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check drawn to another grid's head: the matter stays where it lies, its desk's unit has gone."""
    monkeypatch.setattr(sampling, "drawn", lambda *_what: True)
    number = working(world, INSIDE)
    Matter.objects.filter(number=number).update(step="spot", phase="checking", desk=f"grid_head@{OTHER}")
    other = world.units["other"]
    taken(world, End(unit=other), staff=[StaffSaid(unit=other, post="grid_worker")])
    plans.first_of_december()
    assert (row(number).path, row(number).desk) == (GRID, f"town_desk@{TOWN}")
    assert entries(number)[0].facts["why"] == "desk"
    page = queries.page(world.person("he"), number)
    assert page is not None
    assert "重新找人经办" in page.story[0].note


def test_a_merge_that_keeps_one_grid_moves_only_the_other(world: World) -> None:
    here, there = working(world, INSIDE), working(world, BESIDE)
    taken(world, merged(world, keeps=world.units["grid"]))
    plans.first_of_december()
    assert entries(here) == []
    assert (row(here).path, row(there).path) == (GRID, GRID)
    assert isinstance(merged(world), Merge)
