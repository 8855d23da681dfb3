"""A draft is tried on a month, page by page, and comes to what one look at all of it comes to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.models import Entry
from gezhi.matters import drafts, editions
from gezhi.matters.drafts import Draft
from gezhi.matters.models import Draft as Row
from gezhi.matters.models import Matter
from gezhi.matters.services import drafting
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import FRIDAY, World
from gezhi.matters.tests.test_path import CLUTTER, LAMP, opened
from gezhi.people import services as staff
from gezhi.reporting import trials, trying
from gezhi.rules.edits import with_change
from gezhi.rules.texts import Texts

TODAY = date(2026, 11, 20)


@pytest.fixture
def lu(world: World) -> Actor:
    """Somebody who administers the system."""
    account = staff.make_account("lu", "陆样本", "", by=HOUSE, at=FRIDAY)
    wanted = staff.Appointment(
        account=account,
        post="system_admin",
        unit=world.units["county"],
        from_on=liuxi.BEGAN,
        note="示例：早就在任",
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=FRIDAY)
    return Actor(account, "system_admin@0001")


def quicker(lu: Actor) -> Draft:
    """A draft in which an item is accepted within a quarter of an hour, and clutter is another's."""
    draft = drafting.begin_draft(editions.current(TODAY).version, by=lu, at=FRIDAY)
    texts = with_change(draft.texts, "promise", ("main", "triage"), {"length": "15分钟"})
    texts = with_change(texts, "item", ("N12",), {"handler": "市监"})
    return drafting.save_texts(draft, texts, by=lu, at=FRIDAY)


def test_pages_come_to_what_the_whole_comes_to(
    world: World, lu: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for report in (CLUTTER, LAMP, CLUTTER, LAMP, LAMP):
        opened(world, report)
    draft = quicker(lu)
    with clock.fixed(FRIDAY + timedelta(hours=1)):
        at = clock.now()
        with trying.reading_only():
            period = trials._period(trials.this_month(TODAY))
            whole = trying.tried(draft.model(), period, as_of=at, most=trials.LISTED)
        monkeypatch.setattr(trying, "PAGE", 2)
        draft = trials.ask(draft, trials.this_month(TODAY), by=lu, at=at)
        found = trials.of(draft)
        assert found is not None
        assert (found.covered, found.total, found.done) == (2, 5, False)
        assert [trials.go_on(at) for _beat in range(3)] == [1, 0, 0]
    found = trials.of(drafts.in_work(TODAY) or draft)
    assert found is not None
    assert (found.covered, found.done) == (5, True)
    assert trials._outcome(found) == whole
    assert found.parts["newly_late"].different == 5
    assert Entry.objects.filter(what="model.draft_tried").count() == 1


def test_a_page_that_was_taken_in_is_not_taken_twice(
    world: World, lu: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for report in (CLUTTER, LAMP, CLUTTER):
        opened(world, report)
    monkeypatch.setattr(trying, "PAGE", 1)
    seen = trials.ask(quicker(lu), trials.this_month(TODAY), by=lu, at=FRIDAY)
    assert trials._one_page(seen)
    assert not trials._one_page(seen)  # a second worker that read the same state
    found = trials.of(drafts.in_work(TODAY) or seen)
    assert found is not None
    assert found.covered == 2


def test_a_large_month_is_bounded_and_says_so(
    world: World, lu: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for report in (CLUTTER, LAMP, CLUTTER):
        opened(world, report)
    monkeypatch.setattr(trials, "MOST", 2)
    monkeypatch.setattr(trying, "PAGE", 2)
    found = trials.of(trials.ask(quicker(lu), trials.this_month(TODAY), by=lu, at=FRIDAY))
    assert found is not None
    assert (found.covered, found.total, found.done, found.bounded) == (2, 3, True, True)


def test_a_trial_that_fails_ends_and_says_so(
    world: World, lu: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for report in (CLUTTER, LAMP):
        opened(world, report)
    monkeypatch.setattr(trying, "PAGE", 1)
    draft = trials.ask(quicker(lu), trials.this_month(TODAY), by=lu, at=FRIDAY)
    Matter.objects.filter(item="N12").update(item="N99")  # a row that no version knows
    assert trials.go_on(FRIDAY) == 0
    found = trials.of(drafts.in_work(TODAY) or draft)
    assert found is not None
    assert (found.failed, found.done, trials.go_on(FRIDAY)) == (True, True, 0)


def test_other_texts_have_no_trial_yet(world: World, lu: Actor) -> None:
    draft = trials.ask(quicker(lu), trials.last_month(TODAY), by=lu, at=FRIDAY)
    found = trials.of(draft)
    assert found is not None
    assert (found.total, found.done, found.first) == (0, True, date(2026, 10, 1))
    draft = drafting.save_texts(draft, Texts(draft.texts.toml + "\n", draft.texts.items), by=lu, at=FRIDAY)
    assert trials.of(draft) is None
    assert trials.go_on(FRIDAY) == 0
    assert Row.objects.get().trial == ""
