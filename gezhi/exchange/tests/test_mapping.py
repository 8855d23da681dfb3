"""A mapping is read whole or refused with the key that is wrong; local time is read as the place keeps it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gezhi.errors import Refused
from gezhi.exchange import mapping as mappings
from gezhi.exchange import turning
from gezhi.exchange.banned import BANNED, is_banned
from gezhi.rules.load import named

from .sheets import MAPPING, mapping


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('name = "old_register"', 'nmae = "x"', "nmae"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Liuxi"', "没有这个时区"),
        ('key = "编号"\n', "", "key"),
        ('text = "内容"', 'text = "民族"', "text"),
        ('match = "堆|垃圾"', 'match = "堆("', "读不懂"),
        ("[source]", "[source", "读不懂"),
        ('name = "old_register"', 'name = "旧 册"', "小写字母"),
    ],
)
def test_a_wrong_mapping_is_refused_by_name(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        mapping(tmp_path, MAPPING.replace(wrong, right))


def test_words_that_the_model_does_not_know_are_refused(tmp_path: Path) -> None:
    read = mapping(tmp_path, MAPPING.replace('["drop"]', '["vanish"]'))
    with pytest.raises(Refused, match="vanish"):
        read.check_against(named("nanling"))
    with pytest.raises(Refused, match="baltimore"):
        read.check_against(named("baltimore"))


def test_every_mapping_that_ships_fits_its_model() -> None:
    for path in mappings.SHIPPED.glob("*.toml"):
        read = mappings.load(mappings.find(path.stem))
        read.check_against(named(read.said.source.model))
    with pytest.raises(Refused, match="baltimore311"):
        mappings.find("nowhere")


@pytest.mark.parametrize(
    ("said", "hour"),
    [("11/01/2015 01:30:00 AM", 5), ("07/01/2015 01:30:00 AM", 5), ("12/01/2015 01:30:00 AM", 6)],
)
def test_local_time_is_read_as_the_place_keeps_it(said: str, hour: int) -> None:
    found = turning.moment(said, "at", mappings.load(mappings.find("baltimore311")))
    assert (found.tzinfo, found.hour) == (UTC, hour)


def test_a_moment_that_the_clocks_skipped_is_refused_or_read_later(tmp_path: Path) -> None:
    shipped = mappings.find("baltimore311")
    skipped = "03/11/2018 02:23:08 AM"
    with pytest.raises(Refused, match="没有这个时刻"):
        turning.moment(skipped, "due", mappings.load(shipped))
    body = shipped.read_text(encoding="utf-8").replace('gap = "reject"', 'gap = "later"')
    found = turning.moment(skipped, "due", mapping(tmp_path, body))
    assert found == datetime(2018, 3, 11, 7, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["民族", "户主 积分", "Face ID", "creditScore", "上访次数（次）", "faceprint", "政治面貌"]
)
def test_what_is_never_collected_is_known_by_its_name(name: str) -> None:
    assert is_banned(name)


@pytest.mark.parametrize("name", ["编号", "Surface", "PolicePost", "2010 Census Neighborhoods", "办结时间"])
def test_other_names_are_not(name: str) -> None:
    assert not is_banned(name)


@pytest.mark.parametrize("word", BANNED)
def test_what_no_model_may_say_no_file_brings_in(word: str) -> None:
    assert is_banned(f"居民{word}（备注）")
