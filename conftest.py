"""Tests run in a home of their own, on SQLite or (GEZHI_TEST_DATABASE=postgresql://…) on PostgreSQL.

No test reaches beyond this machine.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from tools import scratch_home

settings.register_profile("house", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("house")  # how long a try takes says how busy a machine is, not whether it is right

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared" / "data"
PAGES = ("gezhi/setup/tests/", "gezhi/desk/tests/", "gezhi/portal/tests/")
ASKING = {"db", "transactional_db", "django_db_setup", "live_server"}  # fixtures that open a database


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """A socket may be connected if, and only if, it stays on this machine."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise OSError(f"a test tried to reach {host}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", only_here)
        yield


@pytest.fixture(scope="session", autouse=True)
def statics_found_once() -> Iterator[None]:
    """Each client of a test builds the middleware anew, as a process does once; the static files it finds are the same ones."""
    from gezhi.config.statics import Statics

    found: dict[str, dict[str, Any]] = {}
    find = Statics.add_files_from_finders

    def once(self: Any) -> None:
        if self.static_prefix not in found:
            find(self)
            found[self.static_prefix] = dict(self.files)
        self.files.update(found[self.static_prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Statics, "add_files_from_finders", once)
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """A test begins with an empty memory: databases roll back under revisions that a process may have seen."""
    from gezhi.ledger import instance
    from gezhi.matters import editions
    from gezhi.people import queries as people
    from gezhi.places import queries as places
    from gezhi.promises import queries as promises

    for room in (instance, editions, people, places, promises):
        room.forget()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """On SQLite the tests use a file, as an instance does: threads, locks and WAL are the real ones."""
    from django.db import connections

    said = connections["default"].settings_dict
    if said["ENGINE"].endswith("sqlite3"):
        said["TEST"]["NAME"] = str(scratch_home.PATH / "test.sqlite3")


def asks_a_database(item: pytest.Item) -> bool:
    """Whether a test may reach the tables of this run; every other is refused them by pytest-django."""
    return bool(item.get_closest_marker("django_db") or ASKING & set(getattr(item, "fixturenames", ())))


def pytest_collection_finish() -> None:
    """What was read for the run stays to its end: the collector need not walk it again and again (a tenth of all)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    from tests.shares import SEED, WHOLE

    terminalreporter.write_line(f"SEED={SEED}{', matrices whole' if WHOLE else ''}")


def _drawn_away(test: str, seed: object) -> bool:
    """On PostgreSQL a fourth of the tests of pages runs, drawn by the seed: their services have tests of their own there, and
    SQLite runs all of them."""
    return test.startswith(PAGES) and crc32(f"{seed} {test}".encode()) % 4 != 0


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks a database is marked so; what needs a thing this run has not is skipped, and says so."""
    lacking = {
        "postgres": None if "GEZHI_TEST_DATABASE" in os.environ else "needs PostgreSQL: make test brings it",
        "shared": None
        if SHARED.is_dir()
        else f"needs the real records at ../{SHARED.relative_to(ROOT.parent)}",
    }
    from tests.shares import SEED, WHOLE

    if "GEZHI_TEST_DATABASE" in os.environ and not WHOLE:
        items[:] = [one for one in items if not _drawn_away(one.nodeid, SEED)]
    for item in items:
        if asks_a_database(item):
            item.add_marker(pytest.mark.database)
        for mark, why in lacking.items():
            if why and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=why))
