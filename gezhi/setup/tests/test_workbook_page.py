"""What the page of the workbook says before anybody confirms: who is appointed where, from which day, in which row."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from gezhi.exchange import workbook_write
from gezhi.ledger import clock
from gezhi.setup.views import workbook

from .test_opening import administrator, example

pytestmark = pytest.mark.django_db


def shown(client: Client, columns: Mapping[str, str] | None = None, **days: str) -> str:
    """The preview of the example with other first days: row of 人员 → what stands under 起; and further cells there."""
    client.post("/setup/model", {"model": "nanling"})
    book = load_workbook(example())
    for row, day in days.items():
        book["人员"][f"F{row.removeprefix('r')}"] = day
    for place, word in (columns or {}).items():
        book["人员"][place] = word
    out = io.BytesIO()
    book.save(out)
    body = SimpleUploadedFile("柳溪.xlsx", out.getvalue())
    return html.unescape(client.post("/setup/workbook", {"workbook": body}, follow=True).content.decode())


def test_each_appointment_stands_with_its_unit_and_first_day_and_all_can_be_opened(clerk: Client) -> None:
    page = shown(clerk, r12="2026-12-01")
    people = load_workbook(example())["人员"]
    name, post = str(people["B12"].value), str(people["C12"].value)
    assert re.search(rf"{name}　\S* ?{post}，2026-12-01 起", page)
    count = int(re.search(r"任命 (\d+) 个职务", page)[1])  # type: ignore[index]
    assert page.count("，2026-11-20 起") + page.count("，2026-12-01 起") == count
    assert f"另有 {count - 4} 个，打开看" in page
    grid = next(row for row in people.iter_rows(min_row=2, values_only=True) if row[2] == "网格员")
    assert re.search(rf"{grid[1]}　\S+网格 网格员，2026-11-20 起", page)


def test_rows_with_days_to_come_and_days_past_are_named(clerk: Client) -> None:
    page = shown(clerk, r11="2026-12-01", r12="2027-01-05", r14="2026-03-01")
    assert "人员第 11 行（2026-12-01）、第 12 行（2027-01-05）" in page
    assert "1 行的“起”写的是以前的日子（人员第 14 行）" in page


def test_without_such_days_nothing_is_said_of_them(clerk: Client) -> None:
    page = shown(clerk)
    assert "以后的日子" not in page
    assert "以前的日子" not in page


def test_what_was_not_read_is_told_above_the_button_that_confirms(clerk: Client) -> None:
    page = shown(clerk, columns={"J1": "备注", "J2": "随便写"})
    assert page.count("不认识“备注”这一栏，没有读。") == 1
    assert page.index("任命") < page.index("不认识“备注”这一栏") < page.index('name="confirm"')


def test_a_single_further_one_is_shown_and_not_to_be_opened() -> None:
    names = ["望湖", "柳荫", "桥东", "桥西", "柳岸", "听雨"]
    five = workbook._group("", names[:5])
    assert (five.names, five.others, five.more) == ("望湖、柳荫、桥东、桥西、柳岸", "", 0)
    six = workbook._group("", names)
    assert (six.names, six.others, six.more) == ("望湖、柳荫、桥东、桥西", "柳岸、听雨", 2)
    four = workbook._group("", names[:4])
    assert (four.names, four.more) == ("望湖、柳荫、桥东、桥西", 0)


def faulty(client: Client) -> tuple[str, list[int]]:
    """The page for a workbook in which everybody who heads a grid lacks the post that it takes, and their rows."""
    client.post("/setup/model", {"model": "nanling"})
    book = load_workbook(example())
    people = book["人员"]
    for number in range(people.max_row, 1, -1):
        if people[f"C{number}"].value == "在职干部":
            people.delete_rows(number)
    out = io.BytesIO()
    book.save(out)
    body = SimpleUploadedFile("柳溪.xlsx", out.getvalue())
    page = client.post("/setup/workbook", {"workbook": body}, follow=True).content.decode()
    return html.unescape(page), [
        row[0].row for row in people.iter_rows(min_row=2) if row[2].value == "网格长"
    ]


def test_one_sentence_in_many_rows_is_shown_once_and_each_cell_is_red(clerk: Client) -> None:
    page, rows = faulty(clerk)
    assert len(rows) > 6
    assert f"人员 C{rows[0]}、C{rows[1]}、C{rows[2]}…（{len(rows)} 处）" in page
    assert page.count("须同时是") == 1
    assert "姓名和登录名照抄这一行" in page
    back = load_workbook(io.BytesIO(clerk.get("/setup/workbook/returned.xlsx").content))
    red = [
        cell.coordinate
        for sheet in back
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.fill.fgColor.rgb == workbook_write.RED
    ]
    assert {f"C{row}" for row in rows} <= set(red)
    assert f"还有 {len(red)} 处要改" in page
    assert all(str(row) in str(back["人员"][f"C{row}"].comment.text) for row in rows)


def test_a_unit_for_a_department_is_refused_on_the_page_of_one_person_too(clerk: Client) -> None:
    administrator(clerk)
    said = {
        "sign_in": "wuye.new",
        "name": "陶样新",
        "seat": "department:property",
        "unit": "桥东01网格",
        "from_on": clock.today().isoformat(),
    }
    page = clerk.post("/setup/staff/new", said)
    assert "不分开派" in page.content.decode()
