"""A corner of 柳溪 in which a matter can go its whole way: one town, one community, two grids, and their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from django.db.models.sql import InsertQuery

from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.models import Entry, Instance
from gezhi.matters import editions
from gezhi.matters.models import Edition
from gezhi.matters.services.editions import adopt
from gezhi.people import queries as people
from gezhi.people import services as staff
from gezhi.people.models import Account
from gezhi.people.queries import Person
from gezhi.places.models import Unit
from gezhi.places.services import Levels, UnitRow, plant_tree
from gezhi.promises.services import put_calendar
from gezhi.rules import load, seed
from gezhi.rules.model import Model

FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # Friday 17:30 in Shanghai
BEGAN = date(2026, 1, 1)
COUNTY, TOWN, COMMUNITY, GRID, OTHER = (
    "0001",
    "00010001",
    "000100010001",
    "0001000100010001",
    "0001000100010002",
)
INSIDE = (118.205, 30.505)  # in the first grid
BESIDE = (118.215, 30.505)  # in the second

SEATS = (
    ("he", "何样本", "centre", "county", ""),
    ("wu", "吴样本", "centre", "county", ""),
    ("tang", "汤样本", "town_desk", "town", ""),
    ("qiao", "乔样本", "cadre", "community", ""),
    ("qiao", "乔样本", "grid_head", "grid", ""),
    ("lin", "林样本", "grid_worker", "grid", ""),
    ("song", "宋样本", "grid_worker", "other", ""),
    ("zhu", "朱样本", "department", "county", "housing"),
)


@dataclass(frozen=True)
class World:
    """The corner, a test's own."""

    model: Model
    units: dict[str, UUID]
    accounts: dict[str, UUID]

    def person(self, name: str) -> Person:
        """Somebody with today's seats."""
        found = people.person(self.accounts[name], clock.now().date())
        assert found is not None
        return found

    def clerk(self, name: str = "he") -> Actor:
        """Somebody acting from their first seat."""
        person = self.person(name)
        return person.acting(person.terms[0])


def square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@cache
def nanling() -> Model:
    """The model, read once for a process."""
    return load.named("nanling")


@cache
def _season() -> list[tuple[date, str, str, str]]:
    """The calendar from autumn to new year: all that these tests count on."""
    return [row for row in seed.days(2026, 2027) if date(2026, 9, 1) <= row[0] < date(2027, 3, 1)]


Insert = tuple[str, Any]  # a statement and its values
_made: dict[str, tuple[World, list[Insert]]] = {}


def build(kind: str = "simulation") -> World:
    """The corner. The services build it for the first test of a process; then its rows are put back as they wrote
    them, by statements composed once. Where something stands already, the services build."""
    forget()
    if any(model.objects.exists() for model in (Account, Edition, Entry, Unit)):
        return _built(kind)
    if kind not in _made:
        world = _built(kind)
        _made[kind] = world, _inserts()
    else:
        world, inserts = _made[kind]
        Instance.objects.update_or_create(id=1, defaults={"kind": kind})
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            for statement, values in inserts:
                cursor.execute(statement, values)
        instance.bump()
    return World(world.model, dict(world.units), dict(world.accounts))


def _inserts() -> list[Insert]:
    """What puts every row that stands now back into empty tables."""
    found: list[Insert] = []
    for table in apps.get_models():
        rows = list(table._base_manager.all()) if table.__module__.startswith("gezhi.") else []
        if rows and table is not Instance:
            query = InsertQuery(table)
            query.insert_values(table._meta.concrete_fields, rows, raw=True)
            found += query.get_compiler(connection=connection).as_sql()
    return found


def _built(kind: str) -> World:
    """Open the instance, adopt the Nanling model, plant the ground, seat the people."""
    Instance.objects.update_or_create(id=1, defaults={"kind": kind})
    with clock.fixed(FRIDAY):
        put_calendar(_season())
        model = adopt(nanling(), by=HOUSE, at=FRIDAY)
        units = _ground(model)
        accounts: dict[str, UUID] = {}
        for sign_in, name, post, place, department in SEATS:
            if sign_in not in accounts:
                accounts[sign_in] = staff.make_account(sign_in, name, "", by=HOUSE, at=FRIDAY)
            wanted = staff.Appointment(
                account=accounts[sign_in],
                post=post,
                unit=units[place],
                from_on=BEGAN,
                note="示例：早就在任",
                department=department,
            )
            staff.appoint(wanted, model, by=HOUSE, at=FRIDAY)
    return World(model, units, accounts)


def _ground(model: Model) -> dict[str, UUID]:
    rows = [
        UnitRow("county", "", "county", "柳溪县", square(118.2, 30.5, 118.22, 30.51), short="柳"),
        UnitRow("town", "county", "town", "望湖街道", square(118.2, 30.5, 118.22, 30.51), short="柳望"),
        UnitRow("community", "town", "community", "桥东社区", square(118.2, 30.5, 118.22, 30.51)),
        UnitRow("grid", "community", "grid", "桥东 01 格", square(118.2, 30.5, 118.21, 30.51)),
        UnitRow("other", "community", "grid", "桥东 02 格", square(118.21, 30.5, 118.22, 30.51)),
    ]
    levels = Levels({level.id: level.under for level in model.levels.values()})
    return plant_tree(rows, levels, on=BEGAN, by=HOUSE, at=FRIDAY).identities


def forget() -> None:
    """Drop everything this process keeps in memory of an instance."""
    from gezhi.places import queries as places

    instance.forget()
    editions.forget()
    people.forget()
    places.forget()
