"""One matter from report to 销号, by four different people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import access, queries, why
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import Opened, open_matter
from gezhi.matters.services.reports import Report
from gezhi.notify import queries as told
from gezhi.notify import services as notify

from .liuxi import COUNTY, GRID, INSIDE, World

LAMP = Report(
    text="院门口路灯不亮，晚上看不见台阶。",
    item="N12",
    lon=INSIDE[0],
    lat=INSIDE[1],
    name="样本居民",
    contact="13800000000",
)
CLUTTER = Report(text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")


def step(world: World, number: str, who: str, move: str, note: str = "", **given: object) -> None:
    take_step(number, move, by=world.person(who), at=clock.now(), given=StepGiven(note=note, **given))  # type: ignore[arg-type]  # test shorthand


def opened(world: World, report: Report = CLUTTER) -> Opened:
    return open_matter(report, by=world.clerk())


def stands(number: str) -> tuple[str, str]:
    row = Matter.objects.get(number=number)
    return row.step, row.desk


def test_a_report_is_located_graded_promised_and_routed(world: World) -> None:
    matter = opened(world)

    row = Matter.objects.get(number=matter.number)
    assert row.path == GRID
    assert (row.step, row.phase, row.desk) == ("reported", "reported", f"centre@{COUNTY}")
    assert row.next_due_at == clock.now() + timedelta(hours=2)
    assert row.number == "柳望〔2026〕1120-0001号"
    assert opened(world).number == "柳望〔2026〕1120-0002号"


def test_a_matter_goes_from_report_to_its_end_by_four_people(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    assert stands(number) == ("gridwork", f"grid_worker@{GRID}")
    step(world, number, "lin", "finish_grid", "纸箱已请住户搬走。")
    assert stands(number) == ("done", f"grid_head@{GRID}")
    step(world, number, "qiao", "pass", "现场看过，已清。")
    step(world, number, "qiao", "answer", "楼道已清空，谢谢您告诉我们。")
    step(world, number, "he", "close_early", "电话回访，满意。")

    row = Matter.objects.get(number=number)
    assert (row.step, row.closing, row.desk) == ("closed", "solved", "")
    assert row.accepted_recorded_at == row.ended_recorded_at == clock.now()
    seal(at=clock.now())
    verdict = verify(queries.read_texts)
    assert verdict.whole, verdict.faults
    assert verdict.texts == 5


def test_whoever_handled_does_not_verify(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "finish_grid", "已清。")
    with pytest.raises(Refused, match="经手"):
        step(world, number, "lin", "pass", "我看过了。")
    assert stands(number)[0] == "done"


def test_a_departments_item_goes_to_the_department(world: World) -> None:
    number = opened(world, LAMP).number
    step(world, number, "he", "accept")
    assert stands(number) == ("assigned", "department:housing")
    with pytest.raises(NotFound):
        step(world, number, "song", "sign")
    step(world, number, "zhu", "sign")
    step(world, number, "zhu", "finish", "灯泡已换。")
    assert stands(number) == ("done", f"grid_worker@{GRID}")


def test_a_step_without_its_note_says_so_and_changes_nothing(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    with pytest.raises(Refused, match="说明") as refused:
        step(world, number, "lin", "finish_grid")
    assert refused.value.code == "needs_note"
    assert stands(number)[0] == "gridwork"


def test_who_may_not_is_told_who_can(world: World) -> None:
    number = opened(world).number
    with pytest.raises(Refused, match="网格管理中心"):
        step(world, number, "lin", "accept")


def test_a_stale_page_changes_nothing(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept", seen=0)
    with pytest.raises(Refused, match="刷新"):
        step(world, number, "lin", "finish_grid", "已清。", seen=0)


def test_unknown_and_hidden_look_the_same(world: World) -> None:
    number = opened(world).number
    with pytest.raises(NotFound) as hidden:
        step(world, number, "song", "accept")
    with pytest.raises(NotFound) as unknown:
        step(world, "没有这个号", "song", "accept")
    assert hidden.value.reason == unknown.value.reason


def test_the_same_client_key_is_one_matter(world: World) -> None:
    report = Report(text="楼道堆物", item="N01", client_key="a1")
    first, second = open_matter(report, by=world.clerk()), open_matter(report, by=world.clerk())
    assert (second.number, second.again) == (first.number, True)
    other = open_matter(report, by=world.clerk("wu"))
    assert other.number != first.number
    assert Matter.objects.count() == 2


def test_a_client_key_that_says_something_else_is_refused_and_nothing_is_lost_in_silence(
    world: World,
) -> None:
    open_matter(Report(text="楼道堆物", item="N01", client_key="a1"), by=world.clerk())
    with pytest.raises(Refused, match="请重新打开登记页再交") as refused:
        open_matter(Report(text="路灯不亮", item="N12", client_key="a1"), by=world.clerk())
    assert refused.value.code == "key_reused"


def test_the_reporter_is_told_at_receipt_and_at_the_answer(world: World) -> None:
    number = opened(world, LAMP).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "sign")
    step(world, number, "zhu", "finish", "灯泡已换。")
    step(world, number, "lin", "pass", "亮了。")
    step(world, number, "qiao", "answer", "路灯已修好。")
    while notify.hear(at=clock.now()):
        notify.send(at=clock.now())
    matter = Matter.objects.get(number=number)
    messages = [m for m in told.about(matter.id) if m.to_reporter]
    assert [m.state for m in messages] == ["sent", "sent"]
    assert "路灯已修好" in messages[0].text
    assert "样本居民" not in "".join(m.text for m in told.about(matter.id))
    notify.hear(at=clock.now())
    assert len([m for m in told.about(matter.id) if m.to_reporter]) == 2


def test_a_page_says_what_i_may_do_and_why_not_the_rest(world: World) -> None:
    number = opened(world).number
    page = queries.page(world.person("lin"), number)
    assert page is not None
    assert page.next_moves == ()
    assert {n.code for n in page.not_now} == {"no_duty"}
    clerk = queries.page(world.person("he"), number)
    assert clerk is not None
    assert clerk.next_moves[0].id == "accept"
    assert next(name for name, state, _at in clerk.steps if state == "fut") == "受理"
    assert queries.page(world.person("song"), number) is None


def test_inbox_is_in_the_order_of_promises_and_pages_by_key(world: World) -> None:
    numbers = [opened(world).number for _ in range(3)]
    first = queries.inbox(world.person("he"), most=2)
    assert [line.number for line in first] == numbers[:2]
    key = queries.Key(first[-1].next_due_at, first[-1].id)
    assert [line.number for line in queries.inbox(world.person("he"), most=2, after=key)] == numbers[2:]
    assert queries.inbox(world.person("lin")) == []
    assert [line.number for line in queries.open_in(world.person("lin"))] == numbers
    assert queries.open_in(world.person("song")) == []


def test_an_act_recorded_later_needs_its_reason_and_is_marked(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    clock_now = clock.now()
    with clock.fixed(clock_now + timedelta(hours=3)):
        given = StepGiven(note="已清。")
        with pytest.raises(Refused, match="补录"):
            take_step(
                number, "finish_grid", by=world.person("lin"), at=clock_now + timedelta(hours=1), given=given
            )
        given = StepGiven(note="已清。", late_reason="现场没有信号。")
        take_step(
            number, "finish_grid", by=world.person("lin"), at=clock_now + timedelta(hours=1), given=given
        )
        page = queries.page(world.person("he"), number)
        assert page is not None
        assert page.story[0].late_recorded
        assert "现场没有信号。" in page.story[0].note


def test_why_says_who_was_asked_and_whom_the_search_passed_over(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "finish_grid", "已清。")
    page = queries.page(world.person("he"), number)
    assert page is not None
    newest = why.why_routes(page.scene)[0]
    assert newest.desk == "网格长 · 桥东 01 格"
    assert [(line.about, line.found) for line in newest.lines[1:2]] == [
        ("网格员", "这一件就是他办的，不能自己核自己")
    ]
    seen = {(one.name, one.rule) for one in why.who_sees(page.matter, page.scene)}
    assert ("林样本", "事项在其管辖范围内") in seen
    assert not any(name in {"宋样本", "朱样本"} for name, _rule in seen)


def test_the_second_person_stands_above_and_at_the_root_beside(world: World) -> None:
    low = Matter.objects.get(number=opened(world).number)
    high = Matter.objects.get(
        number=open_matter(Report(text="地点不明", item="N12"), by=world.clerk()).number
    )
    may = {
        name: [access.may_answer_for_reporter(world.person(name), m) for m in (low, high)]
        for name in ("wu", "qiao", "lin", "zhu")
    }
    assert may == {"wu": [True, True], "qiao": [True, False], "lin": [False, False], "zhu": [False, False]}
