"""What the catalogue's own words say of a text."""

from __future__ import annotations

import pytest

from gezhi.words import hints

ITEMS = {
    "N12": "路灯不亮",
    "N07": "生活垃圾未清运",
    "N11": "楼上漏水",
    "N09": "焚烧垃圾秸秆",
    "X1": "议事角预约",
}


@pytest.fixture(scope="module")
def said() -> hints.Hints:
    return hints.Hints({code: tuple(hints.phrases_of(name)) for code, name in ITEMS.items()})


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("院门口的路灯坏了好几天", "N12"),
        ("后门垃圾桶满了没人管", "N07"),
        ("卫生间顶上渗水，越来越厉害", "N11"),
        ("菜地边有人烧秸秆，烟很大", "N09"),
        ("想订一下周五的议事角", "X1"),
        ("The street lamp near the gate is out", "N12"),
    ],
)
def test_the_item_is_found_by_its_name_or_an_example(said: hints.Hints, text: str, item: str) -> None:
    best = said.best(text, 3)
    assert best[0].label == item
    assert all(word in text.lower() for word in best[0].why)


def test_nothing_is_said_of_what_nobody_said(said: hints.Hints) -> None:
    assert said.best("谢谢你们", 3) == []
    assert said.best("the there is", 3) == []
    assert said.best("", 3) == []


def test_the_words_that_spoke_stand_joined(said: hints.Hints) -> None:
    assert said.best("门口的路灯坏了", 1)[0].why == ("路灯坏了",)


def test_every_example_finds_its_own_kind() -> None:
    """No phrase of one kind belongs more to another."""
    kinds = {str(n): kind.says for n, kind in enumerate(hints.kinds())}
    found = hints.Hints(kinds)
    wrong = {
        phrase for label, says in kinds.items() for phrase in says if found.best(phrase, 1)[0].label != label
    }
    assert wrong == set()
