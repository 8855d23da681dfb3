"""People and posts on their pages: found, appointed, ended, undone, stood in for; each asked first, then confirmed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.tests import liuxi
from gezhi.people.models import Account, Invitation, Term
from gezhi.people.tests.browsing import signed_in

from .corner import GRID_NAME, OTHER_NAME, TODAY, TOMORROW, Corner, beside, hidden, reasons, sentence
from .corner import corner as corner

pytestmark = pytest.mark.django_db
LATER, DAY = TODAY + timedelta(days=10), timedelta(days=1)
SINCE = "2026年1月1日"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def plain(page: str) -> str:
    """The words of the main part."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def empty_the_other_grid(corner: Corner) -> None:
    """song leaves, and the other grid's post is vacant from today."""
    term = corner.term("song", "grid_worker")
    corner.change(corner.page_of("song"), do="end", term=term.id.hex, end_last=(TODAY - DAY).isoformat())


def test_the_list_shows_who_is_what_and_finds_by_any_word(corner: Corner) -> None:
    page = plain(text(corner.lu, "/setup/staff"))
    assert "林样本 lin 网格员 · 桥东 01 格" in page
    assert "陆样本 lu 系统管理员" in page
    for word in ("林样", "LIN", "网格员", "桥东 01 格", "网格员 01"):
        assert "林样本" in plain(text(corner.lu, f"/setup/staff?q={word}")), word
    assert "林样本" not in plain(text(corner.lu, "/setup/staff?q=住建"))
    assert "没有这样的人" in plain(text(corner.lu, "/setup/staff?q=没有此人"))


def test_pages_of_people_lead_on_and_back(corner: Corner, monkeypatch: pytest.MonkeyPatch) -> None:
    from gezhi.setup.views import staff

    monkeypatch.setattr(staff, "PAGE", 3)
    first = text(corner.lu, "/setup/staff")
    on = re.search(r'href="(\?after=\w+)"', first)
    assert on
    assert 'rel="prev"' not in first
    second = text(corner.lu, f"/setup/staff{on[1]}")
    back = re.search(r'href="(\?before=\w+)"', second)
    assert back
    shown = [re.findall(r"<code>(\w+)</code>", page) for page in (first, second)]
    assert len({*shown[0], *shown[1]}) == 6
    assert re.findall(r"<code>(\w+)</code>", text(corner.lu, f"/setup/staff{back[1]}")) == shown[0]


def test_a_vacancy_says_since_when_who_acts_and_what_waits(corner: Corner) -> None:
    empty_the_other_grid(corner)
    assert "29 个岗位空缺" in plain(text(corner.lu, "/setup/staff"))
    page = text(corner.lu, "/setup/staff?q=02 格")
    line = plain(page)
    assert "空缺，找到 2 个" in line
    assert "网格员 望湖街道桥东社区桥东 02 格 今天起 ·" in line
    assert "接着办" in line
    link = re.search(r'href="(/setup/staff\?seat=post%3Agrid_worker&amp;unit=\w+)"', page)
    assert link
    chosen = text(corner.lu, link[1].replace("&amp;", "&"))
    assert "选一个人，任望湖街道桥东社区桥东 02 格的网格员" in plain(chosen)
    there = re.search(rf'href="(/setup/staff/{corner.who("wu")}\?[^"]+)"', chosen)
    assert there
    form = text(corner.lu, there[1].replace("&amp;", "&"))
    assert f'value="{OTHER_NAME}"' in form
    assert '<option value="post:grid_worker" selected>' in form


