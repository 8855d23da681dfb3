"""In which order a reader meets things, wherever they stand in the file: steps by the course, grades by their gravity."""

from __future__ import annotations

from collections.abc import Mapping

from gezhi.rules.keys import PHASES
from gezhi.rules.model import Flow, Grade, Grades, Model, PromiseRule, Step


def in_course(flow: Flow) -> tuple[Step, ...]:
    """Steps as the file has them, but one written behind the ends stands after the step from which it is entered.

    So stands what a district adds to an inherited flow: its rows come behind all those of the base. Ends come last.
    """
    placed: list[str] = []
    late: list[str] = []
    ended = False
    for step in flow.step.values():
        if step.ends:
            ended = True
        else:
            (late if ended else placed).append(step.id)
    while late:
        behind = next((one for one in late if _entered_from(flow, one, placed)), late[0])
        placed.insert(_place(flow, behind, placed), behind)
        late.remove(behind)
    ends = (step for step in flow.step.values() if step.ends)
    return (*(flow.step[step] for step in placed), *ends)


def _rank(flow: Flow, step: str) -> int:
    return PHASES.index(flow.step[step].phase)


def _entered_from(flow: Flow, step: str, placed: list[str]) -> list[str]:
    """The placed steps of no later phase from which a move leads here, in their order."""
    lead = {one for move in flow.move.values() if move.to == step for one in move.from_}
    return [one for one in placed if one in lead and _rank(flow, one) <= _rank(flow, step)]


def _place(flow: Flow, step: str, placed: list[str]) -> int:
    """Behind the last step from which it is entered; where there is none, behind those of its phase and earlier ones."""
    before = _entered_from(flow, step, placed)
    if before:
        return placed.index(before[-1]) + 1
    return max((n for n, one in enumerate(placed, 1) if _rank(flow, one) <= _rank(flow, step)), default=0)


def by_gravity(grades: Grades) -> tuple[Grade, ...]:
    """The grades of a scheme, the gravest first."""
    return tuple(sorted(grades.grade.values(), key=lambda grade: grade.order))


def ranked(model: Model, ids: Mapping[str, str] | tuple[str, ...], scheme: str = "") -> list[str]:
    """These grades, the gravest first; `scheme` tells whose they are where two schemes have the same ids."""
    for grades in model.grades.values():
        if (not scheme or grades.id == scheme) and set(ids) <= set(grades.grade):
            return [grade.id for grade in by_gravity(grades) if grade.id in ids]
    return list(ids)


def terms(model: Model, flow: Flow, rule: PromiseRule) -> dict[str, str]:
    """The length of a promise for each grade, the gravest first; empty where every grade has the one that is written."""
    scheme = model.grades.get(flow.grades)
    by_table = rule.length if not isinstance(rule.length, str) else {}
    if scheme is None:
        return dict(by_table)
    own = {grade.id: grade.lengths[rule.id] for grade in scheme.grade.values() if rule.id in grade.lengths}
    if not (own or by_table):
        return {}
    each = {grade.id: by_table.get(grade.id, str(rule.length)) for grade in by_gravity(scheme)}
    return each | own


def alike(said: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """Each length once, with the grades that have it, in the order of the first."""
    found: dict[str, list[str]] = {}
    for grade, word in said.items():
        found.setdefault(word, []).append(grade)
    return [(word, tuple(grades)) for word, grades in found.items()]
