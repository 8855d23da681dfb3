"""改类 and 拆分: a wrong class costs nobody any time, and a whole is not done before its parts."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.services import seal
from gezhi.matters import bonds
from gezhi.matters.models import Matter, Unsought
from gezhi.matters.proof import proof
from gezhi.matters.services import indexing, parting, reclassing
from gezhi.matters.services.parting import PartGiven
from gezhi.notify import queries as told
from gezhi.notify import services as notify
from gezhi.promises.models import Promise

from .liuxi import FRIDAY, GRID, World
from .test_path import CLUTTER, LAMP, opened, stands, step


def local(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def finish(number: str) -> Promise:
    return Promise.objects.get(about=Matter.objects.get(number=number).id, name="finish", void_at=None)


def test_what_was_taken_for_another_thing_goes_to_whom_it_belongs_with_its_old_beginning(
    world: World,
) -> None:
    number = opened(world, CLUTTER).number
    step(world, number, "he", "accept")
    while indexing.index_waiting():
        pass
    assert (stands(number), finish(number).due_at) == (("gridwork", f"grid_worker@{GRID}"), local(11, 26))
    with clock.fixed(local(11, 24, 9)):
        reclassing.reclass(number, "N14", "是物业不到位，不是堆物。", by=world.person("he"))
        assert stands(number) == ("assigned", "department:housing")
        row = Matter.objects.get(number=number)
        assert (row.item, row.category, row.department) == ("N14", "社区管理类", "housing")
        assert Unsought.objects.filter(matter=row.id).exists()  # its words and its item are looked up anew
        assert finish(number).made_at == FRIDAY
        assert finish(number).due_at == local(
            12, 5
        )  # 10 working days from Friday the 20th, not from the 24th
        assert row.next_promise == "sign"
        entry = next(h for h in ledger.story(row.id) if h.what == "matter.reclassed")
        assert (entry.facts["old"], entry.facts["item"]) == ("N01", "N14")
        seal(at=clock.now())
        assert proof().whole


def test_what_would_be_over_by_the_right_length_is_held_until_the_day_ends(world: World) -> None:
    number = opened(world, CLUTTER).number
    step(world, number, "he", "accept")
    with clock.fixed(local(11, 24, 9)):
        reclassing.reclass(number, "N06", "是消防通道堵了。", by=world.person("he"))  # 4 hours from Friday
        assert finish(number).due_at == local(11, 25)
        assert Matter.objects.get(number=number).grade == "urgent"


@pytest.mark.parametrize(
    ("who", "code", "note", "why"),
    [
        ("lin", "N14", "看错了。", "受理的岗位"),
        ("he", "N99", "看错了。", "请选"),
        ("he", "N01", "看错了。", "本来就是"),
        ("he", "N14", " ", "为什么"),
    ],
)
def test_who_may_not_class_anew_and_into_what(world: World, who: str, code: str, note: str, why: str) -> None:
    number = opened(world, CLUTTER).number
    step(world, number, "he", "accept")
    with pytest.raises(Refused, match=why):
        reclassing.reclass(number, code, note, by=world.person(who))
    assert Matter.objects.get(number=number).item == "N01"


def test_what_is_done_is_not_classed_anew(world: World) -> None:
    number = opened(world, CLUTTER).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "finish_grid", "已清。")
    with pytest.raises(Refused, match="办结之前"):
        reclassing.reclass(number, "N14", "看错了。", by=world.person("he"))


PARTS = (PartGiven("楼道灯不亮。", "N12"), PartGiven("楼道堆了纸箱。", "N01"))


def test_a_whole_is_not_done_before_its_parts_and_alone_speaks_to_the_reporter(world: World) -> None:
    number = opened(world, LAMP).number
    step(world, number, "he", "accept")
    made = parting.part(number, PARTS, by=world.person("he"), key="k")
    again = parting.part(number, PARTS, by=world.person("he"), key="k")
    assert made == again
    assert len(bonds.parts_of(Matter.objects.get(number=number).id)) == 2
    step(world, number, "zhu", "sign")
    with pytest.raises(Refused, match="还有 2 件"):
        step(world, number, "zhu", "finish", "办了。")
    step(world, made[0], "he", "drop", "灯是好的。")
    step(world, made[1], "he", "drop", "已搬走。")
    step(world, number, "zhu", "finish", "都办了。")
    while notify.hear(at=clock.now()):
        pass
    receivers = [one.to for one in told.drawer(most=100) if one.to_reporter]
    assert len(set(receivers)) == 1


def test_all_parts_are_taken_or_none_and_a_part_has_no_parts(world: World) -> None:
    number = opened(world, LAMP).number
    with pytest.raises(Refused, match="第 2 件") as refused:
        parting.part(number, (PARTS[0], PartGiven("楼道堆了纸箱。", "N99")), by=world.person("he"), key="k")
    assert refused.value.field == "parts-2"
    assert Matter.objects.count() == 1
    made = parting.part(number, PARTS[:1], by=world.person("he"), key="k")
    with pytest.raises(Refused, match="不能再拆"):
        parting.part(made[0], PARTS, by=world.person("he"), key="l")
    with clock.fixed(FRIDAY + timedelta(hours=1)), pytest.raises(Refused, match="受理的岗位"):
        parting.part(number, PARTS, by=world.person("lin"), key="m")