def test_waiting_matters_are_counted_beside_the_vacancy(corner: Corner) -> None:
    from gezhi.matters.models import Matter
    from gezhi.matters.services.intake import open_matter
    from gezhi.matters.services.reports import Report

    lon, lat = liuxi.BESIDE
    report = Report(text="路灯不亮", item="N01", lon=lon, lat=lat)
    made = open_matter(report, by=corner.world.clerk("he"))
    desk = f"grid_worker@{liuxi.OTHER}"
    Matter.objects.filter(id=made.id).update(desk=desk)
    ask = corner.ask(
        corner.page_of("song"),
        do="end",
        term=corner.term("song", "grid_worker").id.hex,
        end_last=(TODAY - DAY).isoformat(),
    )
    assert "现在有 1 件在这个岗位等" in plain(ask)
    empty_the_other_grid(corner)
    assert "1 件在等" in plain(text(corner.lu, "/setup/staff"))


def test_an_appointment_is_shown_first_and_written_when_it_is_confirmed(corner: Corner) -> None:
    said = {"do": "appoint", "seat": "post:grid_worker", "unit": "桥东 02 格", "from_on": LATER.isoformat()}
    ask = corner.ask(corner.page_of("lin"), **said)
    assert sentence(ask) == "11月30日（周一）起，林样本是望湖街道桥东社区桥东 02 格的网格员。"
    assert Term.objects.filter(account=corner.who("lin")).count() == 1
    status, page = corner.confirm(corner.page_of("lin"), ask)
    assert status == 200
    assert "任命已登记" in plain(page)
    term = corner.term("lin", "grid_worker")
    assert (term.from_on, term.to_on) == (LATER, None)
    entry = Entry.objects.get(what="term.began", about=term.id)
    assert (entry.by, entry.post) == (corner.who("lu"), "system_admin@0001")
    assert "11月30日（周一）起 网格员 · 桥东 02 格" in plain(text(corner.lu, "/setup/staff"))


def test_a_refusal_of_the_service_stands_beside_its_field(corner: Corner) -> None:
    there = corner.page_of("song")
    appoint = {"do": "appoint", "from_on": TODAY.isoformat()}
    assert "不得兼任" in corner.refused(there, "seat", **appoint, seat="post:grid_head", unit=GRID_NAME)
    new = corner.newcomer("xin", "辛样本")
    assert "须同时是" in corner.refused(new, "seat", **appoint, seat="post:grid_head", unit=GRID_NAME)
    assert "不设在" in corner.refused(there, "unit", **appoint, seat="post:cadre", unit=GRID_NAME)
    assert "没有单位“桥西”" in corner.refused(there, "unit", **appoint, seat="post:grid_worker", unit="桥西")
    assert "这一层级" in corner.refused(there, "unit", **appoint, seat="post:grid_worker", unit="")
    assert "请选一个岗位" in corner.refused(there, "seat", **appoint, seat="post:mayor", unit="")
    past = {**appoint, "from_on": "2026-11-19", "seat": "post:grid_worker", "unit": GRID_NAME}
    assert "请写明为什么" in corner.refused(there, "note", **past)
    first = {**appoint, "seat": "post:grid_worker", "unit": GRID_NAME, "last": (TODAY - DAY).isoformat()}
    assert "不能在第一天以前" in corner.refused(there, "last", **first)
    wrong = {**appoint, "seat": "post:grid_worker", "unit": GRID_NAME, "from_on": "明天"}
    assert "2026-11-20 这样" in corner.refused(there, "from_on", **wrong)
    assert "没有这样的改动" in corner.refused(there, do="promote")


def test_a_refusal_names_posts_in_the_language_of_the_page(corner: Corner) -> None:
    corner.lu.cookies["gezhi_language"] = "en"
    said = {"do": "appoint", "from_on": TODAY.isoformat(), "unit": GRID_NAME}
    there, new = corner.page_of("song"), corner.newcomer("xin", "辛样本")
    assert "Serving cadre" in corner.refused(there, "unit", **said, seat="post:cadre")
    must = corner.refused(new, "seat", **said, seat="post:grid_head")
    assert "Grid head" in must
    assert "Serving cadre" in must


