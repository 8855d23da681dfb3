"""A border drawn twice for one day: the planned one gives way, today's stands and is followed by one of tomorrow."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
import shapely

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.places import queries
from gezhi.places.changes import Add, Change, Redraw, Rename
from gezhi.places.geometry import from_wkb
from gezhi.places.measuring import area
from gezhi.places.models import Lineage, Plan, Unit
from gezhi.places.services import Redrawn, adopt_plan, draw_border, redraw, undo_plan

from .ground import AT, DAY, LEVELS, planted, square

pytestmark = pytest.mark.django_db
TODAY, SOON = DAY + timedelta(days=30), DAY + timedelta(days=60)
NOW = AT + timedelta(days=30)


def draw(unit: UUID, border: bytes, on: date) -> Redrawn:
    return draw_border(unit, border, LEVELS, on=on, by=HOUSE, at=NOW)


def both(*changes: Change, on: date = SOON, title: str = "") -> UUID:
    return adopt_plan(list(changes), LEVELS, on=on, by=HOUSE, at=NOW, title=title)


def held(unit: UUID, on: date) -> bytes:
    tree = queries.tree(on)
    return tree.wkb(tree.by_identity[unit].path) or b""


def same(one: bytes, other: bytes) -> bool:
    return bool(shapely.equals(from_wkb(one), from_wkb(other)))


def test_a_planned_border_gives_way_until_its_day() -> None:
    g1 = planted().identities["g1"]
    first = draw(g1, square(0, 0, 0.5, 1), SOON)

    second = draw(g1, square(0, 0, 0.7, 1), SOON)

    assert (second.on, second.later, second.replaced) == (SOON, False, 1)
    assert second.sentence() == f"原来排在 {SOON} 的 1 条边界由这一次代替。"
    assert same(held(g1, SOON), square(0, 0, 0.7, 1))
    assert same(held(g1, SOON - timedelta(days=1)), square(0, 0))
    assert Plan.objects.get(id=first.plan).undone_at == NOW
    assert [one.id for one in Plan.objects.filter(undone_at=None)] == [second.plan]
    assert second.plan is not None
    undo_plan(second.plan, by=HOUSE, at=NOW)
    assert same(held(g1, SOON), square(0, 0))


def test_the_other_borders_of_the_plan_that_gives_way_stay_and_what_is_ceded_is_counted_anew() -> None:
    ground = planted()
    g1, g2 = ground.identities["g1"], ground.identities["g2"]
    both(Redraw(unit=g1, border=square(0, 0, 0.5, 1)), Redraw(unit=g2, border=square(0.5, 0, 1.5, 1)))
    assert share(g1, g2) == pytest.approx(0.5, abs=0.001)

    draw(g1, square(0, 0, 0.7, 1), SOON)

    assert same(held(g2, SOON), square(0.5, 0, 1.5, 1))
    assert share(g1, g2) == pytest.approx(0.3, abs=0.001)
    assert Plan.objects.filter(undone_at=None).count() == 1


def share(before: UUID, after: UUID) -> float:
    link = Lineage.objects.get(before=before, after=after)
    assert link.part is not None
    assert link.whole is not None
    return link.part / link.whole


def test_what_holds_since_today_is_followed_by_one_of_tomorrow() -> None:
    g1 = planted().identities["g1"]
    draw(g1, square(0, 0, 0.5, 1), TODAY)

    second = draw(g1, square(0, 0, 0.7, 1), TODAY)

    tomorrow = TODAY + timedelta(days=1)
    assert (second.on, second.later) == (tomorrow, True)
    assert second.sentence() == f"今天已经改过一次，今天的照旧；这一次从明天（{tomorrow}）起生效。"
    assert same(held(g1, TODAY), square(0, 0, 0.5, 1))
    assert same(held(g1, tomorrow), square(0, 0, 0.7, 1))

    third = draw(g1, square(0, 0, 0.9, 1), TODAY)
    assert (third.on, third.later, third.replaced) == (tomorrow, True, 1)
    assert same(held(g1, TODAY), square(0, 0, 0.5, 1))
    assert same(held(g1, tomorrow), square(0, 0, 0.9, 1))


def test_a_unit_that_begins_that_day_gets_another_border_before_it_does() -> None:
    ground = planted()
    new = Add(
        key="n", under=ground.identities["a"], level="grid", name="东桥03网格", border=square(0, 0, 0.3, 1)
    )
    plan = both(new, Redraw(unit=ground.identities["g1"], border=square(0.3, 0, 0.7, 1)))
    unit = Unit.objects.get(begun_by=plan, name="东桥03网格").identity

    done = draw(unit, square(0, 0, 0.2, 1), SOON)

    assert (done.plan, done.replaced) == (None, 1)
    assert same(held(unit, SOON), square(0, 0, 0.2, 1))
    assert Entry.objects.filter(what="border.replaced", about=unit).exists()
    undo_plan(plan, by=HOUSE, at=NOW)
    assert not Unit.objects.filter(identity=unit).exists()


def test_a_plan_that_does_more_to_the_unit_is_named_and_nothing_is_written() -> None:
    g1 = planted().identities["g1"]
    both(
        Rename(unit=g1, name="东桥一网格"),
        Redraw(unit=g1, border=square(0, 0, 0.5, 1)),
        title="改名又改界",
    )
    before = sorted(Unit.objects.values_list("id", "valid_to"), key=str)

    with pytest.raises(Refused, match="还有方案“改名又改界”改动同一个单元") as refusal:
        draw(g1, square(0, 0, 0.7, 1), SOON)

    assert refusal.value.code == "plan_does_more"
    assert sorted(Unit.objects.values_list("id", "valid_to"), key=str) == before


def test_a_file_with_one_border_of_today_takes_effect_as_one_tomorrow() -> None:
    ground = planted()
    g1, g3 = ground.identities["g1"], ground.identities["g3"]
    draw(g1, square(0, 0, 0.5, 1), TODAY)

    done = redraw(
        [Redraw(unit=g1, border=square(0, 0, 0.7, 1)), Redraw(unit=g3, border=square(2, 0, 0.8, 1))],
        LEVELS,
        on=TODAY,
        by=HOUSE,
        at=NOW,
    )

    assert done.later
    assert same(held(g3, TODAY), square(2, 0))
    assert same(held(g3, TODAY + timedelta(days=1)), square(2, 0, 0.8, 1))
    assert area(from_wkb(held(g1, TODAY))) < area(from_wkb(held(g1, TODAY + timedelta(days=1))))
