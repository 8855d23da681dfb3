"""`gezhi plates issue|list|end`: codes of door plates, to be printed on them."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from gezhi.cli import stamp
from gezhi.cli.main import enter, plain_verb
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

COLUMNS = ("code", "address", "unit", "url")


def about() -> str:
    return _("门牌码：发码（issue）、列出来印（list）、停用一块（end）")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="issue|list|end", required=True)
    issue = plain_verb(verbs, "issue", _("给还没有门牌码的楼栋各发一个"))
    issue.add_argument("--within", default="", metavar=_("单元"), help=_("只发这个单元里的（默认全区）"))
    shown = plain_verb(verbs, "list", _("列出在用的门牌码：CSV，列为 code,address,unit,url"))
    shown.add_argument("--within", default="", metavar=_("单元"), help=_("只列这个单元里的（默认全区）"))
    shown.add_argument("--squares", type=Path, metavar=_("目录"), help=_("每块另存一个二维码（SVG）到这里"))
    end = plain_verb(verbs, "end", _("停用一块丢了或被仿制的门牌；再发一次码就有新的"))
    end.add_argument("code", metavar=_("门牌码"))


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    return {"issue": _issue, "list": _list, "end": _end}[said.what](said)


def _issue(said: argparse.Namespace) -> int:
    from gezhi.cli.account import operator
    from gezhi.ledger import clock
    from gezhi.places.services import plating

    many = plating.issue(_path(said.within), by=operator(), at=clock.now(), on=clock.today())
    print(json.dumps({"issued": many}) if said.json else _("发了 {n} 个门牌码。").format(n=many))
    return 0


def _list(said: argparse.Namespace) -> int:
    rows = _rows(said)
    if said.json:
        print(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], ensure_ascii=False))
        return 0
    out = csv.writer(sys.stdout)
    out.writerow(COLUMNS)
    out.writerows(rows)
    return 0


def _rows(said: argparse.Namespace) -> Iterator[tuple[str, str, str, str]]:
    from django.conf import settings

    from gezhi.ledger import clock
    from gezhi.places import plates

    home = settings.HOME
    if said.squares:
        if not home.address:
            raise Refused(
                _("还没有定对外的网址，二维码不知道指到哪里。请先在“设置”里写好网址。"), code="no_address"
            )
        said.squares.mkdir(parents=True, exist_ok=True)
    for code, place, unit in plates.running(_path(said.within), clock.today()):
        there = f"/a/{code}"
        url = home.whole(there) or there
        if said.squares:
            _square(url, said.squares / f"{code}.svg")
        yield code, place, unit, url


def _square(url: str, file: Path) -> None:
    import segno

    segno.make(url, error="q").save(str(file), scale=8, border=4)


def _end(said: argparse.Namespace) -> int:
    from gezhi.cli.account import operator
    from gezhi.ledger import clock
    from gezhi.places.services import plating

    plating.end(said.code, by=operator(), at=clock.now())
    print(json.dumps({"ended": said.code}) if said.json else _("{code} 停用了。").format(code=said.code))
    return 0


def _path(within: str) -> str:
    from gezhi.cli.seats import unit_named
    from gezhi.ledger import clock
    from gezhi.places import queries as places

    ground = places.tree(clock.today())
    if ground.root is None:
        raise Refused(_("这个实例还没有网格图。请先导入网格边界。"), code="no_ground")
    return ground.by_identity[unit_named(within, clock.today())].path if within else ground.root.path
