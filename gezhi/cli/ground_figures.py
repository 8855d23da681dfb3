"""`gezhi ground figures [UNIT]`: what was taken in and what became of it, by today's units or by those of then; and, with
`--public`, the table of a month that may be shown to everybody."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from gezhi.cli import ground
from gezhi.cli.main import day_word
from gezhi.cli.words import gettext as _

if TYPE_CHECKING:
    from gezhi.reporting.figures import Page, UnitFigures
    from gezhi.reporting.public import PublicTable

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
    figures.add_argument(
        "--public",
        type=_month_word,
        metavar=_("月份"),
        help=_("可以公开的表：这一个月（2026-10），少于下限的和能推出它的都不公开"),
    )


def _month_word(word: str) -> date:
    """A month as an option takes it."""
    try:
        return date.fromisoformat(f"{word}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(_("月份写成 2026-10")) from None


def act_figures(said: argparse.Namespace) -> int:
    from gezhi.ledger import clock
    from gezhi.places import naming, queries
    from gezhi.reporting import figures
    from gezhi.reporting.scopes import Scope, whole

    if said.public:
        return _public(said)
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


def _public(said: argparse.Namespace) -> int:
    """The table of a closed month that may be shown to everybody."""
    from gezhi.places import naming, queries
    from gezhi.reporting import public

    table = public.month_table(said.public)
    ground = queries.tree(table.last)
    path = naming.unit_named(said.unit, ground).path if said.unit else ground.root.path if ground.root else ""
    if path not in table.units:
        print(_("公开的表只到全区以下两级，不到最低一级，里面没有这个单元。"))
        return 1
    if said.json:
        rows = {"units": table.units_at(path), "classes": table.classes_of(path)}
        told = {kind: [asdict(row) for row in some] for kind, some in rows.items()}
        counts = {"cells": table.cells, "hidden": table.hidden, "least": table.least}
        print(json.dumps({"month": f"{table.first:%Y-%m}", **counts, **told}, ensure_ascii=False, indent=1))
        return 0
    print("\n".join(_public_lines(table, path)))
    return 0


def _public_lines(table: PublicTable, path: str) -> list[str]:
    head = _(
        "{unit}，{month}，按月底所知；{cells} 格里 {hidden} 格不公开（少于 {least}，或能推出少于 {least} 的）"
    )
    said = {"cells": table.cells, "hidden": table.hidden, "least": table.least}
    lines = [head.format(unit=table.names[path], month=f"{table.first:%Y-%m}", **said)]
    lines.append(_("  月底正对人回避的事项不在里面：被反映的人拿自己看到的数一减就知道了。"))
    for row in (*table.units_at(path), *table.classes_of(path)[:-1]):
        numbers = [_told(n) for n in (row.accepted, row.solved, row.void)]
        rates = [_told(rate, "%") for rate in (row.closed_rate, row.closed_valid)]
        line = _("  {name}　受理 {n}　已解决 {solved}　作废 {void}　办结率 {rate}　有效办结率 {valid}")
        lines.append(
            line.format(
                name=row.name, n=numbers[0], solved=numbers[1], void=numbers[2], rate=rates[0], valid=rates[1]
            )
        )
    return lines


def _told(said: int | str | None, sign: str = "") -> str:
    if said is None:
        return _("不公开")
    return f"{said}{sign}" if said != "—" else "—"
