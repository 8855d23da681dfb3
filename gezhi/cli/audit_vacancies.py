"""`gezhi audit vacancies`: the posts that nobody holds, since when, who is asked instead, and what waits there."""

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
    from gezhi.matters.vacancies import Line
    from gezhi.places.tree import Tree
    from gezhi.rules.model import Model


def about() -> str:
    return _("空缺：哪些岗位没有人，从哪天起，现在由谁代理或接办，还有几件在那里等（只有数）")


def declare(parser: argparse.ArgumentParser) -> None:
    day_options(parser)


def act(said: argparse.Namespace) -> int:
    """A report: exit code 0 whether or not a post is vacant."""
    enter(said.home)
    stamp.must_be_current()
    on = said.on or today()
    day, lines = found(on)
    if said.csv:
        print_csv(as_rows(lines, day))
    elif said.json:
        told = {"on": on.isoformat(), "vacancies": [as_data(line) for line in lines]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        head = _("{on} 有 {n} 个岗位空缺。").format(on=on.isoformat(), n=len(lines))
        print("\n".join([head, *(as_words(line, day) for line in lines)]))
    return 0


Day = tuple["Model", "Tree"]


def found(on: date) -> tuple[Day, tuple[Line, ...]]:
    """Model and ground of a day, and its vacancies."""
    from gezhi.matters import editions, vacancies
    from gezhi.people import queries
    from gezhi.places import queries as places

    model, ground = editions.current(on), places.tree(on)
    return (model, ground), vacancies.lines(model, ground, queries.roster(on))


def as_data(line: Line) -> dict[str, Any]:
    """One vacancy for programs."""
    one = line.vacancy
    return {
        "desk": one.desk,
        "post": one.post,
        "department": one.department,
        "unit": one.path,
        "since": one.since.isoformat() if one.since else None,
        "stood_in_from": list(one.stood_in),
        "asked": [{"duty": duty, "desk": desk} for duty, desk in line.asked],
        "waiting": line.waiting,
    }


def as_rows(lines: tuple[Line, ...], day: Day) -> list[list[object]]:
    """The vacancies as a table."""
    head = [_("岗位"), _("空缺起"), _("由谁代理"), _("由谁接办"), _("等办的件数")]
    rows: list[list[object]] = []
    for line in lines:
        since = line.vacancy.since.isoformat() if line.vacancy.since else _("从未任命")
        stood = _("、").join(_desk(desk, day) for desk in line.vacancy.stood_in)
        rows.append([_desk(line.vacancy.desk, day), since, stood, _asked(line, day), line.waiting])
    return [list(head), *rows]


def as_words(line: Line, day: Day) -> str:
    """One vacancy in a sentence."""
    one = line.vacancy
    since = _("{day} 起空缺").format(day=one.since.isoformat()) if one.since else _("从未任命")
    said = ["　　" + _("{desk}：{since}").format(desk=_desk(one.desk, day), since=since)]
    if one.stood_in:
        said.append(_("由{who}代理").format(who=_("、").join(_desk(desk, day) for desk in one.stood_in)))
    elif line.asked:
        said.append(_("由上一级接办：{who}").format(who=_asked(line, day)))
    else:
        said.append(_("没有人接办"))
    said.append(_("{n} 件在等").format(n=line.waiting))
    return _("，").join(said) + _("。")


def _asked(line: Line, day: Day) -> str:
    """Each desk that is asked instead, with the duties for which it is."""
    from gezhi.matters.sentences import label

    model, _ground = day
    duties: dict[str, list[str]] = {}
    for duty, desk in line.asked:
        duties.setdefault(desk, []).append(label(model.duties[duty]) if duty else "")
    said = []
    for desk, names in duties.items():
        what = _("、").join(name for name in names if name)
        said.append(
            _("{desk}（{what}）").format(desk=_desk(desk, day), what=what) if what else _desk(desk, day)
        )
    return _("；").join(said)


def _desk(desk: str, day: Day) -> str:
    """A desk in words: department, or post and unit by its names below the root."""
    from gezhi.matters.sentences import label

    model, ground = day
    if desk.startswith("department:"):
        office = model.departments.get(desk.removeprefix("department:"))
        return label(office) if office else desk
    post, _at, path = desk.partition("@")
    unit = ground.by_path.get(path)
    where = ("/".join(unit.names[1:]) or unit.name) if unit else path
    return f"{where} {label(model.posts[post]) if post in model.posts else post}"
