"""`gezhi points`: a file of service points is taken whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Command, Homes

HEADER = "unit,name,does,address,phone,hours\n"


GROUND = "import django; django.setup(); from gezhi.matters.tests import liuxi; liuxi.build('demo')"


@pytest.fixture
def home(gezhi: Command, homes: Homes) -> Path:
    return homes.copy(gezhi.folder / "home", GROUND, kind="demo")


def test_a_file_is_written_whole_listed_and_taken_away(gezhi: Command, home: Path) -> None:
    file = gezhi.folder / "points.csv"
    words = ("points", "import", file, "--home", home)

    file.write_text(
        f"{HEADER}望湖街道,便民服务中心,办证,样本楼,0000-640-0001,每天\n没有的街道,甲,办证,样本楼,,\n",
        encoding="gb18030",
    )
    told = gezhi(*words, code=1).stderr
    assert "第 3 行" in told
    assert "一个也没有改" in told
    assert gezhi.json("points", "list", "--home", home) == []

    file.write_text(f"{HEADER}望湖街道,便民服务中心,办证,样本楼,0000-640-0001,每天\n", encoding="gb18030")
    assert gezhi.json(*words) == {"changed": 1}
    assert gezhi.json(*words) == {"changed": 0}
    (row,) = gezhi.json("points", "list", "--home", home)
    assert (row["unit"], row["name"], row["phone"]) == ("望湖街道", "便民服务中心", "0000-640-0001")

    assert "没有叫「乙」的服务点" in gezhi("points", "drop", "望湖街道", "乙", "--home", home, code=1).stderr
    assert gezhi.json("points", "drop", "望湖街道", "便民服务中心", "--home", home) == {"dropped": 1}
    assert gezhi.json("points", "list", "--home", home) == []


def test_a_file_without_its_columns_says_which(gezhi: Command, home: Path) -> None:
    file = gezhi.folder / "points.csv"
    file.write_text("名称\n甲\n", encoding="utf-8")
    assert (
        "unit,name,does,address,phone,hours" in gezhi("points", "import", file, "--home", home, code=1).stderr
    )
