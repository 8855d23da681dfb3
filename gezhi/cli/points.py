"""`gezhi points import|list|drop`: service points that residents are told of on the page of a door plate."""

from __future__ import annotations

import argparse
import json

from gezhi.cli import handed_in, stamp
from gezhi.cli.main import enter, file_verb, plain_verb
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

COLUMNS = ("unit", "name", "does", "address", "phone", "hours")


def about() -> str:
    return _("便民服务点：名称、办什么、地址、电话、几时开（import、list、drop）")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="import|list|drop", required=True)
    file_verb(
        verbs, "import", _("导入一批：CSV，列为 unit,name,does,address,phone,hours；同单元同名的照新的改")
    )
    plain_verb(verbs, "list", _("列出有哪些"))
    drop = plain_verb(verbs, "drop", _("撤下一个"))
    drop.add_argument("unit", metavar=_("单元").upper())
    drop.add_argument("name", metavar=_("名称"))


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    return {"import": _import, "list": _list, "drop": _drop}[said.what](said)


def _import(said: argparse.Namespace) -> int:
    from gezhi.cli.account import operator
    from gezhi.cli.seats import unit_named
    from gezhi.ledger import clock
    from gezhi.places import service_points
    from gezhi.places.service_points import Point

    at, on = clock.now(), clock.today()
    changed = handed_in.written(
        handed_in.rows_of(said.file, COLUMNS, 4),
        lambda row: service_points.put(Point(unit_named(row[0], on), *row[1:]), by=operator(), at=at),
    )
    print(json.dumps({"changed": changed}) if said.json else _("改了 {n} 个服务点。").format(n=changed))
    return 0


def _drop(said: argparse.Namespace) -> int:
    from gezhi.cli.account import operator
    from gezhi.cli.seats import unit_named
    from gezhi.ledger import clock
    from gezhi.places import service_points

    unit = unit_named(said.unit, clock.today())
    if not service_points.drop(unit, said.name, by=operator(), at=clock.now()):
        told = _("这个单元没有叫「{name}」的服务点。用 gezhi points list 看有哪些。")
        raise Refused(told.format(name=said.name), code="point_unknown")
    print(json.dumps({"dropped": 1}) if said.json else _("撤下了 {name}。").format(name=said.name))
    return 0


def _list(said: argparse.Namespace) -> int:
    from gezhi.ledger import clock
    from gezhi.places import queries as places
    from gezhi.places.service_points import points_of

    units = places.tree(clock.today()).by_identity
    rows = [
        dict(
            zip(
                COLUMNS,
                (units[one.unit].name, one.name, one.does, one.address, one.phone, one.hours),
                strict=True,
            )
        )
        for one in points_of(list(units), most=len(units) * 200)
    ]
    if said.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print("  ".join(row.values()))
    return 0
