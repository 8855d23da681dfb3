"""The ground and who stands on it: levels, overlays, posts, departments, duties, grades, staffing."""

# ruff: noqa: RUF009  (key() makes a dataclass field)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gezhi.rules import keys
from gezhi.rules.keys import key, mapping, tables, text

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of the tree of units. `unders` are the levels its units may hang from; none for the root.

    Where units of one level hang from different levels in different places, there are several chains.
    """

    id: str
    name: str = text()
    english: str = text("")
    under_: Words = key("one_or_more", default=(), ref="level")
    count: int = key("int", default=0)
    serial: str = key("serial", default="", label=True)
    households: tuple[int, ...] = key("range", default=())
    kinds: Words = key("words", default=())
    basis: Words = key("words", default=())
    holds_matters: bool = key("bool", default=True)
    may_skip: bool = key("bool", default=False)

    @property
    def under(self) -> str:
        """The level above, the first of those written; empty for the root."""
        return self.under_[0] if self.under_ else ""

    @property
    def unders(self) -> Words:
        """Every level from which its units may hang."""
        return self.under_


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A further net over the same ground."""

    id: str
    name: str = text()
    english: str = text("")
    inside: str = key("id", ref="level")
    count: int = key("int", default=0)
    equals: str = key("id", default="", ref="level")
    kind: str = key("choice", default="other", words=("party", "police", "enterprise", "legacy", "other"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post and the levels at which it sits.

    `min` is the least number of holders per unit, `least` the same by level; both come from `[staffing]` and from
    nowhere else (1 where it is silent). `administers` names an office of the instance itself, which takes no part
    in matters.
    """

    id: str
    name: str = text()
    english: str = text("")
    levels: Words = key("ids", ref="level", some=True)
    most: int = key("int", default=0)
    never_vacant: bool = key("bool", default=False)
    also: Words = key("ids", default=(), ref="post")
    must_be: Words = key("ids", default=(), ref="post")
    certificate: Words = key("words", default=())
    full_time: str = key("choice", default="any", words=("full", "part", "professional", "volunteer", "any"))
    of_department: bool = key("bool", default=False)
    sees: str = key("choice", default="ground", words=("ground", "referred", "figures", "none"))
    sources: Words = key("words", default=())
    term: str = key("natural", default="")
    published: int = key("int", default=0)
    administers: str = key("choice", default="", words=keys.OFFICES)
    min: int = 1
    least: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A line department; `level` is where its desk sits."""

    id: str
    name: str = text()
    english: str = text("")
    level: str = key("id", ref="level")
    aka: Words = key("words", default=(), label=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty. The house reads meaning only from `kind`; `held_by` are who-words, the nearest first."""

    id: str
    name: str = text()
    english: str = text("")
    kind: str = key("choice", words=keys.DUTY_KINDS)
    held_by: Words = key("who", default=())
    apart_from: Words = key("choices", default=(), words=("handle",))
    certificate: Words = key("words", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade; `order` 1 is the gravest. `lengths` overrides promises: promise id = length."""

    id: str
    name: str = text()
    english: str = text("")
    order: int = key("int")
    says: str = text("未说明")
    commands: str = key("id", default="", ref="level")
    meets: Words = key("who", default=())
    tells: Words = key("who", default=())
    lengths: Mapping[str, str] = mapping("lengths", ref="promise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """A scheme of grades."""

    id: str
    name: str = text()
    english: str = text("")
    grade: Mapping[str, Grade] = tables(Grade, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Least numbers of holders per unit of a level, and how a net lies over it: overlay = one per unit, or shared."""

    id: str
    name: str = text()
    english: str = text("")
    level: str = key("id", ref="level")
    least: Mapping[str, int] = mapping("numbers", ref="post")
    ratio: Mapping[str, str] = mapping("ratios", ref="overlay", words=("one", "shared"))
