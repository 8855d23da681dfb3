"""The doors against providers that hold to what theirs document, and signatures against the ones they print."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_string, policy

import pytest

from gezhi.notify.doors import sms_aliyun, sms_tencent, wecom
from gezhi.notify.doors.opened import CHANNELS, KINDS, RATES, open_line
from gezhi.notify.doors.outcomes import Letter, Outcome, Setting, cut, cut_bytes, mobile, personal
from gezhi.notify.tests.providers import (
    ID,
    ROBOT,
    SECRET,
    SIGN,
    Aliyun,
    Provider,
    Tencent,
    Wecom,
    open_here,
    sinking,
)

PHONE = "138 0013 8000"
WORDS = {"number": "LX20261120-0001", "reason": "不属网格事项"}
LETTER = Letter("0192f0c1a2b34c5d8e9f0a1b2c3d4e5f", "refused", PHONE, "编号不予受理", WORDS)
TEMPLATES = {"refused": ("SMS_154950909", (("number", "number"), ("reason", "reason")))}


def setting_of(provider: Provider, kind: str, **more: object) -> Setting:
    base = Setting(kind, f"{ID}:{SECRET}", provider.url, sign=SIGN, longest=35, templates=TEMPLATES)
    return replace(base, **more)  # type: ignore[arg-type]  # fields of a setting


def handed(setting: Setting, letter: Letter = LETTER) -> Outcome:
    line = open_line(setting)
    try:
        return line.hand_over(letter)
    finally:
        line.close()


@pytest.fixture
def aliyun() -> Iterator[Aliyun]:
    with open_here(Aliyun()) as provider:
        yield provider


@pytest.fixture
def tencent() -> Iterator[Tencent]:
    with open_here(Tencent()) as provider:
        yield provider


@pytest.fixture
def robot() -> Iterator[Wecom]:
    with open_here(Wecom()) as provider:
        yield provider


def test_aliyun_is_signed_as_its_document_prints() -> None:
    """The example of "V3 request structure and signature": RunInstances with fixed parameters."""
    nothing = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": nothing,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = {
        "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        "RegionId": "cn-shanghai",
    }
    made = sms_aliyun.signature("YourAccessKeySecret", "POST", "/", query, headers, nothing)
    assert made == "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"


@pytest.mark.parametrize(
    ("secret", "names", "printed"),
    [
        (
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            "content-type;host",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
        (
            "*" * 32,  # as the newer page prints its key
            "content-type;host;x-tc-action",
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
        ),
    ],
)
def test_tencent_is_signed_as_its_document_prints(secret: str, names: str, printed: str) -> None:
    """The examples of "Signature method v3": DescribeInstances of cvm at 1551113065."""
    headers = {
        "content-type": "application/json; charset=utf-8",
        "host": "cvm.tencentcloudapi.com",
        "x-tc-action": "DescribeInstances",
    }
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    assert sms_tencent.signature(secret, "cvm", headers, names, 1551113065, body) == printed


def test_aliyun_takes_a_letter_and_gives_a_receipt(aliyun: Aliyun) -> None:
    assert handed(setting_of(aliyun, "aliyun")) == Outcome("taken", "OK", receipt="1^0")
    (one,) = aliyun.taken
    assert (one["PhoneNumbers"], one["OutId"]) == ("13800138000", LETTER.id)
    assert json.loads(one["TemplateParam"]) == WORDS


def test_parameters_in_the_address_are_signed_too(aliyun: Aliyun) -> None:
    assert handed(setting_of(aliyun, "aliyun", inquiry=True)).kind == "taken"


def test_a_variable_is_cut_to_what_the_provider_takes(aliyun: Aliyun) -> None:
    long = replace(LETTER, words={**WORDS, "reason": "字" * 36})
    assert handed(setting_of(aliyun, "aliyun"), long).kind == "taken"
    assert json.loads(aliyun.taken[0]["TemplateParam"])["reason"] == "字" * 34 + "…"
    assert handed(setting_of(aliyun, "aliyun", longest=0), long) == Outcome(
        "refused", "isv.PARAM_LENGTH_LIMIT", "length"
    )


def test_a_number_that_had_its_share_of_the_day_is_tried_tomorrow(aliyun: Aliyun) -> None:
    aliyun.a_day = 1
    setting = setting_of(aliyun, "aliyun")
    handed(setting)
    found = handed(setting)
    assert (found.kind, found.code, found.wait) == ("later", "isv.BUSINESS_LIMIT_CONTROL", 86400.0)
    assert not found.whole


@pytest.mark.parametrize(
    ("changed", "kind", "code", "why"),
    [
        ({"sign": "别的签名"}, "stopped", "isv.SMS_SIGNATURE_ILLEGAL", "sign"),
        ({"key": f"{ID}:wrong"}, "stopped", "SignatureDoesNotMatch", "key"),
        ({"key": f"nobody:{SECRET}"}, "stopped", "InvalidAccessKeyId.NotFound", "key"),
        ({"templates": {"*": ("SMS_1", ())}}, "refused", "isv.SMS_TEMPLATE_ILLEGAL", "template"),
        ({"templates": {"closed": ("SMS_1", ())}}, "refused", "no_template", "no_template"),
        ({"endpoint": "http://169.254.1.1"}, "stopped", "url", "endpoint"),
        ({"endpoint": "https://169.254.1.1"}, "stopped", "barred", "endpoint"),
    ],
)
def test_aliyun_that_refuses(
    aliyun: Aliyun, changed: dict[str, object], kind: str, code: str, why: str
) -> None:
    found = handed(setting_of(aliyun, "aliyun", **changed))
    assert (found.kind, found.code, found.why) == (kind, code, why)
    assert not aliyun.taken


def test_money_that_is_spent_stops_the_door(aliyun: Aliyun) -> None:
    aliyun.money = 0
    assert handed(setting_of(aliyun, "aliyun")) == Outcome("stopped", "isv.AMOUNT_NOT_ENOUGH", "money")


@pytest.mark.parametrize(
    ("said", "kind", "whole"),
    [
        ((503, {}), "later", True),
        ((503, {"Code": "ServiceUnavailable"}), "later", True),
        ((200, {"Code": "isv.SOMETHING_NEW", "Message": ""}), "refused", False),
        ((200, {"Code": "isp.SYSTEM_ERROR", "Message": ""}), "later", False),
        ("taken and cut", "later", True),
    ],
)
def test_aliyun_that_is_not_well(aliyun: Aliyun, said: object, kind: str, whole: bool) -> None:
    aliyun.says = [said]
    found = handed(setting_of(aliyun, "aliyun"))
    assert (found.kind, found.whole) == (kind, whole)


def test_what_was_taken_before_the_line_broke_comes_again_under_the_same_number(aliyun: Aliyun) -> None:
    """At least once: the provider sees from its OutId that it is the same."""
    aliyun.says = ["taken and cut"]
    setting = setting_of(aliyun, "aliyun")
    assert (handed(setting).kind, handed(setting).kind) == ("later", "taken")
    assert [one["OutId"] for one in aliyun.taken] == [LETTER.id] * 2


def test_a_landline_is_for_the_telephone(aliyun: Aliyun) -> None:
    assert handed(setting_of(aliyun, "aliyun"), replace(LETTER, to="0553-6812345")).why == "not_mobile"
    assert not aliyun.asked


TWO = {"*": ("1110", (("1", "number"), ("2", "reason")))}


def test_tencent_takes_a_letter_and_gives_a_receipt(tencent: Tencent) -> None:
    found = handed(setting_of(tencent, "tencent", templates=TWO, app="1400006666"))
    assert found == Outcome("taken", "Ok", receipt="5000:1")
    (one,) = tencent.taken
    assert one["PhoneNumberSet"] == ["+8613800138000"]
    assert one["TemplateParamSet"] == [WORDS["number"], WORDS["reason"]]
    assert (one["SessionContext"], one["SmsSdkAppId"]) == (LETTER.id, "1400006666")


def test_tencent_that_refuses(tencent: Tencent) -> None:
    setting = setting_of(tencent, "tencent", templates=TWO)
    handed(setting)
    soon = handed(setting)
    assert (soon.kind, soon.wait) == ("later", 30)
    tencent.barred = {"+8613900139000"}
    other = replace(LETTER, to="+86 13900139000")
    assert handed(setting, other).why == "unsubscribed"
    assert handed(replace(setting, key=f"{ID}:x"), other).code == "AuthFailure.SignatureFailure"
    assert handed(replace(setting, sign="x"), other).why == "sign"
    tencent.money = 0
    assert handed(setting, other) == Outcome(
        "stopped", "FailedOperation.InsufficientBalanceInSmsPackage", "money"
    )


def test_a_robot_says_no_more_than_it_may_and_nothing_of_anybody(robot: Wecom) -> None:
    setting = Setting("wecom", ROBOT, robot.url)
    long = replace(LETTER, text="格" * 1000)
    assert handed(setting, long).kind == "taken"
    said = robot.taken[0]["text"]["content"]
    assert len(said.encode()) <= wecom.MOST
    assert said.endswith("格…")
    asked = robot.asked
    for text in ("请回电 13800138000", "身份证 110101199003077758"):
        assert handed(setting, replace(LETTER, text=text)).why == "personal"
    assert robot.asked == asked
    wrong = handed(replace(setting, key="other"))
    assert (wrong.kind, wrong.code) == ("stopped", "93000")


def test_a_robot_that_is_asked_too_often_rests_as_a_whole(robot: Wecom) -> None:
    setting = Setting("wecom", ROBOT, robot.url)
    found = [handed(setting) for _n in range(21)]
    assert {one.kind for one in found[:20]} == {"taken"}
    assert (found[20].kind, found[20].code, found[20].whole) == ("later", "45009", True)


def test_mail_goes_by_one_connection_a_batch() -> None:
    with sinking(asks=True) as sink:
        setting = Setting("smtp", "gezhi:p:w", sink.endpoint, sender="gezhi@liuxi.example", secure="none")
        line = open_line(setting)
        letters = [
            Letter(f"{n}" * 32, "late", "desk@liuxi.example", f"第{n}件超期", {"name": "超期"})
            for n in (1, 2)
        ]
        sink.replies["RCPT"] = "550 no such box"
        outcomes = [line.hand_over(one) for one in [letters[0], *letters]]
        line.close()
        assert [one.kind for one in outcomes] == ["refused", "taken", "taken"]
        assert sink.lines == 1
        assert base64.b64decode(sink.user) == b"\0gezhi\0p:w"
        mail = message_from_string(sink.mails[1], policy=policy.default)
        assert mail["Message-ID"] == f"<{letters[1].id}@liuxi.example>"
        assert mail["Subject"] == "超期"
        assert mail.get_content().strip() == "第2件超期"


@pytest.mark.parametrize(
    ("replies", "kind", "why"),
    [
        ({"AUTH": "535 no"}, "stopped", "key"),
        ({"MAIL": "550 not you"}, "stopped", "sender"),
        ({"MAIL": "451 later"}, "later", "busy"),
        ({"RCPT": "450 later"}, "later", "busy"),
        ({"DATA": "554 no"}, "refused", "content"),
    ],
)
def test_a_mail_server_that_refuses(replies: dict[str, str], kind: str, why: str) -> None:
    with sinking(asks=True) as sink:
        sink.replies = replies
        setting = Setting("smtp", "u:p", sink.endpoint, sender="gezhi@liuxi.example", secure="none")
        found = handed(setting, replace(LETTER, to="desk@liuxi.example"))
        assert (found.kind, found.why) == (kind, why)


def test_mail_is_not_sent_in_the_clear_where_it_should_not_be() -> None:
    with sinking() as sink:
        setting = Setting("smtp", "u:p", sink.endpoint, sender="gezhi@liuxi.example")
        assert handed(setting, replace(LETTER, to="desk@liuxi.example")).why == "tls"
        assert not sink.user


def test_an_address_cannot_carry_a_header() -> None:
    with sinking() as sink:
        setting = Setting("smtp", "", sink.endpoint, sender="gezhi@liuxi.example", secure="none")
        found = handed(setting, replace(LETTER, to="a@b.example\r\nBcc: c@d.example"))
        assert (found.kind, sink.mails) == ("refused", [])


def test_a_desk_without_a_mailbox_is_written_to_nowhere() -> None:
    with sinking() as sink:
        setting = Setting("smtp", "", sink.endpoint, sender="gezhi@liuxi.example", secure="none")
        assert handed(setting, replace(LETTER, to="")).why == "address"
        assert sink.lines == 0


def test_nobody_answers() -> None:
    with sinking() as sink:
        gone = sink.endpoint
    found = handed(Setting("smtp", "", gone, sender="g@x.example", secure="none"))
    assert (found.kind, found.why, found.whole) == ("later", "unreached", True)
    found = handed(Setting("wecom", ROBOT, f"http://{gone}"))
    assert (found.kind, found.why, found.whole) == ("later", "unreached", True)


def test_no_secret_and_no_number_is_shown() -> None:
    assert PHONE not in repr(LETTER)
    assert SECRET not in repr(Setting("aliyun", f"{ID}:{SECRET}"))


def test_numbers_and_lengths() -> None:
    assert mobile("+86 138-0013-8000") == mobile("0086 13800138000") == "13800138000"
    assert mobile("12345") == mobile("微信 abc") == mobile("138001380001") == ""
    assert personal("电话13800138000。")
    assert not personal("编号 LX20261120-000113")
    assert cut("一\n二", 0) == "一 二"
    assert cut_bytes("格" * 10, 30) == "格" * 10
    assert cut_bytes("格" * 11, 30) == "格" * 9 + "…"


def test_every_kind_of_door_has_its_channel_and_its_rate() -> None:
    assert set(KINDS) == set(CHANNELS) == set(RATES)
