"""离岗交接, part by part: what is told beforehand is what is done; only what hangs on the posts that are left goes; duty
turns go to whoever follows or stand open; addresses that are pushed to end with the seat and with the account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter, Member, SavedFilter, StandingMember
from gezhi.matters.services.teaming import Wanted, name_members
from gezhi.notify import hooks
from gezhi.notify.models import Hook
from gezhi.people import services
from gezhi.people.models import Invitation, Session, Shift, Term, Token
from gezhi.people.services import Appointment, Hours
from gezhi.people.tests.browsing import signed_in

from .corner import TODAY, TOMORROW, Corner, hidden, reasons
from .corner import corner as corner
from .test_leaving import YESTERDAY, page_of
from .test_leaving import leaves as leaves
from .test_staff_pages import plain, text

pytestmark = pytest.mark.django_db
PUSHED = ("matter.opened",)


def on_duty(corner: Corner, day: int | None = 7, last: int = 0) -> Shift:
    """A shift of lin's: each working day, or on dates, until so many days from today."""
    to_on = TODAY + timedelta(days=last) if last else None
    hours = Hours(from_on=TODAY, starts=1020, ends=480, day=day, to_on=to_on)
    made = services.put_shift(corner.term("lin", "grid_worker").id, hours, by=HOUSE, at=clock.now())
    return Shift.objects.get(id=made)


def pushed_to(corner: Corner, name: str) -> Hook:
    wanted = hooks.Wanted("对接平台", "https://example.org/gezhi", PUSHED)
    seat = corner.world.person(name).terms[0]
    made, _key = hooks.make(wanted, seat.term, by=corner.world.clerk(name), at=clock.now())
    return Hook.objects.get(id=made)


def second_post(corner: Corner) -> Term:
    """lin works in the grid beside, too, from today on."""
    other = corner.term("song", "grid_worker").unit
    wanted = Appointment(account=corner.who("lin"), post="grid_worker", unit=other, from_on=TODAY)
    return Term.objects.get(id=services.appoint(wanted, corner.world.model, by=HOUSE, at=clock.now()))


def lists(page: str) -> list[list[str]]:
    """The lists of what is refused, done and left, in words."""
    found = re.findall(r'<ul class="(?:in )?handed">(.*?)</ul>', page, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", " ", one).strip() for one in re.findall(r"<li.*?>(.*?)</li>", block, re.DOTALL)]
        for block in found
    ]


def test_what_is_told_beforehand_is_what_is_done(leaves: Corner) -> None:
    """One list, item by item: with a refusal in it, with what stays, and with nothing written while it is only told."""
    leaves.newcomer("jiang", "江样本")
    on_duty(leaves)
    hook = pushed_to(leaves, "lin")
    SavedFilter.objects.create(
        id=hook.id, account=leaves.who("jiang"), name="我们格", asked="state=all", made_at=clock.now()
    )
    said = {
        "last": YESTERDAY,
        f"to_{leaves.term('lin', 'grid_worker').id.hex}": "jiang",
        "filters_to": "jiang",
        "at_once": "1",
    }
    asked = leaves.ask(page_of(leaves, "lin"), **said)
    hook.refresh_from_db()
    assert hook.state == "on"
    assert not Entry.objects.filter(what="staff.handed_over").exists()
    _status, done = leaves.confirm(page_of(leaves, "lin"), asked)
    assert lists(asked) == lists(done)
    refused, made, left = lists(done)
    assert [one.split()[0] for one in refused] == ["共享的筛选「我们格」"]
    assert any("值班：每个工作日 17:00–次日 08:00 → 江样本" in one for one in made)
    assert "推送地址「对接平台」停用，签名密钥销毁" in made
    assert any("1 件" in one and "接着办" in one for one in left)


