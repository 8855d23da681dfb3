"""A second person, a merger, a class and parts, as people press them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.models import Matter, Proposal
from gezhi.matters.services.editions import adopt
from gezhi.matters.services.intake import open_matter
from gezhi.matters.tests.liuxi import World, forget
from gezhi.matters.tests.test_awaiting import SEEN, WAY
from gezhi.promises.models import Promise
from gezhi.rules.texts import read, texts_of
from gezhi.rules.writing import parts_of

from .conftest import Sit
from .test_desk import opened_at
from .test_matter_page import walked

pytestmark = pytest.mark.django_db


def page(client: Client, href: str) -> str:
    answer = client.get(href)
    assert answer.status_code == 200, href
    return unescape(answer.content.decode())


def plain(text: str) -> str:
    """A page without its tags."""
    return re.sub(r"<[^>]+>", "", text)


def press(client: Client, href: str, **said: object) -> None:
    answer = client.post(href, said)
    assert answer.status_code == 302, unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))[:3000]


def wrong(text: str) -> dict[str, str]:
    """What an answer says beside each field, where keep.js takes it over to the page that stands."""
    found = re.findall(r'class="f wrong"\s+data-field="([^"]+)".*?<div data-say>(.*?)</div>', text, re.S)
    return {field: plain(say) for field, say in found}


def number(href: str) -> Matter:
    return Matter.objects.get(number=unquote(href.removeprefix("/desk/m/")))


def test_one_proposes_and_another_confirms(sit: Sit) -> None:
    he, wu = sit("he"), sit("wu")
    href = opened_at(he)
    press(he, f"{href}/step/accept", moved=0)
    press(he, f"{href}/step/drop_late", note="到场三次，没有这回事。")
    own = page(he, href)
    assert "等第二个人确认：核实后无效" in own
    assert "撤回提请" in own
    assert "确认，照办" not in own
    assert "等第二个人确认" in wu.get("/desk").content.decode()
    assert "件等第二个人确认" not in he.get("/desk").content.decode()
    theirs = page(wu, href)
    assert "到场三次，没有这回事。" in theirs
    confirm = re.search(r'action="(/desk/m/[^"]+/proposal/[^"]+)"', theirs)
    assert confirm is not None
    press(wu, confirm[1], answer="no", moved=number(href).moved)
    assert "请写为什么不同意" in page(wu, href)
    press(wu, confirm[1], answer="yes", moved=number(href).moved)
    assert number(href).closing == "void"
    assert Proposal.objects.get().state == "taken"
    assert "等第二个人确认" not in page(wu, href)


def test_a_report_is_merged_from_its_form_and_the_mistake_undone(sit: Sit) -> None:
    he = sit("he")
    first, second = opened_at(he), opened_at(he, text="又有人说井盖翘起。")
    form = page(he, f"{second}/step/merge?into={number(first).number}")
    assert f'value="{number(first).number}"' in form
    offered = page(he, f"{second}/step/merge")
    assert f'name="fill" value="{number(first).number}"' in offered
    filled = he.post(
        f"{second}/step/merge", {"fill": number(first).number, "note": "同一个井盖"}
    ).content.decode()
    assert f'name="into" value="{number(first).number}"' in filled
    assert "同一个井盖" in filled
    assert number(second).step == "reported", "filling in is no step"
    answer = he.post(f"{second}/step/merge", {"into": "没有"})
    assert answer.status_code == 422
    assert "没有编号是 没有 的一件" in answer.content.decode()
    press(he, f"{second}/step/merge", into=number(first).number)
    assert "2 人反映" in page(he, first)
    assert "并错了，撤回" in page(he, second)
    assert he.post(f"{second}/unmerge", {"note": ""}).status_code == 200
    press(he, f"{second}/unmerge", note="是两处。", moved=number(second).moved)
    assert number(second).step == "reported"
    assert "人反映" not in page(he, first)
    assert f"并进来过、又撤了回去：{number(second).number}" in plain(page(he, first))
    for there in (second, f"{second}/step/merge"):
        assert f"并入过、又撤了回来：{number(first).number}" in plain(page(he, there))


def test_a_wrong_class_is_changed_with_a_reason(sit: Sit) -> None:
    he, lin = sit("he"), sit("lin")
    href = opened_at(he)
    press(he, f"{href}/step/accept", moved=0)
    assert "改类" in page(he, href)
    assert lin.get(f"{href}/item").status_code == 302
    answer = he.post(f"{href}/item", {"item": "N12"})
    assert answer.status_code == 422
    assert "请写为什么改类" in answer.content.decode()
    press(he, f"{href}/item", item="N12", note="是路灯。", moved=number(href).moved)
    assert (number(href).item, number(href).desk) == ("N12", "department:housing")
    stale = he.post(f"{href}/item", {"item": "N01", "note": "又改。", "moved": 0})
    assert stale.status_code == 409


def test_a_matter_is_split_once_however_often_the_button_is_pressed(sit: Sit) -> None:
    he = sit("he")
    href = opened_at(he)
    form = page(he, f"{href}/parts")
    key = re.search(r'name="key" value="([0-9a-f]+)"', form)
    assert key is not None
    half = he.post(f"{href}/parts", {"key": key[1], "text-1": "灯不亮。"})
    assert half.status_code == 422
    assert wrong(half.content.decode()) == {"item-1": "这一件要写什么事，也要选是哪一类。"}
    none = he.post(f"{href}/parts", {"key": key[1]})
    assert wrong(none.content.decode()) == {"text-1": "请写至少一件要拆出去的事。"}
    long = {"key": key[1], "text-3": "很长" * 2001, "item-3": "N12"}
    (said,) = wrong(he.post(f"{href}/parts", long).content.decode()).items()
    assert (said[0], said[1][:6]) == ("text-3", "第 3 件：")
    only = he.post(f"{href}/parts", {"key": key[1], "item-4": "N12"}).content.decode()
    assert list(wrong(only)) == ["text-4"]
    assert only.count('<details class="more" open>') == 3
    said = {"key": key[1], "text-1": "灯不亮。", "item-1": "N12", "text-3": "纸箱。", "item-3": "N01"}
    press(he, f"{href}/parts", **said)
    press(he, f"{href}/parts", **said)
    assert Matter.objects.count() == 3
    whole = page(he, href)
    assert whole.count("在办") >= 2
    part = Matter.objects.exclude(number=number(href).number).first()
    assert part is not None
    assert "由那一件答复报告人" in page(he, f"/desk/m/{part.number}")


def test_a_transfer_asks_to_whom_and_under_which_number(sit: Sit) -> None:
    he = sit("he")
    href = opened_at(he)
    form = page(he, f"{href}/step/send_out")
    assert "人民调解" in form
    answer = he.post(f"{href}/step/send_out", {"note": "不归本区管。", "reason": "hotline"})
    assert answer.status_code == 422
    assert "没有回执，不算转出" in answer.content.decode()
    empty = he.post(f"{href}/step/send_out", {"note": ""}).content.decode()
    for told in ("请选一项，以后按它计数", "没有回执，不算转出", "请写几句说明"):
        assert told in empty
    half = he.post(f"{href}/step/send_out", {"reason": "hotline"}).content.decode()
    assert "没有回执，不算转出" in half
    assert "请写几句说明" in half
    assert "请选一项，以后按它计数" not in half
    press(he, f"{href}/step/send_out", note="不归本区管。", reason="hotline", receipt="GD-118")
    assert "转出（12345）" in page(he, href)


def test_what_staff_saw_is_counted_apart_and_marked(world: World, sit: Sit) -> None:
    he = sit("he")
    first, second = opened_at(he), open_matter(SEEN, by=world.clerk()).number
    press(he, f"/desk/m/{second}/step/merge", into=number(first).number)
    text = plain(page(he, first))
    assert "1 人反映，工作人员看到 1 次" in text
    assert "· 工作人员看到的" in text


def test_a_transfer_and_a_merger_show_what_the_reporter_will_read(sit: Sit) -> None:
    he = sit("he")
    first, second = opened_at(he), opened_at(he, text="又有人说井盖翘起。")
    out = plain(page(he, f"{second}/step/send_out"))
    assert "转到：（所选的一项），（所写的说明）" in out
    assert "转到：12345，（所写的说明）" in plain(page(he, f"{second}/step/send_out?reason=hotline"))
    looked = he.post(f"{second}/step/send_out", {"fill": "look", "reason": "court", "note": "请到法院。"})
    assert "转到：法院，请到法院" in plain(unescape(looked.content.decode()))
    assert number(second).step == "reported"
    merge = page(he, f"{second}/step/merge")
    assert "共 （几） 人反映" in merge
    assert "写的说明会告诉报告人" not in merge
    assert "共 2 人反映" in page(he, f"{second}/step/merge?into={number(first).number}")
    assert "共 （几） 人反映" in page(he, f"{second}/step/merge?into=没有")


def test_the_second_person_reads_what_the_reporter_will_read(sit: Sit) -> None:
    he, wu = sit("he"), sit("wu")
    href = opened_at(he)
    press(he, f"{href}/step/accept", moved=0)
    press(he, f"{href}/step/drop_late", note="到场三次，没有这回事。")
    said = f"编号{number(href).number}经核实无效，理由：到场三次，没有这回事"
    assert said in plain(page(wu, href))
    assert "确认以后这样告诉报告人" not in page(he, href)


def test_ratings_reopenings_and_longer_times_show_what_the_reporter_will_read(world: World, sit: Sit) -> None:
    he = sit("he")
    answered = walked(world, *WAY)
    rated = plain(page(he, f"{answered}/rating"))
    assert "满意、基本满意 · 销号" in rated
    assert f"编号{number(answered).number}已销号。" in rated
    asked = walked(world, *WAY[:1])
    tang, finish = sit("tang"), Promise.objects.get(about=number(asked).id, name="finish")
    form = f"{asked}/extend/{finish.id}"
    assert re.search(r"办理期限延到\d\d-\d\d 24:00，理由：（所写的说明）", plain(page(tang, form)))
    assert "办理期限延到（延到的那天）" in plain(page(tang, f"{form}?amount=900"))
    assert "data-foretelling" not in page(sit("lin"), form)


@pytest.mark.slow
def test_a_step_that_only_tells_the_reporter_has_its_form_to_be_read_first(world: World, sit: Sit) -> None:
    href, press_it = opened_at(sit("he")), re.compile(r'action="[^"]*/step/accept"')
    assert press_it.search(page(sit("he"), href)), "one press, while it tells nobody"
    tables, items = parts_of(world.model)
    tables["telling"]["taken"] = {
        "name": "受理告知",
        "on": ["main.step:accepted"],
        "to": ["reporter"],
        "doors": ["sms", "public"],
        "text": "编号{number}已受理。",
    }
    adopt(read(texts_of(tables, items)).model, by=HOUSE, at=clock.now())
    href = opened_at(sit("he"), text="又有人说井盖翘起。")
    assert not press_it.search(page(sit("he"), href))
    assert f"编号{number(href).number}已受理。" in page(sit("he"), f"{href}/step/accept")
    seen = open_matter(SEEN, by=world.clerk()).number
    assert press_it.search(page(sit("he"), f"/desk/m/{seen}")), "nobody reported: nobody is told"
    forget()


def test_only_what_goes_as_a_short_message_is_counted_as_one(sit: Sit) -> None:
    he = sit("he")
    known = opened_at(he, contact="13800000000", reporting="confidential")
    unknown = opened_at(he, contact="", name="", reporting="anonymous")
    assert "按短信算" in page(he, f"{known}/step/drop")
    public = page(he, f"{unknown}/step/drop")
    assert "公开查询页" in public
    assert "按短信算" not in public


def test_what_is_shown_of_a_question_ends_with_one_sign(sit: Sit) -> None:
    he, lin = sit("he"), sit("lin")
    href = opened_at(he)
    press(he, f"{href}/step/accept", note="去看看。")
    typed = {"note": "请问是哪一台？", "at": "2026-11-20T08:00"}
    shown = unescape(lin.post(f"{href}/step/ask_grid", typed).content.decode())
    assert re.search(r'请问是哪一台？</span><span data-after="。补充请到[^"]*">补充请到', shown)
