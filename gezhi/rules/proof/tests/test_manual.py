"""The manual names every key of the language, every column and every code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gezhi.rules import keys, published, sheet
from gezhi.rules.model import File
from gezhi.rules.proof.check import check
from gezhi.rules.proof.words import said

pytestmark = pytest.mark.proof

MANUAL = Path(__file__).resolve().parents[4] / "docs" / "manual"


def words_of(table: Any) -> set[str]:
    """Every key that may be written in a table and in those below it."""
    found: set[str] = set()
    for name, f in keys.written(table).items():
        found.add(name)
        if f.metadata["key"].of is not None:
            found |= words_of(f.metadata["key"].of)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_of_the_language_is_left_out(language: str) -> None:
    text = (MANUAL / f"models.{language}.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[A-Za-z_0-9]+", text))
    closed = {
        *keys.PHASES,
        *keys.CLOSINGS,
        *keys.DUTY_KINDS,
        *keys.PREDICATES,
        *keys.GATES,
        *keys.CONSEQUENCES,
    }
    wanted = words_of(File) | closed | {*sheet.COLUMNS, *published.COLUMNS}
    assert sorted(word for word in wanted if word not in words and (word.isascii() or word not in text)) == []
    codes = {code.partition(".")[0] for code in said() if code.startswith("E")}
    assert sorted(code for code in codes if code not in text) == []


def test_the_shortest_folder_of_the_manual_holds(tmp_path: Path) -> None:
    text = (MANUAL / "models.zh.md").read_text(encoding="utf-8")
    folder = tmp_path / "mytown"
    folder.mkdir()
    for kind, name in (("toml", "model.toml"), ("csv", "items.csv")):
        block = re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)
        assert block is not None
        (folder / name).write_text(block[1], encoding="utf-8")
    assert [str(finding) for finding in check(folder).findings] == []
