"""Parts that are taken out while somebody finishes the whole: it is not done before them, whoever comes first."""

from __future__ import annotations

import pytest
from django.db import connection

from gezhi.errors import Refused
from gezhi.matters import bonds
from gezhi.matters.models import Matter, Text
from gezhi.matters.services import parting
from gezhi.promises.models import Promise

from .liuxi import World
from .meanwhile import Meanwhile
from .test_path import LAMP, opened, stands, step
from .test_reclassing import PARTS


def in_work(world: World) -> str:
    number = opened(world, LAMP).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "sign")
    return number


def test_parts_taken_out_between_reading_a_whole_and_finishing_it_are_seen(lasting: World) -> None:
    number, he = in_work(lasting), lasting.person("he")
    whole = Matter.objects.get(number=number)
    before = Promise.objects.filter(about=whole.id, met_at=None).count(), Text.objects.count()
    made: list[str] = []
    between = Meanwhile(lambda: made.extend(parting.part(number, PARTS, by=he, key="k")))
    with connection.execute_wrapper(between), pytest.raises(Refused, match="还有 2 件") as told:
        step(lasting, number, "zhu", "finish", "办了。")
    assert told.value.code == "parts_open"
    assert len(made) == 2
    assert (stands(number)[0], Matter.objects.get(number=number).moved) == (whole.step, whole.moved)
    after = Promise.objects.filter(about=whole.id, met_at=None).count(), Text.objects.count() - len(PARTS)
    assert after == before, "nothing of the step was kept"
    for one in made:
        step(lasting, one, "he", "drop", "没有这回事。")
    step(lasting, number, "zhu", "finish", "都办了。")
    assert stands(number)[0] != whole.step


def test_of_what_was_finished_meanwhile_no_parts_are_taken_out(lasting: World) -> None:
    number = in_work(lasting)
    between = Meanwhile(lambda: step(lasting, number, "zhu", "finish", "办了。"))
    with connection.execute_wrapper(between), pytest.raises(Refused) as told:
        parting.part(number, PARTS, by=lasting.person("he"), key="k")
    assert told.value.code == "moved_meanwhile"
    assert bonds.parts_of(Matter.objects.get(number=number).id) == []
    assert Matter.objects.count() == 1
