"""Admission in words: the rows of its lists, one application's sheet, what a batch changes in the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from gezhi.desk.admission_forms import EVIDENCE
from gezhi.ledger import clock
from gezhi.matters import admission, admission_gate, drafts, editions, sentences, spoken
from gezhi.matters.admission import Act, Returned
from gezhi.people.queries import Person
from gezhi.places.paths import parent
from gezhi.places.tree import Tree
from gezhi.rules.differences import differences
from gezhi.rules.findings import ModelError
from gezhi.rules.model import Model
from gezhi.rules.texts import holding_from, read
from gezhi.ui import words

CHIPS = {
    "begun": "wait",
    "sent": "act",
    "returned": "soon",
    "admitted": "ok",
    "refused": "void",
    "withdrawn": "void",
    "listed": "done",
    "open": "wait",
    "drafted": "act",
    "published": "done",
    "dissolved": "void",
}


def chip_of(one: Any) -> str:
    """How the state of an application is drawn. What stays in the catalogue is not struck through."""
    return "done" if one.leaves and one.state == "refused" else CHIPS[one.state]


@dataclass(frozen=True)
class Row:
    """One application in a list."""

    id: UUID
    href: str
    title: str
    say: str
    who: str
    chip: str
    state: str
    at: datetime


@dataclass(frozen=True)
class Head:
    """One head of an application: what was written, and what the review said of it."""

    name: str
    text: str
    stands: bool | None
    opinion: str


@dataclass(frozen=True)
class Sheet:
    """One application as its page shows it."""

    id: UUID
    revision: int
    title: str
    leaves: bool
    chip: str
    state: str
    desk: str
    facts: tuple[tuple[str, str], ...]
    task: str
    heads: tuple[Head, ...]
    story: tuple[Act, ...]
    state_key: str
    back: Returned | None
    batch: str
    batch_href: str


def rows(found: Iterable[Any], model: Model) -> list[Row]:
    """Applications as rows, in the order they came."""
    return [_row(one, model) for one in found]


def _row(one: Any, model: Model) -> Row:
    grid = _("交网格") if one.in_grid else _("交部门")
    catalogue = model.catalogues[model.admissions[one.admission].catalogue]
    said = [sentences.class_words(catalogue, one.category), grid] if one.category else [grid]
    if one.load is not None:
        said.append(_("每月约 {n} 件").format(n=words.count(one.load)))
    return Row(
        one.id,
        reverse("desk:application", args=[one.id]),
        admission.title_of(one),
        " · ".join(said),
        admission.desk_words(one.desk, model),
        chip_of(one),
        admission.state_words(one.state, leaves=one.leaves),
        one.sent_at if one.state == "sent" else one.edited_at,
    )


def sheet_of(one: Any, model: Model, ground: Tree, *, reviewer: bool) -> Sheet:
    """The sheet of an application. `reviewer`: whether the batch's page is open to who reads."""
    batch = admission.batch_of(one)
    story = tuple(admission.story(one.id, one.words, model))
    return Sheet(
        id=one.id,
        revision=one.revision,
        title=admission.title_of(one),
        leaves=one.leaves,
        chip=chip_of(one),
        state=admission.state_words(one.state, leaves=one.leaves),
        desk=admission.desk_words(one.desk, model),
        facts=tuple(_facts(one, model)),
        task=one.task,
        heads=tuple(_heads(one, model, ground)),
        story=story,
        state_key=one.state,
        back=admission.last_return(one) if one.state in ("returned", "sent") else None,
        batch=_batch_said(batch) if batch else "",
        batch_href=reverse("desk:batch", args=[batch.id]) if batch and reviewer else "",
    )


def _batch_said(batch: Any) -> str:
    if batch.state == "published":
        told = _("{name}，{day} 起用的一版（{version}）")
        return told.format(name=batch.name, day=batch.since.isoformat(), version=batch.version[:8])
    return _("{name}，{state}").format(name=batch.name, state=admission.batch_words(batch.state))


def _facts(one: Any, model: Model) -> Iterable[tuple[str, str]]:
    """The item as its row of the list says it; what is not said yet is a dash."""
    catalogue = model.catalogues[model.admissions[one.admission].catalogue]
    scheme = next((s for s in model.grades.values() if one.grade in s.grade), None)
    yield _("编码"), one.code or ("—" if one.leaves else _("入册时排"))
    if one.english:
        yield _("英文名称"), one.english
    yield _("清单"), sentences.label(catalogue)
    yield _("类别"), sentences.class_words(catalogue, one.category) or "—"
    if not one.leaves:
        yield _("谁的事"), admission.desk_words(f"department:{one.department}", model) or "—"
    yield _("格里能不能办"), _("能") if one.in_grid else _("不能，交部门")
    yield _("承办"), admission.holder_words(one.handler, model) or "—"
    if scheme is not None:
        yield _("等级"), sentences.label(scheme.grade[one.grade])
    yield _("时限"), spoken.written(one.length) if one.length else "—"
    yield _("证据"), str(EVIDENCE.get(one.evidence, one.evidence)) or "—"


