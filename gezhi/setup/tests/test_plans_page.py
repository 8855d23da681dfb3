"""The page of plans: what a change of the ground does is seen, answered for, written, and taken back until its day."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.matters import editions
from gezhi.matters.models import Matter
from gezhi.matters.services.carrying import carry
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.people.models import Term
from gezhi.places import plan_words, queries
from gezhi.places.models import Plan
from gezhi.places.tree import TreeUnit
from gezhi.reporting.tests import rows
from gezhi.ui import manual

from .test_opening import administrator

pytestmark = pytest.mark.django_db
DAY = "2026-12-01"


@pytest.fixture
def chief(clerk: Client) -> Client:
    """Whoever administers the district, signed in; its example has grids with people."""
    administrator(clerk)
    return clerk


def grids() -> list[TreeUnit]:
    """Grids in which people sit, by path."""
    held = set(Term.objects.values_list("unit", flat=True))
    units = queries.tree(clock.today()).by_path.values()
    return [unit for unit in units if unit.level == "grid" and unit.identity in held]


def posted(client: Client, **said: object) -> str:
    return html.unescape(client.post("/setup/plans", said, follow=True).content.decode())


def test_the_page_leads_to_the_chapter_it_names(chief: Client) -> None:
    page = chief.get("/setup/plans").content.decode()
    assert '<a href="/manual/ground#s3" target="_blank" rel="noopener">手册：网格图</a>' in page
    assert dict(manual.books("zh")["ground"].headings)["s3"] == "调整方案"


def test_a_plan_is_seen_written_and_taken_back(chief: Client) -> None:
    one, other = grids()[:2]
    version = editions.today().version
    rows.put(*[rows.matter(path=one.path, model=version, step="gridwork") for _n in range(3)])
    said = {
        "what": "simple",
        "do": "merge",
        "unit": one.path,
        "other": other.path,
        "name": "东桥大格",
        "on": DAY,
    }
    page = posted(chief, **said)
    assert "2026-12-01 起会这样" in page
    assert "转走 3 件在办事项，其中 0 件待定位" in page
    assert f"{one.name} 的 3 件转到 东桥大格：原单元整个并入了这个单元。" in page
    assert f"{one.name} 的「" in page
    assert not Plan.objects.filter(takes_effect=DAY).exists()
    assert "方案已写入" in posted(chief, confirm="1")
    plan = Plan.objects.get(takes_effect=DAY)
    moved = Term.objects.filter(begun_by=plan.id).count()
    assert (
        0 < moved <= Term.objects.filter(ended_by=plan.id).count()
    )  # who sat in both sits in the new one once
    page = posted(chief, undo=str(plan.id))
    assert "方案已撤回" in page
    assert not Term.objects.filter(begun_by=plan.id).exists()
    assert Matter.objects.filter(path=one.path).count() == 3


def test_people_without_a_sole_heir_are_asked_for(chief: Client) -> None:
    unit = grids()[0]
    page = posted(chief, what="simple", do="end", unit=unit.path, on=DAY)
    assert "没有唯一的接续单元" in page
    assert "确认，写入方案" not in page
    keys = dict.fromkeys(re.findall(r'<select id="ask\d+" name="([^"]+)"', page))
    assert keys
    refused = chief.post("/setup/plans", {"confirm": "1"})
    assert refused.status_code == 422
    assert not Plan.objects.filter(takes_effect=DAY).exists()
    posted(chief, what="simple", do="end", unit=unit.path, on=DAY)
    page = posted(chief, staff="1", **dict.fromkeys(keys, "unstaffed"))
    assert "届时离任，岗位空缺" in page
    assert "方案已写入" in posted(chief, confirm="1")
    assert not Term.objects.filter(unit=unit.identity, to_on=None).exists()


def test_what_is_foreseen_on_the_page_is_what_happens(chief: Client) -> None:
    one, other = grids()[:2]
    version = editions.today().version
    rows.put(*[rows.matter(path=u.path, model=version, step="gridwork") for u in (one, other, other)])
    posted(chief, what="simple", do="merge", unit=one.path, other=other.path, name="东桥大格", on=DAY)
    posted(chief, confirm="1")
    clock._source.move_to(FRIDAY.replace(month=12, day=1))  # type: ignore[union-attr]  # the fixed clock of the test
    while carry(at=clock.now()):
        pass
    big = next(u for u in queries.tree(clock.today()).by_path.values() if u.name == "东桥大格")
    assert Matter.objects.filter(path=big.path).count() == 3
    assert "已生效" in html.unescape(chief.get("/setup/plans").content.decode())


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"do": "fly"}, "请选改哪个单元"),
        ({"do": "rename", "name": "新名", "on": "2026-11-01"}, "不能在今天以前"),
        ({"do": "rename", "name": "新名", "on": "明天"}, "请写成 2026-11-20"),
        ({"do": "rename", "name": " "}, "请写新名称"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(
    chief: Client, said: dict[str, str], sentence: str
) -> None:
    answer = chief.post("/setup/plans", {"what": "simple", "unit": grids()[0].path, "on": DAY} | said)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.content.decode())
    assert "起会这样" not in chief.get("/setup/plans").content.decode()


def form_of(page: str) -> str:
    return page[page.index('class="in form oneplace"') : page.index('value="file"')]


def test_nothing_is_chosen_for_the_clerk_and_a_mistake_empties_nothing(chief: Client) -> None:
    one, other = grids()[:2]
    fresh = form_of(chief.get("/setup/plans").content.decode())
    assert fresh.count('<option value="">请选</option>') == 2
    assert "selected" not in fresh
    said = {"what": "simple", "do": "merge", "unit": one.path, "other": other.path, "on": DAY}
    answer = chief.post("/setup/plans", said)
    assert answer.status_code == 422
    page = answer.content.decode()
    form = form_of(page)
    assert "请写新名称" in page
    assert f'value="{one.path}" selected' in form
    assert f'value="{other.path}" selected' in form
    assert f'value="{DAY}"' in form
    assert 'class="f of-name wrong"' in form
    assert "请选划到谁下面" in posted(chief, **{**said, "do": "move", "other": ""})


def test_a_plan_that_the_ground_refuses_keeps_the_form(chief: Client) -> None:
    one = grids()[0]
    said = {"what": "simple", "do": "move", "unit": one.path, "other": one.path, "on": DAY}
    answer = chief.post("/setup/plans", said)
    assert answer.status_code == 422
    assert form_of(answer.content.decode()).count(f'value="{one.path}" selected') == 2


def test_matters_are_counted_for_all_and_listed_for_who_sees_them(chief: Client) -> None:
    one, other = grids()[:2]
    version = editions.today().version
    rows.put(rows.matter(path=one.path, model=version, step="gridwork"))
    said = {
        "what": "simple",
        "do": "merge",
        "unit": one.path,
        "other": other.path,
        "name": "东桥大格",
        "on": DAY,
    }
    page = posted(chief, **said)
    assert "的 1 件转到 东桥大格" in page
    assert "看是哪些" not in page
    assert "matters?unit=" not in page


def test_first_borders_are_told_apart_and_in_one_line(chief: Client) -> None:
    corners = "118.{a},31.1\n118.{b},31.1\n118.{b},31.2"
    one, other = grids()[:2]
    for unit, a in ((one, 1), (other, 3)):
        chief.post("/setup/borders", {"unit": unit.path, "border": corners.format(a=a, b=a + 1)})
    page = chief.get("/setup/plans").content.decode()
    assert f"{one.name}画上边界。" in page
    assert "改画" not in page
    assert "画" + one.name not in page
    told = [
        {"kind": "redrawn", "unit": "", "name": "甲", "first": True},
        {"kind": "redrawn", "unit": "", "name": "乙", "first": True},
        {"kind": "redrawn", "unit": "", "name": "丙"},
    ]
    assert plan_words.summary(told) == "2 个单元画上边界，1 个单元改画边界。"
