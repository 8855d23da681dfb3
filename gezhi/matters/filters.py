"""Kept filters: which of them a person finds, and with whom one can be shared."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from gezhi.matters.models import SavedFilter
from gezhi.people.directory import TermLine
from gezhi.people.queries import Person, Seat
from gezhi.places.paths import ancestors
from gezhi.places.tree import Tree

SHOWN = 40


@dataclass(frozen=True, slots=True)
class KeptFilter:
    """A filter as somebody finds it: `mine` may be changed, another's only be used."""

    id: UUID
    name: str
    asked: str
    shared_with: str
    account: UUID
    mine: bool


def kept_for(person: Person, ground: Tree) -> list[KeptFilter]:
    """One's own filters, then those shared with a desk, a department or a unit of one's own. One statement."""
    hears = Q(account=person.account) | Q(shared_with__in=list(words_of(person, ground)))
    rows = SavedFilter.objects.filter(hears).order_by("name", "id")[: SHOWN * 2]
    found = [
        KeptFilter(one.id, one.name, one.asked, one.shared_with, one.account, one.account == person.account)
        for one in rows
    ]
    return sorted(found, key=lambda one: not one.mine)[:SHOWN]


def shareable(person: Person, ground: Tree) -> dict[str, tuple[str, str]]:
    """With whom somebody may share: each word with what it names, ("desk", desk) or ("unit", path)."""
    found: dict[str, tuple[str, str]] = {}
    for seat in person.terms:
        found[desk_key(seat)] = ("desk", seat.desk)
    for seat in person.terms:
        if not seat.department and seat.path in ground.by_path:
            found[f"@{seat.unit.hex}"] = ("unit", seat.path)
    return found


def words_of(person: Person, ground: Tree) -> dict[str, None]:
    """The words under which a person hears of shared filters: their desks, and the units in which they sit."""
    found = dict.fromkeys(desk_key(seat) for seat in person.terms)
    for seat in person.terms:
        for path in ancestors(seat.path):
            if (unit := ground.by_path.get(path)) is not None:
                found[f"@{unit.identity.hex}"] = None
    return found


def desk_key(seat: Seat) -> str:
    """The word under which a desk keeps things: by the identity of its unit, whatever its path becomes."""
    return f"department:{seat.department}" if seat.department else f"{seat.post}@{seat.unit.hex}"


def words_of_term(term: TermLine) -> tuple[str, ...]:
    """The words under which something is shared by a term: its desk, and the unit at which it sits."""
    if term.department:
        return (f"department:{term.department}",)
    return f"{term.post}@{term.unit.hex}", f"@{term.unit.hex}"


def shared_by(account: UUID) -> list[KeptFilter]:
    """The filters somebody shares, for whoever hands their work over."""
    rows = SavedFilter.objects.filter(account=account).exclude(shared_with="").order_by("name")
    return [KeptFilter(one.id, one.name, one.asked, one.shared_with, account, mine=True) for one in rows]
