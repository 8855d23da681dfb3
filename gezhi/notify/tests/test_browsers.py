"""What is told to browsers: to those that asked, sealed for them alone, a number and no word more, until they want it no more."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import connection

from gezhi.errors import Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Instance
from gezhi.matters.models import Matter, Merged, Text
from gezhi.matters.services import reporters_own
from gezhi.matters.services.handling import erase_text
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import INSIDE, World
from gezhi.notify import browsers, delivering, doorkeeping, services
from gezhi.notify.browsers import News
from gezhi.notify.doorkeeping import Said
from gezhi.notify.doors import webpush
from gezhi.notify.doors.outcomes import Letter
from gezhi.notify.doors.webpush import Reached
from gezhi.notify.models import Browser, Door, Handing, Message
from gezhi.notify.tests.push_service import PushService, serving
from gezhi.vault.models import Secret

PHONE = "13800138000"
CONTACT = "mailto:wangge@example.gov.cn"


@pytest.fixture(autouse=True)
def live(world: World) -> Iterator[None]:
    Instance.objects.update(kind="live")
    instance.forget()
    yield
    instance.forget()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with serving() as found:
        monkeypatch.setattr(
            settings,
            "HOME",
            replace(settings.HOME, push_services=(found.origin, "*.push.apple.com"), quiet=()),
        )
        yield found


@pytest.fixture
def door(service: PushService) -> Door:
    doorkeeping.add("webpush", "手机提醒", Said(contact=CONTACT), "", by=HOUSE, at=clock.now())
    return Door.objects.get(kind="webpush")


def reported(world: World, **more: object) -> Matter:
    report = Report(text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], contact=PHONE)
    return Matter.objects.get(number=open_matter(replace(report, **more), by=world.clerk()).number)


def asked(matter: Matter, reached: Reached, language: str = "zh-hans") -> None:
    browsers.subscribe("matter", matter.id, reached, language=language, at=clock.now())


def heard(at: datetime | None = None) -> None:
    while services.hear(at=at or clock.now()):
        pass


def go_on(at: datetime | None = None) -> int:
    heard(at)
    services.send(at=at or clock.now())
    return delivering.deliver(at=at or clock.now())


def test_what_is_sealed_is_what_the_standard_prints() -> None:
    """RFC 8291, appendix A."""
    reached = Reached(
        "https://web.push.apple.com/x",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    private = base64.urlsafe_b64decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw=")
    own = ec.derive_private_key(int.from_bytes(private), ec.SECP256R1())
    salt = base64.urlsafe_b64decode("DGv6ra1nlYgDCS1FRnbzlw==")
    found = webpush.sealed(reached, b"When I grow up, I want to be a watermelon", salt=salt, own=own)
    assert base64.urlsafe_b64encode(found).rstrip(b"=") == (
        b"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        b"pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_telling_reaches_the_browser_that_asked(world: World, service: PushService, door: Door) -> None:
    matter = reported(world)
    asked(matter, service.phone("one"))
    asked(matter, service.phone("two"), "en")
    assert go_on() == 2
    mine, theirs = sorted(service.taken, key=lambda one: str(one["phone"]))
    assert mine["said"]["body"] == f"{matter.number} · 收到"
    assert theirs["said"]["body"] == f"{matter.number} · Received"
    assert mine["said"]["url"] == f"/follow#n={matter.number}"
    assert mine["said"]["title"]
    assert mine["said"]["tag"] == mine["headers"]["topic"] == theirs["said"]["tag"]
    assert 0 < int(mine["headers"]["ttl"]) <= 86400
    rows = Message.objects.filter(door="web_push")
    assert {row.state for row in rows} == {"sent"}
    assert {row.to for row in rows} == {f"reporter:{matter.reporter.hex}"}  # type: ignore[union-attr]  # it left a number
    assert Handing.objects.filter(door=door.id, outcome="taken").count() == 2
    assert set(Browser.objects.values_list("taken_at", flat=True)) == {clock.now()}
    heard()
    assert go_on() == 0


def test_a_lock_screen_shows_no_word_no_place_and_no_code(
    world: World, service: PushService, door: Door
) -> None:
    matter = reported(world)
    asked(matter, service.phone())
    go_on()
    said = json.dumps(service.taken[0]["said"], ensure_ascii=False)
    for word in ("纸箱", "楼道", PHONE, "c=", "http"):
        assert word not in said


def test_the_same_entry_heard_twice_tells_once(world: World, service: PushService, door: Door) -> None:
    matter = reported(world)
    asked(matter, service.phone())
    heard()
    before = Message.objects.filter(door="web_push").count()
    from gezhi.ledger.models import Entry, Unheard

    Unheard.objects.bulk_create([Unheard(entry=id) for id in Entry.objects.values_list("id", flat=True)])
    heard()
    assert Message.objects.filter(door="web_push").count() == before == 1


def test_whoever_left_no_number_is_told_too(world: World, service: PushService, door: Door) -> None:
    matter = reported(world, contact="", reporting="anonymous")
    asked(matter, service.phone())
    go_on()
    assert len(service.taken) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_nobody_has_to_mend_it(
    world: World, service: PushService, door: Door, status: int
) -> None:
    first, second = reported(world), reported(world, text="路灯不亮。")
    gone = service.phone()
    asked(first, gone)
    asked(second, gone)
    service.says = [(status, {})]
    go_on()
    assert not Browser.objects.exists()
    assert not Secret.objects.filter(kind="browser").exists()
    assert set(Message.objects.filter(door="web_push").values_list("state", flat=True)) == {"gone"}
    assert not Message.objects.filter(state="dead").exists()
    assert Door.objects.get().state == "on"
    assert service.asked == 1


def test_a_service_that_is_busy_is_asked_later(world: World, service: PushService, door: Door) -> None:
    matter = reported(world)
    asked(matter, service.phone("one"))
    asked(matter, service.phone("two"))
    service.says = [(429, {"Retry-After": "600"})]
    go_on()
    assert service.asked == 1, "within a batch a busy service is not asked again"
    assert go_on(clock.now() + timedelta(seconds=590)) == 0
    assert go_on(clock.now() + timedelta(seconds=605)) == 2
    assert len(service.taken) == 2
    assert Door.objects.get().try_at is None, "another service is not held up"


def test_after_a_day_it_is_given_up_quietly(world: World, service: PushService, door: Door) -> None:
    asked(reported(world), service.phone())
    service.says = [(503, {})] * 99
    at = clock.now()
    for hours in range(0, 27, 3):
        go_on(at + timedelta(hours=hours))
    assert Message.objects.get(door="web_push").state == "gone"
    assert Browser.objects.exists()


def test_a_key_that_is_refused_again_and_again_stops_the_door(
    world: World, service: PushService, door: Door
) -> None:
    matter = reported(world)
    for name in ("one", "two", "three"):
        asked(matter, service.phone(name))
    service.says = [(403, {})] * 3
    go_on()
    (view,) = doorkeeping.stopped()
    assert (view.why, view.code) == ("key", "403")
    assert Browser.objects.count() == 3
    assert Message.objects.filter(door="web_push", state="waiting").count() == 1
    assert browsers.public_key() == ""


def test_a_stranger_shuts_the_door_for_nobody(world: World, service: PushService, door: Door) -> None:
    """Browsers that were set up with somebody else's key are refused by their service: theirs end, the others go on."""
    mine, strange = reported(world), reported(world, text="路灯不亮。")
    asked(mine, service.phone("mine"))
    go_on()
    for n in range(4):
        asked(strange, service.phone(f"s{n}", key="another"))
    assert len(service.taken) == 1
    for n in range(5):
        news = News(f"again{n}", "received", lambda: "又", "/follow")
        browsers.tell("matter", strange.id, news, at=clock.now())
        go_on(clock.now() + timedelta(minutes=n))
    assert Door.objects.get().state == "on"
    assert Browser.objects.get().about == mine.id


