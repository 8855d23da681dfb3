"""情况说明: the party reads what somebody wrote anew for it, and nothing else; its answer stands in the story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import beside_me, queries, statements, walls
from gezhi.matters.models import Matter, Statement
from gezhi.matters.scenes import Scene
from gezhi.matters.services import stating
from gezhi.matters.services.stating import SideGiven, StatementWanted
from gezhi.matters.services.walling import keep_from
from gezhi.people import services as staff

from .liuxi import BEGAN, COMMUNITY, GRID, OTHER, World
from .test_path import CLUTTER, opened, step
from .test_walls import sees

WORDS = "有人反映窗口办事收取额外费用。请说明收费依据和近一个月收费的情况。"
WALL = walls.unit_word(GRID)


@pytest.fixture
def number(world: World) -> str:
    """A matter that complains of the first grid, where lin works and qiao heads."""
    found = opened(world, replace(CLUTTER, about=(WALL,))).number
    step(world, found, "he", "accept")
    return found


def scene(world: World, who: str, number: str) -> Scene:
    found = queries.page(world.person(who), number)
    assert found is not None
    return found.scene


def ask(world: World, number: str, who: str = "tang", **more: object) -> UUID:
    wanted = replace(StatementWanted(uuid4(), WALL, WORDS, 5), **more)  # type: ignore[arg-type]  # test shorthand
    return stating.ask(scene(world, who, number), wanted, by=world.person(who), at=clock.now())


def test_the_party_reads_the_restatement_its_number_and_the_day_alone(world: World, number: str) -> None:
    id = ask(world, number)
    (one,) = statements.asked_of(world.person("lin"), clock.now())
    assert (one.id, one.words, one.late) == (id, WORDS, False)
    assert (one.due_at - clock.now()).days >= 6, "five working days over a weekend"
    assert statements.one_asked(world.person("qiao"), id, clock.now()) is not None, "who heads the unit, too"
    for other in ("song", "zhu", "tang", "he"):
        assert statements.asked_of(world.person(other), clock.now()) == ()
    assert not sees(world, "lin", number)
    figures = number.partition("〕")[2].removesuffix("号")
    assert figures not in one.number


def test_its_answer_stands_in_the_story_and_is_read_by_it_no_more(world: World, number: str) -> None:
    id = ask(world, number)
    stating.state(id, SideGiven("都按公示的标准收，附有收据。"), by=world.person("lin"), at=clock.now())
    assert statements.asked_of(world.person("lin"), clock.now()) == ()
    with pytest.raises(NotFound):
        stating.state(id, SideGiven("再写一句。"), by=world.person("qiao"), at=clock.now())
    found = queries.page(world.person("tang"), number)
    assert found is not None
    told = [(one.verb, one.by_name, one.note) for one in found.story[:2]]
    assert told[0][0] == "情况说明"
    assert told[0][1] == "林样本"
    assert "都按公示的标准收" in told[0][2]
    assert told[1][0] == "转述，请作情况说明"
    assert told[1][1] == "汤样本", "who wrote it"
    assert WORDS in told[1][2]
    (view,) = statements.of_matter(found.scene, clock.now())
    assert (view.name, view.state, view.answer) == ("桥东 01 格", "given", "都按公示的标准收，附有收据。")
    assert beside_me.look(world.person("tang"), clock.now()).stated == ((number, False),)
    step(world, number, "tang", "finish_grid", "核实了。")
    assert beside_me.look(world.person("tang"), clock.now()).stated == ()
    whats = [entry.what for entry in ledger.story(found.matter.id)]
    assert whats.count("statement.asked") == whats.count("statement.given") == 1
    seal(at=clock.now())
    assert verify(queries.read_texts).faults == []


def test_the_party_and_whoever_does_not_handle_it_do_not_ask(world: World, number: str) -> None:
    at_desk = scene(world, "tang", number)
    wanted = StatementWanted(uuid4(), WALL, WORDS, 5)
    for who in ("lin", "qiao", "song"):
        with pytest.raises(Refused, match="转述由"):
            stating.ask(at_desk, wanted, by=world.person(who), at=clock.now())
    plain = opened(world).number
    with pytest.raises(Refused, match="先要记下"):
        stating.ask(scene(world, "he", plain), wanted, by=world.person("he"), at=clock.now())
    with pytest.raises(Refused, match="请选请谁说明"):
        ask(world, number, party=walls.unit_word(COMMUNITY))
    assert not Statement.objects.exists()


def test_whoever_a_wall_lets_through_does_not_restate_what_is_said_of_them(world: World) -> None:
    number = opened(world, replace(CLUTTER, about=(walls.unit_word("0001"),))).number
    assert sees(world, "he", number), "nobody else is left"
    with pytest.raises(Refused, match="被反映的一方自己不写"):
        ask(world, number, "he", party=walls.unit_word("0001"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("请说明柳望1120-0001号的情况。", "number"),
        ("请说明 1120-0001 的情况。", "number"),
        ("楼道堆了纸箱一大堆，三层以上都走不过去了，请说明。", "reporters_words"),
        ("有人说三层以上都走不过去，请说明。", "tell_tales"),
        ("住在3栋301的人说收钱，请说明。", "tell_tales"),
        ("打 13800000000 的人说收钱，请说明。", "tell_tales"),
        ("请 110101199003074610 的人说明。", "identity_in_text"),
        ("好", "needs_note"),
    ],
)
def test_what_may_tell_who_reported_is_told_first(world: World, words: str, code: str) -> None:
    report = replace(CLUTTER, text="楼道堆了纸箱一大堆，三层以上都走不过去了。", about=(WALL,))
    number = opened(world, report).number
    with pytest.raises(Refused) as refused:
        ask(world, number, "he", words=words)
    assert refused.value.code == code
    assert not Statement.objects.exists()
    if code == "tell_tales":
        ask(world, number, "he", words=words, checked=True)
        assert Statement.objects.count() == 1
    else:
        with pytest.raises(Refused):
            ask(world, number, "he", words=words, checked=True)


def test_it_is_taken_back_and_asked_again_but_not_twice_at_once(world: World, number: str) -> None:
    id = ask(world, number)
    with pytest.raises(Refused, match="没有答"):
        ask(world, number)
    stating.withdraw(scene(world, "he", number), id, by=world.person("he"), at=clock.now())
    assert statements.asked_of(world.person("lin"), clock.now()) == ()
    with pytest.raises(NotFound):
        stating.state(id, SideGiven("来不及了。"), by=world.person("lin"), at=clock.now())
    with pytest.raises(Refused):
        stating.withdraw(scene(world, "he", number), id, by=world.person("he"), at=clock.now())
    ask(world, number)
    shown = statements.of_matter(scene(world, "he", number), clock.now())
    assert sorted(one.state for one in shown) == ["open", "withdrawn"]


def test_what_is_late_is_told_at_both_desks_and_ends_with_the_matter(world: World, number: str) -> None:
    ask(world, number, days=3)
    assert beside_me.look(world.person("lin"), clock.now()).to_state == statements.Count(1, 0)
    with clock.fixed(clock.now() + timedelta(days=14)):
        assert beside_me.look(world.person("lin"), clock.now()).to_state == statements.Count(1, 1)
        assert beside_me.look(world.person("tang"), clock.now()).stated == ((number, True),)
        assert beside_me.look(world.person("lin"), clock.now()).stated == ()
    keep_from(
        number, walls.person_word(world.accounts["tang"]), "亲属。", why="recused", by=world.person("he")
    )
    assert beside_me.look(world.person("tang"), clock.now()).stated == ()
    Matter.objects.update(ended_at=clock.now())
    assert statements.asked_of(world.person("lin"), clock.now()) == ()


def seat_at(world: World, sign_in: str, post: str, place: str) -> None:
    world.accounts[sign_in] = staff.make_account(sign_in, "平样本", by=HOUSE, at=clock.now())
    wanted = staff.Appointment(
        account=world.accounts[sign_in],
        post=post,
        unit=world.units[place],
        from_on=BEGAN,
        note="早就在任",
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())


def test_a_volunteer_does_not_speak_for_the_unit(world: World) -> None:
    word = walls.unit_word(COMMUNITY)
    seat_at(world, "ping", "volunteer", "community")
    number = opened(world, replace(CLUTTER, about=(word,))).number
    id = ask(world, number, "he", party=word)
    assert statements.one_asked(world.person("qiao"), id, clock.now()) is not None, "the cadre does"
    ping = world.person("ping")
    assert statements.asked_of(ping, clock.now()) == ()
    assert beside_me.look(ping, clock.now()).to_state == statements.Count(0, 0)
    assert statements.over(ping, id) == ""
    with pytest.raises(NotFound):
        stating.state(id, SideGiven("没有这回事。"), by=ping, at=clock.now())


def test_a_unit_with_volunteers_and_administrators_alone_has_nobody_there(world: World) -> None:
    seat_at(world, "ping", "partner", "other")
    staff.end_term(world.person("song").terms[0].term, clock.today(), world.model, by=HOUSE, at=clock.now())
    word = walls.unit_word(OTHER)
    number = opened(world, replace(CLUTTER, about=(word,))).number
    with pytest.raises(Refused, match="没有人在岗"):
        ask(world, number, "he", party=word)
    named = walls.person_word(world.accounts["ping"])
    mine = opened(world, replace(CLUTTER, client_key="k2", about=(named,))).number
    id = ask(world, mine, "he", party=named)
    assert statements.one_asked(world.person("ping"), id, clock.now()) is not None, "for themselves they do"


def test_nobody_there_is_said_before_anything_is_written(world: World) -> None:
    word = "department:market"
    number = opened(world, replace(CLUTTER, about=(word,))).number
    with pytest.raises(Refused, match="没有人在岗"):
        ask(world, number, "he", party=word)
    assert not Statement.objects.exists()
