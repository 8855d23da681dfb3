"""Service points: public, of a unit, told to whoever stands below it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.matters.tests.conftest import world
from gezhi.matters.tests.liuxi import World
from gezhi.places import service_points
from gezhi.places.models import ServicePoint
from gezhi.places.service_points import Point

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def counter(world: World, **more: str) -> Point:
    one = Point(
        world.units["town"], "便民服务中心", "办证", "样本楼一楼", "0000-640-0001", "工作日 8:30–17:30"
    )
    return replace(one, **more)  # type: ignore[arg-type]  # words


def put(one: Point) -> bool:
    return service_points.put(one, by=HOUSE, at=clock.now())


def test_a_point_is_written_once_changed_and_taken_away(world: World) -> None:
    town = world.units["town"]
    assert put(counter(world))
    assert not put(counter(world))
    assert put(counter(world, hours="每天"))
    assert [one.hours for one in service_points.points_of([town])] == ["每天"]
    assert len(ledger.facts_of(town, "point.set")) == 2
    assert service_points.drop(town, "便民服务中心", by=HOUSE, at=clock.now())
    assert not service_points.drop(town, "便民服务中心", by=HOUSE, at=clock.now())
    assert service_points.points_of([town]) == []


def test_the_nearest_units_come_first(world: World) -> None:
    put(counter(world))
    put(counter(world, name="派出所", unit=world.units["grid"]))  # type: ignore[arg-type]  # an id
    names = [one.name for one in service_points.points_of([world.units["grid"], world.units["town"]])]
    assert names == ["派出所", "便民服务中心"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"name": " "}, "point_unnamed"), ({"address": ""}, "point_unnamed"), ({"does": "办" * 121}, "too_long"),
     ({"phone": "打王某"}, "phone_wrong")],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_changes_nothing(world: World, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        put(counter(world, **wrong))
    assert refused.value.code == code
    assert not ServicePoint.objects.exists()


def test_a_unit_has_so_many_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_points, "MOST", 2)
    put(counter(world, name="一"))
    put(counter(world, name="二"))
    with pytest.raises(Refused, match="最多 2 个"):
        put(counter(world, name="三"))
    assert put(counter(world, name="二", hours="每天"))  # one that is there may change
