"""Borders of upper units from those below: shown with gaps and overlaps, then stored; a drawn one that overlaps asks."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.places import queries
from gezhi.places.models import Unit
from gezhi.places.tree import TreeUnit

from .test_borders_page import ring, upload
from .test_opening import opened

pytestmark = pytest.mark.django_db
PAGE = "/setup/borders"


def community() -> tuple[TreeUnit, tuple[TreeUnit, ...]]:
    """The first community of the example, with its grids."""
    ground = queries.tree(clock.today())
    unit = next(
        one for one in ground.by_path.values() if one.level == "community" and ground.children(one.path)
    )
    return unit, ground.children(unit.path)


def posted(client: Client, **said: object) -> str:
    return html.unescape(client.post(PAGE, said, follow=True).content.decode())


def bring(clerk: Client, *rings: list[list[float]]) -> TreeUnit:
    """The grids of the first community side by side, the others of it as rings that were given."""
    unit, grids = community()
    shapes = {grid.name: ring(at) for at, grid in enumerate(grids)}
    shapes |= {grid.name: held for grid, held in zip(grids, rings, strict=False)}
    upload(clerk, shapes)
    assert clerk.post(PAGE, {"confirm": "1", "sure": "1"}).url == f"{PAGE}?join"
    assert (
        f"<b>{unit.name}</b>" in clerk.get(f"{PAGE}?join").content.decode()
    )  # looked at next, stored by nobody
    return unit


def test_a_unit_whose_parts_are_drawn_is_joined_by_one_button(clerk: Client) -> None:
    opened(clerk)
    assert "由下级拼成" not in clerk.get(PAGE).content.decode()
    unit = bring(clerk)
    offered = clerk.get(PAGE).content.decode()
    assert "1 个上级单元还没有边界，下级都画好了" in offered
    assert len(re.findall(r'class="btn pri', offered)) == 1  # one thing to do a page: the next step
    page = posted(clerk, join="look")
    assert f"<b>{unit.name}</b>" in page
    assert 'class="stage"' in page
    assert "重叠" not in page
    assert Unit.objects.get(path=unit.path).border is None
    mark = re.search(r'name="join" value="(\w+)"', page)
    assert mark
    assert "1 个单元的边界由下级拼成了" in posted(clerk, join=mark[1], part=unit.path)
    border = queries.tree(clock.today()).border(unit.path)
    assert border is not None
    assert border.geom_type == "Polygon"
    assert "由下级拼成，先看图" not in clerk.get(PAGE).content.decode()


def test_what_does_not_fit_is_told_and_another_ground_is_shown_again(clerk: Client) -> None:
    opened(clerk)
    wide = ring(0)
    wide[1][0] = wide[2][0] = wide[1][0] + 0.0001
    unit = bring(clerk, wide)
    page = posted(clerk, join="look")
    overlap = re.search(r"下级之间重叠 ([\d,]+) 平方米", page)
    assert overlap
    assert 9000 < int(overlap[1].replace(",", "")) < 12000  # 0.0001° by 0.01° at 31° north: 9.5 m by 1109 m
    assert "由下级拼成" in posted(clerk, join="0" * 16, part=unit.path)
    assert Unit.objects.get(path=unit.path).border is None


def test_a_line_drawn_twice_by_a_hair_is_one_and_a_strip_is_not(clerk: Client) -> None:
    opened(clerk)
    hair, strip = ring(0), ring(0)
    hair[1][0] = hair[2][0] = hair[1][0] - 0.000003  # 0.3 m
    strip[1][0] = strip[2][0] = strip[1][0] - 0.00003  # 3 m
    unit = bring(clerk, hair)
    assert "互不相连" not in posted(clerk, join="look")
    upload(clerk, {community()[1][0].name: strip})
    clerk.post(PAGE, {"confirm": "1", "sure": "1"})
    assert f"<b>{unit.name}</b>" in posted(clerk, join="look")
    assert "分成互不相连的 2 块" in posted(clerk, join="look")


def test_a_drawn_border_on_a_neighbours_ground_asks_with_the_area(clerk: Client) -> None:
    opened(clerk)
    unit = bring(clerk)
    ground = queries.tree(clock.today())
    other = next(
        one for one in ground.by_path.values() if one.level == "grid" and not one.path.startswith(unit.path)
    )
    corners = "\n".join(f"{lon},{lat}" for lon, lat in ring(0)[:-1])
    said = {"unit": other.path, "border": corners}
    page = posted(clerk, **said)
    neighbour = community()[1][0]
    assert f"{other.name}和{neighbour.name}重叠 1,0" in page
    assert "没有画错，仍然存下" in page
    assert queries.tree(clock.today()).border(other.path) is None
    assert "已画好" in posted(clerk, **said, beyond="1")
    beside = "\n".join(f"{lon},{lat}" for lon, lat in ring(9)[:-1])
    own = {"unit": unit.path, "border": "\n".join(f"{lon},{lat}" for lon, lat in ring(0)[:-1])}
    assert f"和{neighbour.name}重叠" not in posted(clerk, **own)  # its own grids are no neighbours
    assert "重叠" not in posted(clerk, unit=other.path, border=beside)
