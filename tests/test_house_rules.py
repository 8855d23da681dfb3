"""What the import linter cannot see."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "gezhi"
DRAWERS = {"utils", "util", "common", "core", "helpers", "helper", "misc", "base", "shared", "managers"}
FACES = ("desk", "api", "jobs", "portal", "field", "board", "setup")


def sources() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if not {"migrations", "tests", "vendor"} & set(p.parts)]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_room_is_a_junk_drawer() -> None:
    found = [
        str(p)
        for p in PACKAGE.rglob("*")
        if p.stem in DRAWERS and "districts" not in p.parts and "templates" not in p.parts
    ]
    assert found == []


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(p): n for p in sources() if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{p.relative_to(ROOT)}:{f.lineno} {f.name}"
        for p in sources()
        for f in functions(p)
        if (f.end_lineno or 0) - f.lineno + 1 > 40
    ]
    assert long == []


def test_a_face_never_touches_a_table() -> None:
    found = []
    for face in FACES:
        for path in (PACKAGE / face).rglob("*.py"):
            if "tests" in path.parts:
                continue
            found += [
                f"{path.relative_to(ROOT)}:{node.lineno} .{node.attr}"
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Attribute)
                and node.attr in {"objects", "save", "delete", "bulk_create"}
            ]
    assert found == []


def test_whoever_writes_the_ledger_takes_at_and_never_reads_the_clock() -> None:
    found = []
    for path in sources():
        for function in functions(path):
            calls = {
                n.func.id
                for n in ast.walk(function)
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            }
            takes = {a.arg for a in function.args.kwonlyargs + function.args.args}
            if "record" in calls and function.name != "record" and ("at" not in takes or "now" in calls):
                found.append(f"{path.relative_to(ROOT)}:{function.lineno} {function.name}")
    assert found == []


def test_one_place_says_who_asks() -> None:
    """Behind a proxy the peer is the proxy: a limit that reads it holds for a whole district."""
    readers = [
        str(p.relative_to(PACKAGE)) for p in sources() if "REMOTE_ADDR" in p.read_text(encoding="utf-8")
    ]
    assert readers == ["ui/caller.py"]
