"""The shortest way into trouble, told in the labels of the model, in Chinese or English."""

from __future__ import annotations

from typing import Any

from gezhi.rules.model import Flow, Model
from gezhi.rules.proof.bodies import HANDLER, Body
from gezhi.rules.proof.pieces import Label
from gezhi.rules.proof.walk import State, Walk

Words = dict[str, str]
ZH: Words = {
    "lies": "一件落在{level}", "in": "、格内可办", "out": "、格内不可办", "low": "、可抽查", "of": "的「{flow}」",
    "move": "—{who}「{move}」→ {step}", "house": "—自动「{move}」→ {step}", "clock": "—到期自动「{move}」→ {step}",
    "missed": "—「{promise}」超期→ {step}", "done": "—单子办结→ {step}", "failed": "—单子落空→ {step}",
    "told": "—「{telling}」送达→ {step}", "reporter": "反映人", "party": "当事人", "elsewhere": "别的{level}的",
    "department": "部门", "handler": "经手的人", "issuer": "发令的", "and": "、", "order": "一张",
}  # fmt: skip
EN: Words = {
    "lies": "one that lies at {level}", "in": ", which grids can solve", "out": ", which grids cannot solve",
    "low": ", open to a spot check", "of": ", of “{flow}”", "move": "—{who}: “{move}”→ {step}",
    "house": "—by the house: “{move}”→ {step}", "clock": "—by the clock: “{move}”→ {step}",
    "missed": "—“{promise}” broken→ {step}", "done": "—order done→ {step}", "failed": "—order failed→ {step}",
    "told": "—“{telling}” delivered→ {step}", "reporter": "the reporter", "party": "a party", "elsewhere": "another {level}'s ",
    "department": "the department", "handler": "whoever handled", "issuer": "who gave the order, ", "and": ", ", "order": "an order",
}  # fmt: skip


DOORS = {
    "inbox": ("收件箱", "inbox"), "sms": ("短信", "text message"), "phone": ("电话", "telephone"),
    "wechat": ("微信公众号", "WeChat"), "wecom_robot": ("企业微信群", "WeCom group"), "email": ("邮件", "e-mail"),
    "print": ("打印件", "print"), "public": ("公开页", "public page"),
}  # fmt: skip


def label(one: Any, english: bool) -> str:
    """What people call it."""
    return str((english and one.english) or one.name)


def told(walk: Walk, state: State, *, english: bool = False) -> tuple[str, ...]:
    """One word for how it begins, one for each thing that happens until this state."""
    words = EN if english else ZH
    flow = walk.machine.flow
    story = walk.story(state)
    pieces = [_beginning(walk, words, english) + f"：{label(flow.step[story[0][1][0].step], english)}"]
    for what, (core, _promises) in story[1:]:
        pieces.append(_piece(walk, what, label(flow.step[core.step], english), words, english))
    return tuple(pieces)


def _beginning(walk: Walk, words: Words, english: bool) -> str:
    machine = walk.machine
    level = label(machine.model.levels[machine.staff.way[-1]], english)
    begun = words["lies"].format(level=level)
    if machine.flow.subject == "order":
        return (
            words["order"] + f"「{label(machine.flow, english)}」"
            if not english
            else words["order"] + words["of"].format(flow=label(machine.flow, english))
        )
    if machine.profile.in_grid is not None:
        begun += words["in" if machine.profile.in_grid else "out"]
    if machine.profile.low:
        begun += words["low"]
    return begun + words["of"].format(flow=label(machine.flow, english))


def _piece(walk: Walk, what: Label, step: str, words: Words, english: bool) -> str:
    model, flow = walk.machine.model, walk.machine.flow
    if what.kind in ("missed", "told"):
        rule = flow.promise[what.id] if what.kind == "missed" else model.tellings[what.id]
        name = label(rule, english)
        return words[what.kind].format(promise=name, telling=name, step=step)
    if what.kind == "order":
        return words[what.id].format(step=step)
    who = words[what.kind] if what.kind in ("reporter", "party") else _who(walk, what.body, words, english)
    kind = what.kind if what.kind in ("house", "clock") else "move"
    return words[kind].format(who=who, move=label(flow.move[what.id], english), step=step)


def _who(walk: Walk, body: Body | None, words: Words, english: bool) -> str:
    model = walk.machine.model
    if body is None or body == HANDLER:
        return words["handler"]
    if body.department:
        known = model.departments.get(body.department)
        told = known and body.department not in walk.machine.spec.twins.of  # one of several alike
        return label(known, english) if told else words["department"]
    post = label(model.posts[body.post], english)
    level = label(model.levels[walk.machine.staff.way[body.level]], english)
    before = words["elsewhere"].format(level=level) if body.elsewhere else level + (" " if english else "")
    before = words["issuer"] if body.issuer else before
    return post if post.startswith(level) and not body.elsewhere else before + post


def named(model: Model, path: tuple[str, ...], name: str, value: str | int, *, english: bool) -> str:
    """A field of a sentence: the label behind an id where it is one, else the word itself."""
    if name == "door" and value in DOORS:
        return DOORS[str(value)][english]
    flow = model.flows.get(path[1]) if path[:1] == ("flow",) and len(path) > 1 else None
    if name == "move" and "." in str(value):
        name_of, _, value = str(value).partition(".")
        flow = model.flows[name_of]
    name = "step" if name == "move" and flow is not None and value in flow.step else name
    table = _table(model, flow, name, str(value))
    return label(table, english) if table is not None else str(value)


def _table(model: Model, flow: Flow | None, name: str, value: str) -> Any:
    tables: dict[str, list[Any]] = {
        "step": [flow and flow.step], "move": [flow and flow.move], "promise": [flow and flow.promise],
        "other": [flow and flow.promise, flow and flow.move, flow and flow.step, model.levels, model.staffing, model.posts],
        "level": [model.levels], "post": [model.posts], "by": [model.posts], "duty": [model.duties], "flow": [model.flows],
        "telling": [model.tellings], "channel": [model.channels], "metric": [model.metrics], "net": [model.overlays],
        "catalogue": [model.catalogues], "grades": [model.grades], "rule": [model.staffing], "aside": [model.asides], "alike": [model.alikes],
        "assessment": [model.assessments], "care": [model.cares], "meeting": [model.meetings], "council": [model.councils],
        "grade": [scheme.grade for scheme in model.grades.values()],
    }  # fmt: skip
    return next((table[value] for table in tables.get(name, ()) if table and value in table), None)
