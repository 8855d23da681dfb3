import json
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gezhi.rules.load import ModelError, from_canonical, load_model, named
from tests.shares import SEED, WHOLE

MODEL = """[model]
id = "small"
name = "小地方"
valid_from = 2026-01-01
source = "本地"

[level]
town = { name = "镇" }
grid = { name = "网格", under = "town" }

[post]
office = { name = "镇网格办", levels = ["town"] }
worker = { name = "网格员", levels = ["grid"] }

[department]
water = { name = "水务站", level = "town", aka = ["水务"] }

[duty]
triage = { name = "受理", kind = "triage", held_by = ["office"] }
in_grid = { name = "处置", kind = "handle", held_by = ["worker", "department"] }

[flow.main]
name = "事项"
subject = "matter"
first = "reported"
[flow.main.step]
reported = { name = "上报", phase = "reported" }
working = { name = "处置", phase = "handling" }
closed = { name = "销号", phase = "ended", closing = "solved" }
[flow.main.move]
accept = { name = "受理", from = ["reported"], to = "working", duty = ["triage"] }
finish = { name = "办结", from = ["working"], to = "closed", duty = ["in_grid"] }
[flow.main.promise]
finish = { name = "办结", length = "item", starts = ["working"], met = ["closed"], missed = [{ do = "tell", who = ["@triage"] }] }

[catalogue.common]
name = "清单"
total = 2

[privacy]
min_cell = 5
"""
ITEMS = """编码,名称,清单,类别,承办,流程,时限,证据,格内
X1,路灯不亮,common,设施,网格员,main,3工作日,可选,是
X2,水管破裂,common,设施,水务,main,4小时,照片,否
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "small"
    place.mkdir()
    (place / "model.toml").write_text(MODEL, encoding="utf-8")
    (place / "items.csv").write_text(ITEMS, encoding="utf-8")
    return place


def write(folder: Path, old: str, new: str, file: str = "model.toml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def findings(folder: Path) -> list[str]:
    with pytest.raises(ModelError) as refused:
        load_model(folder)
    return [str(finding) for finding in refused.value.findings]


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_folder_is_read_whole(folder: Path) -> None:
    model = load_model(folder)
    assert (model.id, model.name, model.root.id) == ("small", "小地方", "town")
    assert model.flows["main"].moves["accept"].from_ == ("reported",)
    assert model.items["X2"].handler == "department:water"
    assert model.items["X1"].in_grid is True
    assert len(model.version) == 16


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_word(folder: Path) -> None:
    write(folder, 'name = "网格员", levels', 'name = "网格员", levles')
    line = line_of(MODEL, "worker = {")
    assert (
        f"small/model.toml:{line} [post.worker.levles] 不认识「levles」（是不是「levels」？）；这里可以写：name"
        in findings(folder)[0]
    )
    assert f"small/model.toml:{line} [post.worker] 缺「levels」。" in findings(folder)


def test_every_finding_is_told_at_once(folder: Path) -> None:
    write(folder, 'kind = "handle"', 'kind = "handel"')
    write(folder, 'phase = "handling"', 'phase = "working"')
    write(folder, '"网格", under = "town"', '"网格", under = "twon"')
    write(folder, "4小时", "四小时", "items.csv")
    said = "\n".join(findings(folder))
    assert "是不是「handle」" in said
    assert "[flow.main.step.working.phase] 不认识「working」" in said
    assert "是不是「town」" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('to = "closed"', 'to = "closd"', "是不是「closed」"),
        ('duty = ["triage"]', 'duty = ["triag"]', "是不是「triage」"),
        ('starts = ["working"]', 'starts = ["move:acept"]', "是不是「accept」"),
        ('held_by = ["office"]', 'held_by = ["ofice@town"]', "是不是「office」"),
        ('held_by = ["office"]', 'held_by = ["office@twon"]', "是不是「town」"),
        ('held_by = ["office"]', 'held_by = ["department:watr"]', "是不是「water」"),
        ('held_by = ["office"]', 'held_by = ["reporter"]', "外面的人"),
        ('who = ["@triage"]', 'who = ["@trage"]', "是不是「triage」"),
        ('length = "item"', 'length = "3工作天"', "不是时限"),
        ('length = "item"', 'length = { urgent = "1日" }', "不认识「urgent」"),
        ("total = 2", 'total = "2"', "整数"),
        ('closing = "solved"', "closing = true", "文字"),
        ('from = ["working"]', 'from = "working"', "列表"),
        ("min_cell = 5", "[privacy.keep]\nmatter = '五年'", "不是时限"),
        ('under = "town"', 'under = ""', "只有一个"),
        ("valid_from = 2026-01-01", 'valid_from = "2026"', "日期写成"),
        ("[privacy]\nmin_cell = 5\n", "", "缺「privacy」"),
        ('source = "本地"', 'source = "本地"\ntimezone = "Asia/Shangai"', "没有时区"),
    ],
)
def test_a_word_that_means_nothing_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    write(folder, old, new)
    assert any(said in finding for finding in findings(folder))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("格内\n", "格里\n", "items.csv:1 [格里] 不认识「格里」（是不是「格内」？）"),
        ("编码,", "代号,", "缺「编码」一列"),
        (",格内\n", "\n", "items.csv:2 [X1] 这一行比表头多出格子"),
        ("网格员", "网络员", "items.csv:2 [X1 承办] 不认识「网络员」（是不是「网格员」？）"),
        (
            ",common,设施,水务",
            ",comon,设施,水务",
            "items.csv:3 [X2 清单] 不认识「comon」（是不是「common」？）",
        ),
        ("X2", "X1", "编码「X1」已经有了"),
        ("4小时", "四小时", "「四小时」不是时限"),
        ("照片,否", "录像,否", "[X2 证据] 不认识「录像」"),
        ("X2,水管破裂,common,设施,水务,main,4小时,照片,否\n", "", "应有 2 行，现在有 1 行"),
        ("3工作日,可选", ",可选", "[X1 时限] 缺「时限」"),
    ],
)
def test_a_cell_that_does_not_fit_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    write(folder, old, new, "items.csv")
    assert any(said in finding for finding in findings(folder))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030"])
def test_files_saved_by_excel_and_wps_are_read(folder: Path, encoding: str) -> None:
    version = load_model(folder).version
    for name, text in (("items.csv", ITEMS), ("model.toml", MODEL)):
        (folder / name).write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert load_model(folder).version == version


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "items.csv").write_bytes(b"\xff\xff\xff\xff")
    assert "small/items.csv:1 文字编码读不出来" in findings(folder)[0]


def test_broken_toml_names_its_line(folder: Path) -> None:
    write(folder, "[level]", "[level")
    assert f"small/model.toml:{line_of(MODEL, '[level]')} 这一行的方括号开了没有关" in findings(folder)[0]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "items.csv").unlink()
    assert findings(folder) == ["small/items.csv 没有这个文件。把它放进文件夹，名字一字不差。"]


def child(folder: Path, text: str) -> Path:
    place = folder.parent / "child"
    place.mkdir()
    head = (
        '[model]\nid = "child"\nname = "孩子"\nvalid_from = 2026-02-01\nsource = "本地"\nextends = "small"\n'
    )
    (place / "model.toml").write_text(head + text, encoding="utf-8")
    (place / "items.csv").write_text(ITEMS, encoding="utf-8")
    return place


def test_a_child_changes_one_line_of_what_it_inherits(folder: Path) -> None:
    model = load_model(child(folder, '[flow.main.step]\nworking = { name = "化解" }\n'))
    step = model.flows["main"].steps["working"]
    assert (step.name, step.phase, model.name) == ("化解", "handling", "孩子")


def test_value_tables_are_replaced_whole(folder: Path) -> None:
    write(
        folder,
        "[privacy]",
        '[grades.g]\nname = "级"\ngrade = { a = { name = "甲", order = 1 }, b = { name = "乙", order = 2 } }\n[privacy]',
    )
    write(folder, 'first = "reported"', 'first = "reported"\ngrades = "g"')
    write(folder, 'length = "item"', 'length = { a = "1日", b = "2日" }')
    place = child(folder, '[flow.main.promise]\nfinish = { length = { a = "3日" } }\n')
    assert any("缺等级「b」的时限" in finding for finding in findings(place))


def test_what_is_dropped_is_gone_and_must_have_been_there(folder: Path) -> None:
    place = child(folder, 'drop = ["department.watr"]\n')
    assert "child/model.toml:7 [model.drop] 上级没有这一条" in findings(place)[0]
    write(place, "watr", "water")
    assert any("不认识「水务」" in finding for finding in findings(place))


def test_a_circle_of_extends_is_refused(folder: Path) -> None:
    place = child(folder, "")
    write(folder, 'source = "本地"', 'source = "本地"\nextends = "child"')
    assert "绕了一圈" in findings(place)[0]


def test_an_unknown_parent_is_refused_with_the_nearest(folder: Path) -> None:
    write(folder, 'source = "本地"', 'source = "本地"\nextends = "bse"')
    assert "small/model.toml:6 [model.extends] 不认识「bse」（是不是「base」？）" in findings(folder)[0]


def test_a_finding_in_what_was_inherited_names_the_parents_file(folder: Path) -> None:
    write(folder, 'kind = "handle"', 'kind = "handel"')
    assert findings(child(folder, ""))[0].startswith(f"small/model.toml:{line_of(MODEL, 'in_grid =')} ")


def test_levels_in_a_circle_are_refused(folder: Path) -> None:
    write(
        folder,
        'grid = { name = "网格", under = "town" }',
        'grid = { name = "网格", under = "cell" }\ncell = { name = "格", under = "grid" }',
    )
    assert any("绕了一圈" in finding for finding in findings(folder))


def test_a_label_changes_the_version_and_not_the_conduct(folder: Path) -> None:
    before = load_model(folder)
    write(folder, 'name = "镇网格办"', 'name = "镇综治办"')
    write(folder, "路灯不亮", "路灯坏了", "items.csv")
    write(folder, "valid_from = 2026-01-01", "valid_from = 2026-03-01")
    after = load_model(folder)
    assert after.version != before.version
    assert after.conduct == before.conduct
    write(folder, "3工作日", "4工作日", "items.csv")
    assert load_model(folder).conduct != before.conduct


def test_order_and_comments_do_not_change_the_version(folder: Path) -> None:
    before = load_model(folder).version
    write(folder, 'id = "small"\nname = "小地方"', 'name = "小地方"  # 说明\nid = "small"')
    assert load_model(folder).version == before


def test_a_stored_version_comes_back_as_it_was(folder: Path) -> None:
    model = load_model(folder)
    assert from_canonical(model.canonical) == model
    with pytest.raises(ModelError):
        from_canonical("{}")


def test_a_home_may_give_the_system_its_own_name() -> None:
    model = load_model(Path(__file__).parents[2] / "districts" / "nanling", name="柳溪县全科网格")
    assert model.name == "柳溪县全科网格"
    assert model.conduct == named("nanling").conduct


def test_junk_in_any_place_is_a_finding_and_never_a_crash() -> None:
    stored = json.loads(named("nanling").canonical)
    dice = Random(SEED)
    junk = [None, "x", "", 3, -1, True, [], {}, [1], ["x"], {"x": 1}, {"a": {"b": 2}}, 1.5, "{", "a:b", "@"]
    for _ in range(1000 if WHOLE else 20):
        text = json.dumps(stored | {"tables": spoiled(stored["tables"], dice, dice.choice(junk))})
        with suppress(ModelError):
            from_canonical(text)


def spoiled(table: dict[str, Any], dice: Random, junk: Any) -> dict[str, Any]:
    """The table with one value, somewhere in it, replaced."""
    name = dice.choice(list(table))
    deeper = isinstance(table[name], dict) and table[name] and dice.random() < 0.8
    return table | {name: spoiled(table[name], dice, junk) if deeper else junk}


def test_a_file_whose_model_is_no_table_is_refused(folder: Path) -> None:
    (folder / "model.toml").write_text('model = "x"\n', encoding="utf-8")
    (folder / "items.csv").unlink()
    assert "small/model.toml:1 [model] 这里应是一张表。" in findings(folder)
