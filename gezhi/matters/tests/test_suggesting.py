"""What the words of a report suggest, and what `gezhi learn` takes from ended matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.matters import lessons, suggesting
from gezhi.matters.models import Matter, Text
from gezhi.matters.services import handling
from gezhi.matters.services.intake import open_matter
from gezhi.words import learning

from .liuxi import World, nanling
from .test_path import CLUTTER, LAMP, opened, step

SAYS = {
    "N12": ("老街东头黑灯瞎火", "老街西头黑灯瞎火走不了", "黑灯瞎火好几晚"),
    "N07": ("老街东头臭烘烘的", "臭烘烘一大堆没人管", "西头臭烘烘"),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, path=tmp_path))
    yield tmp_path
    suggesting._read.cache_clear()


def lay(home: Path, departments: dict[str, dict[str, int]] | None = None) -> None:
    """Put down what a town with its own way of speaking would have taught."""
    texts = [said for _n in range(10) for says in SAYS.values() for said in says]
    labels = [item for _n in range(10) for item, says in SAYS.items() for _said in says]
    file = suggesting.learnt_file()
    file.parent.mkdir(parents=True)
    file.write_bytes(learning.learn(texts, labels, {"departments": departments or {}}))


def test_the_catalogue_speaks_before_anything_is_learnt(home: Path) -> None:
    found = suggesting.suggest("院门口的路灯坏了，请来看看", nanling())
    assert found[0].code == "catalogue:N12"
    assert found[0].why == ("路灯坏了",)
    assert suggesting.suggest("你好", nanling()) == []


def test_what_was_learnt_speaks_first_and_says_by_which_words(home: Path) -> None:
    assert suggesting.suggest("桥头黑灯瞎火", nanling()) == []
    lay(home)
    found = suggesting.suggest("桥头黑灯瞎火", nanling())
    assert [one.code for one in found] == ["learnt:N12"]
    assert "黑灯瞎火" in "".join(found[0].why)
    assert found[0].went is None


def test_an_item_that_was_not_learnt_is_still_known_by_its_name(home: Path) -> None:
    lay(home)
    assert "catalogue:N11" in [one.code for one in suggesting.suggest("楼上漏水滴到电线", nanling())]


def test_never_more_than_three_and_never_an_item_that_cannot_be_chosen(home: Path) -> None:
    said = "路灯坏了，垃圾没人清，楼上漏水，井盖松动，楼道堆了杂物，电梯停了"
    found = suggesting.suggest(said, nanling())
    assert len(found) == suggesting.MOST
    assert {one.item for one in found} <= set(suggesting.choosable(nanling()))


def test_where_ended_matters_went_is_told_when_most_went_there(home: Path) -> None:
    lay(home, {"N12": {"housing": 6, "": 2}, "N07": {"housing": 2, "market": 2, "": 3}})
    assert suggesting.suggest("桥头黑灯瞎火", nanling())[0].went == ("housing", 6, 8)
    assert suggesting.suggest("桥头臭烘烘", nanling())[0].went is None


def test_a_table_of_another_version_is_as_none(home: Path) -> None:
    lay(home)
    suggesting.learnt_file().write_bytes(b"something else")
    assert suggesting.learnt() is None
    assert suggesting.suggest("院门口的路灯坏了", nanling())[0].by == suggesting.CATALOGUE


def test_suggestion_and_choice_stand_in_the_ledger_without_a_word(world: World) -> None:
    shown = ("catalogue:N12", "learnt:N01", "rumour:N07", "catalogue:N11")
    found = open_matter(replace(CLUTTER, suggested=shown), by=world.clerk())
    facts = ledger.story(found.id)[0].facts
    assert facts["suggested"] == ["catalogue:N12", "learnt:N01"]
    assert facts["item"] == "N01"
    assert "suggested" not in ledger.story(opened(world).id)[0].facts


def test_how_often_suggestions_were_taken(world: World) -> None:
    for shown in ([], ["catalogue:N01"], ["catalogue:N12", "learnt:N01"], ["learnt:N12"], ["x:y"]):
        open_matter(replace(CLUTTER, suggested=tuple(shown)), by=world.clerk())
    found = lessons.taken()
    assert (found.shown, found.first, found.other, found.neither) == (3, 1, 1, 1)
    assert found.by == {"catalogue": 2, "learnt": 1}


def ended(world: World, many: int, report: object = CLUTTER) -> list[str]:
    numbers = [opened(world, report).number for _n in range(many)]  # type: ignore[arg-type]  # a report
    Matter.objects.filter(number__in=numbers).update(ended_at=clock.now(), ended_recorded_at=clock.now())
    return numbers


def test_ended_matters_teach_and_open_void_and_rare_ones_do_not(world: World) -> None:
    ended(world, 6)
    opened(world)
    ended(world, 4, LAMP)
    void = opened(world).number
    step(world, void, "he", "drop", "重复上报。")
    found = lessons.lesson()
    assert found.items == ["N01"] * 6
    assert set(found.texts) == {CLUTTER.text}
    assert found.departments == {"N01": {"": 6}}


def test_a_text_that_was_erased_teaches_nothing(world: World) -> None:
    numbers = ended(world, 6)
    matter = Matter.objects.get(number=numbers[0])
    text = Text.objects.get(matter=matter.id)
    he = world.person("he")
    handling.erase_text(text.id, "request", by=he, seat=he.terms[0], at=clock.now())
    assert len(lessons.lesson()) == 5
