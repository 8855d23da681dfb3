"""The workbook of a district: read as Excel and WPS write it, every fault at its cell, whole or not at all."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from gezhi.errors import Refused
from gezhi.exchange import (
    workbook_example,
    workbook_file,
    workbook_now,
    workbook_plan,
    workbook_read,
    workbook_write,
)
from gezhi.exchange.workbook_layout import FAULT
from gezhi.exchange.workbook_plan import Plan
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.matters import editions
from gezhi.matters.models import Edition
from gezhi.matters.services.editions import adopt
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.people import queries as people
from gezhi.people.counts import counts
from gezhi.people.models import Account, Term
from gezhi.places import queries as places
from gezhi.places.models import Unit
from gezhi.rules import load
from gezhi.rules.model import Model
from gezhi.rules.texts import holding_from
from tests import shares

pytestmark = pytest.mark.django_db
FIVE = ["nanling", "guanlan", "guangming", "guangming-2023", "jianghai"]
Edit = Callable[[Workbook], object]
_written: dict[str, bytes] = {}
"""Examples by model: writing one takes longer than looking at it."""


@pytest.fixture(autouse=True)
def friday(db: None) -> Iterator[None]:
    instance.open_instance("live")
    with clock.fixed(FRIDAY):
        yield


@pytest.fixture
def nanling() -> Model:
    return load.named("nanling")


def today() -> date:
    return timezone.localdate(clock.now())


def example(model: Model, edit: Edit | None = None) -> bytes:
    body = _written.get(model.version)
    if body is None:
        body = workbook_write.filled(model, workbook_example.rows(model), room=10)
        _written[model.version] = body
    return edited(body, edit) if edit else body


def edited(body: bytes, edit: Edit) -> bytes:
    book = load_workbook(io.BytesIO(body))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shared(body: bytes) -> bytes:
    """The same workbook with its words in one table, as Excel and WPS keep them; openpyxl leaves them in their cells."""
    words: list[str] = []

    def number(found: re.Match[str]) -> str:
        words.append(found[2])
        return f'<c{found[1]} t="s"><v>{len(words) - 1}</v></c>'

    parts = {}
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                inline = r'<c([^>]*?) t="inlineStr"><is><t[^>]*>(.*?)</t></is></c>'
                parts[name] = re.sub(inline, number, package.read(name).decode()).encode()
        kinds = package.read("[Content_Types].xml").decode()
        links = package.read("xl/_rels/workbook.xml.rels").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    if "sharedStrings" not in kinds:
        kinds = kinds.replace(
            "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
        )
        of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        link = f'<Relationship Id="rIdWords" Type="{of}" Target="sharedStrings.xml"/></Relationships>'
        links = links.replace("</Relationships>", link)
    ours = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    table = "".join(f'<si><t xml:space="preserve">{word}</t></si>' for word in words)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{ours}">{table}</sst>'.encode()
    parts |= {"[Content_Types].xml": kinds.encode(), "xl/_rels/workbook.xml.rels": links.encode()}
    assert len(words) > 20
    return packed(body, **parts)


def looked(body: bytes, model: Model, in_force: Model | None = None, on: date | None = None) -> Plan:
    read = workbook_read.read(workbook_file.opened(body))
    return workbook_plan.planned(read, model, on=on or today(), at=clock.now(), in_force=in_force)


def opened(model: Model, body: bytes | None = None) -> Plan:
    plan = looked(body or example(model), model)
    workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
    return plan


def cells(sheet: str, **said: Any) -> Edit:
    """Put values into cells."""

    def put(book: Workbook) -> None:
        for place, value in said.items():
            book[sheet][place] = value

    return put


def told(plan: Plan) -> dict[tuple[str, int, int], str]:
    return {(one.sheet, one.row, one.column): one.sentence for one in plan.read.faults}


@pytest.mark.parametrize("name", FIVE)
def test_the_example_of_each_system_opens_a_district_and_again_changes_nothing(name: str) -> None:
    model = load.named(name)
    plan = opened(model)
    assert plan.read.faults == []
    assert places.tree(today()).root is not None
    assert Term.objects.count() == len(plan.appointments) > 20
    assert editions.current(today()).version == model.version
    assert looked(example(model), model, model).empty
    standing = workbook_plan.standing(today())
    assert looked(workbook_write.filled(model, workbook_now.rows(model, standing)), model, model).empty


def test_the_template_alone_says_what_is_missing(nanling: Model) -> None:
    plan = looked(workbook_write.filled(nanling, {}), nanling)
    assert plan.model is nanling
    assert [one.sentence for one in plan.read.faults] == [
        "没有最上一级的单元。请写一行“上级”留空的，如区或县。",
        "还没有人任“系统管理员”。请在人员表里加一行：开张以后由此人改设置、发条子。",
    ]


def test_cells_as_wps_leaves_them_are_taken(nanling: Model) -> None:
    """A title above, columns in another order, codes as numbers, full-width, blanks, days as numbers, merged, hidden."""
    book = Workbook()
    units = book.active
    units.title = " 单元 "
    units.append(["柳溪县网格一览"])
    units.append(["名称 *", "编码（必填）", "上级", "层级", "户数"])
    for row in [
        ["柳溪县", 340000, None, "县", None],
        ["望湖镇", " ０１ ", 340000.0, "镇 ", None],
        ["桥东社区", "001\u00a0", "01", "社区", None],
        ["桥东\u202e01网格\u2069", "a1", "001", "网格", "３５０户"],
        ["桥东02网格", "a2", None, "网格", 412],
    ]:
        units.append(row)
    units.merge_cells("C6:C7")
    units.row_dimensions[7].hidden = True
    staff = book.create_sheet("人员")
    staff.append(["姓名", "登录名", "岗位", "单元", "起", "止", "备注"])
    staff.append(["林例春", "ＬＩＮ", "系统管理员", None, 46000, None, "随便写"])
    staff.append(["乔例夏", "qiao", "网格员", "a1", "2026年1月5日", "2027/3/31", None])
    staff.append(["汤例秋", "tang", "网格员", "桥东02网格", "20261201", None, None])
    out = io.BytesIO()
    book.save(out)
    plan = looked(shared(out.getvalue()), nanling)
    assert [(one.sentence, one.grave) for one in plan.read.faults] == [
        ("有 1 行被隐藏或筛掉了，也照样读了。", False),
        ("不认识“备注”这一栏，没有读。", False),
    ]
    workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
    ground = places.tree(today())
    assert [unit.name for unit in ground.by_path.values() if unit.leaf] == ["桥东01网格", "桥东02网格"]
    assert [said.number for said in counts("households", today()).values()] == [350, 412]
    terms = Term.objects.order_by("account__sign_in").values_list("account__sign_in", "from_on", "to_on")
    assert list(terms) == [
        ("lin", today(), None),
        ("qiao", today(), date(2027, 4, 1)),
        ("tang", date(2026, 12, 1), None),
    ]


def test_noughts_that_a_table_program_took_away_are_found_and_told(nanling: Model) -> None:
    def lost(book: Workbook) -> None:
        book["单元"]["A3"] = "0001"
        for page in (book["单元"], book["人员"]):
            for row in range(4, page.max_row + 1):
                if page.cell(row, 4).value == "LX-01":
                    page.cell(row, 4).value = 1

    plan = looked(example(nanling, lost), nanling)
    assert plan.may
    assert {one.sentence for one in plan.read.faults} == {
        "上级写的是“1”，当作“0001”：编码前面的 0 可能被表格软件去掉了。"
    }


def test_every_fault_is_said_at_its_cell_at_once(nanling: Model) -> None:
    def spoil(book: Workbook) -> None:
        units, staff, items = book["单元"], book["人员"], book["事项"]
        units["C3"], units["D4"], units["B5"], units["A6"] = "乡镇", "LX-99", None, "LX"
        units["F9"] = "三百"
        staff["A2"], staff["C3"], staff["D4"], staff["F5"], staff["G6"] = (
            "x",
            "网格元",
            "天边",
            "下周",
            "=TODAY()",
        )
        staff["B7"] = "=1+1"
        items["A3"], items["G4"], items["E5"] = items["A2"].value, "很久", "没有的类"

    plan = looked(example(nanling, spoil), nanling)
    said = told(plan)
    assert not plan.may
    assert said["units", 3, 3].startswith("治理模型里没有“乡镇”。")
    assert said["units", 4, 4].startswith("没有编码或名称是“LX-99”的单元。")
    assert said["units", 5, 2] == "缺名称。"
    assert said["units", 6, 1] == "编码“LX”第 2 行已经用了。请换一个。"
    assert said["units", 9, 6] == "“三百”不是数。请只写 0 或以上的整数。"
    assert said["people", 2, 1] == "登录名要2到40个字，只用文字、数字和 . _ - @。"
    assert "是不是“网格" in said["people", 3, 3]
    assert said["people", 4, 4] == "没有叫“天边”的单元。"
    assert said["people", 5, 6] == "“下周”不是日期。请写成 2026-01-01。"
    assert said["people", 6, 7].startswith("这里是公式。")
    assert said["people", 7, 2].startswith("这里是公式。")
    assert said["items", 3, 1].startswith("编码“N01”写了两次")
    with pytest.raises(Refused, match="还有要改的地方"):
        workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
    assert not Unit.objects.exists()


def test_one_round_tells_every_sheet_and_nothing_that_only_follows(nanling: Model) -> None:
    """Departments by their new names, units whose rows are wrong, posts that lean on a wrong row: told once, there."""

    def spoil(book: Workbook) -> None:
        units, staff, items, offices = book["单元"], book["人员"], book["事项"], book["部门"]
        units["C2"], units["D4"] = "县城", "LX-99"  # the root, on which posts at the top stand; a community
        for row in units.iter_rows(min_row=5):
            if row[0].value == "LX-01-01-02":
                row[0].value = "LX-01-01-01"
        offices["B2"], offices["B3"], offices["C3"] = "柳溪县住建局", "柳溪县市监局", "国"
        for row in staff.iter_rows(min_row=2):
            names = {"县住建局": "柳溪县住建局", "县市场监管局": "柳溪县市监局"}
            row[4].value = names.get(row[4].value, row[4].value)
            if row[2].value == "在职干部":  # who also heads the grids of the community
                row[2].value = "在职"
        items["J2"] = "很久"
        items["G3"] = "天文台"

    plan = looked(example(nanling, spoil), nanling)
    grave = [(one.sheet, one.row, one.column) for one in plan.read.grave if one.sheet != "people"]
    assert sorted(grave) == [
        ("departments", 3, 3), ("items", 2, 10), ("items", 3, 7),
        ("units", 2, 3), ("units", 4, 4), ("units", 10, 1),
    ]  # fmt: skip
    staff = {one.sentence for one in plan.read.grave if one.sheet == "people"}
    assert staff == {"治理模型里没有“在职”。是不是“在职干部”？"}
    assert {one.sentence for one in plan.read.faults if one.sheet == "people" and not one.grave} == {
        "没有叫“LX-01-01-02”的单元。单元第 10 行的编码要改，这里可能就是它。"
    }


def test_a_blank_inside_a_name_is_taken_out_and_told(nanling: Model) -> None:
    plan = opened(nanling, example(nanling, cells("人员", B2="沈 例　春", B3="Li Chun")))
    assert [(one.sentence, one.grave) for one in plan.read.faults] == [
        ("“沈 例 春”中间有空格，当作“沈例春”。", False)
    ]
    assert set(Account.objects.filter(sign_in__startswith="centre.").values_list("name", flat=True)) == {
        "沈例春", "Li Chun",
    }  # fmt: skip


def test_rules_of_posts_are_said_at_the_row(nanling: Model) -> None:
    def spoil(book: Workbook) -> None:
        page = book["人员"]
        page.append(["neu.1", "林样春", "网格长", "LX-01-01-01"])  # whoever heads a grid is a serving cadre
        page.append(["neu.2", "林样夏", "网格员", "LX-01"])  # a town is no grid
        page.append(["neu.3", "林样秋", "系统管理员"])
        page.append(["neu.3", "林样秋", "网格员", "LX-01-01-01"])  # nobody administers and acts

    rows = load_workbook(io.BytesIO(example(nanling)))["人员"].max_row
    said = told(looked(example(nanling, spoil), nanling))
    lacking = said["people", rows + 1, 3]
    assert "须同时是「在职干部」" in lacking
    assert f"再加一行，姓名和登录名照抄第 {rows + 1} 行，岗位写“在职干部”" in lacking
    assert "不设在" in said["people", rows + 2, 4]
    assert "同一个人不得兼任" in said["people", rows + 4, 3]


def test_the_same_workbook_comes_back_with_red_cells_and_mended_is_taken(nanling: Model) -> None:
    body = example(nanling, cells("单元", C3="乡镇", J1="备忘", J3="我的备注"))
    plan = looked(body, nanling)
    back = workbook_write.with_faults(body, plan.read)
    page = load_workbook(io.BytesIO(back))["单元"]
    assert page["C3"].fill.fgColor.rgb == workbook_write.RED
    assert "乡镇" in page["C3"].comment.text
    assert page["J3"].value == "我的备注"
    assert page.cell(1, 11).value.startswith(FAULT)
    assert "治理模型里没有“乡镇”" in page.cell(3, 11).value
    assert page.column_dimensions["B"].width == 24
    mended = edited(back, cells("单元", C3="镇"))
    again = looked(mended, nanling)
    assert again.may
    clean = load_workbook(io.BytesIO(workbook_write.with_faults(mended, again.read)))["单元"]
    assert clean["C3"].fill.fgColor.rgb != workbook_write.RED
    assert clean["C3"].comment is None


def test_items_and_departments_make_a_version_of_their_own(nanling: Model) -> None:
    def local(book: Workbook) -> None:
        book["部门"]["B2"] = "柳溪县住建局"
        for row in book["人员"].iter_rows():
            row[4].value = "柳溪县住建局" if row[4].value == "县住建局" else row[4].value
        page = book["事项"]
        heads = [cell.value.strip("*") for cell in page[1]]
        new = dict(zip(heads, [cell.value for cell in page[2]], strict=True)) | {
            "编码": "N90",
            "名称": "小区积水",
        }
        page.append([new[head] for head in heads])
        page.delete_rows(4)

    body = example(nanling, local)
    assert looked(body, nanling).read.faults == []
    plan = opened(nanling, body)
    held = editions.current(today())
    assert plan.new_model
    assert held.version != nanling.version
    assert held.items["N90"].name == "小区积水"
    assert len(held.items) == len(nanling.items)
    assert next(iter(held.departments.values())).name == "柳溪县住建局"
    assert held.valid_from == today()
    assert looked(example(held, None), held, held).empty


def test_items_say_the_names_of_the_model_and_ids_are_taken_too(nanling: Model) -> None:
    """Chosen by name, read by either; each column and post is explained where it is filled in."""
    book = load_workbook(io.BytesIO(example(nanling)))
    page, notes = book["事项"], [cell.value or "" for row in book["说明"] for cell in row]
    assert all(cell.comment for cell in page[1])
    assert (page["E2"].value, page["I2"].value, page["J2"].value) == (
        "全科网格事项清单",
        "全科网格事项",
        "一般",
    )
    words = {cell.value for row in book["词表"] for cell in row}
    assert {"全科网格事项", "一般", "紧急"} <= words
    assert not words & {"main", "ordinary", "common", "summons", "issue"}
    assert any(word.startswith("设在网格；本人须同时任在职干部") for word in notes)
    assert any("main。步骤：" in word for word in notes)
    assert any("可以改名，也可以整行删掉" in word for word in notes)
    first = next(n for n, word in enumerate(notes) if word.startswith("开张用的到这里"))
    assert notes.index("人员") < notes.index("网格长") < first < min(notes.index("事项"), notes.index("流程"))
    ids = cells("事项", E2="common", I2="main", J2="ordinary")
    assert looked(example(nanling, ids), nanling, nanling).model is nanling
    urgent = looked(example(nanling, cells("事项", J2="紧急")), nanling, nanling)
    assert urgent.read.faults == []
    assert urgent.model.items["N01"].grade == "urgent"


def test_a_model_that_waits_for_its_day_is_not_overtaken_by_a_workbook(nanling: Model) -> None:
    opened(nanling)
    held = editions.current(today())
    adopt(holding_from(held, today() + timedelta(days=3)), by=HOUSE, at=clock.now())
    body = edited(example(held), cells("事项", B3="楼道堆物"))
    plan = looked(body, held, held)
    assert not plan.may
    assert any("已经排定从 2026-11-23 起用新的一版" in fault.sentence for fault in plan.read.faults)
    assert looked(example(held), held, held).empty  # what changes no model is not concerned


def test_an_item_whose_handler_is_unknown_is_said_at_its_cell(nanling: Model) -> None:
    body = example(nanling)
    page = load_workbook(io.BytesIO(body))["事项"]
    at = next(cell.column for cell in page[1] if cell.value.strip("*") == "承办")

    def spoil(book: Workbook) -> None:
        book["事项"].cell(3, at).value = "天文台"

    plan = looked(edited(body, spoil), nanling)
    assert "天文台" in told(plan)["items", 3, at]
    assert plan.model is nanling


def test_whoever_uploads_second_is_told(nanling: Model) -> None:
    first, second = looked(example(nanling), nanling), looked(example(nanling), nanling)
    workbook_plan.carry_out(first, by=HOUSE, at=clock.now())
    with pytest.raises(Refused, match="别人改动了这里"):
        workbook_plan.carry_out(second, by=HOUSE, at=clock.now())


def test_nothing_is_half_written(nanling: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = looked(example(nanling), nanling)
    last = plan.appointments[-1]
    plan.appointments.append(last)  # the same seat twice: found only when it is written
    with pytest.raises(Refused, match="已经任此职"):
        workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
    for table in (Unit, Account, Term, Edition, Entry):
        assert not table.objects.exists(), table


def test_a_changed_workbook_shows_and_does_the_changes(nanling: Model) -> None:
    opened(nanling)
    with clock.fixed(FRIDAY + timedelta(days=3)):
        on = today() + timedelta(days=7)
        rows = enumerate(load_workbook(io.BytesIO(example(nanling)))["人员"].values, start=1)
        worker = next(number for number, row in rows if row[2] == "网格员")

        def change(book: Workbook) -> None:
            units, staff = book["单元"], book["人员"]
            units["B3"] = "望湖新镇"
            units.append(["NEW", "新桥社区", "社区", "LX-01"])
            units.append(["NEW-1", "新桥01网格", "网格", "NEW"])
            staff.append(["neu", "林样春", "网格员", "NEW-1"])
            staff.cell(worker, 7).value = on + timedelta(days=20)

        plan = looked(example(nanling, change), nanling, nanling, on)
        assert plan.read.faults == []
        assert [unit.key for unit in plan.new_units] == ["NEW", "NEW-1"]
        assert len(plan.changes) == len(plan.newcomers) == len(plan.appointments) == len(plan.ends) == 1
        workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
        assert "望湖新镇" not in {unit.name for unit in places.tree(today()).by_path.values()}
        names = {unit.name for unit in places.tree(on).by_path.values()}
        assert {"望湖新镇", "新桥社区", "新桥01网格"} <= names
        assert people.account_named("neu") is not None
        assert looked(example(nanling, change), nanling, nanling, on).empty


def test_a_day_is_past_by_today_and_not_by_the_day_of_the_workbook(nanling: Model) -> None:
    """Somebody ends on the thirtieth, the workbook takes effect on the first: both are days to come."""
    opened(nanling)
    on, last = today() + timedelta(days=11), today() + timedelta(days=5)
    rows = enumerate(load_workbook(io.BytesIO(example(nanling)))["人员"].values, start=1)
    worker = next(number for number, row in rows if row[2] == "网格员")
    body = example(nanling, cells("人员", **{f"G{worker}": last}))
    plan = looked(body, nanling, nanling, on)
    assert plan.read.faults == []
    assert [end for _line, _term, end in plan.ends] == [last + timedelta(days=1)]
    workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
    assert looked(body, nanling, nanling, on).empty
    sooner = example(nanling, cells("人员", **{f"G{worker}": last - timedelta(days=2)}))
    assert [end for _line, _term, end in looked(sooner, nanling, nanling, on).ends] == [
        last - timedelta(days=1)
    ]
    gone = cells("人员", **{f"G{worker}": today() - timedelta(days=1)})
    said = told(looked(example(nanling, gone), nanling, nanling, on))["people", worker, 7]
    assert "2026-11-19 已经过去" in said
    never = cells("人员", **{f"C{worker}": "平安志愿者", f"D{worker}": "LX-02-01", f"G{worker}": last})
    said = told(looked(example(nanling, never), nanling, nanling, on))["people", worker, 7]
    assert "此人没有这个任期" in said


def test_what_a_confirm_would_refuse_is_found_by_the_check(nanling: Model) -> None:
    opened(nanling)
    body = example(nanling, cells("单元", B3="望湖新镇"))
    said = told(looked(body, nanling, nanling))["units", 3, 2]
    assert said.startswith("望湖镇是今天刚立的单元，改名、换上级要从明天（2026-11-21）起。")
    on = today() + timedelta(days=1)
    workbook_plan.carry_out(looked(body, nanling, nanling, on), by=HOUSE, at=clock.now())
    again = looked(example(nanling, cells("单元", B3="望湖大镇")), nanling, nanling, today())
    assert "望湖镇在 2026-11-21 已有变动，再改要从 2026-11-22 起" in told(again)["units", 3, 2]


def test_a_rehearsal_tells_what_is_refused_and_leaves_nothing(nanling: Model) -> None:
    plan = looked(example(nanling), nanling)
    workbook_plan.rehearsed(plan, by=HOUSE, at=clock.now())
    assert plan.read.faults == []
    assert not any(table.objects.exists() for table in (Unit, Account, Term, Edition, Entry))
    assert places.tree(today()).root is None
    plan.appointments.append(plan.appointments[-1])  # the same seat twice: no check of a cell sees it
    workbook_plan.rehearsed(plan, by=HOUSE, at=clock.now())
    assert ["已经任此职" in one.sentence for one in plan.read.grave] == [True]
    plan = looked(example(nanling), nanling)
    with instance.reading():  # as a page that only shows is drawn
        assert places.tree(today()).root is None
        workbook_plan.rehearsed(plan, by=HOUSE, at=clock.now())
        assert places.tree(today()).root is None
    workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
    assert places.tree(today()).root is not None


def test_a_post_that_may_not_be_vacant_is_not_ended_by_a_cell(nanling: Model) -> None:
    opened(nanling)
    until = today() + timedelta(days=20)
    assert (
        "不得空缺"
        in told(looked(example(nanling, cells("人员", G2=until)), nanling, nanling))["people", 2, 7]
    )


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("旧格式", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
        ("不是 Excel", b"not a workbook"),
        ("MB", b"PK" + b"\0" * workbook_file.LARGEST),
    ],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(name: str, body: bytes) -> None:
    with pytest.raises(Refused, match=name):
        workbook_file.opened(body)


def packed(body: bytes, **parts: bytes) -> bytes:
    """The same package with other parts in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def test_macros_bombs_and_entities_are_refused(nanling: Model) -> None:
    body = example(nanling)
    with pytest.raises(Refused, match="带宏"):
        workbook_file.opened(packed(body, **{"xl/vbaProject.bin": b"x"}))
    bomb = packed(body, **{"xl/media/image1.png": b"\0" * (workbook_file.UNPACKED + 1)})
    assert len(bomb) < workbook_file.LARGEST
    with pytest.raises(Refused, match="解开以后太大"):
        workbook_file.opened(bomb)
    sheet = b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>'
    with pytest.raises(Refused, match="损坏"):
        workbook_file.opened(packed(body, **{"xl/worksheets/sheet2.xml": sheet}))
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(Refused, match="最远的格子"):
        workbook_file.opened(packed(body, **{"xl/worksheets/sheet2.xml": far}))


