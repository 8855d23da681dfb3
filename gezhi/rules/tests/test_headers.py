"""Whoever deletes the header of a section is told so once, and writing it back is the end of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gezhi.rules.proof.check import check

from .broken import made, put


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path)


@pytest.mark.parametrize(
    ("table", "place", "first", "named"),
    [
        ("post", "level", "office = ", "office、worker、system_admin 等"),
        ("level", "model", "town = ", "town、village"),
        ("duty", "department", "report = ", "report、triage、in_grid 等"),
        ("metric", "catalogue.common", "in_grid = { num", "in_grid"),
    ],
)
def test_a_header_that_is_gone_is_one_finding_at_the_first_of_its_lines(
    folder: Path, table: str, place: str, first: str, named: str
) -> None:
    put(f"[{table}]\n", "")(folder)
    (told,) = check(folder, own_name=True).findings
    rows = (folder / "model.toml").read_text(encoding="utf-8").splitlines()
    assert (told.code, told.place) == ("L12", place)
    assert rows[told.line - 1].startswith(first)
    assert told.sentence == f"从这一行起（{named}）是 [{table}] 里的，上面却没有 [{table}] 这一行。"
    assert told.mend == f"在这一行上面加一行 [{table}]。"
    assert f"no [{table}] stands above" in told.english
    put(rows[told.line - 1], f"[{table}]\n{rows[told.line - 1]}")(folder)
    assert check(folder, own_name=True).findings == ()


def test_a_header_that_is_gone_below_the_promises_of_a_flow_is_found_too(folder: Path) -> None:
    put("[metric]\n", "[flow.main.promise]\n")(folder)
    put('[flow.main.promise]\nanswer = { length = "2工作日", basis = "小镇办法（示例）" }\n', "")(folder)
    told = check(folder).findings[0]
    assert (told.code, told.place) == ("L12", "flow.main.promise")
    assert told.mend == "在这一行上面加一行 [metric]。"


def test_one_wrong_key_is_told_as_that_key(folder: Path) -> None:
    put('levels = ["village"]', 'level = ["village"]')(folder)
    assert {one.code for one in check(folder).findings} == {"L11", "L12"}
    assert "post.worker.level" in {one.place for one in check(folder).findings}


def test_what_else_is_wrong_is_still_told(folder: Path) -> None:
    put("[post]\n", "")(folder)
    put('length = "2工作日"', 'length = "两天"')(folder)
    assert [one.code for one in check(folder).findings] == ["L12", "L15"]
