# ruff: noqa: S608  (columns and conditions are constants of this file; values are parameters)
"""Matters of a period told apart by exactly what some metrics ask, and counted: one statement, by indexes.

Each date basis has its own way in, always a range of an index, so that what a page costs depends on the period it is
about and not on all that ever was. As known: by the columns and entries of the instance's clock; as happened: by the
claimed ones, which are never later, so that the same indexes bound both. How things stood at a past moment is read
from the ledger, matter by matter; how they stand now, from the matter's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from gezhi.reporting import grounds
from gezhi.reporting.counting import Span, conditions_of, rows_of
from gezhi.reporting.predicates import Asks, Row, Trace
from gezhi.reporting.scopes import Scope

Bit = tuple[str, list[Any]]
BY = {
    "class": "m.category", "grade": "m.grade", "channel": "m.channel", "department": "m.department", "item": "m.item",
}  # fmt: skip
"""By what matters may be told apart besides the unit below; never by a person."""
TAKEN = ("matter.stepped", "matter.reopened")
OPENED, RATED = "matter.opened", "matter.rated"


@dataclass(frozen=True, slots=True)
class Question:
    """Which matters (`at`, for `due` with its promises), what is asked of each, and whether they stand as they do now."""

    at: str
    due: tuple[tuple[str, str], ...]
    asks: Asks
    now: bool
    by: str = ""
    units: bool = True


def tally(scope: Scope, span: Span, question: Question) -> list[tuple[Row, int]]:
    """How many matters there are of each kind that can be told apart. One statement."""
    sql, given = _told_apart(scope, span, question)
    names = ", ".join(f"k.{name}" for name in Row._fields)
    counted = f"WITH k AS MATERIALIZED ({sql}) SELECT {names}, count(*) FROM k GROUP BY {names}"
    found = rows_of(counted, given)  # else SQLite asks the ledger once for the group and once for the answer
    return [(Row(*row[:-1]), row[-1]) for row in found]


def those_of(
    scope: Scope, span: Span, question: Question, rows: Sequence[Row], *, after: UUID | None, most: int
) -> list[UUID]:
    """The matters that are counted in these rows, in the order of their ids, behind `after`. One statement."""
    if not rows:
        return []
    sql, given = _told_apart(scope, span, question)
    told = [name for n, name in enumerate(Row._fields) if len({row[n] for row in rows}) > 1]
    same = [name for name in Row._fields if name not in told]
    where = " AND ".join(f"k.{name} = %s" for name in same)
    given += [getattr(rows[0], name) for name in same]
    if told:
        one = "(" + " AND ".join(f"k.{name} = %s" for name in told) + ")"
        where += f" AND ({' OR '.join([one] * len(rows))})"
        given += [getattr(row, name) for row in rows for name in told]
    if after is not None:
        where += " AND k.id > %s"
        given.append(after)
    found = rows_of(f"SELECT k.id FROM ({sql}) k WHERE {where} ORDER BY k.id LIMIT {int(most)}", given)
    return [one if isinstance(one, UUID) else UUID(str(one)) for (one,) in found]


def _told_apart(scope: Scope, span: Span, question: Question) -> tuple[str, list[Any]]:
    """One line for each matter: its id and what was asked of it, named as in `Row`."""
    said = _lines(scope, span, question)
    select = ", ".join(f"{sql} AS {name}" for name, (sql, _given) in said.items())
    given = [value for _sql, values in said.values() for value in values]
    source, in_source = _source(scope, span, question)
    within, in_unit = conditions_of(scope)
    begun, in_period = _PERIODS[question.at](span)
    if not question.now:
        begun, in_period = _as_it_stood(question.at, span, begun, in_period)
    return (
        f"SELECT m.id, {select} FROM {source} WHERE {within} AND {begun}",
        given + in_source + in_unit + in_period,
    )


def _lines(scope: Scope, span: Span, question: Question) -> dict[str, Bit]:
    asks, past = question.asks, not question.now
    ended = "m.ended_recorded_at" if span.basis == "known" else "m.ended_at"
    over = f"m.closing <> '' AND {ended} <= %s"
    wanted = asks.columns | ({"step", "version"} if past else set())

    def column(name: str) -> Bit:
        return (f"m.{name}" if name in wanted else "''", [])

    step = _step_then(span) if past and "step" in wanted else column("step")
    lines: dict[str, Bit] = {
        "below": (grounds.below(scope) if question.units else "''", []),
        "by": (BY.get(question.by, "''"), []),
        "origin": ("m.origin", []),
        "version": ("m.model" if "version" in wanted else "''", []),
        "flow": column("flow"),
        "phase": ("''", [])
        if "phase" not in wanted
        else (f"CASE WHEN {over} THEN 'ended' ELSE m.phase END", [span.as_of]),
        "step": step,
        "closing": (f"CASE WHEN {over} THEN m.closing ELSE '' END", [span.as_of]),
        **{name: column(name) for name in ("category", "item", "grade", "channel")},
        "passed": _passed(asks.traces, span),
        "promised": _promised(asks.promises, span),
        "rated": _rated(span) if asks.rated else ("''", []),
        "owed": ("d.owed" if question.at == "due" else "1", []),
    }
    return {name: lines[name] for name in Row._fields}


def _holds(text: str) -> str:
    return f"{'strpos' if connection.vendor == 'postgresql' else 'instr'}({text}, %s) > 0"


def _fact(name: str) -> str:
    """A word out of the facts of an entry."""
    return (
        f"CAST(e.facts AS jsonb) ->> '{name}'"
        if connection.vendor == "postgresql"
        else f"json_extract(e.facts, '$.{name}')"
    )


def _when(span: Span) -> str:
    return "e.recorded_at" if span.basis == "known" else "e.at"


def _step_then(span: Span) -> Bit:
    """The step in which a matter stood at a past moment: the last, in the order of recording, that an entry speaks of."""
    sql = f"""coalesce((SELECT {_fact("step")} FROM ledger_entry e WHERE e.about = m.id AND {_when(span)} <= %s
              AND {_holds("e.facts")} ORDER BY e.id DESC LIMIT 1), '')"""
    return sql, [span.as_of, '"step":"']


def _rated(span: Span) -> Bit:
    """The last rating by then; empty where there was none. An imported record brings its own with its first entry; one
    that a clerk recorded for the reporter is told apart (recorded_content)."""
    recorded = _holds("e.facts")
    said = f"""CASE WHEN {recorded} THEN 'recorded_' ELSE '' END || coalesce({_fact("rating")}, {_fact("rated")})"""
    sql = f"""coalesce((SELECT {said} FROM ledger_entry e WHERE e.about = m.id AND {_when(span)} <= %s
              AND (e.what = %s OR (e.what = %s AND {_holds("e.facts")})) ORDER BY e.id DESC LIMIT 1), '')"""
    return sql, ['"recorded":true', span.as_of, RATED, OPENED, '"rated":"']


def _passed(traces: Sequence[Trace], span: Span) -> Bit:
    """A bit for each trace that the entries of a matter show by then."""
    bits, given = [], list[Any]()
    for n, trace in enumerate(traces):
        marks = {"step": trace.step, "move": trace.move, "from": trace.left}
        shown = [f'"{name}":"{word}"' for name, word in marks.items() if word]
        holds = " AND ".join([_holds("e.facts")] * len(shown))
        bits.append(f"{1 << n} * max(CASE WHEN {holds} THEN 1 ELSE 0 END)")
        given += shown
    if not bits:
        return "0", []
    what = ", ".join(["%s"] * len(TAKEN))
    sql = f"""coalesce((SELECT {" + ".join(bits)} FROM ledger_entry e
              WHERE e.about = m.id AND e.what IN ({what}) AND {_when(span)} <= %s), 0)"""
    return sql, [*given, *TAKEN, span.as_of]


def _promised(promises: Sequence[tuple[str, str]], span: Span) -> Bit:
    """Two bits for each promise: kept (met, and none of its name missed), missed. By the instance's clock."""
    missed = (
        "p.missed_at <= %s OR (p.missed_at IS NULL AND NOT p.outside AND p.due_at < %s"
        " AND (p.met_at IS NULL OR p.met_at > p.due_at) AND (p.void_at IS NULL OR p.void_at > p.due_at))"
    )
    bits, given, at = [], list[Any](), span.as_of
    for n, (flow, name) in enumerate(promises):
        mine = "p.flow = %s AND p.name = %s"
        met = f"max(CASE WHEN {mine} AND p.met_at <= %s THEN 1 ELSE 0 END)"
        late = f"max(CASE WHEN {mine} AND ({missed}) THEN 1 ELSE 0 END)"
        bits.append(f"{1 << 2 * n} * {met} * (1 - {late}) + {2 << 2 * n} * {late}")
        given += [flow, name, at, flow, name, at, at, flow, name, at, at]
    if not bits:
        return "0", []
    sql = f"coalesce((SELECT {' + '.join(bits)} FROM promises_promise p WHERE p.about = m.id), 0)"
    return sql, given


