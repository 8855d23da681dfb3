"""The published counts are loaded, changed by date and asked back; the invented ground under them is without fault."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from gezhi.places import history, queries
from gezhi.places.growing import MARK, Net, Wish, grown, wishes_of
from gezhi.places.measuring import area
from gezhi.rules.load import named

from . import loads

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_guangming_is_31_and_264_at_the_end_of_2023_and_37_and_272_in_august_2024() -> None:
    loaded = loads.load(loads.GUANGMING, [loads.POLICE])
    loads.reform(loaded)
    then, now = date(2023, 12, 31), date(2024, 8, 31)

    assert loads.counts(then) == "1/6/31/264/1734 + 264"
    assert loads.counts(now) == "1/6/37/272/1734 + 264"
    assert loads.counts(date(2022, 1, 1)) == ""
    before, after = queries.tree(then), queries.tree(now)
    grids = {u.identity for u in before.by_path.values() if u.level == "grid"}
    assert grids == {u.identity for u in after.by_path.values() if u.level == "grid"}
    assert loads.audit(then) == []
    assert loads.audit(now) == []
    police = history.overlaid("police", "subgrid", then)
    assert (len(police.same), police.overlapping, police.uncovered) == (264, [], {})
    police = history.overlaid("police", "subgrid", now)
    assert (len(police.same), len(police.overlapping), police.uncovered) == (256, 16, {})
    for grid in list(grids)[::97]:
        lon, lat = before.by_identity[grid].lon, before.by_identity[grid].lat
        assert lon is not None
        assert lat is not None
        assert before.locate(lon, lat).identity == after.locate(lon, lat).identity == grid


def test_figures_of_2023_are_restated_by_the_communities_of_2024() -> None:
    loaded = loads.load(loads.GUANGMING[:4])
    loads.reform(loaded)
    then, now = date(2023, 12, 31), date(2024, 8, 31)
    before = queries.tree(then)
    values = {u.identity: 100 for u in before.by_path.values() if u.level == "community"}

    came = history.restated(values, then, now)

    assert len(came.values) == 37
    assert sum(came.values.values()) == 3100
    assert came.unknown == {}
    new = next(u for u in queries.tree(now).by_path.values() if u.level == "community" and "（新）" in u.name)
    origin = history.came_from(new.identity, then, now)
    assert len(origin) == 1
    assert Fraction(1, 3) < (origin[0].share or 0) < Fraction(2, 3)
    heirs = history.became(origin[0].identity, then, now)
    assert {kin.identity for kin in heirs} == {origin[0].identity, new.identity}


def test_guanlan_has_59_blocks_and_238_red_grids_over_them() -> None:
    loads.load(loads.GUANLAN, [loads.RED])

    found = history.overlaid("red", "block", loads.FROM)

    assert loads.counts(loads.FROM) == "1/10/59 + 238"
    assert (found.uncovered, found.beyond, found.doubled) == ({}, {}, [])
    whole = area(queries.tree(loads.FROM).border("0001"))
    shared = sum(one.square_metres for one in (*found.same, *found.overlapping))
    assert shared == pytest.approx(whole, abs=1)
    inside = history.overlaid("red", "community", loads.FROM)
    assert len(inside.inside) == 238
    assert loads.audit(loads.FROM) == []


@pytest.mark.parametrize(
    ("wishes", "said"),
    [(loads.NANLING, "1/5/25/211"), (loads.JIANGHAI, "1/3/55/190/2590")],
    ids=["nanling", "jianghai"],
)
def test_the_other_counts_are_loaded_and_asked_back(wishes: list[Wish], said: str) -> None:
    loads.load(wishes)

    assert loads.counts(loads.FROM) == said
    assert loads.audit(loads.FROM) == []


def test_every_name_of_an_invented_ground_says_so() -> None:
    made = grown(loads.NANLING, [Net("party", "党建网格", "community", 30)])

    assert all(row.name.startswith(MARK) for row in made.units)
    assert all(unit.name.startswith(MARK) for unit in made.overlays["party"])
    assert len({row.name for row in made.units}) == len(made.units)
    assert [row.border for row in made.units] == [row.border for row in grown(loads.NANLING).units]


@pytest.mark.parametrize("counts", [(2, 4), (1, 5, 3)])
def test_counts_that_cannot_be_nested_are_refused(counts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="never fall"):
        grown([Wish(f"l{n}", "级", count) for n, count in enumerate(counts)])


def test_a_model_states_its_counts_and_what_it_leaves_open_is_said() -> None:
    wishes, nets, left_open = wishes_of(named("nanling"))

    stated = {wish.level: wish.count for wish in wishes}
    assert (stated["county"], stated["community"], stated["grid"]) == (1, 25, 211)
    assert left_open == ["town"]
    assert 1 < stated["town"] < 25
    assert nets == []
