"""Somebody leaves: what they hold is shown by number, handed over in one act, each refusal told; the rest is done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gezhi.exchange.models import Export
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.matters import standing
from gezhi.matters.models import Matter, Member, SavedFilter, StandingMember
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.services.standing_teams import TeamGiven, make_team
from gezhi.matters.services.teaming import Wanted, name_members
from gezhi.matters.tests import liuxi
from gezhi.people import tokens
from gezhi.people.models import Session, Term, Token
from gezhi.people.tests.browsing import signed_in
from gezhi.places import queries as places

from .corner import TODAY, Corner, reasons
from .corner import corner as corner
from .test_staff_pages import plain, text

pytestmark = pytest.mark.django_db
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()


@pytest.fixture
def leaves(corner: Corner) -> Corner:
    """lin, who leaves, has a matter, a shared filter, a key, a browser, and took a list out."""
    lon, lat = liuxi.INSIDE
    said = Report(text="楼道堆了纸箱。", item="N01", lon=lon, lat=lat, reporting="anonymous")
    made = open_matter(said, by=corner.world.clerk())
    take_step(
        made.number, "accept", by=corner.world.person("he"), at=clock.now(), given=StepGiven("去看看。")
    )
    assert Matter.objects.get().desk.startswith("grid_worker@")
    lin = corner.who("lin")
    unit = corner.world.units["grid"].hex
    SavedFilter.objects.create(
        id=new_id(),
        account=lin,
        name="我们格",
        asked="state=open",
        shared_with=f"@{unit}",
        made_at=clock.now(),
    )
    tokens.issue("对接程序", corner.term("lin", "grid_worker").id, by=HOUSE, at=clock.now())
    signed_in(lin)
    said = {
        "post": "grid_worker",
        "asked": "state=all",
        "purpose": "check",
        "kind": "csv",
        "language": "zh-hans",
    }
    Export.objects.create(
        id=new_id(), account=lin, state="done", lines=7, taken=2, asked_at=clock.now(), **said
    )
    return corner


def page_of(corner: Corner, name: str) -> str:
    return f"{corner.page_of(name)}/leaving"


def test_what_they_hold_is_shown_by_number_and_without_words(leaves: Corner) -> None:
    page = text(leaves.lu, page_of(leaves, "lin"))
    said = plain(page)
    number = Matter.objects.get().number
    for part in (number, "没有别人坐这个岗", "我们格", "对接程序", "核对、督查", "7 件"):
        assert part in said, part
    assert "纸箱" not in page
    assert "离岗交接" in text(leaves.lu, leaves.page_of("lin"))


def test_all_is_handed_over_in_one_act(leaves: Corner) -> None:
    leaves.newcomer("jiang", "江样本")
    term = leaves.term("lin", "grid_worker")
    said = {"last": YESTERDAY, f"to_{term.id.hex}": "jiang 江样本", "filters_to": "jiang", "at_once": "1"}
    asked = leaves.ask(page_of(leaves, "lin"), **said)
    for told in ("接口钥匙「对接程序」作废", "退出 1 处登录", "共享的筛选「我们格」 → 江样本"):
        assert told in asked, told
    assert "江样本" in asked
    term.refresh_from_db()
    assert term.to_on is None
    _status, done = leaves.confirm(page_of(leaves, "lin"), asked)
    assert "没有办成的" not in done
    term.refresh_from_db()
    assert term.to_on == TODAY
    assert leaves.term("jiang", "grid_worker").from_on == TODAY
    assert SavedFilter.objects.get().account == leaves.who("jiang")
    assert not Session.objects.filter(account=leaves.who("lin")).exists()
    assert Token.objects.get().ended_at is not None
    facts = Entry.objects.get(what="staff.handed_over").facts
    assert '"post_done":1' in facts
    assert "江样本" not in facts
    assert leaves.world.person("jiang").desks == (Matter.objects.get().desk,)


def test_going_back_from_the_confirming_page_keeps_what_was_typed(leaves: Corner) -> None:
    leaves.newcomer("jiang", "江样本")
    field = f"to_{leaves.term('lin', 'grid_worker').id.hex}"
    said = {"last": YESTERDAY, field: "jiang", "filters_to": "jiang"}
    asked = leaves.ask(page_of(leaves, "lin"), **said)
    assert 'name="back"' in asked
    again = leaves.lu.post(page_of(leaves, "lin"), said | {"back": "1", "seen": "x"})
    page = again.content.decode()
    assert again.status_code == 200
    assert page.count('value="jiang"') >= 2
    assert f'value="{YESTERDAY}"' in page
    assert 'name="at_once" value="1" checked' not in page
    assert leaves.term("lin", "grid_worker").to_on is None


def test_what_is_refused_is_told_and_the_rest_is_done(leaves: Corner) -> None:
    """zhu sits in a department and may hold no post of a grid beside it; keys end all the same."""
    SavedFilter.objects.create(
        id=new_id(), account=leaves.who("song"), name="我们格", asked="state=all", made_at=clock.now()
    )
    term = leaves.term("lin", "grid_worker")
    said = {"last": YESTERDAY, f"to_{term.id.hex}": "zhu", "filters_to": "song", "at_once": "1"}
    _status, done = leaves.confirm(page_of(leaves, "lin"), leaves.ask(page_of(leaves, "lin"), **said))
    assert "没有办成的" in done
    assert "接手的人已经有一个叫这个名的" in done
    term.refresh_from_db()
    assert term.to_on is None
    assert not Term.objects.filter(account=leaves.who("zhu"), post="grid_worker").exists()
    assert SavedFilter.objects.get(asked="state=open").account == leaves.who("lin")
    assert "接口钥匙「对接程序」作废" in done
    assert Token.objects.get().ended_at is not None
    assert Session.objects.filter(account=leaves.who("lin")).exists(), "still at the post, still signed in"
    assert "此人还有岗位留着" in done
    facts = Entry.objects.get(what="staff.handed_over").facts
    assert '"post_refused":1' in facts
    assert '"filter_refused":1' in facts


def test_nobody_hands_over_themselves_or_to_nobody(leaves: Corner) -> None:
    said = reasons(leaves.lu.post(page_of(leaves, "lu"), {"last": YESTERDAY}).content.decode())
    assert any("请另一位管理员来办" in one for one in said)
    term = leaves.term("lin", "grid_worker")
    answer = leaves.lu.post(page_of(leaves, "lin"), {"last": YESTERDAY, f"to_{term.id.hex}": "lin"})
    assert answer.status_code == 422
    assert "就是要离岗的人" in answer.content.decode()
    assert leaves.lu.get(f"/setup/staff/{new_id()}/leaving").status_code == 404


def test_a_refused_form_keeps_what_was_typed_and_tells_at_the_field(leaves: Corner) -> None:
    leaves.newcomer("jiang", "江样本")
    term = leaves.term("lin", "grid_worker")
    field = f"to_{term.id.hex}"
    first = leaves.lu.get(page_of(leaves, "lin")).content.decode()
    assert 'name="at_once" value="1" checked' in first
    assert re.search(r'<option value="song">[^<· ]+ · [^<]*网格员</option>', first), (
        "name and post beside the sign-in"
    )
    said = {"last": YESTERDAY, field: "jiang", "filters_to": "niemand"}
    page = leaves.lu.post(page_of(leaves, "lin"), said).content.decode()
    assert f'name="{field}" value="jiang"' in page
    assert 'name="filters_to" value="niemand"' in page
    assert 'name="at_once" value="1" checked' not in page
    assert (
        page.index(f'name="{field}"') < page.index('name="filters_to"') < page.index("没有登录名是“niemand”")
    )
    both = leaves.lu.post(page_of(leaves, "lin"), said | {field: "nobody", "at_once": "1"}).content.decode()
    assert both.index(f'name="{field}"') < both.index("“nobody”") < both.index('name="filters_to"')
    assert both.index('name="filters_to"') < both.index("“niemand”")
    assert 'name="at_once" value="1" checked' in both


def test_teams_of_matters_and_of_desks_are_shown_and_left(leaves: Corner) -> None:
    """song, from the grid beside, is in the team of lin's matter and in a standing team of lin's desk."""
    world, number = leaves.world, Matter.objects.get().number
    lin, song = world.person("lin"), leaves.who("song")
    ground = places.tree(TODAY)
    day = standing.day_of(TODAY, world.model, ground)
    (keeper,) = standing.keepers(lin, day)
    crew = [Wanted(song, "调解"), Wanted(leaves.who("qiao"), "联络")]
    given = TeamGiven("桥东调解队", "上门调解", TODAY - timedelta(days=9), members=crew, keeper=keeper)
    make_team(given, by=lin, day=day, at=clock.now())
    StandingMember.objects.update(from_on=TODAY - timedelta(days=9))
    name_members(number, [Wanted(song, "调解")], by=lin)
    address = page_of(leaves, "song")
    page = plain(text(leaves.lu, address))
    assert number in page
    assert "桥东调解队" in page
    soon = (TODAY + timedelta(days=3)).isoformat()
    for last, told, ended in ((soon, "最后一天还在", 0), (YESTERDAY, f"退出 {number} 的团队", 1)):
        _status, done = leaves.confirm(address, leaves.ask(address, last=last))
        assert told in done
        assert "退出常设队伍“桥东调解队”" in done
        assert Member.objects.filter(ended_why="post").count() == ended
    row = StandingMember.objects.get(account=song)
    assert row.until_on == TODAY
    assert StandingMember.objects.get(until_on=None).account == leaves.who("qiao")
    assert '"team_done":1' in Entry.objects.filter(what="staff.handed_over").latest("id").facts


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("1999-11-20", "起才在任。请核对年份"),
        ((TODAY + timedelta(days=365)).isoformat(), "还有 365 天。请核对年份"),
    ],
)
def test_a_mistyped_year_is_told_with_all_else_that_is_wrong(leaves: Corner, last: str, said: str) -> None:
    field = f"to_{leaves.term('lin', 'grid_worker').id.hex}"
    answer = leaves.lu.post(page_of(leaves, "lin"), {"last": last, field: "nobody", "at_once": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{last}"' in page
    assert (
        page.index('name="last"') < page.index(said) < page.index(f'name="{field}"') < page.index("“nobody”")
    )
    assert Session.objects.filter(account=leaves.who("lin")).exists()
    assert leaves.term("lin", "grid_worker").to_on is None


def test_a_handover_may_be_made_some_weeks_before(leaves: Corner) -> None:
    soon = (TODAY + timedelta(days=30)).isoformat()
    assert leaves.lu.post(page_of(leaves, "lin"), {"last": soon}).status_code == 200
