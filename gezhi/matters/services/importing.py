"""The import door: records of another system become matters, judged by that system's own times.

A record is located, routed and promised by the same rules as a report at the counter. What differs: its times
are its source's (`at`), `recorded_at` stays the instance's clock; it keeps its source's number; nobody is told
of what is long past; and it is marked `import`, so that no live rate counts it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock, digests, instance
from gezhi.ledger import services as ledger
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import Prepared as Entry
from gezhi.matters import editions, events, routing
from gezhi.matters.models import Asked, Matter, Text
from gezhi.matters.services import intake, locating, moving, promising, reports
from gezhi.matters.services.locating import Spot
from gezhi.matters.services.reports import Report
from gezhi.people.queries import Roster, roster
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.promises import services as promises
from gezhi.promises.queries import FAR
from gezhi.promises.services import Judged
from gezhi.rules import deadlines, steps
from gezhi.rules.model import Flow, Item, Model, Move
from gezhi.rules.steps import Facts

MOST_MOVES = 40
BATCH = 400
"""Rows a statement: PostgreSQL takes 65,535 parameters, and a matter has 41 columns."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One record, read. `key` is its source's number, `moves` what persons did there, in order (house moves follow).

    `due_at` answers promises of length "source". `ended_at` goes with moves that lead to an end, and only then.
    """

    id: UUID
    source: str
    key: str
    report: Report
    at: datetime
    ended_at: datetime | None = None
    due_at: datetime | None = None
    department: str = ""
    moves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What the records of one batch share."""

    recorded_at: datetime
    on: date
    model: Model
    ground: Tree
    roster: Roster
    revision: int
    by: Actor


@dataclass(slots=True)
class Coming:
    """One record on its way to a matter, in memory."""

    record: Brought
    item: Item
    flow: Flow
    spot: Spot
    step: str
    text: Text
    at: datetime  # how far its time has come
    taken: Counter[str] = field(default_factory=Counter)
    accepted_at: datetime | None = None
    running: dict[str, promises.Prepared] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    asked: dict[str, None] = field(default_factory=dict)  # departments that were asked on the way
    asked_last: str = ""


