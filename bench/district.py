"""A district to measure in: 2,000 grids of 20 corners, 100 communities, 10 towns, everybody at their post, one key.

Run inside a home: `python -m bench.district` upgrades its database, plants all this and prints the key.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import django

WEST, SOUTH, CELL = 118.0, 30.0, 0.01
COLUMNS, ROWS, WIDE, HIGH = 50, 40, 5, 4  # cells of the district; cells of one community
BEGAN = date(2026, 1, 1)
PHRASES = "院门口路灯不亮 楼道堆了纸箱 井盖松动有响声 垃圾三天没有清运 楼上漏水滴到阳台 电动车飞线充电 秸秆焚烧烟很大".split()
ITEMS = ("N01", "N02", "N04", "N07", "N08", "N10", "N11", "N12", "N13", "N14")


def square(column: int, row: int, wide: int, high: int, corners: int = 5) -> dict[str, Any]:
    """A rectangle of cells with so many points on each side."""
    west, south = WEST + column * CELL, SOUTH + row * CELL
    east, north = west + wide * CELL, south + high * CELL
    corner = [(west, south), (east, south), (east, north), (west, north)]
    ring = []
    for (ax, ay), (bx, by) in zip(corner, corner[1:] + corner[:1], strict=True):
        ring += [[ax + (bx - ax) * n / corners, ay + (by - ay) * n / corners] for n in range(corners)]
    ring = [[round(x, 7), round(y, 7)] for x, y in ring]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def units() -> Iterator[tuple[str, str, str, str, dict[str, Any], str]]:
    """(key, parent's key, level, name, border, short name), parents first."""
    yield "d", "", "county", "柳溪县", square(0, 0, COLUMNS, ROWS), "柳"
    for town in range(COLUMNS // WIDE):
        yield f"t{town}", "d", "town", f"望湖 {town} 镇", square(town * WIDE, 0, WIDE, ROWS), f"柳{town}"
        for block in range(ROWS // HIGH):
            community = f"t{town}c{block}"
            border = square(town * WIDE, block * HIGH, WIDE, HIGH)
            yield community, f"t{town}", "community", f"桥东 {town}{block} 社区", border, ""
            for n in range(WIDE * HIGH):
                cell = square(town * WIDE + n % WIDE, block * HIGH + n // WIDE, 1, 1)
                yield f"{community}g{n}", community, "grid", f"{n + 1:02d} 格", cell, ""


def report(chance: random.Random, n: int) -> dict[str, Any]:
    """A report as somebody would make it: a point in some grid, a name and a number that are sealed."""
    return {
        "text": f"{chance.choice(PHRASES)}，第 {n} 次看到，请来看一下。",
        "item": chance.choice(ITEMS),
        "channel": "resident",
        "reporting": "confidential",
        "lon": round(WEST + chance.random() * COLUMNS * CELL, 7),
        "lat": round(SOUTH + chance.random() * ROWS * CELL, 7),
        "address": "桥东路 12 号院",
        "name": "样本居民",
        "contact": f"138{n % 100_000_000:08d}",
        "client_key": f"bench-{chance.getrandbits(64):x}",
    }


def plant() -> str:
    """Everything, in an upgraded home. Returns the secret of a key that acts as the centre."""
    from gezhi.ledger.actor import HOUSE
    from gezhi.matters.services.editions import adopt
    from gezhi.people import tokens
    from gezhi.places.services import Levels, UnitRow, plant_tree
    from gezhi.promises.services import put_calendar
    from gezhi.rules import load, seed

    at = datetime.now(UTC)
    put_calendar(seed.days(2025, 2027))
    model = adopt(load.named("nanling"), by=HOUSE, at=at)
    rows = [UnitRow(*unit[:5], short=unit[5]) for unit in units()]
    levels = Levels({level.id: level.under for level in model.levels.values()})
    planted = plant_tree(rows, levels, on=BEGAN, by=HOUSE, at=at).identities
    centre = _seat_everybody(planted, at)
    return tokens.issue("bench", centre, by=HOUSE, at=at)


def _seat_everybody(planted: dict[str, Any], at: datetime) -> Any:
    """One account for each seat: centre, town desks, cadres, workers of all grids. Returns the centre's term."""
    from gezhi.ledger import instance
    from gezhi.ledger.ids import new_id
    from gezhi.people.models import Account, Term

    posts = {0: "centre", 1: "town_desk", 2: "cadre", 3: "grid_worker"}
    accounts, terms = [], []
    for key, unit in planted.items():
        depth = 0 if key == "d" else 3 if "g" in key else 2 if "c" in key else 1
        account = Account(id=new_id(), sign_in=key, name=f"样本{key}", password="!", made_at=at)  # noqa: S106  # nobody signs in
        accounts.append(account)
        terms.append(Term(id=new_id(), account=account, post=posts[depth], unit=unit, from_on=BEGAN))
    Account.objects.bulk_create(accounts, batch_size=500)
    Term.objects.bulk_create(terms, batch_size=500)
    instance.bump()
    return terms[0].id


def main() -> int:
    django.setup()
    from django.conf import settings

    from gezhi.cli.upgrade import bring_up

    bring_up(settings.HOME)
    print(plant())
    return 0


if __name__ == "__main__":
    sys.exit(main())
