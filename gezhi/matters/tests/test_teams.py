"""团队: one desk leads, members work beside it under their own names; they see the matter while they are in the team."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import access, beside_me, events, finding, lists, queries, standing, walls, why
from gezhi.matters.finding import Sieve
from gezhi.matters.models import Matter, Member
from gezhi.matters.services import looking_up
from gezhi.matters.services.besides import AsideGiven, take_aside
from gezhi.matters.services.indexing import index_waiting
from gezhi.matters.services.teaming import Wanted, end_membership, leave_team, name_members
from gezhi.matters.services.walling import keep_from, recuse_myself
from gezhi.matters.sought import Kept, Search
from gezhi.matters.wanted import wanted
from gezhi.people import queries as people
from gezhi.people import services as staff
from gezhi.places import queries as places

from . import liuxi
from .liuxi import FRIDAY, World
from .test_besides import another_department, offered, page
from .test_path import LAMP, opened, step


def in_grid(world: World) -> str:
    number = opened(world).number
    step(world, number, "he", "accept")
    return number


def called(world: World, number: str, by: str, **roles: str) -> tuple[UUID, ...]:
    """These people are named with their roles."""
    given = [Wanted(world.accounts[who], role) for who, role in roles.items()]
    return name_members(number, given, by=world.person(by)).members


def sees(world: World, who: str, number: str) -> bool:
    return queries.page(world.person(who), number) is not None


def found_by_words(world: World, who: str) -> list[str]:
    ground = page(world, "he", Matter.objects.values_list("number", flat=True)[0]).scene.ground
    search = Search(world.person(who), wanted("楼道堆了", world.model, ground), Kept(), world.model)
    return [line.number for line in search.page(10).lines]


def test_a_member_sees_the_matter_everywhere_and_says_what_they_did_by_name(world: World) -> None:
    number = in_grid(world)
    assert not sees(world, "song", number), "it lies in another grid"
    assert found_by_words(world, "song") == []
    called(world, number, "lin", song="翻译")
    assert sees(world, "song", number)
    assert found_by_words(world, "song") == [number]
    while index_waiting():
        pass
    assert found_by_words(world, "song") == [number], "by the index as before it"
    assert [line.number for line in queries.open_in(world.person("song"))] == [number]
    assert finding.count(world.person("song"), Sieve(), at=clock.now()) == 1
    assert lists.count_open(queries.open_places(world.person("song"), world.model)) == 1
    assert [(one.number, one.role) for one in beside_me.look(world.person("song"), clock.now()).teams] == [
        (number, "翻译")
    ]
    assert queries.count_inbox(world.person("song")) == 0, "it waits for whoever leads"

    assert offered(world, "song", number) == ["help"]
    take_aside(number, "help", by=world.person("song"), given=AsideGiven("和住户说通了，下午搬。"))
    told = page(world, "lin", number).story[0]
    assert (told.by_name, told.note) == ("宋样本（翻译）", "和住户说通了，下午搬。")
    named = next(one for one in page(world, "lin", number).story if one.verb == "请人进团队")
    assert (named.by_name, named.note) == ("林样本", "宋样本（翻译）")
    (view,) = page(world, "lin", number).team.members
    assert (view.name, view.role, view.named_by, view.state) == ("宋样本", "翻译", "林样本", "here")
    assert view.named_from.startswith("网格员")
    matter = Matter.objects.get(number=number)
    sight = {one.name: one.rule for one in why.who_sees(matter, page(world, "lin", number).scene)}
    assert sight["宋样本"] == "在这一件的团队里（翻译）"
    seal(at=clock.now())
    assert verify(queries.read_texts).whole


def test_the_lead_stays_the_only_one_who_takes_steps_and_is_answerable(world: World) -> None:
    number = in_grid(world)
    called(world, number, "lin", song="调解")
    before = Matter.objects.filter(number=number).values().get()
    assert page(world, "song", number).next_moves == ()
    with pytest.raises(Refused):
        step(world, number, "song", "finish_grid", "我来办结。")
    assert Matter.objects.filter(number=number).values().get() == before
    for who in ("song", "he"):
        assert not page(world, who, number).team.may_name
        with pytest.raises(Refused) as refusal:
            called(world, number, who, zhu="医务")
        assert refusal.value.code == "not_lead"
    step(world, number, "lin", "finish_grid", "已清。")
    assert page(world, "qiao", number).team.may_name, "who is asked now leads"
    assert not page(world, "lin", number).team.may_name
    assert sees(world, "song", number)


def test_who_leaves_or_is_ended_sees_it_no_more_and_stays_in_the_history(world: World) -> None:
    number = in_grid(world)
    (first,) = called(world, number, "lin", song="调解")
    with pytest.raises(Refused) as refusal:
        leave_team(number, " ", by=world.person("song"))
    assert refusal.value.code == "needs_note"
    leave_team(number, "这几天在外培训。", by=world.person("song"))
    assert not sees(world, "song", number)
    assert beside_me.look(world.person("song"), clock.now()).teams == ()
    (again,) = called(world, number, "lin", song="调解")
    assert end_membership(number, again, by=world.person("lin"), note="调解好了") == "宋样本"
    assert not sees(world, "song", number)
    with pytest.raises(Refused) as refusal:
        end_membership(number, again, by=world.person("lin"))
    assert refusal.value.code == "moved_meanwhile"
    past = page(world, "lin", number).team.past
    assert [(one.id, one.ended_why) for one in past] == [(first, "left"), (again, "lead")]
    told = [
        (e.what, e.facts["members"]) for e in ledger.story(Matter.objects.get().id) if "members" in e.facts
    ]
    assert told == [
        (events.TEAM_NAMED, [first.hex]), (events.TEAM_LEFT, [first.hex]),
        (events.TEAM_NAMED, [again.hex]), (events.TEAM_ENDED, [again.hex]),
    ]  # fmt: skip


def test_a_member_learns_nothing_of_the_reporter(world: World) -> None:
    number = opened(world, LAMP).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "sign")
    another_department(world)
    called(world, number, "zhu", song="医务", mei="检测")
    matter = Matter.objects.get(number=number)
    for who in ("song", "mei"):
        assert sees(world, who, number)
        assert not access.may_ask_who_reported(world.person(who), matter)
    assert looking_up.reported_from("13800000000", world.person("song")) == []
    assert [one.number for one in looking_up.reported_from("13800000000", world.person("he"))] == [number]


def test_who_must_step_aside_is_not_named_and_a_wall_ends_a_members_sight(world: World) -> None:
    number = in_grid(world)
    keep_from(
        number, walls.person_word(world.accounts["song"]), "亲属。", why="recused", by=world.person("he")
    )
    with pytest.raises(Refused) as refusal:
        called(world, number, "lin", song="调解")
    assert (refusal.value.code, "回避" in refusal.value.reason) == ("cannot_be_named", True)
    assert not Member.objects.exists()
    other = in_grid(world)
    called(world, other, "lin", song="调解", zhu="看房屋安全")
    keep_from(
        other, walls.person_word(world.accounts["song"]), "亲属。", why="recused", by=world.person("he")
    )
    recuse_myself(other, "同住一院。", by=world.person("zhu"))
    for who in ("song", "zhu"):
        assert not sees(world, who, other)
        assert found_by_words(world, who) == []
        assert queries.open_in(world.person(who)) == []
        assert beside_me.look(world.person(who), clock.now()).teams == ()
        with pytest.raises(NotFound):
            take_aside(other, "help", by=world.person(who), given=AsideGiven("说一句。"))
    assert {one.state for one in page(world, "lin", other).team.members} == {"aside"}


def test_who_cannot_be_named_is_told_why_and_nobody_is_then(world: World) -> None:
    number = in_grid(world)
    alone = staff.make_account("yu", "余样本", by=HOUSE, at=clock.now())
    world.accounts["yu"] = alone
    for wrong, told in (
        ({"song": "调解", "yu": "医务"}, "今天没有岗位"),
        ({"song": "调解", "lin": "医务"}, "牵头的岗位"),
        ({"song": " "}, "请写来做什么"),
        ({"song": "联系13800001234"}, "电话"),
        ({"song": "很" * 21}, "最多 20 个字"),
        ({}, "请写请谁"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            called(world, number, "lin", **wrong)
        assert told in refusal.value.reason
    assert not Member.objects.exists()
    called(world, number, "lin", song="调解")
    with pytest.raises(Refused):
        called(world, number, "lin", song="医务")
    with pytest.raises(NotFound):
        called(world, "没有〔2026〕1号", "lin", song="调解")
    waiting = opened(world).number
    with pytest.raises(Refused) as refusal:
        called(world, waiting, "he", song="调解")
    assert refusal.value.code == "not_lead", "it is not accepted yet"


def test_a_member_without_a_seat_sees_nothing(world: World) -> None:
    number = in_grid(world)
    called(world, number, "lin", song="调解")
    term = world.person("song").terms[0].term
    tomorrow = FRIDAY + timedelta(days=1)
    staff.change_end(term, tomorrow.date(), world.model, by=HOUSE, at=clock.now())
    with clock.fixed(tomorrow):
        assert not sees(world, "song", number)
        assert beside_me.look(world.person("song"), clock.now()).teams == ()
        assert [one.state for one in page(world, "lin", number).team.members] == ["seatless"]


def test_a_matter_without_a_team_costs_no_statement_more(world: World) -> None:
    plain = in_grid(world)
    with CaptureQueriesContext(connection) as asked:
        page(world, "lin", plain)
        queries.open_in(world.person("song"))
        queries.inbox(world.person("song"))
    tables = [one["sql"] for one in asked if "matters_member" in one["sql"]]
    assert len(tables) == 1, "the list, in its one statement"
    assert "UNION" in tables[0]


def test_whoever_holds_two_posts_stands_in_the_list_once_and_is_called_the_same_everywhere(
    world: World,
) -> None:
    on = clock.today()
    day = standing.Day(on, people.roster(on), world.model, places.tree(on))
    lists = [standing.people_to_name(day, near) for near in ("", liuxi.COMMUNITY, liuxi.GRID, liuxi.OTHER)]
    for found in lists:
        qiao = [one for one in found if one.name == "乔样本"]
        assert [one.hint for one in qiao] == ["在职干部 · 桥东社区、网格长 · 桥东 01 格"]
