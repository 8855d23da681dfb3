"""Acts beside the flow: they move no step, bring in whom they name and nobody else, and are done once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import access, besides, events, queries, why
from gezhi.matters.models import ActBeside, Asked, Helper, Matter, Referred
from gezhi.matters.queries import MatterPage
from gezhi.matters.services.besides import AsideGiven, take_aside
from gezhi.people import services as staff
from gezhi.promises.models import Promise
from gezhi.rules import load

from . import liuxi
from .liuxi import World
from .test_path import LAMP, opened, step


def beside(world: World, number: str, who: str, aside: str, note: str = "", **given: object) -> None:
    take_aside(number, aside, by=world.person(who), given=AsideGiven(note, **given))  # type: ignore[arg-type]


def page(world: World, who: str, number: str) -> MatterPage:
    found = queries.page(world.person(who), number)
    assert found is not None
    return found


def offered(world: World, who: str, number: str) -> list[str]:
    return [one.id for one in page(world, who, number).besides]


def in_grid(world: World) -> str:
    number = opened(world).number
    step(world, number, "he", "accept")
    return number


def another_department(world: World) -> None:
    """mei sits in the market department."""
    world.accounts["mei"] = staff.make_account("mei", "梅样本", by=HOUSE, at=clock.now())
    wanted = staff.Appointment(
        account=world.accounts["mei"],
        post="department",
        unit=world.units["county"],
        from_on=liuxi.BEGAN,
        note="早就在任",
        department="market",
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())


def test_an_urging_moves_nothing_and_is_told_to_whoever_has_it(world: World) -> None:
    number = in_grid(world)
    before = Matter.objects.filter(number=number).values().get()
    promises = list(Promise.objects.values())
    beside(world, number, "he", "chase")
    clock_moves = clock.now() + timedelta(hours=2)
    with clock.fixed(clock_moves):
        beside(world, number, "he", "chase")
        beside(world, number, "he", "press", "群众又来问，请今天去。")
    assert Matter.objects.filter(number=number).values().get() == before
    assert list(Promise.objects.values()) == promises

    model, id = world.model, before["id"]
    urged = besides.urged([id], model)[id]
    assert (urged.times, urged.last_at) == ((("chase", 2), ("press", 1)), clock_moves)
    assert besides.urged_words(urged, model) == "催办 2 次、督办 1 次"
    told = [(h.facts["aside"], h.facts["desk"]) for h in ledger.story(id) if h.what == events.BESIDE]
    assert told == [(aside, before["desk"]) for aside in ("chase", "chase", "press")]
    assert [one.verb for one in page(world, "lin", number).story][:3] == ["督办", "催办", "催办"]
    assert page(world, "lin", number).story[0].note == "群众又来问，请今天去。"
    seal(at=clock.now())
    assert verify(queries.read_texts).whole


def test_the_same_desk_does_the_same_once_an_hour_and_is_told_who_did(world: World) -> None:
    number = in_grid(world)
    beside(world, number, "he", "chase")
    with pytest.raises(Refused, match=r"网格管理中心.*17:30.*催办") as refused:
        beside(world, number, "wu", "chase")  # the same desk, somebody else
    assert refused.value.code == "done_lately"
    with clock.fixed(clock.now() + timedelta(minutes=59)), pytest.raises(Refused):
        beside(world, number, "he", "chase")
    with clock.fixed(clock.now() + timedelta(hours=1)):
        beside(world, number, "he", "chase")
    assert ActBeside.objects.count() == 2


def test_a_page_that_was_overtaken_does_nothing(world: World) -> None:
    number = in_grid(world)
    beside(world, number, "he", "chase", seen=0)
    with pytest.raises(Refused) as refused:
        beside(world, number, "he", "press", "请快办。", seen=0)
    assert refused.value.code == "moved_meanwhile"
    assert page(world, "he", number).besides_done == 1


def test_who_may_not_is_told_who_can_and_when(world: World) -> None:
    number = opened(world).number
    with pytest.raises(Refused, match="到了受理、办理中、待核查才能做") as refused:
        beside(world, number, "he", "chase")
    assert refused.value.code == "phase"
    step(world, number, "he", "accept")
    with pytest.raises(Refused, match=r"没有这项职责；.*可以"):
        beside(world, number, "lin", "chase")
    with pytest.raises(Refused, match="说明") as refused:
        beside(world, number, "he", "press")
    assert refused.value.code == "needs_note"
    with pytest.raises(NotFound):
        beside(world, number, "song", "chase")
    assert offered(world, "he", number) == ["chase", "press"]
    assert offered(world, "lin", number) == ["join"]
    assert ActBeside.objects.count() == 0


def test_departments_help_and_one_leads(world: World) -> None:
    another_department(world)
    number = opened(world, LAMP).number
    for who, move in (("he", "accept"), ("zhu", "sign")):
        step(world, number, who, move)
    assert queries.page(world.person("mei"), number) is None
    with pytest.raises(Refused, match="主办"):
        beside(world, number, "zhu", "join", "要市场监管来。", departments=["housing"])
    with pytest.raises(Refused, match="请选请哪个部门"):
        beside(world, number, "zhu", "join", "要市场监管来。", departments=["nobody"])
    beside(world, number, "zhu", "join", "灯具要查合格证。", departments=["market"])

    matter = Matter.objects.get(number=number)
    assert (matter.department, matter.desk) == ("housing", "department:housing")
    assert Asked.objects.filter(matter=matter.id, department="market").exists()
    assert [one.number for one in besides.for_me(world.person("mei"))] == [number]
    assert offered(world, "mei", number) == ["help"]
    assert offered(world, "zhu", number) == ["join"]
    with pytest.raises(Refused):
        step(world, number, "mei", "finish", "换好了。")
    with pytest.raises(Refused, match="协办的部门"):
        beside(world, number, "zhu", "help", "我们自己查了。")

    beside(world, number, "mei", "help", "合格证已查，没有问题。")
    beside(world, number, "mei", "help", "补充：同批还有两只。")  # a second word within the hour is a word
    assert besides.for_me(world.person("mei")) == ()
    assert page(world, "he", number).joined[0].said_at == clock.now()
    step(world, number, "zhu", "finish", "灯泡已换。")
    assert Matter.objects.get(number=number).step == "done"


def test_who_never_was_asked_to_help_says_nothing_of_it(world: World) -> None:
    another_department(world)
    number = opened(world, LAMP).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "object", "不归我们。")
    step(world, number, "he", "redirect", "归市场监管。", department="market")
    assert offered(world, "zhu", number) == []
    with pytest.raises(Refused, match="协办的部门"):
        beside(world, number, "zhu", "help", "我们也去了。")
    assert Helper.objects.count() == 0


def test_what_is_referred_is_seen_from_then_until_it_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = in_grid(world)
    matter = Matter.objects.get(number=number)
    song = world.person("song")  # a worker of the grid beside it, who sees nothing of this one
    assert access.matter_for(song, number) is None
    Referred.objects.create(matter=matter.id, desk=song.desks[0], since=clock.now())
    assert access.matter_for(song, number) is None  # no act of this model refers to the post
    aside = load.named("guangming-2023").asides["refer"]

    shown = replace(world.model, asides={"refer": replace(aside, refers=("grid_worker",))})
    monkeypatch.setattr(access.editions, "today", lambda: shown)
    assert access.matter_for(song, number) is not None
    scene = page(world, "he", number).scene
    assert [
        one.rule for one in why.who_sees(matter, replace(scene, model=shown)) if one.name == song.name
    ] == ["转请其看，到办结为止"]
    assert [one.referred for one in besides.for_me(song)] == [True]
    Matter.objects.filter(id=matter.id).update(ended_at=clock.now())
    assert access.matter_for(song, number) is None
    assert besides.for_me(song) == ()
