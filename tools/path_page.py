"""docs/path-of-a-matter.md is made of the real code: each block below a mark is what stands in the house now.

    <!-- code: gezhi.matters.services.intake.open_matter -->

`tools/path_page.py` puts the present code below each mark; `make docs` says which blocks have grown old.
The page walks through at most 12 files and shows at most 600 lines.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "path-of-a-matter.md"
MOST_FILES, MOST_LINES = 12, 600
_BLOCK = re.compile(r"(<!-- code: (gezhi[\w.]+) -->\n)(?:```python\n(.*?)```\n)?", re.DOTALL)


def source_of(name: str) -> tuple[Path, str] | None:
    """The file of a function or class by its dotted name, and its lines as they stand; None when it is gone."""
    words = name.split(".")
    for cut in range(len(words) - 1, 0, -1):
        file = ROOT.joinpath(*words[:cut]).with_suffix(".py")
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            node = _find(ast.parse(text), words[cut:])
            return None if node is None else (file, _lines(text, node))
    return None


def _find(tree: ast.AST, words: list[str]) -> ast.AST | None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for word in words:
        inside = [n for n in ast.iter_child_nodes(tree) if isinstance(n, kinds) and n.name == word]
        if not inside:
            return None
        tree = inside[0]
    return tree


def _lines(text: str, node: ast.AST) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])  # type: ignore[attr-defined]
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno]) + "\n"  # type: ignore[attr-defined]


def brought_up() -> str:
    def put(match: re.Match[str]) -> str:
        found = source_of(match[2])
        return match[0] if found is None else f"{match[1]}```python\n{found[1]}```\n"

    return _BLOCK.sub(put, PAGE.read_text(encoding="utf-8"))


def findings() -> Iterator[str]:
    if not PAGE.exists():
        yield "docs/path-of-a-matter.md: not written"
        return
    files, lines = set(), 0
    for match in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        found = source_of(match[2])
        if found is None:
            yield f"docs/path-of-a-matter.md: {match[2]} does not exist"
            continue
        files.add(found[0])
        lines += found[1].count("\n")
        if match[3] != found[1]:
            yield f"docs/path-of-a-matter.md: {match[2]} has changed; run tools/path_page.py and read the page"
    if len(files) > MOST_FILES or lines > MOST_LINES:
        yield (
            f"docs/path-of-a-matter.md: {len(files)} files, {lines} lines;"
            f" at most {MOST_FILES} and {MOST_LINES}"
        )


if __name__ == "__main__":
    PAGE.write_text(brought_up(), encoding="utf-8")
    sys.exit(0)
