"""常用答复 at the desk: kept by a unit or department, put into a note with and without script, never sent half filled."""

from __future__ import annotations

import pytest
from django.urls import reverse

from gezhi.documents.models import Phrase
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter, Request
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.test_standing import finish

from .conftest import Sit
from .test_besides_pages import in_grid
from .test_matter_page import CLUTTER, WAY, read, walked

pytestmark = pytest.mark.django_db
BODY = "您反映的{{事项}}（{{编号}}）已经办好，地点在{{ 网格 }}。"


def keep(world: liuxi.World, sit: Sit, who: str = "qiao", **more: str) -> Phrase:
    """A canned answer, typed in on its page."""
    unit = world.units["community"]
    said = {
        "keeper": f"unit:{unit.hex}",
        "title": "办好了",
        "use": "answer",
        "body": BODY,
        "items": "",
        **more,
    }
    came = sit(who).post("/desk/phrases", said)
    assert came.status_code == 302, came.content.decode()
    return Phrase.objects.get(live=True, title=said["title"])


def test_the_chosen_answer_stands_filled_in_the_note_and_in_the_preview_and_nothing_was_done(
    world: liuxi.World, sit: Sit
) -> None:
    kept, address = keep(world, sit), walked(world, *WAY[:3])
    number, moved = Matter.objects.values_list("number", "moved").get()
    browser = sit("qiao")
    assert kept.title in read(browser, f"{address}/step/answer")
    came = browser.post(
        f"{address}/step/answer", {"fill": "1", "phrase": kept.thread, "note": "您好。", "moved": moved}
    )
    page = came.content.decode()
    item = world.model.items["N01"].name
    text = f"您反映的{item}（{number}）已经办好，地点在桥东社区桥东 01 格。"
    assert came.status_code == 200
    assert f"您好。\n{text}</textarea>" in page.replace("\r", "")
    assert text.rstrip("。") in page.partition("data-foretold")[2]
    assert Matter.objects.get().moved == moved


def test_a_place_that_cannot_be_filled_is_said_in_the_list_and_stops_the_step(
    world: liuxi.World, sit: Sit
) -> None:
    kept, address = keep(world, sit, body="请到{{地点}}看一看。"), walked(world, *WAY[:3])
    moved = Matter.objects.get().moved
    browser = sit("qiao")
    form = read(browser, f"{address}/step/answer")
    assert "（填不出：地点）" in form
    came = browser.post(f"{address}/step/answer", {"note": "请到{{地点}}看一看。", "moved": moved})
    assert came.status_code == 422
    assert "还有没填上的位置：{{地点}}" in came.content.decode()
    assert Matter.objects.get().moved == moved
    assert kept.body in form


def test_those_below_use_what_a_unit_keeps_and_others_see_nothing_of_it(world: liuxi.World, sit: Sit) -> None:
    kept = keep(world, sit, use="note")
    address = walked(world, *WAY[:1])
    assert kept.title in read(sit("lin"), f"{address}/step/finish_grid")
    assert "data-phrases" not in read(sit("he"), f"{address}/step/finish_grid")
    assert sit("he").get(f"/desk/phrases/{kept.thread}").status_code == 404
    assert sit("zhu").get(f"/desk/phrases/{kept.thread}").status_code == 404
    assert kept.title not in read(sit("zhu"), "/desk/phrases")
    foreign = {"keeper": kept.keeper, "title": "别人的", "use": "note", "body": "好。", "items": ""}
    assert sit("zhu").post("/desk/phrases", foreign).status_code == 422
    assert not Phrase.objects.filter(title="别人的").exists()


def test_only_for_its_items_and_its_use(world: liuxi.World, sit: Sit) -> None:
    kept = keep(world, sit, use="note", items="N13")
    first, second = walked(world, *WAY[:1]), keep(world, sit, title="都能用", use="note")
    page = read(sit("lin"), f"{first}/step/finish_grid")
    assert second.title in page
    assert f'value="{kept.thread}"' not in page
    Phrase.objects.filter(id=kept.id).update(items=f",{CLUTTER.item},")
    assert f'value="{kept.thread}"' in read(sit("lin"), f"{first}/step/finish_grid")


