"""E06 a hand for every duty · E07 whoever handled does not judge · E15 and that can be kept · E21 out of the grid's reach."""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.rules import who
from gezhi.rules.model import Flow, Model, Move
from gezhi.rules.proof.bodies import Around, Body, Staff, kept_apart, may_hold_both
from gezhi.rules.proof.book import Book, Fault
from gezhi.rules.proof.pieces import DEALT, UNSURE, VACANT, VERIFIED, VERIFY, Core
from gezhi.rules.proof.walk import Walk
from gezhi.rules.steps import APART, sets_handler

DECIDING = frozenset(("review", "approve", "arbitrate"))
"""Kinds of duty under which somebody says yes or no to another."""


def every_duty_held(book: Book) -> Iterator[Fault]:
    """E06: every duty has a holder, who has its certificates; and wherever a move's guard holds, some holder of one of its duties sits at the
    matter's unit or above it, up to the root.
    """
    for duty in book.model.duties.values():
        if not duty.held_by:
            yield Fault("E06", ("duty", duty.id), {"duty": duty.id, "id": duty.id})
    yield from _uncertified(book.model)
    for flow, walks in book.walks.items():
        told: set[str] = set()
        for walk in walks:
            for (step, move), core in walk.machine.handless.items():
                if core in walk.first and move not in told:
                    told.add(move)
                    level = walk.machine.staff.way[-1]
                    asked = walk.machine.flow.move[move].duty[0]
                    params = {"move": move, "step": step, "level": level, "duty": asked, "id": asked}
                    path = ("flow", flow, "move", move)
                    yield Fault("E06.here", path, params, walk, walk.first[core], at=("duty", asked))


def _uncertified(model: Model) -> Iterator[Fault]:
    """Posts that hold a duty for which one needs a certificate, without being asked for it on appointment."""
    for duty in model.duties.values():
        for one in map(who.parse, duty.held_by if duty.certificate else ()):
            if one.kind == "post" and not set(duty.certificate) <= set(model.posts[one.id].certificate):
                params = {"duty": duty.id, "post": one.id, "word": "、".join(duty.certificate)}
                yield Fault("E06.certificate", ("post", one.id), params)


def kept_separate(book: Book) -> Iterator[Fault]:
    """E07: (a) duties that judge are apart from handling; (b) whatever ends as solved was handled, and verified after
    the last handling, or settled by somebody who met (not asked of a replay: its records do not say); (c) who approves an extension, reviews an admission or renews
    an emergency is another than who asked for it; (d) whoever notes down what somebody outside said has not handled it.
    """
    for duty in book.model.duties.values():
        if duty.kind in APART and "handle" not in duty.apart_from:
            yield Fault("E07.duty", ("duty", duty.id), {"duty": duty.id})
        own = [word for word in duty.held_by if duty.kind in APART and _whoever_has_it(word)]
        if own and not book.model.about.replay:
            yield Fault("E07.department", ("duty", duty.id), {"duty": duty.id, "who": own[0]})
    yield from _pairs(book.model)
    for flow in book.walks if not book.model.about.replay else ():
        told: set[tuple[str, str]] = set()
        for walk, core, state in book.cores(flow):
            if not walk.machine.flow.step[core.step].settled:
                continue
            code = _unjudged(walk, core)
            if code and (code, core.step) not in told:
                told.add((code, core.step))
                yield Fault(code, ("flow", flow, "step", core.step), {"step": core.step}, walk, state)


def _whoever_has_it(word: str) -> bool:
    """Whether the word means the department that has the matter, or whoever handled it: they do not judge themselves."""
    one = who.parse(word)
    return one.kind == "handler" or (one.kind == "department" and one.id in who.DEPARTMENTS)


def _unjudged(walk: Walk, core: Core) -> str:
    closing = walk.machine.flow.step[core.step].closing
    if core.handler is None:
        return "" if core.flags & DEALT else "E07.nobody"
    return "" if core.flags & VERIFIED or closing == "unverified" else "E07"


def _pairs(model: Model) -> Iterator[Fault]:
    for flow in model.flows.values():
        yield from _spoken_for(model, flow)
        for rule in flow.promise.values():
            if rule.extend and not kept_apart(model.duties[rule.extend.duty]):
                path = ("flow", flow.id, "promise", rule.id, "extend")
                yield Fault("E07.extend", path, {"promise": rule.id, "duty": rule.extend.duty})
    yield from _asked_and_granted(model)


def _asked_and_granted(model: Model) -> Iterator[Fault]:
    """Admission of items and emergencies: decided by another than who asks, under a duty that decides."""
    for admission in model.admissions.values():
        if same := _same_person(model, admission.applies, admission.reviews):
            params = {"admission": admission.id, "who": same}
            yield Fault("E07.admission", ("admission", admission.id), params)
        kinds = [model.duties[d].kind for d in admission.reviews]
        if not set(kinds) <= DECIDING:
            yield Fault("E07.reviews", ("admission", admission.id), {"admission": admission.id})
    mode = model.emergency
    if mode is not None and not {model.duties[d].kind for d in (mode.duty, mode.renew)} <= DECIDING:
        yield Fault("E07.declares", ("emergency", "duty"), {"duty": mode.duty})
    elif mode is not None and (mode.duty == mode.renew or not _another_at_root(model, mode.duty, mode.renew)):
        yield Fault("E07.emergency", ("emergency", "renew"), {"duty": mode.renew})


