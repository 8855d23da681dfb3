"""Reports of the same thing: of those shown, how many are; of those there are, how many are shown; how long it takes.

Words and points: 2,000 invented reports (`bench/incidents.py`) in the order in which they came, points off by 30 m (the
deviation in each direction), against those before them; parameters were set on other draws than these. Time: reports into
a district of 2,000 grids with so many matters of two years lying there, a fifth of them open.
"""

from __future__ import annotations

import argparse
import json
import statistics
from bisect import bisect_left
from datetime import timedelta
from typing import Any
from uuid import UUID

from bench.homes import place
from bench.report import Report

SEEDS, MANY, NOISE = (11, 12, 13), 2000, 30.0


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument(
        "--lying", type=int, default=2_000_000, help="how many matters lie there (0: words only)"
    )


def measure(said: argparse.Namespace) -> Report:
    report = Report(f"reports of the same thing on {said.on}")
    with place(said.on) as here:
        told = json.loads(here.run("bench.duplicates", *map(str, SEEDS)))
        for row in told:
            report.rows.append(row)
        if said.lying:
            times = json.loads(here.run("bench.duplicates", "lying", str(said.lying)))
    report.aim(
        "shown and the same, of 100 shown", statistics.mean(one["right of 100"] for one in told), "≥ 95"
    )
    report.aim("found, of 100 that have one", statistics.mean(one["found of 100"] for one in told), "≥ 90")
    if said.lying:
        report.aim(f"p95 ms with {said.lying:,} lying there", times["p95"], "≤ 30")
        report.aim("… of telling a resident who reported it nearby", times["near"], "≤ 30")
        report.aim("… of telling how it goes in a grid (这一带)", times["grid"], "≤ 30")
        report.aim("… of telling it of a community", times["community"], "≤ 100")
        report.notes.append(
            f"这一带: of a grid {times['grid_busy']:.1f} ms of this process's own processor time at p95, of a community"
            f" {times['community_busy']:.1f}; the rest is the database and waiting for a core."
        )
        report.notes.append(
            f"{times['asked']:,} looked up with {said.lying:,} lying there: p50 {times['p50']:.1f} ms, p95 {times['p95']:.1f},"
            f" longest {times['longest']:.1f},"
            f" p95 of this process's own processor time {times['processor']:.1f}; {times['around']:.0f} matters around each, {times['shown']:,} shown."
        )
    report.notes.append(
        "Right: pairs shown (three at most) that are of one incident. Found: reports with an earlier one of theirs within"
        " the days, to which at least one of them was shown. An incident with a neighbour of its kind in the same days"
        " can only be told apart by words; that is a quarter of all."
    )
    return report


def words(seed: int) -> dict[str, Any]:
    """The rule for everything of the base model, on one draw of reports."""
    from bench import incidents
    from gezhi.matters import duplicates
    from gezhi.rules import length, load

    rule = load.named("nanling").alikes["rest"]
    days = timedelta(minutes=length.parse(rule.days).minutes)
    told = incidents.reports(MANY, NOISE, seed)
    seen = [duplicates.Seen(one.item, "", one.lon, one.lat, one.at, one.text) for one in told]
    moments = [one.at for one in told]
    right = shown = found = having = 0
    for n, one in enumerate(told):
        before = range(bisect_left(moments, one.at - days), n)
        around = [(UUID(int=m), str(m), "", seen[m]) for m in before if _near(seen[n], seen[m], rule.radius)]
        hits = duplicates.judged(seen[n], around, rule)[: duplicates.MOST]
        same = [told[int(hit.number)].incident == one.incident for hit in hits]
        right, shown, found = right + sum(same), shown + len(same), found + any(same)
        having += any(told[m].incident == one.incident for m in before)
    return {
        "draw": seed,
        "reports": MANY,
        "incidents": len({one.incident for one in told}),
        "shown": shown,
        "right of 100": 100 * right / shown,
        "having one": having,
        "found of 100": 100 * found / having,
    }


def _near(one: Any, other: Any, radius: int) -> bool:
    from gezhi.matters import duplicates

    metres = duplicates.apart(one, other)
    return metres is not None and metres <= radius


def lying(many: int) -> dict[str, float]:
    """Fill the table, then open reports by the services and look up what is around each of them."""
    import time

    from bench import district, lying_there
    from gezhi.ledger.actor import HOUSE
    from gezhi.matters import duplicates, editions
    from gezhi.matters.models import Matter
    from gezhi.matters.services.intake import open_matter
    from gezhi.matters.services.reports import Report as Sent

    lying_there.fill(many)
    model, person = editions.today(), lying_there.centre()
    took, worked, around, shown = [], [], [], 0
    for n, one in enumerate(lying_there.reports(600)):
        number = open_matter(Sent(**(district.report(lying_there.CHANCE, n) | one)), by=HOUSE).number
        matter = Matter.objects.get(number=number)
        began, busy = time.perf_counter(), time.process_time()
        found = duplicates.candidates(matter, person)
        if n >= 100:  # the first ones read the tree and the model
            took.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - busy))
            shown += len(found)
        if n % 20 == 0:
            around.append(lying_there.around(matter, model))
    near, grid, community = told_nearby(model), told_around(model, 16), told_around(model, 12)
    took.sort()
    worked.sort()
    return {
        "near": near[int(len(near) * 0.95)],
        "grid": grid[0],
        "grid_busy": grid[1],
        "community": community[0],
        "community_busy": community[1],
        "asked": len(took),
        "p50": took[len(took) // 2],
        "p95": took[int(len(took) * 0.95)],
        "longest": took[-1],
        "processor": worked[int(len(worked) * 0.95)],
        "around": statistics.mean(around),
        "shown": shown,
    }


def told_nearby(model: Any) -> list[float]:
    """Milliseconds of telling a resident who else reported a street lamp around them (附议), shortest first."""
    import time

    from bench import lying_there
    from gezhi.matters import nearby

    took = []
    for n, one in enumerate(lying_there.reports(600)):
        began = time.perf_counter()
        nearby.nearby("N12", one["lon"], one["lat"], model)
        if n >= 100:
            took.append(1000 * (time.perf_counter() - began))
    return sorted(took)


def told_around(model: Any, length: int) -> tuple[float, float]:
    """Milliseconds at p95 of telling how it goes in places whose paths have so many characters (这一带), and of this
    process's own processor time."""
    import time

    from gezhi.ledger import clock
    from gezhi.matters import around
    from gezhi.places.queries import tree

    places = [path for path in tree(clock.today()).paths if len(path) == length]
    took, worked = [], []
    for n in range(600):
        began, busy = time.perf_counter(), time.process_time()
        around.around(places[n % len(places)], model, clock.now())
        if n >= 100:
            took.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - busy))
    return sorted(took)[int(len(took) * 0.95)], sorted(worked)[int(len(worked) * 0.95)]


def main(said: list[str]) -> int:
    import django

    django.setup()
    print(json.dumps(lying(int(said[1])) if said[0] == "lying" else [words(int(seed)) for seed in said]))
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
