"""告知渠道 in the setup: set up, tried, changed, paused and removed by whoever administers; a key is never shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.notify import browsers, doorkeeping
from gezhi.notify.models import Browser, Door
from gezhi.notify.tests.providers import ID, ROBOT, SECRET, SIGN, Aliyun, Wecom, open_here
from gezhi.people.tests.browsing import signed_in
from gezhi.setup.tests.corner import Corner, corner, hidden

__all__ = ["corner"]
pytestmark = pytest.mark.django_db
PAGE = "/setup/doors"


@pytest.fixture
def aliyun() -> Iterator[Aliyun]:
    with open_here(Aliyun()) as provider:
        yield provider


def typed(provider: Aliyun, **more: str) -> dict[str, str]:
    said = {"name": "短信", "sign": SIGN, "templates": "*=SMS_154950910:number", "key": f"{ID}:{SECRET}"}
    return said | {"endpoint": provider.url, "act": "change"} | more


def removed(lu: Client, here: str) -> str:
    """What is said after a door was removed: asked first, then confirmed."""
    page = lu.post(here, {"act": "remove"}).content.decode()
    said: str = lu.post(here, hidden(page) | {"sure": "1"}, follow=True).content.decode()
    return said


def test_a_door_is_set_up_tried_and_changed_and_its_key_never_comes_out(
    corner: Corner, aliyun: Aliyun
) -> None:
    lu = corner.lu
    assert "还没有渠道" in lu.get(PAGE).content.decode()
    wrong = lu.post(f"{PAGE}/new/aliyun", typed(aliyun, templates=""))
    assert wrong.status_code == 422
    assert "至少一个模板" in wrong.content.decode()
    assert SECRET not in wrong.content.decode()
    assert not Door.objects.exists()
    here = lu.post(f"{PAGE}/new/aliyun", typed(aliyun))["Location"]
    assert "请写发给哪个号码" in lu.post(here, {"act": "try"}, follow=True).content.decode()
    said = lu.post(here, {"act": "try", "to": "13800138000"}, follow=True).content.decode()
    assert "渠道方收下了" in said
    aliyun.money = 0
    said = lu.post(here, {"act": "try", "to": "13800138000"}, follow=True).content.decode()
    assert "余额不足或欠费停机（isv.AMOUNT_NOT_ENOUGH）" in said
    assert "请充值" in said
    lu.post(here, typed(aliyun, sign="新签名", key=""))
    door, kept = doorkeeping.one(Door.objects.get().id)
    assert kept.sign == "新签名"
    assert doorkeeping.setting_of(Door.objects.get()).key == f"{ID}:{SECRET}"
    assert SECRET not in lu.get(here).content.decode() + lu.get(PAGE).content.decode()
    assert Entry.objects.filter(what="door.changed", about=door.id).count() == 1
    lu.post(here, typed(aliyun, key="AK2:other"))
    assert doorkeeping.setting_of(Door.objects.get()).key == "AK2:other"


def test_it_is_paused_started_and_removed(corner: Corner) -> None:
    lu = corner.lu
    with open_here(Wecom()) as wecom:
        here = lu.post(f"{PAGE}/new/wecom", {"name": "群", "key": ROBOT, "endpoint": wecom.url})["Location"]
        assert "渠道方收下了" in lu.post(here, {"act": "try"}, follow=True).content.decode()
    assert "已暂停" in lu.post(here, {"act": "pause"}, follow=True).content.decode()
    assert "已启用" in lu.post(here, {"act": "start"}, follow=True).content.decode()
    assert "密钥已销毁" in removed(lu, here)
    assert Door.objects.get().state == "ended"
    assert lu.get(here).status_code == 404


def test_mail_needs_a_mailbox_for_each_desk(corner: Corner) -> None:
    said = {
        "name": "邮",
        "endpoint": "mail.example.gov.cn:587",
        "sender": "g@example.gov.cn",
        "desks": "centre",
    }
    answer = corner.lu.post(f"{PAGE}/new/smtp", said)
    assert answer.status_code == 422
    assert "没有写对邮箱" in answer.content.decode()
    assert corner.lu.get(f"{PAGE}/new/pigeon").status_code == 404


def test_only_who_administers_comes_here(corner: Corner) -> None:
    assert signed_in(corner.world.accounts["he"]).get(PAGE).status_code in {403, 409, 422}


def test_an_address_for_reports_is_shown_once(corner: Corner, aliyun: Aliyun) -> None:
    here = corner.lu.post(f"{PAGE}/new/aliyun", typed(aliyun))["Location"]
    assert "要一个回执地址" in corner.lu.get(here).content.decode()
    said = corner.lu.post(here, {"act": "reports"}, follow=True).content.decode()
    assert "/delivered/" in said
    assert "换一个回执地址" in said
    assert "/delivered/" not in corner.lu.get(here).content.decode()


def test_a_door_to_browsers_asks_for_a_contact_and_makes_its_own_keys(corner: Corner) -> None:
    lu, there = corner.lu, f"{PAGE}/new/webpush"
    page = lu.get(there).content.decode()
    assert 'name="contact"' in page
    assert 'name="key"' not in page
    wrong = lu.post(there, {"name": "手机提醒", "contact": "wangge@example.gov.cn"})
    assert wrong.status_code == 422
    assert "mailto:" in wrong.content.decode()
    here = lu.post(there, {"name": "手机提醒", "contact": "mailto:wangge@example.gov.cn"})["Location"]
    assert "fcm.googleapis.com" in lu.get(here).content.decode()
    public = browsers.public_key()
    assert public
    assert "有进展时在这台设备上提醒我" in lu.post(here, {"act": "try"}, follow=True).content.decode()
    lu.post(here, {"act": "change", "contact": "https://liuxi.example/about"})
    assert doorkeeping.setting_of(Door.objects.get()).sender == "https://liuxi.example/about"
    assert browsers.public_key() == public
    assert "已经有了" in lu.post(there, {"name": "又一条", "contact": "mailto:a@b.cn"}).content.decode()
    removed(lu, here)
    assert browsers.public_key() == ""


def test_removing_a_door_to_browsers_says_how_many_it_forgets_and_asks(corner: Corner) -> None:
    lu = corner.lu
    here = lu.post(f"{PAGE}/new/webpush", {"name": "手机提醒", "contact": "mailto:a@example.gov.cn"})[
        "Location"
    ]
    assert "个手机提醒全部忘掉" not in lu.post(here, {"act": "remove"}).content.decode()
    for n in range(3):
        Browser.objects.create(
            id=new_id(), about_kind="matter", about=new_id(), secret=new_id(), mark=f"{n}" * 64,
            language="zh-hans", made_at=clock.now(),
        )  # fmt: skip
    asked = lu.post(here, {"act": "remove"}).content.decode()
    assert "3 个手机提醒全部忘掉" in asked
    assert (Door.objects.get().state, browsers.count()) == ("on", 3)
    assert browsers.public_key() != ""
    removed(lu, here)
    assert (Door.objects.get().state, browsers.count()) == ("ended", 0)


@pytest.mark.parametrize("many", ["-5", "501"])
def test_a_length_that_is_none_is_refused_in_our_words(corner: Corner, aliyun: Aliyun, many: str) -> None:
    answer = corner.lu.post(f"{PAGE}/new/aliyun", typed(aliyun, longest=many))
    assert answer.status_code == 422
    assert "写 0 到 500 之间的数" in answer.content.decode()
    assert "确保该值" not in answer.content.decode()
    assert not Door.objects.exists()