def _spoken_for(model: Model, flow: Flow) -> Iterator[Fault]:
    """Moves of somebody outside that a person inside may note down, and might have handled."""
    for move in flow.move.values():
        for duty in move.duty if move.who else ():
            if not kept_apart(model.duties[duty]):
                params = {"move": move.id, "duty": duty}
                yield Fault("E07.stands_in", ("flow", flow.id, "move", move.id), params)


def _same_person(model: Model, ones: tuple[str, ...], others: tuple[str, ...]) -> str:
    """A who-word under which one person could stand on both sides; empty where there is none."""
    for word in (w for duty in ones for w in model.duties[duty].held_by):
        for other in (w for duty in others for w in model.duties[duty].held_by):
            one, two = who.parse(word), who.parse(other)
            alike = one.kind == two.kind != "post" and (
                word == other or {one.id, two.id} & {*who.DEPARTMENTS}
            )
            posts = one.kind == two.kind == "post" and may_hold_both(model.posts[one.id], model.posts[two.id])
            if alike or posts:
                return word
    return ""


def _another_at_root(model: Model, duty: str, other: str) -> bool:
    """Whether somebody who is never vacant may act under the other duty and surely is not who acted under the first."""
    staff = Staff(model, (model.root.id,))
    around = Around(0, 0, (), "", "", "")
    acted = staff.holders(model.duties[duty], around)
    renewing = [b for b in staff.holders(model.duties[other], around) if staff.never_vacant(b) and b.post]
    return any(all(_surely_apart(staff, body, one) for one in acted) for body in renewing)


def _surely_apart(staff: Staff, body: Body, one: Body) -> bool:
    if not one.post or staff.least(body) > 1:
        return True
    return not may_hold_both(staff.model.posts[body.post], staff.model.posts[one.post])


def verifier_remains(book: Book) -> Iterator[Fault]:
    """E15: wherever something waits to be verified, whoever handled it: a verifier who cannot be the same person is
    there, even when every post is vacant that may be.
    """
    for flow in book.walks:
        told: set[str] = set()
        for walk, core, state in book.cores(flow):
            if core.handler is None or core.step in told:
                continue
            verifying = [e for e in walk.machine.edges(core) if e.bits & VERIFY]
            if verifying and not any(e.bits & (VACANT | UNSURE) == VACANT for e in verifying):
                told.add(core.step)
                move = verifying[0].label.id
                duty = walk.machine.flow.move[move].duty[0]
                held = book.model.duties[duty].held_by
                params = {"step": core.step, "move": move, "duty": duty, "id": duty, "held": "、".join(held)}
                yield Fault("E15", ("flow", flow, "move", move), params, walk, state, at=("duty", duty))


def can_say_no(book: Book) -> Iterator[Fault]:
    """E25: wherever something waits to be verified, whoever verifies it there can say yes and can say no."""
    for flow in book.walks:
        told: set[str] = set()
        for walk, core, state in book.cores(flow):
            if core.step in told or walk.machine.flow.step[core.step].phase != "checking":
                continue
            looking = [edge for edge in walk.machine.edges(core) if edge.bits & VERIFY]
            if looking and len({edge.to.step for edge in looking}) < 2:
                told.add(core.step)
                params = {"step": core.step, "move": looking[0].label.id}
                yield Fault("E25.yes", ("flow", flow, "step", core.step), params, walk, state)


def out_of_reach(book: Book) -> Iterator[Fault]:
    """E21: an item that grids cannot solve is nowhere where a post that is no department's may handle it.

    And posts that are never vacant have a holder, grades differ in order.
    """
    for flow in book.walks:
        told: set[str] = set()
        for walk, core, state in book.cores(flow):
            if walk.machine.profile.in_grid is not False:
                continue
            for move, post in _grid_hands(walk, core):
                if move not in told:
                    told.add(move)
                    params = {"move": move, "step": core.step, "post": post}
                    yield Fault("E21", ("flow", flow, "move", move), params, walk, state)
    yield from _least_of_all(book.model)


def _least_of_all(model: Model) -> Iterator[Fault]:
    """Grades that cannot be told apart, or that nobody is named to meet; a model in which everybody may be away."""
    meeting = any("grade.meets" in duty.held_by for duty in model.duties.values())
    for scheme in model.grades.values():
        met = any(grade.meets for grade in scheme.grade.values())
        for grade in scheme.grade.values():
            if meeting and met and not grade.meets:
                path = ("grades", scheme.id, "grade", grade.id)
                yield Fault("E21.meets", path, {"grades": scheme.id, "grade": grade.id})
        orders = [grade.order for grade in scheme.grade.values()]
        if len(set(orders)) < len(orders):
            yield Fault("E21.grades", ("grades", scheme.id), {"grades": scheme.id})
    root = model.root.id
    if not any(p.never_vacant and root in p.levels and p.sees == "ground" for p in model.posts.values()):
        yield Fault("E21.vacant", ("post",), {})


def _grid_hands(walk: Walk, core: Core) -> Iterator[tuple[str, str]]:
    """Moves that can be taken here by which somebody of a grid handles, and that post."""
    for move in walk.machine.spec.moves[core.step]:
        if sets_handler(walk.machine.model, move) and walk.machine.possible(core, move):
            post = _grid_hand(walk, core, move)
            if post:
                yield move.id, post


def _grid_hand(walk: Walk, core: Core, move: Move) -> str:
    machine = walk.machine
    duties = [machine.model.duties[d] for d in move.duty]
    around = machine.around(core)
    bodies = [b for d in duties if d.kind == "handle" for b in machine.staff.holders(d, around)]
    posts = [machine.model.posts[b.post] for b in bodies if b.post in machine.model.posts]
    return next((post.id for post in posts if not post.of_department), "")
