"""What `make test` leaves out of a half is nothing that could fail there (tools/run_tests.py)."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.mark.expression import Expression
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
MARKS = ("database", "postgres", "browser")


@pytest.fixture
def run_tests(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import run_tests

    return run_tests


@pytest.mark.parametrize(
    "marks", [dict(zip(MARKS, found, strict=True)) for found in product((0, 1), repeat=3)]
)
def test_each_test_runs_and_what_asks_a_database_runs_on_both(
    marks: dict[str, int], run_tests: ModuleType
) -> None:
    halves = {
        name
        for name, said in run_tests.CHOICE.items()
        if Expression.compile(said).evaluate(lambda m: bool(marks[m]))
    }
    if marks["browser"]:
        assert halves == {"browser"}
    elif marks["postgres"]:
        assert halves == {"postgresql"}
    else:
        assert halves == ({"sqlite", "postgresql"} if marks["database"] else {"sqlite"})


def test_who_asks_for_no_database_gets_none() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()


def test_who_asks_for_a_database_is_marked(request: pytest.FixtureRequest, db: None) -> None:
    assert request.node.get_closest_marker("database")


def test_whoever_reads_the_address_of_the_database_is_marked() -> None:
    """A process that a test starts is not held back: the test says by hand that it asks a database."""
    reading = [
        path
        for path in (*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("gezhi/**/test_*.py"))
        if 'environ["GEZHI_TEST_DATABASE' in (said := path.read_text(encoding="utf-8"))
        or 'environ.get("GEZHI_TEST_DATABASE' in said
    ]
    assert len(reading) >= 2
    for path in reading:
        said = path.read_text(encoding="utf-8")
        assert "mark.postgres" in said or "mark.database" in said, path


def test_no_test_in_the_browser_waits_for_a_time() -> None:
    """It asks until it is so: on a busy machine a second is too short, and on any other it is a second lost."""
    tests = Path(__file__).with_name("browser").glob("test_*.py")
    assert [path.name for path in tests if "wait_for_timeout" in path.read_text(encoding="utf-8")] == []


def test_a_half_that_could_not_run_fails_where_all_must(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_tests.machine, "browser", lambda: False)
    half = run_tests.run("browser", [])
    assert run_tests.close([half], strict=True) == 1
    assert run_tests.close([half], strict=False) == 0
    assert "not run" in capsys.readouterr().out
