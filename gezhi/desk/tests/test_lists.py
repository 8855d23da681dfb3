"""The lists of the desk: few statements, exact counts, a search that keeps its scope, a file without words."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gezhi.desk import rows
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.models import Matter
from gezhi.matters.services import indexing
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import OTHER
from gezhi.notify import services as notify
from gezhi.notify.queries import drawer

from .conftest import Sit
from .test_desk import opened, report

pytestmark = pytest.mark.django_db
OWN = 3  # the session, the pulse of the instance, how much waits: what any page of the desk asks
KEPT = 1  # the filters one keeps
PAGES = {
    "/desk": OWN
    + 2
    + 5,  # how often one was urged; who asks for more time; what waits of outside; pushes that stopped; what to tell
    "/desk/matters": OWN + KEPT + 1 + 1,
    "/desk/matters?state=all&q=井盖": OWN
    + KEPT
    + 9,  # what walls keep one from; how far the index is, what is marked, its rows; the page's rows
    "/desk/matters?state=ended&unit=0001": OWN
    + KEPT
    + 1
    + 2,  # empty: what would be left without each filter
    "/desk/matters?q=1120-9999": OWN + KEPT + 7,  # as numbers, then as words
    "/desk/matters?q=柳望〔2026〕1120-9999号": OWN + KEPT + 7,
    "/desk/new": OWN,
    "/desk/told": OWN + 3,
}


def statements(client: Client, address: str) -> list[str]:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [q["sql"][:160] for q in asked]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_the_database_no_more_than_it_says(sit: Sit, address: str) -> None:
    client = sit("he")
    for n in range(3):
        client.post("/desk/new", report(text=f"井盖翘起，第 {n} 处。"))
    asked = statements(client, address)
    assert len(asked) <= PAGES[address], "\n".join(asked)


def test_the_page_of_a_matter_asks_the_same_however_long_its_story(sit: Sit) -> None:
    client = sit("he")
    address = opened(client)
    first = statements(client, address)
    client.post(f"{address}/step/accept", {"moved": "0"})
    assert len(statements(client, address)) <= len(first) + 1
    # merged, parts, a second person, who helps (read for the page and for who may), acts beside, a longer time asked
    # for, what may be the same thing, whether a name is still kept and who asked to see it
    assert len(first) <= OWN + 9 + 8, "\n".join(first)


def test_late_ones_are_counted_all_not_only_those_of_the_page(sit: Sit) -> None:
    client = sit("he")
    for n in range(3):
        client.post("/desk/new", report(text=f"井盖翘起，第 {n} 处。"))
    with clock.fixed(liuxi.FRIDAY + timedelta(days=1)):
        page = client.get("/desk").content.decode()
    assert "；另有 2 件也超期了。" in page


def test_a_number_goes_straight_to_its_page_short_or_whole(sit: Sit) -> None:
    client = sit("he")
    address = opened(client)
    for sought in ("1120-0001", "柳望 1120-0001", "柳望〔2026〕1120-0001号"):
        came = client.get("/desk/matters", {"q": sought, "state": "all"})
        assert (came.status_code, came["Location"]) == (302, address)
    assert sit("song").get("/desk/matters", {"q": "柳望〔2026〕1120-0001号"}).status_code == 200


def beside(number: str, town: str) -> str:
    """The same short number of another town, ended: as a town of its own would have given it."""
    other = Matter.objects.get(number=number)
    other.id, other.client_key = new_id(), None
    other.number = number.replace("柳望", town)
    other.ended_at = other.ended_recorded_at = clock.now()
    other.step, other.phase = "closed", "ended"
    other.save(force_insert=True)
    indexing.mark([other.id])
    return other.number


def numbers_on(page: str) -> list[str]:
    return re.findall(r'<a class="t1" href="/desk/m/([^"]+)"', page)


@pytest.mark.parametrize("sought", ["1120-0001", "２０２６ 1120－0001 号", " 1120 - 1 "])
def test_a_short_number_that_several_bear_lists_them_all_open_or_ended(sit: Sit, sought: str) -> None:
    client = sit("he")
    opened(client)
    ended = beside("柳望〔2026〕1120-0001号", "柳南")
    page = client.get("/desk/matters", {"q": sought}).content.decode()
    assert [unquote(n) for n in numbers_on(page)] == [ended, "柳望〔2026〕1120-0001号"]
    assert "的 2 件，在办和已了结的都在内" in page
    assert "都不筛" not in page
    kept = client.get("/desk/matters", {"q": sought, "state": "ended"}).content.decode()
    assert [unquote(n) for n in numbers_on(kept)] == [ended]
    assert "都不筛，有 2 件" in kept


@pytest.mark.parametrize("sought", ["柳望 1120-0001", "望湖街道 1120-0001", "望湖 1120-0001", "柳望(2026)1120-0001", "柳望2026 1120-0001", "柳溪县望湖街道1120-0001号"])  # fmt: skip
def test_a_number_with_its_unit_is_one_however_it_is_written_and_whatever_its_state(
    sit: Sit, sought: str
) -> None:
    client = sit("he")
    address = opened(client)
    beside("柳望〔2026〕1120-0001号", "柳南")
    Matter.objects.filter(number="柳望〔2026〕1120-0001号").update(ended_at=clock.now())
    came = client.get("/desk/matters", {"q": sought})
    assert (came.status_code, came["Location"]) == (302, address)
    assert sit("song").get("/desk/matters", {"q": sought}).status_code == 200


def test_words_of_the_box_above_are_looked_for_in_all_states_and_a_chosen_state_stays(sit: Sit) -> None:
    client = sit("he")
    opened(client)
    Matter.objects.update(ended_at=clock.now())
    above = client.get("/desk/matters", {"q": "井盖"}).content.decode()
    assert len(numbers_on(above)) == 1
    assert '<option value="all" selected>' in above
    chosen = client.get("/desk/matters", {"q": "井盖", "state": "open"}).content.decode()
    assert numbers_on(chosen) == []
    assert '<option value="open" selected>' in chosen
    assert "筛的是「在办」" in chosen
    way = re.search(r'<a class="btn" href="([^"]+)">在全部状态里找，有 1 件</a>', chosen)
    assert way is not None
    assert len(numbers_on(client.get(html.unescape(way[1])).content.decode())) == 1


def test_filters_that_only_together_leave_nothing_are_all_named(sit: Sit) -> None:
    client = sit("he")
    opened(client)
    page = client.get("/desk/matters", {"state": "ended", "unit": OTHER}).content.decode()
    assert "筛的是「已了结、桥东 02 格」" in page
    assert "都不筛，有 1 件" in page
    assert "在全部状态里找" not in page


def test_a_short_number_keeps_its_unit_so_that_no_two_read_the_same(sit: Sit) -> None:
    client = sit("he")
    opened(client)
    assert "柳望 1120-0001 · " in client.get("/desk").content.decode()
    assert [rows.short(n) for n in ("柳南〔2026〕1120-0001号", "2026-7", "")] == [
        "柳南 1120-0001",
        "2026-7",
        "",
    ]


def test_what_was_imported_says_so_wherever_it_stands_in_a_list(sit: Sit) -> None:
    client = sit("he")
    opened(client)
    assert "导入" not in client.get("/desk").content.decode()
    Matter.objects.update(origin="import")
    for address in ("/desk", "/desk/matters"):
        assert " · 导入</span>" in client.get(address).content.decode()
    Matter.objects.update(place_flag="rounded")
    assert " · 导入 · 地点待核</span>" in client.get("/desk").content.decode()


def test_a_step_done_earlier_is_told_as_that_with_its_reason(sit: Sit) -> None:
    client = sit("he")
    address = opened(client)
    said = {"moved": "0", "at": "2026-11-20T17:31"}
    with clock.fixed(liuxi.FRIDAY + timedelta(hours=1)):
        refused = client.post(f"{address}/step/accept", said)
        assert refused.status_code == 422
        assert "请写明为什么当时没有登记" in refused.content.decode()
        page = client.post(f"{address}/step/accept", said | {"late_reason": "停电"}, follow=True)
        assert "补录" in page.content.decode()


def test_a_form_that_stays_is_told_where_to_go(sit: Sit) -> None:
    came = sit("he").post("/desk/new", report(), headers={"X-Kept": "1"})
    assert (came.status_code, came["X-Go"].endswith("/taken")) == (204, True)


def test_what_was_promised_in_working_days_is_told_in_working_days(sit: Sit) -> None:
    centre = sit("he")
    address = opened(centre)
    centre.post(f"{address}/step/accept", {"moved": "0"})
    with clock.fixed(liuxi.FRIDAY + timedelta(hours=1)):
        sit("lin").post(f"{address}/step/finish_grid", {"moved": "2", "note": "井盖已盖好。"})
        sit("qiao").post(f"{address}/step/pass", {"moved": "3", "note": "看过了。"})
        page = centre.get(address).content.decode()
    assert "受理 用时 不到1分 / 限 2小时" in page
    assert "办结 用时 1小时 / 限 3工作日" in page
    assert "限 3天" not in page


def test_the_mark_on_the_map_is_told_beneath_it(sit: Sit) -> None:
    client = sit("he")
    page = client.get(opened(client)).content.decode()
    glyph = re.findall(r'data-glyph="(.)"', page)[0]
    assert re.search(rf'class="glyph [^"]*">{glyph}</span>这一件：楼道杂物堆放<', page)


def test_whoever_reported_is_told_where_to_ask_in_whole_sentences(sit: Sit) -> None:
    opened(sit("he"))
    while notify.hear(at=clock.now()):
        pass
    texts = [one.text for one in drawer(most=20) if one.to_reporter]
    assert any(text.endswith("查询：社区或街道网格中心，报编号") for text in texts)
