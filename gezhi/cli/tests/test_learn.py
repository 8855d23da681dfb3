"""`gezhi learn`: refuses too little, tells how good it is, writes a table that pages can read."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from gezhi.cli import keys, learn, stamp
from gezhi.errors import Refused
from gezhi.matters import suggesting
from gezhi.matters.lessons import Lesson, Taken
from gezhi.matters.tests.conftest import world  # noqa: F401  # a fixture
from gezhi.matters.tests.liuxi import World
from gezhi.words.tests.test_learning import season

pytestmark = pytest.mark.django_db
CODES = {"lamp": "N12", "rubbish": "N07", "noise": "N10"}


def taught(many: int) -> Lesson:
    texts, labels = season(many)
    return Lesson(texts, [CODES[one] for one in labels], {"N12": {"housing": 9}})


def test_too_little_is_refused_with_what_to_do(
    world: World,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = settings.HOME.path
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, path=tmp_path))
    stamp.write(settings.HOME)
    with pytest.raises(Refused, match="只有 199 件") as refusal:
        learn.check(taught(199))
    assert refusal.value.code == "too_little"
    learn.check(taught(200))
    with pytest.raises(Refused, match="同一项"):
        learn.check(Lesson(["路灯不亮"] * 300, ["N12"] * 300, {}))
    with pytest.raises(Refused, match="只有 0 件"):
        learn.act(Namespace(home=here, dry_run=False, json=True))


def test_neither_learns_nor_turns_keys_in_a_home_that_is_not_of_this_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Namespace(home=settings.HOME.path, what="rotate", number=None, dry_run=True, json=True)
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, path=tmp_path, kind="live"))
    for verb in (keys, learn):
        with pytest.raises(Refused, match="gezhi upgrade") as refusal:
            verb.act(said)
        assert refusal.value.code == "upgrade_due"
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, kind="demo"))
    for verb in (keys, learn):
        with pytest.raises(Refused, match="演示还在建"):
            verb.act(said)


def test_the_newest_fifth_is_held_out_and_told_beside_the_catalogue(world: World) -> None:  # noqa: F811
    found = learn.tried(taught(300))
    assert found["held_out"] == 60
    assert found["right"]["learnt"] >= max(55, found["right"]["catalogue"])
    assert found["right"]["learnt_of_three"] == 60


def test_the_table_is_written_whole_and_read_by_the_page(
    world: World,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, path=tmp_path))
    size = learn.write(taught(300))
    file = suggesting.learnt_file()
    assert file.stat().st_size == size < 100_000
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    found = suggesting.suggest("巷子里路灯照明没有", world.model)
    assert found[0].code == "learnt:N12"
    assert found[0].went == ("housing", 9, 9)
    for said in taught(300).texts:
        assert said[:6].encode() not in file.read_bytes()


def test_what_is_told_on_the_screen() -> None:
    found = {
        "texts": 300,
        "items": 3,
        "held_out": 60,
        "right": {"learnt": 58, "learnt_of_three": 60, "catalogue": 41, "catalogue_of_three": 43},
        "bytes": 1_234_567,
    }
    told = "\n".join(learn.as_lines(found, Taken(shown=10, first=6, other=1)))
    for words in ("300 件", "96.7%", "68.3%", "第一项选的 6 件", "另选的 3 件", "1.2 MB"):
        assert words in told
    assert json.dumps(learn._taken(Taken(shown=10, first=6, other=1)))
