"""Kept filters: named, shared, counted within one's own scope; and what a list can be sifted by."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock
from gezhi.matters import finding, lists
from gezhi.matters.models import Matter, SavedFilter
from gezhi.matters.sifting import Further, day_of
from gezhi.matters.tests import liuxi
from gezhi.people.models import Term

from .conftest import Sit
from .test_desk import opened_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(sit: Sit) -> list[str]:
    """Two in lin's grid, of two classes; one in song's."""
    he = sit("he")
    lon, lat = (str(one) for one in liuxi.BESIDE)
    made = [
        opened_at(he, text="楼道堆了纸箱。", item="N01"),
        opened_at(he, text="污水从井里冒出来。", item="N08"),
        opened_at(he, text="河边有人烧秸秆。", item="N08", lon=lon, lat=lat),
    ]
    return [unquote(address.removeprefix("/desk/m/")) for address in made]


def listed(client: Client, asked: str) -> list[str]:
    page = client.get(f"/desk/matters?{asked}").content.decode()
    return [unquote(n) for n in re.findall(r'<a class="t1" href="/desk/m/([^"]+)"', page)]


def keep(client: Client, name: str, asked: str, shared: str = "") -> str:
    said = {"name": name, "asked": asked, "shared": shared}
    return client.post("/desk/filters", said, follow=True).content.decode()


def chips(client: Client, address: str = "/desk/matters") -> dict[str, str]:
    """The chips above the list: the name of each, and what it counts."""
    page = client.get(address).content.decode()
    nav = re.search(r'<nav class="tabs" aria-label="常用筛选">(.*?)</nav>', page, re.DOTALL)
    found = {}
    for one in re.findall(r"<a href=[^>]*>(.*?)</a>", nav[1] if nav else "", re.DOTALL):
        number = re.search(r"<b>(.*?)</b>", one)
        name = re.sub(r"<(svg|span|kbd|b)\b.*?</\1>", "", one, flags=re.DOTALL)
        found[" ".join(name.split())] = number[1] if number else ""
    return found


@pytest.mark.parametrize(
    ("asked", "which"),
    [
        ("item=N08", [1, 2]),
        ("item=*社区管理类", [0]),
        ("item=N99", [0, 1, 2]),  # no such item: not sifted by
        ("department=housing", [1, 2]),
        ("channel=nothing", [0, 1, 2]),
        ("state=suspended", []),
        ("from=2026-11-20&to=2026-11-20", [0, 1, 2]),
        ("from=2026-11-21", []),
        ("axis=happened&to=2026-11-19", []),
        ("due=late", []),
        ("state=all&item=N08", [2, 1]),
        ("q=井里&item=N08", [1]),
        ("q=井里&item=N01", []),
    ],
)
def test_a_list_is_sifted_by_what_rows_say(sit: Sit, three: list[str], asked: str, which: list[int]) -> None:
    found = listed(sit("he"), asked)
    if "state=all" in asked:
        assert found == [three[n] for n in which]
    assert sorted(found) == sorted(three[n] for n in which)


def test_suspended_and_due_soon_are_kept_apart(sit: Sit, three: list[str]) -> None:
    he = sit("he")
    Matter.objects.filter(number=three[0]).update(phase="suspended")
    Matter.objects.filter(number=three[1]).update(next_due_at=clock.now() + timedelta(hours=23))
    Matter.objects.filter(number=three[2]).update(next_due_at=clock.now() - timedelta(hours=1))
    assert listed(he, "state=suspended") == [three[0]]
    due = set(listed(he, "due=soon"))
    assert three[1] in due
    assert three[2] not in due
    assert listed(he, "due=late") == listed(he, "late=1") == [three[2]]


def test_a_rare_item_is_found_however_far_it_lies_and_a_page_looks_at_so_many(
    world: liuxi.World, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists.Kept, "__init__", _kept_of_two(lists.Kept.__init__))
    sieve = finding.sieve_of(further=Further(item="N01"))
    last = Matter.objects.get(number=three[0])
    Matter.objects.filter(id=last.id).update(next_due_at=clock.now() + timedelta(days=90))
    he = world.person("he")
    look = finding.looked(he, sieve, at=clock.now(), most=50)
    assert look.lines == []
    assert look.goes_on is not None
    assert [one.number for one in finding.found(he, sieve, at=clock.now())] == [three[0]]
    assert finding.counted(he, sieve, at=clock.now()) == (0, True)


def _kept_of_two(made):  # type: ignore[no-untyped-def]  # a window of two rows in place of 20,000
    def init(self, step="", since=None, before=None, further=(), _window=0):  # type: ignore[no-untyped-def]
        made(self, step, since, before, further, 2)

    return init


def test_a_kept_filter_is_a_chip_with_its_count(sit: Sit, three: list[str]) -> None:
    he = sit("he")
    assert "已存为常用筛选「污水」" in keep(he, "污水", "state=open&item=N08")
    assert chips(he)["污水"] == "2"
    page = he.get("/desk/matters?state=open&item=N08").content.decode()
    assert "存为常用筛选" not in page.split("<form")[0]
    assert re.search(
        r'<a href="/desk/matters\?state=open&amp;item=N08" aria-current="true" data-key="1">', page
    )


def test_what_is_shared_shows_each_only_their_own_scope(
    sit: Sit, world: liuxi.World, three: list[str]
) -> None:
    he = sit("he")
    county = world.units["county"]
    assert "已存为" in keep(he, "污水外溢", "state=open&item=N08", f"@{county.hex}")
    assert chips(he)["污水外溢"] == "2"
    assert chips(sit("lin")) == {"污水外溢": "1"}
    assert chips(sit("song")) == {"污水外溢": "1"}
    shown = sit("lin").get("/desk/filters").content.decode()
    assert "何样本 存的" in shown
    one = SavedFilter.objects.get()
    assert (
        "没有这个常用筛选"
        in sit("lin").post("/desk/filters", {"remove": one.id.hex}, follow=True).content.decode()
    )
    assert SavedFilter.objects.count() == 1


def test_what_is_shared_with_a_desk_is_found_there_and_nowhere_else(
    sit: Sit, world: liuxi.World, three: list[str]
) -> None:
    keep(sit("he"), "我们岗", "state=all", f"centre@{world.units['county'].hex}")
    assert "我们岗" in chips(sit("wu"))
    assert chips(sit("tang")) == chips(sit("zhu")) == {}
    Term.objects.filter(account=world.accounts["wu"]).update(to_on=clock.today())
    liuxi.instance.bump()
    assert sit("wu").get("/desk/matters").status_code in (302, 403)


@pytest.mark.parametrize(
    ("name", "asked", "shared", "told"),
    [
        ("", "item=N08", "", "请给它起个名"),
        ("一二三四五六七八九十一二三四五六七八九十一", "item=N08", "", "最多 20 个字"),
        ("找 13912345678", "item=N08", "", "像有电话"),
        ("空的", "", "", "还没有筛选"),
        ("给别人", "item=N08", "department:housing", "只能共享给自己的"),
    ],
)
def test_what_cannot_be_kept_is_told_why(
    sit: Sit, world: liuxi.World, name: str, asked: str, shared: str, told: str
) -> None:
    assert told in keep(sit("lin"), name, asked, shared)
    assert not SavedFilter.objects.exists()


def test_a_filter_is_renamed_unshared_and_removed_by_its_owner(
    sit: Sit, world: liuxi.World, three: list[str]
) -> None:
    he = sit("he")
    keep(he, "甲", "state=open&item=N08", f"@{world.units['county'].hex}")
    assert "已经有一个叫这个名的" in keep(he, "甲", "state=ended")
    one = SavedFilter.objects.get()
    he.post("/desk/filters", {"change": one.id.hex, "name": "乙", "shared": ""})
    assert list(chips(he)) == ["乙"]
    assert chips(sit("lin")) == {}
    he.post("/desk/filters", {"remove": one.id.hex})
    assert not SavedFilter.objects.exists()


def test_a_filter_that_asks_for_what_is_gone_says_so_and_counts_nothing(sit: Sit, three: list[str]) -> None:
    he = sit("he")
    keep(he, "甲", "state=open&item=N08")
    SavedFilter.objects.update(asked="state=open&item=N77")
    assert chips(he)["甲"] == ""
    assert "有的条件已经不在了，打开时不再筛它" in he.get("/desk/filters").content.decode()


def test_each_chip_costs_two_statements_and_the_tenth_none(sit: Sit, three: list[str]) -> None:
    he = sit("he")

    def cost() -> int:
        he.get("/desk/matters")
        with CaptureQueriesContext(connection) as asked:
            he.get("/desk/matters")
        return len(asked)

    bare = cost()
    for n in range(9):
        keep(he, f"第{n}个", f"state=open&item=N0{n + 1}")
    assert cost() <= bare + 9 * 2
    before = cost()
    keep(he, "末一个", "state=open&department=housing")
    assert cost() == before


def test_days_that_are_none_are_no_days() -> None:
    assert [day_of(word) for word in ("", "2026-13-01", "9999-12-31", "0001-01-01", "昨天")] == [None] * 5
