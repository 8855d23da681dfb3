"""Canned answers as pages show them, and as they would stand in a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.documents import access, values
from gezhi.documents.models import Phrase
from gezhi.matters import editions, sentences
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import returning
from gezhi.paper import named
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.rules import reporters, steps
from gezhi.rules.keys import SETTLED
from gezhi.rules.model import Model, Move

USES: dict[str, Promise] = {
    "answer": gettext_lazy("答复报告人"),
    "ask": gettext_lazy("请报告人补充"),
    "extend": gettext_lazy("延期的理由"),
    "decline": gettext_lazy("不予受理的理由"),
    "void": gettext_lazy("认定无效的理由"),
    "merge": gettext_lazy("并入另一件的说明"),
    "note": gettext_lazy("其余的说明"),
}
"""What a canned answer is for. A step is of one use by what it does, not by its name: `use_of`."""
_ENDS = {"refused": "decline", "void": "void", "merged": "merge"}
"""Ends that have words of their own, by how the model says that they close."""
MOST = 80


@dataclass(frozen=True, slots=True)
class Offered:
    """One canned answer for one matter. `text` is filled; `lacking` are the places for which the matter has nothing."""

    thread: UUID
    title: str
    text: str
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one answer, as whoever keeps it sees it."""

    thread: UUID
    version: int
    keeper: str
    title: str
    body: str
    use: str
    items: tuple[str, ...]
    live: bool
    by_name: str
    made_at: datetime
    retired_at: datetime | None


def use_of(page: MatterPage, move: Move) -> str:
    """What is written with this step: a question to the reporter, why it is not admitted, why it is no case or goes into
    another, what he is told, or a note. So an answer that says it is done is not offered where it is refused, sent back,
    suspended or handed away, and one that says it is not admitted here only where it is not."""
    flow = page.scene.flow
    if reporters.asked_by(flow, move):
        return "ask"
    closing = flow.steps[move.leads(page.matter.step)].closing
    if closing in _ENDS:
        return _ENDS[closing]
    return "answer" if move.tells and not _holds_back(page, move) else "note"


def _holds_back(page: MatterPage, move: Move) -> bool:
    """Whether it ends the matter unsettled, suspends it, sends it back to be done, or has somebody decide whose it is."""
    flow = page.scene.flow
    was = flow.steps[page.matter.step]
    to = flow.steps[move.leads(was.id)]
    if to.id == was.id:
        return False
    if to.ends:
        return to.closing not in SETTLED
    back = was.phase in returning.AFTER and to.phase in returning.WORK
    return to.phase == "suspended" or back or steps.is_disputed(page.model, flow, to.id)


def offered(person: Person, page: MatterPage, use: str, at: datetime) -> list[Offered]:
    """The answers of this use that this person may use on this matter, by title; `MOST` at most."""
    keepers = access.usable_by(person, editions.today(), page.scene.ground)
    rows = Phrase.objects.filter(live=True, retired_at=None, keeper__in=keepers, use=use).order_by(
        "title", "id"
    )
    item, said = page.matter.item, values.of_matter(page, at)
    fitting = [row for row in rows if not row.items or f",{item}," in row.items][:MOST]
    return [_offered(row, said) for row in fitting]


def _offered(row: Phrase, said: dict[str, str]) -> Offered:
    text = named.filled(row.body, said)
    return Offered(row.thread, row.title, text, named.names_in(text))


def kept(person: Person) -> list[Version]:
    """The newest version of every answer this person may change; retired ones last."""
    keepers = access.kept_by(person, editions.today())
    rows = Phrase.objects.filter(live=True, keeper__in=keepers).order_by("use", "title", "id")
    return sorted(_versions(rows), key=lambda one: one.retired_at is not None)


def history(person: Person, thread: UUID) -> list[Version]:
    """Every version of one answer this person may change, newest first; none for unknown and another's alike."""
    keepers = access.kept_by(person, editions.today())
    return _versions(Phrase.objects.filter(thread=thread, keeper__in=keepers).order_by("-version"))


def keeper_words(keeper: str, model: Model, ground: Tree) -> str:
    """Whose answers these are: the department, or the unit."""
    kind, _colon, id = keeper.partition(":")
    if kind == "department":
        return sentences.label(model.departments[id]) if id in model.departments else id
    found = ground.by_identity.get(UUID(hex=id))
    return found.name if found else _("已撤销的单元")


def _versions(rows: Iterable[Phrase]) -> list[Version]:
    found = list(rows)
    names = people.names_of(row.account for row in found if row.account)
    return [
        Version(
            *(row.thread, row.version, row.keeper, row.title, row.body, row.use),
            items=tuple(one for one in row.items.split(",") if one),
            live=row.live,
            by_name=names.get(row.account, "") if row.account else "",
            made_at=row.made_at,
            retired_at=row.retired_at,
        )
        for row in found
    ]
