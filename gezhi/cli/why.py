"""`gezhi why NUMBER`: from which values the place, each route, the grade and each due moment of a matter came."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from gezhi.cli import why_story
from gezhi.cli.main import enter, home_option, json_option
from gezhi.cli.why_story import local
from gezhi.cli.words import gettext as _
from gezhi.errors import NotFound, Refused

if TYPE_CHECKING:
    from gezhi.matters.models import Matter
    from gezhi.matters.scenes import Scene
    from gezhi.promises.models import Promise
    from gezhi.rules.workdays import DayStrip, Due

MOST = 10  # of numbers that an ending names


def about() -> str:
    return _("为什么：一件事项的地点、等级、每一步交给谁和每个期限是怎么来的")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "number", metavar=_("编号").upper(), help=_("事项编号，或足以区分的末尾几位，如 1122-0018")
    )
    home_option(parser)
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    scene = scene_named(said.number)
    if said.json:
        print(json.dumps(as_data(scene), ensure_ascii=False, indent=1))
    else:
        print("\n".join(as_lines(scene)))
    return 0


def scene_named(number: str) -> Scene:
    """The matter with all that surrounds it. Raises `NotFound` for no such number or ending."""
    from gezhi.ledger.clock import now
    from gezhi.matters import scenes

    return scenes.scene_of(matter_named(number), now())


def matter_named(number: str) -> Matter:
    """The matter of this number, or of a number that ends so. Raises `NotFound` for none, `Refused` for several."""
    from gezhi.matters.models import Matter

    return Matter.objects.filter(number=number).first() or _ending(number.strip())


def _ending(said: str) -> Matter:
    """The one matter whose number ends so, with or without 号. Raises `NotFound` for none, `Refused` for several."""
    from django.db.models import Q

    from gezhi.matters.models import Matter

    found = []
    if said:
        ends = Q(number__endswith=said) | Q(number__endswith=said + "号")
        found = list(Matter.objects.filter(ends).order_by("-number")[: MOST + 1])
    if not found:
        raise NotFound(_("没有编号为 {number} 的事项。").format(number=said))
    if len(found) > 1:
        which = _("、").join(one.number for one in found[:MOST]) + ("……" if len(found) > MOST else "")
        raise Refused(
            _("编号以 {number} 结尾的不止一件：{which}。请多写几位。").format(number=said, which=which),
            code="number_several",
            field="number",
        )
    return found[0]


def as_data(scene: Scene) -> dict[str, Any]:
    """The values that decided, for programs; no text, no name."""
    from gezhi.promises import queries as promises

    matter = scene.matter
    return {
        "number": matter.number,
        "model": {"name": scene.model.name, "version": matter.model},
        "item": matter.item,
        "grade": matter.grade,
        "step": matter.step,
        "place": {"path": matter.path, "located": matter.located, "flag": matter.place_flag},
        "route": _route(scene),
        "ended_at": matter.ended_at.isoformat() if matter.ended_at else None,
        "closing": matter.closing,
        "story": why_story.as_data(scene),
        "promises": [
            {"name": p.name, "due_at": p.due_at.isoformat(), "state": _state(p), "why": json.loads(p.why)}
            for p in promises.about(matter.id)
        ],
    }


def as_lines(scene: Scene) -> list[str]:
    """The same as sentences."""
    from gezhi.matters import sentences
    from gezhi.matters.queries import grade_name
    from gezhi.promises import queries as promises

    matter, flow = scene.matter, scene.flow
    grade = grade_name(scene.model, flow.grades, matter.grade)
    lines = [
        _("{number}　{item}　现在：{step}").format(
            number=matter.number,
            item=sentences.label(scene.item),
            step=sentences.label(flow.steps[matter.step]),
        ),
        _("规则：{name}，版本 {version}").format(
            name=sentences.label(scene.model.about), version=matter.model
        ),
        _("地点：{names}。{how}").format(
            names=" / ".join(scene.ground.names(matter.path)),
            how=sentences.located(matter.located, matter.place_flag),
        ),
    ]
    if grade:
        lines.append(_("等级：{grade}").format(grade=grade))
    lines += [_waiting(scene), *why_story.as_lines(scene)]
    for promise in promises.about(matter.id):
        lines += _promise_lines(scene, promise)
    return lines


def _route(scene: Scene) -> dict[str, Any]:
    """The last route that was found, as its entry keeps it: to whom the matter went when it went last."""
    for entry in reversed(why_story.entries_of(scene)):
        if "resolver" in entry.facts:
            return why_story.route_of(entry)
    return {}


def _waiting(scene: Scene) -> str:
    """For whom the matter waits now; for nobody if, and only if, it has ended."""
    from gezhi.matters.desks import waiting_words

    matter = scene.matter
    if matter.ended_at is None:
        return _("现在等：{desk}。").format(desk=waiting_words(matter.desk, scene))
    return _("现在不等任何人：{at} 已了结。").format(at=local(matter.ended_at))


def _state(promise: Promise) -> str:
    """met, missed, lapsed, void, stands or open; a promise kept after it was missed stays missed."""
    if promise.stands_since:
        return "stands"
    if promise.void_at:
        return "lapsed" if promise.lapsed_at else "void"
    if promise.missed_at:
        return "missed"
    return "met" if promise.met_at else "open"


def _promise_lines(scene: Scene, promise: Promise) -> list[str]:
    from gezhi.matters import sentences, spoken
    from gezhi.rules.workdays import Due
    from gezhi.ui import words

    due = Due.from_json(promise.why)
    rule = scene.flow.promises.get(promise.name)
    state = {
        "met": _("已兑现"),
        "missed": _("超期"),
        "lapsed": _("期满，没有回音"),
        "void": _("不再需要"),
        "open": _("进行中"),
        "stands": _("停着，恢复后接着算"),
    }[_state(promise)]
    lines = [
        _("期限「{name}」：{length}，{start} 起，{due} 止，{state}。").format(
            name=sentences.label(rule) if rule else promise.name,
            length=spoken.written(promise.length),
            start=local(due.start),
            due=words.exact_due(due.due_at).removesuffix(":00"),
            state=state,
        )
    ]
    if (due.strip and due.clock != "natural") or len(due.strip) > 1:
        lines.append("　　" + "  ".join(_day(day) for day in due.strip))
    return lines + _doubts(due)


def _doubts(due: Due) -> list[str]:
    lines = []
    if due.hours:
        lines.append(_("　　只数服务时间 {hours}。").format(hours=due.hours))
    if due.was:
        lines.append(_("　　工作日历变过：原来到 {at}。").format(at=local(due.was)))
    if due.provisional:
        lines.append(_("　　其中有的日子还没有放假通知，暂按周一至周五算。"))
    if due.rolls:
        lines.append(_("　　按法定期间可顺延到 {at}，对外承诺不顺延。").format(at=local(due.legal_at)))
    return lines


def _day(day: DayStrip) -> str:
    kind = {"work": _("工作日"), "rest": _("休息"), "holiday": _("放假"), "makeup": _("调休上班")}[day.kind]
    return f"{'●' if day.counted else '○'}{day.day:%m-%d} {kind}"
