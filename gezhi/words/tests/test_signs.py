"""A code is read as it was meant, however it was typed."""

from __future__ import annotations

import pytest

from gezhi.words import signs


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("k7mq-3xwd", "K7MQ3XWD"),
        ("Ｋ７ＭＱ ３ＸＷＤ", "K7MQ3XWD"),
        ("oOiIlL", "001111"),
        ("", ""),
        ("-- ·", ""),
    ],
)
def test_however_it_was_typed(typed: str, meant: str) -> None:
    assert signs.read(typed) == meant


def test_a_number_is_written_in_signs_that_read_back_the_same() -> None:
    for number in (0, 1, 31, 32, 2**40 - 1, 123_456_789_012):
        said = signs.written(number, 8)
        assert len(said) == 8
        assert signs.read(said.lower()) == said
    assert signs.written(2**40, 8) == "0" * 8
