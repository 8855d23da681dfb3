"""`gezhi groups import|export FILE`: the register of chat groups, read whole or not at all, and written again."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from gezhi.cli import stamp
from gezhi.cli.main import enter, file_verb
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused

if TYPE_CHECKING:
    from gezhi.notify.groups_file import Fault

MOST_FAULTS = 20


def about() -> str:
    return _("微信群的登记：收下（import）、写出（export）；只登记群，不登记人，不读聊天")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="import|export", required=True)
    file_verb(
        verbs, "import", _("收下一份 CSV：编号,群名,单元,楼栋,人数,岗位,机器人,核对日期；有一行不对就都不收")
    )
    file_verb(verbs, "export", _("把在用的群写成 CSV，改好可以再收"))


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    return _import(said) if said.what == "import" else _export(said)


def _import(said: argparse.Namespace) -> int:
    from gezhi.ledger.actor import HOUSE
    from gezhi.ledger.clock import now, today
    from gezhi.matters import editions
    from gezhi.notify import groups_file
    from gezhi.places import queries as places

    if not said.file.is_file():
        raise Refused(_("没有这个文件：{file}。").format(file=said.file), code="file", field="file")
    try:
        text = groups_file.text_of(said.file.read_bytes())
        taken = groups_file.take(text, editions.today(), places.tree(today()), by=HOUSE, at=now())
    except groups_file.FileWrong as wrong:
        return _refused(wrong.faults, said)
    if said.json:
        print(json.dumps({"added": taken.added, "changed": taken.changed, "same": taken.same}))
    else:
        told = _("收下了：新登记 {added} 个群，改了 {changed} 个，{same} 个没有变。")
        say(told.format(added=taken.added, changed=taken.changed, same=taken.same))
    return 0


def _refused(faults: list[Fault], said: argparse.Namespace) -> int:
    """Every fault for a program, the first of them for people."""
    if said.json:
        print(
            json.dumps(
                {"faults": [{"line": one.line, "said": one.said} for one in faults]}, ensure_ascii=False
            )
        )
        return 1
    lines = [str(one) for one in faults[:MOST_FAULTS]]
    more = len(faults) - MOST_FAULTS
    lines += [_("……还有 {n} 处。").format(n=more)] if more > 0 else []
    raise Refused(
        "\n".join([_("{file} 没有收下，登记没有变：").format(file=said.file), *lines]), code="groups_wrong"
    )


def _export(said: argparse.Namespace) -> int:
    from gezhi.ledger.clock import today
    from gezhi.matters import editions
    from gezhi.notify import groups_file
    from gezhi.places import queries as places

    many = -1
    with said.file.open("w", encoding="utf-8", newline="") as out:
        for line in groups_file.written(places.tree(today()), editions.today()):
            out.write(line)
            many += 1
    print(json.dumps({"groups": many})) if said.json else say(_("写出了 {n} 个群。").format(n=many))
    return 0
