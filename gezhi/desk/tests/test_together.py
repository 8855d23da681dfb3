"""A second person, a merger, a class and parts, as people press them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest
from django.test import Client

from gezhi.matters.models import Matter, Proposal

from .conftest import Sit
from .test_desk import opened_at

pytestmark = pytest.mark.django_db


def page(client: Client, href: str) -> str:
    answer = client.get(href)
    assert answer.status_code == 200, href
    return unescape(answer.content.decode())


def press(client: Client, href: str, **said: object) -> None:
    answer = client.post(href, said)
    assert answer.status_code == 302, unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))[:3000]


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
    assert "也要选是哪一类" in half.content.decode()
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
    press(he, f"{href}/step/send_out", note="不归本区管。", reason="hotline", receipt="GD-118")
    assert "转出（12345）" in page(he, href)
