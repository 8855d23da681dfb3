"""`gezhi model check`: sentences for people, JSON for programs, an exit code for both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gezhi.cli.main import main
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.proof.tests.small import MODEL, changed, line_of, write

STUCK = ('from = ["paused"], to = "working", duty = ["approve"] }', 'from = ["paused"], to = "working", duty = ["approve"], when = { in_grid = false } }')  # fmt: skip


def broken(place: Path) -> Path:
    """A folder in which a suspended matter cannot be resumed."""
    return write(place, changed(MODEL, *STUCK))


def test_a_model_that_holds_says_what_was_walked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "check", "nanling"]) == 0
    said = capsys.readouterr().err
    assert "没有问题：走遍" in said
    assert "清单 common：14 项。" in said


def test_each_finding_says_where_why_and_what_to_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", "check", str(broken(tmp_path))]) == 1
    lines = capsys.readouterr().err.splitlines()
    line = line_of(MODEL, 'paused = { name = "挂账", phase')
    assert lines[0].startswith(f"E03 small/model.toml:{line} [flow.main.step.paused] 卡住：到了「挂账」")
    assert lines[1].strip().startswith("一件落在镇、格内可办的「事项」：上报 —镇网格办「受理」→ 受理")
    assert lines[1].endswith("—镇网格办「挂账」→ 挂账")
    assert lines[2].strip().startswith("怎样改：")


def test_a_program_reads_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "check", str(broken(tmp_path)), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["model"], said["holds"]) == ("small", False)
    first = said["findings"][0]
    assert (first["code"], first["file"]) == ("E03", "small/model.toml")
    assert first["english"].startswith("Stuck: at “挂账”")
    assert len(first["story"]) == len(first["story_english"]) == 4


def test_a_folder_that_cannot_be_read_is_no_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path, changed(MODEL, 'source = "本地"', "source = "))
    assert main(["model", "check", str(folder)]) == 1
    assert capsys.readouterr().err.startswith("L03 small/model.toml:5 等号后面没有写东西")


def test_no_such_model_names_those_that_ship(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "check", str(tmp_path / "nix")]) == 1
    assert "nanling" in "".join(capsys.readouterr())


def test_words_of_the_source_are_looked_for_where_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path)
    head = "编号,名称,数值,单位,定义,指标,来源,原文\n"
    (folder / "published.csv").write_text(
        f"{head}N1,社区,25,个,未说明,,公开报道,25个社区\n", encoding="utf-8"
    )
    assert main(["model", "check", str(folder)]) == 0
    sources = tmp_path / "texts"
    sources.mkdir()
    (sources / "a.txt").write_text("该县有二十五个社区", encoding="utf-8")
    capsys.readouterr()
    assert main(["model", "check", str(folder), "--sources", str(sources)]) == 1
    assert capsys.readouterr().err.startswith("L33 small/published.csv:2 [N1]")


def test_a_change_of_version_is_proved_against_the_one_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = write(tmp_path)
    now = tmp_path / "now"
    now.mkdir()
    text = MODEL.replace('checked = { name = "核过"', 'looked = { name = "核过"').replace(
        '"checked"', '"looked"'
    )
    plan = f'\n[migrate."{_version(before)}"]\nreason = "改版"\n'
    (now / "model.toml").write_text(text + plan, encoding="utf-8")
    (now / "items.csv").write_text((before / "items.csv").read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["model", "check", str(now), "--before", str(before)]) == 1
    assert capsys.readouterr().err.startswith("M01 now/model.toml:")


def _version(folder: Path) -> str:
    from gezhi.rules.load import load_model

    return load_model(folder).version


@pytest.mark.parametrize("name", sorted(p.parent.name for p in DISTRICTS.glob("*/items.csv")))
def test_every_model_that_ships_holds(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "check", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
