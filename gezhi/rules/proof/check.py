"""Everything that is wrong with a model, each fault once, with its line and the shortest story that shows it.

Reading comes first: a folder that cannot be read is not walked. Then obligations, in the order in which they are best
mended: names and shapes, levels, whether it gets stuck, what is owed, who acts, and the rest.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from gezhi.rules.findings import Finding, ModelError
from gezhi.rules.load import opened
from gezhi.rules.model import Model
from gezhi.rules.proof import (
    bounds,
    consent,
    ground,
    hands,
    lists,
    names,
    owed,
    privacy,
    reach,
    roots,
    rounds,
    shape,
    silence,
    stories,
    telling,
    terms,
    words,
)
from gezhi.rules.proof.bodies import department_bodies
from gezhi.rules.proof.book import Book, Fault, Obligation, Params
from gezhi.rules.proof.purse import Purse, TooLarge
from gezhi.rules.published import not_in_sources

SHAPES: tuple[Obligation, ...] = (
    shape.well_formed, ground.levels_and_nets, lists.items_fit, lists.lists_complete, ground.staffing_adds_up,
    lists.metrics_mean, ground.who_sees, privacy.nothing_forbidden, shape.phases_true, shape.pauses_are_suspended,
    terms.within_the_law, consent.drawn_fairly, rounds.decided_once, names.names_differ, names.doors_lead_to_matters,
    bounds.numbers_mean, reach.duties_used,
)  # fmt: skip
"""What can be asked without walking."""
WALKED: tuple[Obligation, ...] = (
    reach.used, reach.not_stuck, reach.solved_from_everywhere, reach.marks_are_chosen, reach.one_house_move, owed.nothing_owed, owed.no_silence, hands.every_duty_held,
    hands.kept_separate, hands.verifier_remains, hands.can_say_no, hands.out_of_reach, rounds.consequences_end, rounds.rounds_end, rounds.decided_freely,
    terms.no_contradiction, silence.silence_ends, telling.tellings_hold, telling.source_answered, telling.answered_before_solved, consent.may_leave,
)  # fmt: skip
LEAST = 60_000
"""Ways on that are looked at to tell causes from what follows: enough for every model that ships."""
UNWALKABLE = frozenset(("E22.waits", "E22.first"))
ORDER = (
    "E20", "E08", "E09", "E01", "E22", "E06", "E28", "E13", "E03", "E16", "E04", "E05", "E07", "E15", "E17", "E18",
    "E19", "E21", "E23", "E24", "E25", "E29", "E30", "E31", "E02",
)  # fmt: skip
"""Causes before what they lead to: names and lists, who holds what, and then what cannot happen."""


class Where(Protocol):
    """File and line of a path of model.toml, or of a row of items.csv."""

    def __call__(self, _path: tuple[str, ...], row: str = "", /) -> tuple[str, int]: ...


@dataclass(frozen=True, slots=True)
class Totals:
    """What was walked: states, cores (states without their promises), ends come to; rows of each list; seconds."""

    states: int
    cores: int
    ends: int
    lists: dict[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Proof:
    """A model and what was found. It holds if, and only if, there are no findings."""

    model: Model | None
    findings: tuple[Finding, ...]
    totals: Totals

    @property
    def holds(self) -> bool:
        return not self.findings


def check(folder: Path, *, sources: Path | None = None, own_name: bool = False) -> Proof:
    """Read a folder and prove it. `sources` is a folder with the texts of the sources: words of published.csv are
    looked for in them where it is given. `own_name`: the folder is called by the id of its model.
    """
    began = time.perf_counter()
    try:
        found = opened(folder)
    except ModelError as error:
        seconds = time.perf_counter() - began
        return Proof(None, in_order(error.findings), Totals(0, 0, 0, {}, seconds))
    proof = _once(found.model, found.where, began)
    more = not_in_sources(found.published, f"{folder.name}/published.csv", sources) if sources else []
    if own_name and found.model.id != folder.name:
        more = [*more, _misnamed(found.model.id, folder.name, *found.where(("model", "id")))]
    return Proof(proof.model, in_order([*proof.findings, *more]), proof.totals)


def _once(model: Model, where: Where | None, began: float) -> Proof:
    """The proof of a model; what holds is known on in this process, as the page of a draft asks at every look, and its
    publication once more. Known is the whole text in its order: a version knows none, and nothing shall hang on that.
    """
    mark = hashlib.sha256(model.canonical.encode()).hexdigest()
    if mark in _proved:
        return Proof(model, (), replace(_proved[mark], seconds=time.perf_counter() - began))
    proof = prove(model, where=where, began=began)
    if proof.holds:
        _proved[mark] = proof.totals
    return proof


def _misnamed(said: str, name: str, file: str, line: int) -> Finding:
    """L08: `extends` finds a model by its folder, an instance by its id; they are one word."""
    return Finding(
        file,
        line,
        "model.id",
        f"编号写的是「{said}」，文件夹却叫「{name}」：两样要一样。",
        code="L08",
        mend=f'写 id = "{name}"，或把文件夹改名为 {said}。',
        english=f"The id is “{said}”, but the folder is called “{name}”: they are one word.",
        mend_english=f'Write id = "{name}", or rename the folder to {said}.',
    )


def prove(model: Model, *, where: Where | None = None, began: float | None = None) -> Proof:
    """Prove a model that was read: first as if limited moves never ran out; where that is too much, exactly."""
    began = time.perf_counter() if began is None else began
    book = Book(model)
    faults = [fault for one in SHAPES for fault in one(book)]
    if not any(fault.code in UNWALKABLE for fault in faults):
        try:
            book, found = _walked(book)
        except TooLarge as large:
            nothing = Totals(0, 0, 0, {}, time.perf_counter() - began)
            return Proof(model, findings_of(model, [*faults, _too_large(model, large.flow)], where), nothing)
        faults = _causes(model, faults, found)
    findings = findings_of(model, faults, where)
    return Proof(model, findings, _totals(book, time.perf_counter() - began))


def _causes(model: Model, faults: list[Fault], found: list[Fault]) -> list[Fault]:
    """The faults without those that follow from others; all of them where telling that apart takes too long."""
    try:
        return roots.causes_only(
            model, faults, found, lambda mended: _walked(Book(mended, purse=Purse(LEAST)))[1]
        )
    except TooLarge:
        return [*faults, *found]


def _too_large(model: Model, name: str) -> Fault:
    """E31, with the three things that multiply: departments that duties name, limited moves and promises."""
    flow = model.flows[name]
    params: Params = {
        "flow": flow.id,
        "departments": max(len(department_bodies(model)) - 1, 0),
        "limits": sum(bool(move.at_most) for move in flow.move.values()),
        "count": len(flow.promise),
    }
    return Fault("E31", ("flow", flow.id), params)


def _walked(book: Book) -> tuple[Book, list[Fault]]:
    """What walking finds, and the book as sharp as was needed for it."""
    found = [fault for one in WALKED for fault in one(book)]
    if doubtful := book.doubtful(found):
        book, found = _sharpened(book, doubtful, found)
    return book, found


def _sharpened(book: Book, doubtful: frozenset[str], found: list[Fault]) -> tuple[Book, list[Fault]]:
    """The same, limited moves running out. Where that is too much, what was found beyond doubt, if anything was."""
    sharp = book.sharper(doubtful)
    try:
        return sharp, [fault for one in WALKED for fault in one(sharp)]
    except TooLarge as large:
        sure = [fault for fault in found if not book.doubts(fault)]
        return book, sure or [_too_large(book.model, large.flow)]


def first_findings(model: Model) -> tuple[Finding, ...]:
    """What is found first: enough to refuse a model, sooner than everything is."""
    try:
        return _first(model)
    except TooLarge as large:
        return findings_of(model, [_too_large(model, large.flow)])


def _first(model: Model) -> tuple[Finding, ...]:
    book = Book(model)
    if faults := [fault for one in SHAPES for fault in one(book)]:
        return findings_of(model, faults)
    for one in WALKED:
        faults = list(one(book))
        if doubtful := book.doubtful(faults):
            book = book.sharper(doubtful)
            faults = list(one(book))
        if faults:
            return findings_of(model, faults)
    return ()


def findings_of(model: Model, faults: Iterable[Fault], where: Where | None = None) -> tuple[Finding, ...]:
    """Faults in words, each with its line, in the order in which they are best mended."""
    return in_order(_finding(model, fault, where or _nowhere) for fault in faults)


_proved: dict[str, Totals] = {}
"""What was walked of the models that hold, by the mark of their text."""


def refuse(model: Model, *, where: Where | None = None) -> None:
    """Raise `ModelError` with every finding, if there is one. What was proved in this process is not proved again."""
    proof = _once(model, where, time.perf_counter())
    if not proof.holds:
        raise ModelError(proof.findings)


def proved_model(folder: Path) -> Model:
    """The model of a folder, read and proved. Raises `ModelError` with the line of every finding."""
    found = opened(folder)
    refuse(found.model, where=found.where)
    return found.model


def _nowhere(_path: tuple[str, ...], row: str = "") -> tuple[str, int]:
    return ("items.csv" if row else "model.toml"), 0


def _finding(model: Model, fault: Fault, where: Where) -> Finding:
    place = fault.at or fault.path
    file, line = where(place, fault.row)
    said = words.said()[fault.code]
    zh = {k: stories.named(model, fault.path, k, v, english=False) for k, v in fault.params.items()}
    en = {k: stories.named(model, fault.path, k, v, english=True) for k, v in fault.params.items()}
    way = (fault.walk, fault.state) if fault.walk and fault.state else None
    return Finding(
        file,
        line,
        fault.row or ".".join(place),
        words.filled(said.sentence, zh),
        code=fault.code.partition(".")[0],
        mend=words.filled(said.mend, zh),
        story=stories.told(*way) if way else (),
        english=words.filled(said.english, en),
        mend_english=words.filled(said.mend_english, en),
        story_english=stories.told(*way, english=True) if way else (),
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Reading first, then E20, E01, E03 …; one finding may cause others, so what is mended first stands first."""
    found = dict.fromkeys(findings)
    return tuple(sorted(found, key=lambda f: (_rank(f.code), f.code, f.file, f.line, f.place)))


def _rank(code: str) -> int:
    if code.startswith("L"):
        return 0
    return ORDER.index(code) + 1 if code in ORDER else len(ORDER) + 1


def _totals(book: Book, seconds: float) -> Totals:
    walks = [walk for found in book.__dict__.get("walks", {}).values() for walk in found]
    ends = sum(walk.ends(core) for walk in walks for core in walk.first)
    rows: dict[str, int] = dict.fromkeys(book.model.catalogues, 0)
    for item in book.model.items.values():
        rows[item.catalogue] = rows.get(item.catalogue, 0) + 1
    states, cores = sum(len(w.came) for w in walks), sum(len(w.first) for w in walks)
    return Totals(states, cores, ends, rows, seconds)
