"""Further nets over the same ground: what is the same, what overlaps, what nobody covers; and one taken into the tree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.places import history
from gezhi.places.changes import Absorb
from gezhi.places.models import Lineage, OverlayUnit
from gezhi.places.services import OverlayRow, adopt_plan, put_overlay, undo_plan

from .ground import AT, DAY, LEVELS, SIDE, planted, square

pytestmark = pytest.mark.django_db
LATER = date(2026, 7, 1)
BEFORE = LATER - timedelta(days=1)
CELL = SIDE * SIDE * 111_000 * 95_700  # m² of a square, roughly


def put(*rows: OverlayRow, overlay: str = "police", on: date = DAY) -> UUID:
    return put_overlay(overlay, rows, on=on, by=HOUSE, at=AT)


def police(ground_a: UUID, ground_b: UUID) -> UUID:
    """Four police grids over the first row: one just a grid, one over two, one half outside, one without border."""
    return put(
        OverlayRow(name="警格一", border=square(0, 0), inside=ground_a),
        OverlayRow(name="警格二", border=square(1, 0, 1.5, 1), inside=ground_a),
        OverlayRow(name="警格三", border=square(3.5, 0, 1, 1), inside=ground_b),
        OverlayRow(name="警格四", inside=ground_b),
    )


def named(on: date = DAY) -> dict[UUID, str]:
    return {one.identity: one.name for one in history.overlay_units("police", on)}


def test_an_overlay_is_held_against_the_grids_in_both_directions() -> None:
    ids = planted().identities
    police(ids["a"], ids["b"])

    found = history.overlaid("police", "grid", DAY)
    names = named()
    said = {name: unit for unit, name in names.items()}

    assert [(one.base, names[one.overlay]) for one in found.same] == [(ids["g1"], "警格一")]
    assert {(one.base, names[one.overlay]) for one in found.overlapping} == {
        (ids["g2"], "警格二"),
        (ids["g3"], "警格二"),
        (ids["g4"], "警格三"),
    }
    shares = {names[o]: [round(one.square_metres / CELL, 1) for one in found.of_overlay(o)] for o in names}
    assert shares == {"警格一": [1.0], "警格二": [1.0, 0.5], "警格三": [0.5], "警格四": []}
    assert [names[one.overlay] for one in found.of_base(ids["g3"])] == ["警格二"]
    assert {unit: round(rest / CELL, 1) for unit, rest in found.uncovered.items()} == {
        ids["g3"]: 0.5,
        ids["g4"]: 0.5,
        **{ids[f"g{n}"]: 1.0 for n in range(5, 9)},
    }
    assert {names[one]: round(rest / CELL, 1) for one, rest in found.beyond.items()} == {"警格三": 0.5}
    assert found.unmapped_overlay == [said["警格四"]]
    assert found.unmapped_base == []
    assert found.doubled == []


def test_two_overlay_units_over_the_same_ground_are_told() -> None:
    planted()
    put(OverlayRow(name="企业格甲", border=square(0, 0)), OverlayRow(name="企业格乙", border=square(0.5, 0)))

    found = history.overlaid("police", "grid", DAY)

    assert [round(one.square_metres / CELL, 1) for one in found.doubled] == [0.5]


def test_an_overlay_has_days_of_its_own_and_goes_on_under_its_name() -> None:
    planted()
    put(OverlayRow(name="警格一", border=square(0, 0)), OverlayRow(name="警格二", border=square(1, 0)))
    before = named()

    put(
        OverlayRow(name="警格一", border=square(0, 0)),
        OverlayRow(name="警格二", border=square(1, 0, 2, 1)),
        on=LATER,
    )

    assert named(LATER) == named(BEFORE) == before
    assert OverlayUnit.objects.count() == 3
    assert len(history.overlaid("police", "grid", BEFORE).same) == 2
    assert len(history.overlaid("police", "grid", LATER).same) == 1
    assert history.counts(date(2025, 1, 1)) == {}
    assert history.counts(LATER)["police"] == 2

    undo_plan(history.plans()[0].id, by=HOUSE, at=datetime(2026, 6, 1, tzinfo=UTC))
    assert len(history.overlaid("police", "grid", LATER).same) == 2


def test_a_legacy_net_goes_into_the_communities_by_plan_and_date() -> None:
    """Eight grids of the city inspectors over four communities; one lies across two, one has no border."""
    ids = planted().identities
    rows = [OverlayRow(name=f"城管{n}", border=square(n % 4, n // 4)) for n in range(6)]
    rows.append(OverlayRow(name="城管跨界", border=square(1.5, 0, 2, 0.5)))
    rows.append(OverlayRow(name="城管无界", inside=ids["d"]))
    put_overlay("urban", rows, on=DAY, by=HOUSE, at=AT)
    units = {one.name: one.identity for one in history.overlay_units("urban", DAY)}

    plan = adopt_plan(
        [Absorb(overlay="urban", level="community")], LEVELS, on=LATER, by=HOUSE, at=AT, title="并网"
    )

    assert len(history.overlay_units("urban", BEFORE)) == 8
    assert history.overlay_units("urban", LATER) == ()
    across = {kin.names[-1]: kin.share for kin in history.became(units["城管跨界"], BEFORE, LATER)}
    assert across.keys() == {"东桥社区", "西桥社区"}
    assert sum(share or 0 for share in across.values()) == 1
    assert float(across["西桥社区"] or 0) == pytest.approx(0.75, abs=1e-4)
    assert [(k.names[-1], k.share) for k in history.became(units["城管无界"], BEFORE, LATER)] == [
        ("北桥社区", 1)
    ]
    came = history.restated({units[f"城管{n}"]: 10 for n in range(6)}, BEFORE, LATER)
    assert {one: value for one, value in came.values.items() if value} == {
        ids["a"]: 20,
        ids["b"]: 20,
        ids["c"]: 20,
    }
    assert [
        kin.names[-1] for kin in history.came_from(ids["d"], BEFORE, LATER) if kin.identity != ids["d"]
    ] == ["城管无界"]
    whats = list(Entry.objects.order_by("id").values_list("what", flat=True))
    assert whats == ["tree.planted", "overlay.put", "plan.adopted"]

    undo_plan(plan, by=HOUSE, at=datetime(2026, 6, 1, tzinfo=UTC))
    assert len(history.overlay_units("urban", LATER)) == 8
    assert not Lineage.objects.exists()


def test_a_legacy_unit_whose_heir_nobody_knows_is_told_in_the_preview() -> None:
    from gezhi.places.services import previewed

    planted()
    put_overlay("urban", [OverlayRow(name="远处", border=square(40, 40))], on=DAY, by=HOUSE, at=AT)

    found = previewed([Absorb(overlay="urban", level="community")], LEVELS, on=LATER)

    assert len(found.absorbed) == len(found.unheired) == 1
    assert found.links == ()


def test_legacy_shares_add_up_even_when_rounding_is_against_them() -> None:
    ids = planted().identities
    put_overlay("urban", [OverlayRow(name="全域", border=square(0, 0, 4, 2))], on=DAY, by=HOUSE, at=AT)
    adopt_plan([Absorb(overlay="urban", level="grid")], LEVELS, on=LATER, by=HOUSE, at=AT)
    unit = OverlayUnit.objects.get().identity

    came = history.restated({unit: 1000}, BEFORE, LATER)

    assert came.unknown == {}
    assert sum(came.values.values()) == 1000
    assert len([one for one, value in came.values.items() if value]) == 8
    assert all(isinstance(value, Fraction) for value in came.values.values())
    assert ids["g1"] in came.values


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda: put(on=LATER), "overlay_empty"),
        (lambda: put(OverlayRow(name=" "), on=LATER), "name_empty"),
        (lambda: put(OverlayRow(name="警格一", code="x"), on=DAY), "unit_changes_later"),
        (
            lambda: adopt_plan([Absorb(overlay="none", level="grid")], LEVELS, on=LATER, by=HOUSE, at=AT),
            "overlay_missing",
        ),
    ],
)
def test_what_cannot_be_put_changes_nothing(act: Callable[[], object], code: str) -> None:
    planted()
    put(OverlayRow(name="警格一", border=square(0, 0)))

    with pytest.raises(Refused) as refusal:
        act()

    assert refusal.value.code == code
    assert OverlayUnit.objects.filter(valid_to=None).count() == 1
