"""这一带: what anybody is told of a place, and what nobody ever is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import around, editions
from gezhi.matters.models import Matter, Part
from gezhi.matters.services import reporters_own
from gezhi.matters.services.grounds import StaffSaid
from gezhi.matters.services.handling import take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.ground_plans import first_of_december, halved, merged, taken, unit_called
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, FRIDAY, GRID, INSIDE, OTHER, TOWN, World
from gezhi.matters.tests.test_merging import two
from gezhi.places import queries as places
from gezhi.portal.views import around as view
from gezhi.promises.models import Promise
from gezhi.reporting.tests.rows import DAY, matter, put

pytestmark = pytest.mark.django_db
LAMP, WASTE, NOISE = "N12", "N07", "N10"
SPACE = "{http://www.w3.org/2005/Atom}"
TEXT = "东门口第三根路灯杆不亮，照着我家 302 的窗。"


def said(place: str = GRID, tongue: str = "zh-hans", asked: str = "") -> str:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = tongue
    answer = client.get(f"/around/{place}{asked}")
    assert answer.status_code == 200
    return answer.content.decode().split("<main", 1)[1].split("</main")[0]


def lines(page: str) -> list[str]:
    """What each line says, without the posts that answer for the place."""
    told = page.split("这里归谁管</h2>")[0]
    return [re.sub(r"<[^>]+>", " ", one).split() and " ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in
            re.findall(r"<li>(.*?)</li>", told, re.S)]  # fmt: skip


def feed(place: str = GRID) -> ElementTree.Element:
    answer = Client().get(f"/around/{place}/feed.xml")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content)  # noqa: S314  # our own


def titles(place: str = GRID) -> list[str]:
    return [one.findtext(f"{SPACE}title") or "" for one in feed(place).iter(f"{SPACE}entry")]


def lamp(closing: str = "", *, ago: int = 3, done: int = 2, **more: Any) -> Matter:
    """A lamp that was accepted so many days before Friday, and done so many before, if it has a closing."""
    accepted, ended = FRIDAY - ago * DAY, FRIDAY - done * DAY if closing else None
    told: dict[str, Any] = {"item": LAMP, "accepted_at": accepted, "accepted_recorded_at": accepted}
    return matter(closing, **told | {"ended_at": ended, "ended_recorded_at": ended} | more)


def promised(row: Matter, due_at: datetime) -> Matter:
    """The same, once it is put, with a day by which it is done."""
    Promise.objects.create(
        id=new_id(), about=row.id, flow="main", name="finish", made_at=row.accepted_at, length="3工作日",
        due_at=due_at, why="{}",
    )  # fmt: skip
    row.model = editions.today().version
    return row


def handed(world: World, item: str = LAMP, **more: Any) -> str:
    report = Report(text=TEXT, item=item, lon=INSIDE[0], lat=INSIDE[1], address="柳溪路 1 号", **more)
    return open_matter(report, by=world.clerk()).number


def accepted(world: World, number: str) -> None:
    take_step(number, "accept", by=world.person("he"), at=None)


def test_it_tells_what_how_far_by_when_and_what_was_done(world: World) -> None:
    put(promised(lamp(), FRIDAY + 4 * DAY), lamp("solved", item=WASTE))
    page = said()
    assert lines(page) == [
        "路灯不亮 11月17日受理，正在办，答应 11月24日 前办好",
        "生活垃圾未清运 11月17日受理，11月18日办好",
    ]
    assert "桥东 01 格" in page
    assert f"{world.person('lin').name[0]}网格员" in page
    assert "Street lamp out" in said(tongue="en")


def test_what_is_late_says_so(world: World) -> None:
    put(promised(lamp(), FRIDAY - DAY))
    assert lines(said()) == ["路灯不亮 11月17日受理，正在办，答应 11月19日 前办好，已超期"]


def test_of_an_item_that_the_model_does_not_open_nothing_is_told(world: World) -> None:
    put(lamp(item=NOISE), lamp("solved", item=NOISE), lamp(item="no such"))
    assert lines(said()) == []
    assert titles() == []
    assert "现在没有正在办的" in said()


def test_nothing_is_told_before_the_day_after_somebody_accepted_it(world: World) -> None:
    number = handed(world)
    with clock.fixed(FRIDAY + 3 * DAY):
        assert lines(said()) == []
        accepted(world, number)
    with clock.fixed(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)):
        assert lines(said()) == []
        assert titles() == []
    with clock.fixed(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)):  # midnight
        assert len(lines(said())) == 1
        assert titles() == ["路灯不亮 受理 1 件"]


def test_no_word_number_hour_place_or_id_is_told(world: World) -> None:
    number = handed(world, reporting="anonymous")
    accepted(world, number)
    row = Matter.objects.get(number=number)
    with clock.fixed(FRIDAY + DAY):
        whole = Client().get(f"/around/{GRID}").content.decode()
        atom = Client().get(f"/around/{GRID}/feed.xml").content.decode()
    assert len(lines(whole)) == 1
    kept = (TEXT[:4], "302", "柳溪路", number, row.id.hex, f"{row.id}", f"{row.lon}", "匿名", row.number[-9:])
    assert not [one for one in kept if one in whole or one in atom]
    assert not re.search(r"\d\d:\d\d", whole)
    assert set(re.findall(r"T(\d\d:\d\d:\d\d)", atom)) == {"00:00:00"}


def test_what_is_kept_from_somebody_is_told_to_nobody_though_it_was_taken_back(world: World) -> None:
    number = handed(world, about=(f"unit:{GRID}",))
    assert Matter.objects.get(number=number).walled
    at = FRIDAY - 3 * DAY
    Matter.objects.update(accepted_at=at, accepted_recorded_at=at, phase="handling")
    put(lamp("solved", walled=True))
    assert lines(said()) == []
    assert titles() == []
    Matter.objects.update(walled=None)
    assert len(lines(said())) == 2


def test_another_places_is_not_told_and_the_wider_one_tells_both(world: World) -> None:
    put(lamp(path=OTHER), lamp("solved", path=OTHER), lamp(), lamp(path=TOWN))
    assert [len(lines(said(place))) for place in (GRID, OTHER, COMMUNITY)] == [1, 2, 2]
    assert "路灯不亮 11月17日受理，正在办 2 件" in lines(said(COMMUNITY))
    assert f'href="/around/{COMMUNITY}"' in said(GRID)
    assert f'href="/around/{OTHER}"' in said(COMMUNITY)


@pytest.mark.parametrize("place", [COUNTY, TOWN, "0009", "x", GRID.replace("1", "%00")])
def test_what_is_wider_or_was_never_there_has_no_page(world: World, place: str) -> None:
    for at in (f"/around/{place}", f"/around/{place}/feed.xml"):
        assert Client().get(at).status_code == 404


def test_whoever_tries_keys_is_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporters_own, "MOST_PLACES", 3)
    client = Client()
    assert [client.get(f"/around/000{n}").status_code for n in range(3)] == [404] * 3
    assert [client.get(f"/around/{GRID}{more}").status_code for more in ("", "/feed.xml")] == [429, 429]
    assert client.get("/report/addresses?q=柳溪").status_code == 200, "whoever reports meanwhile is helped"


def test_the_whole_counts_once_and_what_went_into_another_not_at_all(world: World) -> None:
    whole, part = lamp(), lamp()
    put(whole, part, lamp("merged"), lamp("void"), lamp("refused"), lamp("withdrawn"))
    Part.objects.create(matter=part.id, whole=whole.id, since=FRIDAY)
    assert lines(said()) == ["路灯不亮 11月17日受理，正在办"]


def test_two_that_were_made_one_are_one(world: World) -> None:
    two(world)
    with clock.fixed(FRIDAY + DAY):
        assert [one.count for one in around.around(GRID, editions.today(), clock.now()).going] == [1]


def test_those_that_read_alike_are_one_line_and_no_order_tells_which_came_first(world: World) -> None:
    hour = timedelta(hours=1)
    early, late = FRIDAY - 3 * DAY - 6 * hour, FRIDAY - 3 * DAY
    put(
        promised(lamp(accepted_at=late), FRIDAY + DAY),
        promised(lamp(accepted_at=early), FRIDAY + DAY - hour),
        lamp(item=WASTE, accepted_at=late),
    )
    before = lines(said())
    Matter.objects.filter(item=WASTE).update(accepted_at=early)
    assert lines(said()) == before
    assert before == [
        "生活垃圾未清运 11月17日受理，正在办",
        "路灯不亮 11月17日受理，正在办，答应 11月21日 前办好 2 件",
    ]


def test_what_was_done_is_told_for_thirty_days(world: World) -> None:
    put(lamp("solved", ago=40, done=30), lamp("solved", ago=40, done=31), lamp("solved", ago=2, done=0))
    assert lines(said()) == ["路灯不亮 11月18日受理，正在办", "路灯不亮 10月11日受理，10月21日办好"]
    assert titles() == ["路灯不亮 受理 1 件", "路灯不亮 办好 1 件"], "a day that is not over is no news"


def test_what_was_carried_over_from_another_system_is_not_done_today(world: World) -> None:
    known = {"accepted_recorded_at": FRIDAY, "ended_recorded_at": FRIDAY, "origin": "import"}
    put(lamp("solved", ago=400, done=390, **known), lamp("solved", **known))
    assert lines(said()) == []
    with clock.fixed(FRIDAY + DAY):
        assert lines(said()) == ["路灯不亮 11月17日受理，11月18日办好"]


def test_pages_and_counts_of_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "LINES", 3)
    put(*(lamp(ago=n) for n in range(1, 6)), *(lamp("solved", ago=n) for n in (8, 8, 9)))
    first, second, third = (said(asked=f"?page={n}") for n in (1, 2, 3))
    assert [len(lines(page)) for page in (first, second, third)] == [3, 3, 1]
    assert "第 1 页，共 3 页" in first
    assert "<small>5 件</small>" in first
    assert "<small>3 件</small>" in second
    assert lines(second)[2] == "路灯不亮 11月12日受理，11月18日办好 2 件"
    assert "这一带正在办的" not in third
    assert lines(said(asked="?page=x")) == lines(first)


def test_what_is_too_much_is_cut_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(around, "MOST", 2)
    put(*(lamp(ago=n) for n in range(1, 5)))
    assert "没有全部列出" in said()


@pytest.mark.parametrize(("going", "statements"), [(0, 2), (60, 3)])
def test_statements_are_as_many_however_many_there_are(world: World, going: int, statements: int) -> None:
    put(*(promised(lamp(ago=n % 9 + 1), FRIDAY) for n in range(going)))
    put(*(lamp("solved", ago=9, done=n % 8 + 1) for n in range(60)))
    model, now = editions.today(), clock.now()
    editions.of_version(model.version)
    with CaptureQueriesContext(connection) as asked:
        around.around(COMMUNITY, model, now)
    assert len(asked) == statements


def test_the_feed_is_atom_and_keeps_its_ids(world: World) -> None:
    put(lamp(), lamp(), lamp("solved", item=WASTE, ago=3, done=1))
    top = feed()
    entries = list(top.iter(f"{SPACE}entry"))
    assert titles() == ["生活垃圾未清运 办好 1 件", "生活垃圾未清运 受理 1 件", "路灯不亮 受理 2 件"]
    for one in (top, *entries):
        assert all(one.findtext(f"{SPACE}{name}") for name in ("id", "title", "updated"))
    assert top.findtext(f"{SPACE}author/{SPACE}name") == "柳溪县"
    assert top.findtext(f"{SPACE}updated") == "2026-11-19T00:00:00+08:00"
    links = {one.get("rel"): one.get("href") for one in top.findall(f"{SPACE}link")}
    assert links == {
        "self": f"http://testserver/around/{GRID}/feed.xml", "alternate": f"http://testserver/around/{GRID}"
    }  # fmt: skip
    ids = [one.findtext(f"{SPACE}id") for one in entries]
    assert len({*ids, top.findtext(f"{SPACE}id")}) == 4
    put(lamp(ago=3))
    with clock.fixed(FRIDAY + 2 * DAY):
        assert [one.findtext(f"{SPACE}id") for one in feed().iter(f"{SPACE}entry")] == ids
    assert "3 件" in titles()[2]


def test_the_feed_may_be_kept_for_an_hour_and_is_found_from_the_page(world: World) -> None:
    put(lamp())
    answer = Client().get(f"/around/{GRID}/feed.xml")
    assert (answer["Cache-Control"], answer["Access-Control-Allow-Origin"]) == ("public, max-age=3600", "*")
    assert {"Accept-Language", "Cookie"} <= set(re.split(r",\s*", answer["Vary"]))
    again = Client().get(f"/around/{GRID}/feed.xml", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    page = Client().get(f"/around/{GRID}")
    assert page["Cache-Control"] == "private, no-cache"
    assert (
        f'type="application/atom+xml" title="这一带：桥东社区 桥东 01 格" href="/around/{GRID}/feed.xml"'
        in page.content.decode()
    )


def test_an_empty_feed_is_a_feed(world: World) -> None:
    assert feed().findtext(f"{SPACE}updated") == f"{FRIDAY.date()}T00:00:00+08:00"
    assert titles() == []


def test_a_model_that_opens_no_item_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    model = world.model
    shut = {code: item for code, item in model.items.items() if not item.me_too}
    monkeypatch.setattr(
        view, "surroundings", lambda: (replace(model, items=shut), places.tree(clock.today()))
    )
    put(lamp())
    assert "还没有定下哪些事" in said()


def test_the_plates_and_a_points_page_lead_there(world: World) -> None:
    page = Client().get(f"/here?lon={INSIDE[0]}&lat={INSIDE[1]}").content.decode()
    assert f'href="/around/{GRID}"' in page


def test_the_house_keeps_nothing_of_who_follows_what(world: World) -> None:
    """Following is a matter of the browser: the pages set no cookie for it and take no word about it."""
    answer = Client().get(f"/around/{GRID}")
    assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME}
    assert Client().post(f"/around/{GRID}").status_code in (403, 405)


def test_an_old_key_leads_on_to_what_stands_there_now(world: World) -> None:
    unit = world.units["grid"]
    taken(
        world, halved(world), staff=[StaffSaid(unit=unit, post=post) for post in ("grid_head", "grid_worker")]
    )
    first_of_december()
    answer = Client().get(f"/around/{GRID}")
    assert answer.status_code == 404
    for name in ("桥东西格", "桥东中格"):
        assert f'href="/around/{unit_called(name)}"' in answer.content.decode()
    assert Client().get(f"/around/{GRID}/feed.xml").status_code == 404


def test_of_two_made_one_either_key_leads_to_it(world: World) -> None:
    taken(world, merged(world))
    first_of_december()
    for place in (GRID, OTHER):
        answer = Client().get(f"/around/{place}")
        assert (answer.status_code, answer["Location"]) == (302, f"/around/{unit_called('桥东大格')}")


def test_a_reporter_finds_the_place_of_their_own(world: World) -> None:
    report = {
        "text": TEXT,
        "item": LAMP,
        "lon": f"{INSIDE[0]}",
        "lat": f"{INSIDE[1]}",
        "reporting": "anonymous",
    }
    client = Client()
    answer = client.post("/report", report | {"client_key": "k"}, follow=True)
    assert f'href="/around/{GRID}"' in answer.content.decode()
