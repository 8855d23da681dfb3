"""A season of matters, lived through the services alone while the demo's clock moves forward.

Day by day, each day one transaction: reports come, staff take steps when they are due to, the house looks at
promises every second hour, and in the evening messages are heard, pictures drawn anew and the ledger sealed. Interrupted,
it goes on with the day after the last one that was finished.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from gezhi.demo import acts, outside, oversight, pictures
from gezhi.demo.acts import Standing
from gezhi.demo.reports import Coming, Source
from gezhi.documents.services import printing
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import seal
from gezhi.matters import editions
from gezhi.matters.models import Matter
from gezhi.matters.services import keeping, photos
from gezhi.matters.services.intake import Opened, open_matter
from gezhi.notify import services as notify
from gezhi.people.queries import Roster, roster
from gezhi.places import queries as places
from gezhi.places.services import BuildingRow
from gezhi.promises import queries as promises
from gezhi.rules.model import Flow, Item, Model

DAYS = 90
_LOOK = timedelta(hours=2)
_CENTRE_LOOKS = (10, 11)  # whichever of the two a look falls on


@dataclass(order=True)
class Due:
    """A step that is due to be taken, if the matter has not moved meanwhile."""

    moment: datetime
    number: str
    move: str = field(compare=False)
    matter: Standing = field(compare=False, repr=False)  # as it was when this was planned


class Season:
    """The running season: what is due, and the clock of this process."""

    def __init__(self, source: Source, watch: clock.Fixed, seed: int) -> None:
        self.source, self.watch, self.seed = source, watch, seed
        self.due: list[Due] = []
        self._first: list[BuildingRow] = []
        self.looked_at = watch.moment
        for number in Matter.objects.filter(ended_at=None).values_list("number", flat=True):
            self.plan(number)

    def live(self, day: date, until: datetime) -> None:
        """One day, or what is left of it before `until`."""
        with transaction.atomic():
            of_day = [*self.source.of_day(day), *self.source.in_the_street(day, self.first_grid())]
            coming = [one for one in of_day if self.watch.moment <= one.moment < until]
            for moment, what in self._in_order(coming, until):
                self._look_until(moment)
                self.watch.move_to(max(moment, self.watch.moment))
                if isinstance(what, Coming):
                    self.open(what)
                else:
                    self.take(what)
            self._look_until(until)
            self.watch.move_to(until)
            close_day(until)
            clock.move_to(until)

    def open(self, coming: Coming) -> Opened:
        """Somebody hands a report in."""
        random = Random(f"{self.seed}:{coming.moment}")
        by = self._taker(random, coming)
        opened = open_matter(coming.report, by=by, at=coming.happened_at)
        if coming.photo:
            photos.keep(opened.id, [pictures.drawn(coming.photo, False)], kind="report", at=self.watch.moment)
        self.plan(opened.number)
        return opened

    def take(self, due: Due) -> None:
        """Somebody takes a step that is due, unless the matter moved meanwhile; then what follows is planned."""
        matter = due.matter
        random = Random(f"{self.seed}:{due.number}:{matter.moved}:take")
        what = _what(matter, self._model())
        acts.act(random, matter, what, due.move, self.watch.moment, self.staff())
        self.plan(due.number)

    def plan(self, number: str) -> None:
        """Put down what happens next with a matter, if it is still open."""
        matter = acts.standing(number)
        if matter is None:
            return
        _model, flow, item = _what(matter, self._model())
        random = Random(f"{self.seed}:{matter.number}:{matter.moved}")
        following = acts.next_of(random, matter, flow, item, self.watch.moment)
        if following is not None:
            heapq.heappush(self.due, Due(following.moment, number, following.move, matter))

    def first_grid(self) -> list[BuildingRow]:
        """Buildings of the leaf with the lowest path."""
        if not self._first:
            ground = places.tree(timezone.localdate(self.watch.moment))
            first = next(path for path in ground.paths if ground.by_path[path].leaf)
            lived_in = self.source.lived_in
            self._first = [one for one in lived_in if ground.locate(one.lon, one.lat).path == first]
        return self._first

    def _in_order(self, coming: Iterable[Coming], until: datetime) -> Iterator[tuple[datetime, Coming | Due]]:
        """Reports and steps by moment; steps that come up meanwhile take their place."""
        waiting = sorted(coming, key=lambda one: one.moment, reverse=True)
        while True:
            first = self.due[0] if self.due and self.due[0].moment < until else None
            if waiting and (first is None or waiting[-1].moment <= first.moment):
                one = waiting.pop()
                yield one.moment, one
            elif first is not None:
                heapq.heappop(self.due)
                yield first.moment, first
            else:
                return

    def _look_until(self, moment: datetime) -> None:
        """The house looks at promises every second hour that passes."""
        while self.looked_at + _LOOK <= moment:
            self.looked_at += _LOOK
            self.watch.move_to(max(self.looked_at, self.watch.moment))
            while (look := promises.next_look()) is not None and look <= self.looked_at:
                keeping.keep_promises(at=self.looked_at)
            if timezone.localtime(self.looked_at).hour in _CENTRE_LOOKS:
                oversight.look(
                    Random(f"{self.seed}:{self.looked_at}"), self._model(), self.staff(), at=self.looked_at
                )
                outside.look(Random(f"{self.seed}:outside:{self.looked_at}"), self.staff(), at=self.looked_at)

    def _taker(self, random: Random, coming: Coming) -> Actor:
        """Who types a report in: the grid's worker, a cadre of the community, or a clerk of the centre."""
        report, staff = coming.report, self.staff()
        model = self._model()
        path = "0001"
        if report.lon is not None and report.lat is not None and report.datum == "wgs84":
            path = places.locate(report.lon, report.lat, on=timezone.localdate(coming.moment)).path or path
        posts = {"worker": model.duties["report"].held_by, "resident": ("cadre",)}.get(report.channel, ())
        last = next(post.id for post in model.posts.values() if post.never_vacant)
        for post in (*posts, last):
            where = staff.nearest(post, path)
            if holders := staff.holders(post, where):
                person = staff.people[random.choice(holders).account]
                seat = next(seat for seat in person.terms if (seat.post, seat.path) == (post, where))
                return person.acting(seat)
        raise LookupError("nobody sits at the centre")

    def staff(self) -> Roster:
        """Who holds which post at this moment."""
        return roster(timezone.localdate(self.watch.moment))

    def _model(self) -> Model:
        return editions.current(timezone.localdate(self.watch.moment))


def days(began: datetime, ends: datetime) -> list[tuple[date, datetime]]:
    """The days from a moment until another, each with the moment at which it is over."""
    found = []
    day = timezone.localdate(began)
    while True:
        midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
        found.append((day, min(midnight, ends)))
        if midnight >= ends:
            return found
        day += timedelta(days=1)


def close_day(at: datetime) -> None:
    """What the workers of an instance do all the time, done once: pictures, papers, messages, the seal."""
    while photos.encode_waiting(at=at) > 0:
        pass
    while printing.print_waiting(at=at) > 0:
        pass
    while notify.hear(at=at) == notify.BATCH:
        pass
    while notify.send(at=at) == notify.BATCH:
        pass
    while seal(at=at) > 0:
        pass


def _what(matter: Standing, model: Model) -> tuple[Model, Flow, Item]:
    return model, model.flows[matter.flow], model.items[matter.item]
