"""Division codes: rows of a list and a day, never keys; two lists held against each other."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.places import codes, history
from gezhi.places.codes import CodeRow
from gezhi.places.models import DivisionCode
from gezhi.places.planting import UnitRow
from gezhi.places.services import plant_tree, put_codes, rename

from .ground import AT, DAY, LEVELS, planted

pytestmark = pytest.mark.django_db
LATER = date(2026, 7, 1)
VILLAGES = Path(__file__).parents[4] / "shared/data/divisions/villages_4pilots.csv"
MCA = "代码,名称,上级\n990101001,望湖街道,柳溪县\n990101002,柳荫街道,柳溪县\n990101001001,东桥居委会,990101001\n"


def put(text: str, system: str = "mca", on: date = DAY, encoding: str = "utf-8") -> codes.Matched:
    return put_codes(codes.read_list(text.encode(encoding)), system, on=on, by=HOUSE, at=AT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_taken_in_and_asked_by_list_code_and_day(encoding: str) -> None:
    ids = planted().identities

    found = put(MCA, encoding=encoding)

    assert len(found.found) == 3
    assert history.unit_coded("mca", "990101001", DAY) == ids["t1"]
    assert history.unit_coded("mca", "990101001001", DAY) == ids["a"]
    assert history.unit_coded("stats", "990101001", DAY) is None
    assert history.unit_coded("mca", "990101001", DAY - timedelta(days=1)) is None
    assert history.codes_of("mca", DAY)[ids["t2"]] == "990101002"


def test_the_same_code_is_another_street_in_the_other_list_and_the_report_says_so() -> None:
    """440311001 is 光明街道 in one official list and 公明街道 in the other."""
    ids = planted().identities
    put(MCA)
    put(
        "code,name\n990101002,望湖街道\n990101001,柳荫街道\n990101001001,东桥社区\n990101001002,西桥社区\n",
        "stats",
    )

    found = history.lists_compared("mca", "stats", DAY)

    assert found.same == (ids["a"],)
    assert [unit for unit, _one, _other in found.different] == [ids["t1"], ids["t2"]]
    assert [(code, one, other) for code, one, other in found.swapped] == [
        ("990101001", ids["t1"], ids["t2"]),
        ("990101002", ids["t2"], ids["t1"]),
    ]
    assert (found.only_first, found.only_second) == ((), (ids["b"],))
    assert found.compared == 3
    assert history.lists_compared("mca", "stats", DAY, "community").different == ()
    assert history.systems() == ("mca", "stats")


def test_a_new_list_ends_codes_on_its_day_and_old_days_keep_theirs() -> None:
    ids = planted().identities
    put(MCA)
    put("代码,名称\n990101003,望湖街道\n990101001,柳荫街道\n", on=LATER)

    before = LATER - timedelta(days=1)
    assert history.unit_coded("mca", "990101001", before) == ids["t1"]
    assert history.unit_coded("mca", "990101001", LATER) == ids["t2"]
    assert history.codes_of("mca", LATER)[ids["t1"]] == "990101003"
    assert history.codes_of("mca", LATER)[ids["a"]] == "990101001001"
    with pytest.raises(Refused) as refusal:
        put("代码,名称\n990101009,望湖街道\n", on=before)
    assert refusal.value.code == "code_changes_later"


def test_a_list_taken_in_twice_changes_nothing_and_one_mended_the_same_day_counts() -> None:
    ids = planted().identities
    put(MCA)
    rows = list(DivisionCode.objects.order_by("code").values())
    put(MCA)
    assert list(DivisionCode.objects.order_by("code").values()) == rows

    put("代码,名称\n990101007,望湖街道\n")
    assert history.codes_of("mca", DAY)[ids["t1"]] == "990101007"
    assert history.unit_coded("mca", "990101001", DAY) is None


def test_a_code_stays_with_a_unit_that_is_renamed() -> None:
    ids = planted().identities
    put(MCA)
    rename(ids["t1"], "望月街道", on=LATER, by=HOUSE, at=AT)

    assert history.unit_coded("mca", "990101001", LATER) == ids["t1"]


def test_lines_that_name_no_unit_or_several_are_told_with_the_reason() -> None:
    instance.open_instance("simulation")
    said = [
        UnitRow("q", "", "county", "柳溪县"),
        UnitRow("t1", "q", "town", "甲镇"),
        UnitRow("t2", "q", "town", "乙镇"),
    ]
    said += [UnitRow(f"c{n}", f"t{n}", "community", "和平村") for n in (1, 2)]
    plant_tree(said, LEVELS, on=DAY, by=HOUSE, at=AT)

    found = put("代码,名称\n99,和平村委会\n98,无名村\n97,甲镇\n96,甲镇街道办事处\n")

    assert [row.code for row, _unit in found.found] == ["97"]
    reasons = {row.code: why for row, why in found.missed}
    assert "有 2 个，请加一列“上级”" in reasons["99"]
    assert "没有叫“无名村”" in reasons["98"]
    assert put("代码,名称,上级\n99,和平村委会,乙镇\n").found[0][1].names[1] == "乙镇"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("代码,名称\n1,甲\n1,乙\n", "code_twice"),
        ("代码,名称\n,甲\n", "line_empty"),
        ("甲,乙\n1,2\n", "column_missing"),
        ("", "column_missing"),
    ],
)
def test_a_broken_list_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        codes.read_list(text.encode())
    assert refusal.value.code == code


def test_a_list_needs_a_word_of_its_own() -> None:
    planted()
    with pytest.raises(Refused) as refusal:
        put(MCA, system="民政")
    assert refusal.value.code == "system_wrong"


def real_lines(area: str) -> Iterator[dict[str, str]]:
    if not VILLAGES.is_file():
        pytest.skip("the real records are not beside the project")
    with VILLAGES.open(encoding="utf-8-sig", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["areaCode"] == area)


@pytest.mark.shared
@pytest.mark.parametrize("area", ["340223", "440311", "440309", "440704"])
def test_a_real_county_is_loaded_and_every_code_asked_back(area: str) -> None:
    lines = list(real_lines(area))
    assert lines
    streets = sorted({row["streetCode"] for row in lines})
    said = [UnitRow("q", "", "county", "区")]
    said += [UnitRow(street, "q", "town", f"{street}街道") for street in streets]
    said += [
        UnitRow(row["code"], row["streetCode"], "community", codes.bare(row["name"]) + "社区")
        for row in lines
    ]
    instance.open_instance("simulation")
    ground = plant_tree(said, LEVELS, on=DAY, by=HOUSE, at=AT)

    rows = [CodeRow(n, street, f"{street}街道") for n, street in enumerate(streets, start=2)]
    rows += [
        CodeRow(n, row["code"], row["name"], row["streetCode"]) for n, row in enumerate(lines, start=500)
    ]
    found = put_codes(rows, "stats", on=DAY, by=HOUSE, at=AT)

    held = history.codes_of("stats", DAY)
    missed = {row.code for row, _why in found.missed}
    assert {
        key: held[ground.identities[key]] for key in ground.identities if key != "q" and key not in missed
    } == {key: key for key in ground.identities if key != "q" and key not in missed}
    assert len(missed) <= len(lines) * 0.02, sorted(missed)
    assert all(history.unit_coded("stats", row["code"], DAY) for row in lines if row["code"] not in missed)
