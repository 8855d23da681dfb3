"""Acts beside the flow and longer times, by the pages: one press, a form, a refusal that keeps what was typed."""

from __future__ import annotations

import re
from dataclasses import replace

from django.urls import reverse

from gezhi.matters import editions, queries, sentences
from gezhi.matters.models import ActBeside, Matter, Request
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_path import LAMP, opened, step
from gezhi.matters.tests.test_standing import finish

from .conftest import Sit


def in_grid(world: World) -> str:
    number = opened(world).number
    step(world, number, "he", "accept")
    return number


def test_one_press_urges_and_the_list_of_whoever_has_it_says_so(world: World, sit: Sit) -> None:
    number = in_grid(world)
    page = sit("he").get(reverse("desk:matter", args=[number])).content.decode()
    assert "旁的办法" in page
    address = reverse("desk:beside", args=[number, "chase"])
    assert f'action="{address}"' in page
    answer = sit("he").post(address, {"seen": "0"}, follow=True)
    assert "这一步没有动" in answer.content.decode()
    assert "催办 1 次，最近 17:30" in sit("lin").get(reverse("desk:inbox")).content.decode()
    again = sit("wu").post(address, {"seen": "0"})
    assert again.status_code == 409
    assert "17:30 已经办过「催办」" in again.content.decode()
    assert ActBeside.objects.count() == 1
    assert Matter.objects.get(number=number).moved == 2


def test_supervising_asks_for_words_and_keeps_them(world: World, sit: Sit) -> None:
    number, client = in_grid(world), sit("he")
    address = reverse("desk:beside", args=[number, "press"])
    assert client.get(address).status_code == 200
    assert client.post(address, {"note": "", "seen": "0"}).status_code == 422
    refused = client.post(address, {"note": "请找 13800000000 问", "seen": "0"})
    assert refused.status_code == 422
    assert "像有电话" in refused.content.decode()
    assert client.post(address, {"note": "今天去现场看。", "seen": "0"}).status_code == 302
    assert "今天去现场看。" in sit("lin").get(reverse("desk:matter", args=[number])).content.decode()
    assert sit("lin").get(address).status_code == 302  # not theirs: back to the matter


def test_a_longer_time_from_page_to_page(world: World, sit: Sit) -> None:
    number = in_grid(world)
    address = reverse("desk:extend", args=[number, finish(world, number).id])
    assert address in sit("lin").get(reverse("desk:matter", args=[number])).content.decode()
    assert "一次最多延 5工作日" in sit("lin").get(address).content.decode()
    long = sit("lin").post(address, {"what": "ask", "amount": "9", "note": "等住户。"})
    assert long.status_code == 422
    form = sit("lin").get(address).content.decode()
    assert re.findall(r'<option value="(\d+)"( selected)?', form)[:2] == [("1", " selected"), ("2", "")]
    assert "1 到 5" in long.content.decode()
    assert sit("lin").post(address, {"what": "ask", "amount": "2", "note": "等住户。"}).status_code == 302
    waiting = sit("tang").get(reverse("desk:inbox")).content.decode()
    assert "待批延期" in waiting
    assert address in waiting
    assert "等住户。" in sit("tang").get(address).content.decode()
    assert sit("tang").post(address, {"what": "grant", "note": ""}).status_code == 422
    assert sit("tang").post(address, {"what": "grant", "note": "同意。"}).status_code == 302
    page = sit("lin").get(reverse("desk:matter", args=[number])).content.decode()
    assert "延期 2工作日，至" in page
    why = reverse("desk:why_due", args=[number, finish(world, number).id])
    assert "延期 2工作日" in sit("lin").get(why).content.decode()
    late = sit("tang").post(address, {"what": "grant", "note": "同意，再宽两天。"})
    assert late.status_code == 409
    told = late.content.decode()
    assert "镇网格办 · 望湖街道已经批准延 2工作日，延到 2026-11-27 24:00。这个期限最多延 1 次" in told
    assert ">同意，再宽两天。</textarea>" in told
    assert Request.objects.get().state == "granted"
    found = queries.page(world.person("lin"), number)
    assert found is not None
    assert found.matter.next_due_at == finish(world, number).due_at