def test_what_was_typed_is_kept_when_it_is_refused(corner: Corner) -> None:
    said = {"do": "appoint", "seat": "post:cadre", "unit": GRID_NAME, "from_on": LATER.isoformat()}
    page = corner.lu.post(corner.page_of("song"), said).content.decode()
    assert f'value="{GRID_NAME}"' in page
    assert f'value="{LATER.isoformat()}"' in page
    assert '<option value="post:cadre" selected>' in page


def test_an_end_is_set_moved_and_taken_away(corner: Corner) -> None:
    there, term = corner.page_of("lin"), corner.term("lin", "grid_worker")
    ask = corner.ask(there, do="end", term=term.id.hex, end_last=(LATER - DAY).isoformat())
    assert sentence(ask) == (
        "林样本任望湖街道桥东社区桥东 01 格的网格员到11月29日（周日）为止，11月30日（周一）起没有这个岗位的权限。"
    )
    assert "岗位空缺" in plain(ask)
    corner.confirm(there, ask)
    assert corner.term("lin", "grid_worker").to_on == LATER
    corner.change(there, do="end", term=term.id.hex, end_last=(LATER + timedelta(days=5) - DAY).isoformat())
    assert corner.term("lin", "grid_worker").to_on == LATER + timedelta(days=5)
    ask = corner.ask(there, do="keep", term=term.id.hex)
    assert "继续任" in sentence(ask)
    corner.confirm(there, ask)
    assert corner.term("lin", "grid_worker").to_on is None
    assert "没有定最后一天" in corner.refused(there, do="keep", term=term.id.hex)
    assert "最后一天最早写 2026-11-19" in corner.refused(
        there, "end_last", do="end", term=term.id.hex, end_last="2026-11-01"
    )


def test_a_term_that_has_not_begun_is_undone(corner: Corner) -> None:
    there = corner.page_of("lin")
    said = {"do": "appoint", "seat": "post:grid_worker", "unit": OTHER_NAME, "from_on": LATER.isoformat()}
    corner.change(there, **said)
    term = corner.term("lin", "grid_worker")
    ask = corner.ask(there, do="undo", term=term.id.hex)
    assert "撤回：林样本原定11月30日（周一）起任" in sentence(ask)
    corner.confirm(there, ask)
    assert not Term.objects.filter(id=term.id).exists()
    assert Entry.objects.filter(what="term.undone", about=term.id).exists()
    begun = corner.term("lin", "grid_worker")
    assert "已经开始" in corner.refused(there, do="undo", term=begun.id.hex)


def test_somebody_stands_in_for_a_holder_and_at_a_vacant_post(corner: Corner) -> None:
    there, term = corner.page_of("song"), corner.term("lin", "grid_worker")
    page = text(corner.lu, f"{there}?term={term.id.hex}")
    assert "林样本不在时的望湖街道桥东社区桥东 01 格的网格员" in plain(page)
    days = {"stand_from": TOMORROW.isoformat(), "stand_last": LATER.isoformat()}
    ask = corner.ask(there, do="stand", stand_term=term.id.hex, **days)
    assert "宋样本代理望湖街道桥东社区桥东 01 格的网格员（林样本不在）" in sentence(ask)
    wrong = {"do": "stand", "stand_term": term.id.hex, **days}
    assert "不得兼任" in corner.refused(corner.page_of("he"), **wrong)  # no field of a seat is shown
    corner.confirm(there, ask)
    made = corner.term("song", "grid_worker", standing=True)
    assert (made.stands_for_id, made.from_on, made.to_on) == (term.id, TOMORROW, LATER + timedelta(days=1))
    seat = {"stand_seat": "post:partner", "stand_unit": OTHER_NAME}
    new = corner.newcomer("xin", "辛样本")
    corner.change(new, do="appoint", seat="post:partner", unit=GRID_NAME, from_on=TODAY.isoformat())
    ask = corner.ask(new, do="stand", **seat, **days)
    assert "（岗位空缺）" in sentence(ask)
    corner.confirm(new, ask)
    assert corner.term("xin", "partner", standing=True).stands_for_id is None


