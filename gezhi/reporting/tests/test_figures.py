"""Figures that cannot be flattered: integers first, parts that add up, nobody's figures for everybody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, FRIDAY, GRID, INSIDE, OTHER, World
from gezhi.promises.models import Promise
from gezhi.reporting import figures
from gezhi.reporting.figures import Page, words_of

from .rows import DAY, many, matter, put

WEEK = (date(2026, 11, 14), date(2026, 11, 20))
CLUTTER = Report(text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")


def looked(world: World, who: str = "he", path: str = "", **asked: Any) -> Page:
    given = {"first": WEEK[0], "last": WEEK[1], "as_of": clock.now()} | asked
    return figures.page(world.person(who), path, **given)


def test_the_published_closing_rates_name_their_denominator(world: World) -> None:
    put(
        *many(917, "solved"),
        *many(32),
        *many(30, "void"),
        *many(4, "refused", accepted=False),
        *many(2, "merged"),
    )
    whole = looked(world).whole

    assert whole.accepted.numerator == 979
    assert whole.accepted.excluded == ("不予受理 4 件", "并案 2 件")
    assert (whole.closed.numerator, whole.closed.denominator, words_of(whole.closed)) == (917, 979, "93.7%")
    assert (whole.closed_valid.denominator, words_of(whole.closed_valid)) == (949, "96.6%")
    assert "作废 30 件" in whole.closed_valid.excluded
    assert whole.partition.adds_up


def test_what_nobody_verified_is_in_no_rate_and_said_beside_it(world: World) -> None:
    put(*many(8, "solved"), *many(1, "unverified"), *many(1))
    whole = looked(world).whole
    assert (whole.closed.numerator, whole.closed.denominator) == (8, 10)
    assert "另有 1 件已解决而未核查，不算在内。" in whole.closed.says
    assert ("unverified", "已解决（未核查）", 1) in whole.partition.parts()
    assert whole.partition.adds_up


def test_nothing_counted_prints_a_dash(world: World) -> None:
    whole = looked(world).whole
    assert (words_of(whole.accepted), words_of(whole.closed), words_of(whole.on_time)) == ("0", "—", "—")


def test_a_unit_counts_what_lies_within_it_and_no_more(world: World) -> None:
    put(*many(3, "solved"), *many(2, path=OTHER), *many(1, path=COUNTY))
    county, community = looked(world), looked(world, path=COMMUNITY)
    assert county.whole.accepted.numerator == 6
    assert [(u.name, u.accepted.numerator) for u in community.below] == [("桥东 01 格", 3), ("桥东 02 格", 2)]
    assert [(u.name, u.accepted.numerator) for u in county.below] == [("望湖街道", 5), ("尚未落到下一级", 1)]
    assert looked(world, path=GRID).below == ()
    assert looked(world, path=GRID).whole.closed.percent_words == "100.0"


def test_each_sees_the_figures_of_their_own_ground(world: World) -> None:
    put(*many(3, department="housing"), *many(2, path=OTHER))
    assert looked(world, "lin").whole.accepted.numerator == 3
    assert looked(world, "zhu").whole.accepted.numerator == 3
    for path in (COMMUNITY, OTHER, "0009"):
        with pytest.raises(NotFound):
            looked(world, "lin", path)


def test_days_begin_and_end_at_local_midnight(world: World) -> None:
    for hours in (-1, 0, 23, 24):
        moment = datetime.fromisoformat("2026-11-17T00:00:00+08:00") + timedelta(hours=hours)
        put(matter(accepted_at=moment, accepted_recorded_at=moment))
    day = date(2026, 11, 17)
    assert looked(world, first=day, last=day).whole.accepted.numerator == 2
    with pytest.raises(Refused, match="起始日期"):
        looked(world, first=day, last=WEEK[0])


def test_what_was_known_then_stays_what_was_known_then(world: World) -> None:
    before = FRIDAY - 5 * DAY
    put(matter("solved", origin="late", accepted_at=before, ended_at=before))
    then = FRIDAY - 4 * DAY
    assert looked(world, as_of=then).whole.accepted.numerator == 0
    happened = looked(world, as_of=then, basis="happened").whole
    assert (happened.accepted.numerator, happened.closed.percent_words, happened.late.numerator) == (
        1,
        "100.0",
        1,
    )
    assert looked(world).whole.late.numerator == 1


def test_a_matter_reads_open_until_the_moment_it_ended(world: World) -> None:
    put(matter("void"), matter("refused", accepted=False))
    ended = FRIDAY - 2 * DAY
    before = looked(world, as_of=ended - timedelta(microseconds=1)).whole
    assert (before.partition.open, before.partition.void, before.accepted.excluded) == (1, 0, ())
    after = looked(world, as_of=ended).whole
    assert (after.partition.open, after.partition.void, after.accepted.excluded) == (0, 1, ("不予受理 1 件",))


def promise(of: Any, due: datetime, **said: Any) -> Promise:
    columns = {"flow": "main", "name": "finish", "made_at": due - DAY, "length": "1日", "why": "{}"}
    return Promise(id=new_id(), about=of.id, due_at=due, **(columns | said))


def test_a_promise_missed_and_made_again_counts_once_and_missed(world: World) -> None:
    kept, missed, gone, running = (matter("solved") for _ in range(4))
    due = FRIDAY - DAY
    put(kept, missed, gone, running)
    Promise.objects.bulk_create(
        [
            promise(kept, due, met_at=due - DAY),
            promise(missed, due, missed_at=due, void_at=due),
            promise(missed, due + timedelta(hours=1), met_at=due),
            promise(gone, due, void_at=due - DAY),
            promise(running, FRIDAY + DAY, met_at=due),
        ]
    )
    on_time = looked(world).whole.on_time
    assert (on_time.numerator, on_time.denominator) == (1, 2)
    assert on_time.excluded == ("不再需要办结 1 件",)


def test_a_promise_falls_due_once_its_moment_is_past(world: World) -> None:
    kept, silent = matter("solved"), matter()
    put(kept, silent)
    due = FRIDAY - DAY
    Promise.objects.bulk_create([promise(kept, due, met_at=due), promise(silent, due)])
    at_that_moment = looked(world, as_of=due).whole.on_time
    assert (at_that_moment.numerator, at_that_moment.denominator) == (0, 0)
    after = looked(world, as_of=due + timedelta(microseconds=1)).whole.on_time
    assert (after.numerator, after.denominator) == (1, 2)


def test_imported_matters_never_mix_into_live_rates(world: World) -> None:
    brought = matter("solved", origin="import")
    put(*many(3), brought)
    due = FRIDAY - DAY
    Promise.objects.bulk_create([promise(brought, due, met_at=due, imported=True)])
    page = looked(world)
    assert (page.whole.accepted.numerator, page.whole.closed.numerator) == (3, 0)
    assert page.whole.accepted.excluded == ("导入 1 件",)
    assert page.whole.on_time.denominator == 0
    assert page.imported is not None
    assert (page.imported.accepted.numerator, page.imported.on_time.numerator) == (1, 1)


def test_a_page_of_figures_takes_three_statements(world: World) -> None:
    put(*many(3), *many(2, path=OTHER))
    looked(world)
    person, now = world.person("he"), clock.now()
    with CaptureQueriesContext(connection) as asked:
        figures.page(person, first=WEEK[0], last=WEEK[1], as_of=now)
    assert len(asked) == 3


def test_a_matter_that_went_its_way_is_counted_as_it_went(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    assert looked(world).whole.accepted.numerator == 0

    def step(who: str, move: str, note: str = "") -> None:
        take_step(number, move, by=world.person(who), at=clock.now(), given=StepGiven(note=note))

    step("he", "accept")
    assert looked(world).whole.partition.open == 1
    step("lin", "finish_grid", "已清。")
    step("qiao", "pass", "看过。")
    step("qiao", "answer", "清了。")
    step("he", "close_early", "电话回访，满意。")
    while keep_promises(at=clock.now()):
        pass
    assert looked(world).whole.closed.percent_words == "100.0"
