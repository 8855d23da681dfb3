"""A text to 15,200 chat groups: registering them, planning, reading the plan, confirming, and a page of what to post by hand.

One group in ten has a robot; the rest are posted to by hand. Everything as the pages do it, on both databases.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.homes import place
from bench.report import Report

GROUPS = 15_200
TEXT = "明早八点起停水两小时，请先存水。问事打 12345。"


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--groups", type=int, default=GROUPS)


def measure(said: argparse.Namespace) -> Report:
    report = Report("a text to many groups")
    for kind in ("sqlite", "postgresql") if said.on == "both" else (said.on,):
        with place(kind) as here:
            found = json.loads(here.run("bench.broadcasts", str(said.groups)))
        report.rows.append({"database": kind, **found})
        report.aim(f"{kind}: groups that were not planned", said.groups - found["planned"], "≤ 0")
        report.aim(f"{kind}: seconds to plan", found["plan s"], "≤ 10")
        report.aim(f"{kind}: ms to read the plan", found["read ms"], "≤ 300")
        report.aim(f"{kind}: seconds to confirm", found["confirm s"], "≤ 10")
        report.aim(f"{kind}: ms of the cards of one post", found["cards ms"], "≤ 100")
    return report


def written(groups: int) -> str:
    """The register as a file: each grid in turn, a robot in every tenth group."""
    from gezhi.ledger import clock
    from gezhi.places import queries as places

    leaves = [unit for unit in places.tree(clock.today()).by_path.values() if unit.leaf]
    lines = ["code,name,unit,building,size,owner,robot,checked"]
    for n in range(groups):
        unit = "/".join(leaves[n % len(leaves)].names)
        robot = f"robot {n}" if n % 10 == 0 else ""
        lines.append(
            f"G-{n:05},平安群 {n},{unit},{'' if n % 3 else '1 栋'},{40 + n % 400},grid_worker,{robot},"
        )
    return "\n".join(lines) + "\n"


def doors(groups: int) -> None:
    """A robot for every tenth group, each with a key of its own in the vault."""
    from django.db import transaction

    from gezhi.ledger import clock
    from gezhi.ledger.actor import HOUSE
    from gezhi.notify import doorkeeping

    with transaction.atomic():
        for n in range(0, groups, 10):
            doorkeeping.add("wecom", f"robot {n}", doorkeeping.Said(), f"key-{n}", by=HOUSE, at=clock.now())


def took(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def taken(groups: int) -> dict[str, Any]:
    """Each act once, as the pages do it; what is read, the median of five."""
    from gezhi.ledger import clock
    from gezhi.ledger.actor import HOUSE
    from gezhi.matters import editions
    from gezhi.notify import broadcasts, groups_file, posting
    from gezhi.notify.broadcasts import Around
    from gezhi.notify.models import Broadcast, BroadcastPart
    from gezhi.people import queries as people
    from gezhi.places import queries as places

    now, model, ground = clock.now(), editions.today(), places.tree(clock.today())
    doors(groups)
    register, _taken = took(lambda: groups_file.take(written(groups), model, ground, by=HOUSE, at=now))
    staff = list(people.roster(clock.today()).people.values())
    centre = next(one for one in staff if one.terms and one.terms[0].post == "centre")
    worker = next(one for one in staff if one.terms and one.terms[0].post == "grid_worker")
    around = Around(centre, model, ground)
    plan, id = took(lambda: broadcasts.plan(TEXT, (), (), around, at=now))
    one = Broadcast.objects.get(id=id)
    reads = sorted(
        took(lambda: (broadcasts.ways(one), broadcasts.posts(one), broadcasts.shut(one)))[0] for _ in range(5)
    )
    broadcasts.ask_others(id, around, people.roster(clock.today()), at=now)
    Broadcast.objects.filter(id=id).update(writer=worker.account)  # the second person is the same one here
    confirm, many = took(lambda: broadcasts.confirm(id, around, at=now))
    cards = sorted(took(lambda: posting.cards(Around(worker, model, ground)))[0] for _ in range(5))
    due = sorted(took(lambda: posting.is_due(at=now))[0] for _ in range(5))
    return {
        "groups": groups,
        "register s": round(register, 2),
        "plan s": round(plan, 2),
        "planned": BroadcastPart.objects.filter(broadcast=one).count(),
        "read ms": round(reads[2] * 1000, 1),
        "confirm s": round(confirm, 2),
        "confirmed": many,
        "cards ms": round(cards[2] * 1000, 1),
        "anything due ms": round(due[2] * 1000, 2),
    }


def main(groups: str) -> None:
    import django

    django.setup()
    print(json.dumps(taken(int(groups))))


if __name__ == "__main__":
    main(*sys.argv[1:])
