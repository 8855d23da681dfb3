"""The counts that no busy machine changes are held by a test; what takes time is left to `python -m bench`."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from bench import taps
from bench.homes import ROOT, place
from bench.report import Report, Target

TAPS = (ROOT / "docs/taps.md").read_text(encoding="utf-8")


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
        "taps",
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


def test_the_seconds_of_a_report_are_of_the_presses_that_are_counted() -> None:
    """What is computed and what is told beside it are the same screens and taps."""
    told = {
        line.split("|")[1].strip(): line.split("|")[2:5]
        for line in TAPS.splitlines()
        if line.startswith("| ")
    }

    def first(row: str) -> list[int]:
        return [int(re.search(r"\d+", cell).group()) for cell in told[row]]  # type: ignore[union-attr]

    here, _plate, fixmystreet, signalen = taps.FLOWS
    assert first("report a problem: screens") == [here.screens, fixmystreet.screens - 1, signalen.screens]
    assert first("taps") == [here.taps, fixmystreet.taps - 2, signalen.taps]  # a mail and its link come after
    fields = [here.fields, fixmystreet.fields, signalen.fields]
    assert first("fields that must be written") == [1 + more for more in fields]
    computed = {"here": told["here"], "FixMyStreet": told["FixMyStreet"], "Signalen": told["Signalen"]}
    assert {name: float(cells[0]) for name, cells in computed.items()} == {
        one.name: pytest.approx(taps.seconds(one), abs=0.005) for one in (here, fixmystreet, signalen)
    }
