"""How alike two texts are."""

from __future__ import annotations

import pytest

from gezhi.words import similar

TEXTS = ["东门路灯不亮", "西门路灯坏了", "楼道堆了纸箱", "垃圾没人清", "东门路灯一直不亮"]


def test_the_same_words_are_one_and_others_nothing() -> None:
    rarity = similar.Rarity(TEXTS)
    lamp = rarity.vector(TEXTS[0])
    assert similar.cosine(lamp, lamp) == pytest.approx(1.0)
    assert similar.cosine(lamp, rarity.vector(TEXTS[3])) == 0
    assert similar.cosine(lamp, rarity.vector(TEXTS[4])) > similar.cosine(lamp, rarity.vector(TEXTS[1])) > 0
    assert rarity.vector("。") == {}


def test_what_few_say_weighs_more() -> None:
    rarity = similar.Rarity(TEXTS)
    assert rarity.weight("东门") > rarity.weight("路灯")
    wider = similar.Rarity(TEXTS, similar.Rarity(["东门"] * 50))
    assert wider.weight("东门") < wider.weight("路灯")


def test_what_both_say_is_told_with_the_rarest_first() -> None:
    rarity = similar.Rarity(TEXTS)
    assert similar.shared("东门路灯灭了", "路灯在东门", rarity) == ["东门", "路灯"]
    assert similar.shared("3号", "5号", rarity) == []


def test_courtesy_says_nothing_and_houses_are_told_apart() -> None:
    assert "麻烦" not in similar.bare("您好，路灯坏了，麻烦尽快处理，谢谢")
    three, five = similar.numbered("３栋楼下"), similar.numbered("5 栋楼下")
    assert three == {"3栋"}
    assert (similar.agree(three, three), similar.agree(three, five), similar.agree(three, frozenset())) == (
        1,
        -1,
        0,
    )


@pytest.mark.parametrize(
    ("ours", "shared"),
    [
        ("请说明：楼道堆了纸箱，走不过去。", "楼道堆了纸箱，走不过"),
        ("请说明：楼，道。堆、了 纸-箱走\n不…过去", "楼，道。堆、了 纸-箱走 不…过"),
        ("楼道\u200b堆了🙂纸箱走不过去", "楼道\u200b堆了🙂纸箱走不过"),
        ("楼道堆了一些纸箱，人走不过去。", ""),
    ],
)
def test_marks_and_blanks_do_not_hide_a_run(ours: str, shared: str) -> None:
    assert similar.repeated(["别的。", "楼道堆了纸箱走不过去"], ours, 9) == shared


def test_a_run_is_folded_and_stays_within_one_text() -> None:
    assert similar.repeated(["Gate ＡＢ１２ no light"], "GATE-ab12 No Light!", 12) == "GATE-ab12 No Li"
    assert similar.repeated(["楼道堆了", "纸箱走不"], "楼道堆了纸箱走不", 5) == ""
    assert similar.repeated(["cafe\u0301 closed"], "caf\u00e9 closed", 8) == "caf\u00e9 clos"
