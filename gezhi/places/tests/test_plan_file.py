"""A plan written as a file: its words checked, its units found, its borders held against the ground."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.places import plan_file, queries, turning
from gezhi.places.changes import Absorb, Add, Change, End, Merge, Move, Redraw, Rename, Split
from gezhi.places.services import adopt_plan

from .drawn import geojson
from .ground import AT, DAY, LEVELS, planted, square

pytestmark = pytest.mark.django_db
LATER = date(2026, 7, 1)


def written(folder: Path, text: str) -> list[Change]:
    file = folder / "方案.toml"
    file.write_text(text, encoding="utf-8")
    return plan_file.changes_of(plan_file.read(file), queries.tree(DAY))


def border(folder: Path, name: str, *at: float, turn: bool = False) -> None:
    shape = shapely.from_wkb(square(*at))
    (folder / name).write_bytes(geojson([({}, shapely.transform(shape, turning.gcj02) if turn else shape)]))


def test_every_kind_of_change_is_read_and_carried_out(tmp_path: Path) -> None:
    ids = planted().identities
    border(tmp_path, "w.geojson", 0, 0, 0.5, 1)
    border(tmp_path, "e.geojson", 0.5, 0, 0.5, 1)
    border(tmp_path, "g2.geojson", 1, 0, 1, 1)
    border(tmp_path, "new.geojson", -1, 0, 1, 1)

    changes = written(
        tmp_path,
        """
        title = "试"
        [[change]]
        do = "add"
        key = "n"
        under = "望湖街道"
        level = "community"
        name = "新社区"
        border = "new.geojson"
        [[change]]
        do = "split"
        unit = "东桥01网格"
        into = [ { key = "w", name = "西", border = "w.geojson" }, { key = "e", name = "东", border = "e.geojson" } ]
        [[change]]
        do = "move"
        unit = "w"
        under = "n"
        [[change]]
        do = "rename"
        unit = "柳溪县/望湖街道/西桥社区"
        name = "西新桥社区"
        [[change]]
        do = "merge"
        units = ["南桥01网格", "南桥02网格"]
        key = "m"
        name = "南桥大网格"
        [[change]]
        do = "redraw"
        unit = "东桥02网格"
        border = "g2.geojson"
        [[change]]
        do = "end"
        unit = "北桥02网格"
        """,
    )

    assert [type(one) for one in changes] == [Add, Split, Move, Rename, Merge, Redraw, End]
    assert changes[3] == Rename(unit=ids["b"], name="西新桥社区")
    adopt_plan(changes, LEVELS, on=LATER, by=HOUSE, at=AT)
    after = {u.name: u for u in queries.tree(LATER).by_path.values()}
    assert after["西"].names[2] == "新社区"
    assert after["东"].names[2] == "东桥社区"
    assert "南桥大网格" in after
    assert "北桥02网格" not in after
    assert written(tmp_path, '[[change]]\ndo = "absorb"\noverlay = "urban"\nlevel = "community"') == [
        Absorb(overlay="urban", level="community")
    ]


def test_pieces_drawn_on_a_phone_map_are_noticed_before_the_plan_is_looked_at(tmp_path: Path) -> None:
    planted()
    border(tmp_path, "w.geojson", 0, 0, 0.5, 1, turn=True)
    border(tmp_path, "e.geojson", 0.5, 0, 0.5, 1, turn=True)
    text = """
        [[change]]
        do = "split"
        unit = "东桥01网格"
        {datum}
        into = [ {{ key = "w", name = "西", border = "w.geojson" }}, {{ key = "e", name = "东", border = "e.geojson" }} ]
    """

    with pytest.raises(Refused) as refusal:
        written(tmp_path, text.format(datum=""))
    assert refusal.value.code == "datum_unlikely"
    assert "--datum gcj02" in refusal.value.reason

    changes = written(tmp_path, text.format(datum='datum = "gcj02"'))
    adopt_plan(changes, LEVELS, on=LATER, by=HOUSE, at=AT)
    assert queries.locate(118.2025, 30.505, on=LATER).names[-1] == "西"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[change]]\ndo = "fly"', "第 1 项改动的 do 要写"),
        ('[[change]]\ndo = "move"\nunit = "柳溪县"', "第 1 项改动（move）缺：under"),
        ('[[change]]\ndo = "end"\nunit = "a"\nwhy = "b"', "多了不认识的：why"),
        (
            '[[change]]\ndo = "end"\nunit = "东桥01网格"\n[[change]]\ndo = "end"\nunit = "无"',
            "第 2 项改动：没有单位“无”",
        ),
        ('title = "空"', "没有 \\[\\[change\\]\\]"),
        ("[[change", "读不出来"),
        ('on = "明天"\n[[change]]\ndo = "end"\nunit = "东桥01网格"', "on 要写成日期"),
        ('[[change]]\ndo = "redraw"\nunit = "东桥01网格"\nborder = "none.geojson"', "没有这个文件"),
        ('[[change]]\ndo = "split"\nunit = "东桥01网格"\ninto = [ { name = "甲" } ]', "into 里缺 key"),
    ],
)
def test_a_file_that_is_no_plan_says_what_is_wrong(tmp_path: Path, text: str, sentence: str) -> None:
    planted()
    with pytest.raises(Refused, match=sentence):
        written(tmp_path, text)
