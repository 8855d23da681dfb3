"""Longer promises: who may ask, who may grant, what waits for whose word, and what was granted by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.matters import desks, routing, sentences, spoken, vacancies, walls
from gezhi.matters.models import Matter, Request, Text
from gezhi.matters.scenes import Scene
from gezhi.people.queries import Person, Seat
from gezhi.promises import queries
from gezhi.promises.models import Promise
from gezhi.rules import counting_on
from gezhi.rules import length as lengths
from gezhi.rules.flows import Extend
from gezhi.rules.steps import Reason
from gezhi.rules.workdays import Due


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that waits: who asks for how much more, why, and whose word it waits for. `length` is `more` as the model
    writes it."""

    id: UUID
    more: str
    reason: str
    asked_from: str
    asked_at: datetime
    desk: str
    length: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """An extension: by how much, whose word it was, when."""

    more: str
    desk: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Extending:
    """What can be done about the length of one open promise. `most` and `unit` bound what may be asked for; `why_not`
    says why nothing can be asked or granted now."""

    promise: UUID
    most: int
    unit: str
    may_ask: bool
    may_grant: bool
    may_decide: bool
    may_withdraw: bool
    why_not: str
    wish: Wish | None
    granted: tuple[Granted, ...]


def of_matter(
    scene: Scene, person: Person, promises: Iterable[Promise], *, at: datetime
) -> dict[UUID, Extending]:
    """By promise of the matter's `promises`: what can be done about its length, and what was. One statement, two where
    somebody waits."""
    able = {rule.id for rule in scene.flow.promise.values() if rule.extend is not None}
    if not able:
        return {}
    rows = list(Request.objects.filter(matter=scene.matter.id).order_by("asked_at", "id"))
    held = (one for one in promises if one.name in able and one.void_at is None)
    return {one.id: _of(scene, one, [r for r in rows if r.promise == one.id], person, at) for one in held}


def _of(scene: Scene, promise: Promise, rows: list[Request], person: Person, at: datetime) -> Extending:
    rule = scene.flow.promise[promise.name].extend
    assert rule is not None  # noqa: S101  `of_matter` takes no others
    granted = granted_of(scene, rows)
    closed = why_closed(promise, rule, granted, at=at)
    waiting = next((row for row in rows if row.state == "open"), None)
    asks = asking_seat(scene, person) is not None
    grants, _reason = granting_seat(scene, rule, person)
    decides = waiting is not None and grants is not None and waiting.asked_by != person.account
    most = lengths.parse(rule.most)
    return Extending(
        promise=promise.id,
        most=most.amount,
        unit=unit_of(rule),
        may_ask=not closed and waiting is None and asks and grants is None,
        may_grant=not closed and waiting is None and grants is not None,
        may_decide=not closed and decides,
        may_withdraw=waiting is not None and waiting.asked_from in person.desks,
        why_not=closed,
        wish=_wish(scene, waiting) if waiting is not None and not closed else None,
        granted=granted,
    )


def granted_of(scene: Scene, rows: Iterable[Request]) -> tuple[Granted, ...]:
    """What was granted among these requests, in their order."""
    return tuple(
        Granted(spoken.written(row.more), desks.desk_words(row.desk, scene), row.decided_at)
        for row in rows
        if row.state == "granted" and row.decided_at is not None
    )


def _wish(scene: Scene, row: Request) -> Wish:
    reason = Text.objects.filter(id=row.reason).values_list("body", flat=True).first() or ""
    asked, word = desks.desk_words(row.asked_from, scene), desks.desk_words(row.desk, scene)
    return Wish(row.id, spoken.written(row.more), reason, asked, row.asked_at, word, row.more)


def unit_of(rule: Extend) -> str:
    """The unit in which a rule bounds an extension, as the model writes it: 工作日."""
    return rule.most.strip()[len(str(lengths.parse(rule.most).amount)) :].strip()


def why_closed(promise: Promise, rule: Extend, granted: Sequence[Granted], *, at: datetime) -> str:
    """Why this promise cannot be lengthened now, whoever asks; empty if, and only if, it can. `granted` is what was
    granted before: of a promise that was lengthened as often as it may be, it says by whose word, and until when."""
    if promise.met_at is not None or promise.void_at is not None:
        return _("这个期限已经了结，不用延期。")
    if promise.stands_since is not None:
        return _("这个期限正停着表，恢复以后才谈得上延期。")
    if promise.missed_at is not None or promise.due_at < at:
        return _("已经超过期限，不能再延期。延期要在到期之前申请、之前批准。")
    if len(Due.from_json(promise.why).more) >= rule.times:
        told = _("{who}这个期限最多延 {n} 次，已经用过。")
        return told.format(who=_granted_words(granted[-1], promise) if granted else "", n=rule.times).strip()
    return ""


