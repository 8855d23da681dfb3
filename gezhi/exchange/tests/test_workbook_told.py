"""What a clerk is told of a workbook: once, at the right cell, with the row that is the cause; and what she need not type."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from openpyxl import Workbook, load_workbook

from gezhi.exchange import workbook_now, workbook_plan, workbook_write
from gezhi.exchange.workbook_layout import PEOPLE
from gezhi.people.models import Account, Term
from gezhi.rules import load
from gezhi.rules.model import Model

from .test_workbook import Edit, cells, edited, example, friday, looked, nanling, opened, today, told

pytestmark = pytest.mark.django_db
__all__ = ["friday", "nanling"]


def rows(model: Model, **said: str) -> list[int]:
    """Rows of 人员 in the example whose cells say this."""
    page = load_workbook(io.BytesIO(example(model)))["人员"]
    heads = {"sign_in": 0, "name": 1, "post": 2, "unit": 3, "department": 4}
    return [
        n
        for n, row in enumerate(page.iter_rows(min_row=2, values_only=True), start=2)
        if all(row[heads[key]] == word for key, word in said.items())
    ]


def without_sign_ins(book: Workbook) -> None:
    """Nobody has a sign-in name, and every name is only one person's."""
    for cell in book["人员"]["A"][1:]:
        cell.value = None


def one_name_each(model: Model) -> Edit:
    """The example's people, each called after their sign-in name, so that no two share a name."""

    def put(book: Workbook) -> None:
        for row in book["人员"].iter_rows(min_row=2):
            if row[0].value:
                row[1].value = "人" + str(row[0].value)
        without_sign_ins(book)

    return put


# One sentence for a sheet of another model ------------------------------------------------------


@pytest.mark.parametrize("other", ["guanlan", "guangming", "jianghai"])
def test_a_sheet_made_for_another_model_is_told_once(nanling: Model, other: str) -> None:
    plan = looked(example(load.named(other)), nanling)
    assert [(one.sheet, one.row) for one in plan.read.faults] in ([("units", 0)], [("people", 0)])
    said = plan.read.faults[0].sentence
    assert "这张表是照另一个治理模型填的" in said
    assert load.named(other).name in said
    assert "县、镇、社区、网格" in said
    assert not plan.may
    body = workbook_write.with_faults(example(load.named(other)), plan.read)
    assert any("另一个治理模型" in str(cell.value) for cell in load_workbook(io.BytesIO(body))["单元"][1])


def test_names_that_were_not_changed_yet_lead_to_the_form(nanling: Model) -> None:
    def streets(book: Workbook) -> None:
        for cell in book["单元"]["C"][1:]:
            cell.value = {"县": "区", "镇": "街道"}.get(str(cell.value), cell.value)

    plan = looked(example(nanling, streets), nanling)
    assert len(plan.read.faults) == 1
    assert "“区、街道”" in plan.read.faults[0].sentence
    assert "改成本区的叫法" in plan.read.faults[0].sentence


def test_one_word_mistyped_in_every_row_is_no_other_model(nanling: Model) -> None:
    def slip(book: Workbook) -> None:
        for cell in book["单元"]["C"][1:]:
            cell.value = "网络" if cell.value == "网格" else cell.value

    plan = looked(example(nanling, slip), nanling)
    assert len([one for one in plan.read.grave if one.column == 3]) > 4
    assert all("另一个治理模型" not in one.sentence for one in plan.read.faults)


# The right cell, all in one round ---------------------------------------------------------------


def test_an_unknown_level_does_not_hide_a_wrong_parent(nanling: Model) -> None:
    """Row 8 is misspelt, row 4 a community; a grid under the county is told beside both, at its parent."""
    page = load_workbook(io.BytesIO(example(nanling)))["单元"]
    grids = [n for n in range(2, page.max_row + 1) if page[f"C{n}"].value == "网格"]
    spoilt = {f"C{grids[0]}": "网各", f"D{grids[0]}": "LX", f"D{grids[1]}": "LX-01"}
    found = told(looked(example(nanling, cells("单元", **spoilt)), nanling))
    assert "没有“网各”" in found["units", grids[0], 3]
    assert found["units", grids[0], 4] == "“网格”可以放在“社区”下面，不能放在“县”下面。"
    assert found["units", grids[1], 4] == "“网格”可以放在“社区”下面，不能放在“镇”下面。"
    assert ("units", grids[1], 3) not in found