def bring(records: Sequence[Brought], *, by: Actor) -> dict[UUID, Refused]:
    """Take a batch in. Returns the refusals by id; every other record is a matter now.

    Must run inside the transaction that also notes what became of each record, so that a crash in the middle
    takes neither or both. Records whose key was taken before are the caller's to leave out (`taken_before`).
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("bring() belongs into the transaction of its run.")
    now = _setting(by)
    refused: dict[UUID, Refused] = {}
    coming: list[Coming] = []
    numbers = set(Matter.objects.filter(number__in=[r.key for r in records]).values_list("number", flat=True))
    for record in records:
        try:
            coming.append(_walked(record, now, numbers))
        except Refused as no:
            refused[record.id] = no
        numbers.add(record.key)
    _write(coming, now)
    return refused


def taken_before(source: str, keys: Collection[str]) -> set[str]:
    """Which of these keys of a source are matters already."""
    words = {client_key(source, key): key for key in keys}
    found = Matter.objects.filter(client_key__in=list(words)).values_list("client_key", flat=True)
    return {words[word] for word in found if word}


def client_key(source: str, key: str) -> str:
    """One key of one source is one matter, however often it is brought."""
    return hashlib.sha256(f"import\n{source}\n{key}".encode()).hexdigest()


def _setting(by: Actor) -> Setting:
    pulse = instance.pulse()
    recorded_at = clock.ahead(pulse.clock_ahead)
    on = timezone.localdate(recorded_at)
    model, ground = editions.current(on, pulse.revision), places.tree(on, pulse.revision)
    staff = roster(on, revision=pulse.revision)
    return Setting(recorded_at, on, model, ground, staff, pulse.revision, by)


def _walked(record: Brought, now: Setting, numbers: Collection[str]) -> Coming:
    """The record as a matter with its whole way behind it. Raises `Refused` when it cannot have gone so."""
    record = _check(record, now, numbers)
    item, flow = intake.item_of(record.report, now.model)
    spot = locating.locate(record.report, now.ground, on=now.on)
    body = record.report.text.strip()
    text = Text(id=new_id(), matter=record.id, kind="report", body=body, salt=digests.new_salt())
    coming = Coming(record, item, flow, spot, flow.first, text, record.at)
    effects = deadlines.on_open(flow)
    _effects(coming, effects, record.at, now)
    coming.entries.append(_opened(coming, now))
    wanted = list(record.moves)
    for _time in range(MOST_MOVES):
        taken = steps.house_move(flow, _facts(coming, now))
        by_house = taken is not None
        if taken is None and wanted:
            taken = _possible(coming, wanted.pop(0))
        if taken is None:
            break
        _take(coming, taken, now, HOUSE if by_house else now.by)
    _check_end(coming, wanted)
    return coming


def _check(record: Brought, now: Setting, numbers: Collection[str]) -> Brought:
    """The record to be kept. Raises `Refused` when it cannot be."""
    kept = reports.check(record.report, at=record.at, recorded_at=now.recorded_at)
    if not record.key or len(record.key) > 40:
        raise Refused(_("编号为空，或超过 40 个字符。"), code="key_wrong", field="key")
    if record.key in numbers:
        raise Refused(_("已有别的事项用这个编号。"), code="number_taken", field="key")
    if record.department and record.department not in now.model.departments:
        raise Refused(_("治理模型里没有这个部门。"), code="department_unknown", field="department")
    if record.ended_at and not record.at <= record.ended_at <= now.recorded_at:
        raise Refused(_("了结时间早于发生时间，或在将来。"), code="ended_wrong", field="ended")
    if record.due_at and record.due_at < record.at:
        raise Refused(_("期限早于发生时间。"), code="due_before_opened", field="due")
    return record if kept is record.report else replace(record, report=kept)


def _possible(coming: Coming, id: str) -> Move:
    taken = coming.flow.moves.get(id)
    if taken is None or coming.step not in taken.from_:
        raise Refused(_("按治理模型，这个状态走不到。"), code="status_impossible", field="status")
    return taken


def _check_end(coming: Coming, wanted: Sequence[str]) -> None:
    ends = coming.flow.steps[coming.step].ends
    if wanted:
        raise Refused(_("按治理模型，这个状态走不到。"), code="status_impossible", field="status")
    if ends and coming.record.ended_at is None:
        raise Refused(_("状态是已了结，却没有了结时间。"), code="ended_missing", field="ended")
    if not ends and coming.record.ended_at is not None:
        raise Refused(_("有了结时间，状态却还在办。"), code="ended_but_open", field="status")


def _facts(coming: Coming, now: Setting) -> Facts:
    level = routing.level_at(now.ground, coming.spot.path)
    item = coming.item
    facts = Facts(coming.step, item.grade, item.in_grid, level, coming.taken, evidence=item.evidence)
    return replace(facts, department=bool(_department(coming)))


def _take(coming: Coming, taken: Move, now: Setting, by: Actor) -> None:
    """One move at the source's time, which knows two moments only: reported and ended.

    Acceptance, and what the house does by itself, follows at once; whatever else a person did counts as done
    when the record ended, so that no promise is kept by a guess.
    """
    was, step = coming.step, coming.flow.steps[taken.leads(coming.step)]
    accepts = coming.accepted_at is None and step.phase not in {"reported", "ended"}
    if by is not HOUSE and not accepts:
        coming.at = coming.record.ended_at or coming.at
    at = coming.at
    effects = deadlines.on_move(coming.flow, taken, was)
    before = len(coming.judged)
    started = _effects(coming, effects, at, now)
    coming.step = step.id
    coming.taken[taken.id] += 1
    if accepts:
        coming.accepted_at = at
    settled = coming.judged[before:]
    facts: dict[str, digests.Fact] = {
        "move": taken.id,
        "step": step.id,
        "closing": step.closing,
        "from": was,
        "was": "",
        "department": _department(coming),
        "texts": [],
        "photos": 0,
        "promises": started,
        "met": [one.promise.name for one in settled if one.met_at],
        "dropped": [one.promise.name for one in settled if one.void_at],
        **moving.routed(_routed(coming, now)),
    }
    coming.entries.append(_entry(events.STEPPED, coming, facts, at, now, by))


def _effects(coming: Coming, effects: deadlines.Effects, at: datetime, now: Setting) -> list[str]:
    """Keep, drop and start promises at the source's time. Returns those started, as an entry speaks of them."""
    for rule in effects.meets:
        if promise := coming.running.pop(rule.id, None):
            lapsed = promise.outside and promise.due_at < at
            coming.judged.append(Judged(promise, void_at=at) if lapsed else Judged(promise, met_at=at))
    for rule in effects.voids:
        if promise := coming.running.pop(rule.id, None):
            coming.judged.append(Judged(promise, void_at=at))
    what = (now.model, coming.flow, coming.item)
    starts = [rule for rule in effects.starts if rule.id not in coming.running]
    due_at = coming.record.due_at
    made = promising.made(coming.record.id, what, starts, at=at, revision=now.revision, due_at=due_at)
    coming.running |= {one.name: one for one in made}
    return [promising.word(one) for one in made]


