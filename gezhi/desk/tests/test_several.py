"""The same step on several of one's list: each by itself, each refusal with its reason, one note for all."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

import pytest

from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter
from gezhi.matters.services.overseeing import MOST
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.test_path import LAMP

from .conftest import Sit
from .test_desk import opened_at

pytestmark = pytest.mark.django_db
INBOX = "/desk?step=reported"


@pytest.fixture
def three(sit: Sit) -> list[str]:
    he = sit("he")
    made = [opened_at(he, text=f"楼道堆了纸箱，第 {n} 处。") for n in range(3)]
    return [unquote(address.removeprefix("/desk/m/")) for address in made]


def offered(page: str) -> dict[str, str]:
    """The steps of the bar: id and name."""
    bar = page.partition('<div class="actbar">')[2].partition("</form>")[0]
    return dict(re.findall(r'<button[^>]*name="act" value="(\w+)"[^>]*>([^<]+)<', bar))


def test_the_bar_stands_where_one_step_is_kept_and_offers_plain_steps_alone(
    sit: Sit, three: list[str]
) -> None:
    he = sit("he")
    assert "actbar" not in he.get("/desk").content.decode()
    page = he.get(INBOX).content.decode()
    assert page.count('name="number"') == 3
    found = offered(page)
    assert "accept" in found
    moves = {m.id: m for flow in liuxi.nanling().flows.values() for m in flow.moves.values()}
    assert all(set(moves[id].needs) <= {"note"} and not moves[id].reasons for id in found)


def test_a_department_signs_for_several_at_once(sit: Sit) -> None:
    he, zhu = sit("he"), sit("zhu")
    lon, lat = (str(one) for one in liuxi.INSIDE)
    lamps = [opened_at(he, text=f"路灯第 {n} 盏不亮。", item=LAMP.item, lon=lon, lat=lat) for n in range(2)]
    numbers = [unquote(address.removeprefix("/desk/m/")) for address in lamps]
    he.post(INBOX, {"act": "accept", "number": numbers})
    assert set(Matter.objects.values_list("step", flat=True)) == {"assigned"}
    page = zhu.get("/desk?step=assigned").content.decode()
    assert page.count('name="number"') == 2
    assert offered(page)["sign"] == "签收"
    done = zhu.post("/desk?step=assigned", {"act": "sign", "number": numbers}).content.decode()
    assert "办成 2 件。" in done
    assert "不能一起撤回" in done
    for one in numbers:
        assert f'{quote(one)}">' in done, "its page is one press away"
    assert done.count("」，不能撤回；不对，由接着办的照流程退回。") == 2
    assert set(Matter.objects.values_list("step", flat=True)) == {"working"}


def test_two_moves_of_one_name_are_one_button_and_each_matter_takes_its_own(
    sit: Sit, three: list[str]
) -> None:
    he, lin = sit("he"), sit("lin")
    parked = unquote(opened_at(he, text="车停在人行道上。", item="N13").removeprefix("/desk/m/"))
    he.post(INBOX, {"act": "accept", "number": [three[0], parked]})
    here = "/desk?step=gridwork"
    names = list(offered(lin.get(here).content.decode()).values())
    assert names.count("格内办结") == 1
    said = {"act": "finish_grid", "number": [three[0], parked, three[1]], "note": "已清。"}
    page = lin.post(here, said).content.decode()
    assert "办成 2 件。" in page
    assert "没有办成 1 件：" in page
    assert "没有等我的事" in page, "told though the list is empty now"
    moved = {m.number: m.step for m in Matter.objects.all()}
    assert moved[three[0]] == "done"
    assert moved[parked] in {"spot", "unverified"}
    assert moved[three[1]] == "reported"


def test_where_no_step_is_kept_one_line_says_how(sit: Sit, three: list[str]) -> None:
    said = "先在上面选一步，就能勾选几件一起办"
    assert said in sit("he").get("/desk").content.decode()
    assert said not in sit("he").get(INBOX).content.decode()


def test_what_was_ticked_stays_ticked_where_the_sentence_is_missing(sit: Sit, three: list[str]) -> None:
    he, lin = sit("he"), sit("lin")
    he.post(INBOX, {"act": "accept", "number": three})
    answer = lin.post("/desk?step=gridwork", {"act": "finish_grid", "number": three[:2], "note": ""})
    assert answer.status_code == 422
    assert (
        len(re.findall(r'name="number" value="[^"]+" aria-label="[^"]+" checked', answer.content.decode()))
        == 2
    )


def test_all_that_are_ticked_are_done_and_told(sit: Sit, three: list[str]) -> None:
    he = sit("he")
    page = he.post(INBOX, {"act": "accept", "number": three[:2], "note": "去看看。"}).content.decode()
    assert "办成 2 件。" in page
    assert {m.number for m in Matter.objects.filter(step="reported")} == {three[2]}
    assert len(set(Entry.objects.filter(what="matter.stepped").values_list("about", flat=True))) == 2


def test_one_that_is_refused_stops_no_other_and_says_why(sit: Sit, three: list[str]) -> None:
    he = sit("he")
    he.post(f"/desk/m/{three[0]}/step/accept", {"moved": "0"})
    hidden = "柳望〔2026〕1120-9999号"
    page = he.post(INBOX, {"act": "accept", "number": [three[0], hidden, three[1]]}).content.decode()
    assert "办成 1 件。" in page
    assert "没有办成 2 件：" in page
    assert "没有这一件，或者您看不到它" in page
    assert Matter.objects.filter(step="reported").count() == 1


def test_what_is_missing_is_told_and_nothing_is_done(sit: Sit, three: list[str]) -> None:
    he = sit("he")
    for said, told in (
        ({"act": "accept"}, "先勾选要办的"),
        ({"act": "nothing", "number": three}, "没有这个办法"),
        ({"act": "accept", "number": three, "note": "打 13912345678"}, "像有电话或证件号"),
        ({"act": "accept", "number": [f"N{n}" for n in range(MOST + 1)]}, "一次最多 100 件"),
    ):
        answer = he.post(INBOX, said)
        assert (answer.status_code, told in answer.content.decode()) == (422, True), told
    assert Matter.objects.filter(step="reported").count() == 3
    assert he.post("/desk", {"act": "accept", "number": three}).status_code == 422


def test_whoever_may_not_take_it_is_offered_nothing_and_refused(sit: Sit, three: list[str]) -> None:
    lin = sit("lin")
    assert lin.post(INBOX, {"act": "accept", "number": three}).status_code == 422
    assert Matter.objects.filter(step="reported").count() == 3


def test_what_each_reporter_will_read_is_said_before_and_what_ended_says_how_it_is_put_right(
    sit: Sit, three: list[str]
) -> None:
    he = sit("he")
    before = he.get(INBOX).content.decode()
    assert "编号（各件自己的）不予受理，理由：（所写的一句）" in before
    done = he.post(INBOX, {"act": "refuse", "number": three[:2], "note": "不归本区管。"}).content.decode()
    assert done.count("重新登记一件，写上这个编号") == 2
