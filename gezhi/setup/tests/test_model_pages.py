"""The model of 柳溪 is changed on its pages: by one who drafts and another who publishes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gezhi.jobs.loops import clock_beats, sender_beats
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.clock import Fixed
from gezhi.ledger.models import Entry
from gezhi.matters import drafts, editions
from gezhi.matters.drafts import Draft
from gezhi.matters.services.editions import adopt
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.people import services as staff
from gezhi.people.models import Account
from gezhi.people.tests.browsing import signed_in
from gezhi.reporting import trying
from gezhi.rules.edits import with_change
from gezhi.rules.texts import holding_from, read, texts_of_model

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
DRAFT, CHANGE, TEXT = "/setup/model/draft", "/setup/model/draft/change", "/setup/model/draft/text"
ANSWER = f"{CHANGE}?thing=promise&code=main.answer"


@pytest.fixture
def world(db: None) -> Iterator[liuxi.World]:
    """The corner with lu, who administers the system, and kong, who administers its security."""
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        made = liuxi.build("live")
        for sign_in, name, post in (("lu", "陆样本", "system_admin"), ("kong", "孔样本", "security_admin")):
            made.accounts[sign_in] = staff.make_account(sign_in, name, "", by=HOUSE, at=liuxi.FRIDAY)
            Account.objects.filter(sign_in=sign_in).update(password=make_password("柳溪-绿荫-2026"))
            wanted = staff.Appointment(
                account=made.accounts[sign_in],
                post=post,
                unit=made.units["county"],
                from_on=liuxi.BEGAN,
                note="示例：早就在任",
            )
            staff.appoint(wanted, made.model, by=HOUSE, at=liuxi.FRIDAY)
        yield made
    liuxi.forget()


@pytest.fixture
def watch(world: liuxi.World) -> Iterator[Fixed]:
    with clock.fixed(liuxi.FRIDAY) as watch:
        yield watch


@pytest.fixture
def lu(world: liuxi.World) -> Client:
    return signed_in(world.accounts["lu"])


@pytest.fixture
def kong(world: liuxi.World) -> Client:
    return signed_in(world.accounts["kong"])


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def post(client: Client, path: str, status: int = 302, **said: object) -> str:
    """Press something on the draft as it is now, unless a revision is given."""
    draft = drafts.in_work(clock.today())
    answer = client.post(path, {"revision": draft.revision if draft else "", **said})
    assert answer.status_code == status, (
        path,
        answer.status_code,
        re.findall(r"(?:没有做|Not done)</b>([^<]*)", answer.content.decode()),
    )
    return answer.content.decode()


def draft_now() -> Draft:
    found = drafts.in_work(clock.today())
    assert found is not None
    return found


def slower(client: Client) -> None:
    """A draft in which an answer may take two working days."""
    post(client, DRAFT, begin="1")
    post(client, ANSWER, length="2工作日", basis="县里新规定")


def answer_length(on: date) -> object:
    return editions.current(on).flows["main"].promise["answer"].length


def test_from_reading_to_its_first_day(lu: Client, kong: Client, watch: Fixed) -> None:
    page = text(lu, "/setup/model")
    assert "南陵县全科网格" in page
    assert "楼道杂物堆放" in page
    assert "起草修改" in page
    slower(lu)
    page = text(lu, DRAFT)
    assert "「答复」的时限由1工作日改为2工作日" in page
    assert "孔样本（安全管理员）" in page
    assert "陆样本（系统管理员）" not in page
    assert "起草修改" not in text(kong, "/setup/model")
    post(lu, DRAFT, submit="1", since="2026-11-23")
    assert "您自己提交的" in text(lu, DRAFT)
    page = text(kong, DRAFT)
    assert "「答复」的时限由1工作日改为2工作日" in page
    assert 'name="publish"' in page
    post(kong, DRAFT, publish="1")
    assert (answer_length(TODAY), answer_length(MONDAY)) == ("1工作日", "2工作日")
    assert "2026-11-23 起用新的一版" in text(lu, "/setup/model")
    watch.move_to(liuxi.FRIDAY + timedelta(days=3))
    page = text(lu, "/setup/model")
    assert "起草修改" in page
    assert "陆样本，孔样本" in page


def test_one_person_does_not_do_both(lu: Client, world: liuxi.World, watch: Fixed) -> None:
    slower(lu)
    post(lu, DRAFT, submit="1")
    assert "要由另一个人发布" in post(lu, DRAFT, 422, publish="1")
    assert answer_length(MONDAY) == "1工作日"
    Account.objects.filter(sign_in="kong").update(is_active=False)
    people_changed()
    assert "现在没有第二个人能发布" in text(lu, DRAFT)


def people_changed() -> None:
    from gezhi.ledger import instance

    instance.bump()


def test_undone_until_its_day_and_not_after(lu: Client, kong: Client, watch: Fixed) -> None:
    slower(lu)
    post(lu, DRAFT, submit="1", since="2026-11-23")
    post(kong, DRAFT, publish="1")
    seen = draft_now().revision
    post(lu, DRAFT, withdraw="1")
    assert answer_length(MONDAY) == "1工作日"
    assert "「答复」的时限由1工作日改为2工作日" in text(lu, DRAFT)
    post(lu, DRAFT, submit="1")
    post(kong, DRAFT, publish="1")
    watch.move_to(liuxi.FRIDAY + timedelta(days=3))
    answer = kong.post(
        DRAFT, {"withdraw": "1", "revision": seen, "version": editions.current(MONDAY).version}
    )
    assert answer.status_code == 422
    assert "已经生效" in answer.content.decode()
    assert answer_length(MONDAY) == "2工作日"


def test_going_back_to_an_older_version_from_the_list(lu: Client, kong: Client, watch: Fixed) -> None:
    older = editions.current(TODAY).version
    slower(lu)
    post(lu, DRAFT, submit="1", since="2026-11-20")
    post(kong, DRAFT, publish="1")
    assert answer_length(TODAY) == "2工作日"
    page = text(lu, "/setup/model")
    assert f'value="{older}"' in page
    post(lu, DRAFT, begin="1", origin=older)
    assert "「答复」的时限由2工作日改为1工作日" in text(lu, DRAFT)
    post(lu, DRAFT, submit="1", since="2026-11-20")
    post(kong, DRAFT, publish="1")
    assert answer_length(TODAY) == "1工作日"
    post(lu, DRAFT, 422, begin="1", origin="0123456789abcdef")


def test_whoever_comes_second_is_told_and_keeps_what_was_typed(lu: Client, watch: Fixed) -> None:
    post(lu, DRAFT, begin="1")
    seen = draft_now()
    post(lu, ANSWER, length="2工作日", basis="本地")
    page = post(lu, f"{TEXT}?which=items", 409, revision=seen.revision, text="编码,名称\nX,我写的")
    assert "X,我写的" in page
    assert "陆样本" in page
    assert "X,我写的" not in draft_now().texts.items
    post(lu, ANSWER, 409, revision=seen.revision, length="3工作日", basis="本地")
    assert read(draft_now().texts).model.flows["main"].promise["answer"].length == "2工作日"
    post(lu, DRAFT, 409, revision=seen.revision, submit="1")
    assert "只有一份" in post(lu, DRAFT, 409, begin="1")


def test_what_is_wrong_is_told_at_its_line_and_not_submitted(lu: Client, watch: Fixed) -> None:
    post(lu, DRAFT, begin="1")
    toml = draft_now().texts.toml
    number = next(n for n, line in enumerate(toml.splitlines(), 1) if line.startswith("town = "))
    broken = toml.replace('under = "county"', 'under = "couty"', 1)
    post(lu, TEXT, text=broken.replace("\n", "\r\n"))
    page = text(lu, TEXT)
    assert f'<li id="l{number}" class="wrong">' in page
    assert "couty" in page
    assert "草稿的文字还读不懂" in text(lu, DRAFT)
    assert lu.get(ANSWER).url == DRAFT  # a form needs a model
    unheld = toml.replace('held_by = ["centre"] }', "held_by = [] }", 1)
    post(lu, TEXT, text=unheld)
    page = text(lu, DRAFT)
    assert "改好才能提交" in page
    assert "怎样改" in page
    assert re.search(r"submit\" value=\"1\" disabled", page)
    assert "改好才能提交" in post(lu, DRAFT, 422, submit="1")
    post(lu, TEXT, text=toml)
    assert "没有卡住的" in text(lu, DRAFT)


def test_every_common_change_has_its_form(lu: Client, watch: Fixed) -> None:
    post(lu, DRAFT, begin="1")
    said = {
        "item&code=N01": {
            "name": "楼道堆物",
            "english": "",
            "handler": "县住建局",
            "grade": "urgent",
            "length": "1日",
            "evidence": "照片",
        },
        "department&code=housing": {"name": "县住房局", "english": "", "level": "town"},
        "post&code=town_desk": {"name": "镇网格中心", "english": ""},
        "telling&code=closed": {"text": "编号{number}办完了。"},
        "promise&code=main.sign": {"length.urgent": "15分钟", "length.ordinary": "1工作日", "basis": "本地"},
    }
    for thing, fields in said.items():
        page = text(lu, f"{CHANGE}?thing={thing}")
        assert all(f'name="{name}"' in page for name in fields), thing
        post(lu, f"{CHANGE}?thing={thing}", **fields)
    model = read(draft_now().texts).model
    item = model.items["N01"]
    assert (item.name, item.handler, item.grade, item.length) == (
        "楼道堆物",
        "department:housing",
        "urgent",
        "1日",
    )
    assert (model.departments["housing"].name, model.departments["housing"].level) == ("县住房局", "town")
    assert model.posts["town_desk"].name == "镇网格中心"
    assert model.tellings["closed"].text == "编号{number}办完了。"
    assert model.flows["main"].promise["sign"].length == {"urgent": "15分钟", "ordinary": "1工作日"}
    assert "「楼道堆物」" in text(lu, DRAFT)


def test_a_form_refuses_what_is_no_length_and_keeps_it_on_the_page(lu: Client, watch: Fixed) -> None:
    post(lu, DRAFT, begin="1")
    page = post(lu, ANSWER, 422, length="三天半", basis="本地")
    assert 'value="三天半"' in page
    assert "不是时限" in page or "时限" in page
    assert text(lu, f"{CHANGE}?thing=post&code=nobody", 404)
    assert text(lu, f"{CHANGE}?thing=duty&code=verify", 404)


def test_a_form_saved_as_it_was_changes_nothing(lu: Client, watch: Fixed) -> None:
    post(lu, DRAFT, begin="1")
    before = draft_now()
    post(lu, ANSWER, length="1工作日", basis="示例")
    assert draft_now() == before
    assert "没有改动：答复" in text(lu, "/setup/model?of=draft")


def test_files_are_taken_as_they_come_and_given_back(lu: Client, watch: Fixed) -> None:
    post(lu, DRAFT, begin="1")
    items = draft_now().texts.items.replace("楼道杂物堆放", "楼道堆物")
    file = SimpleUploadedFile("items.csv", items.encode("gb18030"))
    post(lu, TEXT, upload="1", files=file)
    assert read(draft_now().texts).model.items["N01"].name == "楼道堆物"
    answer = lu.get("/setup/model/draft/file", {"which": "items"})
    assert answer.content.decode("utf-8-sig") == items
    post(lu, TEXT, 422, upload="1", files=SimpleUploadedFile("方案.docx", b"x"))
    post(lu, TEXT, 422, upload="1")


def test_the_draft_is_tried_on_this_month(lu: Client, kong: Client, world: liuxi.World, watch: Fixed) -> None:
    open_matter(Report(text="路灯不亮", item="N12"), by=world.clerk())
    post(lu, DRAFT, begin="1")
    post(lu, f"{CHANGE}?thing=promise&code=main.triage", length="15分钟", basis="本地")
    watch.move_to(liuxi.FRIDAY + timedelta(hours=1))
    assert "拿过去的事项试一试" in text(kong, DRAFT)
    post(kong, DRAFT, **{"try": "1", "month": "this"})
    page = text(lu, DRAFT)
    assert "登记的 1 件，试了 1 件" in page
    assert re.search(r"原来按时、换了会超期</td><td[^>]*>1</td>", page)
    post(lu, DRAFT, **{"try": "1", "month": "last"})
    assert "没有登记事项" in text(lu, DRAFT)


def press(name: str) -> int:
    """One call of a beat of the loops, by its name."""
    (beat,) = [one for one in (*clock_beats(), *sender_beats()) if one.name == name]
    return beat.act(clock.now())


def test_a_large_trial_goes_on_in_the_loop(
    lu: Client, world: liuxi.World, watch: Fixed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "PAGE", 1)
    for _n in range(3):
        open_matter(Report(text="路灯不亮", item="N12"), by=world.clerk())
    slower(lu)
    post(lu, DRAFT, **{"try": "1", "month": "this"})
    page = text(lu, DRAFT)
    assert "正在试：3 件里试了 1 件" in page
    assert 'data-again="' in page
    assert (press("try_models"), press("try_models")) == (1, 0)
    page = text(lu, DRAFT)
    assert "登记的 3 件，试了 3 件" in page
    assert 'data-again="' not in page


def test_the_loop_notes_the_first_day_once(lu: Client, kong: Client, watch: Fixed) -> None:
    slower(lu)
    post(lu, DRAFT, submit="1", since="2026-11-23")
    post(kong, DRAFT, publish="1")
    assert press("begin_editions") == 0
    watch.move_to(liuxi.FRIDAY + timedelta(days=3))
    assert answer_length(MONDAY) == "2工作日"  # whether the loop ran or not
    assert (press("begin_editions"), press("begin_editions")) == (1, 0)
    assert Entry.objects.filter(what="model.began").count() == 1


def test_only_the_two_offices_come_here(world: liuxi.World, lu: Client, kong: Client, watch: Fixed) -> None:
    clerk = signed_in(world.accounts["he"])
    for path in ("/setup/model", DRAFT, TEXT, ANSWER, "/setup/model/book", "/setup/model/draft/file"):
        assert clerk.get(path).status_code == 403, path
        assert clerk.post(path).status_code == 403, path
    assert kong.get("/setup/workbook").status_code == 403
    assert kong.get("/setup").url == "/setup/model"
    assert post(kong, DRAFT, 403, begin="1")
    slower(lu)
    post(kong, ANSWER, 422, length="9工作日", basis="本地")
    assert read(draft_now().texts).model.flows["main"].promise["answer"].length == "2工作日"
    assert "记进草稿" not in text(kong, ANSWER)


def test_the_book_is_served_under_its_own_policy(lu: Client, watch: Fixed) -> None:
    answer = lu.get("/setup/model/book")
    assert 'id="promises-main"' in answer.content.decode()
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    post(lu, DRAFT, begin="1")
    post(lu, f"{CHANGE}?thing=post&code=town_desk", name="镇网格中心", english="")
    assert "镇网格中心" in text(lu, "/setup/model/book?of=draft")
    assert "镇网格中心" not in text(lu, "/setup/model/book")


def test_a_change_by_workbook_meanwhile_is_told(lu: Client, watch: Fixed) -> None:
    slower(lu)
    texts = with_change(texts_of_model(editions.current(TODAY)), "post", ("centre",), {"name": "县网格中心"})
    adopt(holding_from(read(texts).model, TODAY), by=HOUSE, at=clock.now())
    page = text(lu, DRAFT)
    assert "现在用的一版变了" in page
    assert "改名为「网格管理中心」" in page  # what others changed would go back
    post(lu, DRAFT, 409, submit="1")
    post(lu, DRAFT, compare="1")
    post(lu, DRAFT, submit="1")


def test_what_a_workbook_brought_is_withdrawn_here(lu: Client, kong: Client, watch: Fixed) -> None:
    texts = with_change(texts_of_model(editions.current(TODAY)), "post", ("centre",), {"name": "县网格中心"})
    later = adopt(holding_from(read(texts).model, MONDAY), by=HOUSE, at=clock.now())
    assert "是工作簿带来的" in text(kong, "/setup/model")
    post(lu, DRAFT, 409, begin="1")
    post(kong, DRAFT, withdraw="1", version=later.version)
    assert editions.current(MONDAY).posts["centre"].name == "网格管理中心"


def test_a_day_is_kept_and_a_past_one_refused(lu: Client, watch: Fixed) -> None:
    slower(lu)
    post(lu, DRAFT, day="1", since="2026-12-01")
    assert draft_now().since == date(2026, 12, 1)
    assert "不能在今天以前" in post(lu, DRAFT, 422, day="1", since="2026-11-01")
    page = post(lu, DRAFT, 422, day="1", since="明天")
    assert "这样的日期" in page
    post(lu, DRAFT, drop="1")
    assert "起草修改" in text(lu, DRAFT)


def test_the_pages_stand_in_english(lu: Client, kong: Client, watch: Fixed) -> None:
    lu.cookies["gezhi_language"] = kong.cookies["gezhi_language"] = "en"
    slower(lu)
    open_pages = [text(lu, path) for path in ("/setup/model", "/setup/model?of=draft", DRAFT, TEXT, ANSWER)]
    post(lu, DRAFT, submit="1")
    for page in (*open_pages, text(kong, DRAFT), text(lu, DRAFT)):
        main = re.sub(r"<textarea.*?</textarea>|<input[^>]*>", "", page[page.index("<main") :], flags=re.S)
        words = re.sub(r"<[^>]+>", " ", main)
        assert not re.search("草稿|提交|发布|起草|检查|没有卡住|这里|分部分", words)
