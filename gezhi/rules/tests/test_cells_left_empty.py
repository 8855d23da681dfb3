"""Whatever cell of the list is left empty, it is told; nothing falls over."""

import csv
import io
from pathlib import Path

import pytest

from gezhi.rules.folder import DISTRICTS
from gezhi.rules.proof.check import check

HEAD, FIRST, *REST = list(
    csv.reader(io.StringIO((DISTRICTS / "nanling" / "items.csv").read_text("utf-8-sig")))
)


def checked(folder: Path, head: list[str], first: list[str], rest: list[list[str]]) -> list[str]:
    for name in ("model.toml", "published.csv"):
        (folder / name).write_bytes((DISTRICTS / "nanling" / name).read_bytes())
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, first, *rest])
    return [one.sentence for one in check(folder).findings]


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("column", HEAD)
def test_one_empty_cell(tmp_path: Path, column: str, blank: str) -> None:
    at = HEAD.index(column)
    said = checked(tmp_path, HEAD, [*FIRST[:at], blank, *FIRST[at + 1 :]], REST)
    if column == "名称":
        assert said == ["缺「名称」。"]
    if column in ("编码", "清单", "类别"):
        assert said


@pytest.mark.parametrize("column", HEAD)
def test_a_column_that_is_not_there(tmp_path: Path, column: str) -> None:
    at = HEAD.index(column)
    less = [[*row[:at], *row[at + 1 :]] for row in (HEAD, FIRST, *REST)]
    said = checked(tmp_path, less[0], less[1], less[2:])
    if column == "名称":
        assert "缺「名称」一列。在表头补上，每一行填好。" in said


def test_a_row_without_name_and_list(tmp_path: Path) -> None:
    first = [("" if name in ("名称", "清单") else cell) for name, cell in zip(HEAD, FIRST, strict=True)]
    assert "缺「名称」。" in checked(tmp_path, HEAD, first, REST)
