"""A corner of 柳溪 for tests: a district, a street and two grids, and the posts of a small model."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Instance
from gezhi.people import services
from gezhi.people.services import Appointment
from gezhi.places.models import Unit
from gezhi.rules.model import Department, Model, Post

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
BEGAN = date(2026, 1, 1)
DISTRICT, STREET, GRID, OTHER_GRID = "0001", "00010001", "000100010001", "000100010002"
LEVELS = {4: "district", 8: "street", 12: "grid"}
PASSWORD = "柳溪-绿荫-2026"

MODEL = cast(
    Model,
    SimpleNamespace(
        departments={"housing": Department(id="housing", name="住建局", level="district")},
        posts={
            "grid_worker": Post(id="grid_worker", name="网格员", levels=("grid",), also=("grid_head",)),
            "grid_head": Post(id="grid_head", name="网格长", levels=("grid",), must_be=("cadre",), most=1),
            "cadre": Post(id="cadre", name="社区干部", levels=("street",)),
            "centre": Post(id="centre", name="网格中心", levels=("district",), never_vacant=True, min=2),
            "leader": Post(id="leader", name="区领导", levels=("district",), sees="figures"),
        },
    ),
)


def open_ground(kind: str = "simulation") -> dict[str, UUID]:
    """The instance and its four units; identities by path."""
    Instance.objects.update_or_create(id=1, defaults={"kind": kind})
    identities = {}
    for path, name in ((DISTRICT, "柳溪县"), (STREET, "望湖街道"), (GRID, "一网格"), (OTHER_GRID, "二网格")):
        identity = identities[path] = new_id()
        level = LEVELS[len(path)]
        Unit.objects.create(
            id=new_id(), identity=identity, level=level, path=path, name=name, valid_from=BEGAN
        )
    return identities


def account(sign_in: str, name: str, password: str = "") -> UUID:
    return services.make_account(sign_in, name, password, by=HOUSE, at=NOON)


def seat(who: UUID, post: str, unit: UUID, department: str = "") -> UUID:
    wanted = Appointment(
        account=who, post=post, unit=unit, from_on=BEGAN, note="示例：早就在任", department=department
    )
    return services.appoint(wanted, MODEL, by=HOUSE, at=NOON)
