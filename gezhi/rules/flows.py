"""What goes on: steps, moves and promises of a flow, acts beside it, ways in, and who is told."""

# ruff: noqa: RUF009  (key() makes a dataclass field)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gezhi.rules import keys
from gezhi.rules.keys import key, mapping, tables, text

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step has no behaviour of its own but its phase. `public` is what the reporter reads."""

    id: str
    name: str = text()
    english: str = text("")
    phase: str = key("choice", words=keys.PHASES)
    closing: str = key("choice", default="", words=keys.CLOSINGS)
    result: str = key("choice", default="", words=keys.RESULTS)
    waits_for: str = key("id", default="", ref="flow")
    join: str = key("choice", default="all", words=("all", "any"))
    idle_because: str = text("")
    public: str = text("")
    public_english: str = text("")

    @property
    def ends(self) -> bool:
        """True if, and only if, nothing comes after it."""
        return self.phase == "ended"

    @property
    def settled(self) -> bool:
        """True if, and only if, it is an end at which what was wanted is done."""
        return self.ends and (self.closing in keys.SETTLED or self.result == "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The guard of a move: every word that is written must hold.

    `low` asks whether the item is verified by sample only; `drawn` whether the sample that was drawn when the matter
    came to this step holds it; `department` whether a department has the matter.
    """

    grade: Words = key("ids", default=(), ref="grade")
    in_grid: bool | None = key("bool", default=None)
    level: Words = key("ids", default=(), ref="level")
    orders: str = key("choice", default="", words=keys.RESULTS)
    low: bool | None = key("bool", default=None)
    drawn: bool | None = key("bool", default=None)
    department: bool | None = key("bool", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What may be done. With neither `duty` nor `who` the house takes it itself, at once. `to` "same" stays.

    `reasons`: id = name; whoever takes the move chooses one, and it is counted by.
    """

    id: str
    name: str = text()
    english: str = text("")
    from_: Words = key("ids", default=(), ref="step")
    to: str = key("id", default="same", ref="step")
    duty: Words = key("ids", default=(), ref="duty")
    who: Words = key("choices", default=(), words=keys.OUTSIDE)
    when: When | None = key("table", default=None, of=When)
    needs: Words = key("gates", default=())
    at_most: int = key("int", default=0)
    raises: bool = key("bool", default=False)
    opens: str = key("id", default="", ref="flow")
    calls: str = key("choice", default="", words=("item", "chosen", "several"))
    marks: str = key("id", default="")
    tells: bool = key("bool", default=False)
    reasons: Mapping[str, str] = mapping("texts")
    reasons_english: Mapping[str, str] = mapping("texts", label=True)

    @property
    def by_house(self) -> bool:
        """True if, and only if, no person takes it."""
        return not self.duty and not self.who

    def leads(self, step: str) -> str:
        """The step in which a matter is after this move was taken in `step`."""
        return step if self.to == "same" else self.to


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend:
    """Who may lengthen a promise, by how much, how often."""

    duty: str = key("id", ref="duty")
    most: str = key("length")
    times: int = key("int", default=1)
    told: bool = key("bool", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What happens when a promise is broken."""

    do: str = key("choice", words=keys.CONSEQUENCES)
    who: Words = key("who", default=())
    move: str = key("id", default="", ref="move")
    again: bool = key("bool", default=False)
    telling: str = key("id", default="", ref="telling")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRule:
    """A deadline of a flow.

    `length` is one length, a table by grade, "item" (column 时限) or "source" (the due moment that came
    with the record). `starts met void` listen to steps, `move:X`, `told:X`; `void` also to `unsolved_ends`.
    `most_by_law` is the longest that `law` allows where `jurisdiction` (one of the model's) rules; `stops_by_law` says
    which article lets it stand still meanwhile.
    """

    id: str
    name: str = text()
    english: str = text("")
    length: str | Mapping[str, str] = key("term")
    starts: Words = key("heard", some=True)
    met: Words = key("heard", some=True)
    void: Words = key("heard", default=())
    pauses: Words = key("ids", default=(), ref="step")
    again: str = key("choice", default="keep", words=("keep", "restart"))
    warn: str = key("percent", default="80%")
    owed_by: Words = key("ids", default=(), ref="duty")
    extend: Extend | None = key("table", default=None, of=Extend)
    missed: tuple[Consequence, ...] = key("list", of=Consequence)
    basis: str = text("示例")
    most_by_law: str = key("length", default="")
    law: str = text("")
    stops_by_law: str = text("")
    jurisdiction: str = text("")
    editable: bool = key("bool", default=False)
    roll: bool = key("bool", default=False)

    @property
    def warn_percent(self) -> int:
        """Share of the length after which the owner is warned; 0 = never."""
        return int(self.warn.rstrip("%") or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Steps, moves and promises of one kind of thing. `sample` is the share of low items drawn to be verified."""

    id: str
    name: str = text()
    english: str = text("")
    subject: str = key("choice", words=keys.SUBJECTS)
    first: str = key("id", ref="step")
    grades: str = key("id", default="", ref="grades")
    step: Mapping[str, Step] = tables(Step, required=True)
    move: Mapping[str, Move] = tables(Move, required=True)
    promise: Mapping[str, PromiseRule] = tables(PromiseRule)
    reopen: str = key("natural", default="")
    form: str = text("")
    number: str = key("number", default="", label=True)
    sample: str = key("percent", default="10%")
    module: str = key("choice", default="", words=keys.MODULES)

    @property
    def steps(self) -> Mapping[str, Step]:
        return self.step

    @property
    def moves(self) -> Mapping[str, Move]:
        return self.move

    @property
    def promises(self) -> Mapping[str, PromiseRule]:
        return self.promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """An act beside the flow: it changes no step. `refers` are posts that see the matter from then until it ends.

    `joint` "asks": other departments are asked to help, and see the matter; "helps": they say what they did, by the
    duties that the handling department holds. Whoever has the matter goes on having it, alone.
    """

    id: str
    name: str = text()
    english: str = text("")
    duty: Words = key("ids", ref="duty", some=True)
    needs: Words = key("gates", default=())
    phases: Words = key("choices", default=(), words=keys.PHASES)
    refers: Words = key("ids", default=(), ref="post")
    joint: str = key("choice", default="", words=("asks", "helps"))

    @property
    def urges(self) -> bool:
        """True if, and only if, it brings nobody in and reports nothing: it asks whoever has the matter to get on."""
        return not self.refers and not self.joint


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way in, out or both."""

    id: str
    name: str = text()
    english: str = text("")
    flow: str = key("id", default="main", ref="flow")
    way: str = key("choice", default="in", words=("in", "out", "both"))
    reporter: str = key("choice", default="sealed", words=("sealed", "anonymous", "none", "staff"))
    receipt: bool = key("bool", default=False)
    answer: Words = key("choices", default=(), words=keys.DOORS)
    exchange: str = key("choice", default="hand", words=("hand", "api", "file"))
    warns_names: bool = key("bool", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What happened → who is told, by which door, in which words."""

    id: str
    name: str = text()
    english: str = text("")
    on: Words = key("events", some=True)
    to: Words = key("told", some=True)
    doors: Words = key("choices", words=keys.DOORS, some=True)
    text: str = key("template", label=True)
    every: str = key("natural", default="")
    times: int = key("int", default=1)
