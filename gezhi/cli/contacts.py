"""`gezhi contacts set|import|list`: telephones by which residents reach the posts of a unit."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

from gezhi.cli import stamp
from gezhi.cli.main import enter, plain_verb
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
    take = plain_verb(verbs, "import", _("导入一批：CSV，列为 unit,post,phone,hours"))
    take.add_argument("file", type=Path, metavar=_("文件"))
    plain_verb(verbs, "list", _("列出公布了哪些"))


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    return {"set": _set, "import": _import, "list": _list}[said.what](said)


def _set(said: argparse.Namespace) -> int:
    return _told(said, _put([(said.unit, said.post, said.phone, said.hours)]))


def _import(said: argparse.Namespace) -> int:
    if not said.file.is_file():
        raise Refused(_("没有这个文件：{file}。").format(file=said.file), code="file", field="file")
    with said.file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if rows and not set(COLUMNS[:3]) <= rows[0].keys():
        raise Refused(_("第一行要写列名：{columns}。").format(columns=",".join(COLUMNS)), code="columns")
    return _told(said, _put([tuple((row.get(name) or "").strip() for name in COLUMNS) for row in rows]))


def _told(said: argparse.Namespace, changed: int) -> int:
    print(json.dumps({"changed": changed}) if said.json else _("改了 {n} 个公开电话。").format(n=changed))
    return 0


def _put(rows: list[tuple[str, ...]]) -> int:
    """Write all rows or none: a refusal names its line."""
    from django.db import transaction

    from gezhi.cli.account import operator
    from gezhi.cli.seats import unit_named
    from gezhi.ledger import clock
    from gezhi.matters import editions
    from gezhi.people.contacts import Contact, set_contact

    at, on, posts = clock.now(), clock.today(), editions.today().posts
    changed = 0
    with transaction.atomic():
        for line, (unit, post, phone, hours) in enumerate(rows, 2):
            try:
                if post not in posts:
                    raise Refused(_("模型里没有「{post}」这个岗位。").format(post=post), code="post_unknown")
                contact = Contact(unit_named(unit, on), post, phone, hours)
                changed += set_contact(contact, by=operator(), at=at)
            except Refused as wrong:
                told = _("第 {n} 行没有写进去，一个也没有改：{why}").format(n=line, why=wrong.reason)
                raise Refused(told if len(rows) > 1 else wrong.reason, code=wrong.code) from wrong
    return changed


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
