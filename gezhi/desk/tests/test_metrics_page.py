"""Every metric on the page of figures: its fraction, what it means, what was left out, and the way to the matters."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gezhi.matters.tests.liuxi import GRID, OTHER
from gezhi.reporting.tests import rows

from .conftest import Sit

DAYS = "?from=2026-11-01&to=2026-11-20"


def row_of(page: str, metric: str) -> str:
    found = re.search(rf'<tr data-metric="{metric}">.*?</tr>', page, re.DOTALL)
    assert found, metric
    return " ".join(found[0].split())


def links(row: str) -> dict[str, str]:
    """Words of each link of a row, and where it leads."""
    return {
        word: href.replace("&amp;", "&") for href, word in re.findall(r'<a href="([^"]+)">([^<]+)</a>', row)
    }


def test_a_metric_shows_its_fraction_and_what_it_left_out_and_each_number_opens(sit: Sit) -> None:
    rows.put(
        *rows.many(3, "solved"),
        *rows.many(1),
        *rows.many(2, "void"),
        *rows.many(5, "solved", origin="import"),
    )
    client = sit("he")
    row = row_of(client.get(f"/desk/figures{DAYS}").content.decode(), "closed_valid")
    assert "<b>75.0%</b>" in row
    opened = links(row)
    assert list(opened) == ["3", "4", "导入 5", "作废 2"]
    for word, number in (("3", 3), ("4", 4), ("导入 5", 5), ("作废 2", 2)):
        page = client.get(opened[word]).content.decode()
        assert len(re.findall('class="what"', page)) == number, word
    assert "办结率（有效受理） 75.0%" in client.get(opened["4"]).content.decode()
    assert "分母 4 件" in client.get(opened["4"]).content.decode()


def test_the_definition_stands_beside_the_number_in_the_readers_language(sit: Sit) -> None:
    client = sit("he")
    row = row_of(client.get("/desk/figures").content.decode(), "on_time")
    assert "分子：结束为已解决，且守住了期限全科网格事项 · 办结。 分母：流程是全科网格事项。" in row
    assert "按到期的日子归到这段日子。" in row
    english(client)
    row = row_of(client.get("/desk/figures").content.decode(), "on_time")
    assert "Above the line: ended as solved, and kept All-round grid matters · Finish." in row
    assert "Put into the period by the day it fell due." in row


def english(client: Client) -> None:
    client.post("/language", {"language": "en", "next": "/"})


def test_a_long_list_goes_on_page_by_page(sit: Sit) -> None:
    rows.put(*rows.many(53, "solved"))
    client = sit("he")
    address = links(row_of(client.get(f"/desk/figures{DAYS}").content.decode(), "accepted"))["53"]
    first = client.get(address).content.decode()
    assert len(re.findall('class="what"', first)) == 50
    assert "共 53 件" in first
    onward = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert onward
    second = client.get("/desk/figures/behind" + onward[1].replace("&amp;", "&")).content.decode()
    assert len(re.findall('class="what"', second)) == 3
    assert "后面的" not in second


def test_whoever_counts_need_not_see(sit: Sit) -> None:
    """A department counts what it is to handle, and opens only what it was asked."""
    rows.put(*rows.many(2, "solved", department="housing"), *rows.many(4, "solved", department="market"))
    client = sit("zhu")
    address = links(row_of(client.get(f"/desk/figures{DAYS}").content.decode(), "accepted"))["2"]
    page = client.get(address).content.decode()
    assert 'class="what"' not in page
    assert "这一页另有 2 件，您看得到数，看不到事项。" in page


def test_how_evenly_work_is_spread_is_said_below_the_table(sit: Sit) -> None:
    rows.put(*rows.many(9, path=GRID), *rows.many(11, path=OTHER))
    client = sit("he")
    assert (
        "任务相当：2 个单位受理件数的变异系数是 10.0%"
        in client.get("/desk/figures?unit=000100010001").content.decode()
    )
    assert "任务相当" not in client.get("/desk/figures").content.decode()


def test_nobody_opens_a_number_of_somebody_elses_ground(sit: Sit) -> None:
    rows.put(*rows.many(2, "solved", path=OTHER))
    asked = {"metric": "accepted", "part": "numerator", "unit": OTHER}
    assert sit("song").get("/desk/figures/behind", asked).status_code == 200
    assert sit("lin").get("/desk/figures/behind", asked).status_code == 404
    assert sit("lin").get("/desk/figures/behind", asked | {"unit": GRID}).status_code == 200


@pytest.mark.parametrize("wrong", [{"metric": "happiness"}, {}, {"metric": ""}])
def test_a_metric_that_is_none_is_not_found(sit: Sit, wrong: dict[str, str]) -> None:
    assert sit("he").get("/desk/figures/behind", wrong).status_code == 404


@pytest.mark.parametrize("part", ["nonsense", "", "void", "rated:", "import"])
@pytest.mark.parametrize("after", ["", "x", "0" * 32])
def test_whatever_part_is_asked_a_page_answers(sit: Sit, part: str, after: str) -> None:
    rows.put(*rows.many(1, "solved"))
    asked = {"metric": "closed_rate", "part": part, "after": after}
    page = sit("he").get("/desk/figures/behind", asked)
    assert page.status_code == 200
    assert "这里没有您看得到的事项" in page.content.decode()
