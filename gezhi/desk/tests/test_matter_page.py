"""One matter's page: who is waited for, what is leaned to, and what a page says that was overtaken."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image

from gezhi.desk.frame import posts_words
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.matters.models import Matter, Photo
from gezhi.matters.services import reporters_own
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.places.queries import tree
from gezhi.vault.services import sealing

from .conftest import Sit

pytestmark = pytest.mark.django_db
CLUTTER = Report(
    text="楼道堆了纸箱。", item="N01", lon=liuxi.INSIDE[0], lat=liuxi.INSIDE[1], contact="0000-6200-5207"
)
PARKED = replace(CLUTTER, text="车停在人行道上。", item="N13")
WAY = (("he", "accept"), ("lin", "finish_grid"), ("qiao", "pass"), ("qiao", "answer"))


def walked(world: liuxi.World, *way: tuple[str, str], report: Report = CLUTTER) -> str:
    """A matter that went this way; the address of its page."""
    number = open_matter(report, by=world.clerk()).number
    for who, move in way:
        take_step(number, move, by=world.person(who), at=clock.now(), given=StepGiven(note="看过了。"))
    return f"/desk/m/{number}"


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_form_offers_no_department_that_has_the_matter_already(world: liuxi.World, sit: Sit) -> None:
    lamp = Report(
        text="院门口路灯不亮。", item="N12", lon=liuxi.INSIDE[0], lat=liuxi.INSIDE[1], contact="13800000000"
    )
    objected = walked(world, ("he", "accept"), ("zhu", "object"), report=lamp)
    form = read(sit("he"), f"{objected}/step/redirect")
    assert '<option value="market">' in form
    assert '<option value="housing">' not in form
    said = {"note": "还归你们。", "department": "housing"}
    assert sit("he").post(f"{objected}/step/redirect", said).status_code == 422
    passed = read(sit("he"), f"{walked(world, ('he', 'accept'))}/step/pass_on")
    assert '<option value="housing">' in passed


def test_my_own_other_tab_is_told_as_mine_and_the_page_shows_how_it_stands(
    world: liuxi.World, sit: Sit
) -> None:
    address, mine = walked(world, *WAY[:1]), sit("lin")
    done = {"moved": "2", "note": "纸箱清了。"}
    assert mine.post(f"{address}/step/finish_grid", done).status_code == 302
    came = mine.post(f"{address}/step/finish_grid", {"moved": "2", "note": "纸箱已清走。"})
    page = came.content.decode()
    assert came.status_code == 409
    assert "您刚才在另一页已办过：格内办结" in page
    assert "别人" not in page
    assert "没有做" not in page
    assert f'action="{address}/step/finish_grid"' not in page
    assert "data-keep" not in page
    assert "<b>网格长 · 桥东 01 格</b>" in page
    assert 'data-copy="纸箱已清走。"' in page


def test_another_who_was_faster_is_named_by_post_and_never_by_name(world: liuxi.World, sit: Sit) -> None:
    address = walked(world, *WAY[:2])
    came = sit("he").post(f"{address}/step/finish_grid", {"moved": "2", "note": "我也去看过。"})
    page = came.content.decode()
    assert came.status_code == 409
    assert "网格员 · 桥东 01 格办了「格内办结」" in page
    assert "林样本" not in page.partition("<main")[2]
    assert "我也去看过。" in page
    assert "核查通过" in page  # what can be done now stands on the same page


def test_a_place_that_was_said_twice_is_told_the_same_way(world: liuxi.World, sit: Sit) -> None:
    address, mine = walked(world), sit("he")
    where = {"moved": "0", "lon": str(liuxi.BESIDE[0]), "lat": str(liuxi.BESIDE[1]), "address": "桥东路 5 号"}
    assert mine.post(f"{address}/place", where).status_code == 302
    came = mine.post(f"{address}/place", where)
    page = came.content.decode()
    assert came.status_code == 409
    assert "您刚才在另一页已办过：核对地点" in page
    assert 'data-copy="桥东路 5 号"' in page


def test_who_is_not_waited_for_reads_first_who_is_and_is_leaned_to_nothing(
    world: liuxi.World, sit: Sit
) -> None:
    address = walked(world, *WAY[:1])
    centre, worker = read(sit("he"), address), read(sit("lin"), address)
    assert "现在等 网格员 · 桥东 01 格。下面这些，我的岗位也能办。" in centre
    assert 'data-key="a"' not in centre
    assert "下面这些" not in worker
    assert 'data-key="a">格内办结' in worker


def test_a_small_matter_is_done_like_any_and_the_page_says_that_a_draw_follows(
    world: liuxi.World, sit: Sit
) -> None:
    address, small = walked(world, *WAY[:1]), walked(world, *WAY[:1], report=PARKED)
    lin, follows = sit("lin"), "办过之后抽签：抽中的由别人去看，没抽中的就此了结。"
    page = read(lin, small)
    assert 'finish_low" data-key="a">格内办结 <kbd>' in page
    assert page.count("格内办结") == 1  # what the other step of that name lacks is nobody's business here
    assert re.findall(r'<li class="fut"><svg[^>]*><use[^>]*></svg><b>(.*?)</b>', page) == [
        "抽查"
    ]  # how it goes on, nobody knows
    assert follows in page
    assert follows + "事先谁也不知道抽不抽得中。" not in page
    assert "事先谁也不知道抽不抽得中。" in read(lin, f"{small}/step/finish_low")
    assert follows not in read(lin, address)


def test_who_has_rated_for_the_last_time_is_not_waited_for(world: liuxi.World, sit: Sit) -> None:
    address = walked(world, *WAY)
    matter = Matter.objects.get(number=address.removeprefix("/desk/m/"))
    reporters_own.rate(matter.id, "discontent", "又堆回来了。", seen=None, at=clock.now())
    for who, move in WAY[1:]:
        take_step(matter.number, move, by=world.person(who), at=clock.now(), given=StepGiven(note="看过了。"))
    assert "等报告人评价，" in read(sit("he"), address)
    reporters_own.rate(matter.id, "discontent", "还是堆着。", seen=None, at=clock.now())
    page = read(sit("he"), address)
    assert "评价：不满意。报告人已经评价，不再退回重办；11月27日 24:00 自动「销号」。" in page
    assert "等报告人评价，" not in page


def test_while_the_reporter_is_waited_for_closing_is_a_form_that_wants_its_reason(
    world: liuxi.World, sit: Sit
) -> None:
    address = walked(world, *WAY)
    page = read(sit("he"), address)
    assert "等报告人评价，到 11月27日 24:00；到时没有回音，自动「销号」。" in page
    assert re.search(r'/rating"\s+data-key="a">记下报告人的评价', page)
    assert 'step/close_early">销号' in page.replace("\n", "").replace("  ", "")
    assert "回访，或等评价" in read(sit("he"), "/desk")
    form = read(sit("he"), f"{address}/step/close_early")
    assert "报告人自己还可以评价到 11月27日 24:00。回访过的，请用“记下报告人的评价”，不在这里销号。" in form
    assert (
        form.count('name="result"') == 1
    )  # named: that nobody is there is not offered, and nothing is left to choose
    assert 'type="radio" name="result"' not in form
    assert "报告人留了联系方式，还可以评价；不等了，请在下面写明为什么。" in form
    close, given = f"{address}/step/close_early", {"moved": "5"}
    assert "请选为什么现在销号。" in _refused(sit("he"), close, given)
    assert "请写明为什么现在销号。" in _refused(sit("he"), close, given | {"result": "other"})
    assert sit("he").get(f"{address}/step/redo").status_code == 302
    english = sit("he").get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert english.count(" After a call-back, record what the reporter said; ") == 1
    with translation.override("en"):
        assert sit("he").post(close, given | {"result": "other", "note": "清爽了"}).status_code == 302
    page = read(sit("he"), address)
    assert "清爽了" in page
    assert Matter.objects.get().closing == "solved"


def _refused(client: Client, address: str, given: dict[str, str]) -> str:
    came = client.post(address, given)
    assert came.status_code == 422
    return came.content.decode()


def test_a_reporter_who_left_a_name_is_not_called_nobody(world: liuxi.World, sit: Sit) -> None:
    """Only where nobody can be reached may it be closed because nobody is there to wait for."""
    address, he = walked(world, *WAY), sit("he")
    number = Matter.objects.get().number
    for reporting, offered in (("named", False), ("confidential", False), ("anonymous", True)):
        Matter.objects.filter(number=number).update(reporting=reporting)
        form = read(he, f"{address}/step/close_early")
        assert ('value="nobody"' in form) is offered, reporting
        came = he.post(f"{address}/step/close_early", {"moved": "5", "result": "nobody"})
        assert came.status_code == (302 if offered else 422), reporting


def test_whom_a_matter_waits_for_is_said_in_the_same_words_everywhere(world: liuxi.World, sit: Sit) -> None:
    address, qiao = walked(world, *WAY[:3]), sit("qiao")
    form = read(qiao, f"{address}/step/answer")
    assert "办过之后到「已答复」，等报告人评价。写的说明会告诉报告人。" in form
    came = qiao.post(f"{address}/step/answer", {"moved": "4", "note": "清了。"}, follow=True)
    page = came.content.decode()
    assert "已办：答复。现在等 报告人评价。" in page
    assert "现在等 <b>报告人评价</b>" in page
    assert '<span class="sub">报告人评价</span>' in read(qiao, "/desk/matters")


def test_the_form_of_a_step_says_what_was_done_before_it_and_who_gets_it_next(
    world: liuxi.World, sit: Sit
) -> None:
    address, lin, qiao = walked(world, *WAY[:1]), sit("lin"), sit("qiao")
    assert "前面办的" not in read(sit("he"), f"{walked(world)}/step/accept")
    assert "办过之后到「处置办结待核」，交给 网格长 · 桥东 01 格。" in read(
        lin, f"{address}/step/finish_grid"
    )
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "JPEG")
    shot = SimpleUploadedFile("shot.jpg", picture.getvalue(), "image/jpeg")
    lin.post(f"{address}/step/finish_grid", {"moved": "2", "note": "纸箱搬走了。", "photos": [shot]})
    check = read(qiao, f"{address}/step/pass").partition("前面办的")[2].partition("<form")[0]
    assert "纸箱搬走了。" in check
    assert "林样本 · 网格员 · 桥东 01 格" in check
    assert "办理照 1" in check
    passed = qiao.post(f"{address}/step/pass", {"moved": "3", "note": "现场干净。"}, follow=True)
    assert "已办：核查通过。下一步也等我办。" in passed.content.decode()
    answer = read(qiao, f"{address}/step/answer").partition("前面办的")[2].partition("<form")[0]
    assert answer.index("现场干净。") < answer.index("纸箱搬走了。")
    assert "办理照 1" in answer
    done = qiao.post(f"{address}/step/answer", {"moved": "4", "note": "清了。"}, follow=True).content.decode()
    assert "已办：答复。现在等 报告人评价。" in done
    closing = read(sit("he"), f"{address}/step/close_early").partition("前面办的")[2].partition("<form")[0]
    assert closing.index("清了。") < closing.index("现场干净。") < closing.index("纸箱搬走了。")


def test_a_note_that_the_model_wants_is_marked_and_another_is_not(world: liuxi.World, sit: Sit) -> None:
    address = walked(world)
    mark = re.compile(r'data-field="note"><label for="id_note">说明<small>([^<]*)</small>')
    found = {move: mark.findall(read(sit("he"), f"{address}/step/{move}")) for move in ("accept", "refuse")}
    assert found == {"accept": ["可不填"], "refuse": ["必填"]}


def test_the_action_of_a_row_opens_the_form_of_its_step_and_takes_nothing(
    world: liuxi.World, sit: Sit
) -> None:
    address, he = walked(world), sit("he")
    row = f'<a class="act2" href="{quote(address)}/step/accept">受理'
    assert row in read(he, "/desk")
    form = read(he, f"{address}/step/accept")
    assert "办过之后到「格内处置」，交给 网格员 · 桥东 01 格。" in form
    assert Matter.objects.get().step == "reported"
    given = {"moved": "0"}
    assert he.post(f"{address}/step/accept", given).status_code == 302
    assert he.post(f"{address}/step/accept", given).status_code == 409
    assert Matter.objects.get().step == "gridwork"
    Matter.objects.update(place_flag="outside")
    assert f'<a class="act2" href="{quote(address)}#next">' in read(sit("lin"), "/desk")


def test_where_nobody_reported_the_answer_is_not_promised_to_anybody(world: liuxi.World, sit: Sit) -> None:
    seen = replace(CLUTTER, reporting="staff", channel="worker", contact="")
    address = walked(world, *WAY[:3], report=seen)
    form = read(sit("qiao"), f"{address}/step/answer")
    assert "没有报告人要等，随即「销号」。" in form
    assert "会告诉报告人" not in form
    assert "会告诉报告人" in read(sit("qiao"), f"{walked(world, *WAY[:3])}/step/answer")
    assert "工作人员自己看到的，没有报告人。" in read(sit("qiao"), address)
    sit("qiao").post(f"{address}/step/answer", {"moved": "4", "note": "清了。"})
    assert Matter.objects.get(number=address.rsplit("/", 1)[1]).closing == "solved"


def test_a_narrow_page_says_in_one_line_how_far_it_has_come(world: liuxi.World, sit: Sit) -> None:
    page = read(sit("he"), walked(world, *WAY[:1]))
    fold = page.partition('class="stepfold"')[2].partition("</details>")[0]
    assert "第 3 步，后面还有 4 步" in fold.partition("</summary>")[0]
    assert all(
        name in fold.partition("</summary>")[2] for name in ("处置办结待核", "核查通过", "已答复", "销号")
    )
    address = walked(world, *WAY, ("he", "close_early"))
    ended = read(sit("he"), address).partition('class="stepfold"')[2].partition("</summary>")[0]
    assert "走完 7 步，看每一步" in ended


def test_an_answer_about_the_reporter_comes_back_to_the_reporters_card(world: liuxi.World, sit: Sit) -> None:
    address, he, wu = walked(world), sit("he"), sit("wu")
    assert '/reporter#reporter"' in read(he, address)
    he.post(f"{address}/reporter", {"purpose": "verify_report"})
    assert 'value="allow"' not in read(he, address)
    card = read(wu, address).partition('id="reporter"')[2]
    assert 'value="allow"' in card
    wu.post(wu.get(address).context["reporter"].asks[0].href, {"answer": "allow"})
    mine = read(he, address).partition('id="reporter"')[2]
    assert 'value="open"' in mine
    assert '#reporter"' in mine
    assert 'value="open"' not in read(wu, address)


def test_who_asks_is_named_to_whoever_decides_and_the_grant_to_both(world: liuxi.World, sit: Sit) -> None:
    address, he, wu = walked(world), sit("he"), sit("wu")
    he.post(f"{address}/reporter", {"purpose": "verify_report"})
    asked = wu.get(address).context["reporter"].asks[0]
    asker, second = "何样本（网格管理中心 · 柳溪县）", "吴样本（网格管理中心 · 柳溪县）"
    assert asked.said == f"{asker} 请求查看报告人"
    assert asked.why.startswith("用途：向报告人核实情况")
    wu.post(asked.href, {"answer": "allow"})
    told = f" · {second} 17:30 同意，看到 17:35 为止"
    granted = wu.get(address).context["reporter"].asks[0]
    assert granted.said == f"已同意 {asker} 查看报告人"
    assert granted.why.endswith(told)
    mine = he.get(address).context["reporter"].asks[0]
    assert mine.said == "已同意，还能看 5分"
    assert mine.why.endswith(told)
    other = sit("lin").get(address).context["reporter"]
    assert [one.said for one in other.asks] == ["有人请求查看报告人"]


def test_whoever_asks_about_the_reporter_takes_no_step(world: liuxi.World, sit: Sit) -> None:
    address, he = walked(world), sit("he")
    he.post(f"{address}/reporter", {"purpose": "verify_report"})
    page = read(he, address)
    assert "请求查看报告人" in page
    assert '<h2>经过</h2><span class="muted small">1 步</span>' in page


def test_a_photo_that_was_not_taken_is_not_told_as_cleaned(world: liuxi.World, sit: Sit) -> None:
    address, cleaned = walked(world), "照片已去掉位置和设备信息"
    made = {"matter": Matter.objects.get().id, "kind": "report", "made_at": clock.now()}
    Photo.objects.bulk_create([Photo(id=new_id(), state="refused", reason="unreadable", **made)])
    page = read(sit("he"), address)
    assert "打不开，没有收" in page
    assert cleaned not in page
    Photo.objects.bulk_create([Photo(id=new_id(), state="ready", **made)])
    assert cleaned in read(sit("he"), address)


def test_the_head_of_a_page_shows_each_of_two_posts_and_counts_more(world: liuxi.World, sit: Sit) -> None:
    assert "<small>在职干部 · 桥东社区、网格长 · 桥东 01 格</small>" in read(sit("qiao"), "/desk")
    assert "<small>网格员 · 桥东 01 格</small>" in read(sit("lin"), "/desk")
    person, model, ground = world.person("qiao"), liuxi.nanling(), tree(date(2026, 11, 20))
    three = replace(person, terms=(*person.terms, replace(person.terms[0], post="volunteer")))
    assert posts_words(three, model, ground) == "在职干部、网格长 等 3 个岗位"


@pytest.mark.parametrize("field", ["note", "late_reason"])
def test_a_number_in_a_step_is_stopped_and_a_public_one_goes_through(
    world: liuxi.World, sit: Sit, field: str
) -> None:
    address, lin = f"{walked(world, *WAY[:1])}/step/finish_grid", sit("lin")
    given = {"moved": "2", "note": "纸箱清了。", "at": "2026-11-20T17:30", "late_reason": "停电。"}
    given[field] = "回访 13900005678：满意"
    assert 'name="public_number"' not in read(lin, address)
    came = lin.post(address, given)
    page = came.content.decode()
    assert came.status_code == 422
    assert "里面像有电话或证件号" in page.partition(f'data-field="{field}"')[2].partition("data-field")[0]
    assert 'name="public_number"' in page
    assert "回访 13900005678：满意</textarea>" in page
    assert Matter.objects.get().moved == 2
    assert lin.post(address, given | {"public_number": "on"}).status_code == 302


def test_an_identity_number_goes_through_with_no_tick(world: liuxi.World, sit: Sit) -> None:
    address, lin = f"{walked(world, *WAY[:1])}/step/finish_grid", sit("lin")
    came = lin.post(address, {"moved": "2", "note": "本人 990000199003077777 已核。", "public_number": "on"})
    assert came.status_code == 422
    assert "证件号一律不写在这里" in came.content.decode()
    assert 'name="public_number"' not in came.content.decode()
    assert Matter.objects.get().moved == 2


def side(page: str) -> tuple[bool, list[str]]:
    """Of a step's page: whether what was handed in stands beside the form, and the promises there."""
    aside = page.partition('<div class="aside">')[2]
    return "事由与材料" in aside, re.findall(r'<div class="l"><span>([^<]+)</span>', aside)