def _source(scope: Scope, span: Span, question: Question) -> tuple[str, list[Any]]:
    """The rows that are counted; for `due`, with the promises that fell due: each matter once, by its earliest."""
    rows = grounds.matters(scope)
    if question.at != "due":
        return rows, []
    p, q = (
        " OR ".join([f"({x}.flow = %s AND {x}.name = %s)"] * len(question.due)) or "1 = 0" for x in ("p", "q")
    )
    names = [word for pair in question.due for word in pair]
    last = min(span.ends, span.as_of)
    owed = "(p.void_at IS NULL OR p.void_at > p.due_at OR p.missed_at IS NOT NULL)"
    sql = f"""{rows} JOIN (
        SELECT p.about, max(CASE WHEN {owed} THEN 1 ELSE 0 END) AS owed,
               coalesce(min(CASE WHEN {owed} THEN p.due_at END), min(p.due_at)) AS due_at
        FROM promises_promise p
        WHERE ({p}) AND p.due_at < %s AND p.about IN (
              SELECT q.about FROM promises_promise q WHERE ({q}) AND q.due_at >= %s AND q.due_at < %s)
        GROUP BY p.about) d ON d.about = m.id"""
    return sql, [*names, last, *names, span.begins, last]


def _opened(span: Span) -> tuple[str, list[Any]]:
    at = "m.recorded_at" if span.basis == "known" else "m.at"
    since = (
        "(m.accepted_recorded_at >= %s OR (m.accepted_recorded_at IS NULL"
        " AND (m.ended_at IS NULL OR m.ended_recorded_at >= %s)))"
    )
    return f"{at} >= %s AND {at} < %s AND {since}", [span.begins, span.until, span.begins, span.begins]


