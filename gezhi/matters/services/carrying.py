"""A plan of the ground in force is carried to the matters it touches: in batches, each once, and gone on with after a kill.

Adopting a plan needs no job: the ground changes by the calendar. The matters follow here, from the first beat of its
day on; a plan whose day had come when it was adopted at once, and plans of a time before this was done, too.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.fetching import fetch
from gezhi.ledger.services import record
from gezhi.matters import editions, events
from gezhi.matters.foreseen import point_of
from gezhi.matters.models import Carrying, Matter
from gezhi.matters.services.rehoming import DESK, Done, Pair, rehome
from gezhi.people import services as staff
from gezhi.people import tokens
from gezhi.places import succession
from gezhi.places.succession import InForce, Succession
from gezhi.rules import who

log = logging.getLogger("gezhi.matters")
BATCH = 200
RANGES = 40  # ranges of paths that one batch looks into, at most
SETTLES = timedelta(minutes=2)
"""No transaction lasts so long: what was being written while the day turned lies open to the last look."""
_STAGES = ("terms", "open", "desks", "all", "last", "done")
_NONE = UUID(int=0)


def carry(*, at: datetime, most: int = BATCH) -> int:
    """Take one step with the oldest plan that is not carried yet. Returns `most` while there is more to do at once.

    One transaction a step, its progress within: what died in between is done by the next, and nothing is done twice.
    """
    known = {row.plan: row for row in Carrying.objects.all()}
    for plan in succession.in_force(timezone.localdate(at)):
        row = known.get(plan.plan)
        if row is not None and (row.done_at or (row.stage == "last" and at < plan.since + SETTLES)):
            continue
        with transaction.atomic():
            held = _held(plan, at)
            if held is None:
                continue  # another worker has it
            _step(held, plan, at, most)
        return most
    return 0


def unfinished(at: datetime) -> tuple[InForce, ...]:
    """The plans in force that are not carried to every matter yet."""
    done = set(Carrying.objects.exclude(done_at=None).values_list("plan", flat=True))
    return tuple(one for one in succession.in_force(timezone.localdate(at)) if one.plan not in done)


def _held(plan: InForce, at: datetime) -> Carrying | None:
    """The plan's row, locked, made if need be; none while another worker has it."""
    new = Carrying(plan=plan.plan, on=plan.on, began_at=at)
    Carrying.objects.bulk_create([new], ignore_conflicts=True)
    rows = Carrying.objects.filter(plan=plan.plan, done_at=None)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True)
    return rows.first()


def _step(row: Carrying, plan: InForce, at: datetime, most: int) -> None:
    """One batch of the stage, or the change to the next stage."""
    turn = _turn(plan)
    if row.stage == "terms":
        _carry_terms(turn, plan, at)
        through = True
    elif row.stage == "desks":
        through = _look_at_desks(row, turn, plan, at, most)
    else:
        through = _look_at_places(row, turn, plan, at, most)
    if through:
        row.stage, row.place, row.path, row.reached = _STAGES[_STAGES.index(row.stage) + 1], 0, "", None
    if row.stage == "done":
        row.done_at = at
        said = {"carried": row.carried, "undecided": row.undecided, "settled": row.settled}
        record(events.PLAN_CARRIED, plan.plan, by=HOUSE, at=at, on=plan.on.isoformat(), **said)
    row.save()


_kept: dict[tuple[UUID, int], Succession] = {}


def _turn(plan: InForce) -> Succession:
    """What the plan makes of its units, read once for all its batches; anew when the ground or the staffing changed."""
    key = (plan.plan, instance.revision())
    if key not in _kept:
        _kept.clear()
        _kept[key] = succession.of_plan(plan.plan, plan.on)
    return _kept[key]


def _carry_terms(turn: Succession, plan: InForce, at: datetime) -> None:
    """Terms that came to a unit after the plan was written: nobody can be asked any more, so none is left dangling."""
    since = max(plan.on, timezone.localdate(at))
    going = staff.goings(turn.heirs, (), since)
    if going:
        staff.regroup(plan.plan, since, going, editions.current(since), by=HOUSE, at=at, late=True)
    tokens.follow(plan.plan, turn.heirs, since, by=HOUSE, at=at)