def test_beside_a_step_stands_only_what_the_heading_does_not_say_and_the_promise_that_it_meets(
    world: liuxi.World, sit: Sit
) -> None:
    address = walked(world)
    assert side(read(sit("he"), f"{address}/step/accept")) == (False, ["受理"])
    longer = walked(world, report=replace(CLUTTER, text="楼道堆了纸箱。三楼四楼都有。"))
    assert side(read(sit("he"), f"{longer}/step/accept")) == (True, ["受理"])
    address = walked(world, *WAY[:1])
    page = read(sit("lin"), f"{address}/step/finish_grid")
    assert side(page) == (
        False,
        ["办结"],
    )  # met by whoever verifies; whoever works is told of it all the same
    assert "<h1>格内办结</h1>" in page
    assert side(read(sit("qiao"), f"{walked(world, *WAY[:2])}/step/pass")) == (False, ["办结"])


def test_photos_that_came_with_the_report_stand_beside_the_step(world: liuxi.World, sit: Sit) -> None:
    address = walked(world)
    made = Matter.objects.get().id
    Photo.objects.create(id=new_id(), matter=made, kind="report", state="ready", made_at=clock.now())
    assert side(read(sit("he"), f"{address}/step/accept"))[0]


def test_what_the_reporter_said_is_recorded_by_a_form_and_a_closed_matter_is_opened_again(
    world: liuxi.World, sit: Sit
) -> None:
    address, he = walked(world, *WAY), sit("he")
    form = read(he, f"{address}/rating")
    assert form.count('name="rating"') == 4
    assert form.count('name="how"') == 4
    assert "满意、基本满意：到「销号」。" in form
    assert "没有联系上：记一次，接着等（已经 0 次）。" in form
    given = {"moved": "5", "how": "phone"}
    for wrong, told in (
        ({}, "请选报告人怎么说"),
        ({"rating": "discontent"}, "请写报告人为什么不满意"),
        ({"rating": "content", "words": "打 13900005678 问的"}, "里面像有电话或证件号"),
    ):
        assert told in _refused(he, f"{address}/rating", given | wrong)
    tried = he.post(f"{address}/rating", given | {"rating": "unreached"}, follow=True).content.decode()
    assert "已记下：回访，没有联系上。现在等 报告人评价。" in tried
    assert "已经 1 次" in read(he, f"{address}/rating")
    given["moved"] = "6"
    ended = he.post(f"{address}/rating", given | {"rating": "fair"}, follow=True).content.decode()
    assert "已记下：评价：基本满意。这件已了结。" in ended
    acts = re.findall(r'class="act1">(.*?)<', read(he, address))
    assert [one for one in acts if "满意" in one] == ["评价：基本满意"]
    assert "回访，没有联系上" in acts
    assert "可以重新打开到 2026-12-20 24:00。" in ended
    assert he.get(f"{address}/rating").status_code == 302
    again = {"moved": str(Matter.objects.get().moved), "how": "visit"}
    assert "接着办的人要看" in _refused(he, f"{address}/reopening", again)
    opened = he.post(f"{address}/reopening", again | {"words": "又坏了。"}, follow=True).content.decode()
    assert "已重新打开。现在等 网格员 · 桥东 01 格。" in opened
    assert "又坏了。" in opened
    assert he.post(f"{address}/reopening", again | {"words": "又坏了。"}).status_code == 409
    assert Matter.objects.get().step == "gridwork"


