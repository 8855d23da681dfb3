"""Two models compared: each change is told, in words that a clerk would use, and words alone are told apart from rules."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gezhi.rules import keys
from gezhi.rules.differences import GROUPS, Differences, differences
from gezhi.rules.differences_words import KEYS, TABLES
from gezhi.rules.load import from_canonical, named, shipped
from gezhi.rules.model import File, Item, Model
from tests.shares import share

from .changing import changed, places

pytestmark = pytest.mark.book

NAMES = [name for name in shipped() if name != "base"]
CHINESE = re.compile(r"[\u3400-\u9fff]+")


def edited(model: Model, edit: Any) -> Model:
    """The model after `edit(tables, items)` changed its canonical form."""
    said = json.loads(model.canonical)
    edit(said["tables"], said["items"])
    return from_canonical(json.dumps(said, ensure_ascii=False))


def sentences(found: Differences) -> list[str]:
    return [change.sentence for change in found.changes]


@pytest.mark.parametrize("name", NAMES)
def test_a_model_does_not_differ_from_itself(name: str) -> None:
    found = differences(named(name), named(name))
    assert found.same
    assert found.same_conduct
    assert found.changes == ()


@pytest.mark.parametrize("name", ["nanling", "guangming-2023", "jianghai"])
def test_every_change_of_one_place_is_told_and_words_are_told_apart(name: str) -> None:
    model = named(name)
    tried = 0
    for path in share(places(model), 30, "differences", name):
        other = changed(model, path)
        if other is None:
            continue
        tried += 1
        for one, two in ((model, other), (other, model)):
            found = differences(one, two)
            assert found.changes, path
            assert not found.same
            words_only = all(change.group == "words" for change in found.changes)
            assert found.same_conduct == words_only, (path, sentences(found))
    assert tried > 15


def test_a_shorter_promise_is_told_by_grade() -> None:
    model = named("nanling")

    def edit(tables: Any, _items: Any) -> None:
        tables["flow"]["main"]["promise"]["triage"]["length"] = {"urgent": "2小时", "ordinary": "1小时"}

    other = edited(model, edit)
    (change,) = differences(model, other).changes
    assert change.sentence == "「受理」的时限由2小时改为1小时（一般）。"
    assert change.group == "promises"
    assert change.steps == (("main", "reported"),)
    (english,) = differences(model, other, english=True).changes
    assert english.sentence == '"Acceptance": 2 hours before, now 1 hour (Ordinary).'


def test_who_may_no_longer_is_told() -> None:
    model = named("nanling")

    def edit(tables: Any, _items: Any) -> None:
        tables["duty"]["in_grid"]["held_by"] = ["cadre", "town_desk", "centre", "grid_head"]

    found = differences(model, edited(model, edit))
    assert sentences(found) == ["网格员不再可以「格内处置」。", "网格长现在可以「格内处置」。"]
    assert ("main", "gridwork") in found.changes[0].steps


def test_steps_and_moves_that_come_and_go_are_told() -> None:
    model = named("nanling")

    def edit(tables: Any, _items: Any) -> None:
        flow = tables["flow"]["main"]
        flow["step"]["weighed"] = {"name": "会商", "phase": "handling"}
        flow["move"]["weigh"] = {"name": "会商", "from": ["gridwork"], "to": "weighed", "duty": ["assign"]}
        flow["move"]["back"] = {
            "name": "会商后交回",
            "from": ["weighed"],
            "to": "gridwork",
            "duty": ["assign"],
        }
        del flow["move"]["finish_self"]
        flow["move"]["pause"]["needs"] = ["note", "photo"]

    found = differences(model, edited(model, edit))
    assert set(sentences(found)) == {
        "新增环节「会商」。",
        "去掉操作「居民自治解决」。",
        "操作「挂账」的要附增加照片。",
        "新增操作「会商」，从「格内处置」到「会商」。",
        "新增操作「会商后交回」，从「会商」到「格内处置」。",
    }
    gone = next(change for change in found.changes if change.sentence.startswith("去掉"))
    assert gone.steps == (("main", "gridwork"),)


def test_items_are_told_by_code_with_the_matters_they_concern() -> None:
    model = named("nanling")

    def edit(_tables: Any, items: Any) -> None:
        items["N05"] |= {"承办": "市监", "时限": "2小时"}
        items["N06"]["英文"] = "Fire lane blocked"

    found = differences(model, edited(model, edit))
    assert sentences(found) == [
        "事项「N05 燃气异味」的承办由县住建局改为县市场监管局。",
        "事项「N05 燃气异味」的时限由4小时改为2小时。",
        "事项「N06 消防通道堵塞」的英文名称由「Blocked fire lane」改为「Fire lane blocked」。",
    ]
    assert [change.items for change in found.changes] == [("N05",), ("N05",), ()]
    assert not found.same_conduct


def test_another_label_is_no_other_conduct() -> None:
    model = named("nanling")

    def edit(tables: Any, _items: Any) -> None:
        tables["post"]["cadre"]["name"] = "在岗干部"
        tables["telling"]["received"]["text"] = "收到了，编号{number}，查询：{link}"

    found = differences(model, edited(model, edit))
    assert found.same_conduct
    assert list(found.grouped()) == ["words"]
    assert sentences(found)[0] == "岗位「在职干部」改名为「在岗干部」。"


@pytest.mark.parametrize(
    "pair", [("guangming-2023", "guangming"), ("nanling", "guanlan"), ("guanlan", "jianghai")]
)
def test_two_systems_side_by_side_in_both_languages(pair: tuple[str, str]) -> None:
    before, after = named(pair[0]), named(pair[1])
    chinese, english = differences(before, after), differences(before, after, english=True)
    assert len(chinese.changes) == len(english.changes) > 30
    assert [c.group for c in chinese.changes] == [c.group for c in english.changes]
    assert set(chinese.grouped()) <= set(GROUPS)
    own = before.canonical + after.canonical
    stray = [run for c in english.changes for run in CHINESE.findall(c.sentence) if run not in own]
    assert stray == []
    assert [c.sentence for c in chinese.changes if "None" in c.sentence or "()" in c.sentence] == []


def test_every_table_and_key_has_a_name_in_both_languages() -> None:
    seen: set[str] = set()

    def walk(table: Any) -> None:
        seen.add(table.__name__)
        for name, field in keys.written(table).items():
            key = field.metadata["key"]
            if table is not File and key.kind != "tables":
                assert f"{table.__name__}.{name}" in KEYS or name in KEYS, (table, name)
            if key.kind == "tables" or (table is File and key.of is not None):
                walk(key.of)

    walk(File)
    assert seen - {"File"} <= set(TABLES)
    assert all(f"Item.{name}" in KEYS or name in KEYS for name in Item.__dataclass_fields__ if name != "code")