def test_what_was_handed_over_has_a_page_that_loads_again(leaves: Corner) -> None:
    """Part by part for whoever did it, in whichever language; for another administrator what the ledger has."""
    asked = leaves.ask(page_of(leaves, "lin"), last=YESTERDAY, at_once="1")
    answer = leaves.lu.post(page_of(leaves, "lin"), {**hidden(asked), "sure": "1"})
    entry = Entry.objects.get(what="staff.handed_over")
    assert (answer.status_code, answer["Location"]) == (302, f"{page_of(leaves, 'lin')}/{entry.id}")
    pages = [text(leaves.lu, answer["Location"]) for _time in range(2)]
    assert [lists(one) for one in pages] == [lists(asked)] * 2
    assert "陆样本办的；最后一天 2026-11-19" in plain(pages[0])
    assert "对接程序" not in str(leaves.lu.session["handed"])
    english = leaves.lu.get(answer["Location"], headers={"Accept-Language": "en"}).content.decode()
    assert "对接程序" in english
    other = text(leaves.bai, answer["Location"])
    assert "对接程序" not in other
    assert "陆样本办的" in plain(other)
    assert "<dt>接口钥匙</dt><dd>1</dd>" in other
    assert answer["Location"] in text(leaves.bai, page_of(leaves, "lin"))
    assert leaves.lu.get(f"{page_of(leaves, 'song')}/{entry.id}").status_code == 404
    assert signed_in(leaves.who("he")).get(answer["Location"]).status_code == 403


def test_what_was_not_asked_to_end_at_once_is_said_to_go_on(leaves: Corner) -> None:
    pushed_to(leaves, "lin")
    services.invite_again(leaves.who("lin"), by=HOUSE, at=clock.now())
    signed_in(leaves.who("lin"))
    last = (TODAY + timedelta(days=3)).isoformat()
    asked = leaves.ask(page_of(leaves, "lin"), last=last)
    left = {one.split()[0]: one for one in lists(asked)[-1]}
    for thing, why in (
        ("接口钥匙「对接程序」", "任期到的那天以前照样能用"),
        ("推送地址「对接平台」", "任期到的那天以前照推"),
        ("各处的登录", "登录着的不退出"),
        ("没用过的登录单", "到期以前照样能用来登录"),
    ):
        assert why in left[thing], thing
    _status, done = leaves.confirm(page_of(leaves, "lin"), asked)
    assert lists(done) == lists(asked)
    assert Token.objects.get().ended_at is None
    at_once = leaves.ask(page_of(leaves, "song"), last=last, at_once="1")
    assert "没有勾当场作废" not in at_once


def test_where_nothing_would_be_done_nothing_is_offered_to_confirm(leaves: Corner) -> None:
    """Somebody without a post; and somebody whose one post cannot end, with the reason."""
    address = leaves.newcomer("jiang", "江样本") + "/leaving"
    asked = leaves.ask(address, last=YESTERDAY, at_once="1")
    assert "什么都不会变" in asked
    assert 'name="sure"' not in asked
    assert 'name="back"' in asked
    leaves.confirm(address, asked)
    assert not Entry.objects.filter(what="staff.handed_over").exists()
    field = f"to_{leaves.term('song', 'grid_worker').id.hex}"
    asked = leaves.ask(page_of(leaves, "song"), **{"last": YESTERDAY, field: "zhu"})
    assert "一样也办不成" in asked
    assert 'name="sure"' not in asked
    assert len(lists(asked)[0]) == 1


def test_whoever_was_named_for_a_post_that_is_kept_is_told_of(leaves: Corner) -> None:
    leaves.newcomer("jiang", "江样本")
    other = second_post(leaves)
    said = {f"stays_{other.id.hex}": "1", f"to_{other.id.hex}": "jiang", "last": YESTERDAY}
    asked = leaves.ask(page_of(leaves, "lin"), **said)
    assert any("→ 江样本" in one and "接手人没有用上" in one for one in lists(asked)[-1])
    leaves.confirm(page_of(leaves, "lin"), asked)
    assert not Term.objects.filter(account=leaves.who("jiang")).exists()
    other.refresh_from_db()
    assert other.to_on is None


def test_who_came_between_is_told_of(leaves: Corner) -> None:
    """A second key, given out between telling and confirming, would end untold: nothing is done."""
    asked = leaves.ask(page_of(leaves, "lin"), last=YESTERDAY, at_once="1")
    pushed_to(leaves, "lin")
    status, page = leaves.confirm(page_of(leaves, "lin"), asked)
    assert status == 409
    assert "别人改动了这里" in " ".join(reasons(page))
    assert Token.objects.get().ended_at is None


