"""A measurement's outcome: a table, and whether each target was reached."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Target:
    """One figure that is to be reached."""

    name: str
    found: float
    wanted: str  # "≥ 0.5" or "≤ 3"

    @property
    def holds(self) -> bool:
        sign, _, number = self.wanted.partition(" ")
        limit = float(number.replace(",", ""))
        return self.found >= limit if sign == "≥" else self.found <= limit


@dataclass
class Report:
    """Rows of one table (the first row's keys are its columns) and the targets it answers."""

    name: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return all(target.holds for target in self.targets)

    def aim(self, name: str, found: float, wanted: str) -> None:
        self.targets.append(Target(name, round(found, 3), wanted))

    def as_json(self) -> str:
        targets = [vars(target) | {"holds": target.holds} for target in self.targets]
        said = {"bench": self.name, "machine": machine(), "rows": self.rows, "targets": targets}
        return json.dumps(said | {"notes": self.notes}, ensure_ascii=False, indent=1)

    def as_text(self) -> str:
        lines = [f"{self.name} — {machine()}", "", *table(self.rows)]
        if self.targets:
            rows = [
                {"target": t.name, "found": t.found, "wanted": t.wanted, "": "holds" if t.holds else "MISSED"}
                for t in self.targets
            ]
            lines += ["", *table(rows)]
        return "\n".join([*lines, *(f"\n{note}" for note in self.notes)])


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Rows as Markdown."""
    if not rows:
        return []
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns] + [[_said(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(len(line[n]) for line in cells) for n in range(len(columns))]
    lines = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return lines


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}" if value else "0"
    return f"{value:,}" if isinstance(value, int) else str(value)


def machine() -> str:
    """Where and when this was measured."""
    load = os.getloadavg()[0]
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" load {load:.1f} at the end"
    )
