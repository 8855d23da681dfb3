"""The page of figures: days that cannot be used are told beside their field, what is counted is said, a range has its
scale."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gezhi.desk import intervals
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters import editions
from gezhi.matters.services.carrying import carry
from gezhi.matters.tests.liuxi import COMMUNITY, GRID, OTHER
from gezhi.places import queries
from gezhi.places.changes import Merge
from gezhi.places.services import adopt_plan, levels_of
from gezhi.reporting.tests import rows

from .conftest import Sit

pytestmark = pytest.mark.django_db
DEFAULT = ("2026-08-21", "2026-11-20")  # thirteen weeks up to the Friday of the tests


def asked(client: Client, **days: str) -> tuple[int, dict[str, str], dict[str, str]]:
    """Status, days in the fields, sentences beside them."""
    came = client.get("/desk/figures", {name.rstrip("_"): day for name, day in days.items()})
    page = came.content.decode()
    values = dict(re.findall(r'<input type="date" name="(\w+)" value="([\d-]*)"', page))
    told = dict(re.findall(r'id="told-(\w+)" role="alert">([^<]*)<', page))
    return came.status_code, values, told


@pytest.mark.parametrize("first", ["", "0001-01-01", "2026-11-01", "9999-12-31", "2026-99-99", "昨天"])
@pytest.mark.parametrize("last", ["", "0001-01-01", "2026-11-10", "9999-12-31", "x"])
@pytest.mark.parametrize("as_of", ["", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_whatever_days_are_asked_for_the_page_comes(sit: Sit, first: str, last: str, as_of: str) -> None:
    status, values, told = asked(sit("he"), from_=first, to=last, as_of=as_of)
    assert status in (200, 422)
    assert "1990-01-01" <= values["from"] <= values["to"] <= DEFAULT[1]
    assert bool(told) == any(word not in ("", "2026-11-01", "2026-11-10") for word in (first, last, as_of))


def test_a_first_day_still_to_come_is_told_as_that(sit: Sit) -> None:
    status, values, told = asked(sit("he"), from_="2026-11-23", to="2026-11-30")
    assert (status, values["from"], values["to"]) == (422, *DEFAULT)
    assert told["from"] == "2026-11-23 还没有到，那以后还没有数。没有用它，这里是默认的日期。"
    assert told["to"] == "2026-11-30 还没有到，算到今天。"


def test_a_word_that_is_no_day_is_told_beside_its_field(sit: Sit) -> None:
    status, values, told = asked(sit("he"), from_="2026-99-99", to="x")
    assert (status, values["from"], values["to"]) == (422, *DEFAULT)
    assert told["from"].startswith("「2026-99-99」不是日期")
    assert told["to"].startswith("「x」不是日期")


def test_days_in_the_wrong_order_are_told_and_the_default_is_shown(sit: Sit) -> None:
    status, values, told = asked(sit("he"), from_="2026-11-10", to="2026-11-01")
    assert (status, values["from"], values["to"]) == (422, *DEFAULT)
    assert told["from"].startswith("从 2026-11-10 到 2026-11-01，先后颠倒了")


def test_one_side_alone_is_enough(sit: Sit) -> None:
    assert asked(sit("he"), to="2026-11-10")[:2] == (
        200,
        {"from": "2026-08-11", "to": "2026-11-10", "as_of": ""},
    )
    assert asked(sit("he"), from_="2026-11-19")[1]["to"] == DEFAULT[1]


def test_a_department_reads_that_it_counts_its_own_and_nobody_else_does(sit: Sit) -> None:
    rows.put(rows.matter(department="housing"), *rows.many(2, department="market"))
    page = sit("zhu").get("/desk/figures").content.decode()
    assert "受理 1 件" in page
    assert "<b>只含应由县住建局承办的事项</b>" in page
    assert "只含应由" not in sit("he").get("/desk/figures").content.decode()


def test_a_link_to_a_unit_keeps_the_days(sit: Sit) -> None:
    client = sit("he")
    rows.put(rows.matter("solved"))
    page = client.get("/desk/figures", {"from": "2026-11-01", "to": "2026-11-20"}).content.decode()
    assert re.search(r'href="\?unit=\w+&amp;from=2026-11-01&amp;to=2026-11-20"', page)


def test_each_row_of_the_table_adds_up_to_what_was_accepted(sit: Sit) -> None:
    """Whatever end a matter came to, it is in a column of its unit's row, and the column says what it holds."""
    client = sit("he")
    ends = ("solved", "unverified", "void", "transferred", "withdrawn", "unsolved")
    at_grid = [rows.matter(end, path=GRID) for end in ends]
    rows.put(*at_grid, rows.matter(path=OTHER), rows.matter("unverified", path=OTHER))
    page = client.get("/desk/figures", {"unit": COMMUNITY}).content.decode()
    found = []
    for row in re.findall(r"<tr(?: class=\"tot\")?>\s*<td class=\"lead1\">.*?</tr>", page, re.DOTALL):
        held = dict(re.findall(r'data-k="([^"]+)">(\d+)</td>', row))
        found.append([int(held[k]) for k in ("受理", "已解决", "在办", "作废", "其他结束")])
    assert found == [[6, 1, 0, 1, 4], [2, 0, 1, 0, 1], [8, 1, 1, 1, 5]]
    assert all(accepted == sum(parts) for accepted, *parts in found)
    assert "其他结束：已解决（未核查） 2、转出 1、撤回 1、未解决 1。" in page


