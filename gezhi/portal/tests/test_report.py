"""A resident reports and follows it, without an account."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.matters import access, answerable, editions, following
from gezhi.matters.models import Matter
from gezhi.matters.services import reporters_own
from gezhi.matters.services.reports import WORDS
from gezhi.matters.tests.liuxi import INSIDE, World
from gezhi.matters.tests.test_awaiting import answered
from gezhi.paper import qr
from gezhi.people.contacts import Contact, set_contact
from gezhi.places import queries as places
from gezhi.vault import limits
from gezhi.vault.models import Secret

TEXT = "楼道里堆着没人要的旧沙发，走不过去。"


def sheet(**more: Any) -> dict[str, Any]:
    said = {
        "text": TEXT,
        "item": "N01",
        "lon": f"{INSIDE[0]}",
        "lat": f"{INSIDE[1]}",
        "reporting": "confidential",
        "client_key": "one-sheet",
    }
    return said | more


def follow(client: Client, number: str, code: str) -> HttpResponse:
    return client.post("/follow", {"number": number, "code": code})  # type: ignore[return-value]


def receipt(page: HttpResponse) -> tuple[str, str]:
    said = re.findall(r"<dd[^>]*>(.*?)</dd>", page.content.decode())
    return said[0], said[1]


def test_handing_in_gives_a_number_and_a_code_that_open_it_elsewhere(world: World) -> None:
    mine = Client()
    answer = mine.post("/report", sheet())
    assert answer.status_code == 302
    page = mine.get(answer["Location"])
    assert page.status_code == 200
    number, code = receipt(page)
    assert re.search(r"收到</dt><dd><time [^>]*>\d{4}年\d+月\d+日 \d\d:\d\d<", page.content.decode())
    assert re.search(r">\d+月\d+日 \d\d:\d\d 前<", page.content.decode())
    row = Matter.objects.get(number=number)
    assert (row.channel, row.reporting, row.item, row.located) == ("resident", "confidential", "N01", "point")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)
    other = Client()
    assert other.get(f"/follow/{row.id}").status_code == 401
    opened = follow(other, number, code)
    assert opened.status_code == 302
    assert TEXT in other.get(opened["Location"]).content.decode()
    for answer in (page, other.get(f"/follow/{row.id}")):
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]


def test_a_wrong_code_and_a_wrong_number_are_told_alike(world: World) -> None:
    client = Client()
    client.post("/report", sheet())
    number = Matter.objects.get().number
    answers = [
        follow(client, *pair) for pair in ((number, "00000000"), ("柳望〔2026〕1120-9999号", "00000000"))
    ]
    bodies = [
        re.sub(r"csrfmiddlewaretoken.*?>|柳望〔2026〕\d+-\d+号", "", one.content.decode()) for one in answers
    ]
    assert [one.status_code for one in answers] == [401, 401]
    assert bodies[0] == bodies[1]


def test_one_matter_opens_no_other(world: World) -> None:
    client = Client()
    first = client.post("/report", sheet())["Location"].split("?")[0]
    Client().post("/report", sheet(client_key="another", text="路灯不亮，一片黑。"))
    second = Matter.objects.exclude(id=first.rsplit("/", 1)[1]).get()
    (kept,) = [m for name, m in client.cookies.items() if name.startswith("gezhi_following")]
    assert (kept["path"], kept["httponly"]) == (first, True)
    client.cookies[kept.key] = kept.value  # a hand that sends it everywhere
    assert client.get(f"/follow/{second.id}").status_code == 401
    assert client.get(f"{first}").status_code == 200


def test_sent_twice_it_is_one_matter_with_one_code(world: World) -> None:
    pages = []
    for _time in range(2):
        client = Client()
        pages.append(receipt(client.get(client.post("/report", sheet())["Location"])))
    assert pages[0] == pages[1]
    assert Matter.objects.count() == 1


def test_what_is_missing_is_asked_at_once_and_nothing_typed_is_lost(world: World) -> None:
    answer = Client().post("/report", sheet(item="", lon="", lat="", name="样本居民"))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "请选一类" in said
    assert "在哪里？写个地址" in said
    assert TEXT in said
    assert 'value="样本居民"' in said
    assert "楼道杂物堆放" in said
    assert not Matter.objects.exists()


def test_whoever_is_not_sure_leaves_the_item_to_a_clerk(world: World) -> None:
    Client().post("/report", sheet(item="unsure", suggested="catalogue:N01", lon="", lat="", nowhere="on"))
    row = Matter.objects.get()
    assert (row.item, row.located, row.place_flag) == ("N01", "none", "missing")
    assert ledger.story(row.id)[0].facts["suggested"] == ["catalogue:N01"]


def test_an_item_that_is_not_a_residents_is_refused(world: World) -> None:
    answer = Client().post("/report", sheet(item="没有这一项"))
    assert answer.status_code == 422
    assert "请重新选一类" in answer.content.decode()
    assert "「」" not in answer.content.decode()
    assert not Matter.objects.exists()


def test_without_a_name_nothing_of_the_person_is_kept(world: World) -> None:
    Client().post("/report", sheet(reporting="anonymous", name="样本居民", contact="13800000000"))
    row = Matter.objects.get()
    assert (row.reporting, row.reporter) == ("anonymous", None)
    assert not Secret.objects.exists()


def test_a_confidential_name_is_sealed_and_on_no_page(world: World) -> None:
    client = Client()
    there = client.post("/report", sheet(name="样本居民", contact="13800000000"))["Location"]
    assert Matter.objects.get().reporter is not None
    said = client.get(there).content.decode()
    assert "样本居民" not in said
    assert "13800000000" not in said


def test_the_words_are_looked_at_while_they_are_written(world: World) -> None:
    client = Client()
    said = client.post("/report/look", {"text": "闻到燃气味，我家在3栋301。", "item": "N05"}).content.decode()
    assert "燃气异味" in said
    assert "话里写到了哪一户" in said
    assert "前受理" in said
    assert not Matter.objects.exists()
    assert "话里没有说清在哪里" in client.post("/report/look", {"text": "闻到很大的味道。"}).content.decode()
    road = client.post("/report/look", {"text": "柳荫路 109 号旁边闻到味道。"}).content.decode()
    assert "话里没有说清在哪里" not in road


def test_a_point_outside_is_said_before_it_is_handed_in(world: World) -> None:
    client = Client()
    inside = client.post("/report/look", {"text": TEXT, "lon": INSIDE[0], "lat": INSIDE[1]}).content.decode()
    assert "落在" in inside
    assert "不在柳溪" in client.post("/report/look", {"text": TEXT, "lon": "1", "lat": "2"}).content.decode()
    for bad in ({"lon": "nan", "lat": "2"}, {"lon": "x", "lat": ""}, {"lon": "1e9", "lat": "2"}):
        assert client.post("/report/look", {"text": TEXT, **bad}).status_code == 200


def test_a_flood_is_told_when_to_come_back_and_keeps_what_was_typed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporters_own, "MOST_REPORTS", 1)
    client = Client()
    assert client.post("/report", sheet()).status_code == 302
    answer = client.post("/report", sheet(client_key="two"))
    assert answer.status_code == 422
    assert "分钟后再试" in answer.content.decode()
    assert "等不及，可以打电话" in answer.content.decode()
    assert TEXT in answer.content.decode()
    assert "等不及" not in client.post("/report", sheet(item="")).content.decode()


def test_behind_a_proxy_one_neighbour_is_not_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporters_own, "MOST_REPORTS", 1)
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, proxies=("127.0.0.1",)))

    def report(key: str, said: str) -> int:
        return Client().post("/report", sheet(client_key=key), HTTP_X_FORWARDED_FOR=said).status_code

    assert [report("a", "203.0.113.9"), report("b", "203.0.113.10")] == [302, 302]
    assert report("c", "198.51.100.1, 203.0.113.9") == 422  # what is written in front is nobody's word
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, proxies=()))
    assert [report("d", "203.0.113.11"), report("e", "203.0.113.12")] == [302, 422]


def test_rating_on_the_page_ends_it(world: World) -> None:
    number = answered(world)
    id = Matter.objects.get(number=number).id
    client = Client()
    there = follow(client, number, following.code_of(id))["Location"]
    seen = re.search(r'name="seen" value="(\d+)"', client.get(there).content.decode())
    assert seen is not None
    word = {"what": "rating", "rating": "discontent", "words": "", "seen": seen[1]}
    refused = client.post(f"{there}/say", word)
    assert (
        client.get(f"{there}/say")["Location"] == there
    )  # where a change of language leads from the page that was refused
    assert refused.status_code == 422
    assert "哪里没有办好" in refused.content.decode()
    assert client.post(f"{there}/say", word | {"rating": "content"}).status_code == 302
    assert Matter.objects.get(id=id).closing == "solved"
    assert client.post(f"{there}/say", word | {"rating": "content"}).status_code == 409
    assert Client().post(f"{there}/say", word).status_code == 401


def test_every_page_is_there_in_both_tongues_with_a_way_to_complain(world: World) -> None:
    for tongue, word in (("zh-hans", "投诉建议"), ("en", "Complaints")):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = tongue
        for page in ("/", "/report", "/follow", "/protect"):
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert word in answer.content.decode(), page
        if tongue == "en":
            assert not re.findall(
                r">[^<]*[\u4e00-\u9fff]",
                client.get("/protect").content.decode().split("<main", 1)[1].split("</main")[0],
            )


def test_the_receipt_is_a_file_that_proves_itself(world: World) -> None:
    mine = Client()
    there = mine.post("/report", sheet())["Location"].split("?")[0]
    page = mine.get(there).content.decode()
    assert "<svg" in page.split('class="square"')[1][:200]
    answer = mine.get(f"{there}/receipt.json")
    said = json.loads(answer.content)
    assert said["text"]["words"] == TEXT
    assert said["hash"] in page.replace(" ", "")
    assert following.code_of(Matter.objects.get().id) not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert Client().get(f"{there}/receipt.json").status_code == 401


def test_trouble_gives_a_receipt_of_its_own(world: World) -> None:
    number = answered(world)
    client = Client()
    there = follow(client, number, following.code_of(Matter.objects.get(number=number).id))["Location"]
    word = {"what": "trouble", "words": "上门来问是不是我说的。", "seen": "0"}
    empty = client.post(f"{there}/say", word | {"words": ""})
    assert empty.status_code == 422
    asked = re.search(
        r'<textarea id="id_trouble"[^>]*autofocus aria-invalid="true".*?</div>', empty.content.decode(), re.S
    )
    assert asked, "what is missing is said where it was pressed"
    assert "请写谁、怎样为难您" in asked.group()
    answer = client.post(f"{there}/say", word)
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert receipt(page)[0] != number
    assert "上门来问" in page.content.decode()


def test_the_public_sees_no_map_until_it_may(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    assert "data-open-map" in client.get("/report").content.decode()
    assert client.get("/report/borders").status_code == 200
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, kind="live"))
    assert "data-open-map" not in client.get("/report").content.decode()
    assert [client.get(f"/report/{one}").status_code for one in ("borders", "base")] == [404, 404]
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, kind="live", own_blank_map=True))
    assert "data-open-map" in client.get("/report").content.decode()


def test_the_receipt_carries_its_link_in_square_copy_and_print(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(qr, "svg", lambda said, *, title: drawn.append(said) or f"<svg>{title}</svg>")
    client = Client()
    page = client.get(client.post("/report", sheet())["Location"]).content.decode()
    number, code = receipt(client.get(f"/follow/{Matter.objects.get().id}?new=1"))
    link = next(one for one in drawn if "#" in one)
    assert link.startswith("http://testserver/follow#n=")
    assert parse_qs(link.split("#")[1]) == {"n": [number], "c": [code]}
    for part in ('class="printed">', 'data-copy="'):
        said = html.unescape(page.split(part, 1)[1].split("<" if "printed" in part else '"', 1)[0])
        assert link in said, part
    assert "谁有这个链接、这个二维码" in page
    assert "扫一扫，就打开这一件的进度" in page
    assert "里面是编号和哈希，不打开网页" in page
    assert all("#" not in one or one == link for one in drawn)  # the square that proves holds no code


def test_a_receipt_says_what_its_words_mean_and_when_the_proof_is_there(world: World) -> None:
    client = Client()
    page = client.get(client.post("/report", sheet())["Location"]).content.decode()
    assert "哈希是这一条的指纹" in page
    made = timezone.localtime(Matter.objects.get().recorded_at)
    assert f"{made + timedelta(days=1):%Y-%m-%d} 起再来取一次" in page
    assert "收据" not in page


def test_whom_to_call_is_a_number_or_a_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Client().post("/report", sheet())["Location"]

    def said() -> list[str]:
        client = Client()
        client.post("/report", sheet())
        return [client.get(page).content.decode() for page in ("/follow", there)]

    assert all("请到社区网格中心去说" in page for page in said())
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, phone="0000-620-9000"))
    assert all('href="tel:0000-620-9000"' in page for page in said())
    assert (
        'href="tel:0000-620-9000"' in Client().get("/protect").content.decode().split("有人为难您")[1][:900]
    )
    root = places.tree(clock.today()).root
    assert root is not None
    post = answerable.posts_of(root, editions.today())[0].id
    set_contact(Contact(root.identity, post, "0000-620-0001", "24 小时"), by=HOUSE, at=clock.now())
    assert all('href="tel:0000-620-0001"' in page for page in said())


def test_what_is_said_of_addresses_is_what_is_kept(world: World) -> None:
    said = Client().get("/protect").content.decode()
    assert "网络地址（IP）" in said
    assert "最多一天就销毁" in said
    assert 2 * limits.HALF_DAY == 24 * 3600  # a salt serves a half-day and is gone with the next


def test_no_more_is_typed_than_is_taken(world: World) -> None:
    assert f'maxlength="{WORDS}"' in Client().get("/report").content.decode()


def test_whoever_looks_after_the_place_never_sees_what_is_about_them(world: World) -> None:
    said = sheet(text="网格员收了我家三百块清运费，没有票。", about="on")
    assert Client().post("/report", said).status_code == 302
    row = Matter.objects.get()
    assert row.walled
    for name in ("lin", "qiao", "song"):
        assert access.matter_for(world.person(name), row.number) is None, name
    assert row.desk in (*world.person("he").desks, *world.person("tang").desks)


def test_without_a_place_it_is_asked_for_when_it_is_about_those_who_look_after_it(world: World) -> None:
    said = sheet(text="网格员收了我家三百块清运费，没有票。", about="on", lon="", lat="", nowhere="on")
    page = Client().post("/report", said)
    assert page.status_code == 422
    assert "才避得开他们" in page.content.decode()
    assert not Matter.objects.exists()
