"""准入 on its pages: applied for, sent back, sent again, admitted, gathered, drafted, published by two, and in the grid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.clock import Fixed
from gezhi.matters.models import Application, Batch, Matter
from gezhi.matters.services import drafting
from gezhi.matters.tests import applying, jianghai, liuxi
from gezhi.matters.tests.admission_lists import with_others
from gezhi.matters.tests.applying import admitted, batch, begun, in_work, sent
from gezhi.people.models import Account
from gezhi.people.tests.browsing import signed_in

pytestmark = pytest.mark.django_db
Sit = Callable[[str], Client]
HOME, NEW, GATHER = "/desk/admission", "/desk/admission/new", "/desk/admission/batch"
TYPED = {
    "name": "独居老人上门看望",
    "category": "民生",
    "in_grid": "yes",
    "handler": "worker",
    "grade": "ordinary",
    "length": "3工作日",
    "evidence": "文字",
    "task": "按自愿登记的名单上门，记一句话。",
    "law": "居家养老服务条例第十二条",
    "money": "走访补贴已在网格经费里。",
    "training": "民政所教半天，每年一回。",
    "load": "400",
    "per_grid": "3",
}
HEADS = ("basis", "money", "training", "load")
GOES = {"code": "J02", "law": "反诈中心自己来做。", "task": "反诈中心接。", "money": "没有钱。"}
LET_GO = {f"stands_{head}": "yes" for head in ("basis", "after", "money")}
LET_GO |= dict.fromkeys(("basis", "after", "money"), "有人接，不用网格再办。")
REVIEW = {f"stands_{head}": "yes" for head in HEADS} | dict.fromkeys(HEADS, "写得清楚，接得住。")


@pytest.fixture
def corner(db: None) -> Iterator[liuxi.World]:
    with clock.fixed(liuxi.FRIDAY):
        made = jianghai.build()
        able = Account.objects.filter(sign_in__in=("lu", "bai", "kong"))
        able.update(password=make_password("柳溪-绿荫-2026"))
        yield made
    liuxi.forget()


@pytest.fixture
def watch(corner: liuxi.World) -> Iterator[Fixed]:
    with clock.fixed(liuxi.FRIDAY) as watch:
        yield watch


@pytest.fixture
def sit(corner: liuxi.World) -> Sit:
    return lambda name: signed_in(corner.accounts[name], raise_request_exception=False)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def press(client: Client, path: str, status: int = 302, **said: object) -> str:
    """Press a button on a page as it is now, unless a revision is given."""
    row = next((r for model in (Application, Batch) for r in model.objects.all() if str(r.id) in path), None)
    answer = client.post(path, {"revision": row.revision if row else "", **said})
    body = answer.content.decode()
    told = re.findall(r'(?:class="say"[^>]*>.*?</svg>|没有办</b>|没有存</b>)([^<]*)', body, re.DOTALL)
    assert answer.status_code == status, (path, answer.status_code, told)
    return body


def of(row: Application | Batch) -> str:
    kind = "batch/" if isinstance(row, Batch) else ""
    return f"{HOME}/{kind}{row.id}"


def test_the_whole_way(corner: liuxi.World, sit: Sit, watch: Fixed) -> None:
    mei, an, he = sit("mei"), sit("an"), sit("he")
    press(mei, NEW, **TYPED, send="1")
    row = Application.objects.get()
    assert "等审核。能审的人：何样本、吴样本" in page(mei, of(row))
    assert "独居老人上门看望" in page(he, HOME)
    assert "我来审核" in page(he, of(row))

    press(he, of(row), back="1", reason="请写明一个网格每月怎么算。")
    assert "请写明一个网格每月怎么算。" in page(an, of(row))
    press(an, f"{of(row)}/change", **{**TYPED, "per_grid": "2.5"}, send="1")
    press(he, of(row), **REVIEW, admit="1")
    assert "写得清楚，接得住。" in page(mei, of(row))

    assert "独居老人上门看望" in page(he, GATHER)
    assert 'value="第三批"' in page(he, GATHER)
    press(he, GATHER, name="第三批", since="2026-11-23", chosen=str(row.id))
    made = Batch.objects.get()
    shown = page(he, of(made))
    assert "新增事项「J66 独居老人上门看望」" in shown
    assert "项数由65改为66" in shown
    press(he, of(made), write="1")
    assert "陆样本（系统管理员）" in page(he, of(made))

    lu, kong = sit("lu"), sit("kong")
    assert "新增事项「J66 独居老人上门看望」" in page(lu, "/setup/model/draft")
    draft = "/setup/model/draft"
    assert lu.post(draft, {"revision": in_work().revision, "submit": "1"}).status_code == 302
    assert lu.post(draft, {"revision": in_work().revision, "publish": "1"}).status_code == 422
    assert kong.post(draft, {"revision": in_work().revision, "publish": "1"}).status_code == 302
    assert "已入册" in page(mei, of(row))
    assert f"随版本 {Batch.objects.get().version[:8]} 起用" in page(he, of(made))

    watch.move_to(liuxi.FRIDAY + timedelta(days=3))
    assert "独居老人上门看望" in page(he, "/desk/new")
    lon, lat = liuxi.INSIDE
    said = {"text": "没有人应门。", "item": "J66", "lon": lon, "lat": lat, "reporting": "anonymous"}
    assert he.post("/desk/new", said).status_code == 302
    number = Matter.objects.get().number
    assert he.post(f"/desk/m/{number}/step/accept", {"moved": "0"}).status_code == 302
    assert Matter.objects.get().desk == f"worker@{liuxi.GRID}"
    assert f'href="/desk/m/{number}' in unquote(page(sit("lin"), "/desk"))


def test_before_it_is_listed_it_is_told_how_to_apply(sit: Sit) -> None:
    lon, lat = liuxi.INSIDE
    said = {"text": "没有人应门。", "item": "J66", "lon": lon, "lat": lat, "reporting": "anonymous"}
    answer = sit("he").post("/desk/new", said)
    assert answer.status_code == 422
    assert "请承办部门先在“准入”页申请" in answer.content.decode()
    assert not Matter.objects.exists()


def test_what_only_a_grid_could_do_is_not_offered_outside_the_catalogue(db: None) -> None:
    with clock.fixed(liuxi.FRIDAY):
        world = jianghai.build(model=with_others())
        body = page(signed_in(world.accounts["he"]), "/desk/new")
    liuxi.forget()
    assert "代收材料" in body
    assert "发放宣传品" not in body


def test_what_lacks_is_told_at_its_field_and_nothing_typed_is_lost(sit: Sit) -> None:
    body = press(sit("mei"), NEW, 422, **{**TYPED, "law": "", "load": "很多"}, send="1")
    assert re.search(r'data-field="load".*?请写成数字', body, re.DOTALL)
    assert re.search(r'f wrong"\s*data-field="law".*?请写明依据', body, re.DOTALL)
    body = press(sit("mei"), NEW, 422, **{**TYPED, "law": "", "length": "三天"}, send="1")
    assert re.search(r'f wrong"\s*data-field="law".*?请写明依据', body, re.DOTALL)
    assert re.search(r'f wrong"\s*data-field="length".*?请写成', body, re.DOTALL)
    assert "民政所教半天" in body
    assert not Application.objects.exists()


def test_what_is_not_whole_is_kept_and_sent_later(sit: Sit) -> None:
    mei = sit("mei")
    press(mei, NEW, name="看望老人", in_grid="yes", save="1")
    row = Application.objects.get()
    assert row.state == "begun"
    assert "还不能送审" in press(mei, of(row), 422, send="1")
    assert "看望老人" in page(mei, f"{of(row)}/change")
    press(mei, f"{of(row)}/change", **TYPED, send="1")
    assert Application.objects.get().state == "sent"


def test_the_same_form_pressed_twice_is_one_application(sit: Sit) -> None:
    mei = sit("mei")
    found = re.search(r'name="key" value="([^"]+)"', page(mei, NEW))
    assert found is not None
    for _n in range(2):
        press(mei, NEW, **TYPED, save="1", key=found[1])
    assert Application.objects.count() == 1


def test_withdrawing_undoes_what_was_sent(corner: liuxi.World, sit: Sit) -> None:
    row = sent(corner)
    assert "撤回" in page(sit("an"), of(row))
    press(sit("an"), of(row), withdraw="1")
    assert Application.objects.get().state == "withdrawn"
    assert 'name="withdraw"' not in page(sit("an"), of(row))
    press(sit("an"), of(row), 409, withdraw="1")


def test_neither_the_page_nor_the_button_lets_the_own_side_review(corner: liuxi.World, sit: Sit) -> None:
    """何 wrote it, as if from another post: the page says that somebody else reviews, and the button is refused."""
    row = sent(corner)
    Application.objects.filter(id=row.id).update(begun_by=corner.accounts["he"])
    shown = page(sit("he"), of(row))
    assert "要由另一个人审核" in shown
    assert 'name="admit"' not in shown
    for said in ({"admit": "1", **REVIEW}, {"back": "1", "reason": "请补充"}):
        assert "要由另一个人审核" in press(sit("he"), of(row), 403, **said)
    assert Application.objects.get().state == "sent"
    press(sit("wu"), of(row), admit="1", **REVIEW)
    assert Application.objects.get().state == "admitted"


def test_a_reason_that_lacks_is_told_at_its_head(corner: liuxi.World, sit: Sit) -> None:
    row = sent(corner)
    body = press(sit("he"), of(row), 422, **{**REVIEW, "money": ""}, admit="1")
    assert re.search(r'head wrong" data-field="money".*?为什么行', body, re.DOTALL)
    body = press(sit("he"), of(row), 422, **{**REVIEW, "stands_load": "no"}, admit="1")
    assert re.search(r'head wrong" data-field="load".*?就不能准入', body, re.DOTALL)
    body = press(sit("he"), of(row), 422, back="1", reason="")
    assert "请写明要补充什么" in body
    press(sit("he"), of(row), **{**REVIEW, "stands_load": "no"}, refuse="1")
    assert Application.objects.get().state == "refused"


def test_the_second_reviewer_is_told_and_sees_how_it_stands(corner: liuxi.World, sit: Sit) -> None:
    row = sent(corner)
    press(sit("he"), of(row), admit="1", **REVIEW)
    body = press(sit("wu"), of(row), 409, refuse="1", **REVIEW, revision=row.revision)
    assert "准入，待入册" in body
    assert Application.objects.get().decided_by == corner.accounts["he"]


def test_hidden_and_unknown_look_the_same(corner: liuxi.World, sit: Sit) -> None:
    draft, there = begun(corner), sent(corner, name="养老院巡查")
    nothing = f"{HOME}/{applying.ids([draft])[0].int % 7:08x}-0000-4000-8000-000000000000"
    for who, hidden in (("he", draft), ("zhu", draft), ("zhu", there)):
        for way in ("", "/change"):
            one, other = page(sit(who), of(hidden) + way, 404), page(sit(who), nothing + way, 404)
            assert "没有这份申请" in one
            assert "没有这份申请" in other
            assert hidden.name not in one
            assert hidden.name not in page(sit(who), HOME) + page(sit(who), f"{HOME}?tab=decided")


def test_who_has_no_part_in_it_has_no_door(corner: liuxi.World, sit: Sit) -> None:
    row = batch(corner, admitted(corner))
    for who in ("lin", "tang", "lu"):
        assert 'href="/desk/admission"' not in page(sit(who), "/desk")
        for path in (HOME, NEW, GATHER, of(row)):
            page(sit(who), path, 403)
    for who in ("mei", "he"):
        assert 'href="/desk/admission"' in page(sit(who), "/desk")
    for path in (GATHER,):
        page(sit("mei"), path, 403)
    page(sit("mei"), of(row), 404)
    page(sit("he"), NEW, 403)


def test_the_door_says_how_many_wait(corner: liuxi.World, sit: Sit) -> None:
    def count(who: str) -> list[str]:
        return re.findall(
            r'href="/desk/admission".*?</svg>准入(?:<span class="c">(\d+)</span>)?', page(sit(who), "/desk")
        )

    row = sent(corner)
    assert (count("he")[0], count("mei")[0]) == ("1", "")
    press(sit("he"), of(row), back="1", reason="请补充")
    assert (count("he")[0], count("mei")[0]) == ("", "1")


def test_a_batch_is_changed_undone_and_told_of_somebody_elses_draft(corner: liuxi.World, sit: Sit) -> None:
    one, other = admitted(corner), admitted(corner, name="养老院巡查")
    he = sit("he")
    assert "选的申请里有的" not in page(he, GATHER)
    assert "请至少选一份申请" in press(he, GATHER, 422, name="第三批", since="2026-11-23")
    assert "请写成 2026-11-20" in press(he, GATHER, 422, name="第三批", since="明天", chosen=str(one.id))
    assert "已经有“第一批”了" in press(he, GATHER, 422, name="第一批", since="2026-11-23", chosen=str(one.id))
    press(he, GATHER, name="第三批", since="2026-11-23", chosen=str(one.id))
    made = Batch.objects.get()
    press(he, of(made), save="1", name="冬季批", since="2026-11-24", chosen=[str(one.id), str(other.id)])
    assert "冬季批" in page(he, of(made))
    draft = drafting.begin_draft(corner.model.version, by=corner.clerk("lu"), at=clock.now())
    assert "陆样本正在改治理模型的草稿" in press(he, of(made), 409, write="1")
    assert in_work() == draft
    press(he, of(made), dissolve="1")
    assert {row.batch for row in Application.objects.all()} == {None}


def test_an_item_is_taken_out(corner: liuxi.World, sit: Sit) -> None:
    press(sit("zhu"), f"{NEW}?leaves=1", **GOES, send="1")
    offered = re.findall(r'<option value="(J\d+)"', page(sit("zhu"), f"{NEW}?leaves=1"))
    assert {"J02", "J06"} <= set(offered)
    assert "J03" not in offered
    row = Application.objects.get()
    shown = page(sit("he"), of(row))
    assert "谁的事" not in shown
    assert "出册：租住安全提示" in shown
    assert re.findall(r"<legend>([^<]+)</legend>", shown) == ["为什么出册", "以后谁办", "经费"]
    assert "同意出册" in shown
    assert "留在册里" in shown
    assert "准入</button>" not in shown
    press(sit("he"), of(row), admit="1", **LET_GO)
    assert "同意，待出册" in page(sit("zhu"), of(row))
    press(sit("he"), GATHER, name="第三批", since="2026-11-23", chosen=str(row.id))
    assert "去掉事项「J02 租住安全提示」" in page(sit("he"), of(Batch.objects.get()))


@pytest.mark.parametrize("path", [HOME, f"{HOME}?tab=decided", f"{HOME}?tab=batches", GATHER, NEW])
def test_pages_speak_english(corner: liuxi.World, sit: Sit, path: str) -> None:
    client = sit("mei" if path == NEW else "he")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    body = page(client, path)
    text = re.sub(r"<[^>]+>", "", body[body.index("<main") : body.index("</main>")])
    assert not re.findall(r"[一-鿿]{2,}", text.replace("第三批", "")), re.findall(r"[一-鿿]{2,}", text)


def test_a_model_without_admission_has_no_such_page(db: None) -> None:
    with clock.fixed(liuxi.FRIDAY):
        world = liuxi.build("live")
        for who in ("he", "zhu"):
            client = signed_in(world.accounts[who], raise_request_exception=False)
            for path in (
                HOME,
                NEW,
                GATHER,
                f"{HOME}/batch/{world.units['grid']}",
                f"{HOME}/{world.units['grid']}",
            ):
                page(client, path, 404)
            assert 'href="/desk/admission"' not in page(client, "/desk")
    liuxi.forget()
