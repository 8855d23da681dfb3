"""Two models compared: each change is told, in words that a clerk would use, and words alone are told apart from rules."""

from __future__ import annotations

import json
import re
from itertools import permutations
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
            words_only = all(change.group in ("words", "names") for change in found.changes)
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
        "操作「挂账」的须附材料增加照片。",
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
        tables["post"]["volunteer"]["name"] = "在岗志愿者"
        tables["telling"]["received"]["text"] = "收到了，编号{number}，查询：{link}"

    found = differences(model, edited(model, edit))
    assert found.same_conduct
    assert list(found.grouped()) == ["names", "words"]
    assert sentences(found)[0] == "岗位「平安志愿者」改名为「在岗志愿者」。"


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


def test_a_published_count_taken_out_is_no_longer_published() -> None:
    model = named("nanling")

    def edit(tables: Any, _items: Any) -> None:
        del tables["post"]["grid_worker"]["published"], tables["level"]["grid"]["count"]
        del tables["flow"]["main"]["move"]["pause"]["at_most"]

    other = edited(model, edit)
    assert sentences(differences(model, other)) == [
        "层级「网格」的公布个数由211改为无（不再公布）。",
        "岗位「网格员」的公布人数由211改为无（不再公布）。",
        "操作「挂账」的最多次数由3改为不限。",
    ]
    assert sentences(differences(other, model))[1] == "岗位「网格员」的公布人数由无改为211。"
    english = sentences(differences(model, other, english=True))
    assert english[1] == 'Post "Grid worker", published holders: 211 before; now none (no longer published).'
    assert english[2].endswith("3 before; now no limit.")


def test_what_is_renamed_has_one_name_in_all_that_is_told() -> None:
    model = named("nanling")

    def edit(tables: Any, _items: Any) -> None:
        flow = tables["flow"]["main"]
        flow["step"]["gridwork"] |= {"name": "化解", "english": "Settling"}
        flow["move"]["raise"] |= {"name": "上呈"}
        flow["move"]["pass_on"]["from"] = ["accepted"]
        flow["promise"]["finish"]["pauses"] = [*flow["promise"]["finish"]["pauses"], "gridwork"]
        tables["metric"]["in_grid"]["num"]["not_used"] = ["summons", "raise"]
        del flow["move"]["finish_self"]

    found = differences(model, edited(model, edit))
    told = sentences(found)
    assert told[0] == "环节「格内处置」改名为「化解」（英文由Handling in the grid改为Settling）。"
    assert "操作「提级」改名为「上呈」。" in told
    assert not any("格内处置" in one or "提级" in one for one in told if "改名" not in one)
    assert next(iter(found.grouped())) == "names"
    assert "期限「办结」的停表的环节增加「化解」。" in told
    assert "操作「转部门」的起点由「化解」改为「受理」。" in told
    english = sentences(differences(model, edited(model, edit), english=True))
    assert english[0] == 'The step "Handling in the grid" is now called "Settling".'
    assert (
        'The move "Raise a level" keeps its English name; in Chinese it was 提级 and is now 上呈.' in english
    )
    assert not any("Handling in the grid" in one for one in english[1:])
    assert len(english) == len(told)


def test_grades_of_another_scheme_are_told_whole_and_a_new_grade_by_itself() -> None:
    told = sentences(differences(named("nanling"), named("guanlan")))
    assert "「签收」的时限原来是紧急 30分钟；一般 1工作日，现在是A 30分钟；B 4小时；C、D 1工作日。" in told
    model = named("nanling")

    def edit(tables: Any, _items: Any) -> None:
        grades = tables["grades"]["main"]["grade"]
        grades["top"] = {"name": "特急", "english": "Most urgent", "order": 3}
        for id in ("sign", "decide"):
            tables["flow"]["main"]["promise"][id]["length"]["top"] = "10分钟"

    told = sentences(differences(model, edited(model, edit)))
    assert told[0] == "新增等级「特急」。"
    assert "「签收」对新增等级「特急」的时限是10分钟。" in told
    assert not any("改为10分钟" in one for one in told)


def test_two_moves_of_one_name_are_told_apart() -> None:
    model = named("jianghai")

    def edit(tables: Any, _items: Any) -> None:
        for id in ("whistle_back", "whistle_back_dept"):
            tables["flow"]["main"]["move"][id]["at_most"] = 2

    told = sentences(differences(model, edited(model, edit)))
    assert len(told) == len(set(told)) == 2
    assert told[0] == "操作「哨令落空」（从「已吹哨」到「格内处置」）的最多次数由不限改为2。"


def test_two_moves_of_one_name_that_both_get_another_are_told_apart() -> None:
    told = sentences(differences(named("guangming"), named("guanlan")))
    assert [one for one in told if "改名为「化解」" in one and one.startswith("操作")] == [
        "操作「格内办结」（从「化解」到「确认」）改名为「化解」（英文由Done in the grid改为Settled）。",
        "操作「格内办结」（从「化解」到「抽查」）改名为「化解」（英文由Done in the grid改为Settled）。",
    ]


def test_a_post_that_is_gone_is_told_as_gone_and_not_once_more_for_each_duty() -> None:
    told = sentences(differences(named("nanling"), named("guanlan")))
    assert "去掉岗位「网格长」。" in told
    assert not any("网格长" in one and "不再可以" in one for one in told)
    assert "基层网格员不再可以「格内处置」。" in told  # that post is still there


CODES = re.compile(r"\{|[a-z]+_[a-z]+")


@pytest.mark.parametrize("english", [False, True])
def test_no_sentence_of_any_two_that_ship_is_said_twice_or_holds_a_code(english: bool) -> None:
    districts = [name for name in NAMES if not named(name).about.replay]
    for one, two in permutations(districts, 2):
        told = sentences(differences(named(one), named(two), english=english))
        assert [sentence for sentence in told if CODES.search(sentence)] == []
        assert [sentence for sentence in told if told.count(sentence) > 1] == [], (one, two)


def test_a_batch_more_is_a_batch_more() -> None:
    model = named("jianghai")

    def edit(tables: Any, _items: Any) -> None:
        catalogue = tables["catalogue"]["admitted"]
        catalogue["batches"] = {**catalogue["batches"], "第三批": 2}

    more = edited(model, edit)
    assert any("增加第三批" in one and "第一批" not in one for one in sentences(differences(model, more)))
    assert any("去掉第三批" in one and "第一批" not in one for one in sentences(differences(more, model)))
