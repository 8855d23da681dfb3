"""A hundred and fifty ways in which a folder comes back broken: each is one sentence that names file, line and what to do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gezhi.cli.main import main
from gezhi.rules import findings_english
from gezhi.rules.findings_english import MENDS, SENTENCES
from gezhi.rules.findings_mends import MENDED
from gezhi.rules.load import ModelError, load_model
from gezhi.rules.proof.check import check

from .broken import Break, made, put
from .broken_cases import BROKEN, READ

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path)


def test_the_folder_holds_before_it_is_broken(folder: Path) -> None:
    assert check(folder, own_name=True).findings == ()


@pytest.mark.parametrize(
    ("act", "code", "where", "words"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_what_is_broken_is_named_with_its_line_in_both_languages(
    folder: Path, act: Break, code: str, where: str, words: str
) -> None:
    act(folder)
    found = check(folder, own_name=True).findings
    first = found[0]
    assert (first.code, f"{first.file.removeprefix('small/')}:{first.line}") == (code, where)
    assert words in first.sentence
    assert not [one for one in found if one.file.startswith("base/")]
    for one in found:
        assert one.sentence.endswith(("。", "…", "？")) or "这里可以写" in one.sentence, one.sentence
        assert one.english, one.sentence
        assert bool(one.mend) == bool(one.mend_english), one.mend
        assert one.mend, one.sentence
        assert not re.search(r"\{[a-z]+\}", one.mend.replace("{number}", "")), one.mend
        own = f"{one.sentence} {one.mend}"
        assert [word for word in re.findall(r"[\u3400-\u9fff]+", one.english) if word not in own] == []
        assert not re.search(r"\{\w+\}", one.english) or "{" in one.sentence, one.english


def test_an_empty_definition_is_told_by_its_column_and_filling_it_is_the_end(folder: Path) -> None:
    put(",未说明,", ",,", "published.csv")(folder)
    (told,) = check(folder).findings
    assert told.english == "定义 is empty. Where the source does not say, write 未说明."
    assert told.mend_english == "Fill the cell 定义 of this row; where the source does not say, write 未说明."
    put("12,个,,", "12,个,未说明,", "published.csv")(folder)
    assert check(folder).findings == ()


@pytest.mark.parametrize(
    ("dropped", "section", "line"),
    [
        ("duty.in_grid", "", ""),
        ("metric.in_grid", "", ""),
        ("metric.closed_rate", "[metric]\n", "closed_rate = { digits = 2 }\n"),
    ],
)
def test_whoever_drops_what_he_changes_is_told_so_once(
    folder: Path, dropped: str, section: str, line: str
) -> None:
    if section:
        put(section, section + line)(folder)
    whole = (folder / "model.toml").read_text(encoding="utf-8")
    put("drop = [", f'drop = ["{dropped}", ')(folder)
    (told,) = check(folder).findings
    assert (told.code, told.place) == ("L12", dropped)
    assert whole.splitlines()[told.line - 1].startswith(dropped.partition(".")[2] + " =")
    assert told.mend.startswith(f'要改继承来的，从 drop 里删掉 "{dropped}"；')
    assert told.english.startswith(f"“{dropped}” is dropped, and written here in part: “name")
    put(f'"{dropped}", ', "")(folder)
    assert check(folder).findings == ()


def test_a_model_without_an_id_is_told_to_write_one_not_to_be_called_base(folder: Path) -> None:
    put('id = "small"\n', "")(folder)
    (told,) = check(folder, own_name=True).findings
    assert (told.code, told.line, told.sentence) == ("L12", 1, "缺「id」。")
    assert told.mend == '在 [model] 下面写 id = "small"（和文件夹同名）。'
    put("[model]\n", '[model]\nid = "small"\n')(folder)
    assert check(folder, own_name=True).findings == ()


@pytest.mark.parametrize(
    ("file", "half", "full", "cell"),
    [
        ("items.csv", "网格员,main", "网格员，main", "网格员，main"),
        ("items.csv", "X1,路灯", "X1，路灯", "X1，路灯不亮"),
        ("items.csv", "ordinary,3工作日,可选", "ordinary，3工作日，可选", "ordinary，3工作日，可选"),
        ("published.csv", "12,个", "12，个", "12，个"),
    ],
)
def test_a_full_width_comma_between_cells_is_told_once(
    folder: Path, file: str, half: str, full: str, cell: str
) -> None:
    put(half, full, file)(folder)
    (told,) = check(folder).findings
    assert (told.file, told.line) == (f"small/{file}", 2)
    assert told.sentence.startswith(f"这一行里有全角的「，」（{cell}），只有 ")
    assert f"({cell})" in told.english
    assert f"把「{cell}」里的「，」重打成「,」" in told.mend
    put(full, half, file)(folder)
    assert check(folder).findings == ()


def test_an_item_in_a_flow_of_orders_is_told_at_the_flow_not_at_its_grade(folder: Path) -> None:
    put("main,ordinary", "summons,ordinary", "items.csv")(folder)
    (told,) = check(folder).findings
    assert (told.code, told.line, told.place) == ("E08", 2, "X1 流程")
    assert told.sentence == "「summons」是单子的流程，事项不走它；这里可以写：main"
    assert told.mend == "「流程」一格写办事项的流程：main。"
    assert told.english.startswith("“summons” is a flow of orders")
    put("summons,ordinary", "main,ordinary", "items.csv")(folder)
    assert check(folder).findings == ()


def test_a_full_width_comma_in_words_is_no_fault(folder: Path) -> None:
    put("路灯不亮", "路灯不亮，或常亮", "items.csv")(folder)
    assert check(folder).findings == ()


@pytest.mark.parametrize("act", [row[1] for row in READ], ids=[row[0] for row in READ])
def test_what_spreadsheets_make_of_it_is_the_same_model(folder: Path, act: Break) -> None:
    before = load_model(folder)
    act(folder)
    assert len(load_model(folder).items) == len(before.items)
    assert load_model(folder).conduct == before.conduct


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["model loop", "items huge cell", "toml True", "unknown key", "no extends"])
def test_the_command_tells_it_and_never_falls_over(
    folder: Path,
    name: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("gezhi.cli.model_check.language", lambda: language)
    next(row for row in BROKEN if row[0] == name)[1](folder)
    assert main(["model", "check", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "small/" in said
    assert "Traceback" not in said
    first = said.splitlines()[0].partition("] ")[2] or said.splitlines()[0]
    assert bool(CHINESE.search(first.split(";")[0])) == (language == "zh")


@pytest.mark.parametrize(
    ("old", "new", "code", "mend"),
    [
        ('triage = { held_by = ["office"]', 'triage = { held_by = ["综治办"]', "L16", "写编号 office（综治办），不写名称。"),
        ('triage = { held_by = ["office"]', 'triage = { held_by = ["派出所"]', "L16", "岗位写编号"),
        ('triage = { held_by = ["office"]', 'triage = { held_by = ["水务站"]', "L16", "写编号 department:water（水务站），不写名称。"),
        ('triage = { held_by = ["office"]', 'triage = { held_by = ["department:水务站"]', "L16", "写编号 department:water（水务站），不写名称。"),
        ('levels = ["village"]', 'levels = ["村"]', "E20", "写编号 village（村），不写名称。"),
        ('level = "town" }\n[duty]', 'level = "镇" }\n[duty]', "E20", "写编号 town（镇），不写名称。"),
        ('"2工作日"', '"两天"', "L15", "数字和单位连着写"),
        ('[catalogue.common]', '[flow.main.move]\nfinish = { to = "挂账" }\n[catalogue.common]', "E20", "写编号 suspended（挂账），不写名称。"),
    ],
)  # fmt: skip
def test_a_name_where_an_id_belongs_is_told_with_its_id(
    folder: Path, old: str, new: str, code: str, mend: str
) -> None:
    put(old, new)(folder)
    (one,) = check(folder, own_name=True).findings
    assert one.code == code
    assert one.mend.startswith(mend)


def test_every_sentence_that_has_a_mend_is_one_of_the_readers() -> None:
    assert set(MENDED) <= set(SENTENCES)


READERS = (
    "values",
    "values_base",
    "values_lengths",
    "reading",
    "sheet",
    "published",
    "folder",
    "findings",
    "load",
    "csv_rows",
)
RULES = Path(findings_english.__file__).parent


def sentences() -> list[str]:
    """Every sentence of the readers as it stands in the code, each gap as {}."""
    found = []
    for name in READERS:
        tree = ast.parse((RULES / f"{name}.py").read_text(encoding="utf-8"))
        inside = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                said = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
                said = node.value
            else:
                continue
            if CHINESE.search(said) and said.endswith("。"):
                found.append(said)
    return found


def test_every_sentence_of_the_readers_has_its_english() -> None:
    gaps = re.compile(r"\{\w*\}|\{\{\w*\}\}")
    rows = {gaps.sub("{}", row) for row in (*SENTENCES, *MENDS)}
    told = {gaps.sub("{}", one) for one in sentences()}
    known = [one for one in told if len(one) > 6]
    assert len(known) > 40
    lacking = [
        one
        for one in known
        if one not in rows
        and not any(one in row for row in rows)
        and not findings_english.said(one, SENTENCES)
    ]
    assert [one for one in lacking if one not in BILINGUAL] == []


BILINGUAL = {
    "「{}」写得不对：{}。",  # with each of its ways of saying how
    "在自己的 model.toml 的 [{}] 下面写：{}（已有的几个照抄，不同的改）。",
    "等级写在 [grades.{}.grade] 下面，一行一个，例如 {}；方括号里的 {} 是这一套的编号，不要换。",
    "这个文件要用记事本写，存成文字。",
    "写编号 {}{}（{}），不写名称。",
    "在 [model] 下面写 {}（和文件夹同名）。",
    "items.csv 少了的补上、多了的去掉；清单没有错的，在 {} 下面写 {}。",
    "在 items.csv 里写上它的事项（「清单」一列写 {}）；没有这份清单的，用 drop 去掉 catalogue.{}。",
}
"""Said in both languages where it is found."""


def test_a_stored_model_that_is_none_is_refused(folder: Path) -> None:
    (folder / "model.toml").unlink()
    with pytest.raises(ModelError) as error:
        load_model(folder)
    assert error.value.findings[0].english.startswith("This file is missing.")
