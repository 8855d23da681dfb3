"""Which rule of duplicates an item has, and which words call for help first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gezhi.rules import load, noticed
from gezhi.rules.model import Alike

NANLING = load.named("nanling")


def rule(id: str, **more: object) -> Alike:
    return Alike(id=id, name=id, radius=100, days="14日", like="30%", **more)  # type: ignore[arg-type]


def test_the_item_goes_before_its_class_and_the_class_before_the_rest() -> None:
    lamp = NANLING.items["N12"]
    rest, of_class, of_item = (
        rule("rest"),
        rule("class", classes=(lamp.category,)),
        rule("item", items=("N12",)),
    )
    rules = {one.id: one for one in (rest, of_class, of_item)}
    assert noticed.alike_of(rules, lamp) is of_item
    assert noticed.alike_of({k: rules[k] for k in ("rest", "class")}, lamp) is of_class
    assert noticed.alike_of({"rest": rest}, lamp) is rest
    assert noticed.alike_of({"item": of_item}, replace(lamp, code="N99")) is None
    assert rest.share == 0.3


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        ("三楼着火了，快来人", ["119"]),
        ("厨 房 有 煤 气 味", ["119"]),
        ("有人打架，头上流血", ["120", "110"]),
        ("The shed is ON FIRE", ["119"]),
        ("Somebody was injured.", ["120"]),
        ("老人被困在电梯里", ["119"]),
        ("消防通道停了三辆车", []),
        ("Cars block the fire lane", []),
        ("路灯不亮", []),
        ("", []),
    ],
)
def test_words_of_danger(said: str, calls: list[str]) -> None:
    assert [alarm.call for alarm, _word in noticed.alarms_in(said, NANLING.alarms.values())] == calls


def test_the_word_that_was_said_is_told() -> None:
    assert [word for _alarm, word in noticed.alarms_in("楼下失火", NANLING.alarms.values())] == ["失火"]


@pytest.mark.book
@pytest.mark.parametrize("name", [one for one in load.shipped() if one != "base"])
def test_every_district_looks_for_duplicates_and_knows_danger(name: str) -> None:
    model = load.named(name)
    if model.about.replay:
        return  # nobody registers anything under it
    assert all(noticed.alike_of(model.alikes, item) for item in model.items.values())
    assert {alarm.call for alarm in model.alarms.values()} == {"110", "119", "120", "122"}
