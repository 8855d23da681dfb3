"""One matter with everything that decides what can happen to it now; and from which seat somebody may act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from gezhi.ledger import instance
from gezhi.ledger import queries as ledger
from gezhi.matters import admission_gate, editions, events, routing, sampling, walls
from gezhi.matters.models import Matter
from gezhi.people import certificates
from gezhi.people.queries import Person, Roster, Seat, roster
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules import deadlines, reporters, steps
from gezhi.rules.model import Flow, Item, Model, Move
from gezhi.rules.steps import ActorFacts, Given, Reason

DECISIONS = frozenset(("arbitrate", "approve"))
EARLY = frozenset(("reported", "accepted"))


class Taken(Mapping[str, int]):
    """How often each move was taken on a matter; the ledger is read when a limit asks, and not before. Where no step
    was taken (`none`) there is nothing to read."""

    def __init__(self, matter: UUID, *, none: bool = False) -> None:
        self._matter = matter
        self._coming: Counter[str] = Counter()  # taken just now, and not in what was read of the ledger
        if none:
            self._counts = Counter()

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(facts["move"] for facts in ledger.facts_of(self._matter, events.STEPPED))

    def add(self, move: str) -> None:
        """One more, which is not written yet."""
        self._coming[move] += 1

    def kept(self) -> None:
        """What was added is written now: who reads the ledger from now on finds it there."""
        if "_counts" not in self.__dict__:
            self._coming.clear()

    def __getitem__(self, move: str) -> int:
        return self._counts[move] + self._coming[move]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts | self._coming)

    def __len__(self) -> int:
        return len(self._counts | self._coming)


@dataclass(slots=True)
class Scene:
    """One matter with everything that decides what can happen to it now."""

    matter: Matter
    model: Model
    flow: Flow
    item: Item
    ground: Tree
    roster: Roster
    revision: int
    taken: Taken
    on: date | None = None  # the day on which somebody would act; none where nobody does

    @property
    def lie(self) -> routing.Lie:
        m = self.matter
        return routing.Lie(m.path, m.command, self.item, m.department, m.handler, self.ground, m.id.hex)

    @property
    def in_grid(self) -> bool | None:
        """Column 格内 of the item, 否 where the gate of admission makes it so."""
        return admission_gate.in_grid(self.model, self.item)


def scene_of(matter: Matter, at: datetime) -> Scene:
    """Read what surrounds a matter at this moment; the model is the one it was opened under. The roster is without
    whomever a wall keeps from this matter: nobody finds them to ask them, and none of their seats has a duty here."""
    revision = instance.revision()
    on = timezone.localdate(at)
    model = editions.of_version(matter.model)
    flow, item = model.flows[matter.flow], model.items[matter.item]
    ground, staff = places.tree(on, revision), roster(on, revision=revision)
    staff = walls.staff_without(staff, walls.of_matter(matter), model, ground)
    return Scene(
        matter, model, flow, item, ground, staff, revision, Taken(matter.id, none=not matter.moved), on
    )


def facts_of(scene: Scene) -> steps.Facts:
    """What the guards of the model look at."""
    matter = scene.matter
    return steps.Facts(
        step=matter.step,
        grade=matter.grade,
        in_grid=scene.in_grid,
        command=routing.level_at(scene.ground, matter.command),
        taken=scene.taken,
        evidence=scene.item.evidence,
        department=bool(matter.department),
        low=scene.item.low,
        drawn=sampling.drawn(matter.id.hex, scene.flow.sample),
    )


def seat_for(scene: Scene, move: Move, person: Person, given: Given) -> tuple[Seat | None, Reason | None]:
    """The seat from which this person may take the move, or the reason why none of them may.

    Of several reasons the one that comes nearest to a yes is told: a missing note before a missing duty.
    """
    if scene.matter.seen_by_staff and reporters.asked_by(scene.flow, move):
        return None, Reason("nobody_to_ask")
    facts, told = facts_of(scene), None
    is_handler = person.account == scene.matter.handler
    for seat in person.terms:
        if routing.shut(scene.model, seat.desk, scene.lie):
            told = told or Reason("not_admitted")
            continue
        duties = routing.duties_at(scene.model, seat.desk, scene.lie, scene.roster)
        shown = certificates_of(scene, move, seat)
        actor = ActorFacts(duties=duties, is_handler=is_handler, certificates=shown)
        reason = steps.why_not(scene.model, scene.flow, facts, move.id, actor, given)
        if reason is None:
            return seat, None
        if told is None or told.code == "no_duty":
            told = reason
    if told is None:
        told = steps.why_not(scene.model, scene.flow, facts, move.id, ActorFacts(), given)
    return None, told


def certificates_of(scene: Scene, move: Move, seat: Seat) -> frozenset[str]:
    """The certificates that were shown for a seat and are valid today; asked for only where the move wants one."""
    own = [f"certificate:{kind}" for duty in move.duty for kind in scene.model.duties[duty].certificate]
    return certificates_shown(scene, (*move.needs, *own), seat)


def certificates_shown(scene: Scene, gates: Iterable[str], seat: Seat) -> frozenset[str]:
    """The certificates that were shown for a seat and are valid today, where one of these gates is a certificate."""
    wanted = any(gate.startswith("certificate:") for gate in gates)
    return certificates.held(seat.term, scene.on) if wanted and scene.on else frozenset()


def placing_seat(scene: Scene, person: Person) -> Seat | None:
    """The seat from which this person may say where the matter lies; none where nobody of them may.

    If, and only if, the seat holds a duty of accepting (kind triage) on the matter, which is reported or
    accepted, or has no place and has not ended.
    """
    matter = scene.matter
    if matter.ended_at or (matter.phase not in EARLY and matter.located != "none"):
        return None
    for seat in person.terms:
        held = routing.duties_at(scene.model, seat.desk, scene.lie, scene.roster)
        if any(scene.model.duties[duty].kind == "triage" for duty in held):
            return seat
    return None


def reclassing_seat(scene: Scene, person: Person) -> Seat | None:
    """The seat from which this person may class a matter anew or take parts out of it; none where nobody of them may.

    If, and only if, the seat holds a duty of accepting (kind triage) on the matter, and it is not done yet.
    """
    if scene.matter.phase not in {*EARLY, "handling"}:
        return None
    for seat in person.terms:
        held = routing.duties_at(scene.model, seat.desk, scene.lie, scene.roster)
        if any(scene.model.duties[duty].kind == "triage" for duty in held):
            return seat
    return None


WALLING = frozenset(("triage", "supervise"))


def walling_seat(scene: Scene, person: Person) -> Seat | None:
    """The seat from which this person may say whom a matter is kept from, and take it back; none where nobody may.

    If, and only if, the seat holds a duty of accepting or supervising on the matter, or stands above where it lies.
    """
    for seat in person.terms:
        held = routing.duties_at(scene.model, seat.desk, scene.lie, scene.roster)
        above = seat.post != "department" and len(seat.path) < len(scene.matter.path)
        if (above and scene.matter.path.startswith(seat.path)) or any(
            scene.model.duties[duty].kind in WALLING for duty in held
        ):
            return seat
    return None


def needs_of(scene: Scene, move: Move) -> tuple[str, ...]:
    """Gates of a move for this matter: its own and the evidence that the item wants."""
    return steps.needs(scene.model, scene.flow, facts_of(scene), move)


def way_to_end(scene: Scene) -> list[str]:
    """The steps that would follow on the shortest way to a solved end by moves that can be taken here; none beyond a
    sample, for most of what is not drawn goes no further."""
    found = way(scene.flow, scene.matter.step, in_grid=scene.in_grid, low=scene.item.low)
    return found[: next((at for at, step in enumerate(found, 1) if draws(scene.flow, step)), None)]


def draws(flow: Flow, step: str) -> bool:
    """Whether what follows here hangs on a sample: whoever knew it beforehand would know what nobody looks at."""
    here = [move for move in flow.move.values() if step in move.from_]
    return any(move.when is not None and move.when.drawn is not None for move in here)


def way(flow: Flow, start: str, *, in_grid: bool | None, low: bool = False) -> list[str]:
    """The steps after `start` on the shortest way to a solved end. A low item goes by the way of the sample."""
    seen: dict[str, str] = {start: ""}
    queue = [start]
    while queue:
        step = queue.pop(0)
        if flow.steps[step].closing == "solved":
            return _back(seen, step)
        for move in flow.moves.values():
            to = move.leads(step)
            if step in move.from_ and to not in seen and _leads_on(flow, move, step, in_grid, low):
                seen[to] = step
                queue.append(to)
    return []


def likely_moves(
    model: Model, flow: Flow, step: str, *, in_grid: bool | None, low: bool = False
) -> list[Move]:
    """The moves of persons that take the next step of that way, in the model's order.

    A decision between two sides (裁定, 批准) has none: the page must not lean to one of them. Nor has a step that
    waits for somebody outside: what staff can do there goes ahead of that wait.
    """
    if deadlines.silence(flow, step):
        return []
    ahead = way(flow, step, in_grid=in_grid, low=low)[:1]
    return [
        move
        for move in routing.offered_from(flow, step)
        if [move.leads(step)] == ahead and not {model.duties[d].kind for d in move.duty} & DECISIONS
    ]


def _leads_on(flow: Flow, move: Move, step: str, in_grid: bool | None, low: bool) -> bool:
    if move.when is not None and not (move.when.in_grid in {None, in_grid} and move.when.low in {None, low}):
        return False
    return move.by_house or move in routing.offered_from(flow, step)


def _back(seen: dict[str, str], step: str) -> list[str]:
    way = []
    while seen[step]:
        way.append(step)
        step = seen[step]
    return way[::-1]
