"""Two at once at the same application or batch: it is done once, and the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.models import Application, Batch
from gezhi.matters.models import Draft as DraftRow
from gezhi.matters.services import admitting, admitting_batches

from . import jianghai, liuxi
from .applying import GOOD, POOR, admitted, batch, begun, sent
from .liuxi import World

MANY = 4
Act = Callable[[], object]


@pytest.fixture
def lasting(transactional_db: None) -> Iterator[World]:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        yield jianghai.build()
    liuxi.forget()


def together(*acts: Act) -> list[str]:
    """Run these at once; the codes of those that were refused."""
    gate, told, failed = threading.Barrier(len(acts)), list[str](), list[BaseException]()

    def run(act: Act) -> None:
        try:
            gate.wait()
            act()
        except Refused as refusal:
            told.append(refusal.code)
        except BaseException as error:  # handed on below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return told


def happened(what: str) -> int:
    return Entry.objects.filter(what=what).count()


def test_two_reviewers_at_once_decide_once(lasting: World) -> None:
    row, he, wu = sent(lasting), lasting.clerk("he"), lasting.clerk("wu")

    def admit() -> object:
        return admitting.decide_application(row, GOOD, admit=True, by=he, at=clock.now())

    def refuse() -> object:
        return admitting.decide_application(row, POOR, admit=False, by=wu, at=clock.now())

    assert together(admit, refuse, admit, refuse) == ["moved_meanwhile"] * 3
    state = Application.objects.get().state
    assert state in ("admitted", "refused")
    assert (happened("admission.admitted"), happened("admission.refused")) == (
        int(state == "admitted"),
        int(state == "refused"),
    )


def test_sending_and_withdrawing_at_once_is_one_of_them_first(lasting: World) -> None:
    row, mei = begun(lasting), lasting.clerk("mei")
    told = together(
        lambda: admitting.send_application(row, by=mei, at=clock.now()),
        lambda: admitting.withdraw_application(row, by=mei, at=clock.now()),
    )
    assert told == ["moved_meanwhile"]
    assert happened("admission.sent") + happened("admission.withdrawn") == 1


def test_a_batch_is_written_into_one_draft(lasting: World) -> None:
    made, he = batch(lasting, admitted(lasting)), lasting.clerk("he")
    told = together(*[lambda: admitting_batches.write_draft(made, by=he, at=clock.now())] * MANY)
    assert len(told) == MANY - 1
    assert set(told) <= {"moved_meanwhile", "draft_there"}
    assert (DraftRow.objects.count(), happened("batch.drafted")) == (1, 1)
    assert Batch.objects.get().draft == DraftRow.objects.get().id


def test_two_batches_at_once_do_not_share_an_application(lasting: World) -> None:
    one = admitted(lasting)
    told = together(*[lambda: batch(lasting, one, name=threading.current_thread().name[:24])] * MANY)
    assert told == ["moved_meanwhile"] * (MANY - 1)
    assert Batch.objects.count() == 1
    assert Application.objects.get().batch == Batch.objects.get().id