def _heads(one: Any, model: Model, ground: Tree) -> Iterable[Head]:
    said = {"basis": one.law, "money": one.money, "training": one.training, "load": _load(one, model, ground)}
    said["after"] = one.task
    opinions = admission.opinions_of(one)
    for head in opinions or admission.heads_of(model.admissions[one.admission], leaves=one.leaves):
        stands, opinion = opinions.get(head, (None, ""))
        yield Head(admission.head_words(head, leaves=one.leaves), said.get(head, ""), stands, opinion)


def _load(one: Any, model: Model, ground: Tree) -> str:
    """What it comes to, beside what it comes to on average in the grids there are today."""
    if one.load is None:
        return ""
    said = _("全区每月约 {n} 件").format(n=words.count(one.load))
    if one.per_grid is not None:
        said += _("；一个网格每月最多约 {n} 件").format(n=_plain(one.per_grid))
    if many := grids(model, ground):
        mean = (Decimal(one.load) / many).quantize(Decimal("0.1"))
        told = _("。今天有 {many} 个网格，平均每格 {mean} 件。")
        said += told.format(many=words.count(many), mean=_plain(mean))
        if one.per_grid is not None and mean > one.per_grid:
            said += _("平均比写的最多还多，请核对。")
    return said


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def grids(model: Model, ground: Tree) -> int:
    """How many grids there are today: units at a level of grids that lie in no other grid."""
    levels = admission_gate.grid_levels(model)
    inside = {path for path, unit in ground.by_path.items() if unit.level in levels}
    return sum(parent(path) not in inside for path in inside)


@dataclass(frozen=True)
class BatchRow:
    href: str
    name: str
    say: str
    since: str
    chip: str
    state: str


def batch_rows(found: Iterable[Any], model: Model) -> list[BatchRow]:
    return [_batch_row(one) for one in found if one.admission in model.admissions]


def _batch_row(one: Any) -> BatchRow:
    n = len(admission.in_batch(one))
    told = ngettext("{n} 份申请", "{n} 份申请", n).format(n=words.count(n))
    since = _("{day} 起").format(day=admission.day_of(one).isoformat())
    state = admission.batch_words(one.state)
    return BatchRow(reverse("desk:batch", args=[one.id]), one.name, told, since, CHIPS[one.state], state)


@dataclass(frozen=True)
class Preview:
    """What a batch would change in the model: sentences, or why it cannot be written."""

    sentences: tuple[str, ...] = ()
    wrong: str = ""
    base: str = ""
    waits: str = ""


def preview(batch: Any, found: Sequence[Any]) -> Preview:
    """The difference that the batch makes to the edition it follows, in sentences, before it is written. `base` is said
    where that edition waits for its day, `waits` where nothing can be written yet."""
    on = clock.today()
    model, line = admission.base(on), editions.waiting(on)
    if batch.admission not in model.admissions:
        return Preview(wrong=_("排定的一版里没有这套准入了。"))
    if gone := admission.missing_from(model, found):
        told = _("「{name}」已经不在清单里，不用再出册。请把它移出这一批。")
        return Preview(wrong=told.format(name=gone[0].name))
    if not found:
        return Preview()
    texts, _codes = admission.texts_of_batch(model, batch, found)
    try:
        after = read(texts).model
    except ModelError as wrong:
        return Preview(wrong=" ".join(one.sentence for one in wrong.findings[:3]))
    english = (get_language() or "").startswith("en")
    since = max(batch.since, on)
    changes = differences(holding_from(model, since), holding_from(after, since), english=english).changes
    base = _("照 {day} 起用的一版算。").format(day=line.since.isoformat()) if line else ""
    return Preview(tuple(one.sentence for one in changes), base=base, waits=admission.in_the_way(on))


def who_publishes(batch: Any) -> str:
    """How far the draft of a batch has come, and who can take it further."""
    state, on = admission.draft_state(batch), clock.today()
    model = editions.current(on)
    if state == "open":
        names = _names([(p, s) for p, s in drafts.publishers(on) if s.post in _drafting_posts(model)], model)
        return _("草稿写好了。{who}看过提交，再由另一个人发布。").format(who=names or _("管理系统的人"))
    if state == "submitted":
        draft = drafts.in_work(on)
        names = _names(drafts.publishers(on, but=draft.submitted_by if draft else None), model)
        return _("已经提交，等另一个人发布：{who}。").format(who=names or _("管理系统或安全的人"))
    return ""


def _drafting_posts(model: Model) -> set[str]:
    return {post.id for post in model.posts.values() if post.administers in drafts.DRAFTS}


def _names(found: Iterable[tuple[Person, Any]], model: Model) -> str:
    one = _("{name}（{post}）")
    said = [
        one.format(name=person.name, post=sentences.label(model.posts[seat.post])) for person, seat in found
    ]
    return _("、").join(said)
