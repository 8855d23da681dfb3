"""Reading published.csv: every figure that the source prints, with its definition and the words of the source.

A value is text: 「90%以上」 「超1.6万」 「30余」 are not numbers and never become numbers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gezhi.rules.csv_rows import Codes, rows_of
from gezhi.rules.findings import Finding, unknown
from gezhi.rules.folder import decoded, read_text

COLUMNS = {
    "编号": "id",
    "名称": "name",
    "数值": "value",
    "单位": "unit",
    "定义": "definition",
    "指标": "metric",
    "来源": "source",
    "原文": "words",
}
NEEDED = ("编号", "名称", "数值", "定义", "来源", "原文")
_FIELDS = len(COLUMNS)
CODES = Codes(unknown="L30", twice="L30", missing="L31", row="L32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One figure as printed. `definition` is 「未说明」 where the source does not say; `metric` may be empty."""

    id: str
    name: str
    value: str
    unit: str
    definition: str
    metric: str
    source: str
    words: str
    line: int


def read_published(folder: Path, metrics: Iterable[str]) -> tuple[tuple[Published, ...], list[Finding]]:
    """The rows of a folder's published.csv and what is wrong with them; nothing where there is no such file."""
    if not os.path.lexists(folder / "published.csv"):
        return (), []
    label = f"{folder.name}/published.csv"
    read = rows_of(read_text(folder / "published.csv", label), label, tuple(COLUMNS), COLUMNS, CODES)
    findings = list(read.findings)
    rows: dict[str, Published] = {}
    known = list(metrics)
    for cells, line in read.rows:
        if not any(cells):
            continue
        row = dict(zip(read.header, cells, strict=False))
        wrong = _wrong(row, cells, rows, known)
        findings += [Finding(label, line, row.get("编号", ""), w, n, c) for w, n, c in wrong]
        said = {name: row.get(column, "") for column, name in COLUMNS.items()}
        rows.setdefault(said["id"], Published(**said, line=line))
    return tuple(rows.values()), findings


def not_in_sources(rows: Iterable[Published], label: str, sources: Path) -> list[Finding]:
    """A finding for each row whose words stand in no text file of this folder, blanks and line breaks apart.

    Where the id begins with S and a digit, only files whose name begins with that number are asked (S3 → 003…).
    A row whose source is 「本地」 quotes nothing.
    """
    texts = {file.name: _close(decoded(file.read_bytes())) for file in sorted(sources.glob("*.txt"))}
    return [
        Finding(label, row.line, row.id, f"原文「{row.words}」在来源里找不到。请照来源抄一句。", code="L33")
        for row in rows
        if row.source != "本地" and not any(_close(row.words) in text for text in _asked(row, texts))
    ]


def _asked(row: Published, texts: dict[str, str]) -> list[str]:
    number = re.match(r"S(\d)-", row.id)
    return [text for name, text in texts.items() if not number or name.startswith(f"00{number[1]}")]


def _close(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _wrong(
    row: dict[str, str], cells: list[str], before: dict[str, Published], metrics: list[str]
) -> list[tuple[str, str, str]]:
    """Sentence, near word and code of everything wrong with one row."""
    wrong = [
        (f"缺「{column}」。" + ("来源没有说的，写「未说明」。" if column == "定义" else ""), "", "L32")
        for column in NEEDED
        if not row.get(column)
    ]
    if any(cells[_FIELDS:]):
        wrong.append(("这一行比表头多出格子。多半是一格里用了逗号：给这一格加引号。", "", "L32"))
    if row.get("数值", "") not in row.get("原文", ""):
        wrong.append((f"数值「{row['数值']}」不在原文里。数值照来源抄，不换算。", "", "L32"))
    if row.get("编号") in before:
        wrong.append((f"编号「{row['编号']}」已经有了。换一个。", "", "L32"))
    if row.get("指标") and row["指标"] not in metrics:
        wrong.append((*unknown(row["指标"], metrics), "E14"))
    return wrong
