"""Reasons in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from gezhi.matters import spoken
from gezhi.rules.length import UNITS


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("1工作日", "1 working day"),
        ("5工作日", "5 working days"),
        ("30服务分钟", "30 service minutes"),
        ("1周", "1 week"),
    ],
)
def test_a_length_is_said_as_the_reader_says_it(word: str, english: str) -> None:
    assert spoken.written(word) == word
    with translation.override("en"):
        assert spoken.written(word) == english


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_of_the_model_has_its_english(unit: str) -> None:
    with translation.override("en"):
        assert spoken.written(f"2{unit}").isascii()
        assert spoken.length(f"2{unit}") == spoken.written(f"2{unit}")  # two ways to say it in Chinese only


def test_a_resident_is_told_days_and_not_the_model_s_words() -> None:
    said = [
        spoken.length(word) for word in ("3工作日", "2日", "1月", "12小时", "2周", "8工作小时", "不是时长")
    ]
    assert said == ["3 个工作日", "2 天", "1 个月", "12 小时", "2周", "8工作小时", "不是时长"]
