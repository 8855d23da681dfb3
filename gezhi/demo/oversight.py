"""What stands beside the steps of the demo: the centre urges, desks ask for more time, departments help, a log is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db.models import QuerySet
from django.utils import timezone

from gezhi.demo import phrases
from gezhi.errors import Refused
from gezhi.matters import besides, overseen
from gezhi.matters.models import ActBeside, Helper, Matter, Request
from gezhi.matters.services import extending, overseeing
from gezhi.matters.services.besides import AsideGiven, take_aside
from gezhi.people.queries import Person, Roster
from gezhi.promises.models import Promise
from gezhi.rules.model import Model

_CHASED, _ASKED, _JOINED = 5, 3, 1  # at most, of one morning
_OFTEN = 3  # whoever was urged so often is told by telephone, and not by the page again


def look(random: Random, model: Model, staff: Roster, *, at: datetime) -> None:
    """One morning: who oversees looks at what is late; some ask for more time, some for help; the log is written."""
    centre = _overseers(model, staff)
    if centre:
        _urge(random, model, random.choice(centre), at)
        _write(random, random.choice(centre), model, at)
    _more_time(random, staff, at)
    _decide(random, staff)
    _help(random, model, staff)


def _overseers(model: Model, staff: Roster) -> list[Person]:
    return [person for person in staff.people.values() if overseen.seats(person, model)]


def _urge(random: Random, model: Model, by: Person, at: datetime) -> None:
    """What is late is chased; what was chased before and is late still is taken in hand with a sentence."""
    late = list(Matter.objects.filter(ended_at=None, next_due_at__lt=at).order_by("-next_due_at")[:40])
    urged = besides.urged([one.id for one in late], model)
    late = [one for one in late if one.id not in urged or sum(n for _, n in urged[one.id].times) < _OFTEN]
    for matter in random.sample(late, min(len(late), _CHASED)):
        act, note = ("press", random.choice(phrases.WHY_PRESSED)) if matter.id in urged else ("chase", "")
        _beside(matter.number, act, by, AsideGiven(note))


def _beside(number: str, aside: str, by: Person, given: AsideGiven) -> None:
    try:
        take_aside(number, aside, by=by, given=given)
    except Refused:
        return  # the model has no such act, or not here: the morning goes on


def _write(random: Random, by: Person, model: Model, at: datetime) -> None:
    seat = overseen.seats(by, model)[0]
    said = phrases.ON_DUTY[at.toordinal() % len(phrases.ON_DUTY)]  # no sentence twice in a fortnight
    overseeing.note_duty(_counted(at) + said, hands_over=random.random() < 0.6, by=by, seat=seat, at=at)


def _counted(at: datetime) -> str:
    """What a log begins with: the day before, from midnight to midnight, in true counts."""
    until = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    since = until - timedelta(days=1)
    return phrases.COUNTED.format(
        came=Matter.objects.filter(at__gte=since, at__lt=until).count(),
        ended=Matter.objects.filter(ended_at__gte=since, ended_at__lt=until).count(),
        late=Matter.objects.filter(ended_at=None, next_due_at__lt=at).count(),
    )


def _more_time(random: Random, staff: Roster, at: datetime) -> None:
    """Whoever has what falls due within two days asks for some days more, now and then."""
    soon = _in_work(at).filter(next_due_at__gt=at, next_due_at__lt=at + timedelta(days=2))
    for matter in list(soon.order_by("next_due_at")[:_ASKED]):
        promise = Promise.objects.filter(
            about=matter.id, name=matter.next_promise, met_at=None, void_at=None
        ).first()
        holders = staff.at_desk(matter.desk)
        if promise is None or not holders or random.random() < 0.5:
            continue
        by = staff.people[random.choice(holders).account]
        try:
            extending.ask(
                matter.number, promise.id, random.randint(1, 3), random.choice(phrases.WHY_LONGER), by=by
            )
        except Refused:
            continue


def _in_work(at: datetime) -> QuerySet[Matter]:
    return Matter.objects.filter(ended_at=None, phase="handling", at__lt=at)


def _decide(random: Random, staff: Roster) -> None:
    """Most of what was asked for is granted the same morning; some waits for the page."""
    for request in Request.objects.filter(state="open").order_by("asked_at"):
        matter = Matter.objects.get(id=request.matter)
        holders = staff.at_desk(request.desk)
        if not holders or random.random() < 0.4:
            continue
        by = staff.people[random.choice(holders).account]
        try:
            if random.random() < 0.8:
                extending.grant(matter.number, request.promise, random.choice(phrases.LONGER_GRANTED), by=by)
            else:
                extending.decline(
                    matter.number, request.promise, random.choice(phrases.LONGER_DECLINED), by=by
                )
        except Refused:
            continue


def _help(random: Random, model: Model, staff: Roster) -> None:
    """A department that leads asks another for help; who was asked before says what it did."""
    for row in Helper.objects.filter(said_at=None).order_by("since")[:2]:
        number = Matter.objects.filter(id=row.matter).values_list("number", flat=True)[0]
        for by in _at(staff, f"department:{row.department}"):
            _beside(number, "help", by, AsideGiven(random.choice(phrases.HELPED)))
            break
    led = Matter.objects.filter(ended_at=None, desk__startswith="department:", phase="handling")
    asked = ActBeside.objects.filter(aside="join").values("matter")
    for matter in led.exclude(id__in=asked).order_by("-at")[:_JOINED]:
        others = [d for d in model.departments if d != matter.department and staff.department_holders(d)]
        for by in _at(staff, matter.desk) if others and random.random() < 0.5 else ():
            given = AsideGiven(random.choice(phrases.WHY_JOINED), (random.choice(others),))
            _beside(matter.number, "join", by, given)
            break


def _at(staff: Roster, desk: str) -> Iterator[Person]:
    return (staff.people[holder.account] for holder in staff.at_desk(desk))
