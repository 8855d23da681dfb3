"""`gezhi contacts set|import|list`: telephones by which residents reach the posts of a unit."""

from __future__ import annotations

import argparse
import json

from gezhi.cli import handed_in, stamp
from gezhi.cli.main import enter, file_verb, plain_verb
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

COLUMNS = ("unit", "post", "phone", "hours")


def about() -> str:
    return _("公开电话：岗位对居民公布的办公电话（set、import、list）")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="set|import|list", required=True)
    one = plain_verb(verbs, "set", _("写一个；电话留空就是撤下"))
    one.add_argument("unit", metavar=_("单元"))
    one.add_argument("post", metavar=_("岗位"), help=_("模型里岗位的代号，如 grid_worker"))
    one.add_argument("phone", metavar=_("电话"))
    one.add_argument("--hours", default="", metavar=_("服务时间"), help=_("如 工作日 8:30–17:30"))
    file_verb(verbs, "import", _("导入一批：CSV，列为 unit,post,phone,hours"))
    plain_verb(verbs, "list", _("列出公布了哪些"))


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    return {"set": _set, "import": _import, "list": _list}[said.what](said)


def _set(said: argparse.Namespace) -> int:
    return _told(said, _put([(said.unit, said.post, said.phone, said.hours)]))


def _import(said: argparse.Namespace) -> int:
    return _told(said, _put(handed_in.rows_of(said.file, COLUMNS, 3)))


def _told(said: argparse.Namespace, changed: int) -> int:
    print(json.dumps({"changed": changed}) if said.json else _("改了 {n} 个公开电话。").format(n=changed))
    return 0


def _put(rows: list[tuple[str, ...]]) -> int:
    """Write all rows or none: a refusal names its line."""
    from gezhi.cli.account import operator
    from gezhi.cli.seats import unit_named
    from gezhi.ledger import clock
    from gezhi.matters import editions
    from gezhi.people.contacts import Contact, set_contact

    at, on, posts = clock.now(), clock.today(), editions.today().posts

    def write(row: tuple[str, ...]) -> bool:
        unit, post, phone, hours = row
        if post not in posts:
            raise Refused(_("模型里没有「{post}」这个岗位。").format(post=post), code="post_unknown")
        return set_contact(Contact(unit_named(unit, on), post, phone, hours), by=operator(), at=at)

    return handed_in.written(rows, write)


def _list(said: argparse.Namespace) -> int:
    from gezhi.ledger import clock
    from gezhi.people.contacts import contacts_at
    from gezhi.places import queries as places

    units = places.tree(clock.today()).by_identity
    found = [
        dict(zip(COLUMNS, (units[one.unit].name, one.post, one.phone, one.hours), strict=True))
        for one in contacts_at(list(units)).values()
    ]
    if said.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for row in found:
        print("  ".join(row.values()))
    return 0
