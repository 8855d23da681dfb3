"""并案 and its undoing: two reports are one matter, and one each again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.services import seal
from gezhi.matters import bonds, queries
from gezhi.matters.models import Matter, Unsought
from gezhi.matters.proof import proof
from gezhi.matters.services import indexing, merging
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.keeping import keep_promises
from gezhi.notify import queries as told
from gezhi.notify import services as notify
from gezhi.promises.models import Promise

from .liuxi import FRIDAY, World
from .test_awaiting import SEEN
from .test_path import CLUTTER, LAMP, opened, stands, step


def row(number: str) -> Matter:
    return Matter.objects.get(number=number)


def two(world: World) -> tuple[str, str]:
    """The same lamp, reported twice; the second goes into the first."""
    first, second = opened(world, LAMP).number, opened(world, LAMP).number
    step(world, first, "he", "accept")
    step(world, second, "he", "merge", into=first)
    return first, second


def test_a_report_goes_into_another_and_the_other_counts_it(world: World) -> None:
    first, second = two(world)
    assert (stands(second), row(second).closing) == (("merged", ""), "merged")
    assert bonds.reports_of(row(first).id) == 2
    entry = ledger.story(row(first).id)[-1]
    assert (entry.what, entry.facts["reports"]) == ("matter.joined", 2)
    assert not Promise.objects.filter(about=row(second).id, void_at=None).exists()
    seal(at=clock.now())
    assert proof().whole


def test_each_reporter_hears_of_the_answer_under_their_own_number_and_of_nobody_else(world: World) -> None:
    first, second = two(world)
    for who, move, note in (
        ("zhu", "sign", ""),
        ("zhu", "finish", "灯已修好。"),
        ("qiao", "pass", "看过，亮了。"),
        ("qiao", "answer", "路灯已修好，谢谢。"),
    ):
        step(world, first, who, move, note)
    while notify.hear(at=clock.now()):
        pass
    by_reporter: dict[str, list[str]] = {}
    for message in told.drawer(most=100):
        if message.to.startswith("reporter:"):
            by_reporter.setdefault(message.to, []).append(message.text)
    mine = by_reporter[f"reporter:{row(second).reporter.hex}"]  # type: ignore[union-attr]  # a name was left
    assert [second in text for text in mine] == [True] * len(mine)
    assert any("共 2 人反映" in text for text in mine)
    assert any("路灯已修好" in text for text in mine)
    assert not any(first in text for text in mine)


@pytest.mark.parametrize(
    ("into", "why"),
    [("", "编号"), ("柳望〔2026〕0101-0001号", "没有编号"), ("itself", "自己"), ("ended", "已经了结")],
)
def test_what_it_cannot_go_into(world: World, into: str, why: str) -> None:
    first, second = opened(world, CLUTTER).number, opened(world, CLUTTER).number
    step(world, first, "he", "drop", "没有这回事。")
    named = {"itself": second, "ended": first}.get(into, into)
    with pytest.raises(Refused, match=why) as told_why:
        step(world, second, "he", "merge", into=named)
    assert told_why.value.field == "into"
    assert stands(second)[0] == "reported"


def test_what_others_went_into_goes_into_nothing(world: World) -> None:
    first, _second = two(world)
    third = opened(world, LAMP).number
    number = opened(world, LAMP).number
    step(world, number, "he", "merge", into=third)
    with pytest.raises(Refused, match="反过来"):
        step(world, third, "he", "merge", into=first)


def test_a_mistake_is_undone_and_its_clock_goes_on_as_if_it_had_stood(world: World) -> None:
    first, second = two(world)
    due = Promise.objects.get(about=row(second).id, name="triage").due_at
    while indexing.index_waiting():
        pass
    with clock.fixed(FRIDAY + timedelta(days=2)):
        assert keep_promises(at=clock.now()) >= 0
        with pytest.raises(Refused, match="为什么"):
            merging.unmerge(second, "", by=world.person("he"))
        with pytest.raises(Refused, match="受理"):
            merging.unmerge(second, "两盏灯。", by=world.person("lin"))
        merging.unmerge(second, "是两盏灯，不是一盏。", by=world.person("he"))
        assert stands(second) == ("reported", "centre@0001")
        assert Unsought.objects.filter(matter=row(second).id).exists()
        again = Promise.objects.get(about=row(second).id, name="triage")
        assert (again.due_at, again.missed_at) == (due + timedelta(days=2), None)
        assert (row(second).next_due_at, row(second).ended_at, row(second).closing) == (
            again.due_at,
            None,
            "",
        )
        assert bonds.reports_of(row(first).id) == 1
        step(world, second, "he", "accept")
        with pytest.raises(Refused):
            merging.unmerge(second, "再来一次。", by=world.person("he"))
        seal(at=clock.now())
        assert proof().whole


def test_after_a_mistake_is_undone_the_strip_says_since_when_it_stood_there(world: World) -> None:
    _first, second = two(world)
    with clock.fixed(FRIDAY + timedelta(days=2)):
        merging.unmerge(second, "是两盏灯，不是一盏。", by=world.person("he"))
        page = queries.page(world.person("he"), second)
        assert page is not None
        name, state, at = page.steps[0]
        assert (name, state, at) == ("上报", "cur", FRIDAY)
        assert "并案" not in [name for name, _state, _at in page.steps]
        step(world, second, "he", "accept")
        page = queries.page(world.person("he"), second)
        assert page is not None
        assert page.steps[0] == ("上报", "ok", FRIDAY)


def test_it_goes_into_the_one_whose_number_is_typed_short(world: World) -> None:
    first, second = opened(world, LAMP).number, opened(world, LAMP).number
    short = first.replace("〔2026〕", " ").removesuffix("号")
    assert short != first
    step(world, second, "he", "merge", into=short)
    assert bonds.reports_of(row(first).id) == 2


def test_it_goes_into_nothing_that_had_not_happened_then(world: World) -> None:
    """Recorded later, as of a day before the other was there: the other's story would begin before itself."""
    second = opened(world, LAMP).number
    with clock.fixed(FRIDAY + timedelta(days=2)):
        first = opened(world, LAMP).number
        given = StepGiven(into=first, late_reason="昨天就合了，今天补记。")
        with pytest.raises(Refused, match="还没有发生"):
            take_step(second, "merge", by=world.person("he"), at=FRIDAY + timedelta(days=1), given=given)
    assert stands(second)[0] == "reported"


