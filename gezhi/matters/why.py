"""Why: the derivation of a route, a grade, a place and a due moment, from the same values that decided.

The values were written down when the decision was made: in the ledger's entry and in the promise. Nothing
is decided again here; it is only put into words.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from gezhi.ledger import queries as ledger
from gezhi.matters import access, carried, events, sentences, spoken, teams
from gezhi.matters.clocks import PromiseView
from gezhi.matters.desks import desk_words, passed_words
from gezhi.matters.models import Matter
from gezhi.matters.queries import grade_name
from gezhi.matters.scenes import Scene
from gezhi.rules import deadlines
from gezhi.rules.model import Duty, Model

ROUTED = frozenset(
    {events.OPENED, events.STEPPED, events.PLACED, events.CARRIED, events.WALLED, events.UNWALLED}
)


@dataclass(frozen=True, slots=True)
class Because:
    """One line of a derivation: what was looked at, what was found, and where the rule stands."""

    about: str
    found: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class RouteWhy:
    """Why this desk was asked when the matter came to a step."""

    at: datetime
    step: str
    desk: str
    lines: tuple[Because, ...]


def why_place(scene: Scene) -> tuple[Because, ...]:
    """Why the matter lies where it lies."""
    matter = scene.matter
    names = " / ".join(scene.ground.names(matter.path))
    lines = [Because(_("在哪"), names, sentences.located(matter.located, matter.place_flag))]
    if matter.lon is not None:
        point = f"{matter.lon:.6f}, {matter.lat:.6f}"
        lines.append(Because(_("坐标"), point, _("原坐标系 {datum}").format(datum=matter.datum)))
    return tuple(lines)


def why_grade(scene: Scene) -> tuple[Because, ...]:
    """Why the matter has its grade: the item's row says it."""
    grade = grade_name(scene.model, scene.flow.grades, scene.matter.grade)
    item = scene.item
    return (
        Because(_("事项"), f"{item.code} {sentences.label(item)}", _model_words(scene.model)),
        Because(_("等级"), grade or "—", _("事项清单「等级」一栏")),
    )


def _model_words(model: Model) -> str:
    """The model and its edition as people say it: the day it holds from; eight signs of its hash for who compares."""
    return _("{name}，{day} 起用的版本（{version}）").format(
        name=sentences.label(model.about), day=model.valid_from.isoformat(), version=model.version[:8]
    )


def why_routes(scene: Scene) -> tuple[RouteWhy, ...]:
    """Every desk that was asked, newest first, each with whom the search passed over before it."""
    found = []
    for entry in ledger.story(scene.matter.id):
        if entry.what in ROUTED and entry.facts.get("desk"):
            found.append(_route_why(entry, scene))
    return tuple(reversed(found))


def stepped_aside(scene: Scene) -> str:
    """Because of whom the matter waits where it waits, in one phrase, where a wall sent it there; else empty."""
    if not scene.matter.walled or scene.matter.ended_at is not None:
        return ""
    routed = [e for e in ledger.story(scene.matter.id) if e.what in ROUTED and e.facts.get("desk")]
    said = {word.partition("/")[2] for word in routed[-1].facts.get("passed", ())} if routed else set()
    if said & {"about", "raised_about"}:
        return _("因反映的是原该承办的一方，依回避交上一级")
    return _("有人依规定回避，交别人办") if said & {"recused", "raised_recused"} else ""


def _route_why(entry: ledger.Happened, scene: Scene) -> RouteWhy:
    facts, model = entry.facts, scene.model
    duty = model.duties.get(facts.get("duty", ""))
    step = sentences.label(scene.flow.steps[facts["step"]])
    lines = []
    if entry.what == events.CARRIED:
        lines.append(Because(_("地界调整"), carried.why(facts["why"]), carried.sentence(facts)))
    if duty is not None:
        lines.append(Because(_("轮到的职责"), sentences.label(duty), _held_words(duty, model)))
    for word in facts.get("passed", ()):
        passed = passed_words(word, facts["desk"], scene)
        lines.append(Because(passed.who, passed.found, _("跳过") if passed.over else ""))
    lines.append(
        Because(_("问到"), desk_words(facts["desk"], scene), _resolver_words(facts["resolver"], scene))
    )
    return RouteWhy(entry.at, step, desk_words(facts["desk"], scene), tuple(lines))


