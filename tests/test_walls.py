"""回避 at every door: whomever a matter is kept from finds at each address what they would find if there were none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse

from gezhi.matters import walls
from gezhi.matters.models import Matter, Photo, Wall
from gezhi.matters.services.besides import AsideGiven, take_aside
from gezhi.matters.services.indexing import index_waiting
from gezhi.matters.services.walling import keep_from, recuse_myself, take_back
from gezhi.matters.tests import liuxi
from tests.shares import share
from tests.test_access_matrix import (
    UNKNOWN,
    WORDS,
    Place,
    browser_of,
    is_hidden_from,
    is_in_no_list_of,
    is_open_to,
    lists,
    masked,
    numbers_found_by,
    of_a_department,
    place,
    read,
    walk,
)

pytestmark = pytest.mark.django_db
_place = place  # the fixture of the matrix
WHY = "与被反映的人是亲属。"


@pytest.fixture
def seen(place: Place) -> Iterator[Place]:
    """A matter that lies open to whoever can have it: accepted, urged, with a picture, in the index of words."""
    walk(place, (("he", "accept"),))
    take_aside(place.number, "chase", by=place.world.person("he"), given=AsideGiven())
    take_step_with_picture(place)
    index_waiting()
    return place


def take_step_with_picture(place: Place) -> None:
    walk(place, (("lin", "finish_grid"),))


CASES = (
    ("lin", "unit", liuxi.GRID),
    ("lin", "unit", liuxi.COMMUNITY),
    ("qiao", "unit", liuxi.GRID),
    ("qiao", "person", "qiao"),
    ("tang", "unit", liuxi.TOWN),
    ("tang", "person", "tang"),
    ("wu", "person", "wu"),
)


def word_of(place: Place, kind: str, id: str) -> str:
    return walls.person_word(place.world.accounts[id]) if kind == "person" else f"{kind}:{id}"


@pytest.mark.parametrize(("role", "kind", "id"), CASES)
def test_every_door_is_shut_to_whomever_it_complains_of(seen: Place, role: str, kind: str, id: str) -> None:
    is_open_to(seen, role)
    assert seen.number in numbers_found_by(seen, role)
    keep_from(seen.number, word_of(seen, kind, id), WHY, why="about", by=seen.world.person("he"))
    is_hidden_from(seen, role)
    is_in_no_list_of(
        seen, role, lists() if id == liuxi.GRID and role == "lin" else share(lists(), 12, role, id)
    )
    assert numbers_found_by(seen, role) == []
    is_open_to(seen, "he")


def test_the_pictures_and_the_drawer_are_shut_too(place: Place) -> None:
    of_lift = of_a_department(place)
    walk(of_lift, (("he", "accept"), ("mei", "sign"), ("mei", "finish")))
    photo = Photo.objects.get().id
    names = ("desk:photo", "desk:picture", "desk:original")
    browser = browser_of(of_lift, "mei")
    assert browser.get(reverse("desk:picture", args=[of_lift.number, photo])).status_code == 200
    keep_from(of_lift.number, "department:market", WHY, why="about", by=of_lift.world.person("he"))
    for name in names:
        hidden = masked(browser.get(reverse(name, args=[of_lift.number, photo])), of_lift.number)
        unknown = masked(browser.get(reverse(name, args=[UNKNOWN, photo])), UNKNOWN)
        assert hidden == unknown
        assert hidden[0] in {404, 302}
        assert hidden[1] == unknown[1]
    zipped = browser.post(reverse("desk:photos_file", args=[of_lift.number]))
    assert zipped.status_code == 404
    assert WORDS not in read(browser.get(reverse("desk:drawer")))
    is_hidden_from(of_lift, "mei")
    is_in_no_list_of(of_lift, "mei", lists())


def test_what_was_brought_to_somebody_beside_its_way_is_taken_from_them(place: Place) -> None:
    of_lift = of_a_department(place)
    walk(of_lift, (("he", "accept"), ("mei", "sign")))
    given = AsideGiven("要住建来看电梯井。", departments=["housing"])
    take_aside(of_lift.number, "join", by=of_lift.world.person("mei"), given=given)
    assert reverse("desk:matter", args=[of_lift.number]) in read(
        browser_of(of_lift, "zhu").get(reverse("desk:inbox"))
    )
    recuse_myself(of_lift.number, WHY, by=of_lift.world.person("zhu"))
    assert reverse("desk:matter", args=[of_lift.number]) not in read(
        browser_of(of_lift, "zhu").get(reverse("desk:inbox"))
    )
    is_hidden_from(of_lift, "zhu")
    is_in_no_list_of(of_lift, "zhu", share(lists(), 12, "zhu"))


def test_the_forms_say_it_and_the_page_shows_why(place: Place) -> None:
    """By browser: a report of a unit is taken in; one steps aside, another is named, and it is taken back."""
    he = browser_of(place, "he")
    address = reverse("desk:recusal", args=[place.number])
    assert "桥东 01 格" in read(he.get(address))
    answer = he.post(address, {"what": "other", "party": "林样本", "why": "about", "note": WHY})
    assert answer.status_code == 302, read(answer)
    said = read(he.get(reverse("desk:matter", args=[place.number])))
    assert "回避：林样本" in said
    back = {"what": "back", "wall": str(Wall.objects.get().id), "note": "记错了人。"}
    assert he.post(address, back).status_code == 302
    assert Wall.objects.filter(lifted_at=None).count() == 0
    missing = he.post(address, {"what": "other", "party": "", "why": "", "note": ""})
    assert missing.status_code == 422
    assert "请选要回避的单位" in read(missing)
    unknown = he.post(address, {"what": "other", "party": "没有这人", "why": "about", "note": WHY})
    assert unknown.status_code == 422
    assert "没有叫「没有这人」" in read(unknown)
    left = browser_of(place, "tang").post(address, {"what": "own", "note": WHY})
    assert left.headers["Location"] == reverse("desk:inbox")
    is_hidden_from(place, "tang")


def test_a_report_says_of_whom_it_complains(place: Place) -> None:
    he, lin = browser_of(place, "he"), browser_of(place, "lin")
    report = {
        "text": "格里有人收钱才给办事。",
        "item": "N01",
        "reporting": "anonymous",
        "channel": "phone",
        "unit": "桥东 01 格",
        "about": "桥东 01 格",
    }
    answer = he.post(reverse("desk:new"), report)
    assert answer.status_code in {302, 303}, read(answer)
    made = Matter.objects.order_by("-id")[0]
    assert made.walled
    assert lin.get(reverse("desk:matter", args=[made.number])).status_code == 404
    own = lin.post(reverse("desk:new"), report | {"text": "我们格里有人收钱。", "about": "林样本"})
    assert own.status_code in {302, 303}, read(own)
    assert lin.get(own.headers["Location"]).status_code == 200, "the number is told once"


def test_taking_back_opens_it_again(seen: Place) -> None:
    he = seen.world.person("he")
    keep_from(seen.number, f"unit:{liuxi.GRID}", WHY, why="about", by=he)
    is_hidden_from(seen, "lin")
    take_back(seen.number, Wall.objects.get().id, "记错了。", by=he)
    is_open_to(seen, "lin")


def test_no_program_of_whomever_it_complains_of_reads_it(seen: Place) -> None:
    keep_from(seen.number, f"unit:{liuxi.TOWN}", WHY, why="about", by=seen.world.person("he"))
    is_hidden_from(seen, "tang")
    is_in_no_list_of(seen, "tang", [name for name in lists() if name.startswith("api:")])
