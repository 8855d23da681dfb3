"""Words that name a home are found by their form; ordinary places are left alone."""

from __future__ import annotations

import pytest

from gezhi.words.homes import names_a_home


@pytest.mark.parametrize(
    "text",
    [
        "3栋301漏水",
        "2幢 1单元502室",
        "我家在东门边上",
        "住在301，走不过去",
        "家住柳荫路18号",
        "5号楼1203半夜很吵",
        "201户在装修",
    ],
)
def test_a_flat_or_where_somebody_lives_is_a_home(text: str) -> None:
    assert names_a_home(text)


@pytest.mark.parametrize(
    "text",
    [
        "柳荫路 38 号门口井盖坏了",
        "3号楼楼道堆了沙发",
        "12345 打不通",
        "路灯第 301 杆不亮",
        "室外活动场地积水",
        "2026年11月3日起停水",
    ],
)
def test_a_road_a_house_and_a_number_are_none(text: str) -> None:
    assert not names_a_home(text)
