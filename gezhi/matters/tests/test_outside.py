"""Handovers and the ground: the unit that follows answers for what was handed over, and the link goes on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import outside, queries
from gezhi.matters.models import Handover
from gezhi.matters.services import outside as services
from gezhi.matters.services import outside_door
from gezhi.matters.services.outside import HandoverGiven
from gezhi.matters.services.outside_door import Word
from gezhi.promises.models import Promise

from . import ground_plans as plans
from .ground_plans import merged, row, taken, unit_called
from .liuxi import INSIDE, World
from .test_carrying import working
from .test_path import step


def handed_over(world: World, who: str, number: str) -> tuple[UUID, str]:
    found = queries.page(world.person(who), number)
    assert found is not None
    until = outside.latest_until(found.scene, clock.now())
    given = HandoverGiven(uuid4(), "柳溪样本物业公司", "请把纸箱搬走。", until)
    link = services.hand_over(found.scene, given, by=world.person(who), at=clock.now())
    return link.handover, link.code


def test_the_unit_that_follows_has_what_was_handed_over(world: World) -> None:
    number = working(world, INSIDE)
    id, _code = handed_over(world, "lin", number)
    taken(world, merged(world))
    plans.first_of_december()
    kept = Handover.objects.get(id=id)
    assert kept.desk == row(number).desk == f"grid_worker@{unit_called('桥东大格')}"
    assert kept.ended_at is None


def opens(code: str) -> bool:
    try:
        outside_door.open_by(code, address="192.0.2.1", at=clock.now())
    except NotFound:
        return False
    return True


def test_passing_it_on_ends_the_link_and_stopping_the_clock_does_not(world: World) -> None:
    number = working(world, INSIDE)
    id, code = handed_over(world, "lin", number)
    step(world, number, "tang", "pause", "等住户回来。", reason="weather")
    assert opens(code)
    step(world, number, "tang", "resume_grid")
    assert opens(code)
    step(world, number, "he", "pass_on", "涉及公共管线。", department="market")
    assert not opens(code)
    assert Handover.objects.get(id=id).ended_why == "moved"


def test_only_the_right_digest_opens_and_a_word_is_written_once(world: World) -> None:
    id, code = handed_over(world, "lin", working(world, INSIDE))
    _opened, digest = outside_door.open_by(code, address="192.0.2.1", at=clock.now())
    assert outside.through(id, digest, clock.now()) is not None
    assert outside.through(id, "0" * 64, clock.now()) is None
    word = Word(uuid4(), "received")
    assert outside_door.say(id, digest, word, at=clock.now())
    assert not outside_door.say(id, digest, word, at=clock.now())
    with pytest.raises(NotFound):
        outside_door.say(id, "0" * 64, Word(uuid4(), "done", "好了。"), at=clock.now())


def test_a_matter_that_nobody_handed_out_asks_nothing_more_for_a_step(world: World) -> None:
    number = working(world, INSIDE)
    with CaptureQueriesContext(connection) as asked:
        step(world, number, "lin", "finish_grid", "已清。")
    assert [one["sql"] for one in asked if "matters_handover" in one["sql"]] == []


def test_a_link_ends_with_the_work_though_a_rule_about_silence_runs_longer(world: World) -> None:
    number = working(world, INSIDE)
    step(world, number, "lin", "note_grid", "约了住户明天来搬。")
    finish = Promise.objects.get(name="finish", met_at=None, void_at=None)
    quiet = Promise.objects.get(name="quiet", met_at=None, void_at=None)
    assert quiet.due_at > finish.due_at > clock.now()
    page = queries.page(world.person("lin"), number)
    assert page is not None
    assert outside.latest_until(page.scene, clock.now()) == finish.due_at
    given = HandoverGiven(uuid4(), "柳溪样本物业公司", "请把纸箱搬走。", quiet.due_at)
    with pytest.raises(Refused) as refused:
        services.hand_over(page.scene, given, by=world.person("lin"), at=clock.now())
    assert refused.value.code == "until_late"
    late = finish.due_at + timedelta(minutes=1)
    assert outside.latest_until(page.scene, late) == late + outside.OVERDUE_DAYS