def test_whoever_comes_second_to_a_request_reads_what_became_of_it(world: World, sit: Sit) -> None:
    number = in_grid(world)
    address = reverse("desk:extend", args=[number, finish(world, number).id])
    sit("lin").post(address, {"what": "ask", "amount": "2", "note": "等住户。"})
    shown = Request.objects.get()
    assert sit("tang").post(address, {"what": "decline", "note": "不延。"}).status_code == 302
    late = sit("he").post(address, {"what": "grant", "note": "同意。", "wish": str(shown.id)})
    told = late.content.decode()
    assert late.status_code == 422
    assert "镇网格办 · 望湖街道刚刚没有批准这个申请" in told
    assert ">\n同意。</textarea>" in told
    assert '<select name="amount"' in told  # and may be granted all the same, by as much as he chooses now
    sit("lin").post(address, {"what": "ask", "amount": "5", "note": "要一周。"})
    for wish in ("", str(shown.id)):
        late = sit("he").post(address, {"what": "grant", "amount": "1", "note": "延一天。", "wish": wish})
        assert late.status_code == 422
        assert "刚刚申请延 5工作日，正等批" in late.content.decode()
        assert ">\n延一天。</textarea>" in late.content.decode()
    assert not Request.objects.filter(state="granted").exists()
    mine = sit("lin").post(address, {"what": "ask", "amount": "1", "note": "一天也行。", "wish": ""})
    assert mine.status_code == 409
    assert ">一天也行。</textarea>" in mine.content.decode()


def test_a_request_about_a_clock_that_stands_still_can_only_be_taken_back(world: World, sit: Sit) -> None:
    number = in_grid(world)
    address = reverse("desk:extend", args=[number, finish(world, number).id])
    sit("lin").post(address, {"what": "ask", "amount": "2", "note": "等住户。"})
    step(world, number, "tang", "pause", "等天晴。", reason="weather")
    page = sit("lin").get(address).content.decode()
    assert "这个期限正停着表" in page
    assert ">撤回申请</button>" in page
    assert ">申请延期</button>" not in page
    assert 'name="amount"' not in page
    assert sit("lin").post(address, {"what": "withdraw"}).status_code == 302
    assert Request.objects.get().state == "withdrawn"


def test_the_day_to_which_a_longer_time_leads_is_seen_before_it_is_asked_for_or_granted(
    world: World, sit: Sit
) -> None:
    number = in_grid(world)
    address = reverse("desk:extend", args=[number, finish(world, number).id])
    page = sit("lin").get(address).content.decode()
    assert '<option value="1" selected>1工作日，到 2026-11-26 24:00</option>' in page
    assert '<option value="2">2工作日，到 2026-11-27 24:00</option>' in page
    assert '<option value="3">3工作日，到 2026-11-30 24:00</option>' in page  # over a weekend
    assert '<option value="5">5工作日，到 2026-12-02 24:00</option>' in page
    sit("lin").post(address, {"what": "ask", "amount": "3", "note": "等住户。"})
    assert "3工作日，到 2026-11-30 24:00</dd>" in sit("tang").get(address).content.decode()
    sit("tang").post(address, {"what": "grant", "note": "同意。"})
    assert sentences.due_words(finish(world, number).due_at) == "2026-11-30 24:00"


def test_both_parties_stand_on_the_page_and_beside_the_item_while_it_is_registered(
    world: World, sit: Sit
) -> None:
    model = world.model
    before = editions.of_version(model.version)
    lamp = replace(model.items["N12"], helpers=("cadre",))
    editions._loaded[model.version] = replace(model, items={**model.items, "N12": lamp})
    try:
        number = opened(world, LAMP).number
        step(world, number, "he", "accept")
        page = sit("zhu").get(reverse("desk:matter", args=[number])).content.decode()
        assert "谁牵头" in page
        assert "属地：在职干部 · 桥东社区；主管：县住建局；牵头：县住建局，接手以前由先接的" in page
        assert "照清单一起办，还没有写协办情况" in page
        assert "牵头：县住建局；协同：在职干部" in sit("he").get(reverse("desk:new")).content.decode()
        inbox = sit("qiao").get(reverse("desk:inbox")).content.decode()
        assert reverse("desk:matter", args=[number]) in inbox
    finally:
        editions._loaded[model.version] = before