def test_written_anew_the_old_words_stay_and_the_loser_of_a_race_is_told(
    world: liuxi.World, sit: Sit
) -> None:
    kept = keep(world, sit)
    address, browser = f"/desk/phrases/{kept.thread}", sit("qiao")
    anew = {"title": "办好了", "use": "answer", "body": "已经办好。", "items": "", "seen": "1"}
    assert browser.post(address, anew).status_code == 302
    late = browser.post(address, anew | {"body": "办完了。"})
    assert late.status_code == 422
    assert "别人刚改过这一条" in late.content.decode()
    assert list(Phrase.objects.order_by("version").values_list("version", "body", "live")) == [
        (1, BODY, False),
        (2, "已经办好。", True),
    ]
    assert BODY in read(browser, address)
    assert browser.post(address, {"what": "retire"}).status_code == 302
    assert kept.title not in read(browser, f"{walked(world, *WAY[:3])}/step/answer")
    told = [entry.facts for entry in Entry.objects.filter(about=kept.thread).order_by("id")]
    assert len(told) == 3
    assert not any("已经办好" in one for one in told)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("在{{地址}}看。", "没有叫「地址」的位置"),
        ("在{{事项名称}}看。", "是不是想写 {{事项}}？"),
        ("请打 13800001234。", "里面像有电话或证件号"),
        ("长" * 451, "不超过 450 字"),
    ],
)
def test_a_body_that_would_fail_later_is_refused_now(
    world: liuxi.World, sit: Sit, body: str, told: str
) -> None:
    said = {
        "keeper": f"unit:{world.units['community'].hex}",
        "title": "甲",
        "use": "note",
        "body": body,
        "items": "",
    }
    came = sit("qiao").post("/desk/phrases", said)
    assert came.status_code == 422
    assert told in came.content.decode()
    assert not Phrase.objects.exists()


def test_an_extension_is_asked_for_with_a_canned_reason(world: liuxi.World, sit: Sit) -> None:
    unit = world.units["grid"].hex
    kept = keep(world, sit, "lin", keeper=f"unit:{unit}", use="extend", body="等管件到货，{{今天}}已下单。")
    number = in_grid(world)
    address = reverse("desk:extend", args=[number, finish(world, number).id])
    assert kept.title in read(sit("lin"), address)
    came = sit("lin").post(address, {"fill": "1", "phrase": kept.thread, "what": "ask", "amount": "2"})
    assert came.status_code == 200
    assert "等管件到货，2026年11月20日已下单。</textarea>" in came.content.decode()
    assert not Request.objects.exists()
    open_one = {"what": "ask", "amount": "2", "note": "等{{期限}}。"}
    assert sit("lin").post(address, open_one).status_code == 422


def test_what_says_done_is_not_offered_where_the_step_refuses_or_sends_back(
    world: liuxi.World, sit: Sit
) -> None:
    done, not_ours = (
        keep(world, sit),
        keep(world, sit, title="归别处管", use="decline", body="这类事归别处管。"),
    )
    note = keep(world, sit, title="看过了", use="note", body="{{今天}}看过。")
    county = f"unit:{world.units['county'].hex}"
    Phrase.objects.update(keeper=county)
    new, verified = walked(world), walked(world, *WAY[:2])
    taken = walked(world, *WAY[:1])
    for who, page, kept in (
        ("he", f"{new}/step/refuse", not_ours),
        ("he", f"{new}/step/send_out", note),
        ("tang", f"{taken}/step/pause", note),
        ("qiao", f"{verified}/step/fail_grid", note),
    ):
        form = read(sit(who), page)
        offered = [one for one in (done, not_ours, note) if f'value="{one.thread}"' in form]
        assert offered == [kept], page
    passed = read(sit("qiao"), f"{verified}/step/pass")
    assert (str(note.thread) in passed, str(not_ours.thread) in passed) == (True, False)


def test_what_is_void_and_what_goes_into_another_have_words_of_their_own(
    world: liuxi.World, sit: Sit
) -> None:
    kept = {
        "refuse": keep(world, sit, title="归别处管", use="decline", body="这类事归别处管。"),
        "drop": keep(world, sit, title="没有这回事", use="void", body="{{今天}}到现场看过，没有看到。"),
        "merge": keep(world, sit, title="同一处", use="merge", body="和前面登记的是同一处。"),
    }
    Phrase.objects.update(keeper=f"unit:{world.units['county'].hex}")
    new, browser = walked(world), sit("he")
    for step in kept:
        form = read(browser, f"{new}/step/{step}")
        offered = [own for own, one in kept.items() if f'value="{one.thread}"' in form]
        assert offered == [step]
