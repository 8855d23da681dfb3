"""`gezhi doors add|list|test|pause|start|remove`: the ways by which tellings leave the house."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from gezhi.cli import stamp
from gezhi.cli.main import enter, home_option, json_option
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused

KEY = "GEZHI_DOOR_KEY"
ACTS = ("list", "add", "test", "pause", "start", "remove")


def about() -> str:
    return _("告知渠道：短信、企业微信群机器人、邮件、手机提醒的查看、添加、测试、暂停、启用、移除")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=ACTS, metavar="|".join(ACTS))
    parser.add_argument("name", nargs="?", default="", metavar=_("名称"))
    parser.add_argument(
        "--kind", metavar=_("种类"), default="", help="aliyun | tencent | wecom | smtp | webpush"
    )
    parser.add_argument(
        "--endpoint", metavar=_("地址"), default="", help=_("专有云等另外的接口地址；邮件写 服务器:端口")
    )
    parser.add_argument("--region", metavar=_("地域"), default="", help=_("腾讯云，默认 ap-guangzhou"))
    parser.add_argument("--app", metavar=_("编号").upper(), default="", help=_("腾讯云短信应用编号 SdkAppId"))
    parser.add_argument("--sign", metavar=_("签名"), default="", help=_("审核通过的短信签名，不带括号"))
    parser.add_argument(
        "--template",
        action="append",
        default=[],
        metavar=_("告知=模板:词,词"),
        help=_("哪条告知用哪个模板，依次填哪些词；* 管没有写到的告知。可写多次"),
    )
    parser.add_argument(
        "--longest", type=int, metavar=_("字数"), help=_("一个变量最多几个字（阿里云默认 35）")
    )
    parser.add_argument(
        "--contact",
        metavar=_("邮箱或网址"),
        default="",
        help=_("网页推送：推送服务出了事找谁，mailto: 或 https: 开头"),
    )
    _to_desks(parser)
    parser.add_argument("--inquiry", action="store_true", help=_("参数放在网址里：只给不读正文的网关用"))
    parser.add_argument("--to", metavar=_("号码或邮箱"), default="", help=_("test：发给谁"))
    home_option(parser)
    json_option(parser)


def _to_desks(parser: argparse.ArgumentParser) -> None:
    """What a group's robot and a mail server are told."""
    parser.add_argument(
        "--desk",
        action="append",
        default=[],
        metavar=_("岗位"),
        help=_("群和邮件给哪些岗位或部门看：town_desk、department:housing；邮件写 岗位=邮箱。可写多次"),
    )
    parser.add_argument(
        "--telling",
        action="append",
        default=[],
        metavar=_("告知"),
        help=_("除治理模型写明的以外，还有哪些告知也发到这里；* 是全部。可写多次"),
    )
    parser.add_argument("--sender", metavar=_("邮箱"), default="", help=_("邮件的发件地址"))
    parser.add_argument(
        "--secure", choices=("starttls", "tls", "none"), default="starttls", metavar="starttls|tls|none"
    )


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    stamp.must_be_current()
    if said.what != "list" and not said.name:
        raise Refused(_("请写明渠道的名称。"), code="door_name")
    if said.what == "test":
        return _test(said)
    if said.what != "list":
        _change(said)
    _list(said.json)
    return 0


def _change(said: argparse.Namespace) -> None:
    from gezhi.ledger.actor import HOUSE
    from gezhi.ledger.clock import now
    from gezhi.notify import doorkeeping

    if said.what == "add":
        key = "" if said.kind == "webpush" else _key()  # its keys are made here
        doorkeeping.add(said.kind, said.name, _said(said), key, by=HOUSE, at=now())
        trial = _("已添加，从现在起用它。可用 gezhi doors test 试一试。")
        say(_("已添加，从现在起用它。在手机上打开一件的进度页试一试。") if said.kind == "webpush" else trial)
    elif said.what == "pause":
        doorkeeping.pause(said.name, by=HOUSE, at=now())
        say(_("已暂停。"))
    elif said.what == "start":
        back = doorkeeping.start(said.name, by=HOUSE, at=now())
        say(_("已启用，{n} 条转为人工的告知改由它发。").format(n=back))
    else:
        doorkeeping.remove(said.name, by=HOUSE, at=now())
        say(_("已移除，密钥已销毁。"))


def _said(said: argparse.Namespace) -> Any:
    from gezhi.notify.doorkeeping import Said

    pairs = (one.partition("=") for one in said.desk)
    return Said(
        endpoint=said.endpoint,
        region=said.region,
        app=said.app,
        sign=said.sign,
        longest=said.longest,
        templates=tuple(said.template),
        desks={desk: box for desk, _is, box in pairs},
        tellings=tuple(said.telling),
        sender=said.sender,
        secure=said.secure,
        inquiry=said.inquiry,
        contact=said.contact,
    )


def _key() -> str:
    """The key, from the environment or one line of standard input: never a word of the command, which others can read."""
    if KEY in os.environ:
        return os.environ[KEY].strip()
    if sys.stdin.isatty():
        import getpass

        return getpass.getpass(_("密钥（短信和邮件写 编号:密码，机器人写 key）：")).strip()
    return sys.stdin.readline().strip()


def _test(said: argparse.Namespace) -> int:
    from gezhi.notify import doorkeeping, whys

    outcome = doorkeeping.try_out(said.name, said.to)
    taken = outcome.kind == "taken"
    if said.json:
        told = {
            "outcome": outcome.kind,
            "code": outcome.code,
            "why": outcome.why,
            "receipt": outcome.receipt,
        }
        print(json.dumps(told))
    elif taken:
        say(_("渠道方收下了，流水号 {receipt}。").format(receipt=outcome.receipt or "-"))
    else:
        told_ = _("没有发成：{why}（{code}）。")
        say(told_.format(why=whys.words(outcome.why), code=outcome.code))
    return 0 if taken else 1


def _list(as_json: bool) -> None:
    from gezhi.notify import doorkeeping

    rows = doorkeeping.every()
    if as_json:
        print(json.dumps([_told(row) for row in rows], ensure_ascii=False))
        return
    states = {"on": _("在用"), "paused": _("暂停"), "stopped": _("停了")}
    for row in rows:
        why = f"  {row.why_words}" + (f" {row.code}" if row.code else "") if row.state == "stopped" else ""
        last = f"{row.taken_at:%Y-%m-%d %H:%M}Z" if row.taken_at else "-"
        counts = _("等发 {n}，没送到 {m}").format(n=row.waiting, m=row.dead)
        say(f"{row.name}  {row.kind}  {states.get(row.state, row.state)}  {last}  {counts}{why}")
    if not rows:
        say(_("还没有渠道：告知都由人转告。"))


def _told(row: Any) -> dict[str, object]:
    return {
        "name": row.name,
        "kind": row.kind,
        "channel": row.channel,
        "state": row.state,
        "why": row.why,
        "code": row.code,
        "taken_at": row.taken_at.isoformat() if row.taken_at else None,
        "waiting": row.waiting,
        "dead": row.dead,
    }
