"""情况说明: a party that a matter complains of is asked for its side, about words that somebody wrote anew for it.

信访工作条例 (2022) art. 30(3) and 46(5): what was handed in, and by whom, must not come to whom it is said of. So the party
reads the restatement (转述), its own number and the day, on a page of its own; the matter does not exist for them. The
answer stands in the story of the matter, for whoever sees that. Who is asked is a wall that stands (`walls`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from gezhi.matters import editions, scenes, sentences, vacancies, wall_words, walls
from gezhi.matters.models import Matter, Statement, Text
from gezhi.matters.scenes import Scene
from gezhi.matters.wall_words import WallShown
from gezhi.people.queries import Person, Roster, Seat
from gezhi.rules import who
from gezhi.rules.model import Model

MOST = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a party reads: the number of its own, the words that were written for it, until when, and whether that is over."""

    id: UUID
    number: str
    words: str
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement as whoever handles the matter sees it. `state` is open, late, given or withdrawn."""

    id: UUID
    number: str
    name: str
    words: str
    made_at: datetime
    due_at: datetime
    state: str
    answer: str
    ended_at: datetime | None


def addressed(person: Person, word: str, model: Model) -> Seat | None:
    """The seat by which a person answers for whom a wall names: any of theirs where it names them, one of that department,
    or one at that very unit whose post has a part in its work."""
    if word == walls.person_word(person.account):
        return next(iter(person.terms), None)
    return next((seat for seat in person.terms if _party_of(seat, model) == word), None)


def anybody(word: str, staff: Roster, model: Model) -> bool:
    """Whether anybody is here today who answers for whom a wall names."""
    return any(addressed(one, word, model) is not None for one in staff.people.values())


def _party_of(seat: Seat, model: Model) -> str:
    """The party for which a seat answers: its department, or its unit where its post does more there than to report.

    A volunteer, a partner's contact or an administrator sits at the unit and does not speak for it; who sees figures only
    or nothing reads no complaint. Empty for those.
    """
    if seat.department:
        return f"department:{seat.department}"
    post = model.posts.get(seat.post)
    if post is None or post.administers or post.sees != "ground":
        return ""
    held = (
        who.parse(word) for duty in model.duties.values() if duty.kind != "report" for word in duty.held_by
    )
    has_part = any(one.kind == "post" and one.id == post.id for one in held)
    return walls.unit_word(seat.path) if has_part else ""


def _mine(person: Person) -> list[str]:
    if not person.terms:
        return []
    model = editions.today()
    words = (_party_of(seat, model) for seat in person.terms)
    return list(dict.fromkeys((walls.person_word(person.account), *(word for word in words if word))))


def _open(person: Person) -> QuerySet[Statement]:
    going = Matter.objects.filter(id=OuterRef("matter"), ended_at=None)
    return Statement.objects.filter(
        Exists(going), asked__in=_mine(person), answered_at=None, withdrawn_at=None
    )


def asked_of(person: Person, at: datetime) -> tuple[Asked, ...]:
    """What this person is asked to state, what is due first first. Two statements."""
    return _asked(_open(person).order_by("due_at", "id")[:MOST], at)


def one_asked(person: Person, id: UUID, at: datetime) -> Asked | None:
    """One of them; none for unknown, answered, withdrawn and other people's alike."""
    return next(iter(_asked(_open(person).filter(id=id), at)), None)


def over(person: Person, id: UUID) -> str:
    """What became of a statement that this person was asked for, and is no more: given, withdrawn or ended. Empty for what
    is still open, and for unknown ones and other people's."""
    row = Statement.objects.filter(id=id, asked__in=_mine(person)).first()
    if row is None:
        return ""
    if row.answered_at is not None or row.withdrawn_at is not None:
        return "given" if row.answered_at is not None else "withdrawn"
    return "" if Matter.objects.filter(id=row.matter, ended_at=None).exists() else "ended"


def _asked(rows: QuerySet[Statement], at: datetime) -> tuple[Asked, ...]:
    found = list(rows)
    if not found:
        return ()
    words = _bodies(found)
    return tuple(
        Asked(row.id, row.number, words.get(row.words, ""), row.due_at, row.due_at < at) for row in found
    )


