"""Nobody works a hidden cell out: an exact solver with everything that is shown finds a range at least as wide as promised."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from itertools import product

import pytest

from gezhi.reporting.suppression import Before, Cell, Table, Tree, hide, shown
from tests.shares import SEED, WHOLE

from .solver import Known, Sum, Undecided

LEAST = 5
FLAT = (
    Tree({"区": None, "甲": "区", "乙": "区", "丙": "区"}),
    Tree({"全部": None, "a": "全部", "b": "全部", "c": "全部"}),
)
LEVELS = (
    Tree(
        {
            "区": None,
            "东": "区",
            "西": "区",
            "东一": "东",
            "东二": "东",
            "西一": "西",
            "西二": "西",
            "西三": "西",
        }
    ),
    Tree({"全部": None, "a": "全部", "b": "全部"}),
)
SUMS = (
    Tree({"区": None, "甲": "区", "乙": "区"}),
    Tree({"全部": None, "a": "全部", "b": "全部"}),
    Tree({"受理": None, "有效": "受理", "作废": "受理", "已解决": "有效", "其他": "有效"}),
)
SHAPES = {"units by class": FLAT, "levels of units": LEVELS, "parts of a sum": SUMS, "one row": (FLAT[0],)}


def leaves_of(trees: tuple[Tree, ...]) -> list[Cell]:
    return list(product(*(tree.leaves for tree in trees)))


def made(trees: tuple[Tree, ...], chance: random.Random, mean: float) -> dict[Cell, int]:
    return {leaf: int(chance.expovariate(1 / mean)) for leaf in leaves_of(trees)}


def sums_of(table: Table) -> dict[Cell, Sum]:
    """For each cell, which leaves it is the sum of: worked out from the trees alone."""
    leaves = leaves_of(table.trees)
    return {
        cell: tuple(
            n
            for n, leaf in enumerate(leaves)
            if all(node in tree.chains[one] for tree, node, one in zip(table.trees, cell, leaf, strict=True))
        )
        for cell in table.values
    }


def narrow(
    table: Table, hidden: Collection[Cell], least: int = LEAST, of: Collection[Cell] | None = None
) -> dict[Cell, int]:
    """Hidden cells (of these) that a reader bounds to less than the promised width, and to what."""
    sums = sums_of(table)
    told = {sums[cell]: number for cell, number in shown(table, hidden).items() if number is not None}
    true = tuple(table.values[leaf] for leaf in leaves_of(table.trees))
    known = Known(true, told, max(table.values.values()) + 2 * least)
    asked = [cell for cell in hidden if of is None or cell in of]
    widths = {cell: decided(known, sums[cell], table.values[cell], least) for cell in asked}
    assert sum(width is None for width in widths.values()) <= max(2, len(asked) // 2)
    return {cell: width for cell, width in widths.items() if width is not None and width < least}


def decided(known: Known, asked: Sum, true: int, least: int) -> int | None:
    """How wide a sum is to whoever reads the table; none where the search took too long."""
    try:
        return known.width(asked, true, least)
    except Undecided:
        return None


@pytest.mark.parametrize("mean", [3, 9, 25])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_hidden_cell_is_bounded_to_less_than_the_promised_width(shape: str, mean: float) -> None:
    trees, chance = SHAPES[shape], random.Random(f"{SEED}{shape}{mean}")
    for _ in range(25 if WHOLE else 3):
        table = Table.of(trees, made(trees, chance, mean))
        hidden = hide(table, LEAST)
        assert {cell for cell, number in table.values.items() if number < LEAST} <= hidden
        assert narrow(table, hidden) == {}


def test_without_the_second_step_totals_give_the_hidden_away() -> None:
    """The solver itself is tried: it recovers a lone small cell from its row, and both of two small ones nearly."""
    leaves = dict(zip(leaves_of(FLAT), (3, 40, 50, 60, 70, 80, 90, 11, 12), strict=True))
    table = Table.of(FLAT, leaves)
    lone = {("甲", "a")}
    assert narrow(table, lone) == {("甲", "a"): 0}
    hidden = hide(table, LEAST)
    assert len(hidden) == 4
    assert narrow(table, hidden) == {}


def test_what_need_not_be_hidden_is_shown() -> None:
    table = Table.of(FLAT, dict.fromkeys(leaves_of(FLAT), 30))
    assert hide(table, LEAST) == frozenset()
    leaves = dict.fromkeys(leaves_of(FLAT), 30) | {("甲", "a"): 2}
    assert len(hide(Table.of(FLAT, leaves), LEAST)) == 4


def test_a_table_of_next_to_nothing_shows_nothing() -> None:
    table = Table.of(FLAT, {("甲", "a"): 1, ("乙", "b"): 1})
    assert hide(table, LEAST) == frozenset(table.values)
    empty = Table.of(FLAT, {})
    assert hide(empty, LEAST) == frozenset(empty.values)


def test_units_apart_and_classes_apart_give_no_more_away_than_together() -> None:
    """A page by unit and a page by class are margins of one table: what both show is less than the table shows."""
    chance = random.Random(SEED)
    for _ in range(6):
        table = Table.of(FLAT, made(FLAT, chance, 6))
        margins = {cell for cell in table.values if "区" in cell or "全部" in cell}
        assert narrow(table, hide(table, LEAST) | (table.values.keys() - margins)) == {}


def test_what_is_never_offered_keeps_the_rest_open() -> None:
    """By unit with its parts, and by unit and class: the table of all three is not published, and less is hidden."""
    chance = random.Random(SEED)
    for _ in range(4):
        table = Table.of(SUMS, made(SUMS, chance, 7))
        offered = {cell for cell in table.values if cell[1] == "全部" or cell[2] == "受理"}
        hidden = hide(table, LEAST, offered=offered)
        assert table.values.keys() - offered <= hidden
        assert narrow(table, hidden, of=offered) == {}
        assert len(hidden & offered) <= len(hide(table, LEAST) & offered)


def test_the_same_table_hides_the_same_however_it_is_written() -> None:
    leaves = made(LEVELS, random.Random(SEED), 8)
    turned = dict(sorted(leaves.items(), reverse=True))
    assert hide(Table.of(LEVELS, leaves), LEAST) == hide(Table.of(LEVELS, turned), LEAST)


def jointly_narrow(
    first: Table, hidden: Collection[Cell], second: Table, hidden_then: Collection[Cell]
) -> list[tuple[str, Cell]]:
    """Cells that a reader of both publications, who knows that numbers only grow, bounds too narrowly."""
    sums, many = sums_of(first), len(leaves_of(first.trees))

    def both(cell: Cell) -> Sum:
        return (*sums[cell], *(n + many for n in sums[cell]))

    told = {sums[cell]: n for cell, n in shown(first, hidden).items() if n is not None}
    told |= {both(cell): n for cell, n in shown(second, hidden_then).items() if n is not None}
    before = [first.values[leaf] for leaf in leaves_of(first.trees)]
    since = [second.values[leaf] - first.values[leaf] for leaf in leaves_of(first.trees)]
    known = Known((*before, *since), told, max(second.values.values()) + 2 * LEAST)
    asked = [("yesterday", cell, sums[cell], first.values[cell]) for cell in hidden]
    asked += [("today", cell, both(cell), second.values[cell]) for cell in hidden_then]
    widths = {(day, cell): decided(known, sum_of, true, LEAST) for day, cell, sum_of, true in asked}
    assert sum(width is None for width in widths.values()) <= max(2, len(asked) // 2)
    return [one for one, width in widths.items() if width is not None and width < LEAST]


@pytest.mark.parametrize("shape", ["units by class", "one row"])
def test_yesterday_and_today_together_give_nothing_away(shape: str) -> None:
    trees, chance = SHAPES[shape], random.Random(f"{SEED}{shape}")
    for _ in range(12 if WHOLE else 3):
        leaves = made(trees, chance, 8)
        first = Table.of(trees, leaves)
        hidden = hide(first, LEAST)
        grown = {leaf: n + chance.choice([0, 0, 0, 1, 2]) for leaf, n in leaves.items()}
        second = Table.of(trees, grown)
        hidden_then = hide(second, LEAST, Before(hidden, first.values))
        assert hidden <= hidden_then
        assert jointly_narrow(first, hidden, second, hidden_then) == []


def test_without_memory_two_publications_would_give_a_cell_away() -> None:
    """A cell of four yesterday is five today: shown afresh, it and the total tell what it was."""
    trees = (FLAT[0],)
    first = Table.of(trees, {("甲",): 4, ("乙",): 9, ("丙",): 30})
    second = Table.of(trees, {("甲",): 5, ("乙",): 9, ("丙",): 30})
    hidden, afresh = hide(first, LEAST), hide(second, LEAST)
    assert afresh == frozenset()
    assert ("yesterday", ("甲",)) in jointly_narrow(first, hidden, second, afresh)
    kept = hide(second, LEAST, Before(hidden, first.values))
    assert jointly_narrow(first, hidden, second, kept) == []


def test_numbers_that_may_fall_are_proved_anew_and_stay_hidden() -> None:
    """In work: six yesterday, three today. Nobody knows how they hang together but that both were published."""
    trees = FLAT
    leaves = dict.fromkeys(leaves_of(FLAT), 12) | {("甲", "a"): 6}
    first = Table.of(trees, leaves)
    second = Table.of(trees, leaves | {("甲", "a"): 3})
    before = Before(hide(first, LEAST), first.values, grows=False)
    hidden = hide(second, LEAST, before)
    assert ("甲", "a") in hidden
    assert narrow(second, hidden) == {}


def test_whatever_the_numbers_and_the_least() -> None:
    chance = random.Random(f"{SEED} whatever")
    for _ in range(200 if WHOLE else 15):
        numbers, least = [chance.randrange(15) for _ in range(9)], chance.randrange(2, 7)
        table = Table.of(FLAT, dict(zip(leaves_of(FLAT), numbers, strict=True)))
        hidden = hide(table, least)
        assert narrow(table, hidden, least) == {}
        told: Mapping[Cell, int | None] = shown(table, hidden)
        assert all(number is None or number >= least for number in told.values())
