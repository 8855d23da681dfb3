"""Each of the five published systems runs: where every other post is vacant, the two at the root carry a matter through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Instance
from gezhi.matters.models import Matter
from gezhi.matters.services.editions import adopt
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.people import queries as people
from gezhi.people import services as staff
from gezhi.people.queries import Person
from gezhi.places.services import Levels, UnitRow, plant_tree
from gezhi.promises.services import put_calendar
from gezhi.rules import seed
from gezhi.rules.load import named
from gezhi.rules.model import Item, Model

from . import liuxi

FIVE = ("guangming", "guangming-2023", "guanlan", "jianghai", "nanling")
GROUND = liuxi.square(118.2, 30.5, 118.22, 30.51)


def planted(model: Model) -> UUID:
    """One unit of each level, one inside the other; the identity of the root."""
    way = model.chains[0]
    above = ("", *way)
    rows = [
        UnitRow(level, above[n], level, f"柳溪{model.levels[level].name}", GROUND, short="柳")
        for n, level in enumerate(way)
    ]
    levels = Levels({level.id: level.under for level in model.levels.values()})
    return plant_tree(rows, levels, on=liuxi.BEGAN, by=HOUSE, at=liuxi.FRIDAY).identities[way[0]]


def two_at_the_root(model: Model) -> list[Person]:
    """Nobody but the least number that the model asks for, in the one post that may not be vacant."""
    root = planted(model)
    post = next(post for post in model.posts.values() if post.never_vacant)
    assert post.min == 2
    found = []
    for sign_in, name in (("he", "何样本"), ("wu", "吴样本")):
        account = staff.make_account(sign_in, name, "", by=HOUSE, at=liuxi.FRIDAY)
        seat = staff.Appointment(
            account=account,
            post=post.id,
            unit=root,
            from_on=liuxi.BEGAN,
            note="示例：早就在任",
            department="",
        )
        staff.appoint(seat, model, by=HOUSE, at=liuxi.FRIDAY)
        person = people.person(account, clock.now().date())
        assert person is not None
        found.append(person)
    return found


@contextmanager
def adopted(name: str) -> Iterator[Model]:
    """On a Friday afternoon, a shipped model in an instance that has a calendar and nothing else."""
    liuxi.forget()
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})
    instance.forget()
    with clock.fixed(liuxi.FRIDAY):
        put_calendar(seed.days(2026, 2027))
        yield adopt(named(name), by=HOUSE, at=liuxi.FRIDAY)
    liuxi.forget()


@pytest.fixture(params=FIVE)
def system(request: pytest.FixtureRequest, db: None) -> Iterator[tuple[Model, list[Person]]]:
    with adopted(request.param) as model:
        yield model, two_at_the_root(model)


def first_of_the_grid(model: Model) -> Item:
    """An item that a grid solves and that asks for no photo."""
    return next(
        item
        for item in model.items.values()
        if item.flow == "main" and item.in_grid and not item.low and item.evidence in ("文字", "可选", "无")
    )


def test_two_at_the_root_carry_a_matter_to_its_end_and_neither_alone(
    system: tuple[Model, list[Person]],
) -> None:
    model, (one, other) = system
    report = Report(text="门口堆了纸箱。", item=first_of_the_grid(model).code, lon=118.205, lat=30.505)
    number = open_matter(report, by=one.acting(one.terms[0])).number

    def step(who: Person, move: str) -> None:
        take_step(number, move, by=who, at=clock.now(), given=StepGiven(note="照办。"))

    step(one, "accept")
    step(one, "finish_grid")
    with pytest.raises(Refused, match="经手"):
        step(one, "pass")
    step(other, "pass")
    step(one, "answer")
    step(other, "close_early")

    row = Matter.objects.get(number=number)
    assert (row.step, row.closing, row.desk) == ("closed", "solved", "")
    assert row.model == model.version
