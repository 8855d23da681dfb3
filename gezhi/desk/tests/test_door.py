"""The door and what is one's own: ways into a demo, password, sessions, keys of programs, where to complain."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.tests import liuxi
from gezhi.people import services, tokens
from gezhi.people.models import Account, Session
from gezhi.people.services import Slip

from .conftest import Sit
from .test_desk import opened

pytestmark = pytest.mark.django_db
OLD, NEW = "柳溪的旧密码一长串", "三只麻雀站在旧井盖上"


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home folder of the test's own, in which the demo has written its ways in."""
    settings.HOME = dataclasses.replace(settings.HOME, path=tmp_path, phone="0000-12345")
    seat = {
        "sign_in": "centre",
        "name": "沈样溪",
        "post": "网格管理中心",
        "unit": "柳溪县",
        "english": "Centre",
    }
    settings.HOME.sign_ins.write_text(json.dumps({"password": "p-2026", "seats": [seat]}), encoding="utf-8")
    return tmp_path


def test_an_invented_district_shows_its_ways_in_and_fills_one_in(world: liuxi.World, home: Path) -> None:
    page = Client().get("/sign-in").content.decode()
    assert "沈样溪" in page
    assert "?as=centre" in page
    filled = Client().get("/sign-in?as=centre").content.decode()
    assert re.search(r'name="password"[^>]*value="p-2026"', filled)
    assert 'value="centre"' in filled
    assert re.search(r'name="password"[^>]*value=""', Client().get("/sign-in?as=other").content.decode())


def test_the_door_of_the_desk_shows_residents_theirs(world: liuxi.World, home: Path) -> None:
    page = Client().get("/sign-in").content.decode()
    assert '<a href="/report">我要反映问题</a>' in page
    assert '<a href="/follow">查进度</a>' in page
    for address in ("/report", "/follow"):
        assert Client().get(address).status_code == 200


def test_the_ways_in_are_said_in_the_readers_language(world: liuxi.World, home: Path) -> None:
    assert "<b>Centre</b>" in Client().get("/sign-in", headers={"Accept-Language": "en"}).content.decode()


def test_a_live_district_shows_no_way_in(db: None, home: Path) -> None:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        liuxi.build("live")
        page = Client().get("/sign-in?as=centre").content.decode()
    liuxi.forget()
    assert "沈样溪" not in page
    assert "p-2026" not in page


def slip_for(name: str) -> Slip:
    account = services.make_account(name, "新样本", by=HOUSE, at=clock.now())
    return services.invite(account, by=HOUSE, at=clock.now())


def first(slip: Slip, **said: str) -> Any:
    client = Client()
    sent = {"sign_in": slip.sign_in, "code": slip.code, "password": NEW} | said
    return client, client.post("/first-time", sent)


def test_a_slip_leads_to_the_desk_and_the_password_holds(world: liuxi.World, home: Path) -> None:
    slip = slip_for("xin")
    assert 'href="/first-time"' in Client().get("/sign-in").content.decode()
    assert 'value="xin"' in Client().get("/first-time?as=xin").content.decode()
    client, came = first(slip)
    assert (came.status_code, came["Location"]) == (302, "/desk")
    assert client.get("/sessions").status_code == 200
    assert (
        client.get("/first-time")["Location"] == "/desk#main"
    )  # a fragment of its own: the code does not stay there
    told = client.get("/first-time?as=lin", follow=True).content.decode()
    assert "这里已经登录了，是新样本" in told
    assert 'href="/sign-in?as=xin"' in Client().get("/first-time?as=xin").content.decode()
    for _n in range(6):
        assert (
            "不用单子，直接登录" in first(slip)[1].content.decode()
        )  # used: nothing to guess, nobody locked out
    assert Client().post("/sign-in", {"sign_in": "xin", "password": NEW}).status_code == 302
    assert first(slip)[1].status_code == 401


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"password": "短"}, 422, "password"),
        ({"code": "abcd-abcd-abcd-abcd"}, 401, ""),
        ({"sign_in": "nobody"}, 401, ""),
    ],
)
def test_a_first_time_that_fails_is_told_and_can_be_tried_again(
    world: liuxi.World, home: Path, said: dict[str, str], status: int, field: str
) -> None:
    slip = slip_for("xin")
    client, came = first(slip, **said)
    page = came.content.decode()
    assert came.status_code == status
    assert NEW not in page
    if field:
        assert re.search(rf'f wrong">\s*<label for="{field}">', page)
    else:
        assert "一次性代码不对" in page
    assert client.get("/sessions").status_code == 302
    assert first(slip)[1].status_code == 302


