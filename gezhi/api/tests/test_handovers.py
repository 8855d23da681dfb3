"""外部承办 by program: handed over once, its code told once, listed, made longer, ended; on what was read."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from gezhi.ledger import clock
from gezhi.matters.models import Handover, Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_path import step

from .program import Program, told

WORDS = "四楼张样本家门口的感应灯坏了半个月，老人晚上摔过一跤"


def handled(world: World) -> str:
    """A lamp that the housing department signed for: zhu has it."""
    lon, lat = liuxi.INSIDE
    number = open_matter(Report(text=WORDS, item="N12", lon=lon, lat=lat), by=world.clerk()).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "sign")
    return number


def asked(**more: object) -> dict[str, object]:
    until = (clock.now() + timedelta(hours=20)).isoformat()
    return {"company": "柳溪样本物业公司", "asked": "请换好楼道的感应灯。", "until": until, **more}


def test_a_program_hands_over_and_the_code_opens_the_page(world: World) -> None:
    number, office = handled(world), Program.of(world, "zhu")
    path = f"matters/{number}/handovers"
    assert told(office.get(path)) == {"handovers": [], "may": True}
    body = asked()
    made = office.post(path, body, Idempotency_Key="h1")
    assert made.status_code == 201
    said = told(made)
    assert made["Location"].endswith(f"/handovers/{said['id']}")
    assert said["link"].endswith(f"{reverse('outside')}#{said['code']}")
    assert Client().post(reverse("outside"), {"code": said["code"]}).status_code == 302
    again = office.post(path, body, Idempotency_Key="h1")
    assert (again.status_code, told(again)["code"]) == (409, "answered_once")
    assert Handover.objects.count() == 1
    one = office.get(f"{path}/{said['id']}")
    assert (told(one)["state"], told(one)["may"], told(one)["company"]) == ("open", True, "柳溪样本物业公司")
    assert said["code"] not in one.content.decode()
    assert office.get(f"{path}/{said['id']}", known=one["ETag"]).status_code == 304


def test_it_is_made_longer_renewed_and_ended_on_what_was_read(world: World) -> None:
    number, office = handled(world), Program.of(world, "zhu")
    made = told(office.post(f"matters/{number}/handovers", asked()))
    path = f"matters/{number}/handovers/{made['id']}"
    stale = '"0-0123456789abcdef"'
    later = {"until": (clock.now() + timedelta(hours=30)).isoformat()}
    for answer in (
        office.post(f"matters/{number}/handovers", asked(), If_Match=stale),
        office.patch(path, later, If_Match=stale),
        office.post(f"{path}/links", b"", If_Match=stale),
        office.delete(path, If_Match=stale),
    ):
        assert (answer.status_code, told(answer)["code"]) == (412, "changed_meanwhile")
    before = Handover.objects.get()
    tag = office.get(f"matters/{number}")["ETag"]
    assert told(office.patch(path, later, If_Match=tag))["until"] != before.until.isoformat()
    fresh = told(office.post(f"{path}/links", b"", If_Match=tag))
    assert Client().post(reverse("outside"), {"code": made["code"]}).status_code == 401
    assert Client().post(reverse("outside"), {"code": fresh["code"]}).status_code == 302
    assert office.delete(path, If_Match=tag).status_code == 204
    assert told(office.get(path))["ended_why"] == "withdrawn"
    again = office.delete(path)
    assert (again.status_code, told(again)["code"]) == (409, "moved_meanwhile")


def test_what_may_not_go_out_does_not(world: World) -> None:
    number, office = handled(world), Program.of(world, "zhu")
    path = f"matters/{number}/handovers"
    late = (clock.now() + timedelta(days=300)).isoformat()
    for body, status, code, field in (
        (asked(asked=WORDS), 409, "reporters_words", "asked"),
        (asked(asked="请打 13900001234。"), 409, "identity_in_text", "asked"),
        (asked(until=late), 409, "until_late", "until"),
        (asked(until="0001-01-01T00:00:00+14:00"), 409, "until_past", "until"),
        (asked(company=" "), 409, "company_missing", "company"),
        (asked(company="\x07样本"), 422, "control_characters", "company"),
        (asked(photos=[str(uuid4())]), 409, "moved_meanwhile", "photos"),
        (asked(company="样" * 61), 422, "too_long", "company"),
    ):
        answer = office.post(path, body)
        said = told(answer)
        assert (answer.status_code, said["code"], said["field"]) == (status, code, field)
    assert not Handover.objects.exists()
    centre = Program.of(world, "he")
    assert told(centre.get(path))["may"] is False
    assert centre.post(path, asked()).status_code == 403
    for outsider in (Program.of(world, "song"), Program.of(world, "lin", scopes=("report",))):
        assert outsider.get(path).status_code in {403, 404}
    for odd in ("zz", str(uuid4())):
        assert office.get(f"{path}/{odd}").status_code == 404
        assert office.delete(f"{path}/{odd}").status_code == 404


def test_a_report_by_program_says_of_whom_it_complains(world: World) -> None:
    centre = Program.of(world, "he")
    found = told(centre.get("parties", name="住建"))["parties"]
    assert [one["word"] for one in found] == ["department:housing"]
    lon, lat = liuxi.INSIDE
    lamp = {"text": "说了两回，没有来修。", "item": "N12", "lon": lon, "lat": lat}
    made = centre.post("matters", lamp | {"about": ["department:housing"]})
    assert made.status_code == 201
    assert Matter.objects.get().walled is True
    assert Program.of(world, "zhu").get(f"matters/{told(made)['number']}").status_code == 404
    for word in ("department:nowhere", "unit:9999", "person:zz", ""):
        refused = centre.post("matters", lamp | {"about": [word]})
        assert (refused.status_code, told(refused)["code"]) == (409, "party_unknown")
    narrow = Program.of(world, "tang")
    assert told(narrow.get("parties", name="  "))["parties"] == []
    assert Matter.objects.count() == 1
