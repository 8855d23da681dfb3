"""A number can be opened: what it means in words, why some was left out, and which matters stand behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.services import record
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, FRIDAY, GRID, OTHER, World
from gezhi.places import queries as places
from gezhi.reporting import metrics, predicates
from gezhi.reporting.metrics import Left
from gezhi.reporting.predicates import COLUMNS, NOWHERE, PASSED
from gezhi.rules import keys, load
from gezhi.rules.model import Model

from . import rows
from .rows import DAY, many
from .test_metrics import query, read

SHIPPED = ("nanling", "guanlan", "guangming", "guangming-2023", "jianghai", "baltimore")


def test_every_predicate_of_the_language_is_answered_somewhere() -> None:
    asked = {*PASSED, *COLUMNS, *NOWHERE, "kept", "missed", "rated", "result", "catalogue", "kind"}
    assert asked == set(keys.PREDICATES)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_metric_that_ships_is_defined_in_both_languages(name: str) -> None:
    model = load.named(name)
    for metric in model.metrics.values():
        with translation.override("zh-hans"):
            chinese = metrics.define(metric, model)
        with translation.override("en"):
            english = metrics.define(metric, model)
        for said in (english.of, english.num, english.at, english.without):
            assert not any(
                "\u4e00" <= char <= "\u9fff" for char in said.replace("「", "").replace("」", "")
            ), said
        assert chinese.of
        assert bool(chinese.num) == bool(metric.num)
        assert chinese.at != english.at


@pytest.mark.parametrize("name", SHIPPED)
def test_what_fell_due_is_known_by_a_promise_of_the_model(name: str) -> None:
    model = load.named(name)
    for metric in model.metrics.values():
        if metric.at == "due":
            pairs = predicates.due_of(metric, model)
            assert pairs, metric.id
            assert all(promise in model.flows[flow].promise for flow, promise in pairs)


def test_a_metric_of_a_flow_that_nothing_opens_says_so_instead_of_a_number(world: World) -> None:
    asked = replace(world.model.metrics["closed_rate"], of={"flow": "summons"})
    model: Model = replace(world.model, metrics={**world.model.metrics, "asked": replace(asked, id="asked")})
    found = metrics.reading(replace(query(world), model=model), "asked")
    assert (found.words, found.numerator, found.denominator) == ("—", 0, 0)
    assert found.absent == "「吹哨报到」还没有从这里办起来，所以没有数。"
    rate = metrics.reading(query(world), "closed_rate")
    assert (rate.words, rate.absent) == ("—", "")


def test_person_times_and_lists_of_information_have_no_numbers_yet(world: World) -> None:
    base = world.model.metrics["accepted"]
    for of in ({"person_times": True}, {"kind": "duty"}):
        assert metrics.absent(replace(base, of=of), world.model)
    assert metrics.absent(load.named("guangming-2023").metrics["orders"], load.named("guangming-2023"))
    assert not metrics.absent(base, world.model)


def test_what_is_left_out_is_counted_beside(world: World) -> None:
    rows.put(
        *many(7, "solved"),
        *many(2),
        *many(3, "void"),
        *many(1, "merged"),
        *many(4, "refused", accepted=False),
        *many(5, "solved", origin="import"),
    )
    found = read(world).whole.of("closed_valid")
    assert (found.numerator, found.denominator, found.words) == (7, 9, "77.8%")
    assert set(found.left) == {
        Left("import", "导入", 5),
        Left("void", "作废", 3),
        Left("merged", "并案", 1),
        Left("refused", "不予受理", 4),
    }


def test_who_was_not_asked_or_did_not_say_is_out_of_the_satisfaction_rate_and_shown(world: World) -> None:
    some = many(9, "solved")
    rows.put(*some)
    said = ("content", "content", "content", "fair", "discontent", "none", "none")
    with transaction.atomic():
        for one, word in zip(some, said, strict=False):
            record("matter.rated", one.id, by=world.clerk(), at=clock.now(), rating=word)
        record("matter.rated", some[0].id, by=world.clerk(), at=clock.now(), rating="discontent")
    found = read(world).whole.of("content")
    assert (found.numerator, found.denominator, found.words) == (2, 5, "40.0%")
    assert found.left == (Left("rated:", "没有评价", 2), Left("rated:none", "问了没有说", 2))
    with transaction.atomic():
        record("matter.rated", some[1].id, by=world.clerk(), at=clock.now(), rating="content", recorded=True)
    found = read(world).whole.of("content")
    assert (found.numerator, found.denominator) == (1, 4)
    assert Left("rated:recorded_content", "代记的评价：满意", 1) in found.left


def test_what_was_opened_again_or_led_back_from_the_answer_is_reopened(world: World) -> None:
    some = many(5, "solved")
    rows.put(*some)
    went = (
        ("matter.reopened", {"move": "reopen", "from": "closed", "step": "accepted"}),
        ("matter.stepped", {"move": "redo", "from": "answered", "step": "accepted"}),
        ("matter.stepped", {"move": "fail", "from": "done", "step": "assigned"}),
        ("matter.stepped", {"move": "close", "from": "answered", "step": "closed"}),
    )
    with transaction.atomic():
        for one, (what, facts) in zip(some, went, strict=False):
            record(what, one.id, by=world.clerk(), at=clock.now(), **facts)  # type: ignore[arg-type]  # all of them words
    rate = replace(world.model.metrics["reworked"], id="again", num={"reopened": True})
    model: Model = replace(world.model, metrics={**world.model.metrics, "again": rate})
    found = metrics.reading(replace(query(world), model=model), "again")
    assert (found.numerator, found.denominator, found.words) == (2, 5, "40.0%")
    assert metrics.reading(query(world), "reworked").numerator == 1


def test_the_parts_of_every_metric_are_listed_by_its_own_definition(world: World) -> None:
    rows.put(
        *many(7, "solved", path=GRID),
        *many(2, path=OTHER),
        *many(3, "void"),
        *many(4, "refused", accepted=False),
        *many(5, "solved", origin="import"),
    )
    asked = query(world)
    for one in read(world).whole.readings:
        numbers = {"numerator": one.numerator, **{left.why: left.number for left in one.left}}
        if one.denominator is not None:
            numbers |= {"denominator": one.denominator, "rest": one.denominator - one.numerator}
        for part, number in numbers.items():
            assert len(set(metrics.behind(asked, one.id, part))) == number, (one.id, part)
    first = metrics.behind(asked, "closed_rate", "denominator", most=5)
    second = metrics.behind(asked, "closed_rate", "denominator", after=first[-1], most=50)
    assert len(first) == 5
    assert [*first, *second] == sorted({*first, *second}, key=lambda one: one.hex)
    assert len(first) + len(second) == 12


def test_units_below_add_up_to_the_whole_for_every_metric(world: World) -> None:
    rows.put(
        *many(7, "solved", path=GRID),
        *many(3, "void", path=OTHER),
        *many(2, path=COUNTY),
        *many(1, path=OTHER),
    )
    for path in (COUNTY, COMMUNITY):
        found = read(world, path)
        for one in found.whole.readings:
            parts = [unit.of(one.id) for unit in found.below]
            assert sum(part.numerator for part in parts) == one.numerator
            assert sum(part.denominator or 0 for part in parts) == (one.denominator or 0)
    assert [unit.name for unit in read(world).below] == ["望湖街道", "尚未落到下一级"]


def test_a_metric_is_broken_down_by_what_the_model_allows_and_nothing_else(world: World) -> None:
    metric = world.model.metrics["closed_rate"]
    allowed = replace(metric, by=("unit", "class", "department", "item"))
    model: Model = replace(world.model, metrics={**world.model.metrics, "closed_rate": allowed})
    rows.put(
        *many(3, "solved", category="安全隐患类"),
        *many(2, category="社区管理类"),
        *many(1, department="housing"),
    )
    asked = replace(query(world), model=model)
    ground = places.tree(clock.today())
    found = metrics.dictionary(asked, ground, by="class", only=["closed_rate"])
    assert {unit.name: unit.of("closed_rate").denominator for unit in found.below} == {
        "c": 1,
        "安全隐患类": 3,
        "社区管理类": 2,
    }
    by_department = metrics.dictionary(asked, ground, by="department", only=["closed_rate"])
    assert [(unit.name, unit.of("closed_rate").denominator) for unit in by_department.below] == [
        ("县住建局", 1),
        ("—", 5),
    ]
    with pytest.raises(Refused, match="没有写明可以这样分"):
        metrics.dictionary(asked, ground, by="department")
    with pytest.raises(Refused, match="没有写明可以这样分"):
        metrics.dictionary(asked, ground, by="handler")
    with pytest.raises(NotFound):
        metrics.reading(asked, "happiness")


def test_a_period_the_wrong_way_round_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="起始日期"):
        metrics.reading(query(world, days=(FRIDAY.date(), (FRIDAY - DAY).date())), "accepted")


def test_the_whole_dictionary_takes_one_statement_for_each_way_of_dating(world: World) -> None:
    rows.put(*many(3), *many(2, path=OTHER))
    asked, ground = query(world), places.tree(clock.today())
    metrics.dictionary(asked, ground)
    with CaptureQueriesContext(connection) as found:
        metrics.dictionary(asked, ground)
    counting = [one for one in found if "count(*)" in one["sql"]]
    assert len(counting) == len(
        {
            (m.at, predicates.due_of(m, world.model) if m.at == "due" else ())
            for m in world.model.metrics.values()
        }
    )
    assert len(found) <= len(counting) + 2


def test_a_reading_of_yesterday_stays_what_it_was(world: World) -> None:
    """What happens later changes nothing of what was known then; both axes."""
    rows.put(*many(4, "solved"), *many(3))
    then = FRIDAY - timedelta(hours=1)
    before = {basis: read(world, as_of=then, basis=basis).whole for basis in ("known", "happened")}
    later = rows.matter(
        "solved", accepted_at=FRIDAY, accepted_recorded_at=FRIDAY, at=FRIDAY, recorded_at=FRIDAY
    )
    later.ended_at = later.ended_recorded_at = FRIDAY
    rows.put(later)
    for basis, found in before.items():
        assert read(world, as_of=then, basis=basis).whole == found
    assert read(world).whole.of("accepted").numerator == before["known"].of("accepted").numerator + 1