def test_a_part_that_holds_more_than_it_says_is_refused(nanling: Model) -> None:
    """The size in the list of a package can lie; the bytes cannot."""
    body = bytearray(packed(example(nanling), **{"xl/zz.bin": b"\0" * 5_000_000}))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = body.rfind(
            mark, 0, body.rfind(b"xl/zz.bin") if mark == b"PK\x01\x02" else body.find(b"xl/zz.bin")
        )
        body[at + offset : at + offset + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Refused, match="损坏"):
        workbook_file.opened(bytes(body))


def test_columns_that_may_not_be_collected_stop_it(nanling: Model) -> None:
    plan = looked(example(nanling, cells("人员", H1="身份证号", H2="340223")), nanling)
    said = "“身份证号”这一栏不得采集。退回的表里已经清空；您自己存的表，请整栏删掉。"
    assert told(plan)["people", 1, 8] == said
    assert not plan.may


def test_the_returned_workbook_is_taken_as_it_is_and_carries_nothing_forbidden(nanling: Model) -> None:
    """The columns that may not be collected are emptied; the sentences of the answer are no column of the sender's."""
    spoil = cells("人员", H1="身份证号", H2="34022319800101002X", H3="34022319800101003X", I1="班次", I2="早")
    body = example(nanling, spoil)
    back = workbook_write.with_faults(body, looked(body, nanling).read)
    with zipfile.ZipFile(io.BytesIO(back)) as packed_back:
        assert not any(b"340223" in packed_back.read(part) for part in packed_back.namelist())
    page = load_workbook(io.BytesIO(back))["人员"]
    assert (page["H1"].value, page["H2"].value, page["I2"].value) == (None, None, "早")
    assert page["J1"].value.startswith(f"{FAULT}：“身份证号”这一栏不得采集。")
    again = looked(back, nanling)
    assert again.may
    assert [one.sentence for one in again.read.faults] == ["不认识“班次”这一栏，没有读。"]


