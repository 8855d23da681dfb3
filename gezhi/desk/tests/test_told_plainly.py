"""What happens beside what one did is told: a wall that goes along, a push that stopped, a page that is not for now."""

from __future__ import annotations

import pytest
from django.urls import reverse

from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import wall_words
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.notify import hooks
from gezhi.notify.hooks import Wanted
from gezhi.notify.models import Hook, Push, PushTry
from gezhi.people.queries import Person

from .conftest import Sit

pytestmark = pytest.mark.django_db
GOES_ALONG = "也跟着回避"


def reported(world: World, *about: str, text: str = "楼道堆了纸箱。") -> str:
    lon, lat = liuxi.INSIDE
    report = Report(text=text, item="N01", lon=lon, lat=lat, reporting="anonymous", about=about)
    return open_matter(report, by=world.clerk()).number


def test_whoever_merges_is_told_that_the_wall_goes_along(sit: Sit, world: World) -> None:
    he, plain, target = sit("he"), reported(world), reported(world, text="楼道有纸箱。")
    walled = reported(world, f"person:{world.accounts['lin'].hex}", text="又是纸箱。")
    assert "跟着回避" in he.get(f"/desk/m/{walled}/step/merge").content.decode()
    assert "跟着回避" not in he.get(f"/desk/m/{plain}/step/merge").content.decode()
    for number, told in ((plain, False), (walled, True)):
        moved = Matter.objects.get(number=number).moved
        said = {"note": "同一件事。", "into": target, "moved": str(moved)}
        answer = he.post(f"/desk/m/{number}/step/merge", said, follow=True)
        assert (GOES_ALONG in answer.content.decode()) is told
    assert sit("lin").get(f"/desk/m/{target}").status_code == 404


def test_parties_are_found_by_a_part_of_the_name_however_many_there_are(sit: Sit, world: World) -> None:
    found = sit("he").get("/desk/parties", {"q": "住建"}).json()
    assert [one["name"] for one in found["parties"]] == ["县住建局"]
    assert sit("he").get("/desk/parties", {"q": " \x00 "}).json() == {"parties": [], "more": False}
    person: Person = world.person("he")
    every = wall_words.for_seat(person, clock.now())
    some, more = wall_words.sought(person, "柳", at=clock.now())
    assert len(some) == min(wall_words.MOST, sum("柳" in one.name for one in every))
    assert more is (sum("柳" in one.name for one in every) > wall_words.MOST)
    form = sit("he").get("/desk/new").content.decode()
    assert 'data-parties="/desk/parties"' in form
    assert "desk/parties.js" in form


def test_handing_out_says_what_it_is_where_it_cannot_be(sit: Sit, world: World) -> None:
    number = reported(world)
    page = sit("he").get(f"/desk/m/{number}/outside")
    assert page.status_code == 200
    assert "这一件现在不能从这里交出去" in page.content.decode()
    assert "<textarea" not in page.content.decode().split("<main")[1]


def test_a_push_that_stopped_is_told_in_the_inbox_and_its_fault_in_the_log(sit: Sit, world: World) -> None:
    person = world.person("he")
    seat, now = person.terms[0], clock.now()
    wanted = Wanted("热线平台", "https://receiver.example/gezhi", ["matter.opened"])
    hook, _key = hooks.make(wanted, seat.term, by=person.acting(seat), at=now)
    assert "推送停了" not in sit("he").get("/desk").content.decode()
    hooks.pause([seat.term], hook, by=person.acting(seat), at=now)
    assert "推送停了" not in sit("he").get("/desk").content.decode()
    Hook.objects.filter(id=hook).update(state="paused", why="failing")
    inbox = sit("he").get("/desk").content.decode()
    assert "推送停了" in inbox
    assert "三天没有推到" in inbox
    assert "推送停了" not in sit("lin").get("/desk").content.decode()
    row = Push(id=new_id(), hook_id=hook, event=new_id(), what="matter.opened", state="waiting")
    row.at = row.recorded_at = row.since = row.try_at = now
    row.save(force_insert=True)
    PushTry.objects.create(push=row, at=now, status=502, fault="status")
    log = sit("he").get(reverse("push", args=[hook])).content.decode()
    assert "502 status" in log.split("试了 1 次")[0]