def test_too_long_is_not_handed_over(service: PushService, world: World, door: Door) -> None:
    line = webpush.Push(doorkeeping.setting_of(door))
    phone = service.phone()
    to = json.dumps({name: getattr(phone, name) for name in ("endpoint", "p256dh", "auth")})
    words = {"title": "柳溪", "url": "/follow", "tag": "a", "urgency": "normal"}
    outcome = line.hand_over(Letter("1", "received", to, "长" * 1400, words))
    assert (outcome.kind, outcome.why, service.asked) == ("refused", "length", 0)
    assert webpush.of(413, "", None).why == "length"
    assert line.hand_over(Letter("1", "received", to, "长" * 1200, words)).kind == "taken"


def test_nothing_goes_at_night_but_what_a_promise_waits_for(
    world: World, service: PushService, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, quiet=("21:30", "08:00")))
    matter = reported(world)
    asked(matter, service.phone())
    night = clock.now().replace(hour=15)  # 23:00 in Shanghai
    browsers.tell("matter", matter.id, News("n", "note", lambda: "一条", "/follow"), at=night)
    delivering.deliver(at=night)
    assert service.taken == []
    browsers.tell("matter", matter.id, News("u", "note", lambda: "急的", "/follow", urgent=True), at=night)
    delivering.deliver(at=night)
    assert [one["said"]["body"] for one in service.taken] == ["急的"]
    assert service.taken[0]["headers"]["urgency"] == "high"
    delivering.deliver(at=night + timedelta(hours=10))
    assert len(service.taken) == 2


