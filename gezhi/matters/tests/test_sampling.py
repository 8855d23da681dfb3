"""Small matters of the grid: some are drawn and looked at from elsewhere, the rest ends as solved and not verified."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import override_settings

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters import access, ahead, sampling, scenes
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import BEGAN, FRIDAY, INSIDE, OTHER, TOWN, World
from gezhi.matters.tests.test_path import stands, step
from gezhi.notify import services as notify
from gezhi.notify.models import Message
from gezhi.people import services as staff

PARKING = Report(text="车停在人行道上。", item="N13", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")


def finished(world: World) -> str:
    """A small matter that the grid's worker has just done."""
    number = open_matter(PARKING, by=world.clerk()).number
    step(world, number, "he", "accept")
    with pytest.raises(Refused) as refused:
        step(world, number, "lin", "finish_grid", "已请车主挪车。")
    assert "按比例抽查" in refused.value.reason
    step(world, number, "lin", "finish_low", "已请车主挪车。")
    return number


def head_beside(world: World) -> None:
    """Somebody who heads the grid beside."""
    account = staff.make_account("mei", "梅样本", "", by=HOUSE, at=FRIDAY)
    for post, place in (("cadre", "community"), ("grid_head", "other")):
        wanted = staff.Appointment(
            account=account, post=post, unit=world.units[place], from_on=BEGAN, note="示例：早就在任"
        )
        staff.appoint(wanted, world.model, by=HOUSE, at=FRIDAY)
    world.accounts["mei"] = account


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Decide how the draw falls."""
    return monkeypatch


def test_what_is_not_drawn_ends_as_not_verified(world: World, draw: pytest.MonkeyPatch) -> None:
    draw.setattr(sampling, "drawn", lambda _matter, _share: False)
    row = Matter.objects.get(number=finished(world))
    assert (row.step, row.closing, row.desk) == ("unverified", "unverified", "")
    assert row.ended_at is not None


@pytest.mark.parametrize("falls", [True, False])
def test_nobody_learns_beforehand_how_the_draw_falls(
    world: World, draw: pytest.MonkeyPatch, *, falls: bool
) -> None:
    draw.setattr(sampling, "drawn", lambda _matter, _share: falls)
    number = open_matter(PARKING, by=world.clerk()).number
    step(world, number, "he", "accept")
    scene = scenes.scene_of(Matter.objects.get(number=number), clock.now())
    told = ahead.after(scene, scene.flow.move["finish_low"], world.accounts["lin"])
    assert told == ahead.After("spot", "", drawn=True)


def test_what_is_drawn_is_looked_at_by_another_grid(world: World, draw: pytest.MonkeyPatch) -> None:
    draw.setattr(sampling, "drawn", lambda _matter, _share: True)
    head_beside(world)
    number = finished(world)
    assert stands(number) == ("spot", f"grid_head@{OTHER}")
    assert access.matter_for(world.person("mei"), number)
    with pytest.raises(Refused):
        step(world, number, "qiao", "pass_spot", "看过。")  # the head of its own grid
    step(world, number, "mei", "pass_spot", "去看过，车已挪走。")
    assert stands(number)[0] == "checked"


def test_without_another_grid_the_town_looks(world: World, draw: pytest.MonkeyPatch) -> None:
    draw.setattr(sampling, "drawn", lambda _matter, _share: True)
    number = finished(world)
    assert stands(number) == ("spot", f"town_desk@{TOWN}")
    step(world, number, "tang", "fail_spot", "还停着一辆。")
    assert stands(number)[0] == "gridwork"


def test_the_reporter_hears_how_it_ended(world: World, draw: pytest.MonkeyPatch) -> None:
    draw.setattr(sampling, "drawn", lambda _matter, _share: False)
    named = Report(
        text="车停在人行道上。",
        item="N13",
        lon=INSIDE[0],
        lat=INSIDE[1],
        name="样本居民",
        contact="13800000000",
    )
    number = open_matter(named, by=world.clerk()).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "finish_low", "已请车主挪车。")
    notify.hear(at=clock.now())
    assert Message.objects.filter(telling="unverified").exists()


def test_a_share_is_drawn_and_nobody_without_the_secret_can_tell_which() -> None:
    ids = [uuid4().hex for _ in range(4000)]
    held = [one for one in ids if sampling.drawn(one, "10%")]
    assert 300 < len(held) < 500
    assert [one for one in ids if sampling.drawn(one, "10%")] == held
    assert all(sampling.drawn(one, "100%") for one in ids)
    with override_settings(SECRET_KEY="another"):
        assert len(set(held) & {one for one in ids if sampling.drawn(one, "10%")}) < 120


def test_units_are_drawn_for_each_matter_anew() -> None:
    paths = [f"0001{n:04d}" for n in range(5)]
    seen = {sampling.first_drawn(uuid4().hex, paths) for _ in range(200)}
    assert seen == set(paths)
    assert sampling.first_drawn("x", []) == ""
