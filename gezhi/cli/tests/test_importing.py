"""`gezhi import` makes a replay instance, takes a file in, says what became of each row, and does it once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gezhi.cli import locks

from .conftest import Command

Words = tuple[object, ...]

HEADERS = "ServiceRequestNum,CreatedDate,CloseDate,DueDate,SRType,Agency,MethodReceived,SRStatus,Address,Longitude,Latitude"
ROWS = """
X1,01/05/2018 09:00:00 AM,01/06/2018 09:00:00 AM,01/07/2018 09:00:00 AM,SW-Dirty Alley,Solid Waste,Phone,Closed,1 EAST ST,-76.605111,39.305111
X2,01/05/2018 09:00:00 AM,01/09/2018 09:00:00 AM,01/07/2018 09:00:00 AM,SW-Dirty Alley,Solid Waste,API,Closed,2 EAST ST,-76,39
X3,01/05/2018 09:00:00 AM,,01/07/2018 09:00:00 AM,WW-Storm Water In Basement,Water Wastewater,Web,Open,,,
X4,01/05/2018 09:00:00 AM,01/05/2018 10:00:00 AM,,HCD-Insects,Housing,Mail,Closed (Duplicate),3 EAST ST,-76.605222,39.305222
X5,yesterday,,,SW-Dirty Alley,Solid Waste,Phone,Open,,,
"""
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-76.61, 39.3], [-76.6, 39.3], [-76.6, 39.31], [-76.61, 39.31], [-76.61, 39.3]]],
}
UNITS = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "properties": {"name": "East"}, "geometry": SQUARE}],
}


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    file = tmp_path / "requests.csv"
    file.write_text(HEADERS + ROWS, encoding="utf-8")
    (tmp_path / "neighborhoods.geojson").write_text(json.dumps(UNITS), encoding="utf-8")
    return file


@pytest.mark.slow
def test_a_file_goes_into_a_new_replay_once_and_is_reconciled(gezhi: Command, requests: Path) -> None:
    words = ("import", "baltimore311", requests, "--home", gezhi.folder / "home")
    first = gezhi.json(*words, "--replay")

    assert {n: first[n] for n in ("read", "taken", "known", "rejected", "waiting")} == {
        "read": 5,
        "taken": 4,
        "known": 0,
        "rejected": 1,
        "waiting": 0,
    }
    assert first["reasons"] == [{"reason": "CreatedDate：日期读不出来。", "rows": 1}]
    assert first["placed"] == {"placed": 2, "rounded": 1, "missing": 1, "outside": 0}
    assert (first["accepted"], first["parts"]["solved"], first["parts"]["open"]) == (3, 2, 1)
    assert [(r["department"], r["kept"], r["due"]) for r in first["on_time"]] == [
        ("", 1, 3),
        ("solid_waste", 1, 2),
        ("water", 0, 1),
    ]
    assert Path(first["rejects"]) == gezhi.folder / "home" / "imports" / "requests-rejected.csv"
    assert Path(first["rejects"]).read_text(encoding="utf-8-sig").count("X5") == 1

    said = gezhi(*words).stdout
    assert "读到 5 行 = 收下 0 + 以前收过 4 + 退回 1 + 待收 0" in said
    assert "1/3" in said
    assert "（2018-01-07 至" in said
    assert "gezhi account add 登录名 --name 姓名 --post centre" in gezhi(*words, "--replay").stdout

    busy(gezhi, words)
    read_by_nobody(gezhi, words)
    assert gezhi.json("why", "2", "--home", gezhi.folder / "home")["number"] == "X2"


def busy(gezhi: Command, words: Words) -> None:
    """A second import into the same home is told to wait, while one is under way and no longer."""
    with locks.hold(gezhi.folder / "home" / "import.lock", AssertionError("nobody imports yet")):
        assert "正在导入另一份文件" in gezhi(*words, code=1).stderr
    assert "收下 0" in gezhi(*words).stdout


def read_by_nobody(gezhi: Command, words: Words) -> None:
    """`gezhi import … | true`: the rows are in all the same, and nothing is said of pipes."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "gezhi.cli", *map(str, words)]
    done = subprocess.run(
        command, env=gezhi.env, stdout=write, stderr=subprocess.PIPE, text=True, check=False, timeout=120
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def test_what_cannot_be_imported_is_said_in_a_sentence(gezhi: Command, requests: Path) -> None:
    home = gezhi.folder / "home"
    assert (
        "没有对照表 nowhere"
        in gezhi("import", "nowhere", requests, "--home", home, "--replay", code=1).stderr
    )
    assert not home.exists()
    assert "不是格治的实例目录" in gezhi("import", "baltimore311", requests, "--home", home, code=1).stderr