def test_whose_place_it_is_is_asked_where_several_hold_the_post(corner: Corner) -> None:
    new, there = corner.newcomer("xin", "辛样本"), corner.page_of("song")
    corner.change(new, do="appoint", seat="post:grid_worker", unit=GRID_NAME, from_on=TODAY.isoformat())
    seat = {"do": "stand", "stand_seat": "post:grid_worker", "stand_unit": GRID_NAME}
    days = {"stand_from": TOMORROW.isoformat(), "stand_last": LATER.isoformat()}
    assert "林样本（lin）、辛样本（xin）" in corner.refused(there, "whom", **seat, **days)
    assert "（辛样本不在）" in sentence(corner.ask(there, **seat, **days, whom="xin"))
    assert "没有“谁”" in corner.refused(there, "whom", **seat, **days, whom="谁")
    assert "最后一天" in corner.refused(there, "stand_last", **seat, stand_from=TODAY.isoformat())


def test_the_second_of_two_administrators_is_told_and_overwrites_nothing(corner: Corner) -> None:
    there, term = corner.page_of("lin"), corner.term("lin", "grid_worker")
    mine = corner.ask(there, do="end", term=term.id.hex, end_last=(LATER - DAY).isoformat())
    theirs = corner.ask(there, corner.bai, do="end", term=term.id.hex, end_last=TODAY.isoformat())
    assert corner.confirm(there, theirs, corner.bai)[0] == 200
    status, page = corner.confirm(there, mine)
    assert status == 409
    assert "别人改动了这里" in " ".join(reasons(page))
    assert corner.term("lin", "grid_worker").to_on == TOMORROW
    assert "到今天" in plain(page)  # how it stands now


def test_another_appointment_to_the_same_post_meanwhile_is_told(corner: Corner) -> None:
    said = {"do": "appoint", "seat": "post:grid_worker", "unit": OTHER_NAME, "from_on": LATER.isoformat()}
    mine = corner.ask(corner.page_of("lin"), **said)
    new = corner.newcomer("xin", "辛样本")
    theirs = corner.ask(new, corner.bai, **said)
    assert corner.confirm(new, theirs, corner.bai)[0] == 200
    assert corner.confirm(corner.page_of("lin"), mine)[0] == 409
    assert not Term.objects.filter(account=corner.who("lin"), from_on=LATER).exists()


def test_a_change_elsewhere_meanwhile_is_no_matter(corner: Corner) -> None:
    said = {"do": "appoint", "seat": "post:grid_worker", "unit": OTHER_NAME, "from_on": LATER.isoformat()}
    mine = corner.ask(corner.page_of("lin"), **said)
    new = corner.newcomer("xin", "辛样本")
    theirs = corner.ask(new, corner.bai, **{**said, "unit": GRID_NAME})
    assert corner.confirm(new, theirs, corner.bai)[0] == 200
    assert corner.confirm(corner.page_of("lin"), mine)[0] == 200


def test_a_confirmation_that_nobody_was_asked_is_refused(corner: Corner) -> None:
    said = {"do": "appoint", "seat": "post:grid_worker", "unit": OTHER_NAME, "from_on": LATER.isoformat()}
    assert corner.lu.post(corner.page_of("lin"), {**said, "sure": "1"}).status_code == 409
    assert Term.objects.filter(account=corner.who("lin")).count() == 1


def test_the_last_who_administers_is_not_removed(corner: Corner) -> None:
    lu, bai = corner.term("lu", "system_admin"), corner.term("bai", "system_admin")
    corner.change(corner.page_of("bai"), do="end", term=bai.id.hex, end_last=(LATER - DAY).isoformat())
    said = corner.refused(
        corner.page_of("lu"), "end_last", do="end", term=lu.id.hex, end_last=TODAY.isoformat()
    )
    assert "没有能登录的人管理这个实例" in said
    assert corner.term("lu", "system_admin").to_on is None


