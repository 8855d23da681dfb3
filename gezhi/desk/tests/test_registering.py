"""登记一批: pasted rows become matters by the ordinary intake, once each; what is wrong is said in its cell."""

from __future__ import annotations

import base64
import os
import re
from typing import Any

import pytest
from django.test import Client

from gezhi.desk import pasted_kept
from gezhi.exchange import pasting
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter, Text
from gezhi.matters.tests import liuxi

from .conftest import Sit

pytestmark = pytest.mark.django_db
POINT = f"{liuxi.INSIDE[0]},{liuxi.INSIDE[1]}"
SHEET = f"""序号\t事项名称\t发生地点\t问题描述\t反映人\t联系电话
1\t楼道杂物堆放\t{POINT}\t三层楼道堆了纸箱。\t钱样本\t13800001234
2\t没有这项\t{POINT}\t路灯不亮。\t\t
3\tN01\t不知道哪里\t楼道有旧沙发。\t\t
"""


def sent(browser: Client, page: str, do: str, **more: str) -> str:
    """The preview sent back as it stands, with some of its cells mended: `item_2="N13"`."""
    cells: dict[str, Any] = {f"cell_{name}": [] for name in pasting.FIELDS}
    found = re.findall(
        r'id="c(\d+)_(\w+)" name="cell_\w+"(?: value="([^"]*)")?[^>]*>(?:([^<]*)</textarea>)?', page
    )
    for n, name, value, words in found:
        cells[f"cell_{name}"].append(more.get(f"{name}_{n}", value or words))
    cells["line"] = re.findall(r'name="line" value="([\d:]+)"', page)
    usual = {"channel": "phone", "nameless": "anonymous", "late_reason": more.get("late", "")}
    usual |= {"nowhere": "on"} if "nowhere" in more else {}
    return followed(browser, cells | usual | {"do": do})


def followed(browser: Client, said: dict[str, Any]) -> str:
    """What is shown after sending: a page of its own address, so that nothing is sent twice by going back to it."""
    answer = browser.post("/desk/new/pasted", said)
    if answer.status_code == 302:
        assert re.fullmatch(r"/desk/new/pasted\?of=[\w-]{12}", answer.headers["Location"])
        answer = browser.get(answer.headers["Location"])
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    return answer.content.decode()


def preview(browser: Client, cells: str) -> str:
    return followed(browser, {"cells": cells, "do": "read"})


def test_rows_are_seen_mended_and_registered_once_each(sit: Sit) -> None:
    he = sit("he")
    page = preview(he, SHEET)
    assert "3 行里有 2 行要改" in page
    assert "<b>序号</b>" in page
    assert "清单里没有这一项" in page
    assert "认不出在哪里" in page
    assert "楼道杂物堆放</b>" in page
    assert not Matter.objects.exists()
    first = sent(he, page, "register")
    assert "登记了 1 件。" in first
    assert (Matter.objects.count(), "cell_text" in first) == (1, True)
    made = Matter.objects.get()
    assert (made.reporting, made.item, made.located, bool(made.reporter)) == (
        "confidential",
        "N01",
        "point",
        True,
    )
    assert "13800001234" not in first
    again = sent(he, page, "register")
    assert "有 1 件早先已经登记过" in again
    rest = sent(he, first, "register", item_2="N13", nowhere="on")
    assert "登记了 2 件。" in rest
    assert sorted(Matter.objects.values_list("item", "located")) == [
        ("N01", "none"),
        ("N01", "point"),
        ("N13", "point"),
    ]
    assert sent(he, preview(he, SHEET), "register").count("早先已登记") == 1
    assert Matter.objects.count() == 3
    assert Entry.objects.filter(what="matter.opened").count() == 3


def test_without_headers_the_order_counts_and_twins_are_told(sit: Sit) -> None:
    he = sit("he")
    row = f"N01\t{POINT}\t三层楼道堆了纸箱，过不去人。"
    page = preview(he, f"{row}\n{row}\n")
    assert "和第 1 行一样" in page
    done = sent(he, page, "register")
    assert Matter.objects.count() == 2
    assert "可能是同一件" in done
    unit = preview(he, f"N01,{liuxi.build.__name__},纸箱。") + preview(he, "")
    assert "没有读到一行" in unit