def test_what_is_newer_replaces_what_was_not_read(world: World, service: PushService, door: Door) -> None:
    matter = reported(world)
    asked(matter, service.phone())
    for n in range(2):
        browsers.tell(
            "matter", matter.id, News(f"k{n}", "note", lambda n=n: f"第{n}条", "/follow"), at=clock.now()
        )  # type: ignore[misc]
    delivering.deliver(at=clock.now())
    assert len(service.taken) == 2
    assert [one["said"]["body"] for one in service.waiting.values()] == ["第1条"]


POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
GOOD = "https://web.push.apple.com/QJ"


@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth", "code"),
    [
        ("https://127.0.0.1/x", POINT, AUTH, "push_service"),
        ("http://169.254.169.254/latest", POINT, AUTH, "push_service"),
        ("https://evil.example/x", POINT, AUTH, "push_service"),
        ("https://push.apple.com.evil.example/x", POINT, AUTH, "push_service"),
        ("https://evilpush.apple.com/x", POINT, AUTH, "push_service"),
        ("https://a:b@web.push.apple.com/x", POINT, AUTH, "push_service"),
        ("https://web.push.apple.com:8443/x", POINT, AUTH, "push_service"),
        ("http://web.push.apple.com/x", POINT, AUTH, "push_service"),
        (f"https://web.push.apple.com/{'x' * 1000}", POINT, AUTH, "push_service"),
        ("", POINT, AUTH, "push_service"),
        (GOOD, POINT[:-2] + "BB", AUTH, "push_keys"),
        (GOOD, POINT[:60], AUTH, "push_keys"),
        (
            GOOD,
            "AiVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx",
            AUTH,
            "push_keys",
        ),  # the same point, written shorter
        (GOOD, "全是字", AUTH, "push_keys"),
        (GOOD, POINT, AUTH[:10], "push_keys"),
        (GOOD, POINT, "", "push_keys"),
    ],
)
def test_what_is_no_browser_is_refused(
    world: World, service: PushService, door: Door, endpoint: str, p256dh: str, auth: str, code: str
) -> None:
    matter = reported(world)
    with pytest.raises(Refused) as refused:
        asked(matter, Reached(endpoint, p256dh, auth))
    assert refused.value.code == code
    assert not Browser.objects.exists()
    assert not Secret.objects.filter(kind="browser").exists()