def _accepted(span: Span) -> tuple[str, list[Any]]:
    """By the moment of acceptance; what ended without being accepted, by the moment it ended."""
    known = span.basis == "known"
    taken, ended = (
        ("m.accepted_recorded_at", "m.ended_recorded_at") if known else ("m.accepted_at", "m.ended_at")
    )
    sql = (
        f"(({taken} >= %s AND {taken} < %s AND m.accepted_recorded_at >= %s)"
        f" OR (m.accepted_recorded_at IS NULL AND {ended} >= %s AND {ended} < %s AND m.ended_recorded_at >= %s))"
    )
    return sql, [span.begins, span.until, span.begins] * 2


def _closed(span: Span) -> tuple[str, list[Any]]:
    ended = "m.ended_recorded_at" if span.basis == "known" else "m.ended_at"
    return f"{ended} >= %s AND {ended} < %s AND m.ended_recorded_at >= %s", [
        span.begins,
        span.until,
        span.begins,
    ]


def _standing(span: Span) -> tuple[str, list[Any]]:
    """What was taken in by then and not ended, whatever the period."""
    known = span.basis == "known"
    at, ended = ("m.recorded_at", "m.ended_recorded_at") if known else ("m.at", "m.ended_at")
    after = span.as_of + timedelta(microseconds=1)
    sql = f"{at} < %s AND (m.ended_at IS NULL OR ({ended} >= %s AND m.ended_recorded_at >= %s))"
    return sql, [after, after, after]


def _as_it_stood(at: str, span: Span, begun: str, given: list[Any]) -> tuple[str, list[Any]]:
    """The way in at a past moment: what had ended then counts as ended, though the end was undone later and the row
    knows nothing of it. Such ends stand in a small table of their own (`matters.PastEnd`)."""
    ended, undone = (
        ("x.ended_recorded_at", "x.undone_recorded_at")
        if span.basis == "known"
        else ("x.ended_at", "x.undone_at")
    )
    stood = f"SELECT x.matter FROM matters_pastend x WHERE {undone} > %s AND {ended}"
    if at == "closed":
        return f"(({begun}) OR m.id IN ({stood} >= %s AND {ended} < %s))", [
            *given,
            span.as_of,
            span.begins,
            span.until,
        ]
    if at == "standing":
        return f"{begun} AND m.id NOT IN ({stood} <= %s)", [*given, span.as_of, span.as_of]
    return begun, given


def _due(span: Span) -> tuple[str, list[Any]]:
    return "d.due_at >= %s", [span.begins]


_PERIODS = {"opened": _opened, "accepted": _accepted, "closed": _closed, "standing": _standing, "due": _due}
