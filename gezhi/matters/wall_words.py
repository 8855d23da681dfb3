"""Walls in words: whom they name, for whoever may see the matter; and whom a person may name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.ledger import instance
from gezhi.matters import access, editions, sentences
from gezhi.matters.models import Matter, Wall
from gezhi.matters.walls import ABOUT, person_word, unit_word
from gezhi.people.queries import Person, Roster, names_of, roster
from gezhi.places import history
from gezhi.places import queries as places
from gezhi.places.paths import ancestors
from gezhi.places.tree import Tree
from gezhi.rules.model import Model


@dataclass(frozen=True, slots=True)
class WallShown:
    """One wall: whom it names and since when; `about`: the matter complains of them; `stands`: not taken back."""

    id: UUID
    name: str
    about: bool
    since: datetime
    stands: bool
    spares: bool


def of_matter(matter: Matter, model: Model) -> tuple[WallShown, ...]:
    """The walls of a matter, those taken back too, oldest first. Two statements, none where it never had one."""
    if not matter.walled:
        return ()
    rows = list(Wall.objects.filter(matter=matter.id).order_by("since", "id"))
    accounts = [UUID(row.blocked[7:]) for row in rows if row.blocked.startswith("person:")]
    names = names_of(accounts)
    return tuple(
        WallShown(
            row.id,
            _named(row.blocked, model, names),
            row.why == "about",
            row.since,
            row.lifted_at is None,
            bool(row.spares),
        )
        for row in rows
    )


def stands(matter: Matter) -> bool:
    """Whether anybody is kept from a matter now. No statement for one that never had a wall."""
    return bool(matter.walled) and Wall.objects.filter(matter=matter.id, lifted_at=None).exists()


def names_of_about(matter: Matter, model: Model) -> tuple[str, ...]:
    """Every name of those of whom a matter complains now: departments by both names of the model, units, persons."""
    if not matter.walled:
        return ()
    words = list(
        Wall.objects.filter(matter=matter.id, lifted_at=None, why=ABOUT).values_list("blocked", flat=True)
    )
    names = names_of(UUID(word[7:]) for word in words if word.startswith("person:"))
    found = [_named(word, model, names) for word in words]
    for word in words:
        department = model.departments.get(word.removeprefix("department:"))
        if department is not None:
            found += [department.name, department.english]
    return tuple(dict.fromkeys(name for name in found if name))


def _named(word: str, model: Model, names: Mapping[UUID, str]) -> str:
    kind, _colon, id = word.partition(":")
    if kind == "person":
        return names.get(UUID(id), "")
    if kind == "department":
        return sentences.label(model.departments[id]) if id in model.departments else id
    name = history.name_ever_at(id) or id
    return _("{unit}以下各级").format(unit=name) if kind == "below" else name


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody of whom a matter may complain: the word of a wall, and what they are called."""

    word: str
    name: str
    hint: str = ""


def parties(person: Person, model: Model, ground: Tree, staff: Roster) -> tuple[Party, ...]:
    """Whom this person may name: the departments, the units they see and those above their own, and everybody with a
    post there. In this order: units from the root down, departments, people by their first desk."""
    seen = [reach.path for reach in access.reaches(person, model) if reach.path]
    above = {path for seat in person.terms for path in ancestors(seat.path)}
    units = [u for path, u in ground.by_path.items() if path in above or _within(path, seen)]
    paths = {unit.path for unit in units}
    found = [
        Party(unit_word(u.path), u.name, " / ".join(ground.names(u.path)[1:-1]))
        for u in sorted(units, key=lambda u: (len(u.path), u.path))
    ]
    found += [Party(f"department:{d.id}", sentences.label(d)) for d in model.departments.values()]
    return (*found, *_people(staff, paths, model, ground))


MOST = 20
"""How many are shown of those who bear a name."""


def for_seat(person: Person, at: datetime) -> tuple[Party, ...]:
    """Whom this person may name on the day of this moment."""
    on, revision = timezone.localdate(at), instance.revision()
    model, ground = editions.current(on, revision), places.tree(on, revision)
    return parties(person, model, ground, roster(on, revision=revision))


def sought(person: Person, said: str, *, at: datetime) -> tuple[list[Party], bool]:
    """Those among them whose name has `said` in it, who begin with it first; and whether there are more than `MOST`."""
    wanted = plain(said)
    found = [one for one in for_seat(person, at) if wanted and wanted in plain(one.name)]
    found.sort(key=lambda one: not plain(one.name).startswith(wanted))
    return found[:MOST], len(found) > MOST


def may_name(person: Person, words: Iterable[str], *, at: datetime) -> bool:
    """Whether this person may name all of these."""
    return set(words) <= {one.word for one in for_seat(person, at)}


def plain(name: str) -> str:
    """A name as it is looked for: width, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _within(path: str, seen: Iterable[str]) -> bool:
    return any(path.startswith(one) for one in seen)


def _people(staff: Roster, paths: set[str], model: Model, ground: Tree) -> tuple[Party, ...]:
    found = []
    for one in staff.people.values():
        seat = next((seat for seat in one.terms if seat.path in paths), None)
        if seat is not None:
            found.append(
                (seat.path, Party(person_word(one.account), one.name, post_words(seat.desk, model, ground)))
            )
    return tuple(party for _path, party in sorted(found, key=lambda pair: (pair[0], pair[1].name)))


def post_words(desk: str, model: Model, ground: Tree) -> str:
    """A desk as people say it: 网格员 · 柳荫 03 格; the post alone at a unit that is no longer there."""
    if desk.startswith("department:"):
        found = model.departments.get(desk.removeprefix("department:"))
        return sentences.label(found) if found else ""
    post, _at, path = desk.partition("@")
    unit, label = ground.by_path.get(path), sentences.label(model.posts[post]) if post in model.posts else ""
    return f"{label} · {unit.name}" if unit else label


def of_entry(facts: Mapping[str, object], shown: Iterable[WallShown]) -> list[str]:
    """Whom an entry about walls names."""
    ids = facts.get("walls", ())
    named = [one.name for one in shown if isinstance(ids, list) and one.id.hex in ids]
    return [_("、").join(named)] if named else []