def test_what_staff_saw_is_no_report_of_anybody(world: World) -> None:
    first, second = opened(world, SEEN).number, opened(world, CLUTTER).number
    step(world, second, "he", "merge", into=first)
    page = queries.page(world.person("he"), first)
    assert page is not None
    assert (bonds.people_of(row(first).id), bonds.reports_of(row(first).id)) == (1, 2)
    assert page.ties.reported == "1 人反映，工作人员看到 1 次"
    while notify.hear(at=clock.now()):
        pass
    mine = [one.text for one in told.drawer(most=100) if second in one.text]
    assert any("共 1 人反映" in text for text in mine)


def test_a_merger_that_was_undone_is_said_on_both_sides(world: World) -> None:
    first, second = two(world)
    with clock.fixed(FRIDAY + timedelta(days=2)):
        merging.unmerge(second, "是两盏灯。", by=world.person("he"))
        for number, other, came in ((first, second, True), (second, first, False)):
            page = queries.page(world.person("he"), number)
            assert page is not None
            (undone,) = page.ties.undone
            assert undone.other is not None
            assert (undone.other.number, undone.came, undone.at) == (other, came, clock.now())
        step(world, second, "he", "merge", into=first)
        page = queries.page(world.person("he"), first)
        assert page is not None
        assert page.ties.undone == (), "it is merged again: that is what the page says"
