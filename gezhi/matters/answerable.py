"""Who answers for a place: the posts of each unit above it that have a part in matters, and how they are reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from gezhi.matters import sentences
from gezhi.people.contacts import Contact, contacts_at
from gezhi.people.queries import Roster
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model, Post
from gezhi.words.surnames import surname_of

KINDS = ("handle", "triage", "assign", "supervise")
"""Kinds of duty of which a post must hold one to be named, the nearest to a resident first."""
MOST = 2  # posts of one unit


@dataclass(frozen=True, slots=True)
class Answerable:
    """A post at a unit. `names` are those who sit there today, of the grid's own posts alone: by surname and post, as one
    calls them in the street, in full only where the home says that full names are published (docs/decisions/0066). Whoever
    is higher up is reached by the office. `vacant`: nobody sits there."""

    unit: str
    post: str
    names: tuple[str, ...]
    vacant: bool
    contact: Contact | None

    @property
    def sits(self) -> str:
        """Who sits there, as a list in words."""
        return _("、").join(self.names)

    @property
    def names_say_post(self) -> bool:
        """Whether who sits there is said with the post (林网格员): it is not said twice."""
        return bool(self.names) and all(self.post in name for name in self.names)


def answerable(path: str, model: Model, ground: Tree, roster: Roster) -> list[Answerable]:
    """From the grid up to the whole ground: the posts that act on what happens here."""
    units = ground.down_to(path)[::-1]
    contacts = contacts_at([unit.identity for unit in units])
    return [
        Answerable(
            unit.name,
            sentences.label(post),
            _names(unit, post, roster),
            not roster.holders(post.id, unit.path),
            contacts.get((unit.identity, post.id)),
        )
        for unit in units
        for post in posts_of(unit, model)
    ]


def office(model: Model, ground: Tree) -> Contact | None:
    """The office that answers for the whole ground, as it is reached; none where no telephone of it was published."""
    if ground.root is None:
        return None
    found = contacts_at([ground.root.identity])
    named = (found.get((ground.root.identity, post.id)) for post in posts_of(ground.root, model))
    return next((contact for contact in named if contact), None)


def posts_of(unit: TreeUnit, model: Model) -> list[Post]:
    """At most two posts of a unit's level, by what they do."""
    ranked = [
        (rank, post)
        for post in model.posts.values()
        if unit.level in post.levels
        for rank in _ranks(post, model)
    ]
    found = {post.id: post for _rank, post in sorted(ranked, key=lambda pair: pair[0])}
    return list(found.values())[:MOST]


def _ranks(post: Post, model: Model) -> Iterator[int]:
    """Where its kinds of duty stand in `KINDS`; none for a post that has no part in matters."""
    if post.administers or post.sees != "ground":
        return
    for duty in model.duties.values():
        if duty.kind in KINDS and post.id in duty.held_by:
            yield KINDS.index(duty.kind)


def _names(unit: TreeUnit, post: Post, roster: Roster) -> tuple[str, ...]:
    if not unit.leaf:
        return ()
    names = [one.name for one in roster.holders(post.id, unit.path)]
    if settings.HOME.full_names:
        return tuple(names)
    called = (called_in_public(name, sentences.label(post)) for name in names)
    return tuple(dict.fromkeys(word for word in called if word))


def called_in_public(name: str, post: str) -> str:
    """Somebody by surname and post: 林网格员. Empty where the name has no surname in front: then the post stands alone."""
    surname = surname_of(name)
    return _("{surname}{post}").format(surname=surname, post=post) if surname else ""
