"""What providers report later: kept once, and a telling that did not arrive becomes a call where it is owed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Instance
from gezhi.matters.tests.liuxi import World
from gezhi.notify import doorkeeping, reported
from gezhi.notify.doorkeeping import Said
from gezhi.notify.doors import reports
from gezhi.notify.doors.reports import Report, Unreadable
from gezhi.notify.models import Door, Handing, Message
from gezhi.notify.tests.providers import ID, SECRET, SIGN


@pytest.fixture(autouse=True)
def live(world: World) -> Iterator[None]:
    Instance.objects.update(kind="live")
    instance.forget()
    yield
    instance.forget()


def door(kind: str = "aliyun", name: str = "短信") -> UUID:
    said = Said(sign=SIGN, app="1400000", templates=("*=SMS_154950910:number",))
    return doorkeeping.add(kind, name, said, f"{ID}:{SECRET}", by=HOUSE, at=clock.now())


def sent(of: UUID, receipt: str, **more: Any) -> Message:
    at = clock.now()
    one = Message.objects.create(
        id=new_id(), key=new_id().hex, matter=new_id(), telling="received", to="reporter:00", door="sms",
        text="您的事已收到。", state="sent", sent_at=at, made_at=at, **more,
    )  # fmt: skip
    Handing.objects.create(message=one, door=of, at=at, outcome="taken", receipt=receipt)
    return one


def aliyun(receipt: str, success: bool, code: str = "DELIVERED") -> dict[str, Any]:
    return {
        "phone_number": "13800138000", "send_time": "2026-11-20 17:30:00", "report_time": "2026-11-20 17:30:09",
        "success": success, "err_code": code, "err_msg": "x", "sms_size": "1", "biz_id": receipt, "out_id": "0",
    }  # fmt: skip


def tencent(receipt: str, status: str, code: str = "DELIVRD") -> dict[str, Any]:
    return {
        "user_receive_time": "2026-11-20 17:30:09", "nationcode": "86", "mobile": "13800138000",
        "report_status": status, "errmsg": code, "description": "x", "sid": receipt,
    }  # fmt: skip


def push(secret: str, said: object) -> tuple[int, dict[str, Any]]:
    answer = Client().post(f"/delivered/{secret}", json.dumps(said), content_type="application/json")
    return answer.status_code, answer.json() if answer["Content-Type"].startswith("application/json") else {}


def test_what_arrived_is_kept_and_what_did_not_is_told_by_telephone() -> None:
    at = door()
    secret = reported.make_address(at, by=HOUSE, at=clock.now())
    good, owed, other = sent(at, "1^0"), sent(at, "2^0", owed=True), sent(at, "3^0")
    news = [
        aliyun("1^0", True),
        aliyun("2^0", False, "MOBILE_NOT_ON_SERVICE"),
        aliyun("3^0", False),
        aliyun("9^0", False),
    ]
    assert push(secret, news) == (200, {"code": 0, "msg": "OK"})
    for one in (good, owed, other):
        one.refresh_from_db()
    assert (good.state, good.door) == ("sent", "sms")
    assert (owed.state, owed.door, owed.why, owed.code) == (
        "waiting",
        "by_hand",
        "lost",
        "MOBILE_NOT_ON_SERVICE",
    )
    assert (other.state, other.why) == ("dead", "lost")
    assert dict(Handing.objects.values_list("receipt", "arrived")) == {"1^0": "yes", "2^0": "no", "3^0": "no"}


def test_a_report_that_comes_twice_or_late_changes_nothing() -> None:
    at = door()
    secret = reported.make_address(at, by=HOUSE, at=clock.now())
    owed = sent(at, "2^0", owed=True)
    assert reported.take(at, [Report("2^0", False, "X")], at=clock.now()) == 1
    Message.objects.filter(id=owed.id).update(state="sent", passed_on_by=new_id())
    assert push(secret, [aliyun("2^0", False)])[0] == 200
    assert reported.take(at, [Report("2^0", True, "")], at=clock.now()) == 0
    owed.refresh_from_db()
    assert owed.state == "sent"
    told = sent(at, "5^0", owed=True, passed_on_by=new_id())
    push(secret, [aliyun("5^0", False)])
    told.refresh_from_db()
    assert told.state == "sent"


def test_one_of_two_handings_that_arrived_is_enough() -> None:
    at = door()
    one = sent(at, "1^0", owed=True)
    Handing.objects.create(message=one, door=at, at=clock.now(), outcome="taken", receipt="2^0")
    reported.take(at, [Report("1^0", True, "")], at=clock.now())
    reported.take(at, [Report("2^0", False, "X")], at=clock.now())
    one.refresh_from_db()
    assert one.state == "sent"


def test_tencent_says_it_in_its_own_words() -> None:
    at = door("tencent")
    secret = reported.make_address(at, by=HOUSE, at=clock.now())
    owed = sent(at, "2019:1", owed=True)
    assert push(secret, [tencent("2019:1", "FAIL", "MK:0001")]) == (200, {"result": 0, "errmsg": "OK"})
    owed.refresh_from_db()
    assert (owed.door, owed.code) == ("by_hand", "MK:0001")


def test_a_door_hears_only_of_its_own_messages() -> None:
    mine, theirs = door(), door("tencent", "另一条")
    one = sent(theirs, "1^0", owed=True)
    assert reported.take(mine, [Report("1^0", False, "X")], at=clock.now()) == 0
    one.refresh_from_db()
    assert one.state == "sent"


def test_the_secret_is_shown_once_kept_as_its_digest_and_ended_by_the_next() -> None:
    at = door()
    first = reported.make_address(at, by=HOUSE, at=clock.now())
    assert first not in Door.objects.get().reports
    second = reported.make_address(at, by=HOUSE, at=clock.now())
    with pytest.raises(NotFound):
        reported.door_of(first)
    assert reported.door_of(second) == (at, "aliyun")
    doorkeeping.remove("短信", by=HOUSE, at=clock.now())
    assert push(second, [])[0] == 404
    assert push("", [])[0] == 404
    robot = doorkeeping.add("wecom", "群", Said(), "k", by=HOUSE, at=clock.now())
    with pytest.raises(Refused, match="短信"):
        reported.make_address(robot, by=HOUSE, at=clock.now())


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[1]", b"[[", b'[{"biz_id": "1"}]', b'[{"biz_id": 1, "success": true}]',
        b'[{"biz_id": "1", "success": "false"}]', b"[" * 100_000, b"\xff",
        json.dumps([aliyun("1", True)] * (reports.MOST + 1)).encode(),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Unreadable):
        reports.read("aliyun", body)


def test_a_push_that_cannot_be_read_changes_nothing_and_only_post_is_taken() -> None:
    at = door()
    secret = reported.make_address(at, by=HOUSE, at=clock.now())
    one = sent(at, "1^0", owed=True)
    assert push(secret, [aliyun("1^0", False), {"biz_id": "2^0"}])[0] == 400
    one.refresh_from_db()
    assert one.state == "sent"
    assert Client().get(f"/delivered/{secret}").status_code == 405
    large = Client().post(f"/delivered/{secret}", b" " * 1_000_001, content_type="application/json")
    assert large.status_code == 413
