"""`gezhi model new`: a folder that holds before a word of it is changed, and nothing overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gezhi.cli import model_new
from gezhi.cli.main import main
from gezhi.errors import Refused
from gezhi.rules.load import load_model


def test_the_new_folder_is_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "lugang"
    assert main(["model", "new", str(folder), "--name", "芦港镇 “网格”", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == list(model_new.FILES)
    made = load_model(folder)
    assert (made.id, made.name, len(made.items)) == ("lugang", "芦港镇 “网格”", 2)
    assert "{" not in (folder / "README.md").read_text(encoding="utf-8")
    assert main(["model", "check", str(folder)]) == 0


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
