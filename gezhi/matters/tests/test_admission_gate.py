"""In 江海 a grid is given nothing that was not admitted: by intake, by a step, by a new place, by whoever comes along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.matters import admission_gate, queries, scenes, why
from gezhi.matters.models import Matter
from gezhi.matters.services import importing
from gezhi.matters.services.brought import Brought
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.placing import Where, place
from gezhi.matters.services.reports import Report

from . import ground_plans, jianghai, liuxi
from .admission_lists import OTHERS, ROWS, with_others
from .jianghai import varied
from .liuxi import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def corner(db: None) -> Iterator[World]:
    with clock.fixed(liuxi.FRIDAY):
        yield jianghai.build(model=with_others())
    liuxi.forget()


def opened(corner: World, item: str, **said: object) -> Matter:
    lon, lat = liuxi.INSIDE
    report = Report(text="门口堆了纸箱。", item=item, **({"lon": lon, "lat": lat} | said))  # type: ignore[arg-type]
    return Matter.objects.get(id=open_matter(report, by=corner.clerk()).id)


def step(corner: World, matter: Matter, who: str, move: str) -> Matter:
    at = clock.now()
    take_step(matter.number, move, by=corner.person(who), at=at, given=StepGiven(note="照办。"))
    return Matter.objects.get(id=matter.id)


def passed(matter: Matter) -> str:
    """What the last entry says of whom the search passed over."""
    return Entry.objects.filter(about=matter.id, facts__contains="passed").order_by("id").last().facts  # type: ignore[union-attr]


def test_an_admitted_item_comes_to_the_grid(corner: World) -> None:
    matter = step(corner, opened(corner, "J05"), "he", "accept")
    assert (matter.step, matter.desk) == ("gridwork", f"worker@{liuxi.GRID}")


def test_what_only_a_grid_could_do_is_not_taken_in_without_admission(corner: World) -> None:
    with pytest.raises(Refused, match="申请") as refusal:
        opened(corner, "X1")
    assert (refusal.value.code, refusal.value.field) == ("not_admitted", "item")
    assert not Matter.objects.exists()


def test_what_is_in_no_list_is_told_how_it_may_come_in(corner: World) -> None:
    with pytest.raises(Refused, match="申请") as refusal:
        opened(corner, "J99")
    assert refusal.value.code == "item_unknown"


def test_a_departments_item_outside_the_catalogue_goes_to_the_department(corner: World) -> None:
    """Its row says 格内 = 是, which in the catalogue would bring it to the grid."""
    matter = step(corner, opened(corner, "X2"), "he", "accept")
    assert (matter.step, matter.desk) == ("assigned", "department:housing")


def test_no_grid_verifies_what_was_not_admitted(corner: World) -> None:
    """The model asks the grid worker first; the community is asked, and the reason is written down."""
    matter = step(corner, opened(corner, "X2"), "he", "accept")
    for move in ("sign", "finish"):
        matter = step(corner, matter, "zhu", move)
    assert matter.desk == f"community_secretary@{liuxi.COMMUNITY}"
    assert "worker/not_admitted" in passed(matter)
    told = why.why_routes(scenes.scene_of(matter, clock.now()))[0]
    assert ("专职网格员", "这一项没有准入，不能交给网格") in [(line.about, line.found) for line in told.lines]
    admitted = step(corner, opened(corner, "J07"), "he", "accept")
    assert admitted.desk == "department:labour"


def test_nobody_of_a_grid_takes_a_step_on_what_was_not_admitted(corner: World) -> None:
    """By the model in_grid may be done by the worker of the place, whether asked or not."""
    matter = step(corner, opened(corner, "X3"), "he", "accept")
    assert matter.step == "gridwork"
    with pytest.raises(Refused, match="没有准入"):
        step(corner, matter, "lin", "finish_grid")
    page = queries.page(corner.person("lin"), matter.number)
    assert page is not None
    assert not page.next_moves
    assert {one.code for one in page.not_now} == {"not_admitted"}
    assert step(corner, matter, "tang", "finish_grid").step == "done"


def test_a_grid_takes_the_same_step_on_what_was_admitted(corner: World) -> None:
    matter = step(corner, opened(corner, "J05"), "he", "accept")
    assert step(corner, matter, "lin", "finish_grid").step == "done"


def test_a_new_place_does_not_bring_it_to_a_grid(corner: World) -> None:
    matter = opened(corner, "X2", lon=None, lat=None)
    for who, move in (("he", "accept"), ("zhu", "sign"), ("zhu", "finish")):
        matter = step(corner, matter, who, move)
    assert matter.desk == f"centre@{liuxi.COUNTY}"
    place(matter.number, Where(unit=liuxi.GRID), by=corner.person("he"), at=clock.now(), seen=None)
    assert Matter.objects.get(id=matter.id).desk == f"community_secretary@{liuxi.COMMUNITY}"


def test_a_change_of_the_ground_does_not_bring_it_to_a_grid(corner: World) -> None:
    """Both grids become one. What was admitted is asked of the new grid, what was not of the community."""
    admitted = step(corner, opened(corner, "J05"), "he", "accept")
    other = opened(corner, "X2")
    for who, move in (("he", "accept"), ("zhu", "sign"), ("zhu", "finish")):
        other = step(corner, other, who, move)
    ground_plans.taken(corner, ground_plans.merged(corner))
    ground_plans.first_of_december()
    big = ground_plans.unit_called("桥东大格")
    desks = [Matter.objects.get(id=one.id).desk for one in (admitted, other)]
    assert desks == [f"worker@{big}", f"community_secretary@{liuxi.COMMUNITY}"]


def test_an_imported_record_is_taken_as_it_was_and_asks_no_grid_from_then_on(corner: World) -> None:
    """What happened elsewhere is not judged again, and is marked as imported; who is asked now is asked by the rule."""
    lon, lat = liuxi.INSIDE
    report = Report(
        text="门口堆了纸箱。", item="X1", lon=lon, lat=lat, channel="yuepingan", late_reason="导入"
    )
    record = Brought(
        id=uuid4(),
        source="old",
        key="旧-1",
        report=report,
        at=clock.now() - timedelta(days=2),
        moves=("accept",),
    )
    with transaction.atomic():
        judged = importing.judge([record], by=HOUSE)
        assert judged.refused == {}
        importing.bring(judged.loads)
    matter = Matter.objects.get()
    assert (matter.origin, matter.step) == ("import", "gridwork")
    assert matter.desk == f"community_secretary@{liuxi.COMMUNITY}"


def test_which_levels_are_grids_and_which_lists_are_open_to_them() -> None:
    model = with_others()
    assert admission_gate.grid_levels(model) == {"grid", "unit"}
    assert admission_gate.gated(model) == {"admitted"}
    assert [code for code in ROWS if admission_gate.only_for_a_grid(model, model.items[code])] == ["X1"]


def test_a_list_marked_as_gate_is_open_to_grids_beside_the_admitted_one() -> None:
    model = varied(rows=ROWS, catalogue={"extra": {**OTHERS["extra"], "gate": True}})
    assert admission_gate.gated(model) == {"admitted", "extra"}
    assert not any(admission_gate.only_for_a_grid(model, item) for item in model.items.values())


def test_a_model_without_admission_shuts_nothing() -> None:
    model = liuxi.nanling()
    assert all(admission_gate.admits(model, item) for item in model.items.values())
    assert all(admission_gate.in_grid(model, item) is item.in_grid for item in model.items.values())
