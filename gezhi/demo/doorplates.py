"""What 柳溪 tells its residents: a plate on every building, and the telephone of every office. Numbers are invented."""

from __future__ import annotations

from datetime import date, datetime

from gezhi.ledger.actor import HOUSE
from gezhi.matters import answerable
from gezhi.people.contacts import Contact, set_contact
from gezhi.people.queries import roster
from gezhi.places import queries as places
from gezhi.places.services import plating
from gezhi.rules.model import Model

DAYTIME, ALWAYS = "工作日 8:30–17:30", "24 小时"


def publish(model: Model, *, on: date, at: datetime) -> None:
    """Plates for all buildings, and a telephone for each office above the grids and for the posts of each grid."""
    ground, staff = places.tree(on), roster(on)
    if ground.root is None:
        return
    plating.issue(ground.root.path, by=HOUSE, at=at, on=on)
    done: set[tuple[str, str]] = set()
    for leaf in (unit for unit in ground.by_path.values() if unit.leaf):
        for unit, post in answerable.posts_above(leaf.path, model, ground):
            if (unit.path, post) in done or not staff.holders(post, unit.path):
                continue
            done.add((unit.path, post))
            hours = DAYTIME if unit.path != ground.root.path else ALWAYS
            contact = Contact(unit.identity, post, f"0000-620-{len(done):04d}", hours)
            set_contact(contact, by=HOUSE, at=at)
