"""Several chains in one model: 网格 under 社区 here and under 园区 there, from the workbook to a matter raised to the top."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from gezhi.exchange import workbook_plan, workbook_write
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import FRIDAY, square
from gezhi.people import auditing
from gezhi.people import queries as people
from gezhi.people.models import Term
from gezhi.people.queries import Person
from gezhi.places import geometry
from gezhi.places import queries as places
from gezhi.places.audit import Drawn, audited
from gezhi.places.changes import Move
from gezhi.places.growing import grown, wishes_of
from gezhi.places.models import Lineage, Unit
from gezhi.places.services import adopt_plan, levels_of, plant_tree
from gezhi.promises.services import put_calendar
from gezhi.rules import seed

from .chains import two_chains
from .test_workbook import cells, edited, example, looked, opened, today, told

PARK_GRID, COMMUNITY_GRID = "LX-P01-01", "LX-T01-01-01"


@pytest.fixture
def friday(db: None) -> Iterator[None]:
    instance.open_instance("live")
    with clock.fixed(FRIDAY):
        put_calendar(list(seed.days(2026, 2027)))
        yield


@pytest.fixture
def district(friday: None) -> None:
    opened(two_chains())


def unit(code: str) -> Any:
    return next(one for one in places.tree(today()).by_path.values() if one.code == code)


def somebody(post: str, code: str) -> Person:
    """Whoever holds the post at the unit."""
    term = Term.objects.filter(post=post, unit=unit(code).identity, to_on=None).first()
    assert term is not None, (post, code)
    found = people.person(term.account_id, today())
    assert found is not None
    return found


def nobody(post: str, code: str) -> None:
    """The post falls vacant."""
    assert Term.objects.filter(post=post, unit=unit(code).identity).delete()[0]
    instance.bump()


def test_the_model_is_proved_on_each_chain() -> None:
    assert two_chains().chains == (("county", "town", "community", "grid"), ("county", "park", "grid"))


def test_the_workbook_opens_both_chains_and_again_changes_nothing(district: None) -> None:
    stands = places.tree(today()).by_path.values()

    assert Counter(one.level for one in stands) == {
        "county": 1,
        "town": 2,
        "park": 2,
        "community": 4,
        "grid": 12,
    }
    above = Counter(
        places.tree(today()).by_path[one.path[:-4]].level for one in stands if one.level == "grid"
    )
    assert above == {"community": 8, "park": 4}
    assert unit(PARK_GRID).names[-2:] == ("桥东园区", "桥东01网格")
    assert unit(COMMUNITY_GRID).names[-2:] == ("柳岸社区", "柳岸01网格")
    assert looked(example(two_chains()), two_chains(), two_chains()).empty


def test_the_workbook_says_under_what_each_level_may_stand() -> None:
    book = load_workbook(io.BytesIO(example(two_chains())))
    said = {row[0].value: row[1].value for row in book["说明"].iter_rows(max_col=2)}

    assert said["网格"] == "放在社区或园区下面。"
    assert said["园区"] == "放在县下面。"
    assert said["县"].startswith("最上一级")


def test_a_unit_under_the_wrong_level_is_red_and_told_every_level_that_is_right(friday: None) -> None:
    body = example(two_chains(), cells("单元", D11="LX-T01"))
    plan = looked(body, two_chains())
    said = "“网格”可以放在“社区、园区”下面，不能放在“镇”下面。"

    assert told(plan) == {("units", 11, 4): said}
    page = load_workbook(io.BytesIO(workbook_write.with_faults(body, plan.read)))["单元"]
    assert page["D11"].fill.fgColor.rgb == workbook_write.RED
    assert said in page["D11"].comment.text
    right = looked(edited(body, cells("单元", D11="LX-T01-01", B11="柳岸09网格")), two_chains())
    assert right.may


def test_a_grid_goes_from_a_community_into_a_park_with_its_people_and_back(district: None) -> None:
    worker, levels = somebody("grid_worker", COMMUNITY_GRID), levels_of(two_chains())
    moved = edited(example(two_chains()), _parent(COMMUNITY_GRID, "LX-P01"))
    later = today() + timedelta(days=1)

    plan = looked(moved, two_chains(), two_chains(), on=later)
    assert plan.may, plan.read.faults
    workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())

    with clock.fixed(FRIDAY + timedelta(days=1)):
        assert unit(COMMUNITY_GRID).names == ("柳溪县", "桥东园区", "柳岸01网格")
        assert somebody("grid_worker", COMMUNITY_GRID).account == worker.account
        back = [Move(unit=unit(COMMUNITY_GRID).identity, under=unit("LX-T01-01").identity)]
        adopt_plan(back, levels, on=today() + timedelta(days=1), by=HOUSE, at=clock.now())
    with clock.fixed(FRIDAY + timedelta(days=2)):
        assert unit(COMMUNITY_GRID).names[-2] == "柳岸社区"


def _parent(code: str, above: str) -> Any:
    def edit(book: Any) -> None:
        for row in book["单元"].iter_rows(min_row=2):
            if row[0].value == code:
                row[3].value = above

    return edit


def test_ground_that_goes_into_another_chain_is_ceded_by_every_level_it_leaves(district: None) -> None:
    draw = {"LX": (0, 0, 4, 4), "LX-T01": (0, 0, 2, 4), "LX-T01-01": (0, 0, 2, 2),
            COMMUNITY_GRID: (0, 0, 2, 1), "LX-P01": (2, 0, 4, 2)}  # fmt: skip
    for code, corners in draw.items():
        box = [base + side / 1000 for base, side in zip((118, 31) * 2, corners, strict=True)]
        Unit.objects.filter(code=code).update(border=geometry.to_wkb(geometry.read_border(square(*box))))
    instance.bump()
    names = {one.identity: one.name for one in places.tree(today()).by_path.values()}
    change = Move(unit=unit(COMMUNITY_GRID).identity, under=unit("LX-P01").identity)

    adopt_plan([change], levels_of(two_chains()), on=today() + timedelta(days=1), by=HOUSE, at=clock.now())

    links = {
        (names[row.before], names[row.after]): round(row.part / row.whole, 2)
        for row in Lineage.objects.all()
        if row.part and row.whole
    }
    assert links == {("柳岸社区", "桥东园区"): 0.5, ("望湖镇", "桥东园区"): 0.25}


def test_a_matter_in_the_short_chain_is_asked_and_raised_up_that_chain(district: None) -> None:
    """Worker, then 园区 (no 镇 lies there), then the centre; command goes 网格 → 园区 → 县 and no further."""
    grid, park, county = (unit(code).path for code in (PARK_GRID, "LX-P01", "LX"))
    centre, cadre = somebody("centre", "LX"), somebody("cadre", "LX-P01")
    seat = next(one for one in centre.terms if one.post == "centre")
    report = Report(text="厂房通道堆了纸箱。", item="N01", unit=grid, reporting="anonymous")

    def step(number: str, move: str, by: Person) -> Matter:
        take_step(number, move, by=by, at=clock.now(), given=StepGiven(note="看过了。"))
        return Matter.objects.get(number=number)

    first = open_matter(report, by=centre.acting(seat)).number
    assert step(first, "accept", centre).desk == f"grid_worker@{grid}"
    assert step(first, "raise", cadre).command == park
    assert step(first, "raise", cadre).command == county
    assert step(first, "raise", cadre).command == county
    nobody("grid_worker", PARK_GRID)
    second = open_matter(report, by=centre.acting(seat)).number
    assert step(second, "accept", centre).desk == f"cadre@{park}"
    nobody("cadre", "LX-P01")
    third = open_matter(report, by=centre.acting(seat)).number
    assert step(third, "accept", centre).desk == f"centre@{county}"


def test_the_audit_counts_the_grids_of_both_chains(district: None) -> None:
    lines = auditing.audit(two_chains(), places.tree(today()), people.roster(today()), today())
    workers = next(one for one in lines if one.what == "grid_worker")
    assert (workers.units, workers.required, workers.present, workers.whole) == (12, 12, 12, True)

    nobody("grid_worker", PARK_GRID)
    lines = auditing.audit(two_chains(), places.tree(today()), people.roster(today()), today())
    workers = next(one for one in lines if one.what == "grid_worker")
    assert [gap.names[-2:] for gap in workers.short] == [("桥东园区", "桥东01网格")]


def test_an_invented_ground_grows_along_both_chains_with_the_stated_counts(friday: None) -> None:
    wishes, _nets, left_open = wishes_of(two_chains())
    made = grown(wishes)

    assert Counter(row.level for row in made.units) == {wish.level: wish.count for wish in wishes}
    assert left_open == ["town"]
    assert len({row.code for row in made.units}) == len({row.name for row in made.units}) == len(made.units)
    drawn = [
        Drawn(row.key, row.parent, row.level, row.name, geometry.from_wkb(row.border))
        for row in made.units
        if isinstance(row.border, bytes)
    ]
    assert audited(drawn) == []
    planted = plant_tree(made.units, levels_of(two_chains()), on=today(), by=HOUSE, at=clock.now())
    above = Counter(row.parent.partition("-")[0] for row in made.units if row.level == "grid")
    assert above["park"] > 0
    assert above["community"] + above["park"] == 211
    assert len(planted.paths) == len(made.units)