def _department(coming: Coming) -> str:
    return coming.record.department or routing.department_of(coming.item)


def _routed(coming: Coming, now: Setting) -> routing.Route:
    """Who is asked where the record has come, noted for the departments among them."""
    route = _route(coming, now)
    coming.asked |= dict.fromkeys(route.asked)
    coming.asked_last = route.asked_last(coming.asked_last)
    return route


def _route(coming: Coming, now: Setting) -> routing.Route:
    path = coming.spot.path
    lie = routing.Lie(path, path, coming.item, _department(coming), None, now.ground)
    return routing.asked_at(now.model, coming.flow, _facts(coming, now), lie, now.roster)


def _opened(coming: Coming, now: Setting) -> Entry:
    record, item, text = coming.record, coming.item, coming.text
    said = (text.id, record.id, text.kind, text.body, bytes(text.salt))
    facts: dict[str, digests.Fact] = {
        "model": now.model.version,
        "flow": coming.flow.id,
        "item": item.code,
        "grade": item.grade,
        "step": coming.flow.first,
        "path": coming.spot.path,
        "located": coming.spot.how,
        "flag": coming.spot.flag,
        "channel": record.report.channel,
        "reporting": record.report.reporting,
        "origin": "import",
        "source": record.source,
        "key": client_key(record.source, record.key),
        **moving.routed(_routed(coming, now)),
        "texts": [intake.digest_word(said)],
        "promises": [promising.word(one) for one in coming.running.values()],
    }
    return _entry(events.OPENED, coming, facts, record.at, now, now.by)


def _entry(  # what an entry says is said by name
    what: str, coming: Coming, facts: dict[str, digests.Fact], at: datetime, now: Setting, by: Actor
) -> Entry:
    return ledger.prepare(what, coming.record.id, by=by, at=at, recorded_at=now.recorded_at, facts=facts)


def _write(coming: Sequence[Coming], now: Setting) -> None:
    Matter.objects.bulk_create([_matter(one, now) for one in coming], batch_size=BATCH)
    Text.objects.bulk_create([one.text for one in coming], batch_size=BATCH)
    asked = [
        Asked(matter=one.record.id, department=department, since=now.recorded_at)
        for one in coming
        for department in one.asked
    ]
    Asked.objects.bulk_create(asked, batch_size=BATCH)
    judged = [judged for one in coming for judged in (*one.judged, *map(Judged, one.running.values()))]
    promises.bring(judged, at=now.recorded_at)
    ledger.keep([entry for one in coming for entry in one.entries])


def _matter(coming: Coming, now: Setting) -> Matter:
    record, spot, step = coming.record, coming.spot, coming.flow.steps[coming.step]
    first = min(coming.running.values(), key=lambda p: p.due_at, default=None)
    ended_at = record.ended_at
    columns = dict(zip(("a1", "a2", "a3", "a4", "a5", "a6"), intake.ancestors(spot.path), strict=True))
    where = {"path": spot.path, "command": spot.path, "lon": spot.lon, "lat": spot.lat, "datum": spot.datum}
    stands = {"step": step.id, "phase": step.phase, "closing": step.closing, "desk": _route(coming, now).desk}
    return Matter(
        id=record.id,
        number=record.key,
        client_key=client_key(record.source, record.key),
        model=now.model.version,
        flow=coming.flow.id,
        item=coming.item.code,
        category=coming.item.category,
        grade=coming.item.grade,
        origin="import",
        channel=record.report.channel,
        reporting=record.report.reporting,
        headline=intake.headline(record.report.text),
        department=_department(coming),
        asked_department=coming.asked_last,
        **where,
        **stands,
        **columns,
        located=spot.how,
        place_flag=spot.flag,
        address=spot.address,
        at=record.at,
        recorded_at=now.recorded_at,
        accepted_at=coming.accepted_at,
        accepted_recorded_at=now.recorded_at if coming.accepted_at else None,
        ended_at=ended_at,
        ended_recorded_at=now.recorded_at if ended_at else None,
        next_due_at=first.due_at if first else FAR,
        next_from_at=first.made_at if first else None,
        next_promise=first.name if first else "",
        moved=sum(coming.taken.values()),
    )
