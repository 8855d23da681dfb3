"""A word of either side is some and not too much; what cannot be kept leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters.models import Matter, Photo, Relayed, Text
from gezhi.matters.services import relaying
from gezhi.matters.services.relaying import RelayGiven

from .liuxi import World
from .test_awaiting import CLUTTER
from .test_path import opened
from .test_stating import scene

SAID = "二楼也堆了。"


@pytest.fixture
def matter(world: World) -> Matter:
    return Matter.objects.get(number=opened(world, CLUTTER).number)


def refused(matter: Matter, given: RelayGiven) -> tuple[str, str]:
    before = Text.objects.count()
    with pytest.raises(Refused) as told:
        relaying.add_own(matter.id, given, at=clock.now())
    assert not Relayed.objects.exists()
    assert not Photo.objects.exists()
    assert Text.objects.count() == before
    return told.value.code, told.value.field


def test_a_word_has_two_letters_at_least_and_five_hundred_at_most(world: World, matter: Matter) -> None:
    assert refused(matter, RelayGiven(uuid4(), " 嗯 ")) == ("needs_note", "words")
    assert refused(matter, RelayGiven(uuid4(), "嗯" * 501)) == ("too_long", "words")
    relaying.add_own(matter.id, RelayGiven(uuid4(), "嗯嗯"), at=clock.now())
    relaying.add_own(matter.id, RelayGiven(uuid4(), "嗯" * 500), at=clock.now())
    for words, code in (("嗯", "needs_note"), ("嗯" * 501, "too_long")):
        with pytest.raises(Refused) as told:
            relaying.leave(
                scene(world, "he", matter.number),
                RelayGiven(uuid4(), words),
                by=world.person("he"),
                at=clock.now(),
            )
        assert told.value.code == code
    assert Relayed.objects.count() == 2


def test_what_is_no_picture_takes_the_word_with_it(matter: Matter) -> None:
    assert refused(matter, RelayGiven(uuid4(), SAID, (b"no picture",)))[1] == "photos"


def test_who_left_no_number_is_not_called(world: World) -> None:
    number = opened(world, replace(CLUTTER, reporting="anonymous", contact="")).number
    bare = Matter.objects.get(number=number)
    assert refused(bare, RelayGiven(uuid4(), SAID, call=True)) == ("no_number", "call")


def test_tries_have_an_end_though_each_is_refused(matter: Matter) -> None:
    codes = [refused(matter, RelayGiven(uuid4(), "嗯"))[0] for _time in range(21)]
    assert codes == ["needs_note"] * 20 + ["rate_limited"]
    with clock.fixed(clock.now() + timedelta(hours=1)):
        assert refused(matter, RelayGiven(uuid4(), "嗯"))[0] == "needs_note"


def test_a_word_of_no_matter_is_none(world: World) -> None:
    with pytest.raises(NotFound):
        relaying.add_own(uuid4(), RelayGiven(uuid4(), SAID), at=clock.now())