def test_a_new_person_comes_with_a_post_or_not_at_all(corner: Corner) -> None:
    said = {"name": "辛样本", "sign_in": "Xin", "seat": "post:grid_worker", "unit": OTHER_NAME}
    ask = corner.ask("/setup/staff/new", **said, from_on=TODAY.isoformat())
    assert sentence(ask) == "新建账号 xin；今天起，辛样本是望湖街道桥东社区桥东 02 格的网格员。"
    assert not Account.objects.filter(sign_in="xin").exists()
    status, page = corner.confirm("/setup/staff/new", ask)
    assert (status, "还没有密码" in page) == (200, True)
    made = Account.objects.get(sign_in="xin")
    assert Term.objects.get(account=made).post == "grid_worker"
    before = Account.objects.count()
    assert "已经有人用" in corner.refused("/setup/staff/new", "sign_in", **said, from_on=TODAY.isoformat())
    wrong = {**said, "sign_in": "xin2", "seat": "post:cadre"}
    assert "不设在" in corner.refused("/setup/staff/new", "unit", **wrong, from_on=TODAY.isoformat())
    assert Account.objects.count() == before


def test_a_namesake_is_pointed_out(corner: Corner) -> None:
    said = {"name": "林样本", "sign_in": "lin2", "seat": "post:grid_worker", "unit": OTHER_NAME}
    assert "已经有同名的人：lin" in plain(corner.ask("/setup/staff/new", **said, from_on=TODAY.isoformat()))


def test_a_slip_is_printed_once_and_ends_the_password(corner: Corner) -> None:
    there = corner.page_of("song")
    assert "给宋样本打一张登录单" in sentence(corner.ask(there, do="slip"))
    assert not Invitation.objects.exists()
    page = corner.confirm(there, corner.ask(there, do="slip"))[1]
    code = re.search(r'class="code">([\w-]+)<', page)
    assert code
    assert f'href="{there}"' in page
    assert code[1] not in text(corner.lu, there)
    assert "以前有效，还没有用" in text(corner.lu, there)
    lin = signed_in(corner.who("lin"))
    assert lin.get("/desk").status_code == 200
    ask = corner.ask(corner.page_of("lin"), do="slip")
    assert "现在的密码当场作废" in sentence(ask)
    corner.confirm(corner.page_of("lin"), ask)
    assert lin.get("/desk").status_code == 302
    assert "换密码" in corner.refused(corner.page_of("lu"), do="slip")


def test_an_account_is_closed_once_it_holds_nothing(corner: Corner) -> None:
    there, term = corner.page_of("song"), corner.term("song", "grid_worker")
    assert "还在任职" in corner.refused(there, do="close")
    corner.change(there, do="end", term=term.id.hex, end_last=(TODAY - DAY).isoformat())
    assert "已停用" in plain(corner.change(there, do="close"))
    assert not Account.objects.get(id=corner.who("song")).is_active
    assert "宋样本" not in plain(text(corner.lu, "/setup/staff"))
    assert "已停用" in plain(text(corner.lu, "/setup/staff?q=宋样本"))


def test_a_lock_is_lifted(corner: Corner) -> None:
    until = liuxi.FRIDAY + timedelta(hours=1)
    Account.objects.filter(id=corner.who("lin")).update(locked_until=until, failures=6)
    assert "锁定中" in plain(text(corner.lu, corner.page_of("lin")))
    corner.change(corner.page_of("lin"), do="unlock")
    assert Account.objects.get(id=corner.who("lin")).locked_until is None
    assert "没有锁定" in corner.refused(corner.page_of("lin"), do="unlock")


