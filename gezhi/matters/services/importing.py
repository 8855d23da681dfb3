"""The import door: records of another system become matters, judged by that system's own times.

A record is located, routed and promised by the same rules as a report at the counter. What differs: its times
are its source's (`at`), `recorded_at` stays the instance's clock; it keeps its source's number; nobody is told
of what is long past; and it is marked `import`, so that no live rate counts it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock, digests, instance, pouring
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.instance import Pulse
from gezhi.ledger.pouring import Load
from gezhi.matters import editions, routing
from gezhi.matters.models import Matter
from gezhi.matters.services import (
    importing_entries,
    importing_rows,
    intake,
    locating,
    promising,
    reports,
    ways,
)
from gezhi.matters.services.brought import Brought, Coming, Setting
from gezhi.matters.services.importing_rows import client_key
from gezhi.matters.services.ways import Routed, Stage, Way
from gezhi.people.queries import roster
from gezhi.places import queries as places
from gezhi.promises.services import Judged, Prepared
from gezhi.rules import deadlines


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a batch of records would write, the refusals by id, and what it was judged by: the instance's pulse and that
    none of the `numbers` was taken. Nothing is written yet."""

    loads: list[Load]
    refused: dict[UUID, Refused]
    numbers: list[str]
    pulse: Pulse


def judge(records: Sequence[Brought], *, by: Actor) -> Proposed:
    """What a batch comes to. Records whose key was taken before are the caller's to leave out (`taken_before`)."""
    now = _setting(by)
    coming, refused = _walked_all(records, now)
    loads = importing_rows.loads(coming, now)
    return Proposed(loads, refused, [one.record.key for one in coming], now.pulse)


def warm() -> None:
    """Read what every record is judged by: model, ground and roster of the day."""
    _setting(HOUSE)


def stands(numbers: Sequence[str], pulse: Pulse) -> bool:
    """Whether what was judged by these still holds: nothing of the house changed since, and no number was given."""
    return instance.pulse() == pulse and not Matter.objects.filter(number__in=numbers).exists()


def bring(loads: Iterable[Load]) -> None:
    """Write a batch that was judged, and still `stands`.

    Must run inside the transaction that also notes what became of each record, so that a crash in the middle
    takes neither or both.
    """
    for load in loads:
        pouring.put(load)


def _walked_all(records: Sequence[Brought], now: Setting) -> tuple[list[Coming], dict[UUID, Refused]]:
    refused: dict[UUID, Refused] = {}
    coming: list[Coming] = []
    numbers = set(Matter.objects.filter(number__in=[r.key for r in records]).values_list("number", flat=True))
    for record in records:
        try:
            coming.append(_walked(record, now, numbers))
        except Refused as no:
            refused[record.id] = no
        numbers.add(record.key)
    return coming, refused


@dataclass(frozen=True, slots=True)
class Seen:
    """What a record would become: names as the model and the ground say them."""

    item: str
    unit: str
    located: str
    flag: str
    step: str
    department: str
    at: datetime
    ended_at: datetime | None
    due_at: datetime | None


def tried(records: Sequence[Brought], *, by: Actor) -> tuple[dict[UUID, Seen], dict[UUID, Refused]]:
    """What `bring` would make of them, and what it would refuse. Nothing is written."""
    now = _setting(by)
    coming, refused = _walked_all(records, now)
    return {one.record.id: _seen(one, now) for one in coming}, refused


def _seen(coming: Coming, now: Setting) -> Seen:
    model, unit = now.known.model, now.known.ground.by_path.get(coming.spot.path)
    department = model.departments.get(coming.department)
    due = min((one.due_at for one in coming.running.values()), default=None)
    return Seen(
        coming.item.name,
        unit.name if unit else "",
        coming.spot.how,
        coming.spot.flag,
        coming.way.last.name,
        department.name if department else "",
        coming.record.at,
        coming.record.ended_at,
        coming.record.due_at or due,
    )


def taken_before(source: str, keys: Collection[str]) -> set[str]:
    """Which of these keys of a source are matters already."""
    words = {client_key(source, key): key for key in keys}
    found = Matter.objects.filter(client_key__in=list(words)).values_list("client_key", flat=True)
    return {words[word] for word in found if word}


def _setting(by: Actor) -> Setting:
    pulse = instance.pulse()
    recorded_at = clock.ahead(pulse.clock_ahead)
    on = timezone.localdate(recorded_at)
    model, ground = editions.current(on, pulse.revision), places.tree(on, pulse.revision)
    known = ways.known(model, ground, roster(on, revision=pulse.revision))
    known.begin()
    return Setting(pouring.moment(recorded_at), on, known, pulse, by)


