"""`gezhi audit staffing`: what each staffing rule wants, what there is, and in which units it is wanting."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from gezhi.cli import stamp
from gezhi.cli.account import today
from gezhi.cli.audit import day_options, print_csv
from gezhi.cli.main import enter
from gezhi.cli.words import gettext as _

if TYPE_CHECKING:
    from gezhi.people.auditing import Gap, Line, Unkept
    from gezhi.rules.model import Model

NOTHING = "—"


def about() -> str:
    return _("人员配备：每条配备规则应有多少、现有多少、哪些单元缺、多出多少")


def declare(parser: argparse.ArgumentParser) -> None:
    day_options(parser)


def act(said: argparse.Namespace) -> int:
    """A report: exit code 0 whether or not somebody is missing."""
    enter(said.home)
    stamp.must_be_current()
    on = said.on or today()
    model, lines, unkept = audited(on)
    if said.csv:
        print_csv(as_rows(lines, model))
    elif said.json:
        told = {"on": on.isoformat(), "model": model.version, "lines": [as_data(line) for line in lines]}
        told |= {"unkept": [_unkept_data(one) for one in unkept]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        told_lines = [said for one in lines for said in as_lines(one, model)]
        print("\n".join([_head(on, model, lines), *told_lines, *_apart(unkept, model)]))
    return 0


def audited(on: date) -> tuple[Model, tuple[Line, ...], tuple[Unkept, ...]]:
    """Model and audit of a day, and where whoever verifies cannot be another person than whoever handled."""
    from gezhi.matters import editions
    from gezhi.people import auditing, queries
    from gezhi.places import queries as places

    model, ground, staff = editions.current(on), places.tree(on), queries.roster(on)
    return model, auditing.audit(model, ground, staff, on), auditing.unkept(model, ground, staff)


def as_data(line: Line) -> dict[str, Any]:
    """One line for programs; a number that is not known is null."""
    same = ("rule", "level", "what", "kind", "basis", "units", "required", "present", "missing", "surplus")
    return {name: getattr(line, name) for name in same} | {
        "filled": line.filled,
        "ratio": {"numerator": line.filled, "denominator": line.units, "percent": _percent(line)},
        "whole": line.whole,
        "uncounted": line.uncounted,
        "short": [_gap(gap) for gap in line.short],
        "over": [_gap(gap) for gap in line.over],
        "sources": [{"source": source, "on": on.isoformat()} for source, on in line.sources],
    }


def as_rows(lines: tuple[Line, ...], model: Model) -> list[list[object]]:
    """The audit as a table, a line each."""
    head = (
        *(_("规则"), _("项目"), _("层级"), _("要求"), _("单元数"), _("应有"), _("现有"), _("缺"), _("多")),
        *(_("达到的单元"), _("百分比"), _("全覆盖"), _("没有达到的单元"), _("来源")),
    )
    return [list(head), *(_row(line, model) for line in lines)]


def as_lines(line: Line, model: Model) -> list[str]:
    """One line in words: the rule, the numbers, the share, and the units."""
    return [
        _("{rule}　{what}（{kind}）").format(**_names(line, model)),
        *(f"　　{said}" for said in _told(line, model)),
    ]


def _told(line: Line, model: Model) -> list[str]:
    numbers = {"units": line.units, "level": _level(line, model), "filled": line.filled}
    if not line.units:
        return [_("这一天没有{level}，不能核对。").format(**numbers)]
    if line.filled is None:
        return [_("{units} 个{level}；没有录入数目，不能核对。").format(**numbers)]
    share = _("达到的{level} {filled}/{units} = {percent}").format(**numbers, percent=_percent_words(line))
    said = [_sums(line, model), share + (_("，全覆盖。") if line.whole else _("。"))]
    if line.short:
        title = _("没有单设的 {n} 个：{units}。") if line.kind == "shared" else _("欠缺的 {n} 个：{units}。")
        said.append(title.format(n=len(line.short), units=_listed(line.short)))
    return said + _doubts(line)


def _sums(line: Line, model: Model) -> str:
    if line.kind == "shared":
        return _("{units} 个{level}共有 {present} 个，允许合设。").format(**_all(line, model))
    compared = {True: "≥", False: "<"}[(line.present or 0) >= (line.required or 0)]
    words = _("{units} 个{level}应有 {required}，现有 {present}（{present} {compared} {required}），")
    rest = _("缺 {missing}，多 {surplus}。")
    return (words + rest).format(**_all(line, model), compared=compared)


def _all(line: Line, model: Model) -> dict[str, object]:
    names = ("units", "required", "present", "missing", "surplus")
    return {name: getattr(line, name) for name in names} | {"level": _level(line, model)}


def _doubts(line: Line) -> list[str]:
    said = []
    if line.sources:
        each = [_("{source}（{day}）").format(source=one, day=on.isoformat()) for one, on in line.sources]
        which = _("、").join(each)
        said.append(_("数是导入的：{which}。").format(which=which))
    if line.uncounted:
        said.append(_("其中 {n} 个没有录入数目，按没有算。").format(n=line.uncounted))
    return said


def _row(line: Line, model: Model) -> list[object]:
    names = _names(line, model)
    numbers = [line.required, line.present, line.missing, line.surplus, line.filled]
    return [
        *(names["rule"], names["what"], _level(line, model), names["kind"], line.units),
        *(NOTHING if number is None else number for number in numbers),
        _percent(line),
        _("是") if line.whole else _("否"),
        _("、").join(f"{_unit(gap)} {gap.there}/{gap.wanted}" for gap in line.short),
        _("、").join(f"{source} {on.isoformat()}" for source, on in line.sources),
    ]


def _names(line: Line, model: Model) -> dict[str, str]:
    from gezhi.matters.sentences import label

    what = model.posts.get(line.what) or model.overlays.get(line.what)
    kinds = {
        "least": _("每个至少 {n}").format(n=model.staffing[line.rule].least.get(line.what, 0)),
        "one": _("各一个"),
        "shared": _("可合设"),
    }
    rule = label(model.staffing[line.rule])
    return {"rule": rule, "what": label(what) if what else line.what, "kind": kinds[line.kind]}


def _level(line: Line, model: Model) -> str:
    from gezhi.matters.sentences import label

    return label(model.levels[line.level])


def _head(on: date, model: Model, lines: tuple[Line, ...]) -> str:
    """Whose staff it is, on which day, and by whose rules: a district may run by another's model."""
    from django.conf import settings

    from gezhi.matters.sentences import label

    names = {"name": settings.HOME.name or _("未命名的区"), "model": label(model.about), "on": on.isoformat()}
    if not lines:
        return _("{name}，{on}：治理办法「{model}」没有写配备规则，没有可核对的。").format(**names)
    return _("{name}，{on} 的配备，按治理办法「{model}」核对：").format(**names)


