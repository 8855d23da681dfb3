"""A department is asked, sees the matter from then on, and is remembered; nobody is shown what nobody asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.matters import access, queries, routing, scenes, why
from gezhi.matters.models import Asked, Matter
from gezhi.matters.services import calling, importing, step_writer
from gezhi.matters.services.brought import Brought
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.services.step_writer import Sheet

from .liuxi import FRIDAY, GRID, INSIDE, World

LAMP = Report(text="院门口路灯不亮。", item="N12", lon=INSIDE[0], lat=INSIDE[1], contact="13800000000")
CLUTTER = Report(text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")


def step(world: World, number: str, who: str, move: str, department: str = "") -> None:
    given = StepGiven(note="看过了。", department=department)
    take_step(number, move, by=world.person(who), at=clock.now(), given=given)


def asked() -> set[tuple[str, str]]:
    """Number and department of every row."""
    numbers = dict(Matter.objects.values_list("id", "number"))
    return {(numbers[m], d) for m, d in Asked.objects.values_list("matter", "department")}


def test_a_matter_that_was_objected_to_goes_to_another_department_or_is_upheld(world: World) -> None:
    number = open_matter(LAMP, by=world.clerk()).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "object")
    before = Matter.objects.get(number=number)
    with pytest.raises(Refused, match=r"本来就在县住建局手里.*用“维持分派”") as refused:
        step(world, number, "he", "redirect", "housing")
    assert (refused.value.code, refused.value.field) == ("department_same", "department")
    assert Matter.objects.get(number=number).moved == before.moved
    scene = scenes.scene_of(before, clock.now())
    offered = [one.id for one in calling.choices(scene, scene.flow.moves["redirect"])]
    assert offered == [one for one in scene.model.departments if one != "housing"]
    step(world, number, "he", "uphold")
    assert Matter.objects.get(number=number).department == "housing"


def test_a_step_that_stays_cannot_name_the_department_that_has_the_matter(world: World) -> None:
    matter = Matter.objects.get(number=open_matter(LAMP, by=world.clerk()).number)
    flow = scenes.scene_of(matter, clock.now()).flow
    stays = replace(flow.moves["redirect"], to="same", from_=("working",))
    assert routing.leaves(flow, "working", stays) is stays
    assert routing.leaves(flow, "gridwork", flow.moves["pass_on"]) is None


def rules_for(number: str, name: str) -> list[str]:
    matter = Matter.objects.get(number=number)
    told = why.who_sees(matter, scenes.scene_of(matter, clock.now()))
    return [one.rule for one in told if one.name == name]


def test_a_department_is_told_why_it_sees_a_matter_and_that_it_did_not_before(world: World) -> None:
    number = open_matter(LAMP, by=world.clerk()).number
    assert rules_for(number, "朱样本") == []
    step(world, number, "he", "accept")
    assert rules_for(number, "朱样本") == ["由其部门承办"]
    step(world, number, "zhu", "object")
    step(world, number, "he", "redirect", "market")
    assert rules_for(number, "朱样本") == ["其部门经手过"]
    assert asked() == {(number, "housing"), (number, "market")}
    assert Matter.objects.get(number=number).asked_department == "market"
    assert queries.page(world.person("zhu"), number) is not None
    with pytest.raises(NotFound):  # the other department's is hidden from those who were not asked
        step(world, open_matter(LAMP, by=world.clerk()).number, "zhu", "sign")


def test_the_list_of_a_department_holds_what_it_was_asked_last(world: World) -> None:
    zhu = world.person("zhu")
    numbers = [open_matter(LAMP, by=world.clerk()).number for _n in range(3)]
    assert queries.open_in(zhu) == []
    for number in numbers:
        step(world, number, "he", "accept")
    step(world, numbers[0], "zhu", "sign")
    step(world, numbers[0], "zhu", "finish")
    step(world, numbers[1], "zhu", "object")
    step(world, numbers[1], "he", "redirect", "market")
    assert [line.number for line in queries.open_in(zhu)] == [numbers[2], numbers[0]]
    assert [line.number for line in queries.inbox(zhu)] == [numbers[2]]
    assert len(queries.open_places(zhu, world.model)) == 2  # their department, and teams they are in


def test_who_reported_is_asked_by_the_department_that_handles_it_now(world: World) -> None:
    number, zhu = open_matter(LAMP, by=world.clerk()).number, world.person("zhu")

    def may() -> bool:
        return access.may_ask_who_reported(zhu, Matter.objects.get(number=number))

    assert not may()
    step(world, number, "he", "accept")
    assert may()
    step(world, number, "zhu", "object")
    step(world, number, "he", "redirect", "market")
    assert not may()


def test_a_department_that_reports_sees_what_it_reported(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk("zhu")).number
    assert asked() == {(number, "housing")}
    assert Matter.objects.get(number=number).asked_department == ""
    assert queries.page(world.person("zhu"), number) is not None


def test_being_asked_again_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the step that asks a department first writes its row."""
    write, sheets = step_writer.write, list[Sheet]()

    def seen(sheet: Sheet, matter: Matter) -> bool:
        sheets.append(sheet)
        return write(sheet, matter)

    monkeypatch.setattr(step_writer, "write", seen)
    number = open_matter(LAMP, by=world.clerk()).number
    for who, move in (("he", "accept"), ("zhu", "sign"), ("zhu", "finish"), ("he", "fail")):
        step(world, number, who, move)
    assert [list(sheet.asked) for sheet in sheets] == [["housing"], [], [], []]
    assert asked() == {(number, "housing")}


