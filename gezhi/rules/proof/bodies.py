"""Who may act: the posts and departments that a who-word names for a matter that lies on one way of levels.

Two axioms, both kept when people are appointed: (A1) one person holds two posts only where the pair stands in `also`
or `must_be`, or the post is `of_department` and the other is that department's seat; nobody sits in two departments;
(A2) a post that is `never_vacant` has its least number of holders at all times. Everything else may be vacant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gezhi.rules import who
from gezhi.rules.model import Duty, Model, Post
from gezhi.rules.steps import APART

NONE = ""
OTHER = "*"
"""Every department that no `held_by` names: one body, because nothing tells them apart."""


class Body(NamedTuple):
    """A post at a level of the way (0 is the root), at the matter's own unit or another one's; or a department.

    `issuer` marks a post that may have given the order: whoever did is one of them, nobody knows which. `higher` marks
    one that is asked only while the same post nearer to the matter is vacant.
    """

    post: str
    level: int
    department: str = NONE
    elsewhere: bool = False
    issuer: bool = False
    higher: bool = False


HANDLER = Body("@handler", 0)
"""Whoever handled last, as a holder of a duty."""


class Around(NamedTuple):
    """What who-words look at: ground and commanding level by index, who meets over the grade of the flow's own scheme,
    and the departments by their bodies.
    """

    ground: int
    command: int
    meets: tuple[str, ...]
    now: str
    item: str
    called: str
    handled: bool = False


Conflicts = frozenset[str]
"""A handler as verification sees him: the posts and department seats that the same person may hold."""


@dataclass
class Staff:
    """The posts of a model seen from one way of levels (root first). `issuers` may have given the order."""

    model: Model
    way: tuple[str, ...]
    issuers: tuple[Body, ...] = ()

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """Bodies that stand for the model's departments: each one that a duty names, and one for all the others."""
        return department_bodies(self.model)

    def body_of(self, department: str) -> str:
        """The body that stands for a department."""
        return department if department in self.departments else OTHER

    def holders(self, duty: Duty, around: Around) -> list[Body]:
        """Every body that may act under this duty, by its words in order."""
        found: dict[Body, None] = {}
        for word in duty.held_by:
            found |= dict.fromkeys(self.named(word, around))
        return list(found)

    def named(self, word: str, around: Around) -> list[Body]:
        """The bodies of one word; none where nobody stands."""
        one = who.parse(word)
        if one.kind == "post":
            return self._posts(one, around)
        if one.kind == "department":
            return [Body(NONE, 0, body) for body in self._departments(one.id, around)]
        if one.kind == "issuer":
            return [body for body in self.issuers if body.level <= around.ground]
        if one.kind == "handler":
            return [HANDLER] if around.handled else []
        if one.kind == "grade":
            return [body for said in around.meets if said != word for body in self.named(said, around)]
        return []

    def _posts(self, one: who.Who, around: Around) -> list[Body]:
        post = self.model.posts[one.id]
        if one.where == "other":
            levels = [i for i in range(around.ground, 0, -1) if self.way[i] in post.levels]
            return [Body(post.id, i, elsewhere=True) for i in levels[:1] if self._has_a_neighbour(i)]
        if one.where in ("near", "ground", "command"):
            top = around.command if one.where == "command" else around.ground
            levels = [i for i in range(top, -1, -1) if self.way[i] in post.levels]
            return [Body(post.id, i, higher=i != levels[0]) for i in levels]
        here = self.way.index(one.where) if one.where in self.way else len(self.way)
        fits = here <= around.ground and one.where in post.levels
        return [Body(post.id, here)] if fits else []

    def _has_a_neighbour(self, level: int) -> bool:
        return self.model.levels[self.way[level]].count != 1

    def _departments(self, word: str, around: Around) -> list[str]:
        if not self.departments:
            return []
        found = {"now": around.now, "item": around.item, "called": around.called}.get(word, word)
        return [self.body_of(found)] if found else []

    def least(self, body: Body) -> int:
        """The least number of holders where the post is filled."""
        post = self.model.posts.get(body.post)
        return least_at(post, self.way[body.level]) if post else 1

    def never_vacant(self, body: Body) -> bool:
        """Whether somebody is there, whoever else is not. A department is a desk that exists."""
        if body.department:
            return True
        post = self.model.posts.get(body.post)
        return post is not None and post.never_vacant and not (body.elsewhere or body.issuer or body.higher)

    def another(self, body: Body, handler: Conflicts) -> bool:
        """Whether among its holders somebody surely is not the person who handled."""
        if body == HANDLER:
            return False
        if body.issuer:
            return not any(one.post in handler for one in self.issuers)
        seat = seat_word(body.department) if body.department else body.post
        return seat not in handler or (not body.department and self.least(body) > 1)


