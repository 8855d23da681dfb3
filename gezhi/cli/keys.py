"""`gezhi keys list|rotate|remove`: the sealing keys of the vault."""

from __future__ import annotations

import argparse
import json

from gezhi.cli import stamp
from gezhi.cli.main import enter, home_option, json_option
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused


def about() -> str:
    return _("保管库密钥：查看（list）、更换并重新封存（rotate）、移除旧密钥（remove）")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("list", "rotate", "remove"), metavar="list|rotate|remove")
    parser.add_argument(
        "number", nargs="?", type=int, metavar=_("编号").upper(), help=_("remove：旧密钥的编号")
    )
    home_option(parser)
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    if said.what == "rotate":
        _rotate()
    elif said.what == "remove":
        _remove(said.number)
    _list(said.json)
    return 0


def _rotate() -> None:
    """A new key, then every identity re-sealed batch by batch; cut short, the next call goes on."""
    from gezhi.ledger.actor import HOUSE
    from gezhi.ledger.clock import now
    from gezhi.vault.queries import sealed_otherwise
    from gezhi.vault.services import add_key, reseal

    if not sealed_otherwise():
        add_key(by=HOUSE, at=now())
    total = 0
    while done := reseal(by=HOUSE, at=now()):
        total += done
    say(_("已换新密钥，重新封存 {n} 份身份信息。一小时后可用 gezhi keys remove 移除旧密钥。").format(n=total))


def _remove(number: int | None) -> None:
    from gezhi.ledger.actor import HOUSE
    from gezhi.ledger.clock import now
    from gezhi.vault.services import remove_key

    if number is None:
        raise Refused(_("请写明要移除的密钥编号。"), code="number_missing")
    remove_key(number, by=HOUSE, at=now())


def _list(as_json: bool) -> None:
    from gezhi.vault.keys import ring

    keys = ring()
    if as_json:
        rows = [
            {"number": k.number, "cipher": k.cipher, "newest": k is keys.newest}
            for _number, k in sorted(keys.keys.items())
        ]
        print(json.dumps(rows))
        return
    for number, key in sorted(keys.keys.items()):
        say(f"{number:>3}  {key.cipher}  {_('使用中') if key is keys.newest else _('旧')}")
