"""The bar of parts: no two are told apart by their colour alone, and the legend shows each as the bar does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gezhi.ui.shapes import Part
from gezhi.ui.templatetags import gz

SHEET = Path(__file__).parents[1] / "static" / "ui" / "gezhi.css"
GREY = ["f", "u", "m", "e", "k"]


def drawn(css: str) -> tuple[tuple[str, str], ...]:
    """Top and height of everything drawn for one part."""
    bar = gz.partition([Part(css, "甲", 3)])
    return tuple(
        re.findall(rf'class="{css}(?: over)?" x="[^"]+" width="[^"]+" y="(\d+)" height="(\d+)"', bar)
    )


def test_each_grey_has_a_pattern_of_its_own() -> None:
    patterns = {css: drawn(css) for css in GREY}
    assert all(patterns.values())
    assert len(set(patterns.values())) == len(GREY)


@pytest.mark.parametrize("css", [*GREY, "a", "s"])
def test_the_sheet_knows_each_part_in_the_bar_and_in_the_legend(css: str) -> None:
    sheet = SHEET.read_text(encoding="utf-8")
    assert f".sw.{css} {{" in sheet
    assert re.search(rf"\.part \.{css}[ ,]", sheet)
    if len(drawn(css)) > 1:
        assert f".part .{css}.over {{" in sheet
