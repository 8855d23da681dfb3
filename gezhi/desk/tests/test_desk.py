"""The desk as people press it: each page comes, each refusal keeps what was typed."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from gezhi.desk import own_sight
from gezhi.matters.models import Matter, Photo
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.ui import manual

from .conftest import Sit

pytestmark = pytest.mark.django_db


def report(**changed: Any) -> dict[str, Any]:
    said = {
        "text": "桥东小学门口井盖翘起。昨晚绊倒过人。",
        "item": "N01",
        "reporting": "confidential",
        "name": "周样本",
        "contact": "0000-6200-5207",
        "lon": str(liuxi.INSIDE[0]),
        "lat": str(liuxi.INSIDE[1]),
    }
    return said | changed


def opened(client: Client) -> str:
    return opened_at(client)


def opened_at(client: Client, **changed: Any) -> str:
    came = client.post("/desk/new", report(**changed))
    assert came.status_code == 302
    return str(came["Location"]).removesuffix("/taken")


@pytest.mark.parametrize(
    "address",
    [
        "/desk",
        "/desk/matters",
        "/desk/new",
        "/desk/figures",
        "/desk/ledger",
        "/desk/told",
        "/sessions",
        "/ui",
    ],
)
def test_each_door_opens_for_the_centre(sit: Sit, address: str) -> None:
    came = sit("he").get(address)
    assert came.status_code == 200
    assert "演练数据" in came.content.decode()


def test_the_classes_of_items_are_read_in_the_language_of_the_reader(sit: Sit) -> None:
    centre = sit("he")
    assert "社区管理类" in centre.get(reverse("desk:new")).content.decode()
    page = centre.get(reverse("desk:new"), headers={"accept-language": "en"}).content.decode()
    assert "社区管理类" not in page
    assert "Community order" in page


def test_nobody_who_is_not_signed_in_gets_further_than_the_door(world: liuxi.World) -> None:
    came = Client().get("/desk/matters?unit=0001")
    assert came.status_code == 302
    assert came["Location"].startswith("/sign-in?next=")


def test_a_report_says_where_it_went(sit: Sit) -> None:
    client = sit("he")
    came = client.post("/desk/new", report(), follow=True).content.decode()
    assert "桥东 01 格" in came
    assert "交给 网格管理中心" in came


def test_the_registered_page_says_how_the_reporter_asks_later_where_there_is_one(sit: Sit) -> None:
    client, how = sit("he"), "来问办到哪一步，报编号，在页面上方的查找框里查。"
    assert how in client.get(f"{opened_at(client)}/taken").content.decode()
    seen = opened_at(client, reporting="staff", channel="worker", name="", contact="", text="路边堆了沙土。")
    assert how not in client.get(f"{seen}/taken").content.decode()
    assert how in manual.books("zh")["pages"].body


def test_what_was_seen_oneself_is_not_registered_as_a_call(sit: Sit) -> None:
    client, said = sit("he"), report(reporting="staff", name="", contact="")
    page = client.post("/desk/new", said | {"channel": "phone"})
    assert page.status_code == 422
    assert "上面选了“自己看到的”，这里却是“来电代录”" in page.content.decode()
    both = client.post("/desk/new", said | {"text": ""}).content.decode()
    assert "这里却是“来电代录”" in both
    assert "请写明发生了什么" in both
    assert not Matter.objects.exists()
    assert client.post("/desk/new", said | {"channel": "worker"}).status_code == 302


def test_a_model_without_a_way_of_its_own_for_sightings_asks_nothing(world: World) -> None:
    model = world.model
    assert own_sight.doubted(model, "staff", "phone")
    assert not own_sight.doubted(model, "confidential", "phone")
    assert not own_sight.doubted(model, "staff", "police")  # nobody's report
    without = {id: one for id, one in model.channels.items() if one.reporter != "staff"}
    assert not own_sight.doubted(replace(model, channels=without), "staff", "phone")


def test_the_same_report_handed_in_twice_is_one_matter(sit: Sit) -> None:
    client = sit("he")
    assert opened(client) == opened(client).removesuffix("/taken?again=1")


def test_a_sheet_handed_in_again_is_told_with_its_number_and_never_stores_a_contact(sit: Sit) -> None:
    client = sit("he")
    opened(client)
    page = client.post("/desk/new", report(), follow=True).content.decode()
    assert "这一件刚才已经登记过" in page
    assert "柳望〔2026〕1120-0001号" in page
    other = client.post("/desk/new", report(contact="0000-6200-5208"), follow=True).content.decode()
    assert "柳望〔2026〕1120-0002号" in other


def picture(shade: str) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (8, 8), shade).save(out, "PNG")
    return SimpleUploadedFile("a.png", out.getvalue(), content_type="image/png")


@pytest.mark.parametrize(("login", "place"), [("he", {}), ("lin", {"lon": "", "lat": "", "nowhere": "on"})])
def test_a_picture_that_came_with_a_sheet_handed_in_again_is_said_to_be_left_out(
    sit: Sit, login: str, place: dict[str, str]
) -> None:
    """On the ticket, and on the page for what lies elsewhere; the same picture again, or none, is no news."""
    client, told = sit(login), "这次附的照片没有存，先前交的都在。"

    def answer(*shades: str) -> str:
        sheet = report(**place) | {"photos": [picture(shade) for shade in shades]}
        return client.post("/desk/new", sheet, follow=True).content.decode()

    assert [told in answer(*shades) for shades in (["red"], ["red"], [], ["blue"], ["red", "blue"])] == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert Photo.objects.count() == 1


def test_a_report_without_a_place_is_asked_for_one_and_taken_when_nobody_knows(sit: Sit) -> None:
    client, nowhere = sit("he"), report(lon="", lat="")
    refused = client.post("/desk/new", nowhere)
    assert refused.status_code == 422
    address = re.search(r'<input[^>]*name="address".*?</ul>(.*?)</div></div>', refused.content.decode(), re.S)
    assert address is not None
    assert "请写明在哪里" in address[1]
    assert "autofocus" in address[0]
    page = client.post("/desk/new", nowhere | {"nowhere": "on"}, follow=True).content.decode()
    assert "地点还没有核清" in page


def test_what_is_not_clicked_on_the_map_is_folded_until_typed_or_refused(sit: Sit) -> None:
    client = sit("he")
    folded = re.compile(
        r'<details class="more"( open)?>\s*<summary>[^<]*<svg(?:(?!<details).)*?</svg> 不在图上点', re.S
    )
    for said, open_ in ((None, None), (report(text="", lon="", lat=""), None), (report(text=""), " open"), (report(lon="", lat="", unit="没有的格"), " open")):  # fmt: skip
        page = client.get("/desk/new") if said is None else client.post("/desk/new", said)
        found = folded.search(page.content.decode())
        assert found is not None
        assert found[1] == open_


def test_what_waits_for_a_place_is_not_said_to_be_handed_on(sit: Sit) -> None:
    page = sit("lin").post("/desk/new", report(lon="", lat="", nowhere="on"), follow=True).content.decode()
    assert "在 网格管理中心 · 柳溪县 等核对地点" in page


def test_only_what_this_session_registered_is_shown_as_registered(sit: Sit) -> None:
    address = opened(sit("he"))
    assert sit("he").get(f"{address}/taken")["Location"] == address
    made_up = reverse("desk:taken", args=["柳望〔2026〕1120-9999号"])
    assert [sit("song").get(a).status_code for a in (made_up, f"{address}/taken")] == [404, 404]


def test_a_matter_without_a_place_is_placed_on_its_page(sit: Sit) -> None:
    client = sit("he")
    address = opened_at(client, lon="", lat="", nowhere="on")
    assert "先核对地点" in client.get(address).content.decode()
    assert client.post(f"{address}/place", {"moved": "0"}).status_code == 422
    given = {"moved": "0", "lon": str(liuxi.INSIDE[0]), "lat": str(liuxi.INSIDE[1])}
    page = client.post(f"{address}/place", given, follow=True).content.decode()
    assert "地点已核对：桥东社区 / 桥东 01 格" in page
    assert "从 柳溪县 到 桥东社区 / 桥东 01 格" in page
    assert client.post(f"{address}/place", given).status_code == 409


@pytest.mark.parametrize("field", ["text", "address", "item", "unit", "name", "contact"])
def test_an_unseen_character_is_told_in_the_houses_words(sit: Sit, field: str) -> None:
    """A NUL in any field: the sentence says what to do, and no word of the framework is shown."""
    came = sit("he").post("/desk/new", report(**{field: "灯\x00不亮"}))
    page = came.content.decode()
    assert came.status_code == 422
    assert "文字里有看不见的控制字符。请删去后再交。" in page
    assert "不允许是用空字符串" not in page


def test_a_choice_nobody_offered_is_told_in_the_houses_words(sit: Sit) -> None:
    client = sit("he")
    page = client.post("/desk/new", report(channel="鸽子")).content.decode()
    assert "列表里没有这一项。请从列表里选一项。" in page
    assert "选择一个有效的选项" not in page
    moved = client.post(f"{opened(client)}/place", {"moved": "x", "address": "a"}).content.decode()
    assert "输入整数" not in moved


def test_a_refused_report_keeps_every_word(sit: Sit) -> None:
    came = sit("he").post("/desk/new", report(reporting="named", name="", late_reason="忘了"))
    page = came.content.decode()
    assert came.status_code == 422
    assert "实名上报要写姓名和联系电话" in page
    assert "桥东小学门口井盖翘起" in page
    assert "忘了" in page


def test_a_matter_is_never_shown_to_somebody_whose_ground_it_is_not(sit: Sit) -> None:
    address = opened(sit("he"))
    hidden = sit("song").get(address)
    unknown = sit("song").get(reverse("desk:matter", args=["柳望〔2026〕1120-9999号"]))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert len(hidden.content) == len(unknown.content)


def test_a_step_needs_one_press_and_says_who_has_it_now(sit: Sit) -> None:
    client = sit("he")
    address = opened(client)
    page = client.post(f"{address}/step/accept", {"moved": "0"}, follow=True).content.decode()
    assert "已办：受理" in page


def test_a_stale_page_is_told_and_its_words_are_kept(sit: Sit) -> None:
    client = sit("he")
    address = opened(client)
    client.post(f"{address}/step/accept", {"moved": "0"})
    came = client.post(f"{address}/step/accept", {"moved": "0", "note": "到场看过"})
    assert came.status_code == 409
    assert "到场看过" in came.content.decode()
    other = sit("wu").post(f"{address}/step/accept", {"moved": "0"})
    assert other.status_code == 409
    assert "网格管理中心 · 柳溪县办了「受理」" in other.content.decode()


@pytest.mark.parametrize("what", ["route", "grade", "place", "seen"])
def test_why_has_an_answer(sit: Sit, what: str) -> None:
    client = sit("he")
    assert client.get(f"{opened(client)}/why/{what}").status_code == 200


def test_a_reporter_is_read_by_two_people_and_for_a_purpose_only(sit: Sit) -> None:
    he, wu = sit("he"), sit("wu")
    address = opened(he)
    assert "0000-6200-5207" not in he.get(address).content.decode()
    he.post(f"{address}/reporter", {"purpose": "verify_report"})
    asked = he.get(address).context["reporter"].asks[0].href
    assert wu.post(asked, {"answer": "open"}).status_code in (404, 422)
    wu.post(asked, {"answer": "allow"})
    assert "0000-6200-5207" in he.post(asked, {"answer": "open"}).content.decode()


def test_a_request_to_see_the_reporter_is_shown_to_whoever_may_answer(sit: Sit) -> None:
    address = opened(sit("he"))
    sit("lin").post(f"{address}/reporter", {"purpose": "verify_report"})
    line = "1 件等我决定能否查看报告人"
    assert line in sit("wu").get("/desk").content.decode()
    assert f'{address}#reporter">柳望 1120-0001' in sit("wu").get("/desk").content.decode()
    for other in ("lin", "song", "zhu"):
        assert line not in sit(other).get("/desk").content.decode()
    asked = sit("wu").get(address).context["reporter"].asks[0].href
    sit("wu").post(asked, {"answer": "refuse"})
    assert line not in sit("wu").get("/desk").content.decode()


def test_hours_run_on_through_a_weekend_and_the_strip_says_so(sit: Sit) -> None:
    client = sit("he")
    page = client.get(opened(client)).context["matter"]
    strips = [client.get(p.why_href) for p in page.promises]
    said = [s.context["why"] for s in strips if s.context["why"]["strip"]]
    hours = next(w for w in said if w["counts_say"] == "按钟点数，休息日照样数")
    assert {day.kind for day in hours["strip"]} == {"work"}
    assert "不数：周末与假日" not in strips[0].content.decode()


def test_the_clock_of_rehearsals_moves_forward_from_the_banner(sit: Sit) -> None:
    assert sit("he").post("/clock", {"leap": "back"}).status_code == 422
