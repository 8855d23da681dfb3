"""The counts that no busy machine changes are held by a test; what takes time is left to `python -m bench`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.homes import ROOT, place
from bench.report import Report, Target


def test_the_benches_list_themselves() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {line.split()[3] for line in done.stdout.splitlines()} == {
        "intake",
        "calls",
        "lists",
        "watcher",
        "demo",
        "ground",
        "carrying",
        "duplicates",
        "importing",
        "metrics",
        "search",
        "words",
        "lives",
        "promises",
        "exporting",
        "migrating",
        "portal",
        "receipts",
        "broadcasts",
    }


@pytest.mark.slow
def test_a_report_over_http_stays_within_its_calls_and_statements() -> None:
    with place("sqlite", synchronous="NORMAL") as here:
        found = json.loads(here.run("bench.counting", here.key, "0"))
    assert found["all"] <= 1400, dict(found["parts"])
    assert found["statements"] <= 11  # the key, BEGIN, eight inserts, COMMIT
    assert found["list statements"] <= 3


def test_a_missed_target_is_said_and_fails() -> None:
    report = Report("x", rows=[{"way": "a", "a second": 1234.5}])
    report.aim("ratio", 0.49, "≥ 0.5")
    assert not report.holds
    assert "MISSED" in report.as_text()
    assert "1,234" in report.as_text() or "1,235" in report.as_text()
    assert json.loads(report.as_json())["targets"][0]["holds"] is False
    assert Target("n", 3, "≤ 3").holds
