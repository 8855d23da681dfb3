"""What was opened again: counted by whoever's word it was, and an end that was undone still stands on the days between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from gezhi.ledger import clock
from gezhi.matters.models import Matter, PastEnd
from gezhi.matters.services import reporting_back
from gezhi.matters.services.reporting_back import Word
from gezhi.matters.tests.liuxi import FRIDAY, World
from gezhi.matters.tests.test_path import opened
from gezhi.reporting.metrics import Reading

from .test_metrics import read, step

pytestmark = pytest.mark.django_db
Read = Callable[..., Reading]


def ended(world: World) -> str:
    number = opened(world).number
    for who, move in (("he", "accept"), ("lin", "finish_grid"), ("qiao", "pass"), ("qiao", "answer")):
        step(world, number, who, move)
    reporting_back.record_rating(number, "content", Word("phone"), by=world.person("he"))
    return number


def below(world: World, id: str, **said: object) -> tuple[int, int | None]:
    found = read(world, only=[id], **said).whole.of(id)
    return found.numerator, found.denominator


@pytest.mark.parametrize("basis", ["known", "happened"])
def test_an_end_that_was_undone_stood_until_then(world: World, basis: str) -> None:
    number = ended(world)
    assert Matter.objects.get().closing == "solved"
    between = FRIDAY + timedelta(days=1)
    with clock.fixed(FRIDAY + timedelta(days=2)):
        assert below(world, "in_grid", as_of=between, basis=basis) == (1, 1)
        assert below(world, "closed_rate", as_of=between, basis=basis) == (1, 1)
        said = Word("phone", "又堆上了。")
        reporting_back.reopen(number, said, by=world.person("he"))
        assert Matter.objects.get().ended_at is None
        assert PastEnd.objects.count() == 1
        for id in ("in_grid", "closed_rate"):
            assert below(world, id, as_of=between, basis=basis) == (1, 1), id
        assert below(world, "content_all", as_of=between, basis=basis) == (1, 1)
        assert below(world, "open", as_of=between, basis=basis)[0] == 0
        assert below(world, "in_grid") == (0, 0)
        assert below(world, "open")[0] == 1
        assert below(world, "reopened") == (1, 1)
        assert below(world, "reopened", as_of=between, basis=basis) == (0, 1)


def test_the_rate_of_content_is_told_with_and_without_what_a_clerk_recorded(world: World) -> None:
    ended(world)
    own, both = (read(world, only=[id]).whole.of(id) for id in ("content", "content_all"))
    assert (own.numerator, own.denominator, [left.why for left in own.left]) == (
        0,
        0,
        ["rated:recorded_content"],
    )
    assert (both.numerator, both.denominator, both.words) == (1, 1, "100.0%")
    assert own.name != both.name
