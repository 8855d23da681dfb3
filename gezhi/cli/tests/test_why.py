"""`gezhi why` tells the whole way of a matter, the ended and the open: each step, to whom and why then, and the end."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from gezhi.cli import why
from gezhi.ledger import clock
from gezhi.matters.tests.conftest import world  # noqa: F401  # a fixture
from gezhi.matters.tests.liuxi import FRIDAY, World
from gezhi.matters.tests.test_path import CLUTTER, LAMP, opened, step

pytestmark = pytest.mark.django_db


def told(number: str) -> list[str]:
    return why.as_lines(why.scene_named(number))


def walked(world: World) -> str:  # noqa: F811
    """A matter done in the grid, verified and answered, each step an hour later."""
    number = opened(world, LAMP).number
    for hour, (who, move, note) in enumerate(
        (("he", "accept", ""), ("zhu", "sign", ""), ("zhu", "finish", "灯泡已换。")), start=1
    ):
        with clock.fixed(FRIDAY + timedelta(hours=hour)):
            step(world, number, who, move, note)
    return number


def test_an_ended_matter_tells_every_step_and_its_end(world: World) -> None:  # noqa: F811
    number = opened(world, CLUTTER).number
    with clock.fixed(FRIDAY + timedelta(hours=1)):
        step(world, number, "he", "drop", "重复上报。")
    said = told(number)
    story = said[said.index("经过：") :]
    assert "现在不等任何人：2026-11-20 18:30 已了结。" in said
    assert story[1] == "　　2026-11-20 17:30　上报（网格管理中心 · 柳溪县）"
    assert story[2].strip() == "交给 网格管理中心 · 柳溪县。轮到「受理分级」，规则写的是网格管理中心。"
    assert story[3].startswith("　　2026-11-20 18:30　")
    assert story[4].strip().startswith("到此了结：")
    assert "重复上报" not in "\n".join(said)


def test_an_open_matter_tells_how_it_came_to_whom_it_waits_for(world: World) -> None:  # noqa: F811
    said = told(walked(world))
    assert "到此了结" not in "\n".join(said)
    given = [line.strip() for line in said if line.strip().startswith("交给 ")]
    assert [line.split("。")[0] for line in given] == [
        "交给 网格管理中心 · 柳溪县",
        "交给 县住建局",
        "交给 县住建局",
        "交给 网格员 · 桥东 01 格",
    ]
    assert any(line.startswith("现在等：网格员 · 桥东 01 格") for line in said)
    assert "「」" not in "\n".join(said)


def test_programs_read_the_same_story(world: World) -> None:  # noqa: F811
    data = why.as_data(why.scene_named(walked(world)))
    assert [one.get("move") for one in data["story"]] == [None, "accept", "to_dept", "sign", "finish"]
    assert data["story"][-1]["route"]["desk"].startswith("grid_worker@")
    assert (data["ended_at"], data["closing"]) == (None, "")
    assert "灯泡" not in json.dumps(data, ensure_ascii=False)
