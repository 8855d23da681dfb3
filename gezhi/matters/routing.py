"""Who is asked: the model's candidates in order, and the people who hold posts today, with the reason.

A post stands at a unit; the nearest unit at or above the matter that has a holder is asked, so a vacancy
passes the matter upwards and nobody's absence leaves it lying.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gezhi.matters import admission_gate, sampling
from gezhi.people.queries import Roster
from gezhi.places.paths import WIDTH, parent
from gezhi.places.tree import Tree
from gezhi.rules import route as rules_route
from gezhi.rules import steps, who
from gezhi.rules.model import Duty, Flow, Item, Model, Move, Post
from gezhi.rules.steps import APART, Facts

DEPARTMENT = "department:"


@dataclass(frozen=True, slots=True)
class Lie:
    """What routing looks at: where a matter lies, who commands it, what it is, who handled it last."""

    path: str
    command: str
    item: Item
    department: str
    handler: UUID | None
    ground: Tree
    matter: str = ""  # its id: which other unit is asked is drawn for it


@dataclass(frozen=True, slots=True)
class Route:
    """Who is asked, under which duty, by which resolver; and whom the search passed over, and why.

    `why` in `passed` is vacant (nobody sits there), handled (whoever sits there handled the matter), not_admitted
    (a grid's desk, and the item is not in the catalogue), about (the matter complains of whoever sits there) or recused
    (they must not handle it). Of the desk that is asked it says raised (its own unit's is vacant), raised_about and
    raised_recused (whoever sits at its own unit's has to step aside) and stood_in:DESK (who sits there comes from DESK
    and only stands in). `asked` are the departments among those who may act now, the one at the desk first: each of
    them sees the matter from now on.
    """

    desk: str
    duty: str
    resolver: str
    passed: tuple[tuple[str, str], ...]
    asked: tuple[str, ...] = ()

    def asked_last(self, before: str) -> str:
        """The department asked last, where `before` was asked before: the desk's, else one that stands, else another."""
        if department_at(self.desk):
            return department_at(self.desk)
        return self.asked[0] if self.asked and before not in self.asked else before


NOBODY = Route("", "", "", ())


def asked_at(model: Model, flow: Flow, facts: Facts, lie: Lie, roster: Roster) -> Route:
    """The desk that is asked, if, and only if, it has a holder who may act.

    1. The model's candidates in order. 2. A post without a holder up to the root is passed ("vacant").
    3. Where the duty is apart from handling, a desk whose only holder handled the matter is passed
    ("handled"). 4. A grid's desk is passed for an item that is not in the catalogue ("not_admitted"). 5. A department
    is a desk of its own. 6. When everybody is passed, the post that may never be vacant is asked at the root: no
    matter lies where nobody sees it. 7. Whoever has to step aside is asked nowhere (`walls.staff_without`): the next
    desk above with somebody left is, and where that leaves nobody, or a department steps aside, the head of the root.
    """
    if flow.steps[facts.step].ends:
        return NOBODY
    passed: list[tuple[str, str]] = []
    named = departments_at(model, flow, facts, lie, roster)
    duty = ""
    for one in rules_route.candidates(model, flow, facts, lie.item):
        duty = one.duty
        desk = desk_of(one.word, lie, roster)
        if not desk:
            passed.append((one.word, _why_nobody(one.word, model, lie, roster)))
        elif shut(model, desk, lie):
            passed.append((one.word, "not_admitted"))
        elif _only_handler(model.duties[one.duty], desk, lie.handler, roster):
            passed.append((one.word, "handled"))
        else:
            passed += [(one.word, said) for said in _said_of(one.word, desk, model, lie, roster)]
            return Route(desk, one.duty, one.word, tuple(passed), _with(department_at(desk), named))
    last = next((post.id for post in model.posts.values() if post.never_vacant), "")
    root = lie.ground.root
    desk = f"{last}@{root.path if root else lie.path}" if last else ""
    desk = roster.aside.instead if roster.aside is not None else desk
    return Route(desk, duty, last, tuple(passed), named)


def _why_nobody(word: str, model: Model, lie: Lie, roster: Roster) -> str:
    """Why a who-word names no desk: nobody sits there, or whoever does has to step aside."""
    return (
        roster.aside.why if roster.aside is not None and _own_emptied(word, model, lie, roster) else "vacant"
    )


def _own_emptied(word: str, model: Model, lie: Lie, roster: Roster) -> bool:
    """Whether whoever sits at the desk of this post at its own unit has to step aside."""
    one = who.parse(word)
    if one.kind != "post" or one.id not in model.posts:
        return False
    path = lie.command if one.where == "command" else lie.path
    return f"{one.id}@{seat_of(model.posts[one.id], path, lie.ground)}" in roster.emptied


def shut(model: Model, desk: str, lie: Lie) -> bool:
    """Whether this desk is a grid's and the matter's item is not in the catalogue: the gate of admission."""
    if not model.admissions:
        return False
    level = level_at(lie.ground, desk.partition("@")[2])
    return admission_gate.shuts_out(model, lie.item, desk, level)


def _said_of(word: str, desk: str, model: Model, lie: Lie, roster: Roster) -> list[str]:
    """What whoever reads the reason should know of the desk that is asked: it is a level up, or stood in."""
    one, said = who.parse(word), []
    if roster.aside is not None and one.kind == "department" and not department_at(desk):
        said.append(roster.aside.why)
    elif one.kind == "post" and one.where in {"near", "ground", "command"}:
        path = lie.command if one.where == "command" else lie.path
        if len(desk.partition("@")[2]) < len(seat_of(model.posts[one.id], path, lie.ground)):
            aside = roster.aside is not None and _own_emptied(word, model, lie, roster)
            said.append(f"raised_{roster.aside.why}" if aside and roster.aside else "raised")
    return said + [f"stood_in:{own}" for own in roster.stood_in_from(desk)]


def seat_of(post: Post, path: str, ground: Tree) -> str:
    """The path of the nearest unit, this one or above, at which the post sits, held or not; empty for none."""
    for end in range(len(path), 0, -WIDTH):
        unit = ground.by_path.get(path[:end])
        if unit is not None and unit.level in post.levels:
            return path[:end]
    return ""


def _with(first: str, named: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((first, *named))) if first else named


def desk_of(word: str, lie: Lie, roster: Roster) -> str:
    """The desk that a who-word names for this matter today; empty where there is none. In place of a department that
    has to step aside it is the desk that is asked instead: whoever sits there holds its duties on this matter."""
    one = who.parse(word)
    if one.kind == "department":
        code = lie.department if one.id in who.DEPARTMENTS else one.id
        if code and roster.aside is not None and code in roster.aside.departments:
            return roster.aside.instead
        return f"{DEPARTMENT}{code}" if code else ""
    if one.kind != "post":
        return ""
    if one.where in {"near", "ground", "command"}:
        path = roster.nearest(one.id, lie.command if one.where == "command" else lie.path)
    elif one.where == "other":
        path = sampling.first_drawn(lie.matter, _beside(one.id, lie, roster))
    else:
        path = _ancestor(one.where, lie)
        path = path if path and roster.holders(one.id, path) else ""
    return f"{one.id}@{path}" if path else ""


def _beside(post: str, lie: Lie, roster: Roster) -> list[str]:
    """Other units of the same level under the same unit that have a holder of the post."""
    here = lie.ground.by_path.get(lie.path)
    found = lie.ground.children(parent(lie.path))
    same = [unit for unit in found if here is not None and unit.level == here.level and unit.path != lie.path]
    return [unit.path for unit in same if roster.holders(post, unit.path)]


def _ancestor(level: str, lie: Lie) -> str:
    """The path of the unit of this level at or above the matter; empty where there is none."""
    for end in range(len(lie.path), 0, -WIDTH):
        unit = lie.ground.by_path.get(lie.path[:end])
        if unit is not None and unit.level == level:
            return lie.path[:end]
    return ""


def _only_handler(duty: Duty, desk: str, handler: UUID | None, roster: Roster) -> bool:
    if handler is None or not (duty.kind in APART or "handle" in duty.apart_from):
        return False
    accounts = [holder.account for holder in roster.at_desk(desk)]
    return bool(accounts) and all(account == handler for account in accounts)


def duties_at(model: Model, desk: str, lie: Lie, roster: Roster) -> frozenset[str]:
    """The duties that a desk holds on this matter; none where the gate of admission is shut to it. The desk that is asked
    instead of whoever steps aside holds those, too, that would otherwise be nobody's."""
    if shut(model, desk, lie):
        return frozenset()
    held = {
        duty.id
        for duty in model.duties.values()
        if any(desk_of(word, lie, roster) == desk for word in duty.held_by)
    }
    if roster.aside is not None and desk == roster.aside.instead:
        held |= {
            duty.id
            for duty in model.duties.values()
            if not any(desk_of(word, lie, roster) for word in duty.held_by)
        }
    return frozenset(held)


def departments_at(model: Model, flow: Flow, facts: Facts, lie: Lie, roster: Roster) -> tuple[str, ...]:
    """The departments whose turn it may be at this step: those that a duty of a possible move names.

    They are asked, whichever desk is asked first: whoever may act must see what to act on.
    """
    named = _named_departments(model, flow, facts.step)
    if not named:
        return ()
    possible = {move.id for move in steps.moves_from(flow, facts)}
    desks = (desk_of(word, lie, roster) for move, word in named if move in possible)
    return tuple(dict.fromkeys(department_at(desk) for desk in desks if desk))


def department_at(desk: str) -> str:
    """The department that sits at a desk; empty where a post does."""
    return desk.removeprefix(DEPARTMENT) if desk.startswith(DEPARTMENT) else ""


_departments: dict[tuple[str, str, str], tuple[tuple[str, str], ...]] = {}


def _named_departments(model: Model, flow: Flow, step: str) -> tuple[tuple[str, str], ...]:
    """Moves from a step and the who-words for departments among the holders of their duties; read once a version."""
    key = (model.version, flow.id, step)
    if key not in _departments:
        held = [(move.id, model.duties[duty]) for move in offered_from(flow, step) for duty in move.duty]
        words = [(move, word) for move, duty in held for word in duty.held_by]
        _departments[key] = tuple(
            (move, word) for move, word in words if who.parse(word).kind == "department"
        )
    return _departments[key]


def level_at(ground: Tree, path: str) -> str:
    """The level of the unit that commands."""
    unit = ground.by_path.get(path)
    return unit.level if unit else ""


def department_of(item: Item) -> str:
    """The department that column 承办 names; empty where it names a post."""
    return department_at(item.handler)


UNBUILT_GATES = {"form"}


def offered_from(flow: Flow, step: str) -> list[Move]:
    """The moves of persons from this step that can be taken today, in the model's order.

    A move that opens an order or needs a gate that this version does not have is not offered; the model keeps it for the
    version that does.
    """
    return [m for m in flow.moves.values() if step in m.from_ and m.duty and _is_built(m)]


def _is_built(move: Move) -> bool:
    gates = {gate.partition(":")[0] for gate in move.needs}
    return not (move.opens or gates & UNBUILT_GATES or move.calls == "several")


def leaves(flow: Flow, step: str, move: Move) -> Move | None:
    """The move that leads from here to where this one does and leaves the matter with the department that has it, so that
    choosing that department anew would say nothing; `move` itself where it stays in its step. None where none does."""
    to = move.leads(step)
    if to == step:
        return move
    others = (one for one in offered_from(flow, step) if one.leads(step) == to)
    return next((one for one in others if not (one.calls or one.raises)), None)


def merges(flow: Flow, move: Move) -> bool:
    """Whether a move ends a matter by making it part of another."""
    target = flow.steps.get(move.to)
    return target is not None and target.closing == "merged"