def test_a_table_without_other_ends_has_no_column_for_them(sit: Sit) -> None:
    rows.put(rows.matter("solved"), rows.matter(), rows.matter("void"))
    page = sit("he").get("/desk/figures").content.decode()
    assert ">作废</th>" in page
    assert "其他结束" not in page


def test_the_page_counts_by_either_ground_and_says_by_which(sit: Sit) -> None:
    """Two grids are one since today; until yesterday they were two, and a link keeps that."""
    client, unit = sit("he"), COMMUNITY
    rows.put(rows.matter("solved", path=GRID), rows.matter("solved", path=OTHER))
    grids = [one.identity for one in queries.tree(clock.today()).by_path.values() if one.level == "grid"]
    plan = [Merge(units=tuple(grids), key="m", name="桥东大格")]
    adopt_plan(plan, levels_of(editions.today()), on=clock.today(), by=HOUSE, at=clock.now())
    while carry(at=clock.now()):
        pass
    asked = {"unit": unit, "from": "2026-11-01", "to": "2026-11-19"}
    now = client.get("/desk/figures", asked).content.decode()
    assert "桥东大格" in now
    assert "桥东 01 格" not in now
    assert '<option value="then">' in now
    then = client.get("/desk/figures", asked | {"ground": "then"}).content.decode()
    assert "按 2026-11-19 当时的划分" in then
    assert f'href="?unit={GRID}&amp;from=2026-11-01&amp;to=2026-11-19&amp;ground=then"' in then
    assert '<option value="then" selected>' in then
    grid = client.get("/desk/figures", asked | {"unit": GRID, "ground": "then"}).content.decode()
    assert f'<option value="{GRID}" selected>桥东 01 格</option>' in grid
    assert "受理 1 件" in grid


def test_ranges_stand_on_a_scale_that_they_fill() -> None:
    scale = intervals.scale_of([(106, 118), (71, 71), (0, 0)])
    assert scale is not None
    assert scale.ticks == ["80%", "90%", "100%"]
    drawn = intervals.interval_of(106, 118, scale)
    assert drawn is not None
    assert drawn.words == "83–94%"
    assert (int(drawn.low), int(drawn.high)) == (160, 700)
    assert intervals.interval_of(0, 0, scale) is None
    assert intervals.scale_of([(0, 0)]) is None


@pytest.mark.parametrize("kept", range(0, 41, 4))
@pytest.mark.parametrize("due", [40, 4000])
def test_a_scale_holds_every_range_and_is_never_a_hair_wide(kept: int, due: int) -> None:
    number = kept * due // 40
    scale = intervals.scale_of([(number, due)])
    assert scale is not None
    assert scale.ends - scale.begins >= intervals.LEAST
    drawn = intervals.interval_of(number, due, scale)
    assert drawn is not None
    assert 0 <= int(drawn.low) <= int(drawn.high) <= 1000
    assert 0 <= int(drawn.mark) <= 1000 - intervals.MARK
