"""A key asks so often a minute and no more, however many processes answer; it costs next to nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.api import edge
from gezhi.api.quota import MOST_WRONG, SLICES, Quota, Strays
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.models import Matter
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import FRIDAY, World
from gezhi.vault.limits import TooOften, forget_salts
from gezhi.vault.models import Attempt

from .program import Program, told


@pytest.fixture
def most(settings: Any) -> int:
    settings.HOME = replace(settings.HOME, key_limit=30)
    return 30


def spent(quota: Quota, key: Any, times: int, at: Any = FRIDAY) -> int:
    """How many of so many requests were let through."""
    through = 0
    for _n in range(times):
        try:
            quota.spend(key, at=at)
        except TooOften:
            continue
        through += 1
    return through


def test_a_key_that_asks_too_often_is_told_when_to_come_back_and_nothing_is_done(
    world: World, most: int
) -> None:
    with clock.fixed(FRIDAY + timedelta(seconds=20)) as standing:
        centre, other = Program.of(world, "he"), Program.of(world, "wu", "en")
        answers = [centre.report() for _n in range(most + 2)]
        assert [a.status_code for a in answers] == [201] * most + [429] * 2
        assert Matter.objects.count() == most
        assert answers[-1].headers["Retry-After"] == "40"
        said = told(answers[-1])
        assert (said["status"], said["code"]) == (429, "rate_limited")
        assert said["detail"] == "这把钥匙每分钟最多 30 次请求，这一分钟已经用完。请 40 秒后再试。"
        assert other.get("units").status_code == 200
        for _n in range(most):
            refused = other.get("units")
        assert "30 requests a minute" in told(refused)["detail"]
        standing.tick(40)
        assert centre.report().status_code == 201


def test_wrong_keys_from_one_address_are_soon_told_to_wait_and_right_ones_never(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process counts on; the address itself is nowhere stored."""
    with clock.fixed(FRIDAY + timedelta(seconds=20)) as standing:
        monkeypatch.setattr(edge, "strays", Strays())
        wrong, centre = Program("gz_guess"), Program.of(world, "he")
        answers = [wrong.get("units") for _n in range(MOST_WRONG + 5)]
        assert [a.status_code for a in answers] == [401] * MOST_WRONG + [429] * 5
        assert answers[-1].headers["Retry-After"] == "40"
        assert told(answers[-1])["code"] == "rate_limited"
        assert "40 秒后再试" in told(answers[-1])["detail"]
        counted = Attempt.objects.get().count
        assert counted == MOST_WRONG + 1  # a spent minute is not counted on
        assert b"127.0.0.1" not in bytes(Attempt.objects.get().bucket)
        monkeypatch.setattr(edge, "strays", Strays())
        assert wrong.get("units").status_code == 429
        assert centre.report().status_code == 201
        with CaptureQueriesContext(connection) as said:
            assert centre.get("units").status_code == 200
        assert not [q for q in said.captured_queries if "vault_" in q["sql"]]
        standing.tick(40)
        assert wrong.get("units").status_code == 401


@pytest.mark.django_db
def test_several_processes_together_grant_what_the_home_says(most: int) -> None:
    key, processes = new_id(), [Quota() for _n in range(3)]
    granted = [spent(quota, key, 4) for _round in range(5) for quota in processes]
    assert sum(granted) == most
    assert spent(Quota(), key, 5) == 0
    assert spent(processes[0], new_id(), 5) == 5
    assert spent(processes[0], key, 5, FRIDAY + timedelta(minutes=1)) == 5


@pytest.mark.django_db
def test_a_slice_is_spent_without_a_statement_and_a_spent_minute_refused_without_one(settings: Any) -> None:
    settings.HOME = replace(settings.HOME, key_limit=400)
    quota, key = Quota(), new_id()
    with CaptureQueriesContext(connection) as said:
        assert spent(quota, key, 399) == 399
    assert len(said) == SLICES
    with CaptureQueriesContext(connection) as said:
        assert spent(quota, key, 50) == 1
    assert len(said) == 1


def test_the_counts_of_past_minutes_are_forgotten(world: World, most: int) -> None:
    Program.of(world, "he").get("units")
    assert Attempt.objects.count() == 1
    forget_salts(at=clock.now() + timedelta(minutes=2))
    assert not Attempt.objects.exists()


@pytest.fixture
def lasting(transactional_db: None) -> Iterator[None]:
    liuxi.forget()
    yield
    liuxi.forget()


@pytest.mark.parametrize("shared", [True, False], ids=["threads of one process", "processes"])
def test_at_once_no_more_is_granted_than_the_home_says(lasting: None, settings: Any, shared: bool) -> None:
    settings.HOME = replace(settings.HOME, key_limit=200)
    key, one, through, gate = new_id(), Quota(), list[int](), threading.Barrier(8)

    def ask() -> None:
        quota = one if shared else Quota()
        gate.wait()
        try:
            through.append(spent(quota, key, 60))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(through) == 8
    assert 0 < sum(through) <= 200
    assert Attempt.objects.get().count >= 200