def test_units_are_offered_while_typing(corner: Corner) -> None:
    found = corner.lu.get("/setup/staff/units", {"q": "桥东 02"}).json()["units"]
    assert found == [OTHER_NAME]
    assert corner.lu.get("/setup/staff/units", {"q": "没有"}).json()["units"] == []


def test_strange_addresses_are_answered_in_order(corner: Corner) -> None:
    for path in ("/setup/staff?seat=x&unit=y", "/setup/staff?term=zz", "/setup/staff?gap=x&after=%00y&q=%00"):
        assert corner.lu.get(path).status_code == 200, path
    assert corner.lu.get("/setup/staff/00000000-0000-0000-0000-000000000009").status_code == 404
    assert corner.lu.get(f"{corner.page_of('lin')}?seat=post:nothing&unit={'0' * 32}").status_code == 200


def test_what_is_past_stays_to_be_read(corner: Corner) -> None:
    empty_the_other_grid(corner)
    with clock.fixed(liuxi.FRIDAY + timedelta(days=3)):
        page = plain(text(corner.lu, corner.page_of("song")))
    assert "以前" in page
    assert "1月1日（周四）到11月19日（周四）" in page
    assert "今天没有岗位，以后也没有定" in page


def test_what_is_missing_leads_to_where_it_is_mended(corner: Corner) -> None:
    page = text(corner.lu, "/setup/finish")
    found = re.findall(r'<a href="([^"]+)"><b>[\d,]+</b><span>([^<]+)', page)
    assert ("/setup/staff", "个岗位空缺") in found


def test_before_anybody_can_sign_in_the_opening_goes_on(clerk: Client) -> None:
    for path in ("/setup/staff", "/setup/staff/new", "/setup/rota", "/setup/coming"):
        assert clerk.get(path).url == "/setup", path


def test_the_pages_stand_in_english(corner: Corner) -> None:
    empty_the_other_grid(corner)
    corner.lu.cookies["gezhi_language"] = "en"
    term = corner.term("lin", "grid_worker")
    ask = corner.ask(corner.page_of("lin"), do="end", term=term.id.hex, end_last=(LATER - DAY).isoformat())
    for page in (text(corner.lu, "/setup/staff"), text(corner.lu, corner.page_of("lin")),
                 text(corner.lu, "/setup/staff/new"), ask):  # fmt: skip
        said = plain(page)
        left = re.sub(r"示例：早就在任|\w样本|望湖街道|桥东社区|桥东|柳溪县|\d\d 格", "", said)
        assert re.findall(r"[\u4e00-\u9fff]{2,}", left) == []


@pytest.mark.parametrize("field", ["hidden", "beside"])
def test_the_reader_of_pages_reads(field: str) -> None:
    page = '<main><input type="hidden" name="do" value="x"><div class="f wrong"><input name="on"><p class="say" role="alert"><svg></svg>不行</p></div></form></main>'
    assert (hidden(page) if field == "hidden" else beside(page, "on")) in ({"do": "x"}, "不行")


def test_nobody_is_counted_or_ranked(corner: Corner) -> None:
    page = plain(text(corner.lu, "/setup/staff"))
    assert not re.search(r"样本[^ ]* \d+ 件", page)
    assert date(2026, 11, 20) == TODAY


def test_the_rooms_lie_in_a_menu_of_one_line_and_in_a_column_where_there_is_room(corner: Corner) -> None:
    page = text(corner.lu, "/setup/rota")
    column = page.split('<nav class="rooms"')[1].split("</nav>")[0]
    menu = page.split('<nav class="roommenu"')[1].split("</nav>")[0]
    links = re.findall(r'<a class="go" href="([^"]+)"', column)
    assert len(links) >= 5
    assert re.findall(r'<a class="go" href="([^"]+)"', menu) == links
    assert '<details class="menu">' in menu  # closes as every menu of the frame does
    assert re.search(r"<summary>.*<b>值班表</b>", menu)
    assert menu.count('aria-current="page"') == column.count('aria-current="page"') == 1
