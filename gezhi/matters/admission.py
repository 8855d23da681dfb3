"""Admission as its pages read it: applications by what they wait for, one with its story, batches and what they change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from django.db.models import Q
from django.utils.translation import gettext as _

from gezhi.ledger import queries as ledger
from gezhi.matters import admission_access, admission_rows, drafts, editions, events, sentences
from gezhi.matters.admission_rows import Entering
from gezhi.matters.models import Application, Batch
from gezhi.matters.models import Draft as DraftRow
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.rules.model import Admission, Model
from gezhi.rules.texts import Texts

AT_WORK = ("begun", "sent", "returned")
DECIDED = ("admitted", "refused", "withdrawn", "listed")
MOST = 200
OF_A_GRID = frozenset(("training", "load"))
"""Heads that ask whether a grid can take an item on; of one that leaves nobody asks that."""

Opinions = dict[str, tuple[bool, str]]
"""What the review says on each head: whether it stands, and why."""


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of an application's story, in words."""

    at: datetime
    recorded_at: datetime
    what: str
    verb: str
    name: str
    desk: str
    words: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Returned:
    """When an application was sent back last: what was asked for, whether it was changed since, and what was answered."""

    asked: str
    changed: bool
    answer: str


def heads_of(of: Admission, *, leaves: bool) -> tuple[str, ...]:
    """What the review looks at: of an item that enters, what the model says; of one that leaves why it does, who does it
    from then on, and of the model's heads those that do not ask whether a grid can take it on."""
    if not leaves:
        return of.looks_at
    asked = [head for head in of.looks_at if head not in OF_A_GRID and head != "basis"]
    return ("basis", "after", *asked)


def head_words(head: str, *, leaves: bool = False) -> str:
    """What a head of the review is called; a model's own stands as it is written."""
    said = {
        "basis": _("为什么出册") if leaves else _("依据"),
        "after": _("以后谁办"),
        "money": _("经费"),
        "training": _("培训"),
        "load": _("工作量"),
    }
    return said.get(head, head)


def state_words(state: str, *, leaves: bool = False) -> str:
    """How far an application has come, in a word."""
    said = {
        "begun": _("起草中"),
        "sent": _("待审核"),
        "returned": _("退回补充"),
        "admitted": _("同意，待出册") if leaves else _("准入，待入册"),
        "refused": _("照旧在册") if leaves else _("未准入"),
        "withdrawn": _("已撤回"),
        "listed": _("已出册") if leaves else _("已入册"),
    }
    return said.get(state, state)


def batch_words(state: str) -> str:
    """How far a batch has come, in a word."""
    said = {
        "open": _("汇总中"),
        "drafted": _("已写进草稿"),
        "published": _("已发布"),
        "dissolved": _("已撤销"),
    }
    return said.get(state, state)


def verb_of(what: str) -> str:
    """What happened to an application, in words."""
    said = {
        events.ADMISSION_BEGUN: _("起草"),
        events.ADMISSION_SAVED: _("修改"),
        events.ADMISSION_SENT: _("送去审核"),
        events.ADMISSION_RETURNED: _("退回补充"),
        events.ADMISSION_ADMITTED: _("审核同意"),
        events.ADMISSION_REFUSED: _("审核不同意"),
        events.ADMISSION_WITHDRAWN: _("撤回了申请"),
        events.ADMISSION_BATCHED: _("列入批次"),
        events.ADMISSION_UNBATCHED: _("移出批次"),
        events.ADMISSION_LISTED: _("随新一版清单发布"),
        events.ADMISSION_UNLISTED: _("发布撤销，回到批次"),
        events.BATCH_MADE: _("建了批次"),
        events.BATCH_CHANGED: _("改批次"),
        events.BATCH_DRAFTED: _("写进了草稿"),
        events.BATCH_REOPENED: _("草稿没有了，批次重新打开"),
        events.BATCH_PUBLISHED: _("随新一版发布"),
        events.BATCH_DISSOLVED: _("撤销批次"),
    }
    return said.get(what, what)


def mine(person: Person, model: Model) -> list[Application]:
    """What is at work at this person's own desks, what was sent back first."""
    rows = admission_access.applications_open_to(person, model).filter(
        desk__in=person.desks, state__in=AT_WORK
    )
    order = {"returned": 0, "begun": 1, "sent": 2}
    return sorted(rows[:MOST], key=lambda row: (order[row.state], -row.edited_at.timestamp()))