def test_turns_go_to_whoever_follows(leaves: Corner) -> None:
    leaves.newcomer("jiang", "江样本")
    weekly, dates = on_duty(leaves), on_duty(leaves, None, 5)
    term = leaves.term("lin", "grid_worker")
    asked = leaves.ask(
        page_of(leaves, "lin"), last=TODAY.isoformat(), **{f"to_{term.id.hex}": "jiang", "at_once": "1"}
    )
    leaves.confirm(page_of(leaves, "lin"), asked)
    assert set(Shift.objects.filter(term=term).values_list("to_on", flat=True)) == {TOMORROW}
    mine = Shift.objects.filter(term=leaves.term("jiang", "grid_worker")).order_by("-day")
    was = [
        (one.day, one.starts, one.ends, TOMORROW, to) for one, to in ((dates, dates.to_on), (weekly, None))
    ]
    assert sorted(mine.values_list("day", "starts", "ends", "from_on", "to_on"), key=repr) == sorted(
        was, key=repr
    )
    assert '"turn_done":2' in Entry.objects.get(what="staff.handed_over").facts


def test_turns_go_to_somebody_who_sits_there_anyway(leaves: Corner) -> None:
    wanted = Appointment(
        account=leaves.who("song"),
        post="grid_worker",
        unit=leaves.world.units["grid"],
        from_on=TODAY,
    )
    held = services.appoint(wanted, leaves.world.model, by=HOUSE, at=clock.now())
    on_duty(leaves)
    field = f"to_{leaves.term('lin', 'grid_worker').id.hex}"
    asked = leaves.ask(page_of(leaves, "lin"), **{"last": YESTERDAY, field: "song", "at_once": "1"})
    _status, done = leaves.confirm(page_of(leaves, "lin"), asked)
    assert "没有办成的" not in done
    assert Shift.objects.get(to_on=None).term_id == held
    assert leaves.term("lin", "grid_worker").to_on == TODAY


def test_turns_without_a_successor_stand_open_until_somebody_takes_them(leaves: Corner) -> None:
    on_duty(leaves)
    asked = leaves.ask(page_of(leaves, "lin"), last=YESTERDAY)
    assert "等人接" in asked
    leaves.confirm(page_of(leaves, "lin"), asked)
    rota = f"/setup/rota/{leaves.world.units['grid']}/grid_worker"
    assert "空着，等人接" in plain(text(leaves.lu, rota))
    assert "1 个班空着，等人接" in plain(text(leaves.lu, "/setup/rota"))
    wanted = Appointment(
        account=leaves.who("song"),
        post="grid_worker",
        unit=leaves.world.units["grid"],
        from_on=TODAY,
    )
    term = services.appoint(wanted, leaves.world.model, by=HOUSE, at=clock.now())
    said = {"do": "take", "shift": Shift.objects.get().id.hex}
    assert "请选谁值班" in leaves.lu.post(rota, said).content.decode()
    page = plain(leaves.change(rota, **said, taker=term.hex))
    assert "现在找宋样本" in page
    assert "等人接" not in page
    again = leaves.lu.post(
        rota, said | {"shift": Shift.objects.get(to_on=None).id.hex, "taker": term.hex}
    ).content.decode()
    assert "没有空着" in again


