"""待告知: each sees what is theirs to tell; what did not go out is dealt with by whoever oversees."""

from __future__ import annotations

import pytest

from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.notify import doorkeeping
from gezhi.notify.models import Door, Message

from .conftest import Sit

PAGE = "/desk/to-tell"


def message(matter: Matter, **more: object) -> Message:
    at = clock.now()
    told = {
        "door": "by_hand",
        "state": "waiting",
        "why": "no_door",
        "text": f"您反映的事项已收到，编号{matter.number}。",
    } | more
    return Message.objects.create(
        id=new_id(), key=new_id().hex, matter=matter.id, telling="received", to=f"reporter:{new_id().hex}",
        made_at=at, **told,
    )  # fmt: skip


@pytest.fixture
def matter(world: liuxi.World) -> Matter:
    report = Report(
        text="楼道堆了纸箱。", item="N01", lon=liuxi.INSIDE[0], lat=liuxi.INSIDE[1], contact="13800138000"
    )
    return Matter.objects.get(number=open_matter(report, by=world.clerk()).number)


def test_a_card_is_told_once_and_it_is_known_by_whom(world: liuxi.World, sit: Sit, matter: Matter) -> None:
    one, client = message(matter), sit("lin")
    shown = client.get(PAGE).content.decode()
    assert one.text in shown
    assert "没有设短信渠道" in shown
    assert "没送到的告知" not in shown
    assert "1 条要由人告知" in client.get("/desk").content.decode()
    said = client.post(PAGE, {"message": one.id, "act": "passed_on"}, follow=True).content.decode()
    assert "记下了：已告知。" in said
    assert one.text not in said
    one.refresh_from_db()
    assert (one.state, one.passed_on_by) == ("sent", world.accounts["lin"])
    assert Entry.objects.filter(what="message.passed_on", about=matter.id).count() == 1
    again = client.post(PAGE, {"message": one.id, "act": "passed_on"}, follow=True).content.decode()
    assert "已经告知过了" in again


@pytest.mark.parametrize("who", ["song", "zhu"])
def test_nobody_tells_what_is_not_theirs(world: liuxi.World, sit: Sit, matter: Matter, who: str) -> None:
    one, client = message(matter), sit(who)
    assert matter.number not in client.get(PAGE).content.decode()
    assert "条要由人告知" not in client.get("/desk").content.decode()
    said = client.post(PAGE, {"message": one.id, "act": "passed_on"}, follow=True).content.decode()
    assert "没有这条告知" in said
    assert Message.objects.get().state == "waiting"


def test_whoever_oversees_deals_with_what_did_not_go_out(
    world: liuxi.World, sit: Sit, matter: Matter
) -> None:
    dead = {"door": "sms", "state": "dead", "why": "number", "code": "isv.MOBILE_NUMBER_ILLEGAL"}
    first, second, client = message(matter, **dead), message(matter, **dead), sit("he")
    shown = client.get(PAGE).content.decode()
    assert "号码不对" in shown
    assert "isv.MOBILE_NUMBER_ILLEGAL" in shown
    assert "2 条没有送到" in client.get("/desk").content.decode()
    client.post(PAGE, {"message": first.id, "act": "by_hand"})
    client.post(PAGE, {"message": second.id, "act": "again"})
    assert [(row.door, row.state) for row in Message.objects.order_by("id")] == [
        ("by_hand", "waiting"),
        ("sms", "waiting"),
    ]
    whats = Entry.objects.filter(about=matter.id, what__startswith="message.").values_list("what", flat=True)
    assert set(whats) == {"message.by_hand", "message.again"}
    story = client.get(f"/desk/m/{matter.number}").content.decode()
    assert "没有送到的告知，改由人告知" in story
    assert "没有送到的告知，再发一次" in story
    assert "message." not in story
    assert (
        "没有这个操作" in client.post(PAGE, {"message": first.id, "act": "x"}, follow=True).content.decode()
    )


def test_a_grid_worker_deals_with_none_of_it(world: liuxi.World, sit: Sit, matter: Matter) -> None:
    one, client = message(matter, door="sms", state="dead", why="number"), sit("lin")
    assert "号码不对" not in client.get(PAGE).content.decode()
    client.post(PAGE, {"message": one.id, "act": "again"})
    client.post(PAGE, {"message": one.id, "act": "by_hand"})
    assert Message.objects.get().state == "dead"


def test_pages_follow_one_another(world: liuxi.World, sit: Sit, matter: Matter) -> None:
    rows = [message(matter, text=f"第 {n} 句。") for n in range(31)]
    client = sit("he")
    first = client.get(PAGE).content.decode()
    assert rows[29].text in first
    assert rows[30].text not in first
    rest = client.get(PAGE, {"after": rows[29].id}).content.decode()
    assert rows[30].text in rest
    assert rows[0].text not in rest
    assert client.get(PAGE, {"after": "x", "before": "y"}).status_code == 200


def test_whoever_administers_reads_that_a_door_stopped(world: liuxi.World, sit: Sit) -> None:
    at = clock.now()
    Door.objects.create(
        id=new_id(), kind="aliyun", channel="sms", name="县短信", setting="{}", secret=new_id(),
        state="stopped", why="money", code="isv.AMOUNT_NOT_ENOUGH", made_at=at, changed_at=at,
    )  # fmt: skip
    assert doorkeeping.stopped()[0].why_words == "余额不足或欠费停机"
    assert "县短信" not in sit("he").get("/desk").content.decode()
