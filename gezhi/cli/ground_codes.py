"""`gezhi ground codes LIST`: a list of division codes taken in, asked, or held against another list."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from gezhi.cli import ground
from gezhi.cli.account import operator
from gezhi.cli.words import gettext as _
from gezhi.errors import NotFound, Refused

MOST = 20


def declare(verbs: Any) -> None:
    to = ground.verb(
        verbs, "codes", _("区划代码：导入名录（--file）、按代码查（--find）、两份名录对照（--against）")
    )
    to.add_argument(
        "list", metavar=_("名录"), help=_("名录的代号：mca（民政）、stats（统计），或自定的小写字母")
    )
    to.add_argument("--file", type=Path, metavar=_("文件"), help=_("CSV，列为“代码,名称,上级”"))
    to.add_argument("--parent", default="", metavar=_("列名"), help=_("哪一列是上级（默认“上级”）"))
    to.add_argument("--find", default="", metavar=_("代码"), help=_("这个代码在那一天是哪个单元"))
    to.add_argument("--against", default="", metavar=_("名录"), help=_("和哪份名录对照"))
    to.add_argument("--level", default="", metavar=_("层级"), help=_("只对照这一级"))


def act_codes(said: argparse.Namespace) -> int:
    if sum(1 for one in (said.file, said.find, said.against) if one) != 1:
        raise Refused(_("--file、--find、--against 要写且只写一个。"), code="codes_what")
    if said.file:
        return _take(said)
    return _find(said) if said.find else _against(said)


def _take(said: argparse.Namespace) -> int:
    from gezhi.ledger import clock
    from gezhi.places import codes
    from gezhi.places.services import put_codes

    if not said.file.is_file():
        raise Refused(_("没有这个文件：{file}。").format(file=said.file), code="file", field="file")
    rows = codes.read_list(said.file.read_bytes(), said.parent)
    found = put_codes(rows, said.list, on=ground.day(said), by=operator(), at=clock.now())
    missed = [{"line": row.line, "code": row.code, "why": why} for row, why in found.missed]
    if said.json:
        print(json.dumps({"read": len(rows), "put": len(found.found), "missed": missed}, ensure_ascii=False))
        return 0
    print(
        _("读到 {n} 行：对上 {put} 行，对不上 {missed} 行。").format(
            n=len(rows), put=len(found.found), missed=len(missed)
        )
    )
    for row, why in found.missed[:MOST]:
        print(_("  第 {n} 行 {code}：{why}").format(n=row.line, code=row.code, why=why))
    return 0


def _find(said: argparse.Namespace) -> int:
    from gezhi.places import history, queries

    on = ground.day(said)
    unit = history.unit_coded(said.list, said.find, on)
    held = queries.unit_of(unit, on) if unit else None
    if held is None:
        raise NotFound(
            _("{on} 的名录 {system} 里没有代码 {code}。").format(on=on, system=said.list, code=said.find)
        )
    print(
        json.dumps({"path": held.path, "names": list(held.names)}, ensure_ascii=False)
        if said.json
        else "/".join(held.names)
    )
    return 0


def _against(said: argparse.Namespace) -> int:
    from gezhi.places import history, queries

    on = ground.day(said)
    model, _levels = ground.model_and_levels(on)
    level = ground.level_named(said.level, model) if said.level else ""
    found = history.lists_compared(said.list, said.against, on, level)
    names = {u.identity: "/".join(u.names[1:]) or u.name for u in queries.tree(on).by_path.values()}
    if said.json:
        told = {
            "same": len(found.same),
            "different": [[names[unit], one, other] for unit, one, other in found.different],
            "swapped": [[code, names[one], names[other]] for code, one, other in found.swapped],
            "only_first": [names[unit] for unit in found.only_first],
            "only_second": [names[unit] for unit in found.only_second],
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    share = f"{len(found.different) * 100 / found.compared:.1f} %" if found.compared else "—"
    print(
        _(
            "两份名录都有的 {n} 个单元里，{different} 个代码不同（{share}）；同一代码指两个单元的 {swapped} 个。"
        ).format(n=found.compared, different=len(found.different), share=share, swapped=len(found.swapped))
    )
    print(
        _("只在 {a} 里 {n} 个，只在 {b} 里 {m} 个。").format(
            a=said.list, b=said.against, n=len(found.only_first), m=len(found.only_second)
        )
    )
    for unit, one, other in found.different[:MOST]:
        print(f"  {names[unit]}　{one} ≠ {other}")
    return 0
