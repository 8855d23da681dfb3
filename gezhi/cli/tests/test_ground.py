"""`gezhi ground …` on a home of its own: a district drawn from files, looked through, changed by plan, taken back."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import shapely  # noqa: TID251  # draws the files that are taken in

from gezhi.demo.ground import district
from gezhi.places import turning
from gezhi.places.tests.drawn import Row, geojson, shapefile
from tests.instances import once

from .conftest import Command, Homes

CHAIN = ("county", "town", "community", "grid")
GRIDS = (
    "--level",
    "网格",
    "--name",
    "网格",
    "--code",
    "代码",
    "--above",
    "镇=街道",
    "--above",
    "community=社区",
)
DAY, LATER = "2026-01-01", "2099-07-01"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The grids of the invented district, with the names of what they lie in."""
    units = district(CHAIN, counted_on=date(2026, 1, 1)).units
    by_key = {row.key: row for row in units}
    found = list[Row]()
    for row in units:
        if row.level == "grid" and isinstance(row.border, bytes):
            community = by_key[row.parent]
            said = {"网格": row.name, "代码": row.code, "社区": community.name}
            found.append((said | {"街道": by_key[community.parent].name}, shapely.from_wkb(row.border)))
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, homes: Homes, rows: list[Row]) -> Path:
    """A live home with its grids taken in."""

    def make(folder: Path) -> None:
        gezhi = Command(folder)
        homes.copy(folder / "drawn")
        for name, held in shapefile(rows, encoding="gb18030", cpg="GBK").items():
            (folder / name).write_bytes(held)
        words = ("网格.shp", *GRIDS, "--root", "柳溪县", "--on", DAY, "--home", folder / "drawn")
        gezhi("ground", "import", *words, "--write")

    return once(tmp_path_factory, "drawn", make) / "drawn"


@pytest.fixture
def home(homes: Homes, tmp_path: Path) -> Path:
    """A live home without any ground."""
    return homes.copy(tmp_path / "home")


@pytest.fixture
def drawn(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "drawn"))


def test_a_file_is_looked_at_first_and_taken_in_whole(gezhi: Command, home: Path, rows: list[Row]) -> None:
    (gezhi.folder / "网格.geojson").write_bytes(geojson(rows))
    words = ("ground", "import", "网格.geojson", *GRIDS, "--root", "柳溪县", "--on", DAY, "--home", home)

    asked = gezhi(*words, code=1)
    looked = gezhi(*words, "--datum", "wgs84", "--html", "毛病.html")
    assert gezhi.json("ground", "show", "--home", home, "--on", DAY)["counts"] == {}
    written = gezhi.json(*words, "--datum", "wgs84", "--write")

    assert "--datum" in asked.stderr
    assert "新设 243 个" in looked.stdout
    assert "还没有写入" in looked.stdout
    assert "没有发现毛病" in (gezhi.folder / "毛病.html").read_text(encoding="utf-8")
    assert (written["units"], written["new"], written["problems"], written["faults"]) == (243, 243, [], [])
    shown = gezhi.json("ground", "show", "--home", home, "--on", DAY)
    assert shown["counts"] == {"county": 1, "town": 6, "community": 25, "grid": 211}


def test_a_map_of_a_phone_is_noticed_and_its_faults_are_exit_code_one(
    gezhi: Command, drawn: Path, rows: list[Row]
) -> None:
    shifted = [(said, shapely.transform(shape, turning.gcj02)) for said, shape in rows[:20]]
    (gezhi.folder / "手机.geojson").write_bytes(geojson(shifted))
    words = ("ground", "import", "手机.geojson", *GRIDS, "--on", LATER, "--home", drawn)

    asked = gezhi(*words, code=1)
    assert "--datum gcj02" in asked.stderr
    assert gezhi("ground", "audit", "--home", drawn, "--on", DAY).stdout == "边界没有发现毛病。\n"
    gezhi(*words, "--datum", "wgs84", "--sure", "--write")
    told = json.loads(gezhi("ground", "audit", "--home", drawn, "--on", LATER, "--json", code=1).stdout)
    assert {"overlap", "gap", "outside"} <= {fault["kind"] for fault in told["faults"]}


def test_a_plan_is_looked_at_written_told_and_undone(gezhi: Command, drawn: Path, rows: list[Row]) -> None:
    said, shape = rows[0]
    west, south, east, north = shapely.bounds(shape)
    middle = (west + east) / 2
    for name, half in (
        ("西", shapely.box(west, south, middle, north)),
        ("东", shapely.box(middle, south, east, north)),
    ):
        (gezhi.folder / f"{name}.geojson").write_bytes(geojson([({}, shapely.intersection(shape, half))]))
    (gezhi.folder / "方案.toml").write_text(
        f"""
title = "一格分两格"
on = {LATER}

[[change]]
do = "split"
unit = "{said["网格"]}"
into = [
  {{ key = "w", name = "西半格", border = "西.geojson", keeps = true }},
  {{ key = "e", name = "东半格", border = "东.geojson" }},
]

[[change]]
do = "rename"
unit = "e"
name = "新东半格"
""",
        encoding="utf-8",
    )
    words = ("ground", "plan", "方案.toml", "--home", drawn)

    looked = gezhi(*words)
    assert f"{said['网格']}拆分为西半格、东半格。" in looked.stdout
    assert "生效时转走 0 件在办事项，其中 0 件待定位" in looked.stdout
    assert "还没有写入" in looked.stdout
    written = gezhi.json(*words, "--write")
    assert (written["rows"]["begin"], written["faults"]) == (2, [])
    shown = gezhi.json("ground", "show", "--home", drawn)
    assert [plan["title"] for plan in shown["plans"]] == ["一格分两格"]
    became = gezhi.json("ground", "lineage", said["网格"], "--home", drawn, "--on", LATER)
    assert [kin["names"][-1] for kin in became["became"]] in (["西半格", "新东半格"], ["新东半格", "西半格"])
    assert gezhi.json("ground", "show", "--home", drawn, "--on", LATER)["counts"]["grid"] == 212

    gezhi("ground", "undo", written["plan"], "--home", drawn)
    assert gezhi.json("ground", "show", "--home", drawn, "--on", LATER)["counts"]["grid"] == 211
    assert "没有这个方案" in gezhi("ground", "undo", written["plan"], "--home", drawn, code=1).stderr