def to_review(person: Person, model: Model) -> list[Application]:
    """What this person may decide, the one that waits longest first; what they stand too near to is not among it."""
    reviewed = [one.id for one in admission_access.reviews_of(person, model)]
    rows = Application.objects.filter(admission__in=reviewed, state="sent").order_by("sent_at")[:MOST]
    return [row for row in rows if not admission_access.stands_too_near(person, row)]


def decided(person: Person, model: Model) -> list[Application]:
    """What was decided, withdrawn or listed, and what was sent back to others, the last first."""
    back = Q(state="returned") & ~Q(desk__in=person.desks)
    rows = admission_access.applications_open_to(person, model).filter(Q(state__in=DECIDED) | back)
    return list(rows.order_by("-edited_at")[:MOST])


def waiting_for(person: Person, model: Model) -> tuple[int, int]:
    """How many wait for this person: to review, and sent back to a desk of theirs."""
    returned = Application.objects.filter(
        desk__in=person.desks, state="returned", admission__in=list(model.admissions)
    )
    return len(to_review(person, model)), returned.count()


def has_a_part(person: Person, model: Model) -> bool:
    """Whether the model has an admission and this person may apply or review."""
    return any(
        admission_access.applying_seats(person, model, one)
        or admission_access.reviewing_seats(person, model, one)
        for one in model.admissions.values()
    )


def application_for(person: Person, model: Model, id: UUID) -> Application | None:
    """One application, or none: unknown and hidden look the same."""
    return admission_access.applications_open_to(person, model).filter(id=id).first()


def batch_for(person: Person, model: Model, id: UUID) -> Batch | None:
    return admission_access.batches_open_to(person, model).filter(id=id).first()


def batches(person: Person, model: Model) -> list[Batch]:
    """The batches of the admissions this person reviews, the last first."""
    rows = admission_access.batches_open_to(person, model).exclude(state="dissolved")
    return list(rows.order_by("-made_at")[:MOST])


def batch_of(application: Application) -> Batch | None:
    """The batch an application is in."""
    return Batch.objects.filter(id=application.batch).first() if application.batch else None


def in_batch(batch: Batch) -> list[Application]:
    return list(Application.objects.filter(batch=batch.id).order_by("leaves", "code", "decided_at", "id"))


def to_gather(admission: str) -> list[Application]:
    """What was admitted and is in no batch yet, the one that was admitted first on top."""
    rows = Application.objects.filter(admission=admission, state="admitted", batch=None)
    return list(rows.order_by("decided_at", "id"))


def opinions_of(application: Application) -> Opinions:
    """What the review said by head; empty before one did."""
    if not application.opinions:
        return {}
    return msgspec.json.decode(application.opinions, type=Opinions)


def story(about: UUID, words: str, model: Model) -> list[Act]:
    """What happened to an application or a batch, the last first. `words` are a row's own, by entry."""
    happened, said = ledger.story(about), msgspec.json.decode(words or "{}", type=dict[str, str])
    names = people.names_of(one.by for one in happened if one.by)
    return [
        Act(
            one.at,
            one.recorded_at,
            one.what,
            verb_of(one.what),
            names.get(one.by, "") if one.by else "",
            desk_words(one.post, model),
            said.get(one.id.hex, ""),
            one.by,
        )
        for one in reversed(happened)
    ]


def since(acts: Sequence[Act], revision: int, seen: str) -> list[Act]:
    """What happened to a row after the page was shown, oldest first. Each act moves its revision by one; `seen` is the
    one that the page showed."""
    missed = revision - int(seen) if seen.isdecimal() else 0
    return list(reversed(acts[: max(missed, 0)]))


def last_return(application: Application) -> Returned | None:
    """How an application was sent back last; none where it never was."""
    happened = ledger.story(application.id)
    back = max((n for n, one in enumerate(happened) if one.what == events.ADMISSION_RETURNED), default=-1)
    if back < 0:
        return None
    said = msgspec.json.decode(application.words or "{}", type=dict[str, str])
    later = happened[back + 1 :]
    sent = next((said.get(one.id.hex, "") for one in later if one.what == events.ADMISSION_SENT), "")
    changed = any(one.what == events.ADMISSION_SAVED for one in later)
    return Returned(said.get(happened[back].id.hex, ""), changed, sent)