def test_a_time_before_now_asks_why_and_is_kept(sit: Sit) -> None:
    he = sit("he")
    page = preview(
        he,
        f'事项,地点,内容,时间\nN01,"{POINT}",楼道有纸箱。,2026-11-19 08:30\nN01,"{POINT}",楼道有沙发。,前天\n',
    )
    assert "请写明为什么当时没有登记" in page
    assert "请写成 2026-11-20 10:24 这样" in page
    sent(he, page, "register", late="下乡时没有网。", at_2="2026/11/19")
    ways = list(Matter.objects.order_by("at").values_list("origin", flat=True))
    assert ways == ["late", "late"]
    assert Text.objects.filter(kind="late_reason", body="下乡时没有网。").count() == 2


def test_more_rows_than_are_taken_are_told_and_broken_pages_refused(sit: Sit) -> None:
    he = sit("he")
    page = preview(he, "\n".join(f"N01\t{POINT}\t纸箱{n}。" for n in range(pasting.MOST + 2)))
    assert "多出来的 2 行没有读" in page
    assert page.count('name="cell_text"') == pasting.MOST
    done = sent(he, page, "register")
    assert f"登记了 {pasting.MOST} 件。" in done
    odd = he.post("/desk/new/pasted", {"do": "register", "cell_text": ["a", "b"], "cell_item": ["N01"]})
    assert odd.status_code == 422


def test_where_every_row_is_wrong_none_is_said_to_be_registered(sit: Sit) -> None:
    he = sit("he")
    page = preview(he, f"没有这项\t{POINT}\t路灯不亮。\nN01\t不知道哪里\t楼道有旧沙发。\n")
    assert "2 行都要改，现在一行也登记不了" in page
    assert "能登记的先登记" not in page
    assert "一行也登记不了" in sent(he, page, "register")
    assert not Matter.objects.exists()


def test_what_was_pasted_is_sealed_stays_with_its_session_and_three_sheets_are_kept(sit: Sit) -> None:
    he = sit("he")
    first = he.post("/desk/new/pasted", {"cells": SHEET, "do": "read"}).headers["Location"]
    held = str(he.session["pasted"])
    assert "13800001234" not in base64.b64decode(held.split("'")[3]).decode("latin-1")
    assert "钱样本" not in held
    assert "钱样本" in he.get(first).content.decode()
    assert "已经不在了" in sit("lin").get(first).content.decode()
    for n in range(pasted_kept.MOST):
        preview(he, f"N01\t{POINT}\t纸箱{n}。\n")
    gone = he.get(first).content.decode()
    assert "已经不在了，请重新贴" in gone
    assert "钱样本" not in gone


def test_more_words_than_a_session_holds_are_refused(sit: Sit) -> None:
    he = sit("he")
    told = he.post("/desk/new/pasted", {"cells": f"N01\t{POINT}\t{os.urandom(200_000).hex()}", "do": "read"})
    assert told.status_code == 422
    assert "请分几次贴" in told.content.decode()


def test_what_no_register_may_hold_is_not_read() -> None:
    found = pasting.read("事项\t地点\t内容\t身份证号\t宗教信仰\nN01\t柳荫\t纸箱\t1101\t无")
    assert found.unused == ("身份证号", "宗教信仰")
    assert found.rows[0] == dict.fromkeys(pasting.FIELDS, "") | {
        "item": "N01",
        "place": "柳荫",
        "text": "纸箱",
    }
    quoted = pasting.read('事项\t地点\t内容\nN01\t柳荫\t"第一行\n第二行"\n')
    assert quoted.rows[0]["text"] == "第一行 第二行"
    assert pasting.read("N01，柳荫，纸箱").rows[0]["place"] == "柳荫"
