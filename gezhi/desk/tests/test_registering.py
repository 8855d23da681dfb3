"""登记一批: pasted rows become matters by the ordinary intake, once each; what is wrong is said in its cell."""

from __future__ import annotations

import base64
import os
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gezhi.desk import pasted_kept, pasted_rows
from gezhi.desk.pasted_kept import Came
from gezhi.exchange import pasting
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter, Text
from gezhi.matters.tests import liuxi
from gezhi.vault import kept

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
    cells["line"] = re.findall(r'name="line" value="([\da-f:]+)"', page)
    usual = {"channel": "phone", "nameless": "anonymous", "late_reason": more.get("late", "")}
    usual |= {name: "on" for name in ("nowhere", "long_ago") if name in more}
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
    anew = preview(he, SHEET)
    assert (anew.count("早先已登记"), "cell_text" in anew) == (3, False)
    assert anew.count("和登记的不一样，没有另外登记") == 1  # line 2 was mended before it was registered
    assert Matter.objects.count() == 3
    assert Entry.objects.filter(what="matter.opened").count() == 3


def test_a_line_is_registered_once_whatever_is_changed_in_it_afterwards(sit: Sit) -> None:
    he = sit("he")
    address = he.post("/desk/new/pasted", {"cells": SHEET, "do": "read"}).headers["Location"]
    page = he.get(address).content.decode()
    sent(he, page, "register")
    number = Matter.objects.get().number
    back = he.get(address).content.decode()
    assert reverse("desk:matter", args=[number]) in back
    assert "早先已登记" in back
    assert re.findall(r'name="line" value="(\d+):', back) == ["2", "3"]
    for changed in ({"text_1": "四层楼道堆了纸箱。"}, {"item_1": "N13"}, {"contact_1": "13800009999"}):
        told = sent(he, page, "register", **changed)
        assert "有 1 件早先已经登记过，没有再登。" in told
        assert "格里再改也不会改动那一件" in told
        assert reverse("desk:matter", args=[number]) in told
        assert "和登记的不一样，没有另外登记" in told
    assert "和登记的不一样" not in sent(he, page, "register")
    assert Matter.objects.count() == 1


def test_a_line_mended_on_the_page_and_then_in_the_spreadsheet_is_registered_once(sit: Sit) -> None:
    he = sit("he")
    row = f"\t{POINT}\t三层楼道堆了纸箱。\n"
    page = preview(he, f"杂物{row}杂物{row}")
    assert "登记了 2 件。" in sent(he, page, "register", item_1="N01", item_2="N01")
    again = sent(he, page, "register", item_1="N01", item_2="N01")
    assert (again.count("早先已登记"), again.count("和登记的不一样")) == (2, 0)
    assert preview(he, f"N01{row}N01{row}").count("早先已登记") == 2
    assert "1 行，都能登记" in preview(he, f"N01{row}N01{row}N01{row}")
    assert Matter.objects.count() == 2


def test_a_line_whose_number_was_mended_says_so_where_it_stands_unmended(sit: Sit) -> None:
    he = sit("he")
    address = he.post(
        "/desk/new/pasted", {"cells": f"N01\t{POINT}\t纸箱。\t\t1380000\n", "do": "read"}
    ).headers["Location"]
    sent(he, he.get(address).content.decode(), "register", contact_1="13800001234")
    told = he.get(address).content.decode()
    assert "这里的电话和登记的不一样，没有另外登记" in told
    assert "「纸箱。」" not in told
    assert "13800001234" not in told


def test_of_two_tabs_the_later_is_told_which_cells_it_has_otherwise(sit: Sit) -> None:
    he = sit("he")
    page = preview(he, f"N01\t{POINT}\t纸箱。\t\t13800001234\n")
    sent(he, page, "register", name_1="张三", contact_1="13800005678")
    for changed, told in (
        ({"contact_1": "13800005678"}, "这里的姓名和登记的不一样"),
        ({}, "这里的姓名、电话和登记的不一样"),
        ({"name_1": "张三"}, "这里的电话和登记的不一样"),
        (
            {"name_1": "张三", "contact_1": "13800005678", "text_1": "纸壳。"},
            "这里写的「纸壳。」和登记的不一样",
        ),
        ({"text_1": "纸壳。"}, "这里写的「纸壳。」，还有姓名、电话，和登记的不一样"),
        ({"item_1": "N13", "name_1": "张三", "contact_1": "13800005678"}, "这里的事项和登记的不一样"),
    ):
        said = sent(he, page, "register", **changed)
        assert f"{told}，没有另外登记。" in said, told
        assert ("纸箱。" in said) == ("text_1" not in changed), told
        assert not re.search("张三|138000", said), told
    other = sit("he")  # another session does not remember the cells
    assert "这里的有一格和登记的不一样" not in sent(other, page, "register")
    assert "这里有一格和登记的不一样" in sent(other, page, "register", contact_1="13800009999")
    assert Matter.objects.count() == 1


def test_a_page_left_open_overnight_registers_nothing_twice(sit: Sit) -> None:
    he = sit("he")
    page = preview(he, f"N01\t{POINT}\t三层楼道堆了纸箱。")
    sent(he, page, "register")
    with clock.fixed(liuxi.FRIDAY + timedelta(days=1)):
        assert "早先已经登记过" in sent(he, page, "register", text_1="四层楼道堆了纸箱。")
        assert "和登记的不一样" not in sent(he, page, "register")
    assert Matter.objects.count() == 1


