"""The five folders against the documents they were made from. Runs where those stand beside the project.

The number of a row (S3-NUM6a) names its document: S3 → the file whose name begins with 003.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gezhi.rules.folder import DISTRICTS
from gezhi.rules.load import named
from gezhi.rules.published import Published, not_in_sources, read_published

SHARED = DISTRICTS.parents[2] / "shared"
FOLDERS = {"S0": "guangming", "S1": "guanlan", "S2": "guangming-2023", "S3": "nanling", "S4": "jianghai"}
NUMBER = re.compile(r"\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千万亿半]+")
MECHANISM = r"-(?:STR|MEC|WF|SLA|NUM|CASE)\d+"

pytestmark = [
    pytest.mark.book,
    pytest.mark.shared,
    pytest.mark.parametrize(("source", "folder"), FOLDERS.items()),
]


class Span(NamedTuple):
    start: int
    end: int


def text_of(source: str) -> str:
    return next((SHARED / "sources").glob(f"00{source[1]}_*.txt")).read_text(encoding="utf-8")


def figures(folder: str) -> tuple[Published, ...]:
    return read_published(DISTRICTS / folder, named(folder).metrics)[0]


def found(words: str, text: str) -> Iterator[Span]:
    """Every place where the words stand."""
    start = text.find(words)
    while start >= 0:
        yield Span(start, start + len(words))
        start = text.find(words, start + 1)


def values(row: Published, text: str) -> Iterator[Span]:
    """Where the value of a row stands in the source, inside the row's words."""
    offset = row.words.index(row.value)
    return (Span(at + offset, at + offset + len(row.value)) for at, _ in found(row.words, text))


def not_figures(source: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / "not_figures.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["出处"] == source]


def inside(start: int, end: int, spans: list[Span]) -> bool:
    return any(span.start <= start and end <= span.end for span in spans)


def test_every_quotation_stands_in_its_source(source: str, folder: str) -> None:
    rows = figures(folder)
    assert {row.id[:2] for row in rows} == {source}
    assert not_in_sources(rows, folder, SHARED / "sources") == []
    assert all(list(found(row.words, text_of(source))) for row in rows)


def test_every_number_of_the_source_is_a_figure_or_is_said_to_be_none(source: str, folder: str) -> None:
    text = text_of(source)
    told = [span for row in figures(folder) for span in values(row, text)]
    other = [span for row in not_figures(source) for span in found(row["原文"], text)]
    numbers = [(m.start(), m.end()) for m in NUMBER.finditer(text)]
    assert len(numbers) > 60
    assert [text[a - 8 : b + 8] for a, b in numbers if not inside(a, b, told + other)] == []
    assert [text[a - 8 : b + 8] for a, b in numbers if inside(a, b, told) and inside(a, b, other)] == []


def test_what_is_said_to_be_no_figure_stands_in_the_source_with_a_reason(source: str, folder: str) -> None:
    text = text_of(source)
    rows = not_figures(source)
    assert len({row["原文"] for row in rows}) == len(rows)
    for row in rows:
        assert row["理由"], row
        assert row["原文"] in text, row
        assert NUMBER.search(row["原文"]), row
    told = {row.id for row in figures(folder)}
    assert {said for row in rows for said in re.findall(r"S\d-[A-Z]+\d+[a-z]?", row["理由"])} <= told


def numbers_of(source: str) -> list[str]:
    """Every mechanism of one system, by its number in the study."""
    study = (SHARED / "domain.md").read_text(encoding="utf-8")
    return list(dict.fromkeys(re.findall(source + MECHANISM, study)))


def test_a_figure_has_the_number_of_the_study_where_it_has_one(source: str, folder: str) -> None:
    known = numbers_of(source)
    used = {row.id.rstrip("abcdefghij") for row in figures(folder)}
    assert [number for number in used if number not in known and "-FIG" not in number] == []
    assert [number for number in known if "-NUM" in number and number not in used] == []


def table(folder: str, heading: str) -> list[list[str]]:
    """Rows of the table under a heading of the folder's README."""
    text = (DISTRICTS / folder / "README.md").read_text(encoding="utf-8")
    part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_rule_quotes_the_source_and_stands_in_the_model(source: str, folder: str) -> None:
    text, tree = text_of(source), json.loads(named(folder).canonical)["tables"]
    rows = table(folder, "规则出自哪一句")
    assert len(rows) > 15
    for _, where, quoted in rows:
        assert quoted in text, quoted
        assert missing(where, tree) == []


def test_every_mechanism_is_said_or_said_to_be_none_of_the_model(source: str, folder: str) -> None:
    tree = json.loads(named(folder).canonical)["tables"]
    rows = table(folder, "机制对照")
    assert sorted(row[0] for row in rows) == sorted(numbers_of(source))
    for number, where, how in rows:
        assert missing(where, tree) == [], number
        assert "`" in where or (where == "不在模型" and how), number


def missing(where: str, tree: Any) -> list[str]:
    """Names in backticks that are neither a table of the model nor one of the folder's two lists."""
    return [path for path in re.findall(r"`([^`]+)`", where) if not _is_there(path, tree)]


def _is_there(path: str, tree: Any) -> bool:
    if path in ("published", "items"):
        return True
    for part in path.split("."):
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True
