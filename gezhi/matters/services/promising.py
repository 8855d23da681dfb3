"""Promises of a matter: made from the model's rules, and how an entry speaks of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gezhi.ledger.digests import stamp
from gezhi.matters.models import Matter
from gezhi.promises import queries as promises
from gezhi.promises import services
from gezhi.promises.queries import Open
from gezhi.promises.services import Prepared, Terms
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
    due_at: datetime | None = None,
) -> list[Prepared]:
    """The promises that start now, each with its due moment; `due_at` is the one an imported record brings."""
    model, flow, item = what
    found = []
    for rule in rules:
        term = deadlines.term_of(model, flow, rule, grade=item.grade, item=item)
        outside = deadlines.waits_outside(flow, rule)
        if term.length == SOURCE:
            if due_at is not None:
                found.append(
                    services.prepare_given(
                        about, flow.id, rule.id, due_at, at=at, zone=model.timezone, outside=outside
                    )
                )
            continue
        terms = Terms(
            term.length, rule.warn_percent, promises.calendar(revision), model.service_hours, model.timezone
        )
        found.append(services.prepare(about, flow.id, rule.id, terms, at=at, outside=outside))
    return found


def word(promise: Prepared | Open) -> str:
    """How an entry speaks of a promise: its name and its due moment in microseconds since 1970."""
    return f"{promise.name}@{stamp(promise.due_at)}"


def due_next(matter: UUID) -> None:
    """Keep on the matter which of its promises falls due next."""
    due_at, from_at, name = promises.earliest_open(matter)
    rows = Matter.objects.filter(id=matter)
    rows.update(next_due_at=due_at, next_from_at=from_at, next_promise=name)