def _held_words(duty: Duty, model: Model) -> str:
    """Who holds a duty; in which order they are asked, where there is more than one to ask."""
    held = sentences.who_words(duty.held_by, model)
    if len({sentences.who_words((word,), model) for word in duty.held_by}) > 1:
        return _("由{who}承担，依次先问前面的").format(who=held)
    return _("由{who}承担").format(who=held)


def _resolver_words(resolver: str, scene: Scene) -> str:
    if resolver.startswith("department"):
        return _("事项清单「承办」一栏：{item}").format(item=sentences.label(scene.item))
    return _("事项所在地，或往上最近一级有人在岗的单位")


def why_length(scene: Scene, promise: PromiseView) -> Because:
    """Why the promise is as long as it is."""
    rule = scene.flow.promises.get(promise.rule)
    if rule is None:
        return Because(_("时限"), spoken.written(promise.due.length))
    if promise.imported:
        return Because(_("时限"), _("来源自带"), _("导入的记录自己写明的到期时间"))
    term = deadlines.term_of(scene.model, scene.flow, rule, grade=scene.matter.grade, item=scene.item)
    said = {
        "item": _("事项清单「时限」一栏"),
        "table": _("按等级列表"),
        "grade": _("这个等级另有规定"),
        "rule": _("本流程统一规定"),
        "source": _("来源自带"),
    }
    paper = sentences.basis(rule.basis)
    source = _("{rule}；{basis}").format(rule=said.get(term.because, ""), basis=paper)
    return Because(_("时限"), spoken.written(promise.due.length), source)


@dataclass(frozen=True, slots=True)
class Sees:
    """Somebody who can see a matter, as which post, and by which rule."""

    name: str
    post: str
    rule: str


def who_sees(matter: Matter, scene: Scene) -> tuple[Sees, ...]:
    """Everybody who can see this matter today, each once, by exactly the gate that opens it; by rule, post, name."""
    found = []
    asked, kept = access.departments_asked(matter, scene.model.departments), access.kept_in_sight(matter)
    roles = {row.account: row.role for row in teams.rows_of(matter) if row.ended_at is None}
    shown = access.desks_referred(matter)
    for person in scene.roster.people.values():
        opened = [
            (reach, rule)
            for reach in access.reaches(person, scene.model)
            if (rule := _opens(reach, matter, asked))
        ]
        named = set(access.referable(person, scene.model)) & shown if shown and not opened else ()
        opened = opened or [
            (access.Reach(seat), _("转请其看，到办结为止")) for seat in person.terms if seat.desk in named
        ]
        if not opened and person.account in kept and person.terms:
            opened = [(access.Reach(person.terms[0]), _("经手过，地界调整后仍看得到"))]
        if not opened and person.account in roles and person.terms:
            rule = _("在这一件的团队里（{role}）").format(role=roles[person.account])
            opened = [(access.Reach(person.terms[0]), rule)]
        if opened:
            posts = dict.fromkeys(desk_words(reach.seat.desk, scene) for reach, _rule in opened)
            found.append(Sees(person.name, _("、").join(posts), opened[0][1]))
    return tuple(sorted(found, key=lambda one: (one.rule, one.post, one.name)))


def _opens(reach: access.Reach, matter: Matter, asked: Container[str]) -> str:
    if reach.path and matter.path.startswith(reach.path):
        return _("事项在其管辖范围内")
    if reach.department and reach.department in asked:
        handles = reach.department == matter.department
        return _("由其部门承办") if handles else _("其部门经手过")
    if matter.desk == reach.seat.desk:
        return _("正在等其办理")
    return ""
