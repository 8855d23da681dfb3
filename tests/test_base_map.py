"""Tiles under a map: where they come from, what a browser may fetch, and when the public sees a map."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gezhi import home as homes
from gezhi.places import base_map

TIANDITU = "https://t{s}.tianditu.gov.cn/vec_w/wmts?LAYER=vec&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=0"
OWN = "http://10.8.0.3:8080/{z}/{x}/{y}.png"


@pytest.fixture
def said(settings: Any) -> Any:
    def say(**words: Any) -> None:
        settings.HOME = replace(settings.HOME, **words)

    return say


def test_a_home_names_no_tiles_by_default(said: Any) -> None:
    assert base_map.tiles() is None
    assert base_map.origins() == []


def test_each_layer_has_its_servers_and_a_browser_may_ask_no_others(said: Any) -> None:
    said(base_map=(TIANDITU, OWN), base_map_credit="天地图", map_number="GS（2024）0650号")
    tiles = base_map.tiles()
    assert tiles is not None
    assert [len(layer) for layer in tiles.layers] == [8, 1]
    assert tiles.layers[0][3].startswith("https://t3.tianditu.gov.cn/vec_w/wmts?")
    assert tiles.credit == "天地图 · GS（2024）0650号"
    assert base_map.origins() == [
        "http://10.8.0.3:8080",
        *(f"https://t{n}.tianditu.gov.cn" for n in range(8)),
    ]


@pytest.mark.parametrize(
    ("words", "public"),
    [
        ({"kind": "live"}, "off"),
        ({"kind": "live", "base_map": (OWN,)}, "off"),
        ({"kind": "live", "own_blank_map": True}, "own"),
        ({"kind": "live", "base_map": (OWN,), "own_blank_map": True}, "own"),
        ({"kind": "live", "map_number": "GS（2024）0650号"}, "own"),
        ({"kind": "live", "base_map": (OWN,), "map_number": "GS（2024）0650号"}, "tiles"),
        ({"kind": "replay"}, "off"),
        ({"kind": "demo"}, "own"),
        ({"kind": "demo", "base_map": (OWN,)}, "own"),
    ],
)
def test_the_public_sees_a_map_once_it_may(said: Any, words: dict[str, Any], public: str) -> None:
    said(**words)
    assert base_map.public_map() == public


@pytest.mark.parametrize(
    "wrong",
    [
        'base_map = "https://t0.example.cn/{z}/{x}/{y}"',
        'base_map = ["https://t0.example.cn/{z}/{x}.png"]',
        'base_map = ["ftp://t0.example.cn/{z}/{x}/{y}"]',
        'base_map = ["https://t0.example.cn;script-src/{z}/{x}/{y}"]',
        'base_map = ["https://t0.example.cn *.example.com/{z}/{x}/{y}"]',
        'base_map = ["//t0.example.cn/{z}/{x}/{y}"]',
        'own_blank_map = "yes"',
    ],
)
def test_what_is_no_address_of_tiles_is_said_and_nothing_starts(tmp_path: Path, wrong: str) -> None:
    homes.make_home(tmp_path)
    homes.write_settings(tmp_path, wrong + "\n")
    with pytest.raises(homes.HomeError, match=r"base_map|own_blank_map"):
        homes.open_home(tmp_path)


def test_a_home_with_tiles_is_read(tmp_path: Path) -> None:
    made = homes.make_home(
        tmp_path, base_map=[TIANDITU, OWN], map_number="GS（2024）0650号", own_blank_map=True
    )
    assert made.base_map == (TIANDITU, OWN)
    assert (made.map_number, made.own_blank_map) == ("GS（2024）0650号", True)


def test_the_policy_lets_in_what_the_home_names_and_nothing_else(said: Any) -> None:
    from gezhi.config.middleware import policy

    said(base_map=(OWN,))
    plain, widened = policy(), policy(base_map.origins())
    assert "http" not in plain
    assert widened.replace(" http://10.8.0.3:8080", "") == plain
    rules = dict(rule.strip().split(" ", 1) for rule in widened.split(";"))
    assert [name for name, value in rules.items() if "10.8.0.3" in value] == ["img-src", "connect-src"]


def test_a_page_is_told_the_tiles_and_a_public_one_only_with_their_number(said: Any) -> None:
    from gezhi.ui.templatetags import gz

    assert gz.map_base() == ""
    said(base_map=(OWN,), base_map_credit="自建", kind="live")
    inner = unescape(gz.map_base())
    assert json.loads(inner.split('"', 1)[1].rsplit('" data-credit', 1)[0]) == [[OWN]]
    assert inner.endswith('data-credit="自建"')
    assert gz.map_base(public=True) == ""
    said(map_number="GS（2024）0650号")
    assert "GS（2024）0650号" in gz.map_base(public=True)