def test_whoever_handled_it_is_offered_no_rating_and_told_why_it_is_not_opened_again(
    world: liuxi.World, sit: Sit
) -> None:
    address, lin = walked(world, *WAY), sit("lin")
    assert "记下报告人的评价" not in read(lin, address)
    sit("he").post(f"{address}/rating", {"moved": "5", "how": "phone", "rating": "content"})
    page = read(lin, address)
    assert "/reopening" not in page
    assert "我的岗位没有这项职责" in page


def test_what_is_recorded_later_stands_under_the_day_on_which_it_happened_and_says_when(
    world: liuxi.World, sit: Sit
) -> None:
    before = clock.now() - timedelta(days=1, hours=8)
    late = replace(CLUTTER, late_reason="下乡时没有网。")
    number = open_matter(late, by=world.clerk(), at=before).number
    take_step(number, "accept", by=world.person("he"), at=clock.now(), given=StepGiven())
    story = read(sit("lin"), f"/desk/m/{number}").partition('<ol class="chain">')[2]
    days = re.findall(r'<div class="when">(?:<time[^>]*>)?([^<]+)<', story)
    today = days.index("今天")
    assert "11月19日" in days[today + 1 :]
    assert days[days.index("11月19日") + 1] == "09:30"
    assert story.index("11月19日 09:30 的事，今天 17:30 补录。") > story.index(">11月19日<")
    assert story.count("补录。") == 1