def test_under_a_grid_hangs_nothing_whatever_was_meant(nanling: Model) -> None:
    page = load_workbook(io.BytesIO(example(nanling)))["单元"]
    grids = [n for n in range(2, page.max_row + 1) if page[f"C{n}"].value == "网格"]
    above = str(page[f"A{grids[0]}"].value)
    spoilt = {f"C{grids[1]}": "QQ", f"D{grids[1]}": above}
    found = told(looked(example(nanling, cells("单元", **spoilt)), nanling))
    assert found["units", grids[1], 4].startswith("“网格”下面不能再放单元")


def test_every_wrong_cell_offers_what_can_be_written(nanling: Model) -> None:
    found = looked(example(nanling, cells("单元", C3="屯", C4="寨")), nanling).read.faults
    strange = [one for one in found if one.column == 3]
    assert len(strange) == 2
    assert {one.choices for one in strange} == {"可以写：县、镇、社区、网格。"}


def test_an_error_that_follows_from_another_row_names_it(nanling: Model) -> None:
    """A cadre's sign-in name is mistyped in one row; her two posts as grid head then lack it, and say where it is."""
    head = rows(nanling, post="网格长")[0]
    page = load_workbook(io.BytesIO(example(nanling)))["人员"]
    name, sign_in = str(page[f"B{head}"].value), str(page[f"A{head}"].value)
    cadre = rows(nanling, name=name, sign_in=sign_in, post="在职干部")[0]
    plan = looked(example(nanling, cells("人员", **{f"A{cadre}": "cadre.x"})), nanling)
    followed = [one for one in plan.read.grave if "须同时是" in one.sentence]
    assert followed
    for one in followed:
        assert f"第 {cadre} 行的“{name}”登录名是“cadre.x”，这一行是“{sign_in}”" in one.sentence


def test_an_error_for_the_days_before_another_row_names_that_row(nanling: Model) -> None:
    head = rows(nanling, post="网格长")[0]
    page = load_workbook(io.BytesIO(example(nanling)))["人员"]
    cadre = rows(nanling, sign_in=str(page[f"A{head}"].value), post="在职干部")[0]
    plan = looked(example(nanling, cells("人员", **{f"F{cadre}": "2027-03-01"})), nanling)
    assert f"第 {cadre} 行的“在职干部”从 2027-03-01 起。" in told(plan)["people", head, 3]


def test_nobody_who_administers_names_the_row_that_may_be_meant(nanling: Model) -> None:
    row = rows(nanling, post="系统管理员")[0]
    found = looked(example(nanling, cells("人员", **{f"C{row}": "系统管理圆"})), nanling).read.faults
    said = next(one.sentence for one in found if one.row == 0)
    assert "还没有人任“系统管理员”" in said
    assert f"第 {row} 行的岗位要改" in said


# Sign-in names ----------------------------------------------------------------------------------


def test_sign_in_names_may_be_left_empty_and_the_same_sheet_again_changes_nothing(nanling: Model) -> None:
    body = edited(example(nanling), one_name_each(nanling))
    plan = opened(nanling, body)
    assert not plan.read.faults
    heads = Term.objects.filter(post="grid_head")
    assert {term.account_id for term in heads} <= set(
        Term.objects.filter(post="cadre").values_list("account_id", flat=True)
    )
    names = list(Account.objects.values_list("sign_in", flat=True))
    assert len(names) == len(set(names)) == len(plan.newcomers)
    assert "gw-001" in names
    assert "centre-002" in names
    assert {"system-admin-001", "security-admin-001"} <= set(names)  # not two of one beginning
    assert looked(body, nanling, plan.model).empty
    now = workbook_write.filled(plan.model, workbook_now.rows(plan.model, workbook_plan.standing(today())))
    assert looked(now, plan.model, plan.model).empty