def test_an_imported_record_is_open_to_the_departments_of_its_way(world: World) -> None:
    when = FRIDAY - timedelta(days=20)
    ways = {"a": (), "b": ("accept",), "c": ("accept", "sign", "finish")}
    brought = replace(LAMP, late_reason="旧系统", address="溪\u202e东路")
    records = [
        Brought(new_id(), "old", key, brought, when, moves=moves, department="housing")
        for key, moves in ways.items()
    ]
    with transaction.atomic():
        judged = importing.judge(records, by=HOUSE)
        assert judged.refused == {}
        importing.bring(judged.loads)
    assert asked() == {("b", "housing"), ("c", "housing")}
    last = dict(Matter.objects.values_list("number", "asked_department"))
    assert last == {"a": "", "b": "housing", "c": "housing"}
    assert set(Matter.objects.values_list("address", flat=True)) == {"溪东路"}


def test_a_department_at_the_desk_is_the_one_asked_last(world: World) -> None:
    """The list of a department leaves its desk out, because the database holds that one lies in the other."""
    number = open_matter(LAMP, by=world.clerk()).number
    step(world, number, "he", "accept")
    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.filter(number=number).update(asked_department="market")
    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.filter(number=number).update(desk="department:market")
    assert Matter.objects.filter(number=number).update(desk=f"grid_worker@{GRID}", asked_department="") == 1


def test_an_older_house_reads_from_its_ledger_who_was_asked(world: World) -> None:
    numbers = [open_matter(LAMP, by=world.clerk()).number for _n in range(3)]
    step(world, numbers[1], "he", "accept")
    step(world, numbers[2], "he", "accept")
    step(world, numbers[2], "zhu", "object")
    step(world, numbers[2], "he", "redirect", "market")
    step(world, numbers[2], "he", "raise")
    mine = open_matter(CLUTTER, by=world.clerk("zhu")).number
    rows = set(Asked.objects.values_list("matter", "department", "since"))
    last = dict(Matter.objects.values_list("number", "asked_department"))
    Asked.objects.all().delete()
    Matter.objects.filter(number=mine).update(asked_department="")

    import_module("gezhi.matters.migrations.0002_asked").read_who_was_asked(apps, None)

    assert set(Asked.objects.values_list("matter", "department", "since")) == rows
    assert dict(Matter.objects.values_list("number", "asked_department")) == last
    assert asked() == {
        (numbers[1], "housing"),
        (numbers[2], "housing"),
        (numbers[2], "market"),
        (mine, "housing"),
    }