def _bodies(rows: list[Statement]) -> dict[UUID, str]:
    ids = {row.words for row in rows} | {row.answer for row in rows if row.answer}
    return dict(Text.objects.filter(id__in=ids).values_list("id", "body"))


@dataclass(frozen=True, slots=True)
class Count:
    """How many statements are asked of somebody, and how many of them are over."""

    asked: int = 0
    late: int = 0


NOTHING = Count()


def of_person(person: Person) -> QuerySet[Statement]:
    """What this person is asked to state, to be counted."""
    return _open(person) if person.terms else Statement.objects.none()


def pointed_out(person: Person, at: datetime) -> QuerySet[Statement]:
    """Statements on matters at this person's desks that came since the last step, or are late."""
    mine = Matter.objects.filter(
        walls.open_to(walls.reader(person)), id=OuterRef("matter"), desk__in=person.desks, ended_at=None
    )
    came = Q(Exists(mine.filter(moved=OuterRef("moved"))), answered_at__isnull=False)
    late = Q(Exists(mine), answered_at=None, due_at__lt=at)
    return Statement.objects.filter(came | late, withdrawn_at=None)


def parties(scene: Scene) -> tuple[tuple[str, WallShown], ...]:
    """Whom the matter complains of now: the word of each wall with what it shows."""
    shown = {one.id: one for one in wall_words.of_matter(scene.matter, scene.model)}
    rows = walls.about(scene.matter)
    return tuple((word, shown[id]) for id, word in rows if id in shown)


def seat_for(scene: Scene, person: Person) -> Seat | None:
    """The seat from which this person may ask for a statement: of whoever has the matter, accepts or supervises it, while
    it is open and somebody is complained of; nobody whom one of its walls names, though it lets them through."""
    matter = scene.matter
    if not matter.walled or matter.ended_at is not None:
        return None
    words = {word for _id, word in walls.about(matter)}
    if not words or words & set(walls.keys_of(person)):
        return None
    return vacancies.asked_seat(person, matter.desk) or scenes.walling_seat(scene, person)


def of_matter(scene: Scene, at: datetime) -> tuple[StatementView, ...]:
    """The statements of a matter, newest first. No statement of SQL where nobody was ever kept from it."""
    if not scene.matter.walled:
        return ()
    rows = list(Statement.objects.filter(matter=scene.matter.id).order_by("-made_at", "-id")[:MOST])
    if not rows:
        return ()
    names, bodies = {w.id: w.name for w in wall_words.of_matter(scene.matter, scene.model)}, _bodies(rows)
    gone = _("（文字已按规定删除）")
    return tuple(
        StatementView(
            *(row.id, row.number, names.get(row.wall, ""), bodies.get(row.words, gone), row.made_at),
            *(row.due_at, _state(row, at), bodies.get(row.answer, gone) if row.answer else ""),
            row.answered_at or row.withdrawn_at,
        )
        for row in rows
    )


def _state(row: Statement, at: datetime) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.answered_at is not None:
        return "given"
    return "late" if row.due_at < at else "open"


def noted(facts: Mapping[str, object], scene: Scene) -> list[str]:
    """Who was asked, and which number they read, of an entry about a statement."""
    row = Statement.objects.filter(id=UUID(str(facts["statement"]))).first()
    if row is None:
        return []
    name = {w.id: w.name for w in wall_words.of_matter(scene.matter, scene.model)}.get(row.wall, "")
    until = _("到 {until}").format(until=sentences.due_words(row.due_at)) if "until" in facts else ""
    return [" · ".join(word for word in (name, row.number, until) if word)]


def verb(what: str) -> str:
    """What an entry of a statement is called."""
    said = {
        "statement.asked": _("转述，请作情况说明"),
        "statement.given": _("情况说明"),
        "statement.withdrawn": _("不用再作情况说明"),
    }
    return said.get(what, what)


def going(matter: UUID) -> QuerySet[Statement]:
    """The open statements of a matter."""
    return Statement.objects.filter(matter=matter, answered_at=None, withdrawn_at=None)
