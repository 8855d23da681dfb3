"""为什么 and the forms: what they say must be true of the day, of the grid and of who is asked."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters import queries, why
from gezhi.matters.models import Matter
from gezhi.matters.services.recounting import recount
from gezhi.matters.tests import liuxi
from gezhi.promises import calendars
from gezhi.promises.models import Promise

from .conftest import Sit
from .test_desk import opened_at, report
from .test_matter_page import WAY, read, walked

pytestmark = pytest.mark.django_db
MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


def due_page(sit: Sit, address: str, name: str) -> str:
    matter = Matter.objects.get(number=address.rsplit("/", 1)[1])
    promise = Promise.objects.filter(about=matter.id, name=name).latest("made_at")
    return read(sit("he"), f"{address}/why/due/{promise.id}")


def local(day: date, kind: str, reason: str) -> None:
    """A day of the district's own, as `gezhi calendar rest|work` writes it."""
    calendars.change([(day, kind, "official", reason)], by=HOUSE, at=clock.now())
    while recount(at=clock.now() + calendars.SETTLES):
        pass


def test_a_local_day_of_rest_is_named_so_with_its_reason_and_the_foot_is_true(
    world: liuxi.World, sit: Sit
) -> None:
    address = walked(world, *WAY[:1])  # accepted on Friday: three working days from Monday on
    before = due_page(sit, address, "finish")
    assert "只有停表、批准延期或工作日历变了才重算" in before
    assert "本地休" not in before
    with clock.fixed(liuxi.FRIDAY + timedelta(hours=1)):
        local(MONDAY, "rest", "暴雪停工")
        local(SATURDAY, "makeup", "补暴雪停工一天")
        page = due_page(sit, address, "finish")
    cells = dict(re.findall(r"<b>(\d+-\d+)</b><small>([^<]*)</small>", page))
    assert (cells["11-23"], cells["11-22"]) == ("本地休", "周末")
    assert "11-23 周一 本地休息日：暴雪停工" in page
    assert "不数：周末、假日与本地休息日" in page
    assert "工作日历变过：原来到" in page
    assert "工作日历变了，重算过，原来和现在的到期日都记在账本里。" in page
    assert "只有停表、批准延期或工作日历变了才重算" not in page


def test_make_up_days_and_holidays_are_named_by_their_notice(world: liuxi.World, sit: Sit) -> None:
    with clock.fixed(datetime(2026, 11, 27, 9, 30, tzinfo=liuxi.FRIDAY.tzinfo)):
        local(SATURDAY, "makeup", "补休调整")
        local(date(2026, 11, 30), "holiday", "本县放假通知")
        page = due_page(sit, walked(world, *WAY[:1]), "finish")
    cells = dict(re.findall(r"<b>(\d+-\d+)</b><small>([^<]*)</small>", page))
    assert (cells["11-28"], cells["11-29"], cells["11-30"]) == ("补班", "周末", "假日")
    assert "11-28 周六 补班：补休调整" in page
    assert "11-30 周一 法定假日：本县放假通知" in page


def test_why_this_grid_says_how_the_grid_was_found_and_why_this_post_stands_with_the_post(
    world: liuxi.World, sit: Sit
) -> None:
    address, client = walked(world), sit("he")
    page = read(client, address)
    grid = page.partition("<dt>网格</dt>")[2].partition("</dl>")[0]
    assert "/why/place" in grid
    assert "/why/route" not in grid
    assert re.search(r"<b>网格管理中心 · 柳溪县</b> · <a href=\"[^\"]+/why/route\">为什么给这里</a>", page)
    shown = queries.page(world.person("he"), address.rsplit("/", 1)[1])
    assert shown is not None
    assert shown.located == why.why_place(shown.scene)[0].source
    assert shown.located in read(client, f"{address}/why/place")


def test_who_can_see_it_is_a_list_of_today_and_says_so(world: liuxi.World, sit: Sit) -> None:
    address = walked(world)
    page = read(sit("he"), f"{address}/why/seen")
    assert "这是今天的名单" in page
    assert "当时写下" not in page
    assert "当时写下" in read(sit("he"), f"{address}/why/route")


def test_an_order_of_asking_is_told_only_where_there_are_several(world: liuxi.World, sit: Sit) -> None:
    address = walked(world, *WAY[:1])
    scene = queries.page(world.person("he"), address.rsplit("/", 1)[1])
    assert scene is not None
    said = {route.step: route.lines[0].source for route in why.why_routes(scene.scene)}
    assert said["上报"] == "由网格管理中心承担"
    assert said["格内处置"].endswith("承担，依次先问前面的")


@pytest.mark.parametrize("at", ["2026-11-20T10:00", "2026-11-20T17:29"], ids=["hours", "a minute"])
def test_the_reason_is_asked_for_as_soon_as_an_earlier_moment_is_given(sit: Sit, at: str) -> None:
    client = sit("he")
    came = client.post("/desk/new", report(at=at))
    page = came.content.decode()
    assert came.status_code == 422
    reason = page.partition('data-field="late_reason"')[2].partition("</textarea>")[2]
    assert "写了当时的时间，请写明为什么当时没有登记。" in reason[:400]
    assert "填了上面的时间，这里就要写" in page
    assert client.post("/desk/new", report(at=at, late_reason="手机没电")).status_code == 302
    address = opened_at(client, text="楼道又堆了纸箱。")
    client.post(f"{address}/step/accept", {"moved": "0"})
    step = {"moved": "2", "note": "清了。", "at": "2026-11-20T17:30"}
    assert sit("lin").post(f"{address}/step/finish_grid", step).status_code == 422


@pytest.mark.parametrize(
    ("typed", "path"),
    [("桥东 01 格", liuxi.GRID), (liuxi.GRID, liuxi.GRID), ("桥东社区", liuxi.COMMUNITY)],
)
def test_a_grid_is_stated_by_its_name(sit: Sit, typed: str, path: str) -> None:
    opened_at(sit("he"), lon="", lat="", unit=typed)
    assert Matter.objects.get().path == path


def test_a_grid_that_nobody_knows_is_refused_in_words_and_the_list_is_on_the_page(sit: Sit) -> None:
    client = sit("he")
    came = client.post("/desk/new", report(lon="", lat="", unit="桥西 09 格"))
    page = came.content.decode()
    assert came.status_code == 422
    assert "这里没有叫「桥西 09 格」的网格" in page
    assert 'value="桥西 09 格"' in page
    assert '<option value="桥东 01 格">望湖街道 / 桥东社区</option>' in page
    assert '<select name="unit"' not in page


def test_the_drawer_says_that_it_exists_in_rehearsals_only(sit: Sit) -> None:
    assert "只有示例和演练里有这一页" in read(sit("he"), reverse("desk:drawer"))
