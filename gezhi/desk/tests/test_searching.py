"""The search box on every page: what is typed goes by POST, a number of somebody asks for its purpose first."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.test import Client

from gezhi.ledger.models import Entry
from gezhi.matters import events
from gezhi.matters.models import Seeking, Unsought
from gezhi.matters.services import indexing, looking_up
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.looking_up import TIMES
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.vault.models import Attempt

NUMBER = "139 0000 5678"
Sit = Callable[[str], Client]


def reported(
    contact: str = "13900005678", at: tuple[float, float] = liuxi.INSIDE, text: str = "井盖翘起。"
) -> str:
    from gezhi.ledger.actor import HOUSE

    report = Report(text=text, item="N07", lon=at[0], lat=at[1], name="样本居民", contact=contact)
    return open_matter(report, by=HOUSE).number


def numbers_on(page: str) -> list[str]:
    return [unquote(one) for one in re.findall(r'<a class="t1" href="/desk/m/([^"]+)"', page)]


def post(client: Client, address: str, **said: str) -> str:
    return client.post(address, said).content.decode()


@pytest.mark.parametrize("address", ["/desk", "/desk/matters", "/desk/new", "/desk/ledger", "/desk/find"])
def test_every_page_has_the_box_and_it_sends_by_post(sit: Sit, address: str) -> None:
    page = sit("he").get(address).content.decode()
    box = re.search(r'<form class="find"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert box is not None
    assert 'method="post"' in box[0]
    assert "data-slash" in box[1]
    assert "csrfmiddlewaretoken" in box[1]
    assert '<a class="find-open phone-only" href="/desk/find">' in page


def test_words_go_on_to_the_list_with_what_was_sifted(sit: Sit) -> None:
    came = sit("he").post("/desk/find", {"q": "井盖", "state": "open", "unit": "0001", "late": ""})
    assert came["Location"] == "/desk/matters?q=%E4%BA%95%E7%9B%96&state=open&unit=0001"
    assert sit("he").post("/desk/find", {"q": ""}).status_code == 200


def test_what_was_looked_for_is_marked_in_the_headline_or_where_it_stands(sit: Sit) -> None:
    number = reported(text="院门口路灯不亮。就在 12 号楼的转角，晚上很黑。")
    he = sit("he")
    page = he.get("/desk/matters", {"q": "路灯"}).content.decode()
    assert "院门口<mark>路灯</mark>不亮" in page
    page = he.get("/desk/matters", {"q": "12号楼"}).content.decode()
    assert "<mark>12 号楼</mark>的转角" in page
    assert numbers_on(page) == [number]


@pytest.mark.parametrize(
    "typed", [NUMBER, "+86 13900005678", "１３９００００５６７８", "0559-2345678", "a@b.example"]
)
def test_a_number_asks_for_its_purpose_and_nothing_is_looked_for(sit: Sit, typed: str) -> None:
    reported()
    page = post(sit("he"), "/desk/find", q=typed)
    assert 'name="purpose"' in page
    assert numbers_on(page) == []
    assert not Entry.objects.filter(what=events.LOOKED_UP).exists()


def test_without_a_purpose_nothing_is_looked_for_and_the_page_says_why(sit: Sit) -> None:
    reported()
    came = sit("he").post("/desk/find/number", {"contact": NUMBER})
    assert came.status_code == 422
    assert "请先选查来做什么用" in came.content.decode()
    assert not Entry.objects.filter(what=events.LOOKED_UP).exists()


@pytest.mark.parametrize("followed", [False, True])
def test_a_number_lists_its_reporters_matters_and_leaves_no_trace_of_itself(sit: Sit, followed: bool) -> None:
    mine = [reported(), reported("139-0000-5678", liuxi.BESIDE)]
    reported("13800000000")
    while followed and indexing.index_waiting():
        pass
    came = sit("he").post("/desk/find/number", {"contact": NUMBER, "purpose": "asked_by_reporter"})
    assert sorted(numbers_on(came.content.decode())) == mine
    assert came["Cache-Control"] == "no-store"
    entry = Entry.objects.get(what=events.LOOKED_UP)
    assert entry.facts == '{"count":2,"purpose":"asked_by_reporter"}'
    assert entry.post == "centre@0001"
    assert "139" not in f"{entry.facts}{entry.about}"


def test_a_number_leads_to_what_lies_in_ones_own_ground_only(sit: Sit, world: liuxi.World) -> None:
    first, other = reported(), reported(at=liuxi.BESIDE)
    for who, open_ones in (("he", [other, first]), ("lin", [first]), ("song", [other]), ("zhu", [])):
        lines = looking_up.reported_from(NUMBER, world.person(who))
        assert [line.number for line in lines] == open_ones


def test_whoever_neither_accepts_nor_supervises_may_not_look_a_number_up(sit: Sit) -> None:
    reported()
    lin = sit("lin")
    asked = post(lin, "/desk/find", q=NUMBER)
    assert "要有受理或督办的岗位" in asked
    assert 'name="purpose"' not in asked
    assert lin.post("/desk/find/number", {"contact": NUMBER, "purpose": "call_back"}).status_code == 422
    assert not Entry.objects.filter(what=events.LOOKED_UP).exists()


def test_numbers_are_looked_up_so_often_and_no_more(sit: Sit) -> None:
    he = sit("he")
    said = {"contact": NUMBER, "purpose": "call_back"}
    answers = [he.post("/desk/find/number", said).status_code for _time in range(TIMES + 1)]
    assert answers == [200] * TIMES + [429]
    assert Entry.objects.filter(what=events.LOOKED_UP).count() == TIMES
    assert Attempt.objects.exists()


@pytest.mark.parametrize("typed", ["王样本 13900005678", "510102199001011234", "电话 8888 1234"])
def test_a_number_among_words_is_not_looked_for_nor_put_into_an_address(sit: Sit, typed: str) -> None:
    he = sit("he")
    came = he.post("/desk/find", {"q": typed})
    assert came.status_code == 422
    assert "没有查找" in came.content.decode()
    assert he.get("/desk/matters", {"q": typed}).status_code == 422


def test_while_the_index_is_being_made_the_page_says_so(sit: Sit) -> None:
    for _n in range(3):
        reported()
    Unsought.objects.all().delete()
    he = sit("he")
    Seeking.objects.create(id=1, next_place=1, filled=False)
    assert "索引还在补建" in he.get("/desk/matters", {"q": "井盖"}).content.decode()
    while indexing.index_waiting():
        pass
    page = he.get("/desk/matters", {"q": "井盖"}).content.decode()
    assert len(numbers_on(page)) == 3
    assert "索引还在补建" not in page
