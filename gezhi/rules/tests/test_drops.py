"""Whoever drops something that is still used is told once, at that line, and doing what is said is the end of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gezhi.rules.findings import Finding, ModelError
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.load import load_model, named
from gezhi.rules.proof.check import check

from .broken import made, put

HEAD = """[model]
id = "child"
name = "孩子"
valid_from = 2026-01-01
extends = "nanling"
drop = [{drop}]
"""
MAIN = named("nanling").flows["main"]
DROPPED = [
    *(f"flow.main.step.{step}" for step in MAIN.step),
    "flow.summons",
    "flow.main.promise.finish",
    "duty.ask",
    "post.cadre",
    "level.community",
    "grades.main",
    "grades.main.grade.urgent",
    "department.housing",
]


def child(place: Path, drop: str, rest: str = "") -> Path:
    folder = place / "child"
    folder.mkdir(exist_ok=True)
    text = HEAD.format(drop=", ".join(f'"{one}"' for one in drop.split())) + rest
    (folder / "model.toml").write_text(text, encoding="utf-8")
    (folder / "items.csv").write_bytes((DISTRICTS / "nanling" / "items.csv").read_bytes())
    return folder


def found(folder: Path) -> list[Finding]:
    """What reading says of model.toml; rows of items.csv are another matter."""
    try:
        load_model(folder)
    except ModelError as error:
        return [one for one in error.findings if one.file.endswith("model.toml")]
    return []


def followed(place: Path, drop: str, mend: str) -> Path:
    """The folder after somebody did what is said, with something written wherever a word is left open."""
    said = re.split("。(?:要留着|items)", mend)[0]
    drops = re.search(r'drop 里再写 ((?:"[^"]+"(?:, )?)+)', said)
    more = re.findall(r'"([^"]+)"', drops[1]) if drops else []
    sections = re.split(r"；?\[([\w.]+)\] 下面一行一个写 ", said)[1:]
    rest = "".join(
        f"[{at}]\n"
        + rows.replace("；", "\n")
        .replace('under = "…"', 'under = "town"')
        .replace('length = "…"', 'length = "1小时"')
        .replace('"…"', '"centre"')
        + "\n"
        for at, rows in zip(sections[::2], sections[1::2], strict=True)
    )
    return child(place, " ".join([drop, *more]), rest)


@pytest.mark.parametrize("drop", DROPPED)
def test_what_a_drop_leaves_behind_is_said_once_with_all_that_mends_it(drop: str, tmp_path: Path) -> None:
    told = [one for one in found(child(tmp_path, drop)) if one.code == "E20"]
    if drop == "flow.main.step.reported":
        assert "first = " in told[0].mend
        return
    if not told:
        assert drop in ("department.housing",)  # nothing of model.toml names it
        return
    assert [(one.line, one.place) for one in told] == [(6, "model.drop")]
    assert f"「{drop}」" in told[0].sentence
    assert told[0].english
    assert told[0].mend_english
    assert found(followed(tmp_path, drop, told[0].mend)) == []


def test_what_uses_it_is_named_by_what_it_is_called(tmp_path: Path) -> None:
    (told,) = found(child(tmp_path, "flow.main.step.suspended"))
    assert "操作「挂账」" in told.sentence
    assert "时限「挂账复核」" in told.sentence
    assert 'raise = { from = ["gridwork", "assigned", "working"] }' in told.mend
    assert '"flow.main.move.pause", "flow.main.move.resume_grid"' in told.mend


def test_a_figure_of_the_base_is_no_riddle_for_whoever_drops_an_order(tmp_path: Path) -> None:
    folder = child(tmp_path, "flow.order")
    text = (folder / "model.toml").read_text(encoding="utf-8").replace('"nanling"', '"base"')
    (folder / "model.toml").write_text(text, encoding="utf-8")
    told = next(one for one in found(folder) if one.code == "E20")
    assert (told.file, told.line, told.near) == ("child/model.toml", 6, "")
    assert 'in_grid = { num = { not_used = ["summons", "assigned", "raise"] } }' in told.mend
    assert '"flow.main.step.ordered"' in told.mend


def test_what_ones_own_file_writes_is_told_at_its_own_line(tmp_path: Path) -> None:
    own = '[telling]\nown = { name = "说", on = ["main.step:suspended"], to = ["@close"], doors = ["inbox"], text = "{number}" }\n'
    told = found(child(tmp_path, "flow.main.step.suspended", own))
    assert [(one.line, one.place) for one in told] == [(6, "model.drop"), (8, "telling.own.on")]
    assert told[1].sentence == "「suspended」写进了 drop，这里还在用。"


def test_whoever_drops_suspension_is_led_to_a_model_that_holds(tmp_path: Path) -> None:
    """Drop a move: its step is said to be out of reach, once; drop that too: all that goes with it; do it: it holds."""
    pause, step = "flow.main.move.pause", "flow.main.step.suspended"
    (unreached,) = check(child(tmp_path, pause)).findings
    assert (unreached.code, unreached.line) == ("E02", 6)
    assert f'drop 里写 "{step}"' in unreached.mend
    (left,) = check(child(tmp_path, f"{pause} {step}")).findings
    assert left.code == "E20"
    assert check(followed(tmp_path, f"{pause} {step}", left.mend)).findings == ()


def test_a_promise_is_not_mistaken_for_a_move_of_that_name_in_another_flow(tmp_path: Path) -> None:
    """Two flows end with `finish`; who drops the promise of one is not told to keep the other."""
    folder = made(tmp_path)
    put('drop = ["flow.order", ', 'drop = ["flow.order", "flow.main.promise.finish", ')(folder)
    (told,) = check(folder).findings
    assert "drop 去掉了「flow.main.promise.finish」，" in told.sentence
    assert told.mend.endswith('从 drop 里删掉 "flow.main.promise.finish"。')
    put('"flow.order", ', '"flow.order", "telling.extended", "telling.due_soon", "metric.on_time", ')(folder)
    assert 'drop 里再写 "telling.extended", "telling.due_soon", "metric.on_time"；' in told.mend
    rows = re.search(r"；\[telling\] 下面一行一个写 (late = \{.*?\})。", told.mend)
    assert rows
    put("[metric]", f"[telling]\n{rows[1]}\n[metric]")(folder)
    assert "E20" not in {one.code for one in check(folder).findings}


def test_a_flow_that_nothing_opens_any_more_goes_with_the_moves_that_opened_it(tmp_path: Path) -> None:
    whistled = "flow.main.step.whistled"
    (told,) = found(child(tmp_path, whistled))
    assert "流程「吹哨报到」再没有操作发起" in told.sentence
    moves = " ".join(f"flow.main.move.{one}" for one in MAIN.move if one.startswith("whistle"))
    (left,) = found(child(tmp_path, f"{whistled} {moves}"))
    assert "「flow.main.move.whistle」" in left.sentence
    assert 'drop 里再写 "flow.summons"；' in left.mend
    for drop, mend in ((whistled, told.mend), (f"{whistled} {moves}", left.mend)):
        (idle,) = check(followed(tmp_path, drop, mend)).findings
        assert (idle.place, idle.line) == ("duty.confirm", 6)
        assert check(followed(tmp_path, f"{drop} duty.confirm", mend)).findings == ()


def test_without_grades_each_promise_has_one_length(tmp_path: Path) -> None:
    (told,) = found(child(tmp_path, "grades.main"))
    assert told.place == "model.drop"
    assert 'decide = { length = "…" }' in told.mend
    assert "等级」一列清空" in told.mend
    folder = followed(tmp_path, "grades.main", told.mend)
    rows = (folder / "items.csv").read_text(encoding="utf-8")
    (folder / "items.csv").write_text(re.sub(r",(urgent|ordinary|紧急|一般),", ",,", rows), encoding="utf-8")
    assert check(folder).findings == ()
