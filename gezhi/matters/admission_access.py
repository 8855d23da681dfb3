"""Who applies for admission, who reviews, and who sees which application. Every page and service asks here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q, QuerySet

from gezhi.matters import editions
from gezhi.matters.models import Application, Batch
from gezhi.people import queries as people
from gezhi.people.queries import DEPARTMENT, Person, Seat
from gezhi.rules import who
from gezhi.rules.model import Admission, Model


def applying_seats(person: Person, model: Model, admission: Admission) -> tuple[Seat, ...]:
    """The seats from which this person may apply: those that hold one of the duties that apply."""
    return tuple(_seats(person, model, admission.applies))


def reviewing_seats(person: Person, model: Model, admission: Admission) -> tuple[Seat, ...]:
    """The seats from which this person may review, be it not what was applied for at a desk of theirs."""
    return tuple(_seats(person, model, admission.reviews))


def applies_for(person: Person, model: Model) -> tuple[Admission, ...]:
    """The admissions for which this person may apply."""
    return tuple(one for one in model.admissions.values() if applying_seats(person, model, one))


def reviews_of(person: Person, model: Model) -> tuple[Admission, ...]:
    """The admissions that this person reviews."""
    return tuple(one for one in model.admissions.values() if reviewing_seats(person, model, one))


def applications_open_to(person: Person, model: Model) -> QuerySet[Application]:
    """The applications somebody sees.

    If, and only if, it was applied for at a desk of theirs, or it was sent in (and be it withdrawn since) and they
    review that admission.
    """
    reviewed = [one.id for one in reviews_of(person, model)]
    sent = Q(admission__in=reviewed, sent_at__isnull=False)
    return Application.objects.filter(Q(desk__in=person.desks) | sent, admission__in=list(model.admissions))


def batches_open_to(person: Person, model: Model) -> QuerySet[Batch]:
    """The batches of the admissions that somebody reviews."""
    return Batch.objects.filter(admission__in=[one.id for one in reviews_of(person, model)])


def own_seat(person: Person, model: Model, application: Application) -> Seat | None:
    """The seat from which this person may go on with an application: at the desk that applies."""
    admission = model.admissions.get(application.admission)
    seats = applying_seats(person, model, admission) if admission else ()
    return next((seat for seat in seats if seat.desk == application.desk), None)


def review_seat(person: Person, model: Model, application: Application) -> Seat | None:
    """The seat from which this person would review an application, whether or not they stand too near to it."""
    admission = model.admissions.get(application.admission)
    seats = reviewing_seats(person, model, admission) if admission else ()
    return next(iter(seats), None)


def stands_too_near(person: Person, application: Application) -> bool:
    """Whether this person may not review: they wrote or sent it, or sit at the desk that applies."""
    wrote = {application.begun_by, application.edited_by, application.sent_by}
    return person.account in wrote or application.desk in person.desks


def reviewers(application: Application, on: date) -> list[tuple[Person, Seat]]:
    """Who can review it today: those who hold the duty and do not stand too near."""
    model = editions.current(on)
    found = [
        (person, seat)
        for person in people.roster(on).people.values()
        if (seat := review_seat(person, model, application)) and not stands_too_near(person, application)
    ]
    return sorted(found, key=lambda pair: (pair[1].post, pair[0].name))


def _seats(person: Person, model: Model, duties: Iterable[str]) -> Iterator[Seat]:
    words = [who.parse(word) for duty in duties for word in model.duties[duty].held_by]
    for seat in person.terms:
        if any(_is_held(word, seat) for word in words):
            yield seat


def _is_held(word: who.Who, seat: Seat) -> bool:
    """Whether a who-word means this seat. 承办部门 means every department: each applies for its own."""
    if word.kind == "department":
        return seat.post == DEPARTMENT and (word.id in who.DEPARTMENTS or word.id == seat.department)
    return word.kind == "post" and seat.post == word.id
