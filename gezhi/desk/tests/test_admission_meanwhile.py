"""准入 where something is in the way: two at one application, what was sent back, the first field to mend, the next batch."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from gezhi.ledger import clock
from gezhi.matters.models import Application, Batch
from gezhi.matters.services import drafting
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.applying import admitted, begun, drafted, in_work, sent

from .test_admission_pages import GATHER, HOME, NEW, REVIEW, TYPED, Sit, of, page, press
from .test_admission_pages import corner as corner
from .test_admission_pages import sit as sit

pytestmark = pytest.mark.django_db
OWN = REVIEW | {"basis": "我核过条文，写到条了。", "stands_load": "no", "load": "一格三十件，接不住。"}


def plain(body: str) -> str:
    """The words of the main part."""
    main = body[body.index("<main") : body.index("</main>")]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", main))


def wrongs(body: str) -> list[str]:
    """Where the links above the form lead to, from the top down."""
    return re.findall(r'<li><a href="#([\w-]+)">', body)


def cursor(body: str) -> list[str]:
    """What has the cursor: the ids of fields that ask for it."""
    tags = re.findall(r"<(?:input|textarea|select)\b[^>]*\bautofocus\b[^>]*>", body)
    return [re.search(r'\bid="([^"]+)"', tag)[1] for tag in tags]  # type: ignore[index]  # each has one


def test_the_words_of_the_second_reviewer_are_kept(corner: liuxi.World, sit: Sit) -> None:
    row = sent(corner)
    press(sit("he"), of(row), admit="1", **REVIEW)
    body = press(sit("wu"), of(row), 409, refuse="1", **OWN, revision=row.revision)
    assert "这份申请在您看的时候变了" in body
    assert re.search(r"何样本（智慧网格中心）：审核同意", plain(body))
    assert "准入，待入册" in body
    assert "刚才写下的，没有用上" in body
    for head, words in (("依据（行）", OWN["basis"]), ("工作量（不行）", OWN["load"])):
        assert re.search(rf"{head}</label><textarea[^>]*readonly>{words}<", body)
    for button in ("admit", "refuse", "back"):
        assert f'name="{button}"' not in body
    assert Application.objects.get().decided_by == corner.accounts["he"]


def test_what_can_still_be_decided_keeps_its_form(corner: liuxi.World, sit: Sit) -> None:
    """Sent back, mended and sent again meanwhile: the form stands with what was typed, under the new revision."""
    row = sent(corner)
    press(sit("he"), of(row), back="1", reason="每月多少件？")
    press(sit("mei"), f"{of(row)}/change", **{**TYPED, "per_grid": "2"}, send="1")
    body = press(sit("wu"), of(row), 409, refuse="1", **OWN, revision=row.revision)
    assert "您写的还在下面" in body
    assert "没有用上" not in body
    assert OWN["load"] in body
    found = re.search(r'name="revision" value="(\d+)"', body)
    assert found is not None
    press(sit("wu"), of(row), refuse="1", **OWN, revision=found[1])
    assert Application.objects.get().state == "refused"


def test_of_two_who_write_at_one_desk_the_second_keeps_the_words(corner: liuxi.World, sit: Sit) -> None:
    row = begun(corner)
    change = f"{of(row)}/change"
    press(sit("mei"), change, **{**TYPED, "law": "梅写的依据。"}, save="1")
    body = press(sit("an"), change, 409, **{**TYPED, "law": "安写的依据。"}, save="1", revision=row.revision)
    assert re.search(r"梅样本（[^）]+）：修改", plain(body))
    assert "安写的依据。" in body
    assert "依据现在存的是：梅写的依据。" in plain(body)
    assert Application.objects.get().law == "梅写的依据。"
    press(sit("mei"), of(row), send="1")
    for said in ({"save": "1"}, {"send": "1"}):
        body = press(
            sit("an"), change, 409, **{**TYPED, "law": "安写的依据。"}, **said, revision=row.revision
        )
        assert re.search(r"依据</label><textarea[^>]*readonly>安写的依据。<", body)
        assert "：送去审核" in plain(body)
        assert 'name="save"' not in body


def test_a_batch_that_was_changed_says_by_whom(corner: liuxi.World, sit: Sit) -> None:
    row = admitted(corner)
    press(sit("he"), GATHER, name="第三批", since="2026-11-23", chosen=str(row.id))
    made = Batch.objects.get()
    press(sit("he"), of(made), save="1", name="冬季批", since="2026-11-24", chosen=str(row.id))
    said = {"save": "1", "name": "吴起的名称", "since": "2026-11-25", "chosen": str(row.id)}
    body = press(sit("wu"), of(made), 409, **said, revision=made.revision)
    assert "何样本（智慧网格中心）：改批次" in plain(body)
    assert 'value="吴起的名称"' in body
    press(sit("he"), of(made), write="1")
    body = press(sit("wu"), of(made), 409, **said, revision=made.revision)
    assert 'name="save"' not in body


def test_what_was_sent_back_is_not_sent_again_as_it_was(corner: liuxi.World, sit: Sit) -> None:
    row = sent(corner)
    press(sit("he"), of(row), back="1", reason="每月多少件，怎么算的？")
    body = press(sit("mei"), of(row), 422, send="1")
    assert "退回时要补充的是「每月多少件，怎么算的？」" in plain(body)
    assert (wrongs(body), cursor(body)) == (["id_answer"], ["id_answer"])
    stored = Application.objects.get()
    same = {name: str(getattr(stored, name)) for name in TYPED if name != "in_grid"} | {"in_grid": "yes"}
    body = press(sit("mei"), f"{of(row)}/change", 422, **same, english=stored.english, send="1")
    assert "还没有送审" in body
    assert f'href="{of(row)}#id_answer"' in body
    press(sit("mei"), of(row), answer="照去年的台账算的。", send="1")
    shown = plain(page(sit("he"), of(row)))
    assert "上次退回时要补充的每月多少件，怎么算的？没有改，答复照去年的台账算的。" in shown


def test_an_answer_is_not_asked_of_what_was_never_sent_back(corner: liuxi.World, sit: Sit) -> None:
    row = begun(corner)
    assert 'name="answer"' not in page(sit("mei"), of(row))


def test_whoever_sent_it_back_finds_it_again(corner: liuxi.World, sit: Sit) -> None:
    row = sent(corner)
    press(sit("he"), of(row), back="1", reason="每月多少件？")
    assert row.name in page(sit("wu"), f"{HOME}?tab=decided")
    assert row.name not in page(sit("mei"), f"{HOME}?tab=decided")
    assert "退回去补充了，等申请的部门再送" in page(sit("wu"), of(row))
    assert "退回来了，要补充" in page(sit("mei"), of(row))


def test_the_first_wrong_field_of_the_page_has_the_cursor(corner: liuxi.World, sit: Sit) -> None:
    said = {**TYPED, "name": "", "length": "三天", "law": "", "load": "很多"}
    body = press(sit("mei"), NEW, 422, **said, send="1")
    assert wrongs(body) == ["id_name", "id_length", "id_law", "id_load"]
    assert cursor(body) == ["id_name"]
    for anchor in wrongs(body):
        assert f'id="{anchor}"' in body
    body = press(sit("zhu"), f"{NEW}?leaves=1", 422, code="", law="", send="1")
    assert wrongs(body) == ["id_code", "id_law", "id_task", "id_money"]
    assert cursor(body) == ["id_code"]


def test_at_a_head_without_a_verdict_the_cursor_is_at_the_verdict(corner: liuxi.World, sit: Sit) -> None:
    row = sent(corner)
    said = {**REVIEW, "money": ""}
    del said["stands_training"]
    body = press(sit("he"), of(row), 422, **said, admit="1")
    assert wrongs(body) == ["id_money", "id_stands_training"]
    assert cursor(body) == ["id_money"]
    del said["stands_money"]
    body = press(sit("he"), of(row), 422, **said, admit="1")
    assert cursor(body) == ["id_stands_money"]
    assert 'id="id_stands_money"' in body


def test_the_next_batch_stands_on_the_edition_that_waits(corner: liuxi.World, sit: Sit) -> None:
    drafted(corner, admitted(corner))
    draft = drafting.submit_draft(in_work(), by=corner.clerk("lu"), at=clock.now())
    drafting.publish_draft(draft, by=corner.clerk("bai"), at=clock.now())
    row, he = admitted(corner, name="养老院巡查"), sit("he")
    shown = page(he, GATHER)
    assert 'value="第四批"' in shown
    assert 'value="2026-11-24"' in shown
    early = press(he, GATHER, 422, name="第四批", since="2026-11-22", chosen=str(row.id))
    assert (wrongs(early), cursor(early)) == (["id_since"], ["id_since"])
    press(he, GATHER, name="第四批", since="2026-11-24", chosen=str(row.id))
    made = Batch.objects.get(state="open")
    shown = page(he, of(made))
    assert "新增事项「J67 养老院巡查」" in shown
    assert "项数由66改为67" in shown
    assert "照 2026-11-23 起用的一版算" in shown
    assert "到那天才能写进草稿" in shown
    assert 'name="write"' not in shown


def test_a_batch_from_before_the_edition_that_waits_asks_for_another_day(
    corner: liuxi.World, sit: Sit
) -> None:
    row = admitted(corner, name="养老院巡查")
    press(sit("he"), GATHER, name="冬季批", since="2026-11-21", chosen=str(row.id))
    made = Batch.objects.get()
    drafted(corner, admitted(corner))
    draft = drafting.submit_draft(in_work(), by=corner.clerk("lu"), at=clock.now())
    drafting.publish_draft(draft, by=corner.clerk("bai"), at=clock.now())
    assert "日子排在下一版以前" in page(sit("he"), of(made))


@pytest.mark.parametrize("who", ["he", "mei"])
def test_what_waits_is_said_on_the_first_page(corner: liuxi.World, sit: Sit, who: str) -> None:
    """On a phone the door of admission stands in the menu: the number is read where everybody begins."""
    row = sent(corner)
    told = {"he": "1 份准入申请等我审核", "mei": "1 份准入申请退回来等我们补充"}
    if who == "mei":
        press(sit("he"), of(row), back="1", reason="请补充")
    shown = page(sit(who), "/desk")
    assert told[who] in shown
    menu = shown[shown.index('class="sheet"') : shown.index("</header>")]
    assert re.search(r'href="/desk/admission">.*?准入<span class="c">1</span>', menu, re.DOTALL)
    other = page(sit("mei" if who == "he" else "he"), "/desk")
    assert "份准入申请" not in other
    assert "份准入申请" not in page(sit("lin"), "/desk")


def test_what_is_told_in_english_is_english(corner: liuxi.World, sit: Sit) -> None:
    row = sent(corner)
    he, wu, mei = sit("he"), sit("wu"), sit("mei")
    for client in (he, wu, mei):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    press(he, of(row), back="1", reason="please")
    bodies = [press(mei, of(row), 422, send="1"), page(mei, "/desk"), page(mei, f"{of(row)}/change")]
    press(mei, of(row), answer="as counted", send="1")
    bodies += [page(he, of(row)), press(he, of(row), 422, admit="1")]
    press(he, of(row), admit="1", **dict.fromkeys(("basis", "money", "training", "load"), "well said"),
          **{f"stands_{head}": "yes" for head in ("basis", "money", "training", "load")})  # fmt: skip
    bodies.append(press(wu, of(row), 409, refuse="1", basis="no", revision=row.revision))
    bodies += [page(mei, f"{NEW}?leaves=1"), press(mei, f"{NEW}?leaves=1", 422, send="1")]
    stored = Application.objects.get()
    own = [stored.name, stored.task, stored.law, stored.money, stored.training]
    own += ["何样本", "吴样本", "安样本", "梅样本", "柳溪区"]
    for body in bodies:
        main = body[body.index("<main") : body.index("</main>")]
        text = re.sub(r"<[^>]+>", "", re.sub(r"<option.*?</option>", "", main, flags=re.DOTALL))
        for word in own:
            text = text.replace(word, "")
        assert re.findall(r"[一-鿿]{2,}", text) == []
