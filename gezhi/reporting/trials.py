"""The draft of a model, tried on the matters of a past month: page by page, kept between pages, so that it may be large.

The first page is done at once, the rest by the sender's loop. Each page is taken into the trial together with the mark
how far it came; whoever comes second with the same page keeps nothing.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from gezhi.ledger.actor import Actor
from gezhi.matters import drafts
from gezhi.matters.drafts import Draft
from gezhi.matters.services import drafting
from gezhi.reporting import trying
from gezhi.reporting.trying import Mark, Outcome, Part, Period, PromisePart

log = logging.getLogger("gezhi.trials")
MOST = 20_000
"""Matters that one trial looks at; of a larger month the first ones."""
KINDS = 12
LISTED = 10
PARTS = ("absent", "grade", "first_desk", "handling_desk", "newly_late", "newly_in_time")


class KeptPart(msgspec.Struct):
    """A `Part`, its kinds as rows: before, after, how many."""

    of: int = 0
    different: int = 0
    first: list[tuple[str, str, str]] = []
    kinds: list[tuple[str, str, int]] = []


class KeptPromise(msgspec.Struct):
    """A `PromisePart` and whose it is: flow and id."""

    flow: str
    id: str
    name: str
    of: int
    late_before: int | None
    late_after: int | None


class Trial(msgspec.Struct):
    """How far a trial has come and what it found. `total` is how many matters there are, `covered` how many were tried.

    Words stand in the language of whoever asked for it.
    """

    digest: str
    language: str
    first: date
    last: date
    as_of: datetime
    total: int
    imported: int
    covered: int = 0
    mark: tuple[datetime, UUID] | None = None
    done: bool = False
    failed: bool = False
    unwalkable: int = 0
    judged: int = 0
    parts: dict[str, KeptPart] = {}
    promises: list[KeptPromise] = []

    @property
    def bounded(self) -> bool:
        """Whether there are more matters than one trial looks at."""
        return self.total > MOST

    @property
    def aim(self) -> int:
        return min(self.total, MOST)


def last_month(today: date) -> tuple[date, date]:
    """First and last day of the month before."""
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


def this_month(today: date) -> tuple[date, date]:
    return today.replace(day=1), today


def ask(draft: Draft, days: tuple[date, date], *, by: Actor, at: datetime) -> Draft:
    """Begin a trial on the matters of these days, and do its first page."""
    total, imported = trying.counted(_period(days))
    said = Trial(
        draft.texts.digest,
        translation.get_language() or "zh-hans",
        *days,
        at,
        total,
        imported,
        done=not total,
    )
    asked = drafting.ask_for_trial(draft, _written(said), by=by, at=at)
    _one_page(asked)
    return drafts.in_work(timezone.localdate(at)) or asked


def of(draft: Draft) -> Trial | None:
    """The trial of exactly these texts, if one was asked for."""
    found = msgspec.json.decode(draft.trial, type=Trial) if draft.trial else None
    return found if found and found.digest == draft.texts.digest else None


def go_on(at: datetime) -> int:
    """One page more of the trial that is not done. Returns 1 while there is more to do, else 0."""
    draft = drafts.in_work(timezone.localdate(at))
    if draft is None or not draft.trial:
        return 0
    try:
        return int(_one_page(draft))
    except (OperationalError, InterfaceError):
        raise  # the database is gone or busy: the loop tries again
    except Exception:
        log.exception("The trial of draft %s failed; it is told so on its page.", draft.id)
        _give_up(draft)
        return 0


def _one_page(draft: Draft) -> bool:
    """Take the next page in; true while there is more to do."""
    kept = of(draft)
    if kept is None or kept.done:
        return False
    found = _outcome(kept)
    with translation.override(kept.language), trying.reading_only():
        period = _period((kept.first, kept.last))
        mark = trying.tried_further(draft.model(), period, found, kept.mark, as_of=kept.as_of, most=LISTED)
    _take(kept, found, mark)
    return drafting.keep_trial(draft.id, draft.trial, _written(kept)) and not kept.done


def _give_up(draft: Draft) -> None:
    if kept := of(draft):
        kept.done = kept.failed = True
        drafting.keep_trial(draft.id, draft.trial, _written(kept))


def _take(kept: Trial, found: Outcome, mark: Mark | None) -> None:
    kept.covered, kept.mark = found.matters, mark
    kept.done = mark is None or found.matters >= kept.aim
    kept.unwalkable, kept.judged = found.unwalkable, found.judged
    kept.parts = {name: _part(getattr(found, name), whole=not kept.done) for name in PARTS}
    kept.promises = [
        KeptPromise(flow, id, one.name, one.of, one.late_before, one.late_after)
        for (flow, id), one in found.promises.items()
    ]


def _part(part: Part, *, whole: bool) -> KeptPart:
    """The part as it is kept; once all is done, only the kinds that are most frequent."""
    often = sorted(part.kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    rows = [(before, after, n) for (before, after), n in often]
    return KeptPart(part.of, part.different, part.first, rows if whole else rows[:KINDS])


def _outcome(kept: Trial) -> Outcome:
    found = Outcome(
        matters=kept.covered, imported=kept.imported, unwalkable=kept.unwalkable, judged=kept.judged
    )
    for name, part in kept.parts.items():
        kinds = {(before, after): n for before, after, n in part.kinds}
        setattr(found, name, Part(part.of, part.different, list(part.first), kinds))
    for one in kept.promises:
        found.promises[one.flow, one.id] = PromisePart(one.name, one.of, one.late_before, one.late_after)
    return found


def _period(days: tuple[date, date]) -> Period:
    zone = timezone.get_default_timezone()
    ends = datetime.combine(days[1] + timedelta(days=1), time.min, zone)
    return Period(datetime.combine(days[0], time.min, zone), ends)


def _written(trial: Trial) -> str:
    return msgspec.json.encode(trial).decode()