def _apart(unkept: tuple[Unkept, ...], model: Model) -> list[str]:
    """Where somebody would have to verify their own work, or that it happens nowhere."""
    from gezhi.matters.sentences import label

    if not unkept:
        return [_("按现有人员，办的人和核的人处处分得开。")]
    said = [_("按现有人员，办的人和核的人分不开的：")]
    for one in unkept:
        flow = model.flows[one.flow]
        names = {
            "flow": label(flow),
            "step": label(flow.steps[one.step]),
            "duties": _("、").join(label(model.duties[duty]) for duty in one.duties),
            "units": _("、").join("/".join(names[1:]) or names[-1] for _path, names in one.units),
        }
        words = _("{flow}「{step}」（{duties}）：{n} 个单元除了办的人，没有别人能核查：{units}。")
        said.append("　　" + words.format(n=len(one.units), **names))
    return said


def _unkept_data(one: Unkept) -> dict[str, Any]:
    units = [{"unit": path, "names": list(names)} for path, names in one.units]
    return {
        "flow": one.flow,
        "step": one.step,
        "duties": list(one.duties),
        "people": one.people,
        "units": units,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"unit": gap.path, "names": list(gap.names), "there": gap.there, "wanted": gap.wanted}


def _listed(gaps: tuple[Gap, ...]) -> str:
    """Every unit by name, those of one parent together."""
    parents: dict[str, list[str]] = {}
    for gap in gaps:
        parents.setdefault("/".join(gap.names[1:-1]), []).append(gap.names[-1])
    said = ((parent, _("、").join(names)) for parent, names in parents.items())
    return _("；").join(
        _("{parent}：{units}").format(parent=parent, units=units) if parent else units
        for parent, units in said
    )


def _unit(gap: Gap) -> str:
    """A unit by its names below the root."""
    return "/".join(gap.names[1:]) or gap.names[-1]


def _percent(line: Line) -> str:
    from gezhi.reporting.rounding import percent

    return NOTHING if line.filled is None else percent(line.filled, line.units)


def _percent_words(line: Line) -> str:
    said = _percent(line)
    return said if said == NOTHING else f"{said} %"
