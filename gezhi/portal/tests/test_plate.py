"""The page of a door plate: who answers for the place, and nothing of who lives there."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters import answerable
from gezhi.matters.services import reporters_own
from gezhi.matters.tests.liuxi import INSIDE, World
from gezhi.people.contacts import Contact, set_contact
from gezhi.places import plates, queries, service_points
from gezhi.places.service_points import Point
from gezhi.places.services import BuildingRow, plating, put_buildings

ADDRESS = "望湖路 38 号"


@pytest.fixture
def code(world: World) -> str:
    row = BuildingRow(ADDRESS, *INSIDE, households=9517, source="样本", counted_on=clock.today())
    put_buildings([row], on=clock.today(), by=HOUSE, at=clock.now())
    root = queries.tree(clock.today()).root
    assert root is not None
    plating.issue(root.path, by=HOUSE, at=clock.now(), on=clock.today())
    return next(one for one, address, _unit in plates.running(root.path, clock.today()) if address == ADDRESS)


def test_it_names_posts_and_offices_and_no_resident(world: World, code: str) -> None:
    unit = world.units["grid"]
    post = next(seat.post for seat in world.person("lin").terms)
    set_contact(Contact(unit, post, "0000-620-0148", "工作日"), by=HOUSE, at=clock.now())
    said = Client().get(f"/a/{code}").content.decode()
    assert ADDRESS in said
    name = world.person("lin").name
    assert f"</b> {name[0]}网格员<small>" in said, "the post is said once"
    assert name not in said
    assert 'href="tel:0000-620-0148"' in said
    assert world.person("qiao").name not in said  # whoever is higher up is reached by the office
    main = said.split("<main", 1)[1]
    assert "9517" not in main  # not even how many households


def test_a_full_name_stands_there_only_where_the_home_says_so(
    world: World, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, full_names=True))
    assert world.person("lin").name in Client().get(f"/a/{code}").content.decode()


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("林晓", "林网格员"),
        ("欧阳明月", "欧阳网格员"),
        ("欧阳", "欧网格员"),
        ("Ada Lin", ""),
        ("", ""),
        ("阿依古丽·买买提", ""),
    ],
)
def test_somebody_is_called_by_surname_and_post(name: str, called: str) -> None:
    assert answerable.called_in_public(name, "网格员") == called


def test_service_points_of_the_units_above_stand_on_it(world: World, code: str) -> None:
    page = Client().get(f"/a/{code}").content.decode()
    assert "附近的服务点" not in page
    point = Point(world.units["town"], "便民服务中心", "办证", "样本楼一楼", "0000-640-0001", "每天")
    service_points.put(point, by=HOUSE, at=clock.now())
    service_points.put(replace(point, unit=world.units["other"], name="别处的"), by=HOUSE, at=clock.now())
    page = Client().get(f"/a/{code}").content.decode()
    assert "便民服务中心" in page
    assert 'href="tel:0000-640-0001"' in page
    assert "别处的" not in page


def test_a_code_typed_by_hand_leads_to_the_plate(world: World, code: str) -> None:
    answer = Client().get(f"/a/{code[:4].lower()}-{code[4:]}")
    assert (answer.status_code, answer["Location"]) == (302, f"/a/{code}")


def test_a_report_from_the_plate_has_its_place_filled_in(world: World, code: str) -> None:
    said = Client().get(f"/report?at={code}").content.decode()
    assert f'value="{ADDRESS}"' in said
    assert f'value="{INSIDE[0]:.6f}"' in said
    assert 'name="lon" value=' not in Client().get("/report?at=NOSUCH00").content.decode()


def test_codes_cannot_be_tried_one_after_the_other(
    world: World, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporters_own, "MOST_PLATES", 3)
    client = Client()
    answers = [client.get(f"/a/0000000{n}").status_code for n in range(3)]
    assert answers == [404, 404, 404]
    assert client.get(f"/a/{code}").status_code == 429
    assert client.get(f"/report?at={code}").status_code == 429


def test_a_point_says_who_answers_for_it(world: World) -> None:
    client = Client()
    assert "这里归谁管" in client.get("/here").content.decode()
    said = client.get(f"/here?lon={INSIDE[0]}&lat={INSIDE[1]}").content.decode()
    assert f"{world.person('lin').name[0]}网格员" in said
    assert "不在本区" in client.get("/here?lon=1&lat=2").content.decode()
    for astray in ("lon=x&lat=nan", "lon=999&lat=abc", "lat=30"):
        answer = client.get(f"/here?{astray}")
        assert answer.status_code == 200
        assert "没有看懂地点，没有用它" in answer.content.decode()
    assert "没有看懂地点" not in client.get("/here?lon=&lat=").content.decode()


def test_an_address_is_answered_without_a_script(world: World, code: str) -> None:
    page = Client().get("/here", {"q": "望湖路"}).content.decode()
    found = re.findall(r'href="(/here\?lon=[^"]+)"', page)
    assert found
    answer = Client().get(html.unescape(found[0]))
    assert "这里归谁管" in answer.content.decode()
    none = Client().get("/here", {"q": "没有这条路 <b>"}).content.decode()
    assert "没有找到这个地址" in none
    assert 'value="没有这条路 &lt;b&gt;"' in none
    assert "没有找到这个地址" not in Client().get("/here").content.decode()