def test_one_name_in_two_rows_is_asked_and_not_guessed(nanling: Model) -> None:
    two = rows(nanling, post="网格员")[:2]
    said = {f"A{n}": None for n in two} | {f"B{n}": "王样伟" for n in two}
    plan = looked(example(nanling, cells("人员", **said)), nanling)
    found = told(plan)
    for n in two:
        assert "“王样伟”有 2 行没写登录名" in found["people", n, 1]
        assert f"第 {two[0]}、{two[1]} 行" in found["people", n, 1]
    assert not plan.may


def test_a_name_that_stands_in_another_row_with_a_sign_in_name_is_asked(nanling: Model) -> None:
    one, other = rows(nanling, post="网格员")[:2]
    plan = looked(
        example(nanling, cells("人员", **{f"A{one}": None, f"B{one}": "王样伟", f"B{other}": "王样伟"})),
        nanling,
    )
    assert f"第 {other} 行写了登录名" in told(plan)["people", one, 1]


def test_whoever_has_the_name_of_somebody_on_record_is_asked(nanling: Model) -> None:
    plan = opened(nanling)
    known = Account.objects.filter(terms__post="grid_worker").order_by("sign_in")[0]

    def more(book: Workbook) -> None:
        book["人员"].delete_rows(2, book["人员"].max_row)
        book["人员"].append([None, known.name, "镇网格办", "LX-02"])
        book["人员"].append([None, "陶样新", "网格员", "LX-02-01-01"])

    found = looked(example(nanling, more), nanling, plan.model)
    said = [one.sentence for one in found.read.grave]
    assert len(said) == 1
    assert f"已经有叫“{known.name}”的账号：{known.sign_in}" in said[0]
    assert [one.sign_in for one in found.newcomers] == ["gw-001"]


def test_made_numbers_go_round_those_that_are_taken(nanling: Model) -> None:
    first, second, third = rows(nanling, post="网格员")[:3]
    said = {f"A{first}": None, f"A{second}": "GW-001", f"A{third}": None}
    said |= {f"B{n}": name for n, name in zip((first, second, third), ("甲样", "乙样", "丙样"), strict=True)}
    plan = looked(example(nanling, cells("人员", **said)), nanling)
    by_name = {one.name: one.sign_in for one in plan.newcomers}
    assert (by_name["甲样"], by_name["乙样"], by_name["丙样"]) == ("gw-002", "gw-001", "gw-003")


def test_a_blank_in_a_sign_in_name_is_told(nanling: Model) -> None:
    row = rows(nanling, post="网格员")[0]
    plan = looked(example(nanling, cells("人员", **{f"A{row}": "li si"})), nanling)
    assert plan.may
    assert told(plan)["people", row, 1] == "“li si”中间有空格，当作“lisi”。"


def test_which_signs_a_sign_in_name_may_have_is_told_where_it_is_refused(nanling: Model) -> None:
    row = rows(nanling, post="网格员")[0]
    plan = looked(example(nanling, cells("人员", **{f"A{row}": "li#si"})), nanling)
    assert "只用文字、数字和 . _ - @" in told(plan)["people", row, 1]


def test_the_heading_says_that_it_may_be_empty_and_is_read_again(nanling: Model) -> None:
    head = load_workbook(io.BytesIO(example(nanling)))["人员"]["A1"]
    assert head.value == "登录名（空着就由系统起）"
    assert "gw-013" in head.comment.text
    assert looked(example(nanling), nanling).may


