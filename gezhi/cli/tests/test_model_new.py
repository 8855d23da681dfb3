"""`gezhi model new`: a folder that holds before a word of it is changed, and nothing overwritten."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gezhi.cli import model_new
from gezhi.cli.main import main
from gezhi.errors import Refused
from gezhi.paper.blocks import texts
from gezhi.rules.book.whole import handbook
from gezhi.rules.load import load_model


def test_the_new_folder_is_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "lugang"
    assert main(["model", "new", str(folder), "--name", "芦港镇 “网格”", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == list(model_new.FILES)
    made = load_model(folder)
    assert (made.id, made.name, len(made.items)) == ("lugang", "芦港镇 “网格”", 2)
    assert "{" not in (folder / "README.md").read_text(encoding="utf-8")
    assert main(["model", "check", str(folder)]) == 0


OWN_WORDS = re.compile(r"^\".*\"$|^such as .*〔2026〕")
"""What is Chinese wherever it is read: the words of a telling as they are sent, and the form of a number."""


def test_the_new_model_reads_in_english_and_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new-harbour"
    assert main(["model", "new", str(folder)]) == 0
    assert load_model(folder).about.english == "New Harbour"
    document = handbook(load_model(folder), folder=folder, english=True)
    stray = [
        text for text in texts(document) if re.search("[\u3400-\u9fff]", text) and not OWN_WORDS.search(text)
    ]
    assert stray == []
    assert "Two at the office" in "".join(texts(document))
    capsys.readouterr()
    assert main(["model", "check", str(folder)]) == 0
    assert "没有问题" in capsys.readouterr().err
    other = tmp_path / "other"
    assert main(["model", "new", str(other), "--name", "别镇网格", "--english", "Other grids"]) == 0
    assert main(["model", "diff", str(folder), str(other), "--english", "--all"]) == 0
    assert 'English name: "New Harbour" before; now "Other grids".' in capsys.readouterr().out


def test_what_stands_there_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "lugang"
    folder.mkdir()
    (folder / "model.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="已经有东西了"):
        model_new._check(folder)
    assert (folder / "model.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["芦港", "Lugang", "1town", "a", "a" * 41, "nanling", "base"])
def test_a_name_that_cannot_be_an_id(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        model_new._check(tmp_path / name)
    assert not (tmp_path / name).exists()
