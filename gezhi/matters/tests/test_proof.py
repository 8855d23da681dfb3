"""The working rows and the ledger say the same, or it shows."""

from __future__ import annotations

import pytest

from gezhi.ledger import clock
from gezhi.matters import proof
from gezhi.matters.models import Matter

from .liuxi import World
from .test_path import opened, step


def handled(world: World) -> str:
    number = opened(world).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "finish_grid", "已清。")
    return number


def test_rows_that_follow_their_entries_are_proved(world: World) -> None:
    handled(world)
    opened(world)
    assert proof.proof().whole, list(proof.disagreements())


@pytest.mark.parametrize("change", [{"step": "closed"}, {"closing": "solved"}, {"moved": 9}])
def test_a_row_that_was_rewritten_behind_the_ledger_is_found(world: World, change: dict[str, object]) -> None:
    number = handled(world)
    Matter.objects.update(**change)
    assert [number in fault for fault in proof.disagreements()] == [True]


def test_a_row_that_was_deleted_or_slipped_in_is_found(world: World) -> None:
    handled(world)
    opened(world)
    Matter.objects.order_by("id").first().delete()  # type: ignore[union-attr]  # two were opened
    assert list(proof.disagreements()) == ["1 matters were opened by the ledger and have no row"]
    row = Matter.objects.get()
    row.id, row.number, row.at = type(row.id)(int=7), "柳望〔2026〕9", clock.now()
    row.save(force_insert=True)
    assert any("no entry ever opened it" in fault for fault in proof.disagreements())
