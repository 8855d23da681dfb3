"""What is wrong in the same way in many rows is told once, with the cells."""

from __future__ import annotations

import pytest

from gezhi.exchange.workbook_alike import alike
from gezhi.exchange.workbook_read import Fault


def of(row: int, sentence: str, *, column: int = 3, sheet: str = "people", grave: bool = True) -> Fault:
    return Fault(sheet, row, column, sentence, grave)


def test_sentences_that_speak_of_their_own_row_are_one() -> None:
    rows = range(18, 48, 2)
    found = alike([of(row, f"须同时是「在职干部」。照抄第 {row} 行。") for row in rows])
    assert [(one.cells, one.said, one.count) for one in found] == [
        ("人员 C18、C20、C22…（15 处）", "须同时是「在职干部」。照抄这一行。", 15)
    ]


def test_few_cells_are_all_named_and_other_rows_are_listed() -> None:
    found = alike([of(row, f"第 {row + 30} 行的“在职干部”从 2027-03-01 起。") for row in (4, 5, 9)])
    assert [(one.cells, one.said) for one in found] == [
        ("人员 C4、C5、C9（3 处）", "第 34、35、39 行的“在职干部”从 2027-03-01 起。")
    ]


@pytest.mark.parametrize(
    "other",
    [
        of(5, "缺岗位？"),
        of(5, "缺岗位。", column=4),
        of(5, "缺岗位。", sheet="units"),
        of(5, "缺岗位。", grave=False),
        Fault("people", 5, 3, "缺岗位。", choices="可以写：网格员。"),
        Fault("people", 0, 0, "缺岗位。"),
    ],
)
def test_what_differs_stays_apart(other: Fault) -> None:
    assert [one.count for one in alike([of(4, "缺岗位。"), other])] == [1, 1]


def test_one_cell_and_whole_sheets_are_told_as_they_were() -> None:
    found = alike(
        [Fault("people", 0, 0, "甲。"), Fault("people", 0, 0, "甲。"), of(28, "照抄第 28 行。", column=28)]
    )
    assert [(one.cells, one.said) for one in found] == [
        ("人员", "甲。"),
        ("人员", "甲。"),
        ("人员 AB28", "照抄第 28 行。"),
    ]


def test_the_number_of_another_row_and_that_of_its_own_are_not_one_thing() -> None:
    assert len(alike([of(4, "照抄第 4 行。"), of(5, "照抄第 4 行。")])) == 2