def test_a_good_one_is_taken_and_its_address_lies_nowhere_in_the_clear(
    world: World, service: PushService, door: Door
) -> None:
    matter = reported(world)
    asked(matter, Reached(GOOD, POINT, AUTH))
    asked(matter, Reached(GOOD, POINT + "=", AUTH + "=="))
    assert Browser.objects.count() == Secret.objects.filter(kind="browser").count() == 1
    assert browsers.is_told("matter", matter.id, GOOD)
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = str(
                [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
            )
        assert "push.apple.com/QJ" not in rows, table
        assert AUTH not in rows, table


def test_five_devices_of_a_matter_and_the_first_gives_way(
    world: World, service: PushService, door: Door
) -> None:
    matter = reported(world)
    phones = [service.phone(f"p{n}") for n in range(6)]
    for one in phones:
        asked(matter, one)
    assert Browser.objects.count() == browsers.MOST["matter"] == 5
    assert not browsers.is_told("matter", matter.id, phones[0].endpoint)


def test_a_unit_that_is_full_refuses(
    world: World, service: PushService, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(browsers.MOST, "unit", 1)
    unit = reported(world).id
    browsers.subscribe("unit", unit, service.phone("a"), language="zh-hans", at=clock.now())
    browsers.subscribe("unit", unit, service.phone("a"), language="zh-hans", at=clock.now())
    with pytest.raises(Refused):
        browsers.subscribe("unit", unit, service.phone("b"), language="zh-hans", at=clock.now())
    assert browsers.tell("unit", unit, News("d", "digest", lambda: "昨天", "/here"), at=clock.now()) == 1
    delivering.deliver(at=clock.now())
    assert service.taken[0]["said"]["body"] == "昨天"
    assert Message.objects.get(door="web_push").to.startswith("browser:")


def test_one_browser_is_told_of_so_many_things(
    world: World, service: PushService, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsers, "OF_ONE", 1)
    asked(reported(world), service.phone())
    with pytest.raises(Refused):
        asked(reported(world, text="路灯不亮。"), Reached(f"{service.origin}/send/one", POINT, AUTH))


def test_stopping_forgets_it_and_what_waits(world: World, service: PushService, door: Door) -> None:
    first, second = reported(world), reported(world, text="路灯不亮。")
    phone = service.phone()
    asked(first, phone)
    asked(second, phone)
    heard()
    assert browsers.unsubscribe("matter", first.id, phone.endpoint) is False
    assert browsers.unsubscribe("matter", second.id, phone.endpoint) is True
    assert go_on() == 0
    assert service.asked == 0
    assert set(Message.objects.filter(door="web_push").values_list("state", flat=True)) == {"gone"}


def test_destroying_a_name_or_the_words_ends_it(world: World, service: PushService, door: Door) -> None:
    named, worded, other = (reported(world, text=text) for text in ("甲事。", "乙事。", "丙事。"))
    for n, one in enumerate((named, worded, other)):
        asked(one, service.phone(f"p{n}"))
    heard()
    reporters_own.forget(named.id, at=clock.now())
    heard()
    assert set(Browser.objects.values_list("about", flat=True)) == {worded.id, other.id}
    he = world.person("he")
    text = Text.objects.get(matter=worded.id, kind="report").id
    erase_text(text, "request", by=he, seat=he.terms[0], at=clock.now())
    heard()
    assert Browser.objects.get().about == other.id
    assert go_on() == 1


def test_it_ends_a_month_after_the_matter_and_after_a_year_of_silence(
    world: World, service: PushService, door: Door
) -> None:
    ended, silent, going = (reported(world, text=text) for text in ("甲事。", "乙事。", "丙事。"))
    for n, one in enumerate((ended, silent, going)):
        asked(one, service.phone(f"p{n}"))
    now = clock.now()
    Matter.objects.filter(id=ended.id).update(ended_at=now)
    assert browsers.forget_what_is_over(at=now + timedelta(days=29)) == 0
    assert browsers.forget_what_is_over(at=now + timedelta(days=31)) == 1
    Browser.objects.filter(about=going.id).update(taken_at=now + timedelta(days=300))
    assert browsers.forget_what_is_over(at=now + timedelta(days=370)) == 1
    assert Browser.objects.get().about == going.id


def test_what_was_merged_is_told_until_the_other_has_ended(
    world: World, service: PushService, door: Door
) -> None:
    whole, part = reported(world, text="甲事。"), reported(world, text="乙事。")
    asked(part, service.phone())
    now = clock.now()
    Matter.objects.filter(id=part.id).update(ended_at=now)
    Merged.objects.create(matter=part.id, into=whole.id, step="assigned", since=now)
    later = now + timedelta(days=40)
    assert browsers.forget_what_is_over(at=later) == 0
    Matter.objects.filter(id=whole.id).update(ended_at=now)
    assert browsers.forget_what_is_over(at=later) == 1


def test_there_is_one_such_door_and_its_keys_are_made_here(
    world: World, service: PushService, door: Door
) -> None:
    said = Said(contact=CONTACT)
    with pytest.raises(Refused) as refused:
        doorkeeping.add("webpush", "又一条", said, "", by=HOUSE, at=clock.now())
    assert refused.value.code == "door_one"
    public = browsers.public_key()
    assert len(base64.urlsafe_b64decode(public + "=")) == 65
    doorkeeping.change(
        "手机提醒", Said(contact="https://liuxi.example/lianxi"), "ignored", by=HOUSE, at=clock.now()
    )
    assert browsers.public_key() == public
    doorkeeping.pause("手机提醒", by=HOUSE, at=clock.now())
    assert browsers.public_key() == ""
    with pytest.raises(Refused):
        asked(reported(world), service.phone())


@pytest.mark.parametrize("contact", ["", "wangge@example.gov.cn", "http://x.example", "mailto:x"])
def test_whom_a_service_writes_to_must_be_said(world: World, service: PushService, contact: str) -> None:
    with pytest.raises(Refused):
        doorkeeping.add("webpush", "手机提醒", Said(contact=contact), "", by=HOUSE, at=clock.now())
    assert not Door.objects.exists()


def test_removing_the_door_forgets_every_browser(world: World, service: PushService, door: Door) -> None:
    asked(reported(world), service.phone())
    heard()
    assert doorkeeping.every()[0].waiting == 1
    doorkeeping.remove("手机提醒", by=HOUSE, at=clock.now())
    assert not Browser.objects.exists()
    assert not Message.objects.filter(state="dead").exists()


def test_outside_a_live_instance_it_lies_in_the_drawer(
    world: World, service: PushService, door: Door
) -> None:
    Instance.objects.update(kind="demo")
    instance.forget()
    asked(reported(world), service.phone())
    assert go_on() == 0
    assert Message.objects.get(door="web_push").state == "sent"
    assert service.asked == 0


def test_what_lay_for_more_than_a_day_is_told_no_more_and_what_is_fresh_is(
    world: World, service: PushService, door: Door
) -> None:
    asked(reported(world), service.phone())
    heard()
    Door.objects.update(state="paused")
    later = clock.now() + timedelta(hours=25)
    doorkeeping.start("手机提醒", by=HOUSE, at=later)
    assert delivering.deliver(at=later) == 0
    assert set(Message.objects.filter(door="web_push").values_list("state", "why")) == {("gone", "stale")}
    Message.objects.filter(door="web_push").update(state="waiting", try_at=later, made_at=later, why="")
    assert delivering.deliver(at=later + timedelta(hours=1)) == 1
    assert {one["headers"]["ttl"] for one in service.taken} == {str(23 * 3600)}
