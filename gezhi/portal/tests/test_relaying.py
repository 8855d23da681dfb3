"""转话: handler and reporter leave each other words by the matter, and no number is shown to anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import beside_me, following, queries
from gezhi.matters.models import Matter, Relayed
from gezhi.matters.scenes import Scene
from gezhi.matters.services import relaying
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.relaying import RelayGiven
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_awaiting import CLUTTER
from gezhi.matters.tests.test_path import step
from gezhi.notify import services as notify
from gezhi.notify.models import Message
from gezhi.people.tests.browsing import signed_in
from gezhi.ui import words
from tests.test_access_matrix import dot

from .test_report import sheet
from .test_rights import NAME, PHONE


def reported(world: World, **more: str) -> tuple[Client, Matter]:
    browser = Client()
    assert browser.post("/report", sheet(**more)).status_code == 302
    return browser, Matter.objects.get()


def scene(world: World, who: str, number: str) -> Scene:
    found = queries.page(world.person(who), number)
    assert found is not None
    return found.scene


def add(browser: Client, matter: Matter, words: str, **more: object) -> int:
    said = {"id": str(uuid4()), "words": words} | more
    return browser.post(reverse("following_words", args=[matter.id]), said).status_code


def test_the_reporters_word_is_pointed_out_until_it_is_answered(world: World) -> None:
    browser, matter = reported(world, name=NAME, contact=PHONE)
    step(world, matter.number, "he", "accept")
    moved = Matter.objects.get().moved
    assert add(browser, matter, "二楼也堆了。", photos=[]) == 302
    assert beside_me.look(world.person("lin"), clock.now()).relayed == (matter.number,)
    assert beside_me.look(world.person("song"), clock.now()).relayed == ()
    lin = signed_in(world.accounts["lin"], raise_request_exception=False)
    thread = reverse("desk:relay", args=[matter.number])
    assert f"编号{matter.number}：办理的人给您留了话" in lin.get(thread).content.decode()
    assert thread in lin.get(reverse("desk:inbox")).content.decode()
    for address in (thread, reverse("desk:matter", args=[matter.number])):
        page = lin.get(address).content.decode()
        assert "二楼也堆了。" in page
        assert NAME not in page
        assert PHONE not in page
    said = {"id": str(uuid4()), "words": "明天上午去看。"}
    assert lin.post(thread, said).status_code == 302
    assert lin.post(thread, said).status_code == 302, "the same form again"
    assert Relayed.objects.filter(own=False).count() == 1
    assert beside_me.look(world.person("lin"), clock.now()).relayed == ()
    for address in (reverse("following_words", args=[matter.id]), f"/follow/{matter.id}"):
        page = browser.get(address).content.decode()
        assert "明天上午去看。" in page
        assert words.dated(clock.now(), clock.now()) in page, "with its day, today too"
        assert "林样本" not in page, "a unit or post, never a name"
    assert Matter.objects.get().moved == moved, "nothing moves by it"


def test_a_step_ends_the_pointing_out_too(world: World) -> None:
    browser, matter = reported(world)
    step(world, matter.number, "he", "accept")
    add(browser, matter, "二楼也堆了。")
    step(world, matter.number, "lin", "finish_grid", "搬走了。")
    assert beside_me.look(world.person("lin"), clock.now()).relayed == ()


def test_asking_to_be_called_shows_no_number_and_leads_to_the_recorded_way(world: World) -> None:
    browser, matter = reported(world, name=NAME, contact=PHONE)
    step(world, matter.number, "he", "accept")
    assert add(browser, matter, "白天方便，请回电。", call="on") == 302
    assert beside_me.look(world.person("lin"), clock.now()).relayed == (matter.number,)
    lin = signed_in(world.accounts["lin"], raise_request_exception=False)
    while notify.hear(at=clock.now()):
        pass
    assert "1 条要由人告知" in lin.get(reverse("desk:inbox")).content.decode()
    card = lin.get(reverse("desk:to_tell")).content.decode()
    for said in ("请给报告人回电话", "打过了", "#reporter", reverse("desk:relay", args=[matter.number])):
        assert said in card
    assert PHONE not in card
    assert "白天方便" not in card
    one = Message.objects.get(telling="call_back")
    pressed = {"message": one.id, "act": "passed_on", "call": "1"}
    assert "记下了：打过了。" in lin.post(reverse("desk:to_tell"), pressed, follow=True).content.decode()
    assert Entry.objects.filter(what="message.passed_on", about=matter.id).count() == 1
    page = lin.get(reverse("desk:relay", args=[matter.number])).content.decode()
    assert "请回电话" in page
    assert "#reporter" in page
    assert PHONE not in page
    assert add(browser, matter, f"打 {PHONE} 找我。") == 422
    assert "请打电话给我" in browser.get(reverse("following_words", args=[matter.id])).content.decode()


def test_who_left_no_number_cannot_be_called(world: World) -> None:
    browser, matter = reported(world, reporting="anonymous")
    page = browser.get(reverse("following_words", args=[matter.id])).content.decode()
    assert "请打电话给我" not in page
    assert add(browser, matter, "请回电。", call="on") == 422
    assert not Relayed.objects.exists()


def test_pictures_come_along(world: World) -> None:
    browser, matter = reported(world)
    picture = SimpleUploadedFile("one.jpg", dot(), "image/jpeg")
    assert add(browser, matter, "这是今天拍的。", photos=picture) == 302
    assert Relayed.objects.get().photos == 1
    found = queries.page(world.person("he"), matter.number)
    assert found is not None
    assert len(found.story[0].photos) == 1
    assert found.story[0].verb == "报告人补充"


def test_five_a_day_of_each_side_and_none_after_the_end(world: World) -> None:
    browser, matter = reported(world)
    for time in range(5):
        assert add(browser, matter, f"第 {time} 句。") == 302
    assert add(browser, matter, "再一句。") == 429
    with clock.fixed(clock.now() + timedelta(days=1, minutes=1)):
        relaying.add_own(matter.id, RelayGiven(uuid4(), "第二天。"), at=clock.now())
    at_desk = scene(world, "he", matter.number)
    for _time in range(5):
        relaying.leave(at_desk, RelayGiven(uuid4(), "在看。"), by=world.person("he"), at=clock.now())
    with pytest.raises(Refused, match="最多 5 条"):
        relaying.leave(at_desk, RelayGiven(uuid4(), "在看。"), by=world.person("he"), at=clock.now())
    with pytest.raises(Refused, match="现在办"):
        relaying.leave(at_desk, RelayGiven(uuid4(), "我也说。"), by=world.person("lin"), at=clock.now())
    Matter.objects.update(ended_at=clock.now())
    with pytest.raises(Refused, match="了结"):
        relaying.add_own(matter.id, RelayGiven(uuid4(), "还有一句。"), at=clock.now() + timedelta(days=3))


def test_a_stranger_reads_nothing(world: World) -> None:
    browser, matter = reported(world)
    add(browser, matter, "二楼也堆了。")
    answer = Client().get(reverse("following_words", args=[matter.id]))
    assert answer.status_code == 401
    assert "二楼也堆了" not in answer.content.decode()
    assert Client().post(reverse("following_words", args=[matter.id]), {"words": "冒名。"}).status_code == 401


def test_of_merged_matters_each_reporter_reads_their_own_words_alone(world: World) -> None:
    first = open_matter(CLUTTER, by=world.clerk())
    second = open_matter(replace(CLUTTER, text="楼道里纸箱太多。"), by=world.clerk())
    into = StepGiven(into=first.number, note="同一件。")
    take_step(second.number, "merge", by=world.person("he"), at=clock.now(), given=into)
    with clock.fixed(clock.now() + timedelta(minutes=5)):
        relaying.add_own(first.id, RelayGiven(uuid4(), "别人写的一句。"), at=clock.now())
        whole, part = (following.following(one.id, clock.now()) for one in (first, second))
        assert "别人写的一句。" in str(whole)
        assert "别人写的一句。" not in str(part)
        with pytest.raises(Refused, match="了结"):
            relaying.add_own(second.id, RelayGiven(uuid4(), "我也写。"), at=clock.now())
