"""`gezhi audit counts FILE`: counts per unit from a table, all of them or none. Numbers only, never a list of people."""

from __future__ import annotations

import argparse
import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from gezhi.cli import stamp
from gezhi.cli.account import operator
from gezhi.cli.main import day_of, enter, home_option, json_option
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

if TYPE_CHECKING:
    from gezhi.people.services import CountRow


def N_(said: str) -> str:  # noqa: N802  # the mark of a text that is translated later
    return said


COLUMNS = {
    "unit": N_("单位"),
    "what": N_("项目"),
    "number": N_("数目"),
    "source": N_("来源"),
    "on": N_("日期"),
}
"""The columns, and what a file calls them; their English and the words themselves are taken too."""


def headers() -> dict[str, str]:
    """Each name a column may have in the file, with the column."""
    return {way: column for column, said in COLUMNS.items() for way in (column, said, _(said))}


def about() -> str:
    return _("导入各单元的统计数（党组织、人数等）：只收数目，写明来源和日期")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar=_("文件"), help=_("CSV 文件，五列：单位、项目、数目、来源、日期")
    )
    home_option(parser)
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    from gezhi.ledger import clock
    from gezhi.matters import editions
    from gezhi.people import services

    at = clock.now()
    from django.utils import timezone

    rows = read(said.file)
    put = services.put_counts(rows, editions.current(timezone.localdate(at)), by=operator(), at=at)
    if said.json:
        print(json.dumps({"put": put}))
    else:
        print(_("已收 {n} 个数。").format(n=put))
    return 0


def read(file: Path) -> list[CountRow]:
    """The rows of the file. Raises `Refused` with line and column for what cannot be read."""
    from gezhi.rules.folder import decoded

    try:
        text = decoded(file.read_bytes())
    except UnicodeDecodeError:
        raise Refused(_("文字编码读不出来。请另存为 UTF-8。"), code="file_encoding", field="file") from None
    lines = csv.reader(io.StringIO(text))
    known, head = headers(), [cell.strip() for cell in next(lines, [])]
    columns = [known.get(cell, "") for cell in head]
    if sorted(columns) != sorted(COLUMNS):
        columns_said = _("、").join(_(said) for said in COLUMNS.values())
        told = _("第一行应是这五列，不多不少：{columns}。").format(columns=columns_said)
        raise Refused(told, code="file_header", field="file")
    return [
        _row(n, dict(zip(columns, cells, strict=False))) for n, cells in enumerate(lines, 2) if any(cells)
    ]


def _row(line: int, said: dict[str, str]) -> CountRow:
    from gezhi.cli import seats
    from gezhi.people.services import CountRow

    try:
        on = day_of(said.get("on", "").strip())
        number = int(said.get("number", "").strip())
    except ValueError:
        told = _("第 {n} 行：数目写整数，日期写成 2026-11-20。").format(n=line)
        raise Refused(told, code="file_row", field="file") from None
    try:
        unit = seats.unit_named(said.get("unit", "").strip(), on)
    except Refused as refusal:
        told = _("第 {n} 行：{why}").format(n=line, why=refusal.reason)
        raise Refused(told, code=refusal.code, field="file") from None
    return CountRow(unit, said.get("what", "").strip(), number, said.get("source", ""), on)
