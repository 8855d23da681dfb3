"""The page on writing one's own model: the starter holds, and so does the folder after each of its chapters."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gezhi.rules.proof.check import check
from gezhi.rules.writing import toml_of

pytestmark = pytest.mark.proof

MANUAL = Path(__file__).resolve().parents[4] / "docs" / "manual"
STARTER = Path(__file__).resolve().parents[2] / "starter"
BLOCK = re.compile(r"```(toml|csv|published)\n(.*?)```", re.DOTALL)
FILES = {"csv": "items.csv", "published": "published.csv"}
WHOLE = {"level", "staffing"}  # tables that the page says to put in place of what stands there


def chapters(language: str) -> list[str]:
    return re.split(r"\n## ", (MANUAL / f"your-own-model.{language}.md").read_text(encoding="utf-8"))


def merge(into: dict[str, Any], new: dict[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def findings(folder: Path, tables: dict[str, Any]) -> list[str]:
    (folder / "model.toml").write_text(toml_of(tables), encoding="utf-8")
    return [str(finding) for finding in check(folder).findings]


def started(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path / "lugang"
    folder.mkdir()
    text = (STARTER / "model.toml").read_text(encoding="utf-8")
    text = text.replace("{id}", "lugang").replace("{name}", "芦港镇网格").replace("{today}", "2026-01-01")
    (folder / "items.csv").write_bytes((STARTER / "items.csv").read_bytes())
    return folder, tomllib.loads(text)


def test_each_chapter_leaves_a_folder_that_holds(tmp_path: Path) -> None:
    folder, tables = started(tmp_path)
    assert findings(folder, tables) == []
    tried = []
    for chapter in chapters("zh"):
        blocks = BLOCK.findall(chapter)
        for kind, text in blocks:
            if kind in FILES:
                (folder / FILES[kind]).write_text(text, encoding="utf-8")
                continue
            new = tomllib.loads(text)
            for table in WHOLE & new.keys():
                tables.pop(table)
            merge(tables, new)
        if blocks:
            tried.append(chapter.splitlines()[0])
            if (
                "二、" in tried[-1]
            ):  # posts without duties: the page says that the next chapter gives them some
                continue
            assert (tried[-1], findings(folder, tables)) == (tried[-1], [])
    assert len(tried) == 9


def test_both_languages_write_the_same_model() -> None:
    blocks = {language: BLOCK.findall("\n## ".join(chapters(language))) for language in ("zh", "en")}
    assert blocks["zh"] == blocks["en"]
    assert len(chapters("zh")) == len(chapters("en"))


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ("3工作日", "三天", "L15"),
        ("P2,按时受理率,95%以上", "P2,按时受理率,96%以上", "L32"),
        ("供电所,main", "供水所,main", "E08"),
        ("total = 5", "total = 6", "E09"),
        ('to = "inspected"', 'to = "looked_at"', "E20"),
        ("office = 2", "office = 1", "E15"),
        ('finish = { from = ["inspected"]', 'finish = { from = ["working"]', "E03"),
        ('verify = { held_by = ["secretary", "office"] }', 'verify = { held_by = ["secretary"] }', "E06"),
    ],
)
def test_what_the_page_says_the_check_says(tmp_path: Path, was: str, now: str, code: str) -> None:
    folder, tables = started(tmp_path)
    for kind, text in BLOCK.findall("\n## ".join(chapters("zh"))):
        if kind == "toml":
            merge(tables, tomllib.loads(text))
        else:
            (folder / FILES[kind]).write_text(text, encoding="utf-8")
    assert findings(folder, tables) == []
    changed = 0
    for name in ("model.toml", "items.csv", "published.csv"):
        text = (folder / name).read_text(encoding="utf-8")
        changed += was in text
        (folder / name).write_text(text.replace(was, now, 1), encoding="utf-8")
    assert changed
    assert code in {finding.code for finding in check(folder).findings}
