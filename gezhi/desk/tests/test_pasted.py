"""Numbers pasted from a spreadsheet, and the list on paper: one's own scope alone, and nothing left out without a word."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from gezhi.matters import finding
from gezhi.matters.tests import liuxi
from gezhi.vault import kept

from .conftest import Sit
from .test_desk import opened_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(sit: Sit) -> list[str]:
    """One in lin's grid, one in song's."""
    he = sit("he")
    lon, lat = (str(one) for one in liuxi.BESIDE)
    made = [opened_at(he, text="楼道堆了纸箱。"), opened_at(he, text="河边垃圾。", lon=lon, lat=lat)]
    return [unquote(address.removeprefix("/desk/m/")) for address in made]


def looked(sit: Sit, who: str, cells: str) -> tuple[list[str], list[str], str]:
    page = sit(who).post("/desk/matters/numbers", {"cells": cells}, follow=True).content.decode()
    shown = [unquote(n) for n in re.findall(r'<a class="t1" href="/desk/m/([^"]+)"', page)]
    return shown, re.findall(r"<li><code>(.*?)</code>", page), page


def test_cells_are_found_whole_or_short_in_their_order(sit: Sit, two: list[str]) -> None:
    shown, missing, page = looked(sit, "he", f"{two[1]}\t柳望 1120-0001\r\n{two[1]}\n1120-0404\n")
    assert shown == [two[1], two[0]]
    assert missing == ["1120-0404"]
    assert "写了 3 个，找到 2 件。" in page


@pytest.mark.parametrize("between", ["，", "、", "；", ",", "; ", " ", "\u3000", "", "。\n", " 号\n"])
def test_numbers_that_follow_one_another_in_a_sentence_are_found(
    sit: Sit, two: list[str], between: str
) -> None:
    typed = f"{two[1]}{between}{two[0]}。"
    shown, missing, page = looked(sit, "he", typed)
    assert (shown, missing) == ([two[1], two[0]], [])
    assert f"required>{typed}</textarea>" in page
    if between:
        shown, missing, _page = looked(sit, "he", f"柳望 1120-0002{between}1120-0001{between}1120-0404")
        assert (shown, missing) == ([two[1], two[0]], ["1120-0404"])


def test_what_is_no_number_stays_whole_and_somebodys_number_is_not_kept(sit: Sit, two: list[str]) -> None:
    shown, missing, page = looked(sit, "he", f"AB 17 C，13912345678 {two[0]} 已办")
    assert (shown, missing) == ([two[0]], ["AB 17 C", "已办"])
    assert "13912345678" not in page
    assert f"required>AB 17 C\n{two[0]}\n已办</textarea>" in page


def test_hidden_and_unknown_are_told_alike(sit: Sit, two: list[str]) -> None:
    shown, missing, _page = looked(sit, "lin", f"{two[0]}\n{two[1]}\n柳望〔2026〕1120-0404号")
    assert shown == [two[0]]
    assert missing == [two[1], "柳望〔2026〕1120-0404号"]


def test_what_looks_like_somebodys_number_is_neither_looked_for_nor_shown(sit: Sit, two: list[str]) -> None:
    _shown, missing, page = looked(sit, "he", f"{two[0]}\n13912345678\n110101199003077758")
    assert missing == []
    assert "有 2 格像是电话或证件号码" in page
    assert "13912345678" not in page


def test_what_was_looked_up_has_an_address_that_loads_again_for_whoever_asked(
    sit: Sit, two: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    he, lin = sit("he"), sit("lin")
    answer = he.post("/desk/matters/numbers", {"cells": f"{two[0]}\n13912345678"})
    assert answer.status_code == 302
    address = answer["Location"]
    assert "1120" not in unquote(address), "no number in an address, which logs keep"
    for _time in range(2):
        page = he.get(address).content.decode()
        assert "写了 1 个，找到 1 件。" in page
        assert "有 1 格像是电话或证件号码" in page
    assert two[0] not in str(he.session["cells"])
    other = lin.get(address).content.decode()
    assert "请重新贴" in other
    assert two[0] not in other
    with monkeypatch.context() as earlier:
        earlier.setattr("gezhi.desk.views.pasted.Cells", finding.Counted)  # another form
        assert "请重新贴" in he.get(address).content.decode()
    for _time in range(kept.MOST):
        he.post("/desk/matters/numbers", {"cells": two[1]})
    assert "请重新贴" in he.get(address).content.decode(), "only the last few are kept"
    monkeypatch.setattr("gezhi.vault.kept.LARGEST", 40)
    large = he.post("/desk/matters/numbers", {"cells": "\n".join(two)})
    assert large.status_code == 422
    assert "请分几次贴" in large.content.decode()
    assert two[1] in large.content.decode()


def test_too_many_are_told(sit: Sit, two: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_PASTED", 1)
    shown, _missing, page = looked(sit, "he", "\n".join(two))
    assert shown == [two[0]]
    assert "多出来的 1 格没有查" in page


def test_the_list_on_paper_says_what_was_sifted_and_where_it_stops(
    sit: Sit, two: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sit("he").get("/desk/matters/print?state=open&item=N01").content.decode()
    assert "在办，楼道杂物堆放" in page
    assert all(number in page for number in two)
    assert two[1] not in sit("lin").get("/desk/matters/print?state=all").content.decode()
    monkeypatch.setattr("gezhi.desk.views.pasted.PRINTED", 1)
    cut = sit("he").get("/desk/matters/print?state=open").content.decode()
    assert "后面还有；要全部的，请导出" in cut
