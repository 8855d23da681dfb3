"""`python -m bench` lists the measurements; `python -m bench NAME [--json]` takes one and prints its table."""

from __future__ import annotations

import argparse
import importlib
import sys

NAMES = (
    "intake",
    "calls",
    "lists",
    "watcher",
    "demo",
    "ground",
    "carrying",
    "search",
    "importing",
    "words",
    "duplicates",
    "metrics",
    "lives",
    "exporting",
    "promises",
    "migrating",
    "portal",
    "taps",
    "receipts",
    "broadcasts",
)


def main(words: list[str]) -> int:
    if not words or words[0] not in NAMES:
        for name in NAMES:
            said = importlib.import_module(f"bench.{name}").__doc__ or ""
            print(f"  python -m bench {name:8} {said.splitlines()[0]}")
        return 0 if not words else 2
    measure = importlib.import_module(f"bench.{words[0]}")
    parser = argparse.ArgumentParser(prog=f"python -m bench {words[0]}", description=measure.__doc__)
    parser.add_argument("--json", action="store_true", help="the same figures for a program")
    measure.declare(parser)
    report = measure.measure(parser.parse_args(words[1:]))
    print(report.as_json() if "--json" in words else report.as_text())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
