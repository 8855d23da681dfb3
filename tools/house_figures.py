"""The house in one line of figures, so that none of them rises unseen."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path


def line(package: Path) -> str:
    """Function median and p90, longest file, ratio of test lines, suppressed types."""
    lengths: list[int] = []
    files: dict[str, int] = {}
    ignored = tests = 0
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        size = sum(1 for row in text.splitlines() if row.strip())
        if "migrations" in path.parts:
            continue
        if "tests" in path.parts:
            tests += size
            continue
        files[str(path.relative_to(package.parent))] = size
        ignored += text.count("type: ignore")
        lengths += [
            (node.end_lineno or 0) - node.lineno + 1
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    longest = max(files, key=lambda name: files[name])
    lengths = sorted(lengths) or [0]
    return (
        f"{len(files)} files, {sum(files.values())} lines, {tests} of tests; "
        f"function median {statistics.median(lengths):.0f}, p90 {lengths[int(len(lengths) * 0.9)]}, "
        f"longest {lengths[-1]}; longest file {longest} {files[longest]}; type: ignore {ignored}"
    )
