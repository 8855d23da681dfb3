"""The register of groups: a file is taken in whole or not at all, and each sees what is theirs."""

from __future__ import annotations

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, World
from gezhi.notify import doorkeeping, groups, groups_file
from gezhi.notify.doorkeeping import Said
from gezhi.notify.groups_file import FileWrong, Taken
from gezhi.notify.models import ChatGroup
from gezhi.places import queries as places
from gezhi.places.tree import Tree

HEAD = "编号,群名,单元,楼栋,人数,岗位,机器人,核对日期\n"


def ground() -> Tree:
    return places.tree(clock.today())


def unit(path: str) -> str:
    return "/".join(ground().by_path[path].names)


def take(world: World, *lines: str) -> Taken:
    text = HEAD + "\n".join(lines) + "\n"
    return groups_file.take(text, world.model, ground(), by=HOUSE, at=clock.now())


def three(world: World) -> list[str]:
    """A group of the community, one of a grid, one of a house in it."""
    cadre, worker = world.model.posts["cadre"].name, world.model.posts["grid_worker"].name
    grid = unit(f"{COMMUNITY}0001")
    return [
        f"P-1,竹园平安群,{unit(COMMUNITY)},,420,{cadre},,",
        f"P-2,一格平安群,{grid},,180,{worker},人工,2026-11-02",
        f"P-3,3 栋邻里群,{grid},3 栋,64,{worker},,",
    ]


def test_a_file_is_taken_in_and_again_changes_only_what_changed(world: World) -> None:
    lines = three(world)
    assert take(world, *lines) == Taken(3, 0, 0)
    assert take(world, *lines) == Taken(0, 0, 3)
    assert take(world, lines[2].replace(",64,", ",70,")) == Taken(0, 1, 0)
    house = ChatGroup.objects.get(code="P-3")
    assert (house.size, house.tier, house.building) == (70, "building", "3 栋")
    assert ChatGroup.objects.get(code="P-1").tier == "community"
    assert Entry.objects.filter(what="groups.imported").count() == 2


def test_what_is_written_out_is_read_again_as_it_was(world: World) -> None:
    take(world, *three(world), f"P-4,'=cmd,{unit(COUNTY)},,1,cadre,,")
    assert ChatGroup.objects.get(code="P-4").name == "=cmd"
    text = "".join(groups_file.written(ground(), world.model))
    assert "'=cmd" in text
    again = groups_file.text_of(text.encode())
    assert groups_file.take(again, world.model, ground(), by=HOUSE, at=clock.now()) == Taken(0, 0, 4)


def test_one_bad_line_changes_nothing_and_every_one_is_named(world: World) -> None:
    good = three(world)
    with pytest.raises(FileWrong) as wrong:
        take(
            world,
            good[0],
            f"P-1,又一个群,{unit(COMMUNITY)},,5,grid_worker,,",
            "P-5,找张某13800138000,没有的地方,,很多,张样本,不存在的机器人,2099-01-01",
        )
    said = [str(one) for one in wrong.value.faults]
    assert ChatGroup.objects.count() == 0
    assert "编号「P-1」和第 2 行一样" in said[0]
    assert all(one.startswith("第 4 行：") for one in said[1:])
    assert [
        word in "".join(said[1:]) for word in ("电话", "没有的地方", "张样本", "人数", "机器人", "核对日期")
    ] == [True] * 6
    with pytest.raises(FileWrong, match="没有收下") as header:
        groups_file.take("编号,群名,成员\n", world.model, ground(), by=HOUSE, at=clock.now())
    assert "成员" in str(header.value.faults[0])
    with pytest.raises(FileWrong):
        groups_file.text_of(b"\x81\xff\xfe\x00")


def test_a_robot_sits_in_one_group(world: World) -> None:
    said = Said(endpoint="https://qyapi.weixin.qq.com", desks={"town_desk": ""})
    for name in ("甲", "乙"):
        doorkeeping.add("wecom", name, said, f"key-{name}", by=HOUSE, at=clock.now())
    one, two, _three = three(world)
    take(world, one.replace(",,", ",甲,", 2).replace(",甲,", ",,", 1), two.replace("人工", "乙"))
    assert ChatGroup.objects.exclude(door=None).count() == 2
    with pytest.raises(FileWrong, match="没有收下") as wrong:
        take(world, f"P-9,新群,{unit(COMMUNITY)},,9,cadre,乙,")
    assert "已经在群「P-2」里" in str(wrong.value.faults[0])
    swapped = take(
        world,
        one.replace(",,", ",乙,", 2).replace(",乙,", ",,", 1),
        two.replace("人工", "甲"),
    )
    assert swapped == Taken(0, 2, 0)


def test_each_sees_what_they_oversee_or_keep(world: World) -> None:
    take(world, *three(world))
    around = (world.model, ground())
    codes = {
        name: {one.code for one in groups.page(groups.of_person(world.person(name), *around))}
        for name in ("he", "qiao", "lin", "song", "zhu")
    }
    assert codes == {
        "he": {"P-1", "P-2", "P-3"},
        "qiao": {"P-1"},
        "lin": {"P-2", "P-3"},
        "song": set(),
        "zhu": set(),
    }
    theirs = ChatGroup.objects.get(code="P-2")
    with pytest.raises(NotFound):
        groups.check(theirs.id, world.person("song"), *around, size=1, at=clock.now())
    with pytest.raises(Refused, match="人数"):
        groups.check(theirs.id, world.person("lin"), *around, size=-1, at=clock.now())
    groups.check(theirs.id, world.person("lin"), *around, size=181, at=clock.now())
    theirs.refresh_from_db()
    assert (theirs.size, theirs.checked_on) == (181, clock.today())
    assert Entry.objects.get(what="group.checked").post.startswith("grid_worker@")


def test_an_ended_group_stands_again_unless_another_has_its_number(world: World) -> None:
    take(world, *three(world))
    around, he, one = (world.model, ground()), world.person("he"), ChatGroup.objects.get(code="P-1")
    groups.stop(one.id, he, *around, at=clock.now())
    assert {two.code for two in groups.page(groups.of_person(he, *around))} == {"P-2", "P-3"}
    groups.resume(one.id, he, *around, at=clock.now())
    groups.stop(one.id, he, *around, at=clock.now())
    take(world, three(world)[0])
    with pytest.raises(Refused, match="编号"):
        groups.resume(one.id, he, *around, at=clock.now())


def test_coverage_counts_groups_people_and_units_without(world: World) -> None:
    take(world, *three(world))
    rows = groups.of_person(world.person("he"), world.model, ground())
    (community,) = groups.cover(rows, COMMUNITY[:-4], ground())
    assert (community.groups, community.people, community.leaves, community.bare) == (3, 664, 2, 1)
    first, second = groups.cover(rows, COMMUNITY, ground())
    assert (first.groups, first.bare, second.groups, second.bare) == (2, 0, 0, 1)
    assert {tier: (n, people) for tier, n, people in groups.tiers(rows)}["building"] == (1, 64)