def test_figures_say_by_which_ground_they_were_counted(gezhi: Command, drawn: Path) -> None:
    words = ("ground", "figures", "--from", DAY, "--to", LATER, "--home", drawn)
    assert "按现在的划分" in gezhi(*words).stdout
    told = gezhi.json(*words)
    assert (told["ground"], told["unit"], told["whole"]["accepted"]) == ("restated", "0001", 0)
    then = gezhi.json(*words, "--then")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", then["ground"])
    assert f"按 {then['ground']} 当时的划分" in gezhi(*words, "--then").stdout


def test_a_public_month_is_one_that_is_over_and_tells_nothing_small(gezhi: Command, drawn: Path) -> None:
    words = ("ground", "figures", "--home", drawn, "--public")
    told = gezhi.json(*words, "2026-09")
    assert told["month"] == "2026-09"
    assert told["cells"] == told["hidden"] > 20
    assert {row["accepted"] for row in (*told["units"], *told["classes"])} == {None}
    assert "受理 不公开　已解决 不公开" in gezhi(*words, "2026-09").stdout
    assert "还没有过完" in gezhi(*words, "2199-01", code=1).stderr
    assert "月份写成 2026-10" in gezhi(*words, "十月", code=2).stderr


def test_a_plan_that_cannot_be_says_which_change_and_why(gezhi: Command, drawn: Path) -> None:
    for text, sentence in (
        ("[[change]]\ndo = 'fly'", "do 要写"),
        ("[[change]]\ndo = 'move'\nunit = '柳溪县'", "缺：under"),
        ("[[change]]\ndo = 'end'\nunit = '无此格'\n", "第 1 项改动：没有单位“无此格”"),
    ):
        (gezhi.folder / "方案.toml").write_text(text, encoding="utf-8")
        assert sentence in gezhi("ground", "plan", "方案.toml", "--on", LATER, "--home", drawn, code=1).stderr


def test_codes_of_two_lists_are_taken_in_asked_and_held_against_each_other(
    gezhi: Command, drawn: Path
) -> None:
    (gezhi.folder / "民政.csv").write_text(
        "代码,名称\n990101001,望湖街道\n990101002,南泽镇\n", encoding="gb18030"
    )
    (gezhi.folder / "统计.csv").write_text(
        "代码,名称\n990101001,南泽镇\n990101003,无此镇\n", encoding="utf-8"
    )
    here = ("--home", drawn, "--on", DAY)

    put = gezhi.json("ground", "codes", "mca", "--file", "民政.csv", *here)
    other = gezhi.json("ground", "codes", "stats", "--file", "统计.csv", *here)

    assert (put["read"], put["put"]) == (2, 2)
    assert other["missed"][-1]["why"] == "没有叫“无此镇”的单元。"
    told = gezhi.json("ground", "codes", "mca", "--against", "stats", *here)
    assert told["different"] == [["南泽镇", "990101002", "990101001"]]
    assert told["swapped"] == [["990101001", "望湖街道", "南泽镇"]]
    found = gezhi("ground", "codes", "mca", "--find", "990101001", *here).stdout
    assert found == "柳溪县/望湖街道\n"
    assert "没有代码" in gezhi("ground", "codes", "mca", "--find", "1", *here, code=1).stderr


def test_an_invented_ground_is_made_in_a_home_of_its_own_and_never_in_a_live_one(
    gezhi: Command, home: Path
) -> None:
    made = gezhi.json("ground", "make", "nanling", "--home", gezhi.folder / "rehearsal")

    assert (made["counts"]["community"], made["counts"]["grid"], made["not_stated"]) == (25, 211, ["town"])
    shown = gezhi.json("ground", "show", "--home", gezhi.folder / "rehearsal")
    assert shown["counts"]["grid"] == 211
    assert "正式实例里不造" in gezhi("ground", "make", "nanling", "--home", home, code=1).stderr
    gezhi("ground", "make", "nanling", "--geojson", "示例.geojson")
    features = json.loads((gezhi.folder / "示例.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) == 1 + made["counts"]["town"] + 25 + 211


def test_an_overlay_is_taken_in_and_compared(gezhi: Command, drawn: Path, rows: list[Row]) -> None:
    (gezhi.folder / "城管.geojson").write_bytes(
        geojson([({"名": said["网格"]}, shape) for said, shape in rows[:40]])
    )
    words = (
        "ground",
        "import",
        "城管.geojson",
        "--overlay",
        "城管网格",
        "--name",
        "名",
        "--on",
        LATER,
        "--home",
        drawn,
    )

    gezhi(*words, "--write")
    told = gezhi.json("ground", "compare", "urban", "--level", "grid", "--on", LATER, "--home", drawn)

    assert len(told["same"]) == 40
    assert len(told["uncovered"]) == 171
    assert (
        "相同 40 对"
        in gezhi("ground", "compare", "城管网格", "--level", "网格", "--on", LATER, "--home", drawn).stdout
    )
