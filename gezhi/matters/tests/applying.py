"""Applications for admission as tests write them: whole, and then varied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from gezhi.ledger import clock
from gezhi.matters import drafts
from gezhi.matters.drafts import Draft
from gezhi.matters.models import Application, Batch
from gezhi.matters.services import admitting, admitting_batches
from gezhi.matters.services.admitting import Wanted

from .liuxi import World

MONDAY = date(2026, 11, 23)
WHOLE = Wanted(
    admission="items",
    name="独居老人上门看望",
    english="Visits to elderly people who live alone",
    category="民生",
    handler="worker",
    grade="ordinary",
    length="3工作日",
    evidence="文字",
    task="按自愿登记的名单上门，问一问身体和用火用电，记一句话。",
    law="居家养老服务条例第十二条",
    money="不另用钱，走访补贴已在网格经费里。",
    training="民政所教半天，每年一回。",
    load=400,
    per_grid=Decimal("3.0"),
)
GOOD = dict.fromkeys(("basis", "money", "training", "load"), (True, "写得清楚，接得住。"))
GOES = Wanted(
    admission="items",
    leaves=True,
    code="J02",
    law="反诈中心自己来做。",
    task="反诈中心接，下月一日起。",
    money="没有随它来的钱。",
)
LET_GO = dict.fromkeys(("basis", "after", "money"), (True, "有人接，不用网格再办。"))
POOR = GOOD | {"load": (False, "一个网格每月三十件，接不住。")}


def begun(world: World, by: str = "mei", **said: object) -> Application:
    wanted = replace(WHOLE, **said)  # type: ignore[arg-type]  # test shorthand
    return admitting.begin_application(wanted, id=uuid4(), by=world.clerk(by), at=clock.now())


def sent(world: World, by: str = "mei", **said: object) -> Application:
    return admitting.send_application(begun(world, by, **said), by=world.clerk(by), at=clock.now())


def admitted(world: World, by: str = "mei", reviewer: str = "he", **said: object) -> Application:
    row = sent(world, by, **said)
    return admitting.decide_application(row, GOOD, admit=True, by=world.clerk(reviewer), at=clock.now())


def batch(world: World, *rows: Application, by: str = "he", name: str = "第三批") -> Batch:
    return admitting_batches.make_batch(
        "items", name, MONDAY, ids(rows), id=uuid4(), by=world.clerk(by), at=clock.now()
    )


def drafted(world: World, *rows: Application) -> Draft:
    return admitting_batches.write_draft(batch(world, *rows), by=world.clerk("he"), at=clock.now())


def ids(rows: tuple[Application, ...] | list[Application]) -> list[UUID]:
    return [one.id for one in rows]


def again(row: Application) -> Application:
    return Application.objects.get(id=row.id)


def batch_again(row: Batch) -> Batch:
    return Batch.objects.get(id=row.id)


def in_work() -> Draft:
    found = drafts.in_work(clock.today())
    assert found is not None
    return found