def test_two_pages_that_register_one_line_at_once_register_it_once(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    he = sit("he")
    page = preview(he, f"N01\t{POINT}\t三层楼道堆了纸箱。")
    sent(he, page, "register")
    monkeypatch.setattr(pasted_rows, "opened_under", lambda by, keys: {})  # both looked before either wrote
    assert "早先已经登记过" in sent(he, page, "register")
    assert "这一份没有收下" in sent(he, page, "register", text_1="四层楼道堆了纸箱。")
    assert Matter.objects.count() == 1


def test_a_sheet_that_an_earlier_version_kept_is_gone(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    he = sit("he")
    address = he.post("/desk/new/pasted", {"cells": SHEET, "do": "read"}).headers["Location"]
    monkeypatch.setattr(pasted_kept, "Sheet", Came)  # another form
    assert "已经不在了，请重新贴" in he.get(address).content.decode()


def test_all_that_is_wrong_with_a_row_is_said_at_once(sit: Sit) -> None:
    he = sit("he")
    page = preview(
        he, f"没有这项\t不知道哪里\t\t{'名' * 41}\t\t前天\nN01\t{POINT}\t纸箱。\t\t\t2031-01-01 08:00\n"
    )
    first = page[: page.index('id="c2_item"')]
    for cell, told in {
        "item": "清单里没有这一项",
        "place": "认不出在哪里",
        "text": "请写明发生了什么",
        "name": "各最多 40 字",
        "at": "请写成 2026-11-20 10:24 这样。写了时间的，还要在上面写明",
    }.items():
        assert told in said_in(page, 1, cell)
    assert first.count('class="say"') == 5
    assert "发生时间在将来" in said_in(page, 2, "at")
    assert "写了时间的，还要在上面写明" in said_in(page, 2, "at")


def said_in(page: str, line: int, cell: str) -> str:
    found = re.search(rf'id="s{line}_{cell}">([^<]*)<', page)
    return found[1] if found else ""


def test_what_was_seen_oneself_did_not_come_in_by_a_call(sit: Sit) -> None:
    he = sit("he")
    cells = {"cells": f"N01\t{POINT}\t纸箱。\nN01\t{POINT}\t沙发。\t钱样本\n", "do": "read"}
    page = followed(he, cells | {"channel": "phone", "nameless": "staff"})
    assert "算“自己看到的”，可上面说是“来电代录”" in said_in(page, 1, "name")
    assert said_in(page, 2, "name") == ""
    assert "算“自己看到的”" not in followed(he, cells | {"channel": "worker", "nameless": "staff"})
    assert "算“自己看到的”" not in followed(he, cells | {"channel": "phone", "nameless": "anonymous"})


def test_a_year_that_may_be_mistyped_is_asked_about_once(sit: Sit) -> None:
    he = sit("he")
    page = preview(
        he, f"N01\t{POINT}\t纸箱。\t\t\t1999-11-19 08:30\nN01\t{POINT}\t沙发。\t\t\t2026-11-19 08:30\n"
    )
    page = sent(he, page, "look", late="下乡时没有网。")
    assert "写的是 1999-11-19，已经过去 27 年。请核对年份" in said_in(page, 1, "at")
    assert said_in(page, 2, "at") == ""
    assert 'name="long_ago"' in page
    page = sent(he, page, "register", late="下乡时没有网。")
    assert "登记了 1 件。" in page
    assert "登记了 1 件。" in sent(he, page, "register", late="下乡时没有网。", long_ago="on")
    assert sorted(at.year for at in Matter.objects.values_list("at", flat=True)) == [1999, 2026]


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
    after = sent(he, page, "register", late="下乡时没有网。", at_2="2026/11/19")
    assert "下乡时没有网" not in after, "the next sheet has its own reason"
    ways = list(Matter.objects.order_by("at").values_list("origin", flat=True))
    assert ways == ["late", "late"]
    assert Text.objects.filter(kind="late_reason", body="下乡时没有网。").count() == 2


def test_a_late_reason_stays_while_rows_wait_for_it(sit: Sit) -> None:
    he = sit("he")
    page = preview(
        he, f"N01\t{POINT}\t纸箱。\t\t\t2026-11-19 08:30\n没有这项\t{POINT}\t沙发。\t\t\t2026-11-19 08:30\n"
    )
    assert 'value="下乡时没有网。"' in sent(he, page, "register", late="下乡时没有网。")
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("contact", "short"),
    [("139", True), ("0 - 1", True), ("12345", False), ("微信 li", False), ("a@b.cn", False)],
)
def test_a_number_that_reaches_nobody_is_asked_about_in_its_cell(sit: Sit, contact: str, short: bool) -> None:
    he = sit("he")
    page = preview(he, f"N01\t{POINT}\t楼道堆了纸箱。\t钱样本\t{contact}\n")
    assert ("这个号码太短" in page) is short
    if short:
        assert "这个号码太短" in said_in(page, 1, "contact")
        sent(he, page, "register")
        assert not Matter.objects.exists()
        sent(he, page, "register", contact_1="13900001234")
        assert Matter.objects.count() == 1


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
    for n in range(kept.MOST):
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
