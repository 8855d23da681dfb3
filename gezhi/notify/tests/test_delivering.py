"""From the outbox through a door: once while all is well, again while it is not, and never out of sight."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry, Instance
from gezhi.ledger.services import record
from gezhi.matters import events, scenes
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.conftest import lasting, world
from gezhi.matters.tests.liuxi import COUNTY, GRID, INSIDE, World
from gezhi.notify import delivering, doorkeeping, queries, services, tellings
from gezhi.notify.doorkeeping import Said
from gezhi.notify.models import Door, Handing, Message
from gezhi.notify.tests.providers import ID, ROBOT, SECRET, SIGN, Aliyun, Provider, Wecom, open_here, sinking
from gezhi.vault.services import erase

__all__ = ["lasting", "world"]
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def live(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("lasting" if "lasting" in request.fixturenames else "world")
    Instance.objects.update(kind="live")
    instance.forget()
    yield
    instance.forget()


@pytest.fixture
def aliyun() -> Iterator[Aliyun]:
    with open_here(Aliyun()) as provider:
        provider.templates = {"SMS_154950910": {"number"}}
        yield provider


def door_to(provider: Provider, name: str = "短信", **more: Any) -> None:
    said = Said(endpoint=provider.url, sign=SIGN, templates=("*=SMS_154950910:number",), **more)
    doorkeeping.add("aliyun", name, said, f"{ID}:{SECRET}", by=HOUSE, at=clock.now())


def robot_to(provider: Provider, *desks: str, **more: Any) -> None:
    said = Said(endpoint=provider.url, desks=dict.fromkeys(desks, ""), **more)
    doorkeeping.add("wecom", "群", said, ROBOT, by=HOUSE, at=clock.now())


def reported(world: World, many: int = 1, contact: str = PHONE) -> list[Matter]:
    found = []
    for n in range(many):
        report = Report(text=f"第{n}堆纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], contact=contact)
        found.append(Matter.objects.get(number=open_matter(report, by=world.clerk()).number))
    while services.hear(at=clock.now()):
        pass
    return found


def go_on(at: datetime) -> int:
    """One turn of both: what stays in the house, and what goes out."""
    services.send(at=at)
    return delivering.deliver(at=at)


def test_a_telling_goes_out_and_its_receipt_is_kept(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    (matter,) = reported(world)
    assert go_on(clock.now()) == 1
    (one,) = aliyun.taken
    row = Message.objects.get(door="sms")
    assert one["PhoneNumbers"] == PHONE
    assert json.loads(one["TemplateParam"]) == {"number": matter.number}
    assert one["OutId"] == row.id.hex
    assert (row.state, row.sent_at) == ("sent", clock.now())
    handing = Handing.objects.get()
    assert (handing.outcome, handing.receipt) == ("taken", "1^0")
    assert go_on(clock.now()) == 0
    assert doorkeeping.every()[0].taken_at == clock.now()


def test_every_reading_of_a_number_is_in_the_ledger(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    (matter,) = reported(world)
    aliyun.says = [(503, {})]
    go_on(clock.now())
    go_on(clock.now() + timedelta(minutes=5))
    read = Entry.objects.filter(what="vault.opened_to_tell", about=matter.id)
    assert [(entry.by, "message" in entry.facts) for entry in read] == [(None, True)] * 2


def test_the_number_is_nowhere_after_it_was_used(
    world: World, aliyun: Aliyun, caplog: pytest.LogCaptureFixture
) -> None:
    """Every column of every table, every log line, in every way a door can end."""
    door_to(aliyun)
    with caplog.at_level(logging.DEBUG):
        for said in (None, "taken and cut", (200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": PHONE})):
            reported(world)
            aliyun.says = [said]
            go_on(clock.now())
            Door.objects.update(try_at=None)
        reported(world)
        aliyun.says = [(404, {"Code": "InvalidAccessKeyId.NotFound", "Message": PHONE})]
        go_on(clock.now())
    assert aliyun.taken
    assert PHONE not in caplog.text
    assert SECRET not in caplog.text
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = str(
                [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
            )
        assert PHONE not in rows, table
        assert SECRET not in rows, table


def test_a_door_whose_fault_quotes_the_number_does_not_write_it_down(
    world: World, aliyun: Aliyun, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def __init__(self, setting: object) -> None:
            return

        def hand_over(self, letter: Any) -> Any:
            raise ValueError(letter.to)

        def close(self) -> None:
            return

    door_to(aliyun)
    reported(world)
    monkeypatch.setattr(delivering, "open_line", Broken)
    go_on(clock.now())
    assert "ValueError" in caplog.text
    assert PHONE not in caplog.text
    assert Message.objects.get(door="sms").why == "broke"


def test_what_was_taken_and_not_marked_goes_again_under_the_same_number(world: World, aliyun: Aliyun) -> None:
    """The line breaks after the provider took it: at least once, and it can tell."""
    door_to(aliyun)
    reported(world)
    aliyun.says = ["taken and cut"]
    go_on(clock.now())
    row = Message.objects.get(door="sms")
    assert (row.state, row.why) == ("waiting", "unreached")
    assert go_on(clock.now()) == 0
    assert go_on(clock.now() + timedelta(minutes=5)) == 1
    assert [one["OutId"] for one in aliyun.taken] == [row.id.hex] * 2
    assert Message.objects.get(door="sms").state == "sent"


def test_a_sender_that_dies_before_it_marks_is_followed_by_another(
    world: World, aliyun: Aliyun, monkeypatch: pytest.MonkeyPatch
) -> None:
    door_to(aliyun)
    reported(world)
    services.send(at=clock.now())
    with monkeypatch.context() as patched:
        patched.setattr(delivering, "settle", lambda *_all, **_said: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            delivering.deliver(at=clock.now())
    assert go_on(clock.now() + timedelta(seconds=30)) == 0  # still leased
    assert go_on(clock.now() + delivering.LEASE) == 1
    assert len({one["OutId"] for one in aliyun.taken}) == 1
    assert Message.objects.get(door="sms").state == "sent"


def test_money_that_is_spent_stops_the_door_and_burns_nothing(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    aliyun.money = 1
    reported(world, 4)
    assert go_on(clock.now()) == 2
    (door,) = doorkeeping.stopped()
    assert (door.why, door.code) == ("money", "isv.AMOUNT_NOT_ENOUGH")
    assert (aliyun.asked, len(aliyun.taken)) == (2, 1)
    assert go_on(clock.now()) == 0
    by_hand = Message.objects.filter(door="by_hand", state="waiting")
    assert list(by_hand.values_list("why", flat=True)) == ["door_stopped"] * 3
    told = queries.waiting_by_hand(Matter.objects.values_list("id", flat=True))
    assert {one.why_words for one in told} == {"短信渠道停了"}
    services.pass_on(told[0].id, by=world.clerk(), at=clock.now())
    aliyun.money = 10
    assert doorkeeping.start("短信", by=HOUSE, at=clock.now()) == 2
    with clock.fixed(clock.now() + timedelta(seconds=2)):
        assert go_on(clock.now()) == 2
    assert not Message.objects.exclude(state="sent").exists()


def test_whoever_administers_is_told_once_that_a_door_stopped(
    world: World, aliyun: Aliyun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorkeeping, "_administering", lambda _at: ["system_admin@0001"])
    door_to(aliyun)
    reported(world, 2)
    aliyun.money = 0
    go_on(clock.now())
    doorkeeping.halt(Door.objects.get().id, "money", "x", at=clock.now())
    told = Message.objects.get(telling="door")
    assert told.text.startswith("渠道「短信」停了：余额不足或欠费停机（isv.AMOUNT_NOT_ENOUGH）。请充值。")
    assert Entry.objects.filter(what="door.paused").count() == 1


def test_a_door_whose_key_is_gone_stops_and_leaves_the_others_alone(world: World, aliyun: Aliyun) -> None:
    with open_here(Wecom()) as robot:
        robot_to(robot, "centre", tellings=("late",))
        lost = Door.objects.get()
        apps.get_model("vault", "Secret").objects.filter(id=lost.secret).delete()
        door_to(aliyun)
        (matter,) = reported(world)
        facts = {"flow": "main", "promise": "finish", "due": 0}
        record(events.PROMISE_MISSED, matter.id, by=HOUSE, at=clock.now(), **facts)
        while services.hear(at=clock.now()):
            pass
        assert go_on(clock.now()) == 1
        assert [(one.name, one.why) for one in doorkeeping.stopped()] == [("群", "broke")]
        assert len(aliyun.taken) == 1


def test_what_is_refused_for_good_stands_where_the_centre_sees_it(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    (matter,) = reported(world, contact="0553-6812345")
    go_on(clock.now())
    (dead,) = queries.not_told([matter.id])
    assert (dead.state, dead.why_words) == ("dead", "不是手机号")
    services.tell_by_hand(dead.id, by=world.clerk(), at=clock.now())
    (card,) = queries.waiting_by_hand([matter.id])
    assert card.why_words == "不是手机号"
    services.pass_on(card.id, by=world.clerk(), at=clock.now())
    assert queries.not_told([matter.id]) == queries.waiting_by_hand([matter.id]) == []
    with pytest.raises(Refused, match="不在没送到"):
        services.tell_by_hand(dead.id, by=world.clerk(), at=clock.now())
    with pytest.raises(NotFound):
        services.send_again(new_id(), by=world.clerk(), at=clock.now())


def test_what_was_given_up_can_be_tried_again(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    (matter,) = reported(world)
    aliyun.says = [(200, {"Code": "isv.SMS_TEMPLATE_ILLEGAL", "Message": ""})]
    go_on(clock.now())
    (dead,) = queries.not_told([matter.id])
    services.send_again(dead.id, by=world.clerk(), at=clock.now())
    assert go_on(clock.now() + timedelta(seconds=2)) == 1
    assert queries.not_told([matter.id]) == []


@pytest.mark.parametrize("said", [(200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": ""}), (503, {})])
def test_what_is_owed_becomes_a_task_for_the_telephone(world: World, aliyun: Aliyun, said: object) -> None:
    """Refused for good, or not through within the hour."""
    door_to(aliyun)
    (matter,) = reported(world)
    Message.objects.update(owed=True)
    aliyun.says = [said] * 20
    at = clock.now()
    for _turn in range(12):
        go_on(at)
        at += timedelta(minutes=6)
    (card,) = queries.waiting_by_hand([matter.id])
    assert card.why_words in {"号码不对", "渠道方忙"}
    assert queries.not_told([matter.id]) == []


def test_a_telling_that_a_promise_waits_for_is_owed_and_urgent(world: World) -> None:
    """In the model: `met = ["told:…"]`, or a telephone among its doors."""
    asked = world.model.tellings["asked"]
    assert "phone" in asked.doors
    (matter,) = reported(world)
    take_step(matter.number, "accept", by=world.person("he"), at=clock.now())
    while services.hear(at=clock.now()):
        pass
    received = Message.objects.get(telling="received")
    assert (received.owed, received.urgent) == (False, False)


def at_hour(hour: int, minute: int = 0) -> datetime:
    local = timezone.localtime(clock.now())
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


def test_nobody_is_disturbed_at_night_for_what_can_wait(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    reported(world, 2)
    first = Message.objects.filter(door="sms").order_by("id")[0]
    Message.objects.filter(id=first.id).update(urgent=True)
    night = at_hour(21, 30)
    assert go_on(night) == 1
    assert [one["OutId"] for one in aliyun.taken] == [first.id.hex]
    assert go_on(at_hour(23, 59)) == 0
    assert go_on(at_hour(7, 59) + timedelta(days=1)) == 0
    assert go_on(at_hour(8) + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("hours", "hour", "quiet"),
    [
        ((), 23, False),
        (("12:00", "14:00"), 13, True),
        (("12:00", "14:00"), 14, False),
        (("21:30", "08:00"), 3, True),
    ],
)
def test_the_quiet_hours_are_those_of_the_instance(
    monkeypatch: pytest.MonkeyPatch, hours: tuple[str, ...], hour: int, quiet: bool
) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, quiet=hours))
    until = delivering.quiet_until(at_hour(hour))
    assert (until is not None) == quiet
    assert until is None or f"{until:%H:%M}" == hours[1]


def test_a_robot_tells_a_desks_group_what_the_model_names(world: World) -> None:
    with open_here(Wecom()) as robot:
        robot_to(robot, f"grid_worker@{GRID}", "centre", tellings=("late",))
        (matter,) = reported(world)
        facts = {"flow": "main", "promise": "finish", "due": 0}
        record(events.PROMISE_WARNED, matter.id, by=HOUSE, at=clock.now(), **facts)
        record(events.PROMISE_MISSED, matter.id, by=HOUSE, at=clock.now(), **facts)
        while services.hear(at=clock.now()):
            pass
        go_on(clock.now())
        said = [one["text"]["content"] for one in robot.taken]
        assert len(said) == 2
        assert all(matter.number in one and PHONE not in one for one in said)
        assert Message.objects.filter(door="wecom_robot", state="sent").count() == 2
        assert all(one.door == "inbox" for one in queries.at_desks([f"centre@{COUNTY}"]))


def test_a_matter_that_is_kept_from_somebody_is_told_to_no_group(world: World) -> None:
    with open_here(Wecom()) as robot:
        robot_to(robot, "centre", tellings=("*",))
        (matter,) = reported(world)
        Matter.objects.update(walled=True)
        later = matter.recorded_at + timedelta(days=20)
        with clock.fixed(later):
            while keep_promises(at=later):
                pass
            while services.hear(at=later):
                pass
            go_on(later)
        assert Message.objects.filter(door="inbox").exists()
        assert not robot.asked


def test_what_somebody_wrote_goes_to_no_group(world: World) -> None:
    with open_here(Wecom()) as robot:
        robot_to(robot, "centre", tellings=("*",))
        (matter,) = reported(world)
        he = world.person("he")
        take_step(matter.number, "accept", by=he, at=clock.now())
        copied = delivering.copied_to()
        assert len(copied) == 1
        while services.hear(at=clock.now()):
            pass
        assert not Message.objects.filter(door="wecom_robot", text__contains="纸箱").exists()


def test_twenty_a_minute_are_kept_by_several_senders_together(lasting: World) -> None:
    """The robot here counts any sixty seconds by the clock of the house."""
    with open_here(Wecom()) as robot:
        robot_to(robot, "centre", tellings=("*",))
        door, begun = Door.objects.get(), clock.now()
        for n in range(30):
            Message.objects.create(
                id=new_id(), key=f"k{n}", matter=new_id(), telling="late", to=f"centre@{COUNTY}",
                door="wecom_robot", text=f"第{n}件", through=door.id, state="waiting", try_at=begun, made_at=begun,
            )  # fmt: skip
        moment = [0.0]
        robot.now = lambda: moment[0]
        for second in range(0, 150, 3):
            moment[0] = float(second)
            together(lambda s=second: delivering.deliver(at=begun + timedelta(seconds=s)))
        assert [row["outcome"] for row in Handing.objects.values("outcome")] == ["taken"] * 30
        assert len({one["text"]["content"] for one in robot.taken}) == 30


def together(act: Any, many: int = 2) -> None:
    """Several senders at once, each with a connection of its own."""
    faults: list[BaseException] = []

    def one() -> None:
        try:
            with clock.fixed(standing):
                act()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    standing = clock.now()
    hands = [threading.Thread(target=one) for _n in range(many)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert not faults


def test_two_senders_at_once_send_nothing_twice(lasting: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    reported(lasting, 8)
    at = clock.now()
    services.send(at=at)
    for turn in range(6):
        together(lambda t=turn: delivering.deliver(at=at + timedelta(seconds=t)))
    sent = [one["OutId"] for one in aliyun.taken]
    assert len(sent) == len(set(sent)) == 8
    assert set(Message.objects.filter(door="sms").values_list("state", flat=True)) == {"sent"}


def test_an_erased_identity_is_called_by_nobody(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    (matter,) = reported(world)
    assert matter.reporter is not None
    Message.objects.update(owed=True)
    erase(matter.reporter, "asked_by_person", by=HOUSE, at=clock.now())
    go_on(clock.now())
    (dead,) = queries.not_told([matter.id])
    assert dead.why_words == "联系方式已经删除"
    assert not aliyun.asked


def test_desks_are_told_by_mail(world: World) -> None:
    with sinking() as sink:
        said = Said(
            endpoint=sink.endpoint, sender="gezhi@liuxi.example", secure="none",
            desks={"centre": "centre@liuxi.example"}, tellings=("late",),
        )  # fmt: skip
        doorkeeping.add("smtp", "邮件", said, "", by=HOUSE, at=clock.now())
        (matter,) = reported(world)
        facts = {"flow": "main", "promise": "finish", "due": 0}
        record(events.PROMISE_MISSED, matter.id, by=HOUSE, at=clock.now(), **facts)
        while services.hear(at=clock.now()):
            pass
        assert go_on(clock.now()) == 1
        assert "To: centre@liuxi.example" in sink.mails[0]


def test_outside_a_live_instance_no_door_is_asked(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    Instance.objects.update(kind="demo")
    instance.forget()
    reported(world)
    assert go_on(clock.now()) == 0
    assert not aliyun.asked
    assert Message.objects.get(telling="received").state == "sent"


def test_a_door_is_tried_paused_and_removed(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    assert doorkeeping.try_out("短信", PHONE).kind == "taken"
    assert doorkeeping.try_out("短信", "1").why == "not_mobile"
    doorkeeping.pause("短信", by=HOUSE, at=clock.now())
    assert [one.state for one in doorkeeping.every()] == ["paused"]
    reported(world)
    go_on(clock.now())
    assert Message.objects.get().why == "door_stopped"
    doorkeeping.remove("短信", by=HOUSE, at=clock.now())
    assert doorkeeping.every() == []
    with pytest.raises(NotFound, match="没有叫"):
        doorkeeping.start("短信", by=HOUSE, at=clock.now())
    row = Door.objects.get()
    with pytest.raises(NotFound):
        doorkeeping.setting_of(row)


@pytest.mark.parametrize(
    ("kind", "name", "said", "key", "code"),
    [
        ("pigeon", "鸽", Said(), "k", "door_kind"),
        ("wecom", "", Said(desks={"centre": ""}), "k", "door_name"),
        ("wecom", "群", Said(desks={"centre": ""}), "", "door_key"),
        ("smtp", "邮", Said(endpoint="m.example:25", sender="g@x.example"), "", "door_desks"),
        ("wecom", "群", Said(desks={"centre": ""}, endpoint="http://example.org"), "k", "url_not_https"),
        ("aliyun", "短信", Said(sign="签", templates=("*=S:number",)), "nocolon", "door_key"),
        ("aliyun", "短信", Said(sign="签"), "a:b", "door_incomplete"),
        ("tencent", "短信", Said(sign="签", templates=("*=1:number",)), "a:b", "door_incomplete"),
        ("aliyun", "短信", Said(sign="签", templates=("* = S",)), "a:b", "door_template"),
        ("smtp", "邮", Said(desks={"centre": "a@b.example"}), "", "door_incomplete"),
        (
            "smtp",
            "邮",
            Said(endpoint="m.example:25", sender="g@x.example", desks={"centre": ""}),
            "",
            "door_box",
        ),
    ],
)
def test_what_is_missing_of_a_door_is_said_and_nothing_is_kept(
    kind: str, name: str, said: Said, key: str, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        doorkeeping.add(kind, name, said, key, by=HOUSE, at=clock.now())
    assert refusal.value.code == code
    assert not Door.objects.exists()
    assert not apps.get_model("vault", "Secret").objects.filter(kind="door").exists()


def test_a_template_names_its_variables(world: World, aliyun: Aliyun) -> None:
    said = Said(endpoint=aliyun.url, sign=SIGN, templates=("received=SMS_1:no=number,link", "*=SMS_2"))
    doorkeeping.add("aliyun", "短信", said, f"{ID}:{SECRET}", by=HOUSE, at=clock.now())
    made = doorkeeping.setting_of(Door.objects.get())
    assert made.templates == {"received": ("SMS_1", (("no", "number"), ("link", "link"))), "*": ("SMS_2", ())}
    assert Path(settings.HOME.path)  # nothing of it lies there in the clear
    assert not any(SECRET in file.read_text(errors="ignore") for file in settings.HOME.path.rglob("*.toml"))


def more_to(matter: Matter, many: int, **more: Any) -> list[Message]:
    """Further tellings to the reporter of a matter."""
    first, at = Message.objects.get(matter=matter.id, telling="received"), clock.now()
    told: dict[str, Any] = {
        "telling": "paused",
        "to": first.to,
        "door": "sms",
        "text": "挂账。",
        "state": "waiting",
    }
    told |= {"budgeted": True, "words": first.words, "made_at": at, "try_at": at} | more
    return [
        Message.objects.create(id=new_id(), key=new_id().hex, matter=matter.id, **told) for _n in range(many)
    ]


def test_one_person_gets_no_more_than_a_few_a_day(world: World, aliyun: Aliyun) -> None:
    """Whichever report it is about; a newer telling about the same overtakes the one that waits."""
    door_to(aliyun)
    one, other = reported(world, 2)
    more_to(one, 2)
    more_to(other, 1)
    assert go_on(clock.now()) == 5
    overtaken, (of_other,), (final,) = more_to(one, 2), more_to(other, 1), more_to(one, 1, budgeted=False)
    assert go_on(clock.now()) == 1
    assert aliyun.taken[-1]["OutId"] == final.id.hex
    rows = {row.id: row for row in Message.objects.all()}
    assert {rows[m.id].state for m in overtaken} == {"merged"}
    assert (rows[of_other.id].why, rows[of_other.id].tries) == ("budget", 0)
    assert rows[of_other.id].try_at == clock.now() + timedelta(days=1)
    opened = Entry.objects.filter(what="vault.opened_to_tell").count()
    assert opened == 6  # what is held is not opened
    assert go_on(clock.now() + timedelta(hours=23)) == 0
    assert go_on(clock.now() + timedelta(hours=24, minutes=1)) == 1


def test_the_number_a_day_is_the_instances(
    world: World, aliyun: Aliyun, monkeypatch: pytest.MonkeyPatch
) -> None:
    door_to(aliyun)
    (matter,) = reported(world)
    more_to(matter, 5)
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, contacts=0))
    assert go_on(clock.now()) == 6


def test_somebody_elses_messages_are_not_counted(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    (matter,) = reported(world)
    more_to(matter, 3)
    assert go_on(clock.now()) == 4
    (second,) = reported(world, contact="13900139000")
    more_to(second, 1)
    more_to(matter, 1)
    assert go_on(clock.now()) == 2


def test_what_counts_follows_from_the_model(world: World) -> None:
    (matter,) = reported(world)
    scene = scenes.scene_of(matter, clock.now())
    assert scene is not None
    counted = [
        one.id
        for one in world.model.tellings.values()
        if "sms" in one.doors and not tellings._answers(one, scene)
    ]
    assert counted == ["paused", "extended", "asked", "asked_again", "word_left"]


def test_what_came_of_it_is_never_held(world: World) -> None:
    """Nor is what confirms a report; that work stands still or takes longer counts."""
    (matter,) = reported(world)
    he = world.person("he")
    take_step(matter.number, "refuse", by=he, at=clock.now(), given=StepGiven(note="不属网格事项。"))
    while services.hear(at=clock.now()):
        pass
    told = dict(Message.objects.filter(door="sms").values_list("telling", "budgeted"))
    assert told == {"received": False, "refused": False}


@pytest.mark.parametrize(
    ("owed", "came"), [(True, ("by_hand", "waiting", "stale")), (False, ("sms", "dead", "stale"))]
)
def test_what_waited_for_more_than_a_day_is_not_sent_as_news(
    world: World, aliyun: Aliyun, owed: bool, came: tuple[str, str, str]
) -> None:
    """The house stood still meanwhile. What a promise waits for becomes a task for the telephone, else the centre sees it."""
    door_to(aliyun)
    reported(world)
    Message.objects.filter(door="sms").update(owed=owed)
    (row,) = Message.objects.filter(door="sms")
    later = clock.now() + timedelta(hours=25)
    assert go_on(later) == 0
    assert aliyun.taken == []
    assert Message.objects.filter(id=row.id).values_list("door", "state", "why").get() == came
    if not owed:
        services.send_again(row.id, by=HOUSE, at=later)  # whoever knows better sends it all the same
        assert go_on(later) == 1


def test_a_door_that_starts_again_takes_back_what_is_a_day_old_at_most(world: World, aliyun: Aliyun) -> None:
    door_to(aliyun)
    doorkeeping.pause("短信", by=HOUSE, at=clock.now())
    reported(world)
    services.send(at=clock.now())
    later = clock.now() + timedelta(hours=25)
    assert doorkeeping.start("短信", by=HOUSE, at=later) == 0
    assert Message.objects.filter(door="by_hand", state="waiting", why="door_stopped").count() == 1
    assert doorkeeping.start("短信", by=HOUSE, at=later - timedelta(hours=2)) == 1
