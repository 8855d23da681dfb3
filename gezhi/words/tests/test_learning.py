"""What is learnt from texts, and what is not."""

from __future__ import annotations

from random import Random

import pytest

from gezhi.words import grams, learning, linear

SAYS = {
    "lamp": ("院门口路灯不亮", "路灯坏了三天", "晚上路灯一直灭着", "巷子里没有路灯照明", "灯杆上的灯不亮"),
    "rubbish": (
        "垃圾两天没有清运",
        "垃圾桶满了溢出来",
        "装修垃圾堆在路边",
        "厨余垃圾洒了一地",
        "垃圾味道很大",
    ),
    "noise": ("楼上装修太吵", "音响声音很大睡不着", "夜里施工噪声", "空调外机声音吵人", "跳舞的音乐声太吵"),
}
TAILS = ("请来看看", "麻烦尽快处理", "已经好几天了", "大家都在说", "谢谢")


def season(many: int, seed: int = 1) -> tuple[list[str], list[str]]:
    chance, texts, labels = Random(seed), [], []
    for _n in range(many):
        label = chance.choice(sorted(SAYS))
        texts.append(f"{chance.randrange(1, 40)}号院{chance.choice(SAYS[label])}，{chance.choice(TAILS)}。")
        labels.append(label)
    return texts, labels


@pytest.fixture(scope="module")
def file() -> bytes:
    return learning.learn(*season(200), {"place": "柳溪县"})


@pytest.fixture(scope="module")
def table(file: bytes) -> linear.Table:
    return linear.read(file)


def test_what_was_not_seen_is_told_right(table: linear.Table) -> None:
    assert table.best("小区东侧的路灯全灭了", 1)[0].label == "lamp"
    assert table.best("门口垃圾没人清", 1)[0].label == "rubbish"
    assert table.best("半夜还在装修，太吵了", 1)[0].label == "noise"


def test_the_words_that_spoke_are_words_of_the_text(table: linear.Table) -> None:
    why = table.why("老人说院门口的路灯坏了", "lamp")
    assert "路灯" in "".join(why)
    assert all(word in grams.plain("老人说院门口的路灯坏了") for word in why)


def test_nothing_speaks_for_a_class_where_no_piece_is_known(table: linear.Table) -> None:
    assert table.scores("xyzzy qwert") == pytest.approx(table.bias)
    assert table.why("xyzzy qwert", "lamp") == []


def test_what_fewer_than_five_texts_say_is_not_in_the_file() -> None:
    texts, labels = season(100)
    for n in range(learning.LEAST - 1):
        texts[n] += "翡翠鹦鹉"
    pieces = set(grams.grams("翡翠鹦鹉"))
    assert not pieces & linear.read(learning.learn(texts, labels, {})).rows.keys()
    texts[learning.LEAST] += "翡翠鹦鹉"
    assert pieces <= linear.read(learning.learn(texts, labels, {})).rows.keys()


def test_the_file_holds_no_word_of_a_text(file: bytes) -> None:
    for said in ("路灯", "垃圾", "院门口", "装修"):
        assert said.encode() not in file
        assert said.encode("utf-16-le") not in file


def test_the_same_texts_give_the_same_bytes(file: bytes) -> None:
    assert learning.learn(*season(200), {"place": "柳溪县"}) == file


def test_lanes_say_what_the_boundaries_say() -> None:
    """The table of bytes against a plain sum over its own pieces."""
    texts, labels = season(60)
    table = linear.read(learning.learn(texts, labels, {}))
    for text in season(10, seed=2)[0]:
        whole, begins = grams.parts(grams.plain(text))
        for n, found in enumerate(table.scores(text)):
            said = table.bias[n]
            for part, share in ((whole, 1.0), (begins, linear.BEGINS_WEIGH)):
                known = [(linear.times(k), table.rows[one]) for one, k in part.items() if one in table.rows]
                above = sum(times * ((row >> 32 * n & 0xFFFFFFFF) - 128) for times, row in known)
                below = sum(times**2 for times, _row in known) ** 0.5
                said += share * above / below / table.scale / table.length / linear.BOTH
            assert found == pytest.approx(said)


@pytest.mark.parametrize("spoil", [lambda b: b[1:], lambda b: b[:-1], lambda b: b[:30], lambda b: b + b"x"])
def test_a_file_that_is_none_is_told(file: bytes, spoil) -> None:
    with pytest.raises(linear.Unreadable):
        linear.read(spoil(file))


def test_four_thousand_characters_fit_into_the_lanes(table: linear.Table) -> None:
    long = "路灯不亮垃圾装修太吵" * 400
    assert all(-50 < score < 50 for score in table.scores(long))