def test_of_two_posts_one_is_left(leaves: Corner) -> None:
    """What they have by the post that they keep stays: the teams, the key, the address, the browsers."""
    number, other = Matter.objects.get().number, second_post(leaves)
    lin, desk = leaves.who("lin"), leaves.world.person("lin")
    kept = leaves.world.person("song").terms[0].desk
    Matter.objects.update(desk=kept)
    said = {"last": YESTERDAY, "at_once": "1", f"stays_{other.id.hex}": "1"}
    assert "网格员：1 件" not in leaves.ask(page_of(leaves, "lin"), **said), (
        "what waits at a desk that they keep is theirs"
    )
    Matter.objects.update(desk=f"town_desk@{leaves.world.person('tang').terms[0].path}")
    name_members(number, [Wanted(lin, "翻译")], by=leaves.world.person("tang"))
    hook = pushed_to(leaves, "lin")
    assert hook.term == desk.terms[0].term
    Hook.objects.update(term=other.id)
    Token.objects.update(term=other)
    page = text(leaves.lu, page_of(leaves, "lin"))
    assert page.count("不离，接着任") == 2
    assert f'name="stays_{other.id.hex}" value="1">' in page
    _status, done = leaves.confirm(page_of(leaves, "lin"), leaves.ask(page_of(leaves, "lin"), **said))
    assert leaves.world.person("lin").desks == (f"grid_worker@{leaves.world.person('song').terms[0].path}",)
    assert Member.objects.get().ended_at is None
    assert f"{number} 的团队" in done
    assert "此人还有岗位留着" in done
    assert Token.objects.get().ended_at is None
    hook.refresh_from_db()
    assert hook.state == "on"
    assert Session.objects.filter(account=lin).exists()
    answer = leaves.lu.post(page_of(leaves, "lin"), said)
    assert "请至少放下一个" in answer.content.decode()


def test_a_team_is_kept_where_the_end_of_the_post_is_refused(leaves: Corner) -> None:
    """zhu cannot follow song in a grid, so song stays at it, and in the team."""
    number = Matter.objects.get().number
    name_members(number, [Wanted(leaves.who("song"), "调解")], by=leaves.world.person("lin"))
    field = f"to_{leaves.term('song', 'grid_worker').id.hex}"
    asked = leaves.ask(page_of(leaves, "song"), **{"last": YESTERDAY, field: "zhu"})
    leaves.confirm(page_of(leaves, "song"), asked)
    assert leaves.term("song", "grid_worker").to_on is None
    assert Member.objects.get().ended_at is None
    assert not StandingMember.objects.exists()


def test_addresses_and_the_slip_end_with_the_account(leaves: Corner) -> None:
    hook = pushed_to(leaves, "song")
    services.invite(leaves.who("song"), by=HOUSE, at=clock.now())
    leaves.change(page_of(leaves, "song"), last=YESTERDAY)
    hook.refresh_from_db()
    assert (hook.state, Invitation.objects.count()) == ("on", 1), "not asked to end at once"
    asked = leaves.ask(leaves.page_of("song"), do="close")
    assert "推送地址一并停用，签名密钥销毁：对接平台" in asked
    leaves.confirm(leaves.page_of("song"), asked)
    hook.refresh_from_db()
    assert hook.state == "ended"
    assert Entry.objects.filter(what="hook.ended", about=hook.id).exists()
    hook = pushed_to(leaves, "lin")
    services.invite_again(leaves.who("lin"), by=HOUSE, at=clock.now())
    done = leaves.change(page_of(leaves, "lin"), last=YESTERDAY, at_once="1")
    assert "没用过的登录单作废" in done
    assert not Invitation.objects.exists()
    hook.refresh_from_db()
    assert hook.state == "ended"


def test_two_addresses_of_a_seat_have_two_names(leaves: Corner) -> None:
    first = pushed_to(leaves, "lin")
    with pytest.raises(Refused, match="请另起一个名"):
        pushed_to(leaves, "lin")
    pushed_to(leaves, "song")
    hooks.end_of([first.term], by=HOUSE, at=clock.now())
    pushed_to(leaves, "lin")
    page = signed_in(leaves.who("he")).get(reverse("pushes"))
    assert (page.status_code, 'name="kinds"' in page.content.decode()) == (200, True)
    assert not re.search(r'name="kinds"[^>]* checked', page.content.decode())


def test_a_post_that_another_rests_on_ends_after_it_in_the_same_act(leaves: Corner) -> None:
    """网格长 must be 在职干部: who is both leaves both at once, in whatever order they are listed."""
    asked = leaves.ask(page_of(leaves, "qiao"), last=YESTERDAY)
    assert "还任" not in asked
    _status, done = leaves.confirm(page_of(leaves, "qiao"), asked)
    assert "还任" not in done
    ends = Term.objects.filter(account=leaves.who("qiao")).values_list("post", "to_on")
    assert {post for post, _to in ends} == {"cadre", "grid_head"}
    assert {to for _post, to in ends} == {TODAY}
