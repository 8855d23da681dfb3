"""`gezhi ledger verify` proves the ledger; `seal` seals what is not sealed yet; `days` writes the published days."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from gezhi.cli.main import day_word, enter, home_option, json_option
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say

if TYPE_CHECKING:
    from gezhi.ledger.verify import Verdict


def about() -> str:
    return _("账本：核对每一条与每一批（verify），封存新条目（seal），输出每天公布的日根（days）")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("verify", "seal", "days"), metavar="verify|seal|days")
    home_option(parser)
    json_option(parser)
    parser.add_argument("--csv", action="store_true", help=_("日根以 CSV 输出（days）"))
    parser.add_argument("--since", type=day_word, metavar=_("日期"), help=_("只要这一天起的日根（days）"))


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    if said.what == "days":
        return _days(said)
    return _seal(said.json) if said.what == "seal" else _verify(said.json)


def proof() -> Verdict:
    """The whole ledger recomputed, with the texts and the matters it speaks of."""
    from gezhi.matters import proof as matters

    return matters.proof()


def _verify(as_json: bool) -> int:
    """Exit code 0 if, and only if, everything agrees."""
    verdict = proof()
    if as_json:
        print(
            json.dumps(
                {
                    "whole": verdict.whole,
                    "entries": verdict.entries,
                    "batches": verdict.batches,
                    "days": verdict.days,
                    "unsealed": verdict.unsealed,
                    "texts": verdict.texts,
                    "erased": verdict.erased,
                    "head": verdict.head,
                    "faults": verdict.faults,
                },
                ensure_ascii=False,
            )
        )
        return 0 if verdict.whole else 1
    say(
        _("核对 {entries} 条、{batches} 批、{days} 天、{texts} 段文字；{unsealed} 条待封存。").format(
            entries=verdict.entries,
            batches=verdict.batches,
            days=verdict.days,
            texts=verdict.texts,
            unsealed=verdict.unsealed,
        )
    )
    if verdict.head:
        say(_("末批链值：{head}").format(head=verdict.head))
    for basis, count in sorted(verdict.erased.items()):
        say(_("{n} 段文字已依法删除，依据 {basis}。").format(n=count, basis=basis))
    for fault in verdict.faults:
        say(_("不符：{fault}").format(fault=fault))
    say(_("账本完整。") if verdict.whole else _("账本有 {n} 处不符。").format(n=len(verdict.faults)))
    return 0 if verdict.whole else 1


def _seal(as_json: bool) -> int:
    from gezhi.ledger.clock import now
    from gezhi.ledger.days import close_days
    from gezhi.ledger.services import seal

    total = 0
    while done := seal(at=now()):
        total += done
    days = close_days(at=now())
    if as_json:
        print(json.dumps({"sealed": total, "days": days}))
    else:
        say(_("封存 {n} 条。").format(n=total))
    return 0


def _days(said: argparse.Namespace) -> int:
    """The published days, as the open data has them: JSON, or with `--csv` a table."""
    from gezhi.ledger import day_files
    from gezhi.ledger.clock import today
    from gezhi.places import queries as places

    if said.csv:
        print(day_files.as_csv(said.since), end="")
    else:
        print(day_files.as_json(places.district_name(today()), said.since))
    return 0
