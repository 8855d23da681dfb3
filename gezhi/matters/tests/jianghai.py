"""A corner of 柳溪 under the model of 江海, which has an admission: its people, and texts of the model to vary."""

from __future__ import annotations

from datetime import date
from functools import cache
from uuid import UUID

from django.apps import apps
from django.db.models import Model as Row

from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry, Instance
from gezhi.matters.models import Edition
from gezhi.matters.services.editions import adopt
from gezhi.people import services as staff
from gezhi.people.models import Account
from gezhi.places.models import Unit
from gezhi.places.services import Levels, UnitRow, plant_tree
from gezhi.promises.services import put_calendar
from gezhi.rules import load, seed
from gezhi.rules.model import Model
from gezhi.rules.texts import read, texts_of
from gezhi.rules.writing import Rows, Tree, parts_of

from . import liuxi
from .liuxi import BEGAN, FRIDAY, World

SEATS = (
    ("he", "何样本", "centre", "district", ""),
    ("wu", "吴样本", "centre", "district", ""),
    ("tang", "汤样本", "street_office", "street", ""),
    ("qiao", "乔样本", "community_secretary", "community", ""),
    ("lin", "林样本", "worker", "grid", ""),
    ("song", "宋样本", "worker", "other", ""),
    ("mei", "梅样本", "department", "district", "civil"),
    ("an", "安样本", "department", "district", "civil"),
    ("zhu", "朱样本", "department", "district", "housing"),
    ("lu", "陆样本", "system_admin", "district", ""),
    ("bai", "白样本", "system_admin", "district", ""),
    ("kong", "孔样本", "security_admin", "district", ""),
)


@cache
def jianghai() -> Model:
    """The model, read once for a process."""
    return load.named("jianghai")


def varied(*, rows: Rows | None = None, catalogue: dict[str, object] | None = None) -> Model:
    """The model with more rows of its lists and more lists."""
    tables, items = parts_of(jianghai())
    fresh: Tree = {**tables, "catalogue": {**tables["catalogue"], **(catalogue or {})}}
    return read(texts_of(fresh, {**items, **(rows or {})})).model


_made: dict[str, tuple[World, list[list[Row]]]] = {}


def build(kind: str = "live", model: Model | None = None) -> World:
    """The corner under this model, else that of 江海 as it is published, whose rows are put back once they were made."""
    liuxi.forget()
    if model is not None or any(m.objects.exists() for m in (Account, Edition, Entry, Unit)):
        return _built(kind, model or jianghai())
    if kind not in _made:
        world = _built(kind, jianghai())
        tables = [m for m in apps.get_models() if m.__module__.startswith("gezhi.") and m is not Instance]
        _made[kind] = world, [rows for m in tables if (rows := list(m._base_manager.all()))]
    else:
        world, kept = _made[kind]
        Instance.objects.update_or_create(id=1, defaults={"kind": kind})
        for rows in kept:
            type(rows[0])._base_manager.bulk_create(rows)
        instance.bump()
    return World(world.model, dict(world.units), dict(world.accounts))


def _built(kind: str, wanted: Model) -> World:
    Instance.objects.update_or_create(id=1, defaults={"kind": kind})
    with clock.fixed(FRIDAY):
        days = [row for row in seed.days(2026, 2027) if date(2026, 9, 1) <= row[0] < date(2027, 3, 1)]
        put_calendar(days)
        model = adopt(wanted, by=HOUSE, at=FRIDAY)
        units = _ground(model)
        accounts: dict[str, UUID] = {}
        for sign_in, name, post, place, department in SEATS:
            accounts[sign_in] = staff.make_account(sign_in, name, "", by=HOUSE, at=FRIDAY)
            seat(World(model, units, accounts), sign_in, post, place, department)
    return World(model, units, accounts)


def seat(world: World, name: str, post: str, place: str, department: str = "") -> None:
    """Appoint somebody to one more seat."""
    wanted = staff.Appointment(
        account=world.accounts[name],
        post=post,
        unit=world.units[place],
        from_on=FRIDAY.date(),
        department=department,
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=FRIDAY)


def _ground(model: Model) -> dict[str, UUID]:
    whole, west = liuxi.square(118.2, 30.5, 118.22, 30.51), liuxi.square(118.2, 30.5, 118.21, 30.51)
    rows = [
        UnitRow("district", "", "district", "柳溪区", whole, short="柳"),
        UnitRow("street", "district", "street", "望湖街道", whole, short="柳望"),
        UnitRow("community", "street", "community", "桥东社区", whole),
        UnitRow("grid", "community", "grid", "桥东 01 格", west),
        UnitRow("other", "community", "grid", "桥东 02 格", liuxi.square(118.21, 30.5, 118.22, 30.51)),
        UnitRow("house", "grid", "unit", "桥东 1 号楼", west),
    ]
    levels = Levels({level.id: level.under for level in model.levels.values()})
    return plant_tree(rows, levels, on=BEGAN, by=HOUSE, at=FRIDAY).identities
