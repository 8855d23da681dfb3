"""设置 → 接口 → 推送: an address set up, tried, looked after and ended by hand; its secret shown once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings

from gezhi.ledger import clock
from gezhi.matters.tests import liuxi
from gezhi.notify import outside, pushing
from gezhi.notify.models import Hook, Push
from gezhi.notify.tests.receiver import Receiver, receiving

from .conftest import Sit


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, push_to=("127.0.0.0/8",)))
    monkeypatch.setattr(outside, "WHOLE", 1.0)
    with receiving() as found:
        yield found


def wanted(world: liuxi.World, url: str, **more: object) -> dict[str, object]:
    term = str(world.person("he").terms[0].term)
    return {"name": "热线平台", "url": url, "term": term, "kinds": ["matter.opened"]} | more


def test_an_address_is_set_up_tried_and_looked_after(
    world: liuxi.World, sit: Sit, receiver: Receiver
) -> None:
    client = sit("he")
    fresh = re.findall(r'name="hook" value="([\w-]+)"', client.get("/keys/push").content.decode())[0]
    page = client.post("/keys/push", wanted(world, receiver.url, hook=fresh)).content.decode()
    secret = re.findall(r'<code class="secret">(gzs_[\w-]+)</code>', page)[0]
    again = client.post("/keys/push", wanted(world, receiver.url, hook=fresh))
    assert (again.status_code, Hook.objects.count()) == (422, 1)
    hook = Hook.objects.get()
    one = f"/keys/push/{hook.id}"
    assert secret not in client.get("/keys/push").content.decode() + client.get(one).content.decode()
    receiver.answers = [(500, {}, b"<script>no</script>"), 200, 200]
    client.post(one, {"act": "ping"})
    pushing.deliver(at=clock.now())
    shown = client.get(one).content.decode()
    assert "&lt;script&gt;no" in shown
    assert "等推" in shown
    Push.objects.update(try_at=clock.now())
    pushing.deliver(at=clock.now())
    assert "已推到" in client.get(one, {"state": "sent"}).content.decode()
    client.post(one, {"act": "again", "again": str(Push.objects.get().id)})
    pushing.deliver(at=clock.now())
    assert len(receiver.came) == 3


def test_it_is_paused_resumed_its_secret_changed_and_ended(
    world: liuxi.World, sit: Sit, receiver: Receiver
) -> None:
    client = sit("he")
    client.post("/keys/push", wanted(world, receiver.url))
    one = f"/keys/push/{Hook.objects.get().id}"
    for act, state in (("pause", "paused"), ("resume", "on")):
        client.post(one, {"act": act})
        assert Hook.objects.get().state == state
    page = client.post(one, {"act": "new_key"}).content.decode()
    assert re.search(r'<code class="secret">gzs_[\w-]+</code>', page)
    assert Hook.objects.get().before is not None
    client.post(one, {"act": "end_before"})
    assert Hook.objects.get().before is None
    assert client.post(one, {"act": "end"})["Location"] == "/keys/push"
    assert client.get(one).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://receiver.example/"}, "https"),
        ({"url": "https://10.0.0.1/"}, "内部网络"),
        ({"kinds": []}, "至少一种"),
        ({"name": " "}, "请起个名"),
        ({"term": "x"}, "哪个岗位"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    world: liuxi.World, sit: Sit, wrong: dict[str, object], said: str
) -> None:
    came = sit("he").post("/keys/push", wanted(world, "https://receiver.example/x") | wrong)
    page = came.content.decode()
    assert (came.status_code, Hook.objects.count()) == (422, 0)
    assert said in page
    assert f'value="{({"url": "https://receiver.example/x"} | wrong)["url"]}"' in page


def test_nobody_sees_anothers_address(world: liuxi.World, sit: Sit, receiver: Receiver) -> None:
    sit("he").post("/keys/push", wanted(world, receiver.url))
    one = f"/keys/push/{Hook.objects.get().id}"
    assert sit("lin").get("/keys/push").status_code == 403
    assert sit("tang").get(one).status_code in {403, 404}
    assert sit("tang").post(one, {"act": "end"}).status_code in {403, 404}
    assert Hook.objects.get().state == "on"