# The sheet 说明 ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nanling", "guanlan", "guangming", "jianghai"])
def test_what_opens_a_district_is_short_and_each_heading_stands_once(name: str) -> None:
    model = load.named(name)
    lines = list(load_workbook(io.BytesIO(example(model)))["说明"].iter_rows(max_col=2, values_only=True))
    line = next(n for n, row in enumerate(lines) if str(row[1] or row[0]).startswith("开张用的到这里"))
    above, below = [row[0] for row in lines[:line]], [row[0] for row in lines[line:]]
    assert line <= 40
    assert [above.count(word) for word in ("单元", "人员", "层级")] == [1, 1, 1]
    assert "人员" not in below
    assert not {column.head for column in PEOPLE.columns if column.head not in ("单元", "部门")} & set(above)
    ruled = {p.name for p in model.posts.values() if p.must_be or p.never_vacant or p.most}
    posts = {post.name for post in model.posts.values()}
    assert posts & set(above) == ruled
    assert posts & set(below) == posts - ruled
    assert {column.head.strip("*") for column in PEOPLE.columns} - {"证件"} <= {
        str(head).strip("*") for head in below
    }


# Departments ------------------------------------------------------------------------------------


def test_a_unit_for_somebody_in_a_department_is_refused_at_its_cell(nanling: Model) -> None:
    row = rows(nanling, department="物业服务企业")[0]
    plan = looked(example(nanling, cells("人员", **{f"D{row}": "LX-01-01-01"})), nanling)
    assert told(plan) == {
        ("people", row, 4): "部门的人办各处派给部门的事，写了单元也不分开派。请把这一格留空。"
    }
    assert looked(
        example(nanling, cells("人员", **{f"D{row}": "LX"})), nanling
    ).may  # true, and changes nothing


def test_a_department_needs_no_unit_at_whatever_level_it_sits(nanling: Model) -> None:
    assert nanling.departments["property"].level == "grid"
    opened(nanling)
    term = Term.objects.get(department="property")
    assert Term.objects.filter(post="system_admin", unit=term.unit).exists()  # the root


@pytest.mark.parametrize("name", ["nanling", "guanlan", "guangming", "jianghai"])
def test_units_are_said_by_their_names_as_often_as_they_are_needed(name: str) -> None:
    model = load.named(name)

    def names_for_codes(book: Workbook) -> None:
        units = list(book["单元"].iter_rows(min_row=2, max_col=4))
        called = Counter(row[1].value for row in units)
        names = {row[0].value: row[1].value for row in units if called[row[1].value] == 1}
        for cell in [row[3] for row in units] + [row[3] for row in book["人员"].iter_rows(min_row=2)]:
            cell.value = names.get(cell.value, cell.value)
        said = Counter(cell.value for cell in book["人员"]["D"][1:] if cell.value)
        assert said.most_common(1)[0][1] > 1

    by_code, by_name = looked(example(model), model), looked(example(model, names_for_codes), model)
    assert by_name.read.faults == by_code.read.faults == []
    assert [one for one, _ in by_name.appointments] == [one for one, _ in by_code.appointments]


def test_one_of_two_that_are_called_the_same_is_said_with_the_name_above(nanling: Model) -> None:
    units = {
        row[0].value: row for row in load_workbook(io.BytesIO(example(nanling)))["单元"].iter_rows(min_row=2)
    }
    grids = [row for row in units.values() if row[2].value == "网格"]
    first, other = grids[0], next(row for row in grids if row[3].value != grids[0][3].value)

    def alike(book: Workbook, *, above: bool) -> None:
        sheet, staff = book["单元"], book["人员"]
        for row in (first, other):
            sheet.cell(row[0].row, 2).value = "01网格"
            over = units[row[3].value][1].value
            for cell in staff["D"][1:]:
                if cell.value == row[0].value:
                    cell.value = f"{over}/01网格" if above else "01网格"

    plan = looked(example(nanling, lambda book: alike(book, above=True)), nanling)
    assert plan.read.faults == []
    asked = told(looked(example(nanling, lambda book: alike(book, above=False)), nanling))
    assert "叫“01网格”的单元不止一个，请写编码，或连上级一起写，如“上级/名称”。" in asked.values()