def _look_at_places(row: Carrying, turn: Succession, plan: InForce, at: datetime, most: int) -> bool:
    """The next matters that lie in touched units; true when there were none left. Open ones come first."""
    ranges, ids = turn.ranges(), list[UUID]()
    for _look in range(RANGES):
        if row.place >= len(ranges) or len(ids) >= most:
            break
        found = _next(ranges[row.place], row, most - len(ids), open_only=row.stage == "open")
        ids += [id for id, _path in found]
        if found:
            row.reached, row.path = found[-1]
        if len(ids) < most:
            row.place, row.path, row.reached = row.place + 1, "", None
    _count(row, _put_home(ids, turn, plan, at))
    return row.place >= len(ranges)


def _next(reach: tuple[str, str], row: Carrying, most: int, *, open_only: bool) -> list[tuple[UUID, str]]:
    """The next matters of a range of paths, in the order of path and id: one range of the index on both."""
    first, after = reach
    given = [after, row.path or first, row.reached or _NONE, most]
    return [(id, path) for id, path in fetch(Matter, ["id", "path"], _OPEN if open_only else _ALL, given)]


_ALL = "WHERE path < %s AND (path, id) > (%s, %s) ORDER BY path, id LIMIT %s"
_OPEN = _ALL.replace("ORDER", "AND ended_at IS NULL ORDER")


def _look_at_desks(row: Carrying, turn: Succession, plan: InForce, at: datetime, most: int) -> bool:
    """Open matters that lie elsewhere and wait at a desk whose unit has gone; true when there were none left."""
    gone = sorted(path for path in turn.units if path not in turn.after.by_path)
    posts = _drawn_posts()
    desks = [f"{post}@{path}" for path in gone[row.place : row.place + RANGES] for post in posts]
    rows = Matter.objects.filter(desk__in=desks, ended_at=None).order_by("id")
    ids = list(rows.values_list("id", flat=True)[:most]) if desks else []
    _count(row, _put_home(ids, turn, plan, at, desks=True))
    if len(ids) < most:
        row.place += RANGES
    return row.place >= len(gone)


def _drawn_posts() -> list[str]:
    """Posts that are asked from another unit than the matter's own, by the model of the day."""
    duties = editions.today().duties.values()
    words = (who.parse(word) for duty in duties for word in duty.held_by)
    return sorted({one.id for one in words if one.kind == "post" and one.where == "other"})


def _count(row: Carrying, done: Done) -> None:
    row.carried, row.undecided = row.carried + done.carried, row.undecided + done.undecided
    row.settled += done.settled


def _put_home(
    ids: Sequence[UUID], turn: Succession, plan: InForce, at: datetime, *, desks: bool = False
) -> Done:
    """A batch; when it fails, its matters one by one, so that a broken one stops no other."""
    try:
        with transaction.atomic():
            return rehome(_pairs(ids, turn, desks=desks), plan, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        done = [_alone(id, turn, plan, at, desks=desks) for id in ids]
    return Done(*(sum(column) for column in zip(*done, strict=True)))


def _alone(id: UUID, turn: Succession, plan: InForce, at: datetime, *, desks: bool) -> Done:
    try:
        with transaction.atomic():
            return rehome(_pairs([id], turn, desks=desks), plan, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("Matter %s could not be carried over by plan %s; it stays where it is.", id, plan.plan)
        return Done()


def _pairs(ids: Sequence[UUID], turn: Succession, *, desks: bool) -> list[Pair]:
    """Matters, locked in the order of ids as every writer does, that must go elsewhere, and where."""
    rows = Matter.objects.filter(id__in=list(ids)).order_by("id")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update()
    found: list[Pair] = []
    for matter in rows:
        if desks:
            found += [(matter, DESK)] if matter.ended_at is None else []
            continue
        home = turn.home(matter.path, point_of(matter.located, matter.lon, matter.lat))
        if home is not None and home.path != matter.path:
            found.append((matter, home))
    return found
