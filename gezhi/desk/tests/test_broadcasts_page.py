"""群发: written on one page, read by another person on the next, followed there; by hand it is a card."""

from __future__ import annotations

import re

from gezhi.matters.tests import liuxi
from gezhi.notify.models import Broadcast, BroadcastPart
from gezhi.notify.tests.test_broadcasts import TEXT
from gezhi.notify.tests.test_groups import take, three

from .conftest import Sit

NEW, ALL, TELL = "/desk/broadcasts/new", "/desk/broadcasts", "/desk/to-tell"


def test_it_goes_from_one_to_the_other_and_into_the_groups(world: liuxi.World, sit: Sit) -> None:
    he, wu, lin = sit("he"), sit("wu"), sit("lin")
    assert "还没有登记过群" in he.get(NEW).content.decode()
    assert "还没有发过" in he.get(ALL).content.decode()
    take(world, *three(world))
    answer = he.post(NEW, {"text": TEXT})
    page = answer["Location"]
    shown = he.get(page).content.decode()
    assert "3 个群，664 人次" in shown
    assert "还没有别人看到" in shown
    assert "还没有发过" in wu.get(ALL).content.decode()
    assert wu.get(page).status_code == 404
    changed = he.get(f"{NEW}?from={page.rpartition('/')[2]}").content.decode()
    assert TEXT in changed
    instead = re.findall(r'name="instead" value="([^"]+)"', changed)[0]
    again = he.post(NEW, {"text": TEXT, "tiers": ["building"], "instead": instead})["Location"]
    assert "1 个群" in he.get(again).content.decode()
    assert he.get(page).status_code == 404  # it was changed, and is not there twice
    assert he.post(again, {"act": "withdraw"})["Location"] == ALL
    assert "还没有发过" in he.get(ALL).content.decode()
    page = he.post(NEW, {"text": TEXT})["Location"]
    he.post(page, {"act": "ask"})
    shown = he.get(page).content.decode()
    assert "自己不能看自己写的" in shown
    assert "看过，可以发" not in shown
    assert "另一个人看过才发" in he.post(page, {"act": "confirm"}, follow=True).content.decode()
    assert "1 条群发等我看过" in wu.get("/desk").content.decode()
    assert "不通过的理由" in wu.post(page, {"act": "decline"}, follow=True).content.decode()
    assert "3 个群开始发" in wu.post(page, {"act": "confirm"}, follow=True).content.decode()
    assert "2 个群等我贴话" in lin.get("/desk").content.decode()
    card = lin.get(TELL).content.decode()
    assert TEXT in card
    posting = re.findall(r'name="posting" value="([^"]+)"', card)[0]
    assert "贴过了" in lin.post(TELL, {"act": "posted", "posting": posting}, follow=True).content.decode()
    assert BroadcastPart.objects.filter(state="sent", passed_on_by=world.accounts["lin"]).count() == 1
    waits = he.get(page, {"show": "waiting"}).content.decode()
    assert waits.count("已贴") == 2
    he.post(page + "?show=waiting", {"act": "stop"})
    assert Broadcast.objects.get().state == "stopped"
    assert "停下了" in he.get(ALL).content.decode()


def test_what_may_not_go_out_is_said_beside_its_field(world: liuxi.World, sit: Sit) -> None:
    take(world, *three(world))
    he = sit("he")
    answer = he.post(NEW, {"text": "找我 13800138000", "tiers": ["building"]})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "里面像有电话或身份证号" in shown
    assert "找我 13800138000" in shown
    assert Broadcast.objects.count() == 0
    assert sit("lin").get(ALL).status_code in {403, 409, 422}
