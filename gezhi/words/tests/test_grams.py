"""Pieces of a text: the same for what means the same."""

from __future__ import annotations

from gezhi.words import grams


def test_how_it_is_typed_does_not_matter() -> None:
    assert grams.plain("３号院　路燈不亮，ＬＥＤ！") == grams.plain("17号院路燈不亮 led")


def test_pieces_are_the_same_numbers_in_every_process() -> None:
    assert grams.grams("路灯")[:2] != grams.grams("灯路")[:2]
    assert grams.grams("路灯") == [1137776959, 3746247615, 3303677092]
    assert all(0 <= one < 2**32 for one in grams.grams("路灯不亮已经三天" * 20))


def test_the_beginning_has_pieces_of_its_own() -> None:
    said = "楼道堆了纸箱" + "请来看看" * 10
    whole, begins = grams.parts(said)
    assert sum(whole.values()) == 2 * len(said) - 1
    assert sum(begins.values()) == 2 * grams.BEGINNING - 1
    assert not whole.keys() & begins.keys()


def test_a_short_text_is_its_own_beginning() -> None:
    whole, begins = grams.parts("井盖响")
    assert sum(whole.values()) == sum(begins.values()) == 5
    assert grams.parts("") == ({}, {})


def test_pairs_of_chinese_and_words_of_latin() -> None:
    assert grams.pieces("3号楼 LED 灯坏了") == ["0", "号楼", "led", "灯坏", "坏了"]
    assert grams.pieces("Street-lamp out") == ["street", "lamp", "out"]
    assert grams.pieces("。！") == []
