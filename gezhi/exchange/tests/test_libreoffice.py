"""The workbook of a district, opened in LibreOffice and saved again: what is read of it is the same, red cells stay red."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from gezhi.exchange import workbook_file, workbook_read, workbook_write
from gezhi.rules import load
from gezhi.rules.model import Model
from tests import libreoffice

from .test_workbook import cells, example, friday, looked  # noqa: F401  (friday: the clock of these tests)

pytestmark = [libreoffice.needed, pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def nanling() -> Model:
    return load.named("nanling")


def lines(body: bytes) -> dict[str, list[tuple[int, dict[str, object]]]]:
    """What our reader reads: for each sheet its rows, each cell as it was taken."""
    read = workbook_read.read(workbook_file.opened(body))
    return {sheet: [(line.number, line.said) for line in rows] for sheet, rows in read.lines.items()}


def test_template_example_and_returned_workbook_are_read_the_same(nanling: Model, tmp_path: Path) -> None:
    spoilt = example(nanling, cells("单元", C3="乡镇", J1="备忘", J3="我的备注"))
    bodies = {
        "template": workbook_write.filled(nanling, {}),
        "example": example(nanling),
        "returned": workbook_write.with_faults(spoilt, looked(spoilt, nanling).read),
    }
    (tmp_path / "ours").mkdir()
    for name, body in bodies.items():
        (tmp_path / "ours" / f"{name}.xlsx").write_bytes(body)
    back = libreoffice.saved((tmp_path / "ours").iterdir(), "xlsx", tmp_path / "back")
    for name, body in bodies.items():
        assert lines(back[name].read_bytes()) == lines(body), name
    assert looked(back["example"].read_bytes(), nanling).may
    page = load_workbook(back["returned"])["单元"]
    assert page["C3"].fill.fgColor.rgb == workbook_write.RED
    assert page["C3"].comment is not None
    assert "乡镇" in page["C3"].comment.text
    assert load_workbook(back["template"])[
        "单元"
    ].data_validations.dataValidation  # cells are still chosen from lists
    mended = back["returned"].read_bytes()
    again = looked(mended, nanling).read
    assert [(one.sheet, one.row) for one in again.grave] == [("units", 3)]