def _walked(record: Brought, now: Setting, numbers: Collection[str]) -> Coming:
    """The record as a matter with its whole way behind it. Raises `Refused` when it cannot have gone so."""
    record = _check(record, now, numbers)
    item, flow = intake.item_of(record.report, now.known.model)
    spot = locating.locate(record.report, now.known.ground, on=now.on, search=now.known.hits)
    department = record.department or routing.department_of(item)
    way = now.known.way(item, flow, spot.path, department, record.moves, record.to)
    _check_end(record, way)
    key, began = client_key(record.source, record.key), pouring.moment(record.at)
    ended = pouring.moment(record.ended_at) if record.ended_at else None
    coming = Coming(record, key, item, way, spot, department, _texts(record), began, ended, began)
    started = _effects(coming, way.opening, began.at, now)
    coming.entries.append(importing_entries.opened(coming, started, _asked(coming, None, now), now))
    for stage in way.stages:
        _take(coming, stage, now)
    return coming


def _texts(record: Brought) -> list[tuple[UUID, UUID, str, str, bytes]]:
    """What was reported, and what was answered."""
    said = [("report", record.report.text.strip()), ("answer", record.answer)]
    return [(new_id(), record.id, kind, body, digests.new_salt()) for kind, body in said if body]


def _check(record: Brought, now: Setting, numbers: Collection[str]) -> Brought:
    """The record to be kept. Raises `Refused` when it cannot be."""
    kept = reports.check(record.report, at=record.at, recorded_at=now.recorded_at)
    if not record.key or len(record.key) > 40:
        raise Refused(_("编号为空，或超过 40 个字符。"), code="key_wrong", field="key")
    if record.key in numbers:
        raise Refused(_("已有别的事项用这个编号。"), code="number_taken", field="key")
    if record.department and record.department not in now.known.model.departments:
        raise Refused(_("治理模型里没有这个部门。"), code="department_unknown", field="department")
    if record.ended_at and not record.at <= record.ended_at <= now.recorded_at:
        raise Refused(_("了结时间早于发生时间，或在将来。"), code="ended_wrong", field="ended")
    if record.due_at and record.due_at < record.at:
        raise Refused(_("期限早于发生时间。"), code="due_before_opened", field="due")
    return record if kept is record.report else replace(record, report=kept)


def _check_end(record: Brought, way: Way) -> None:
    if way.last.ends and record.ended_at is None:
        raise Refused(_("状态是已了结，却没有了结时间。"), code="ended_missing", field="ended")
    if not way.last.ends and record.ended_at is not None:
        raise Refused(_("有了结时间，状态却还在办。"), code="ended_but_open", field="status")


def _take(coming: Coming, stage: Stage, now: Setting) -> None:
    """One move at the source's time, which knows two moments only: reported and ended.

    Acceptance, and what the house does by itself, follows at once; whatever else a person did counts as done
    when the record ended, so that no promise is kept by a guess.
    """
    if not stage.by_house and not stage.accepts:
        coming.at = coming.ended or coming.at
    at = coming.at
    before = len(coming.judged)
    started = _effects(coming, stage.effects, at.at, now)
    if stage.accepts:
        coming.accepted = at
    settled, routed = coming.judged[before:], _asked(coming, stage, now)
    coming.entries.append(importing_entries.stepped(coming, stage, (started, settled), routed, now))


def _effects(coming: Coming, effects: deadlines.Effects, at: datetime, now: Setting) -> list[Prepared]:
    """Keep, drop and start promises at the source's time. Returns those started."""
    for rule in effects.meets if coming.running else ():
        if promise := coming.running.pop(rule.id, None):
            lapsed = promise.outside and promise.due_at < at
            coming.judged.append(Judged(promise, void_at=at) if lapsed else Judged(promise, met_at=at))
    for rule in effects.voids if coming.running else ():
        if promise := coming.running.pop(rule.id, None):
            coming.judged.append(Judged(promise, void_at=at))
    return _started(coming, effects, at, now) if effects.starts else []


def _started(coming: Coming, effects: deadlines.Effects, at: datetime, now: Setting) -> list[Prepared]:
    id, due_at, days = coming.record.id, coming.record.due_at, now.known.days
    found = []
    for rule in effects.starts:
        if rule.id in coming.running:
            continue
        begins = now.known.begins(coming.way, coming.item, rule, now.revision)
        if made := promising.started_past(id, begins, at=at, due_at=due_at, days=days):
            coming.running[rule.id] = made
            found.append(made)
    return found


def _asked(coming: Coming, stage: Stage | None, now: Setting) -> Routed:
    """Who is asked where the record has come, noted for the departments among them."""
    found = now.known.routed(coming.way, stage, coming.item, coming.spot.path, coming.department)
    if found.route.asked:
        coming.asked |= dict.fromkeys(found.route.asked)
    coming.asked_last = found.route.asked_last(coming.asked_last)
    coming.desk = found.route.desk
    return found
