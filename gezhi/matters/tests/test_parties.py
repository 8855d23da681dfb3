"""属地和主管: both are parties where the list says so, and exactly one of them leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import access, besides, editions, parties, queries, walls
from gezhi.matters.models import Helper
from gezhi.matters.services.besides import AsideGiven, take_aside
from gezhi.matters.services.walling import keep_from

from . import liuxi
from .liuxi import World
from .test_besides import another_department, offered, page
from .test_path import CLUTTER, LAMP, opened, stands, step


@pytest.fixture
def both(world: World) -> Iterator[World]:
    """The lamp is led by housing with the community beside it; clutter by the grid with the market beside it."""
    another_department(world)
    model = world.model
    helped = {"N12": ("cadre",), "N01": ("department:market",)}
    items = {code: replace(item, helpers=helped.get(code, ())) for code, item in model.items.items()}
    before = editions.of_version(model.version)
    editions._loaded[model.version] = replace(model, items=items)
    yield world
    editions._loaded[model.version] = before


def test_the_line_leads_and_the_ground_helps_from_acceptance_on(both: World) -> None:
    number = opened(both, LAMP).number
    assert Helper.objects.count() == 0, "nobody helps with what may still be refused"
    step(both, number, "he", "accept")
    assert stands(number)[1] == "department:housing"
    row = Helper.objects.get()
    assert (row.department, row.desk) == ("@cadre", f"cadre@{liuxi.COMMUNITY}")
    said = page(both, "qiao", number).parties
    assert said == (
        "属地：在职干部 · 桥东社区；主管：县住建局；"
        "牵头：县住建局，接手以前由先接的网格管理中心 · 柳溪县负责（首接负责）"
    )
    assert [one.number for one in besides.for_me(both.person("qiao"))] == [number]
    assert "help" in offered(both, "qiao", number)
    step(both, number, "zhu", "sign")
    assert page(both, "qiao", number).parties.endswith("牵头：县住建局，首接负责")
    take_aside(number, "help", by=both.person("qiao"), given=AsideGiven("已在灯下拉了警戒线。"))
    assert Helper.objects.get().said_at == clock.now()
    assert besides.for_me(both.person("qiao")) == ()
    with pytest.raises(Refused):
        step(both, number, "qiao", "finish", "修好了。")


def test_the_ground_leads_and_the_line_helps(both: World) -> None:
    number = opened(both).number
    assert not access.matters_open_to(both.person("mei"), both.model).exists()
    step(both, number, "he", "accept")
    assert stands(number)[1] == f"grid_worker@{liuxi.GRID}"
    assert [one.name for one in page(both, "mei", number).joined] == ["县市场监管局"]
    assert [one.number for one in besides.for_me(both.person("mei"))] == [number]
    take_aside(number, "help", by=both.person("mei"), given=AsideGiven("查过了。"))
    step(both, number, "lin", "finish_grid", "已清。")
    assert Helper.objects.count() == 1


def test_an_item_with_one_party_asks_nobody_else(both: World) -> None:
    number = opened(both, replace(CLUTTER, item="N04")).number
    step(both, number, "he", "accept")
    assert Helper.objects.count() == 0
    assert page(both, "he", number).parties == ""


def test_who_steps_aside_does_not_help_either(both: World) -> None:
    number = opened(both, LAMP).number
    keep_from(number, walls.unit_word(liuxi.COMMUNITY), "反映的是社区。", why="about", by=both.person("he"))
    step(both, number, "he", "accept")
    assert Helper.objects.count() == 0
    assert queries.page(both.person("qiao"), number) is None
    other = opened(both).number
    keep_from(other, "department:market", "反映的是市监。", why="about", by=both.person("he"))
    step(both, other, "he", "accept")
    assert Helper.objects.count() == 0


def test_the_list_is_told_while_it_is_registered(both: World) -> None:
    items = editions.of_version(both.model.version).items
    assert parties.words_of(items["N12"], both.model) == "牵头：县住建局；协同：在职干部"
    assert parties.words_of(items["N04"], both.model) == ""
