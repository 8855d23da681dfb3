"""办理意见审核: two sentences of a model let an answer go out only when a second person has agreed to its words.

[flow.main.move.answer] needs = ["note", "second_person"]
[staffing] centre_two = { level = "county", least = { centre = 3 } }  (one may have handled it; two are left)
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters import bonds, proposals, queries
from gezhi.matters.models import Matter, Proposal
from gezhi.matters.services import proposing
from gezhi.matters.services.editions import adopt
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.notify import queries as told
from gezhi.notify import services as notify
from gezhi.rules.texts import read, texts_of
from gezhi.rules.writing import parts_of

from . import liuxi
from .liuxi import World
from .test_path import opened, step

SAID, ANEW = "三楼的纸箱已经清走。", "三楼的纸箱 11月20日已清走。"
pytestmark = [pytest.mark.django_db, pytest.mark.proof, pytest.mark.slow]


@pytest.fixture
def reviewed(world: World) -> Iterator[World]:
    """柳溪, where an answer needs two."""
    tables, items = parts_of(liuxi.nanling())
    tables["flow"]["main"]["move"]["answer"]["needs"] = ["note", "second_person"]
    tables["staffing"]["centre_two"]["least"] = {"centre": 3}
    adopt(read(texts_of(tables, items)).model, by=HOUSE, at=clock.now())
    yield world
    liuxi.forget()


def checked(world: World) -> str:
    number = opened(world).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "finish_grid", "已清。")
    step(world, number, "qiao", "pass", "属实。")
    return number


def messages() -> list[str]:
    while notify.hear(at=clock.now()):
        pass
    return [one.text for one in told.drawer(to_reporter=True)]


def answered(world: World, number: str, who: str, said: str = SAID) -> bool:
    given = StepGiven(said)
    return take_step(number, "answer", by=world.person(who), at=clock.now(), given=given).proposed


def test_an_answer_waits_is_sent_back_with_a_reason_and_goes_out_once_agreed(reviewed: World) -> None:
    number = checked(reviewed)
    assert answered(reviewed, number, "qiao")
    assert Matter.objects.get().step == "checked"
    assert not any(SAID.rstrip("。") in text for text in messages())
    waits = proposals.waiting(Matter.objects.get())
    assert waits is not None
    with pytest.raises(Refused):
        proposing.confirm(number, waits.id, by=reviewed.person("qiao"))
    proposing.decline(number, waits.id, "请写明哪天清走的。", by=reviewed.person("wu"))
    assert answered(reviewed, number, "qiao", ANEW)
    assert Proposal.objects.filter(state="declined").count() == 1
    assert not any("清走" in text for text in messages())
    again = proposals.waiting(Matter.objects.get())
    assert again is not None
    proposing.confirm(number, again.id, by=reviewed.person("wu"))
    assert Matter.objects.get().step == "answered"
    (sent,) = [text for text in messages() if "清走" in text]
    assert ANEW.rstrip("。") in sent


@pytest.fixture
def two_merge(world: World) -> Iterator[World]:
    """柳溪, where a merger needs two."""
    tables, items = parts_of(liuxi.nanling())
    tables["flow"]["main"]["move"]["merge"]["needs"] = ["second_person"]
    tables["staffing"]["centre_two"]["least"] = {"centre": 3}
    adopt(read(texts_of(tables, items)).model, by=HOUSE, at=clock.now())
    yield world
    liuxi.forget()


def test_a_merger_that_needs_two_goes_into_what_was_proposed(two_merge: World) -> None:
    first, second = opened(two_merge).number, opened(two_merge).number
    given = StepGiven("同一处。", into=first)
    done = take_step(second, "merge", by=two_merge.person("he"), at=clock.now(), given=given)
    assert done.proposed
    page = queries.page(two_merge.person("wu"), second)
    assert page is not None
    waits = page.ties.waiting
    assert waits is not None
    assert waits.into is not None
    assert waits.into.number == first
    proposing.confirm(second, waits.id, by=two_merge.person("wu"))
    row = Matter.objects.get(number=second)
    assert (row.closing, bonds.target_of(row.id)) == ("merged", Matter.objects.get(number=first).id)
    assert any("共 2 人反映" in text for text in messages())


def test_a_merger_that_needs_two_is_refused_where_the_other_has_ended_meanwhile(two_merge: World) -> None:
    first, second = opened(two_merge).number, opened(two_merge).number
    given = StepGiven("同一处。", into=first)
    take_step(second, "merge", by=two_merge.person("he"), at=clock.now(), given=given)
    step(two_merge, first, "he", "refuse", "不归本区管。")
    waits = proposals.waiting(Matter.objects.get(number=second))
    assert waits is not None
    with pytest.raises(Refused, match="已经了结"):
        proposing.confirm(second, waits.id, by=two_merge.person("wu"))
    assert Matter.objects.get(number=second).step == "reported"
    assert proposals.waiting(Matter.objects.get(number=second)) is not None
