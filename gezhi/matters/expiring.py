"""Certificates that end soon, told to whoever heads the holder's work: never to others, never as a list of people.

The head is the first desk, at or above the holder's unit, that holds a duty of approving or supervising there, is not
the holder's own, and has somebody sitting at it.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils import timezone

from gezhi.ledger import clock, instance
from gezhi.matters import editions, routing
from gezhi.people import certificates
from gezhi.people.certificates import Ending
from gezhi.people.queries import Person, Roster, desk_word, roster
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

HEADING = ("approve", "supervise")


class Told(NamedTuple):
    """One certificate that ends, and where its holder sits, as a path of today."""

    ending: Ending
    path: str


def told(person: Person) -> tuple[Told, ...]:
    """What this person is told today, what ends first before the rest. No statement where no post asks for one."""
    pulse = instance.pulse()
    on, revision = timezone.localdate(clock.ahead(pulse.clock_ahead)), pulse.revision
    model = editions.current(on, revision)
    if not person.terms or not any(post.certificate for post in model.posts.values()):
        return ()
    ground, staff = places.tree(on, revision), roster(on, revision=revision)
    own, found = set(person.desks), []
    for one in certificates.ending(on):
        unit = ground.by_identity.get(one.unit)
        if unit is not None and head_of(desk_word(one.post, "", unit.path), model, ground, staff) in own:
            found.append(Told(one, unit.path))
    return tuple(found)


def head_of(desk: str, model: Model, ground: Tree, staff: Roster) -> str:
    """The desk of whoever heads the one at this desk; empty where nobody does."""
    path = desk.partition("@")[2]
    item = next(iter(model.items.values()), None)
    if item is None:
        return ""
    lie = routing.Lie(path, path, item, "", None, ground)
    words = [
        word
        for kind in HEADING
        for duty in model.duties.values()
        if duty.kind == kind
        for word in duty.held_by
    ]
    desks = (routing.desk_of(word, lie, staff) for word in words)
    return next((one for one in desks if one and one != desk and staff.at_desk(one)), "")