def desk_words(desk: str, model: Model) -> str:
    """A desk as people say it: the department, or the post."""
    kind, _colon, department = desk.partition(":")
    if department:
        return (
            sentences.label(model.departments[department]) if department in model.departments else department
        )
    post = kind.partition("@")[0]
    return sentences.label(model.posts[post]) if post in model.posts else ""


def holder_words(word: str, model: Model) -> str:
    """Who handles, as people say it: of who-words only a post or a department."""
    return desk_words(word, model) if word else ""


def title_of(application: Application) -> str:
    """What an application is called in a list."""
    name = sentences.label(application) or _("还没有名称")
    return _("出册：{name}").format(name=name) if application.leaves else name


def entering(application: Application) -> Entering:
    """The item as it would stand in the list."""
    a = application
    return Entering(
        *(a.name, a.english, a.category, a.handler, a.department),
        *(a.grade, a.length, a.evidence, a.in_grid),
    )


def texts_of_batch(model: Model, batch: Batch, rows: Iterable[Application]) -> tuple[Texts, dict[UUID, str]]:
    """The texts of the model with a batch in it, and the code that each application that enters gets.

    Raises `KeyError` where an item that shall leave is not in the list any more.
    """
    every = list(rows)
    coming = [one for one in every if not one.leaves]
    going = [one.code for one in every if one.leaves]
    catalogue = model.admissions[batch.admission].catalogue
    wanted = [entering(one) for one in coming]
    texts, codes = admission_rows.with_batch(model, catalogue, batch.name, wanted, going)
    return texts, {one.id: code for one, code in zip(coming, codes, strict=True)}


def missing_from(model: Model, rows: Sequence[Application]) -> list[Application]:
    """Applications whose item should leave and is not there any more."""
    return [one for one in rows if one.leaves and one.code not in model.items]


def names_taken(model: Model, admission: Admission, but: UUID | None = None) -> set[str]:
    """Names of batches that are in use: the catalogue's own, and those in work."""
    rows = Batch.objects.filter(admission=admission.id).exclude(state="dissolved")
    rows = rows.exclude(id=but) if but else rows
    return {*model.catalogues[admission.catalogue].batches, *rows.values_list("name", flat=True)}


def base(on: date) -> Model:
    """The edition that a batch follows: the one that waits for its day, else the one in force."""
    line = editions.waiting(on)
    return editions.of_version(line.version) if line else editions.current(on)


def free_day(on: date) -> date:
    """The first day after this one that comes after every edition there is, and that no batch or draft has taken."""
    line, draft = editions.waiting(on), drafts.in_work(on)
    taken = set(Batch.objects.filter(state__in=("open", "drafted")).values_list("since", flat=True))
    taken |= {draft.since} if draft else set()
    day = max(on, line.since if line else on) + timedelta(days=1)
    while day in taken:
        day += timedelta(days=1)
    return day


def in_the_way(on: date) -> str:
    """Why no batch can be written into a draft today; empty where one can."""
    if line := editions.waiting(on):
        told = _("已经排定从 {day} 起用新的一版。这一批排在它后面，到那天才能写进草稿。")
        return told.format(day=line.since.isoformat())
    draft = drafts.in_work(on)
    if draft is None:
        return ""
    if other := Batch.objects.filter(draft=draft.id).first():
        told = _("“{name}”已经写进草稿，还没有发布。等它发布或丢弃以后再写这一批；编码和总数到那时接着它排。")
        return told.format(name=other.name)
    name = people.names_of([draft.edited_by]).get(draft.edited_by, "")
    told = _("{who}正在改治理模型的草稿。那份没有动；等它发布或丢弃以后，再把这一批写进草稿。")
    return told.format(who=name or _("别人"))


def draft_state(batch: Batch) -> str:
    """How far the draft has come into which a batch was written; empty where there is none."""
    if batch.draft is None:
        return ""
    return DraftRow.objects.filter(id=batch.draft).values_list("state", flat=True).first() or ""


def day_of(batch: Batch) -> date:
    """From which day it came, or is to come, into force."""
    if batch.version:
        return next((one.since for one in editions.lines() if one.version == batch.version), batch.since)
    return batch.since
