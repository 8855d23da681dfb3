"""What somebody sees who comes for the first time: what waits elsewhere, who agrees to a look, the seats in their order."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from gezhi.desk.frame import frame_of
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.models import Matter
from gezhi.matters.services import asking_rights
from gezhi.matters.services.asking_rights import RightWanted
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.people import services as staff

from .conftest import Sit

pytestmark = pytest.mark.django_db


def reported(world: World, **more: object) -> Matter:
    lon, lat = liuxi.INSIDE
    told = {"lon": lon, "lat": lat, "name": "样本居民", "contact": "13800138000"} | more
    report = Report(text="楼道堆了纸箱。", item="N01", reporting="confidential", **told)  # type: ignore[arg-type]
    return Matter.objects.get(number=open_matter(report, by=world.clerk()).number)


def test_the_first_page_points_to_what_waits_behind_another_door(world: World, sit: Sit) -> None:
    world.accounts["luo"] = staff.make_account("luo", "骆样本", "", by=HOUSE, at=clock.now())
    wanted = staff.Appointment(
        account=world.accounts["luo"],
        post="privacy_officer",
        unit=world.units["county"],
        from_on=liuxi.BEGAN,
        note="早就在任",
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())
    matter = reported(world)
    luo, there = sit("luo"), reverse("desk:rights")

    def main() -> str:
        page = luo.get("/desk").content.decode().split("<main", 1)[1].split("</main", 1)[0]
        return re.sub(r"\s+", " ", page)

    assert "没有等我的事" in main()
    assert there not in main()
    asking_rights.ask_own(matter.id, RightWanted(uuid4(), "access", "想知道谁看过。"), at=clock.now())
    shown = main()
    assert f'<a href="{there}">权利请求</a> 1 件等着' in shown
    assert "没有等我的事" not in shown
    assert "没有等我办的事项" in shown


def test_who_must_agree_to_a_look_is_said_as_it_is(world: World, sit: Sit) -> None:
    he = sit("he")
    for matter, said in (
        (reported(world), "岗位须在这件所在的单元之上"),
        (reported(world, lon=None, lat=None), "要由这一级岗位上的另一个人同意"),
    ):
        address = f"/desk/m/{matter.number}/reporter"
        shown = he.post(address, {"purpose": "verify_report"}, follow=True).content.decode()
        assert said in shown, matter.path


def test_the_seats_go_from_the_top_down_and_departments_come_last(world: World) -> None:
    frame = frame_of(world.person("lin"), clock.now())
    assert [level for level, _chairs in frame.seats] == ["县", "镇", "社区", "网格", "部门"]
