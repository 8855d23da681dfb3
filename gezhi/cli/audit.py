"""`gezhi audit …`: does what is loaded keep what the governance model wants? Each verb is a module of its own."""

from __future__ import annotations

import argparse
import csv
import importlib
import sys
from collections.abc import Iterable, Sequence

from gezhi.cli.main import day_word, declare_each, home_option, json_option
from gezhi.cli.words import gettext as _

VERBS = {  # verb -> module
    "staffing": "audit_staffing",
    "vacancies": "audit_vacancies",
    "counts": "audit_counts",
}
BOM = "\ufeff"  # without it spreadsheets here read UTF-8 as GBK


def about() -> str:
    return _("核对：人员配备（staffing）、空缺（vacancies），导入统计数（counts）")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="|".join(VERBS), required=True)
    declare_each(verbs, VERBS)


def act(said: argparse.Namespace) -> int:
    return int(importlib.import_module(f"gezhi.cli.{VERBS[said.what]}").act(said))


def day_options(to: argparse.ArgumentParser) -> None:
    """The words of an audit: which day, and in which form."""
    to.add_argument(
        "--on", type=day_word, metavar=_("日期"), help=_("按哪一天，写成 2026-11-20（默认实例的今天）")
    )
    to.add_argument("--csv", action="store_true", help=_("结果以 CSV 输出，表格软件可直接打开"))
    home_option(to)
    json_option(to)


def print_csv(rows: Iterable[Sequence[object]]) -> None:
    """Rows as a file that spreadsheets open; a cell that would be taken for a formula is kept from it."""
    sys.stdout.write(BOM)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell
