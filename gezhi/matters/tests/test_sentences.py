"""Reasons in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from gezhi.matters import sentences
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
    assert sentences.length(word) == word
    with translation.override("en"):
        assert sentences.length(word) == english


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_of_the_model_has_its_english(unit: str) -> None:
    with translation.override("en"):
        assert sentences.length(f"2{unit}").isascii()
