"""`gezhi model book` and `gezhi model diff`, as typed."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from gezhi.cli.main import main
from gezhi.paper import press
from gezhi.rules.folder import DISTRICTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a model that ships, to be changed."""
    return Path(shutil.copytree(DISTRICTS / "nanling", tmp_path / "own"))


def edit(folder: Path, was: str, now: str) -> None:
    file = folder / "model.toml"
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, now, 1), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nanling", "guangming", "guangming-2023", "guanlan", "jianghai"])
def test_each_system_comes_out_as_page_and_print(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, paper = tmp_path / "book.html", tmp_path / "book.pdf"
    assert main(["model", "book", name, "--html", str(page), "--pdf", str(paper)]) == 0
    assert page.read_text(encoding="utf-8").startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert paper.read_bytes().startswith(b"%PDF-1.7")
    assert "KB" in capsys.readouterr().err


def test_it_asks_where_to_write(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "book", "nanling"]) == 1
    assert "--html" in capsys.readouterr().err


def test_a_name_that_is_none_is_told_with_those_that_are(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["model", "book", "nanlin", "--html", str(tmp_path / "x")]) == 1
    said = capsys.readouterr().err
    assert "nanlin" in said
    assert "guanlan" in said


@pytest.mark.parametrize(("char", "code"), [("𠮷", "U+20BB7"), ("👍", "U+1F44D")])
def test_a_character_that_cannot_be_printed_is_named_and_nothing_is_written(
    char: str, code: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder, 'name = "平安志愿者"', f'name = "平安{char}志愿者"')
    paper = tmp_path / "book.pdf"
    assert main(["model", "book", str(folder), "--pdf", str(paper)]) == 1
    said = capsys.readouterr().err
    assert code in said
    assert f"平安{char}志愿者" in said
    assert "--fonts" in said
    assert not paper.exists()
    assert main(["model", "book", str(folder), "--html", str(tmp_path / "book.html")]) == 0


def test_without_typst_it_says_how_to_install_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    press._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    assert main(["model", "book", "baltimore", "--pdf", str(tmp_path / "x.pdf")]) == 1
    assert "requirements/paper.lock" in capsys.readouterr().err
    press._compiler.cache_clear()


def test_a_shorter_promise_and_a_lost_right_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder, 'in_grid   = { held_by = ["grid_worker", ', "in_grid   = { held_by = [")
    edit(folder, "[telling.weekly]", '[flow.main.promise]\ntriage = { length = "1小时" }\n[telling.weekly]')
    assert main(["model", "diff", "nanling", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "网格员不再可以「格内处置」。" in said
    assert "「受理」的时限由2小时改为1小时。" in said
    assert "办法有变" in said
    assert main(["model", "diff", "nanling", str(folder), "--english"]) == 0
    assert 'Grid worker: no longer holds the duty "Handling in the grid".' in capsys.readouterr().out


def test_words_alone_are_told_apart_for_programs_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder, 'name = "平安志愿者"', 'name = "志愿者"')
    assert main(["model", "diff", "nanling", str(folder), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["same_conduct"] is True
    assert said["same"] is False
    assert [change["group"] for change in said["changes"]] == ["names"]
    assert main(["model", "diff", "nanling", "nanling"]) == 0
    assert "一字不差" in capsys.readouterr().out
