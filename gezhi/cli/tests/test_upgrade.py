"""`gezhi upgrade`, `gezhi keys` and `gezhi why` from a terminal."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from gezhi.cli import why
from gezhi.cli.main import parser
from gezhi.errors import NotFound
from gezhi.home import HomeError, make_home, open_home
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.conftest import world  # noqa: F401  # a fixture
from gezhi.matters.tests.liuxi import INSIDE, World

from .conftest import Command


def test_a_new_live_instance_has_its_model_and_its_calendar_and_stays_live(gezhi: Command) -> None:
    home = gezhi.folder / "home"
    make_home(home, kind="live")
    gezhi("upgrade", "--home", home)
    with sqlite3.connect(home / "gezhi.sqlite3") as link:
        assert link.execute("SELECT name FROM matters_edition").fetchall() == [("nanling",)]
        assert link.execute("SELECT count(*) FROM promises_calendarday").fetchone()[0] > 1400
        assert link.execute("SELECT kind FROM ledger_instance").fetchone() == ("live",)
        with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
            link.execute("DELETE FROM ledger_entry")

    settings = home / "settings.toml"
    settings.write_text(settings.read_text().replace("live", "demo"))
    assert "类型开出来就不能改" in gezhi("upgrade", "--home", home, code=1).stderr
    settings.write_text(settings.read_text().replace("demo", "live"))
    (home / "upgraded").write_text("older")
    assert "请先运行 gezhi backup" in gezhi("run", "--home", home, code=1).stderr


def test_a_model_that_cannot_be_read_is_told_finding_by_finding(gezhi: Command) -> None:
    model = gezhi.folder / "model"
    model.mkdir()
    (model / "model.toml").write_text("id = 7\n", encoding="utf-8")
    make_home(gezhi.folder / "home", kind="live", model=str(model))
    said = gezhi("upgrade", "--home", gezhi.folder / "home", code=1).stderr
    assert "治理模型有误" in said
    assert "model.toml" in said
    make_home(gezhi.folder / "other", kind="live", model="nowhere")
    assert "没有治理模型 nowhere" in gezhi("upgrade", "--home", gezhi.folder / "other", code=1).stderr


def test_keys_are_rotated_from_the_terminal(gezhi: Command, liuxi: Path) -> None:
    home = gezhi.folder / "home"
    shutil.copytree(liuxi / "home", home)
    assert "重新封存 40 份" in gezhi("keys", "rotate", "--home", home).stderr
    assert "未满一小时" in gezhi("keys", "remove", 1, "--home", home, code=1).stderr
    assert [key["number"] for key in gezhi.json("keys", "list", "--home", home)] == [1, 2]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('kind = "live', "读不懂"),
        ('kind = "real"', "kind 只能是 live / demo / simulation / replay 之一"),
        ('schema = "Ä"', "schema 只能由小写字母"),
        ("key_limit = 0", "key_limit 是一把钥匙每分钟最多的请求数"),
        ('key_limit = "viel"', "key_limit 是一把钥匙每分钟最多的请求数"),
        ("contacts = -1", "contacts 是一天最多给同一个号码发几条短信"),
        ('quiet = ["21:30"]', "quiet 是夜里不发短信的时段"),
        ('quiet = ["25:00", "08:00"]', "quiet 是夜里不发短信的时段"),
        ("key_limit = true", "key_limit 是一把钥匙每分钟最多的请求数"),
        ('clamd = "localhost"', "clamd 是查毒程序的地址"),
        ("clamd = 3310", "clamd 是查毒程序的地址"),
        (None, "不是格治的实例目录"),
    ],
)
def test_a_home_that_cannot_be_read_says_what_to_mend(
    settings: str | None, words: str, tmp_path: Path
) -> None:
    if settings is not None:
        (tmp_path / "settings.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(HomeError, match=words):
        open_home(tmp_path)


def test_a_home_whose_making_was_cut_short_is_finished(tmp_path: Path) -> None:
    make_home(tmp_path)
    key = (tmp_path / "keys" / "index.key").read_bytes()
    (tmp_path / "settings.toml").unlink()
    (tmp_path / "keys" / "vault-1.aes.key").unlink()
    assert make_home(tmp_path, kind="demo").kind == "demo"
    assert (tmp_path / "keys" / "index.key").read_bytes() == key
    assert (tmp_path / "keys" / "vault-1.aes.key").stat().st_size == 32


def test_why_is_told_from_the_values_that_decided(world: World) -> None:  # noqa: F811
    report = Report(text="桥头那盏忽明忽暗。", item="N12", lon=INSIDE[0], lat=INSIDE[1])
    scene = why.scene_named(open_matter(report, by=world.clerk()).number)
    said = "\n".join(why.as_lines(scene))
    assert "柳溪县 / 望湖街道 / 桥东社区 / 桥东 01 格。按地图上的点" in said
    assert "交给 网格管理中心 · 柳溪县。轮到「受理分级」" in said
    assert "期限「受理」：2小时，2026-11-20 17:30 起，2026-11-20 19:30 止，进行中。" in said
    data = why.as_data(scene)
    assert data["route"]["resolver"] == "centre"
    assert "忽明忽暗" not in said + str(data)
    with pytest.raises(NotFound, match="没有编号为 0 的事项"):
        why.scene_named("0")


@pytest.mark.parametrize("words", [["fly"], ["why"], ["run", "--port", "x"], []])
def test_a_wrong_command_says_how_to_ask_for_help(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(words)
    assert ended.value.code == 2
    assert "gezhi" in capsys.readouterr().err
