"""`gezhi account add|invite|appoint|password|list`: who signs in and as which post, by the operator of the instance."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from gezhi.cli import password, slip, stamp
from gezhi.cli.main import day_word, enter, home_option, json_option
from gezhi.cli.words import gettext as _
from gezhi.errors import NotFound, Refused

if TYPE_CHECKING:
    from gezhi.cli.seats import Wanted
    from gezhi.people.certificates import Shown


def about() -> str:
    return _(
        "账号：新建（add）、发登录单（invite）、任职（appoint）、重设密码并解除锁定（password）、列出（list）"
    )


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="add|invite|appoint|password|list", required=True)
    add = _verb(verbs, "add", _("新建一个账号并任职"))
    add.add_argument("--name", required=True, metavar=_("姓名"), help=_("显示在页面上的姓名"))
    _seat_options(add)
    password.options(add)
    invite = _verb(verbs, "invite", slip.about())
    invite.add_argument("--name", default="", metavar=_("姓名"), help=_("显示在页面上的姓名"))
    _seat_options(invite)
    _seat_options(_verb(verbs, "appoint", _("让已有的账号再任一职")))
    password.options(_verb(verbs, "password", _("重设密码：解除锁定，其他登录全部退出")))
    every = verbs.add_parser("list", help=_("列出账号和职务"), description=_("列出账号和职务"))
    home_option(every)
    json_option(every)


def _verb(verbs: Any, name: str, about: str) -> argparse.ArgumentParser:
    to: argparse.ArgumentParser = verbs.add_parser(name, help=about, description=about)
    to.add_argument("sign_in", metavar=_("登录名"), help=_("2到40个字：文字、数字和 . _ - @"))
    home_option(to)
    json_option(to)
    return to


def _seat_options(to: argparse.ArgumentParser) -> None:
    to.add_argument("--post", default="", metavar=_("岗位"), help=_("治理模型里的岗位，代码或名称"))
    to.add_argument("--unit", default="", metavar=_("单位"), help=_("单位的编码或名称（默认最上一级）"))
    to.add_argument("--department", default="", metavar=_("部门"), help=_("部门，代码或名称；代替 --post"))
    to.add_argument(
        "--from",
        dest="from_on",
        type=day_word,
        metavar=_("日期"),
        help=_("从哪天起（默认今天）；以前的日子要写 --why"),
    )
    to.add_argument("--last", type=day_word, metavar=_("日期"), help=_("任期的最后一天"))
    to.add_argument("--why", default="", metavar=_("文字"), help=_("为什么补登以前的日子"))
    to.add_argument(
        "--certificate",
        action="append",
        default=[],
        metavar=_("证件"),
        help=_("当面看过的证件，如 人民调解员证=2027-12-31；可以写几次"),
    )


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    acts = {"add": _add, "invite": _invite, "appoint": _appoint, "password": _password, "list": _list}
    acts[said.what](said)
    return 0


def _add(said: argparse.Namespace) -> None:
    """The account and its first term, both or neither; what can be refused is refused before a password is asked."""
    from django.conf import settings
    from django.db import transaction

    from gezhi.ledger import clock
    from gezhi.people import services

    at = clock.now()
    wanted = _wanted(said)
    _must_be_new(said.sign_in)
    words = password.new(said.password_file, generate=said.generate)
    with transaction.atomic():
        account = services.make_account(said.sign_in, said.name, words, by=operator(), at=at)
        wanted.appoint(account, by=operator(), at=at)
    settings.HOME.end_setup_code()  # somebody can sign in now
    line = _("已新建账号 {sign_in}（{name}），任 {seat}。").format(
        sign_in=said.sign_in, name=said.name, seat=wanted.words
    )
    _tell(said, account, line, words if said.generate else "")


def _invite(said: argparse.Namespace) -> None:
    """Make the account if `--name` is given, else take the one there is; then print its slip."""
    from django.db import transaction

    from gezhi.ledger import clock
    from gezhi.people import services

    at = clock.now()
    with transaction.atomic():
        who = _new_without_password(said, at=at) if said.name else known(said.sign_in)
        made = services.invite(who, by=operator(), at=at)
    slip.show(made, as_json=said.json)


def _new_without_password(said: argparse.Namespace, *, at: datetime) -> UUID:
    """The account and its first term, for somebody who sets their own password. To be called in a transaction."""
    from gezhi.people import services

    wanted = _wanted(said)
    _must_be_new(said.sign_in)
    account = services.make_account(said.sign_in, said.name, by=operator(), at=at)
    wanted.appoint(account, by=operator(), at=at)
    return account


def _must_be_new(sign_in: str) -> None:
    if account_named(sign_in) is not None:
        raise Refused(
            _("登录名 {sign_in} 已经有了。请换一个；要让它再任一职，用 gezhi account appoint。").format(
                sign_in=sign_in
            ),
            code="sign_in_taken",
            field="sign_in",
        )


def _appoint(said: argparse.Namespace) -> None:
    from gezhi.ledger import clock

    account, wanted = known(said.sign_in), _wanted(said)
    wanted.appoint(account, by=operator(), at=clock.now())
    _tell(said, account, _("{sign_in} 已任 {seat}。").format(sign_in=said.sign_in, seat=wanted.words), "")


def _password(said: argparse.Namespace) -> None:
    from gezhi.ledger import clock
    from gezhi.people import services

    account = known(said.sign_in)
    words = password.new(said.password_file, generate=said.generate)
    services.set_password(account, words, by=operator(), at=clock.now())
    line = _("{sign_in} 的密码已重设，锁定已解除，其他登录已退出。").format(sign_in=said.sign_in)
    _tell(said, account, line, words if said.generate else "")


def _wanted(said: argparse.Namespace) -> Wanted:
    from gezhi.cli import seats

    found = seats.wanted(said.post, said.unit, said.department, max(said.from_on or today(), today()))
    return replace(
        found,
        from_on=said.from_on or today(),
        to_on=said.last + timedelta(days=1) if said.last else None,
        note=said.why,
        certificates=tuple(map(_shown, said.certificate)),
    )


def _shown(word: str) -> Shown:
    """A certificate as it was typed. Raises `Refused`."""
    from gezhi.people.certificates import written

    try:
        return written(word)
    except ValueError:
        raise Refused(
            _("“{word}”认不出。请写成“人民调解员证=2027-12-31”，没有期限的只写种类。").format(word=word),
            code="certificate_missing",
            field="certificate",
        ) from None


def operator() -> Any:
    """Whoever has the machine: they act in the ledger as the operator, without an account."""
    from gezhi.ledger.actor import Actor

    return Actor(None, "operator")


def account_named(sign_in: str) -> UUID | None:
    from gezhi.people import queries
    from gezhi.people.services.accounts import plain_sign_in

    return queries.account_named(plain_sign_in(sign_in))


def known(sign_in: str) -> UUID:
    """The account of a sign-in name. Raises `NotFound`."""
    found = account_named(sign_in)
    if found is None:
        raise NotFound(
            _("没有登录名为 {sign_in} 的账号。用 gezhi account list 查看有哪些。").format(sign_in=sign_in)
        )
    return found


def today() -> date:
    """The instance's day, by its own clock."""
    from gezhi.ledger import clock

    return clock.today()


