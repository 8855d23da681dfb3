"""How many open matters a change of the rules would concern."""

from __future__ import annotations

from gezhi.ledger.clock import now
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.reporting import open_ones
from gezhi.rules.differences import differences
from gezhi.rules.load import named


def test_open_matters_are_counted_once_by_step_or_item(world: liuxi.World) -> None:
    for item in ("N01", "N01", "N05"):
        open_matter(Report(item=item, text="楼道堆满纸箱", unit=liuxi.GRID), by=world.clerk())
    found = open_ones.of(world.model.version)
    assert (found.all, found.of_version) == (3, True)
    assert found.concerned([("main", "reported")], ["N05"]) == 3
    assert found.concerned([], ["N01"]) == 2
    assert found.concerned([("main", "done")], []) == 0
    Matter.objects.filter(item="N05").update(ended_at=now())
    assert open_ones.of(world.model.version).all == 2


def test_a_version_nobody_worked_under_counts_all_and_says_so(world: liuxi.World) -> None:
    open_matter(Report(item="N01", text="杂物", unit=liuxi.GRID), by=world.clerk())
    found = open_ones.of("0000000000000000")
    assert (found.all, found.of_version) == (1, False)
    changes = differences(named("nanling"), named("guanlan")).changes
    gone = [change for change in changes if change.items == ("N01",)]
    assert [found.concerned(change.steps, change.items) for change in gone] == [1]
