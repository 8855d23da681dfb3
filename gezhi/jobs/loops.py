"""The two loops in which time presses: the clock (promises, seals, salts) and the sender (tellings, photos, the index of words).

Each beat is one call with one moment. What it does is one transaction of its own: a loop that is killed
between or within beats leaves nothing half done, and the next one goes on where it stood.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from gezhi.documents.services.printing import destroy_what_is_over as end_papers
from gezhi.documents.services.printing import print_waiting
from gezhi.exchange import exports
from gezhi.jobs import delivering, exporting, importing, pushing
from gezhi.ledger import clock
from gezhi.ledger.days import close_days
from gezhi.ledger.services import BATCH as SEAL_BATCH
from gezhi.ledger.services import seal
from gezhi.matters.services.attaching import destroy_what_is_over as end_attachments
from gezhi.matters.services.attaching import seal_waiting
from gezhi.matters.services.carrying import BATCH as CARRY_BATCH
from gezhi.matters.services.carrying import carry
from gezhi.matters.services.covering import forget_uncovered
from gezhi.matters.services.drafting import end_what_began
from gezhi.matters.services.indexing import index_waiting
from gezhi.matters.services.keeping import BATCH as KEEP_BATCH
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.originals import destroy_what_is_over
from gezhi.matters.services.photo_files import sweep_waiting
from gezhi.matters.services.photos import encode_waiting
from gezhi.matters.services.recounting import BATCH as RECOUNT_BATCH
from gezhi.matters.services.recounting import recount
from gezhi.matters.services.sheets import forget_sheets
from gezhi.notify.browsers import forget_what_is_over as forget_browsers
from gezhi.notify.mornings import BATCH as MORNING_BATCH
from gezhi.notify.mornings import Mornings
from gezhi.notify.pushing import forget_pushes
from gezhi.notify.services import BATCH as HEAR_BATCH
from gezhi.notify.services import hear, send
from gezhi.people.answers import forget_answers
from gezhi.people.sessions import SessionStore
from gezhi.promises.queries import next_look
from gezhi.reporting import publications, trials
from gezhi.vault.limits import forget_salts

log = logging.getLogger("gezhi.jobs")
Act = Callable[[datetime], int]
WORST_PAUSE = 30.0


@dataclass
class Beat:
    """Call `act` every `every` seconds; at once again while it says it did `batch` or more."""

    name: str
    act: Act
    every: float
    batch: int = 0
    sooner: Callable[[datetime], float] | None = None  # seconds until it is wanted, when that is known
    failures: int = field(default=0, init=False)

    def press(self) -> float:
        """One call. Returns the seconds until the next; a failure is logged, and the pause grows."""
        try:
            at = clock.now()
            done = self.act(at)
            self.failures = 0
            if self.batch and done >= self.batch:
                return 0.0
            return min(self.every, self.sooner(at)) if self.sooner else self.every
        except Exception:
            self.failures += 1
            log.exception("The beat %s failed; the loop goes on and tries again.", self.name)
            if not connection.in_atomic_block:
                connection.close()
            return float(min(WORST_PAUSE, self.every * 2**self.failures))


def run(beats: list[Beat], stop: threading.Event) -> None:
    """Press each beat when it is due, until `stop` is set; the beat that runs is finished first."""
    due = dict.fromkeys((beat.name for beat in beats), 0.0)
    while not stop.is_set():
        for beat in beats:
            if due[beat.name] <= time.monotonic() and not stop.is_set():
                due[beat.name] = time.monotonic() + beat.press()
        stop.wait(max(0.0, min(due.values()) - time.monotonic()))


def keep_what_is_due(at: datetime) -> int:
    """Keep promises, if one must be looked at: an idle instance is never written to."""
    look = next_look()
    return keep_promises(at=at) if look is not None and look <= at else 0


def until_next_look(at: datetime) -> float:
    """Seconds until the next promise must be looked at. What waits already is held by another watcher, which is given a
    moment."""
    look = next_look()
    if look is None:
        return WORST_PAUSE
    return max(0.1 if look <= at else 0.0, (look - at) / timedelta(seconds=1))


def forget_sessions(_at: datetime) -> int:
    """Drop sessions that ended by the machine's time; the instance's clock signs nobody out."""
    SessionStore.clear_expired()
    return 0


def clock_beats() -> list[Beat]:
    return [
        Beat("keep_promises", keep_what_is_due, 1.0, KEEP_BATCH, until_next_look),
        Beat("carry", lambda at: carry(at=at), 5.0, CARRY_BATCH),
        Beat("recount", lambda at: recount(at=at), 5.0, RECOUNT_BATCH),
        Beat("begin_editions", lambda at: end_what_began(at=at), 30.0),
        Beat("seal_ledger", lambda at: seal(at=at), 10.0, SEAL_BATCH),
        Beat("close_days", lambda at: close_days(at=at), 10.0),
        Beat("forget_salts", lambda at: forget_salts(at=at), 600.0),
        Beat("forget_sheets", lambda at: forget_sheets(at=at), 600.0),
        Beat("forget_answers", lambda at: forget_answers(at=at), 600.0),
        Beat("forget_sessions", forget_sessions, 600.0),
    ]


def sender_beats() -> list[Beat]:
    return [
        Beat("hear", lambda at: hear(at=at), 0.5, HEAR_BATCH),
        Beat("index_words", lambda _at: index_waiting(), 0.5, 1),
        Beat("send", lambda at: send(at=at), 0.5, HEAR_BATCH),
        Beat("encode_photos", lambda at: encode_waiting(at=at, most=1), 1.0, 1),
        Beat("seal_attachments", lambda at: seal_waiting(at=at, most=1), 1.0, 1),
        Beat("print_papers", lambda at: print_waiting(at=at), 1.0, 1),
        Beat("end_papers", lambda at: end_papers(at=at), 3600.0),
        Beat("forget_uncovered", lambda at: forget_uncovered(at=at), 60.0, 50),
        Beat("end_originals", lambda at: destroy_what_is_over(at=at), 3600.0),
        Beat("end_attachments", lambda at: end_attachments(at=at), 3600.0),
        Beat("sweep_photos", lambda _at: sweep_waiting(), 3600.0),
        Beat("publish_figures", publications.publish, 60.0, 1),
        Beat("try_models", trials.go_on, 2.0, 1),
        Beat("start_imports", importing.start_waiting, 2.0),
        Beat("start_exports", exporting.start_waiting, 1.0),
        Beat("remove_exports", lambda at: exports.remove_what_is_over(at=at), 3600.0),
        Beat("start_tellings", delivering.start_waiting, 1.0),
        Beat("start_pushes", pushing.start_waiting, 1.0),
        Beat("tell_mornings", Mornings().tell, 60.0, MORNING_BATCH),
        Beat("forget_browsers", lambda at: forget_browsers(at=at), 3600.0),
        Beat("forget_pushes", lambda at: forget_pushes(at=at), 3600.0, 1000),
    ]


LOOPS: dict[str, Callable[[], list[Beat]]] = {"clock": clock_beats, "sender": sender_beats}
