"""Promises of a matter: made from the model's rules, and how an entry speaks of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from gezhi.ledger.digests import stamp
from gezhi.matters.models import Matter
from gezhi.promises import queries as promises
from gezhi.promises import services
from gezhi.promises.counted import Days, Terms
from gezhi.promises.queries import Open
from gezhi.promises.services import Prepared
from gezhi.rules import deadlines
from gezhi.rules.length import SOURCE
from gezhi.rules.model import Flow, Item, Model, PromiseRule


def made(
    about: UUID,
    what: tuple[Model, Flow, Item],
    rules: Iterable[PromiseRule],
    *,
    at: datetime,
    revision: int,
) -> list[Prepared]:
    """The promises that start now, each with its due moment."""
    coming = []
    for rule in rules:
        if (one := started(about, begins(what, rule, revision), at=at)) is not None:
            coming.append(one)
    return coming


class Begins(NamedTuple):
    """A promise as it begins for every matter of one item: nothing of it is the single matter's."""

    flow: str
    name: str
    terms: Terms
    outside: bool


def begins(what: tuple[Model, Flow, Item], rule: PromiseRule, revision: int) -> Begins:
    """By what a rule counts here."""
    model, flow, item = what
    length = deadlines.term_of(model, flow, rule, grade=item.grade, item=item).length
    terms = Terms(length, rule.warn_percent, promises.calendar(revision), model.service_hours, model.timezone)
    return Begins(flow.id, rule.id, terms, deadlines.waits_outside(flow, rule))


def started(about: UUID, one: Begins, *, at: datetime) -> Prepared | None:
    """The promise that starts at `at`; one that the source of a record sets starts nowhere else."""
    if one.terms.length == SOURCE:
        return None
    return services.prepare(about, one.flow, one.name, one.terms, at=at, outside=one.outside)


def started_past(
    about: UUID, one: Begins, *, at: datetime, due_at: datetime | None, days: Days
) -> Prepared | None:
    """The same of a record that is brought. One that its source sets starts if, and only if, that says `due_at`."""
    flow, name, terms, outside = one
    if terms.length is not SOURCE and terms.length != SOURCE:
        return services.prepare_past(about, flow, name, terms, at=at, outside=outside, days=days)
    if due_at is None:
        return None
    return services.prepare_given(about, flow, name, due_at, at=at, zone=terms.zone, outside=outside)


def word(promise: Prepared | Open) -> str:
    """How an entry speaks of a promise: its name and its due moment in microseconds since 1970."""
    return f"{promise.name}@{stamp(promise.due_at)}"


def due_next(matter: UUID, flow: Flow) -> None:
    """Keep on the matter which of its promises falls due next; a rule about silence is no day of the matter's."""
    due_at, from_at, name = promises.earliest_open(matter, deadlines.silent(flow))
    rows = Matter.objects.filter(id=matter)
    rows.update(next_due_at=due_at, next_from_at=from_at, next_promise=name)
