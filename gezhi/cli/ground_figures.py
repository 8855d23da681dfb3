"""`gezhi ground figures [UNIT]`: what was taken in and what became of it, by today's units or by those of then."""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from gezhi.cli import ground
from gezhi.cli.main import day_word
from gezhi.cli.words import gettext as _

if TYPE_CHECKING:
    from gezhi.reporting.figures import Page, UnitFigures

WEEKS = 13


def declare(verbs: Any) -> None:
    figures = ground.verb(verbs, "figures", _("一个单元的数字：按现在的划分，或按当时的划分"))
    figures.add_argument("unit", nargs="?", default="", metavar=_("单元"), help=_("编码、名称；不写就是全区"))
    figures.add_argument(
        "--from", dest="first", type=day_word, metavar=_("日期"), help=_("从哪天起（默认十三周以前）")
    )
    figures.add_argument(
        "--to", dest="last", type=day_word, metavar=_("日期"), help=_("到哪天为止（默认今天）")
    )
    figures.add_argument(
        "--then", action="store_true", help=_("按那段日子最后一天当时的划分；不加就按现在的划分")
    )
    figures.add_argument(
        "--happened", action="store_true", help=_("按发生的时间；不加就按登记的时间（当时所知）")
    )


def act_figures(said: argparse.Namespace) -> int:
    from gezhi.ledger import clock
    from gezhi.places import naming, queries
    from gezhi.reporting import figures
    from gezhi.reporting.scopes import Scope, whole

    today = clock.today()
    last: date = said.last or today
    on = min(last, today) if said.then else today
    model, tree = ground.model_and_levels(on)[0], queries.tree(on)
    path = naming.unit_named(said.unit, tree).path if said.unit else whole(tree).path
    scope = Scope(path, then=on if said.then else None)
    days = (said.first or last - timedelta(weeks=WEEKS), last)
    basis: Literal["known", "happened"] = "happened" if said.happened else "known"
    page = figures.page_of(scope, model, tree, days, clock.now(), basis)
    print(json.dumps(_as_data(page), ensure_ascii=False, indent=1) if said.json else "\n".join(_lines(page)))
    return 0


def _as_data(page: Page) -> dict[str, Any]:
    asked = page.asked
    return {
        "unit": asked.scope.path,
        "names": list(page.names),
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "basis": asked.basis,
        "ground": "restated" if asked.scope.then is None else asked.scope.then.isoformat(),
        "whole": _numbers(page.whole),
        "below": [{"unit": one.path, "name": one.name, **_numbers(one)} for one in page.below],
    }


def _numbers(one: UnitFigures) -> dict[str, int]:
    parts = {code: number for code, _name, number in one.partition.parts()}
    return {"accepted": one.partition.accepted, **parts}


def _lines(page: Page) -> list[str]:
    from gezhi.reporting import figures, grounds

    asked = page.asked
    head = _("{unit}，{period}，{ground}").format(
        unit=" / ".join(page.names),
        period=figures.period_words(asked).strip(),
        ground=grounds.words(asked.scope),
    )
    return [head, *(_line(one, one.name) for one in page.below), _line(page.whole, _("合计"))]


def _line(one: UnitFigures, name: str) -> str:
    parts = "  ".join(f"{words} {number}" for _code, words, number in one.partition.parts() if number)
    return _("  {name}　受理 {n}　{parts}").format(name=name, n=one.partition.accepted, parts=parts)
