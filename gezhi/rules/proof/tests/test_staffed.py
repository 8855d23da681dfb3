"""Real persons on real units: which units cannot keep handling and verifying apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gezhi.rules.load import named
from gezhi.rules.model import Duty
from gezhi.rules.proof.staffed import Gap, Ground, cannot_separate

pytestmark = pytest.mark.proof

MODEL = named("nanling")
UNITS = {
    "C": ("county", ""),
    "T": ("town", "C"),
    "M": ("community", "T"),
    "G1": ("grid", "M"),
    "G2": ("grid", "M"),
}


def ground(**seats: set[str]) -> Ground:
    """Seats written as post__unit = persons."""
    held = {(post, unit): frozenset(who) for (post, unit), who in _spread(seats)}
    return Ground(UNITS, held, {"housing": frozenset({"住建甲"})})


def _spread(seats: dict[str, set[str]]) -> list[tuple[tuple[str, str], set[str]]]:
    return [((word.partition("__")[0], word.partition("__")[2]), who) for word, who in seats.items()]


def test_two_at_the_centre_are_enough_wherever_it_lies() -> None:
    assert cannot_separate(MODEL, ground(centre__C={"甲", "乙"})) == []


def test_one_at_the_centre_alone_cannot_judge_himself() -> None:
    gaps = cannot_separate(MODEL, ground(centre__C={"甲"}))
    assert {gap.unit for gap in gaps} == {"C", "T", "M", "G1", "G2"}
    assert {gap.person for gap in gaps} == {"甲"}
    assert Gap("G1", "main", "done", "甲", ("verify",)) in gaps


def test_a_worker_whose_grid_head_is_another_person_is_judged() -> None:
    gaps = cannot_separate(MODEL, ground(centre__C={"甲"}, grid_worker__G1={"丙"}, grid_head__G1={"丁"}))
    assert "G1" not in {gap.unit for gap in gaps if gap.step == "done"}
    assert {gap.unit for gap in gaps if gap.step == "done"} == {"C", "T", "M", "G2"}


def test_one_person_in_all_posts_of_a_grid_is_found() -> None:
    alone = {"丙"}
    gaps = cannot_separate(
        MODEL, ground(centre__C=alone, town_desk__T=alone, grid_worker__G1=alone, grid_head__G1=alone)
    )
    assert {(gap.unit, gap.person) for gap in gaps if gap.step == "done"} >= {("G1", "丙"), ("G2", "丙")}


def test_what_was_drawn_is_looked_at_by_another_grid() -> None:
    own = ground(grid_worker__G1={"丙"}, grid_head__G1={"丁"})
    assert Gap("G1", "main", "spot", "丙", ("spot_check",)) in cannot_separate(MODEL, own)
    beside = ground(grid_worker__G1={"丙"}, grid_head__G1={"丁"}, grid_head__G2={"戊"})
    assert not [gap for gap in cannot_separate(MODEL, beside) if (gap.unit, gap.step) == ("G1", "spot")]


def test_of_each_post_only_the_nearest_are_asked() -> None:
    lone = ground(centre__C={"甲", "乙"}, town_desk__T={"丙"}, grid_worker__G1={"丙"}, grid_head__G1={"丙"})
    assert cannot_separate(MODEL, lone) == []
    one = replace(MODEL, duties=dict(MODEL.duties) | {"verify": verify_by("town_desk")})
    assert ("G1", "丙") in {(g.unit, g.person) for g in cannot_separate(one, lone) if g.step == "done"}


def verify_by(*words: str) -> Duty:
    return replace(MODEL.duties["verify"], held_by=words)
