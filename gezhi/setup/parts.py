"""A model as it is read on its page: part by part, each row with what it can be changed by, each part with its place in the book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from gezhi.rules.book.drawing import promise_words
from gezhi.rules.book.lists import EVIDENCE
from gezhi.rules.book.tongue import Tongue
from gezhi.rules.edits import NAMES
from gezhi.rules.model import Item, Model, Post

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the model. `thing` and `code` name it for the form that changes it; empty where there is none."""

    cells: tuple[tuple[str, str], ...]  # what a cell is, and what it says
    thing: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `anchor` is where the book tells of it."""

    id: str
    title: str
    anchor: str
    head: Cells
    rows: tuple[Row, ...] = field(default=())


def parts(model: Model, *, english: bool) -> list[Part]:
    """Every part that has something in it, in the order in which a clerk asks."""
    t = Tongue(model, english)
    found = [
        _levels(model, t),
        _posts(model, t),
        _departments(model, t),
        _duties(model, t),
        *_flows(model, t),
    ]
    return [part for part in (*found, _items(model, t), _tellings(model, t)) if part.rows]


def _part(id: str, title: str, anchor: str, head: Cells, rows: Iterator[tuple[Cells, str, str]]) -> Part:
    made = tuple(Row(tuple(zip(head, cells, strict=True)), thing, code) for cells, thing, code in rows)
    return Part(id, title, anchor, head, made)


def _levels(model: Model, t: Tongue) -> Part:
    rows = (
        ((t.label(one), t.or_(map(t.level, one.unders)), str(one.count or "")), "names", NAMES)
        for one in model.levels.values()
    )
    return _part("levels", _("层级"), "levels", (_("层级"), _("上一级"), _("个数")), rows)


def _posts(model: Model, t: Tongue) -> Part:
    rows = (
        ((t.label(one), t.join(map(t.level, one.levels)), _least(one, t)), "post", one.id)
        for one in model.posts.values()
    )
    return _part("posts", _("岗位"), "posts", (_("岗位"), _("在哪一级"), _("至少几人")), rows)


def _least(post: Post, t: Tongue) -> str:
    said = [f"{t.level(level)} {number}" for level, number in post.least.items()]
    return t.join(said) or (_("不能空缺") if post.never_vacant else "")


def _departments(model: Model, t: Tongue) -> Part:
    rows = (
        ((t.label(one), t.level(one.level), t.join(one.aka)), "department", one.id)
        for one in model.departments.values()
    )
    return _part("departments", _("部门"), "departments", (_("部门"), _("设在哪一级"), _("又叫")), rows)


def _duties(model: Model, t: Tongue) -> Part:
    rows = (((t.label(one), t.who(one.held_by)), "", "") for one in model.duties.values())
    return _part("duties", _("职责"), "duties", (_("职责"), _("由谁承担")), rows)


def _flows(model: Model, t: Tongue) -> Iterator[Part]:
    """Steps and promises of each flow; the flow is named where there are several."""
    several = len(model.flows) > 1
    for flow in model.flows.values():
        name = f"{t.label(flow)} · " if several else ""
        steps = (((t.label(one), t.word(one.phase)), "", "") for one in flow.step.values())
        promises = (
            ((t.label(one), promise_words(flow, one, t), t.text(one.basis)), "promise", f"{flow.id}.{one.id}")
            for one in flow.promise.values()
        )
        anchor = f"steps-{flow.id}"
        yield _part(anchor, name + _("步骤"), anchor, (_("环节"), _("阶段")), steps)
        anchor = f"promises-{flow.id}"
        yield _part(anchor, name + _("时限"), anchor, (_("时限"), _("多长"), _("依据")), promises)


def _items(model: Model, t: Tongue) -> Part:
    rows = ((_item(one, t), "item", one.code) for one in model.items.values())
    head = (_("事项"), _("清单"), _("谁承办"), _("等级"), _("多长"), _("留什么证据"))
    return _part("items", _("事项清单"), "items", head, rows)


def _item(one: Item, t: Tongue) -> Cells:
    name = one.english if t.english and one.english else one.name
    handler = t.one(one.handler) if one.handler else ""
    length = t.length(one.length) if one.length else ""
    catalogue = t.label(t.model.catalogues[one.catalogue])
    grade = t.grade(one.grade) if one.grade else ""
    evidence = t.say(one.evidence, EVIDENCE.get(one.evidence, one.evidence))
    return (f"{one.code} {name}", catalogue, handler, grade, length, evidence)


def _tellings(model: Model, t: Tongue) -> Part:
    rows = (
        ((t.label(one), t.join(map(t.word, one.doors)), one.text), "telling", one.id)
        for one in model.tellings.values()
    )
    return _part("tellings", _("告知"), "tellings", (_("告知"), _("怎样告诉"), _("说什么")), rows)
