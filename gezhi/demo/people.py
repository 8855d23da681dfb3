"""The invented people of the district: for each post of the model somebody at each of its units.

A post that demands another one (a grid head must be a cadre) is given to holders of that one in the unit above,
so one of them heads two or three grids. Posts that see nothing have one holder each, as an example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password

from gezhi.demo import names
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.people.models import Account
from gezhi.people.queries import DEPARTMENT
from gezhi.people.services import Appointment, Newcomer, appoint_many, make_accounts
from gezhi.people.services.fitting import Where
from gezhi.places.services import UnitRow
from gezhi.rules.model import Model, Post

PASSWORD = "liuxi-shili-2026"  # noqa: S105  # printed by the demo; opens nothing but invented people
_GRIDS_A_HEAD = 2
_LARGE_DESKS = 5  # departments with two people


@dataclass
class Staffer:
    """Somebody with the seats they hold: (post, key of the unit, department)."""

    sign_in: str
    name: str
    seats: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One way into the demo: who, as what, where."""

    sign_in: str
    name: str
    post: str
    unit: str
    english: str = ""  # of the post


def staff(model: Model, units: Sequence[UnitRow]) -> list[Staffer]:
    """Everybody, in a fixed order. The first of each post signs in with the word of the post."""
    made: list[Staffer] = []
    demanded = {word for post in model.posts.values() for word in post.must_be}
    for post in model.posts.values():
        if post.must_be:
            _seat_dependents(made, post, units)
        else:
            _seat(made, post, units, demanded)
    for number, department in enumerate(model.departments.values()):
        unit = next(unit.key for unit in units if unit.level == department.level)
        for n in range(2 if number < _LARGE_DESKS else 1):
            one = _new(made, department.id if n == 0 else f"{department.id}.{n + 1}")
            one.seats.append((DEPARTMENT, unit, department.id))
    return made


def employ(
    everybody: Sequence[Staffer],
    units: Sequence[UnitRow],
    identities: Mapping[str, UUID],
    model: Model,
    *,
    from_on: date,
    at: datetime,
) -> None:
    """Make the accounts and seat them, through the same services as anybody; one password for all."""
    newcomers = [Newcomer(new_id(), one.sign_in, one.name) for one in everybody]
    wanted = [
        Appointment(account=new.id, post=post, unit=identities[unit], from_on=from_on, department=department)
        for one, new in zip(everybody, newcomers, strict=True)
        for post, unit, department in one.seats
    ]
    ground = {identities[unit.key]: Where(unit.level, unit.name) for unit in units}
    make_accounts(newcomers, by=HOUSE, at=at)
    appoint_many(wanted, model, ground, by=HOUSE, at=at)
    Account.objects.update(password=make_password(PASSWORD))


def sign_ins(model: Model, everybody: Sequence[Staffer], units: Sequence[UnitRow]) -> list[SignIn]:
    """One person for each post, and the first departments."""
    places = {unit.key: unit.name for unit in units}
    found = []
    for one in everybody:
        unit = next((unit for post, unit, _d in one.seats if post == one.sign_in), "")
        if unit:
            post = model.posts[one.sign_in]
            found.append(SignIn(one.sign_in, one.name, post.name, places[unit], post.english))
        elif one.sign_in in model.departments and len(found) < len(model.posts) + _LARGE_DESKS:
            office = model.departments[one.sign_in]
            found.append(SignIn(one.sign_in, one.name, office.name, places["q"], office.english))
    return found


def _seat(made: list[Staffer], post: Post, units: Sequence[UnitRow], demanded: set[str]) -> None:
    """Holders of a post that anybody may hold, unit by unit."""
    here = [unit for unit in units if unit.level in post.levels]
    for place, unit in enumerate(here[:1] if post.sees == "none" else here):
        children = sum(other.parent == unit.key for other in units)
        count = -(-children // _GRIDS_A_HEAD) if post.id in demanded else max(post.min, 1)
        if post.never_vacant:
            count += 1
        for n in range(count):
            word = f"{post.id}.{unit.key}" if n == 0 else f"{post.id}.{unit.key}.{n + 1}"
            one = _new(made, post.id if place == 0 and n == 0 else word)
            one.seats.append((post.id, unit.key, ""))


def _seat_dependents(made: list[Staffer], post: Post, units: Sequence[UnitRow]) -> None:
    """Holders of a post that demands another: those who hold it in the unit above, by turns."""
    turns: dict[str, int] = {}
    first = True
    for unit in units:
        if unit.level not in post.levels:
            continue
        able = [
            one for one in made if any(p in post.must_be and key == unit.parent for p, key, _d in one.seats)
        ]
        turn = turns[unit.parent] = turns.get(unit.parent, 0) + 1
        one = able[turn % len(able)]
        one.seats.append((post.id, unit.key, ""))
        if first and one.sign_in != post.must_be[0]:
            one.sign_in, first = post.id, False


def _new(made: list[Staffer], sign_in: str) -> Staffer:
    one = Staffer(sign_in, names.person(len(made)))
    made.append(one)
    return one