def test_text_that_begins_like_a_formula_is_refused(nanling: Model) -> None:
    def spoil(book: Workbook) -> None:
        cell = book["单元"]["B3"]
        cell.value, cell.data_type = "=cmd|' /C calc'!A0", "s"

    assert "会被当成公式" in told(looked(example(nanling, spoil), nanling))["units", 3, 2]


@pytest.mark.slow
def test_hundreds_of_grids_and_people_and_thousands_where_all_is_run(
    nanling: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    many = 200 if shares.WHOLE else 40  # communities; ten grids and fifteen people in each
    units = [{"code": "LX", "name": "柳溪县", "level": "县"}]
    units += [{"code": f"T{t}", "name": f"{t}镇", "level": "镇", "parent": "LX"} for t in range(many // 10)]
    units += [
        {"code": f"C{c}", "name": f"{c}社区", "level": "社区", "parent": f"T{c // 10}"} for c in range(many)
    ]
    units += [
        {
            "code": f"G{g}",
            "name": f"{g}网格",
            "level": "网格",
            "parent": f"C{g // 10}",
            "households": 300 + g % 50,
        }
        for g in range(10 * many)
    ]
    staff = [{"sign_in": "admin", "name": "林样", "post": "系统管理员"}]
    staff += [
        {"sign_in": f"w{n}", "name": f"林样{n}", "post": "网格员", "unit": f"G{n % (10 * many)}"}
        for n in range(15 * many - 1)
    ]
    body = workbook_write.filled(nanling, {"units": units, "people": staff}, room=10)
    began = time.process_time()
    plan = looked(body, nanling)
    read = time.process_time()
    assert (len(plan.new_units), len(plan.appointments), plan.read.faults) == (
        1 + many // 10 + 11 * many,
        15 * many,
        [],
    )
    workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
    written = time.process_time()
    spoilt = looked(edited(body, cells("人员", C3="网格元")), nanling)
    back = time.process_time()
    workbook_write.with_faults(body, spoilt.read)
    painted = time.process_time()
    with capsys.disabled():
        engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
        print(
            f"\n{engine}: {len(plan.new_units):,} units and {len(plan.appointments):,} people: read and checked {read - began:.1f} s,"
            f" written {written - read:.1f} s, returned with red cells {painted - back:.1f} s"
        )
    assert written - began < 25
