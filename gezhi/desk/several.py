"""Several of one's list at once: which steps the bar below it offers, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from gezhi.desk import foretelling, rows
from gezhi.errors import Refused
from gezhi.matters import editions, reporters_part, routing, sentences
from gezhi.matters.services.many import take_steps
from gezhi.matters.services.overseeing import Outcome
from gezhi.people.queries import Person, Seat
from gezhi.rules import who
from gezhi.rules.model import Flow, Model, Move
from gezhi.ui import words
from gezhi.vault.traces import trace_in


@dataclass(frozen=True)
class Act:
    """One step that can be taken on all that are ticked; `worded` if a note comes with it. `moves` are those that people
    call by this one name, in the model's order: which of them it is, each matter decides. `told` is what it tells each
    reporter."""

    moves: tuple[str, ...]
    name: str
    worded: bool
    key: str
    told: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The word by which the page presses it."""
        return self.moves[0]


def acts(person: Person, model: Model, step: str) -> list[Act]:
    """Steps from this one that ask for no more than a note, and that a post of this person's has a duty to take. What
    the rules say of each single matter, they say when it is taken."""
    named: dict[str, dict[str, Move]] = {}
    told: dict[str, dict[str, None]] = {}
    for flow in model.flows.values():
        for move in routing.offered_from(flow, step) if step in flow.steps else ():
            if _is_plain(flow, step, move) and _theirs(person, model, move):
                name = sentences.label(move)
                named.setdefault(name, {}).setdefault(move.id, move)
                telling = foretelling.of_several(model, flow, move, step)
                told.setdefault(name, {}).update(dict.fromkeys(telling))
    return [
        Act(
            *(tuple(moves), name, any("note" in one.needs for one in moves.values()), "c" if n == 0 else ""),
            told=tuple(told[name]),
        )
        for n, (name, moves) in enumerate(named.items())
    ]


def _is_plain(flow: Flow, step: str, move: Move) -> bool:
    more = set(move.needs) - {"note"}
    chosen = move.calls == "chosen" or bool(move.reasons) or routing.merges(flow, move)
    return not (more or chosen or reporters_part.of_the_reporter(flow, step, move))


def _theirs(person: Person, model: Model, move: Move) -> bool:
    held = [who.parse(word) for duty in move.duty for word in model.duties[duty].held_by]
    return any(_holds(seat, one) for one in held for seat in person.terms)


def _holds(seat: Seat, held: who.Who) -> bool:
    """Whether a seat can be meant: "the department that has it" means each of them until the matter is known."""
    if held.kind == "post":
        return seat.post == held.id
    if held.kind == "department":
        return bool(seat.department) and (held.id in who.DEPARTMENTS or seat.department == held.id)
    return True


def acted(said: QueryDict, offered: Sequence[Act], person: Person) -> dict[str, Any]:
    """Take the step that was pressed on all that were ticked. What the page shows of it."""
    numbers, note = said.getlist("number"), said.get("note", "")
    act = next((one for one in offered if said.get("act", "") in one.moves), None)
    wrong = ""
    if act is None:
        wrong = _("没有这个办法。请刷新后再选。")
    elif not numbers:
        wrong = _("先勾选要办的，再按；或者按那一行自己的按钮。")
    elif act.worded and not note.strip():
        wrong = _("「{step}」要写一句话，对勾选的都一样。").format(step=act.name)
    elif trace_in(note):
        wrong = _("里面像有电话或证件号。身份不写在这里，请删去再交。")
    if wrong or act is None:
        return {"wrong": wrong, "note": note, "ticked": numbers}
    try:
        outcomes = take_steps(numbers, act.moves, note, by=person)
    except Refused as refusal:
        return {"wrong": refusal.reason, "note": note, "ticked": numbers}
    kept = {"note": note, "ticked": numbers} if all(one.refused for one in outcomes) else {}
    return {"report": report(outcomes), **kept}


def report(outcomes: Sequence[Outcome], *, urged: bool = False) -> dict[str, Any] | None:
    """What came of it: how many were done, where each of them stands and what can be taken back, and each refusal with its
    reason. `urged`: it was an act beside the steps, and nothing moved."""
    if not outcomes:
        return None
    refused = [(rows.short(one.number), one.number, one.refused) for one in outcomes if one.refused]
    done = len(outcomes) - len(refused)
    said = _("办成 {n} 件。").format(n=words.count(done)) if done else ""
    told = _("没有办成 {n} 件：").format(n=words.count(len(refused))) if refused else ""
    stands = [] if urged else [_line(one, editions.today()) for one in outcomes if not one.refused]
    return {"done": said, "told": told, "refused": refused, "urged": urged, "stands": stands}


def _line(one: Outcome, model: Model) -> tuple[str, str, str]:
    """One that was done: its short number, its number, where it stands now and how the step is taken back, if it can be."""
    short = rows.short(one.number)
    if one.proposed:
        return short, one.number, _("等第二个人确认；在他确认以前，打开它能撤回提请。")
    flow = next((flow for flow in model.flows.values() if one.step in flow.steps), None)
    if flow is None:  # a step of an earlier version of the model: its page says
        return short, one.number, ""
    step = flow.steps[one.step]
    if not step.ends:
        told = _("到了「{step}」，不能撤回；不对，由接着办的照流程退回。")
    elif step.settled and flow.reopen:
        told = _("「{step}」，了结了，不能撤回；报告人说没有办好，打开它能重新打开。")
    else:
        told = _("「{step}」，了结了，不能撤回；不对，重新登记一件，写上这个编号。")
    return short, one.number, told.format(step=sentences.label(step))
