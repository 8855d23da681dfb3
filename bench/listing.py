"""Run inside a home: fills tables of several sizes, then reads the same lists of 50 from each in turns."""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from bench import filling

TURNS, CALLS, NOBODY = 9, 20, UUID(int=0)
COUNTY, TOWN, COMMUNITY, GRID = "0001", "00010001", "000100010001", "0001000100010001"


def places() -> dict[str, list[Any]]:
    """Whose list it is: what waits at a desk, what is open in a unit of each depth, and the whole work of a seat."""
    from gezhi.matters.lists import Place, place_of
    from gezhi.matters.queries import open_places
    from gezhi.rules import load

    model = load.named("nanling")
    desks = (f"centre@{COUNTY}", "department:housing", "department:market")
    return {
        "centre's desk": [Place("desk", f"centre@{COUNTY}", reader())],
        "department's desk": [Place("desk", "department:housing", reader())],
        "worker's desk": [Place("desk", f"grid_worker@{GRID}", reader())],
        "district": [place_of(COUNTY, reader())],
        "town": [place_of(TOWN, reader())],
        "community": [place_of(COMMUNITY, reader())],
        "grid": [place_of(GRID, reader())],
        "department and its desk": open_places(person(("department", "housing", COUNTY)), model),
        "unit and its desk": open_places(person(("town_desk", "", TOWN)), model),
        "two desks": [Place("desk", desk, reader()) for desk in desks[:2]],
        "three desks": [Place("desk", desk, reader()) for desk in desks],
        "unit and department": open_places(
            person(("town_desk", "", TOWN), ("department", "housing", COUNTY)), model
        ),
    }


def person(*seats: tuple[str, str, str]) -> Any:
    """Somebody with these seats: post, department, path of the unit."""
    from gezhi.people.queries import Person, Seat

    held = (Seat(NOBODY, post, department, NOBODY, path, "") for post, department, path in seats)
    return Person(NOBODY, "", "", tuple(held))


class Sizes:
    """The same table at several sizes; `use` makes one of them the present one."""

    def __init__(self, sizes: list[int]) -> None:
        self.sizes = sizes

    def fill(self) -> None:
        from django.db import connection

        if connection.vendor == "sqlite":
            for size in self.sizes:
                self._copy(size)
        for size in self.sizes:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"CREATE SCHEMA n{size}")
                    cursor.execute(
                        f"CREATE TABLE n{size}.matters_matter (LIKE public.matters_matter INCLUDING ALL)"
                    )
                filling.fill(f"n{size}.matters_matter", size)
            else:
                self.use(size)
                filling.fill("matters_matter", size)

    def _copy(self, size: int) -> None:
        from django.conf import settings
        from django.db import connection

        file = settings.HOME.path / f"n{size}.sqlite3"
        with connection.cursor() as cursor:
            connection.connection.execute("VACUUM INTO ?", [str(file)])
            cursor.execute("SELECT 1")

    def use(self, size: int) -> None:
        from django.conf import settings
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path = n{size}, public")
        else:
            connection.close()
            connection.settings_dict["NAME"] = str(Path(settings.HOME.path) / f"n{size}.sqlite3")


def reader() -> Any:
    """Whom walls know whoever reads as: a worker four levels down."""
    from gezhi.matters.walls import Reader

    return Reader(("person:" + "0" * 32, *(f"unit:{'0001' * depth}" for depth in range(1, 5))))


def once(where: list[Any]) -> int:
    from gezhi.matters import lists

    return len(lists.open_lines(where))


def timed(where: list[Any]) -> float:
    """Milliseconds of one call, the median of several."""
    for _ in range(7):  # the driver prepares, and the database settles on a plan
        once(where)
    found = []
    for _ in range(CALLS):
        began = time.perf_counter()
        once(where)
        found.append(time.perf_counter() - began)
    return statistics.median(found) * 1000


def pages_of(where: list[Any]) -> int:
    """Shared buffers that the list touches (PostgreSQL)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from gezhi.matters import lists

    caught: list[tuple[str, Any]] = []

    def catch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        caught.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(catch), CaptureQueriesContext(connection):
        lists.open_lines(where)
    sql, params = caught[0]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, COSTS OFF) {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    plan = plan.split("Planning:")[0]
    first = re.search(r"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?", plan)
    return sum(int(part or 0) for part in first.groups()) if first else 0


def main(words: list[str]) -> int:
    django.setup()
    from django.db import connection

    sizes = Sizes([int(word) for word in words])
    sizes.fill()
    found: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in places()}
    for size in sizes.sizes:
        sizes.use(size)
        for name, where in places().items():
            timed(where)
            pages = pages_of(where) if connection.vendor == "postgresql" else 0
            found[name][size] = {"rows": once(where), "pages": pages, "ms": []}
    for _ in range(TURNS):
        for name, where in places().items():
            for size in sizes.sizes:
                sizes.use(size)
                found[name][size]["ms"].append(timed(where))
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