def change(client: Client, **said: str) -> Any:
    return client.post("/password", {"old": OLD, "password": NEW} | said)


def test_a_password_is_changed_by_whoever_knows_the_old_one(world: liuxi.World, sit: Sit) -> None:
    Account.objects.update(password=make_password(OLD))
    here, elsewhere = sit("he"), sit("he")
    assert change(here)["Location"] == "/sessions"
    assert Session.objects.filter(account=world.accounts["he"]).count() == 1
    assert here.get("/sessions").status_code == 200
    assert elsewhere.get("/sessions").status_code == 302
    assert Client().post("/sign-in", {"sign_in": "he", "password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"old": "不是这个"}, "old"),
        ({"password": "短"}, "password"),
    ],
)
def test_a_wrong_change_is_told_beside_its_field(
    world: liuxi.World, sit: Sit, said: dict[str, str], field: str
) -> None:
    Account.objects.update(password=make_password(OLD))
    came = change(sit("he"), **said)
    assert came.status_code == 422
    assert re.search(rf'f wrong">\s*<label for="{field}">', came.content.decode())
    assert Client().post("/sign-in", {"sign_in": "he", "password": OLD}).status_code == 302


def term_of(world: liuxi.World, name: str) -> str:
    return str(world.person(name).terms[0].term)


def test_a_key_is_shown_once_opens_the_interface_and_ends(world: liuxi.World, sit: Sit) -> None:
    client = sit("he")
    page = client.post(
        "/keys", {"name": "热线平台", "term": term_of(world, "he"), "scopes": ["read", "act"]}
    ).content.decode()
    secret = re.findall(r'<code class="secret">(gz_[\w-]+)</code>', page)[0]
    assert secret not in client.get("/keys").content.decode()
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/matters").status_code == 200
    assert client.post("/keys", {"end": str(tokens.issued()[0].token)})["Location"] == "/keys"
    assert program.get("/api/v1/matters").status_code == 401


def test_a_key_is_made_only_for_a_seat_of_ones_own(world: liuxi.World, sit: Sit) -> None:
    for term in (term_of(world, "lin"), "", "x"):
        assert sit("he").post("/keys", {"name": "热线平台", "term": term}).status_code == 422
    assert tokens.issued() == []


def test_the_same_form_sent_again_makes_no_second_key(world: liuxi.World, sit: Sit) -> None:
    client = sit("he")
    fresh = re.findall(r'name="key" value="([\w-]+)"', client.get("/keys").content.decode())[0]
    said = {"name": "热线平台", "term": term_of(world, "he"), "key": fresh, "scopes": ["read"]}
    assert "钥匙做好了" in client.post("/keys", said).content.decode()
    again = client.post("/keys", said)
    page = again.content.decode()
    assert (again.status_code, len(tokens.issued())) == (409, 1)
    assert "这把钥匙已经发过，只显示过那一次，现在没有再发。" in page
    assert "gz_" not in page
    assert f'name="key" value="{fresh}"' not in page


def test_a_key_that_may_do_nothing_is_not_made(world: liuxi.World, sit: Sit) -> None:
    said = {"name": "热线平台", "term": term_of(world, "he")}
    came = sit("he").post("/keys", said | {"scopes": ["fly"]})
    assert (came.status_code, tokens.issued()) == (422, [])
    assert "至少选一样" in came.content.decode()
    sit("he").post("/keys", said | {"scopes": ["read", "push"]})
    assert tokens.issued()[0].scopes == "read push"
    assert "读事项、管理推送" in sit("he").get("/keys").content.decode()


def test_nobody_ends_anothers_key(world: liuxi.World, sit: Sit) -> None:
    tokens.issue("热线平台", world.person("lin").terms[0].term, by=world.clerk("he"), at=clock.now())
    assert sit("he").post("/keys", {"end": str(tokens.issued()[0].token)}).status_code == 404
    assert tokens.issued()[0].ended_at is None


def test_a_post_that_neither_accepts_nor_supervises_has_no_keys(world: liuxi.World, sit: Sit) -> None:
    came = sit("lin").get("/keys")
    assert came.status_code == 403
    assert "请找网格管理中心" in came.content.decode()
    assert 'href="/keys"' not in sit("lin").get("/desk").content.decode()
    assert 'href="/keys"' in sit("he").get("/desk").content.decode()


def test_the_address_of_a_request_for_a_reporter_leads_back_to_the_matter(sit: Sit) -> None:
    client = sit("he")
    matter = opened(client)
    for address in (f"{matter}/reporter", f"{matter}/reporter/{UUID(int=7)}"):
        came = client.get(address)
        assert (came.status_code, came["Location"]) == (302, f"{matter}#reporter")