def least_at(post: Post, level: str) -> int:
    """Least number of holders of a post at a level: what `[staffing]` says, else 1."""
    return max(post.least.get(level, 1), 1)


def seat_word(department: str) -> str:
    return f"department:{department}"


def department_bodies(model: Model) -> tuple[str, ...]:
    """The departments that some duty names, and `OTHER` where there are more."""
    named = {
        one.id
        for duty in model.duties.values()
        for one in map(who.parse, duty.held_by)
        if one.kind == "department" and one.id not in who.DEPARTMENTS
    }
    rest = () if len(named) == len(model.departments) else (OTHER,)
    return (*(d for d in model.departments if d in named), *rest)


def kept_apart(duty: Duty) -> bool:
    """Whether whoever handled may not act under this duty."""
    return duty.kind in APART or "handle" in duty.apart_from


def may_hold_both(one: Post, other: Post) -> bool:
    """Whether one person may hold the two posts (the same post at two units included)."""
    beside = one.id in (*other.also, *other.must_be) or other.id in (*one.also, *one.must_be)
    return one.id == other.id or beside


class Handlers:
    """Handlers told apart only where a duty that is kept apart could meet the same person again."""

    def __init__(self, model: Model) -> None:
        self.model = model
        words = [who.parse(w) for d in model.duties.values() if kept_apart(d) for w in _spelled(model, d)]
        self._posts = {one.id for one in words if one.kind == "post"}
        self._posts |= {one.id for one in _issuing(model) if any(w.kind == "issuer" for w in words)}
        self._departments = any(one.kind == "department" for one in words)
        self._known: dict[tuple[str, str], Conflicts] = {}

    def of(self, body: Body) -> Conflicts:
        """What the same person may hold, as far as it matters."""
        key = (body.post, body.department)
        if key not in self._known:
            self._known[key] = frozenset(self._conflicts(body))
        return self._known[key]

    def _conflicts(self, body: Body) -> Iterable[str]:
        posts: Mapping[str, Post] = self.model.posts
        if body.department:
            yield from (p for p in self._posts if posts[p].of_department)
            if self._departments:
                yield seat_word(body.department)
            return
        own = posts[body.post]
        yield from (p for p in self._posts if may_hold_both(own, posts[p]))
        if own.of_department and self._departments:
            yield from (seat_word(d) for d in department_bodies(self.model))


def _spelled(model: Model, duty: Duty) -> list[str]:
    """The duty's words, with those of the grades in place of `grade.meets`."""
    grades = [grade for scheme in model.grades.values() for grade in scheme.grade.values()]
    meets = [word for grade in grades for word in grade.meets]
    return [w for word in duty.held_by for w in (meets if word == "grade.meets" else [word])]


def _issuing(model: Model) -> list[who.Who]:
    """Words of those who may open an order."""
    opening = [m for f in model.flows.values() for m in f.move.values() if m.opens]
    words = [w for m in opening for d in m.duty for w in _spelled(model, model.duties[d])]
    return [one for one in map(who.parse, words) if one.kind == "post"]