def _tell(said: argparse.Namespace, account: UUID, line: str, generated: str) -> None:
    if said.json:
        told = {"account": str(account), "sign_in": said.sign_in}
        print(json.dumps(told | ({"password": generated} if generated else {}), ensure_ascii=False))
        return
    print(line)
    if generated:
        print(_("密码：{words}　只显示这一次，请马上记下，登录后改掉。").format(words=generated))


def _list(said: argparse.Namespace) -> None:
    rows = lines()
    if said.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not rows:
        print(_("还没有账号。用 gezhi account add 新建。"))
    for row in rows:
        seats = _("、").join(seat["words"] for seat in row["seats"]) or _("没有职务")
        state = {"open": "", "locked": _("　锁定中"), "closed": _("　已停用")}[row["state"]]
        print(f"{row['sign_in']:<20} {row['name']}　{seats}{state}")


def lines() -> list[dict[str, Any]]:
    """Every account with its seats of today, for programs."""
    from gezhi.cli import seats
    from gezhi.ledger import clock
    from gezhi.people import queries

    at, on = clock.now(), today()
    people = queries.roster(on).people
    found = []
    for line in queries.accounts():
        person = people.get(line.account)
        locked = line.locked_until is not None and line.locked_until > at
        found.append(
            {
                "account": str(line.account),
                "sign_in": line.sign_in,
                "name": line.name,
                "state": ("locked" if locked else "open") if line.active else "closed",
                "seats": [seats.held(seat, on) for seat in (person.terms if person else ())],
            }
        )
    return found


def how_to_look(home: Path) -> list[str]:
    """What to type to see the figures of an instance that was just filled."""
    from gezhi.cli import seats

    post = seats.first_post(today())
    lines = []
    if post and not anybody():
        lines.append(
            _(
                "gezhi account add 登录名 --name 姓名 --post {post} --home {home}　新建一个能登录的账号"
            ).format(post=post, home=home)
        )
    lines.append(_("gezhi run --home {home}　打开它给出的地址，登录后看“数据”").format(home=home))
    return [_("看结果："), *(f"  {n}. {line}" for n, line in enumerate(lines, start=1))]


def anybody() -> bool:
    """Whether anybody can sign in yet."""
    from gezhi.people import queries

    return any(line.active for line in queries.accounts())
