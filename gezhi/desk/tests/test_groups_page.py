"""群的登记: what each unit has, and one press for what was looked at."""

from __future__ import annotations

from gezhi.matters.tests import liuxi
from gezhi.notify.models import ChatGroup
from gezhi.notify.tests.test_groups import take, three

from .conftest import Sit

PAGE = "/desk/groups"


def test_a_group_is_looked_at_ended_and_taken_back(world: liuxi.World, sit: Sit) -> None:
    client = sit("he")
    assert "这里还没有登记过群" in client.get(PAGE).content.decode()
    take(world, *three(world))
    shown = client.get(PAGE).content.decode()
    assert "3 个群，群里一共 664 人次" in shown
    assert "2 个还没有核对过" in shown
    assert "群的登记" in client.get("/desk").content.decode()
    one = ChatGroup.objects.get(code="P-1")
    said = client.post(PAGE, {"group": one.id, "act": "checked", "size": "430"}, follow=True).content.decode()
    assert "今天核对过" in said
    assert "上次 11月20日" in said
    wrong = client.post(
        PAGE, {"group": one.id, "act": "checked", "size": "许多"}, follow=True
    ).content.decode()
    assert "人数写 0 到" in wrong
    said = client.post(PAGE, {"group": one.id, "act": "stop"}, follow=True).content.decode()
    assert "恢复刚才停用的群" in said
    client.post(PAGE, {"group": one.id, "act": "resume"})
    one.refresh_from_db()
    assert (one.state, one.size) == ("on", 430)


def test_the_list_goes_by_unit_and_tier_and_shows_nobody_elses(world: liuxi.World, sit: Sit) -> None:
    take(world, *three(world))
    unit = world.units["grid"].hex
    shown = sit("he").get(PAGE, {"unit": unit, "tier": "building"}).content.decode()
    assert "3 栋邻里群" in shown
    assert "一格平安群" not in shown
    own = sit("lin").get(PAGE, {"unit": world.units["county"].hex}).content.decode()
    assert "一格平安群" in own
    assert "竹园平安群" not in own
    assert "各单元有几个群" not in own
    assert "一格平安群" not in sit("song").get(PAGE).content.decode()


def test_whoever_neither_oversees_nor_keeps_any_is_refused_as_for_broadcasts(
    world: liuxi.World, sit: Sit
) -> None:
    take(world, *three(world))
    for name, page in (("he", 200), ("lin", 200), ("song", 403)):
        assert sit(name).get(PAGE).status_code == page, name
    assert "两样都不是" in sit("song").get(PAGE).content.decode()
    assert sit("song").get("/desk/broadcasts").status_code == 403


def test_the_last_group_of_a_post_can_be_taken_back(world: liuxi.World, sit: Sit) -> None:
    take(world, *three(world))
    one = next(g for g in ChatGroup.objects.all() if "一格平安群" in g.name)
    ChatGroup.objects.exclude(id=one.id).delete()
    said = sit("lin").post(PAGE, {"group": one.id, "act": "stop"}, follow=True)
    assert said.status_code == 200
    assert "恢复刚才停用的群" in said.content.decode()


def test_pages_follow_one_another(world: liuxi.World, sit: Sit) -> None:
    line = three(world)[0]
    take(world, *[line.replace("P-1", f"P-{n:03}") for n in range(60)])
    client = sit("he")
    first = client.get(PAGE).content.decode()
    assert "P-049" in first
    assert "P-050" not in first
    second = client.get(PAGE, {"after": "P-049"}).content.decode()
    assert "P-050" in second
    assert "P-059" in second