def _granted_words(last: Granted, promise: Promise) -> str:
    """By whose word a promise was lengthened last, by how much, and until when."""
    told = _("{desk}已经批准延 {more}，延到 {due}。")
    return told.format(desk=last.desk, more=last.more, due=sentences.due_words(promise.due_at))


def decided(scene: Scene, promise: Promise) -> str:
    """What became of the last request about a promise, for whoever comes second to it. Two statements at most."""
    row = Request.objects.filter(promise=promise.id).exclude(state="open").order_by("decided_at").last()
    if row is None:
        return _("这个申请已经不在了。请刷新后再看。")
    granted = granted_of(scene, [row])
    if granted:
        return _granted_words(granted[0], promise)
    if row.state == "declined":
        return _("{desk}刚刚没有批准这个申请，期限照旧。").format(desk=desks.desk_words(row.desk, scene))
    return _("这个申请刚刚撤回了，期限照旧。")


def foreseen(scene: Scene, due: Due, more: str, *, at: datetime) -> datetime:
    """When a promise that was counted so would fall due, were it lengthened by `more` at `at`."""
    days = queries.calendar(scene.revision)
    return counting_on.extended(due, days, more, scene.model.service_hours, now=at).due_at


def asking_seat(scene: Scene, person: Person) -> Seat | None:
    """The seat from which somebody may ask: whoever has the matter now."""
    return person.seat_at(scene.matter.desk) if scene.matter.desk else None


def granting_seat(scene: Scene, rule: Extend, person: Person) -> tuple[Seat | None, Reason | None]:
    """The seat from which somebody may grant: it holds the duty, and its holder did not handle the matter."""
    duty = scene.model.duties[rule.duty]
    for seat in person.terms:
        if rule.duty in routing.duties_at(scene.model, seat.desk, scene.lie, scene.roster):
            if person.account == scene.matter.handler:
                return None, Reason("apart_from_handler", {})
            return seat, None
    return None, Reason("no_duty", {"who": duty.held_by})


def desk_to_ask(scene: Scene, rule: Extend, seat: Seat) -> str:
    """Whose word is asked for: the first holder of the duty in the model's order whose desk is another than the asker's
    and who did not handle the matter; empty where there is none."""
    for word in scene.model.duties[rule.duty].held_by:
        desk = routing.desk_of(word, scene.lie, scene.roster)
        others = [one for one in scene.roster.at_desk(desk) if one.account != scene.matter.handler]
        if desk and desk != seat.desk and others:
            return desk
    return ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for somebody's word: about which matter, for how much, until when it can be granted."""

    number: str
    headline: str
    promise: UUID
    more: str
    due_at: datetime


MOST = 50


def waiting_for(person: Person, *, at: datetime) -> tuple[Waiting, ...]:
    """Requests that wait for this person's word and can still be granted, the earliest due first. Three statements,
    one where nothing waits; none for whoever sits nowhere."""
    desks_ = (*person.desks, *vacancies.minded_today(person))
    if not desks_:
        return ()
    rows = list(Request.objects.filter(desk__in=desks_, state="open").order_by("asked_at")[:MOST])
    if not rows:
        return ()
    running = Promise.objects.filter(
        id__in=[r.promise for r in rows],
        met_at=None,
        void_at=None,
        missed_at=None,
        stands_since=None,
        due_at__gte=at,
    )
    due = dict(running.values_list("id", "due_at"))
    shown = Matter.objects.filter(walls.open_to(walls.reader(person)), ended_at=None)
    names = {m.id: m for m in shown.filter(id__in=[r.matter for r in rows])}
    found = [
        Waiting(
            names[r.matter].number,
            names[r.matter].headline,
            r.promise,
            spoken.written(r.more),
            due[r.promise],
        )
        for r in rows
        if r.promise in due and r.matter in names and r.asked_by != person.account
    ]
    return tuple(sorted(found, key=lambda one: one.due_at))
