"""What a spreadsheet makes of items.csv: read where it can be, told how to save it where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from gezhi.rules.findings import ModelError
from gezhi.rules.folder import read_text
from gezhi.rules.sheet import read_rows

LIST = "编码,名称,清单,类别,格内\nX1,路灯不亮,common,设施,\nX2,垃圾,common,环境,是\n"


@pytest.mark.parametrize("sign", [",", ";", "\t", "，"])
def test_cells_may_be_parted_by_what_the_spreadsheet_writes(sign: str) -> None:
    sheet = read_rows(LIST.replace(",", sign), "items.csv")
    assert sheet.findings == []
    assert sheet.rows["X2"]["格内"] == "是"


def test_a_comma_inside_a_cell_is_counted_even_if_the_last_cell_is_empty() -> None:
    found = read_rows(LIST.replace("路灯不亮", "路灯,不亮"), "items.csv").findings
    assert [(one.line, one.code) for one in found] == [(2, "L24")]
    assert "这一行 6 格，表头 5 格" in found[0].sentence


def test_empty_columns_of_a_spreadsheet_are_no_fault() -> None:
    assert read_rows(LIST.replace("\n", ",,\n"), "items.csv").findings[0].code == "L21"
    head, _, rows = LIST.partition("\n")
    assert read_rows(head + "\n" + rows.replace("\n", ",,\n"), "items.csv").findings == []


@pytest.mark.parametrize("name", ["items.csv", "items.xlsx"])
def test_a_workbook_is_told_how_to_be_saved(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04\x14\x00")
    with pytest.raises(ModelError) as error:
        read_text(tmp_path / "items.csv", "it/items.csv")
    assert "CSV UTF-8" in error.value.findings[0].mend


def test_unicode_text_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_bytes(LIST.encode("utf-16"))
    assert read_text(tmp_path / "items.csv", "it/items.csv").splitlines() == LIST.splitlines()
