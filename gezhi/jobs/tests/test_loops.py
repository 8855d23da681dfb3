"""The loops go on, whatever a beat does."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from gezhi.jobs.loops import LOOPS, Beat, keep_what_is_due, run, until_next_look
from gezhi.ledger import clock, instance
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Instance
from gezhi.people.models import Session
from gezhi.promises.models import Promise
from gezhi.vault import limits
from gezhi.vault.models import Salt

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def opened() -> None:
    instance.forget()
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})


def test_a_beat_that_fails_is_logged_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    stop, done = threading.Event(), []

    def fail(at: datetime) -> int:
        raise RuntimeError("Row contains (何敏)")

    def work(at: datetime) -> int:
        done.append(at)
        if len(done) == 3:
            stop.set()
        return 0

    with caplog.at_level(logging.ERROR):
        run([Beat("broken", fail, 0.01), Beat("sound", work, 0.01)], stop)
    assert len(done) == 3
    assert "The beat broken failed" in caplog.text


def test_a_full_batch_is_followed_at_once_and_a_failure_by_a_growing_pause() -> None:
    counts = iter([200, 200, 3])
    beat = Beat("keep", lambda at: next(counts), 1.0, 200)
    assert [beat.press() for _ in range(3)] == [0.0, 0.0, 1.0]
    assert [beat.press() for _ in range(3)] == [2.0, 4.0, 8.0]
    assert min(beat.press() for _ in range(9)) >= 16.0


def test_a_watcher_with_nothing_to_watch_writes_nothing() -> None:
    with clock.fixed(NOON):
        assert keep_what_is_due(NOON) == 0
        assert until_next_look(NOON) > 1
    due = NOON + timedelta(seconds=0.4)
    Promise.objects.create(
        id=new_id(),
        about=new_id(),
        flow="f",
        name="n",
        made_at=NOON,
        length="1小时",
        due_at=due,
        look_at=due,
        why="{}",
    )
    assert until_next_look(NOON) == pytest.approx(0.4)
    assert keep_what_is_due(NOON) == 0
    assert until_next_look(NOON + timedelta(hours=1)) == 0.1  # held by another watcher, then


@pytest.mark.parametrize("name", ["clock", "sender"])
def test_every_beat_runs_on_an_empty_instance(name: str) -> None:
    for beat in LOOPS[name]():
        assert beat.press() > 0
        assert beat.failures == 0


def test_what_ended_is_forgotten_by_a_beat_of_the_clock() -> None:
    now = timezone.now()
    for key, ends in (("past", now - timedelta(minutes=1)), ("running", now + timedelta(minutes=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    limits.knock("sign_in", "10.0.0.1", at=NOON, most=9, seconds=60)
    beats = {beat.name: beat for beat in LOOPS["clock"]()}
    with clock.fixed(NOON + timedelta(days=1)):
        beats["forget_sessions"].press()
        beats["forget_salts"].press()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]
    assert not Salt.objects.exists()
