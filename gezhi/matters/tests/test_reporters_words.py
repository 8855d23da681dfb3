"""Every word that came from the reporter is one that a restatement does not repeat, whichever way it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import outside, reporters_words, walls
from gezhi.matters.models import Matter, Statement
from gezhi.matters.services import asking_rights, relaying, reporters_own, reporting_back
from gezhi.matters.services import outside as handing_over
from gezhi.matters.services.asking_rights import RightWanted
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.outside import HandoverGiven
from gezhi.matters.services.relaying import RelayGiven
from gezhi.matters.services.reporting_back import Word

from .liuxi import GRID, World
from .test_awaiting import CLUTTER, answered
from .test_path import opened, step
from .test_stating import ask, scene

SAID = "上周三晚上九点我在传达室亲眼看见他收了两百块现金"
ABOUT = replace(CLUTTER, about=(walls.unit_word(GRID),))


def row_of(number: str) -> Matter:
    return Matter.objects.get(number=number)


def adds(world: World) -> str:
    number = opened(world, ABOUT).number
    relaying.add_own(row_of(number).id, RelayGiven(uuid4(), SAID), at=clock.now())
    return number


def answers(world: World) -> str:
    number = opened(world, ABOUT).number
    step(world, number, "he", "accept")
    take_step(number, "ask_grid", by=world.person("tang"), at=clock.now(), given=StepGiven(note="几时的事？"))
    row = row_of(number)
    reporters_own.answer(row.id, SAID, seen=row.moved, at=clock.now())
    return number


def rates(world: World) -> str:
    row = row_of(answered(world))
    reporters_own.rate(row.id, "discontent", SAID, seen=row.moved, at=clock.now())
    return row.number


def is_called_back(world: World) -> str:
    number = answered(world)
    reporting_back.record_rating(number, "discontent", Word("phone", SAID), by=world.person("he"))
    return number


def opens_again(world: World) -> str:
    row = row_of(answered(world))
    reporters_own.rate(row.id, "content", "", seen=row.moved, at=clock.now())
    with clock.fixed(clock.now() + timedelta(minutes=5)):
        reporters_own.reopen(row.id, SAID, seen=row_of(row.number).moved, at=clock.now())
    return row.number


def asks_about_their_data(world: World) -> str:
    number = opened(world, ABOUT).number
    asking_rights.ask_own(row_of(number).id, RightWanted(uuid4(), "correct", SAID), at=clock.now())
    return number


def is_merged_into_another(world: World) -> str:
    first = opened(world, ABOUT).number
    second = open_matter(replace(CLUTTER, text=SAID), by=world.clerk()).number
    into = StepGiven(into=first, note="同一件。")
    take_step(second, "merge", by=world.person("he"), at=clock.now(), given=into)
    return first


WAYS = (adds, answers, rates, is_called_back, opens_again, asks_about_their_data, is_merged_into_another)


@pytest.mark.parametrize("came", WAYS, ids=lambda way: way.__name__)
def test_whichever_way_it_came_it_is_theirs(world: World, came: Callable[[World], str]) -> None:
    assert SAID in reporters_words.of_matter(row_of(came(world)).id)


@pytest.mark.parametrize("came", [adds, answers, asks_about_their_data, is_merged_into_another])
def test_a_restatement_does_not_repeat_it(world: World, came: Callable[[World], str]) -> None:
    number = came(world)
    broken = "有人说：上周三，晚上九点，我在传达室，亲眼看见，他收了两百块。请说明。"
    with pytest.raises(Refused, match="上周三，晚上九点，我在传达室，亲眼看见…") as refused:
        ask(world, number, "he", words=broken, checked=True)
    assert refused.value.code == "reporters_words"
    with pytest.raises(Refused, match="在传达室亲眼看见") as pointed_out:
        ask(world, number, "he", words="有人说在传达室亲眼看见收钱，请说明。")
    assert pointed_out.value.code == "tell_tales"
    assert not Statement.objects.exists()


def test_what_staff_wrote_is_not_theirs(world: World) -> None:
    number = opened(world, ABOUT).number
    step(world, number, "he", "accept", "请尽快去现场看一看，再和物业一起清走。")
    found = scene(world, "tang", number)
    relaying.leave(
        found, RelayGiven(uuid4(), "我们已经收到您的来信了。"), by=world.person("tang"), at=clock.now()
    )
    assert reporters_words.of_matter(found.matter.id) == [CLUTTER.text]


def test_nor_does_what_is_handed_to_somebody_outside(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    relaying.add_own(row_of(number).id, RelayGiven(uuid4(), SAID), at=clock.now())
    found = scene(world, "lin", number)
    until = outside.latest_until(found, clock.now())
    given = HandoverGiven(uuid4(), "柳溪样本物业公司", f"请去看：{SAID}。", until)
    with pytest.raises(Refused, match="原话"):
        handing_over.hand_over(found, given, by=world.person("lin"), at=clock.now())