def test_a_step_that_only_leaves_a_record_is_a_form_and_nothing_is_done_by_opening_it(
    world: liuxi.World, sit: Sit
) -> None:
    address, lin = walked(world, *WAY[:1]), sit("lin")
    page = read(lin, address)
    assert re.search(r'<a class="btn[^"]*"\s+href="[^"]+/step/arrive"', page)
    assert not re.search(r'action="[^"]+/step/arrive"', page)
    moved = Matter.objects.get().moved
    form = read(lin, f"{address}/step/arrive")
    assert 'name="photos"' in form
    assert "只记一笔，这件还在「格内处置」。" in form
    assert Matter.objects.get().moved == moved
    assert lin.post(f"{address}/step/arrive", {"moved": moved}).status_code == 302
    assert Matter.objects.get().moved == moved + 1


def test_a_name_that_was_destroyed_is_offered_to_nobody(world: liuxi.World, sit: Sit) -> None:
    address = walked(world)
    assert "办理用不着知道是谁" in read(sit("he"), address)
    reporter = Matter.objects.get().reporter
    assert reporter is not None
    sealing.erase(reporter, "asked_by_person", by=HOUSE, at=clock.now())
    page = read(sit("he"), address)
    assert "姓名电话已经删去" in page
    assert "办理用不着知道是谁" not in page
