"""Gates of a step: a reason of the model, another unit's receipt, a place, and a second person."""

from __future__ import annotations

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import proposals, queries
from gezhi.matters.models import Matter, Proposal, Text
from gezhi.matters.services import proposing
from gezhi.matters.services.handling import StepGiven, Stepped, take_step

from .liuxi import World
from .test_path import CLUTTER, LAMP, opened, stands, step


def in_grid(world: World) -> str:
    number = opened(world, CLUTTER).number
    step(world, number, "he", "accept")
    return number


def proposed(world: World, number: str, who: str = "he") -> Stepped:
    said = StepGiven("到场三次，没有这回事。")
    return take_step(number, "drop_late", by=world.person(who), at=clock.now(), given=said)


def waits(number: str) -> Proposal:
    found = proposals.waiting(Matter.objects.get(number=number))
    assert found is not None
    return found


def test_what_needs_two_is_proposed_by_one_and_taken_by_another(world: World) -> None:
    number = in_grid(world)
    done = proposed(world, number)
    assert (done.proposed, stands(number)[0]) == (True, "gridwork")
    with pytest.raises(Refused, match="另一个人"):
        proposing.confirm(number, waits(number).id, by=world.person("he"))
    with pytest.raises(Refused, match="职责"):
        proposing.confirm(number, waits(number).id, by=world.person("lin"))
    proposing.confirm(number, waits(number).id, by=world.person("wu"))

    row = Matter.objects.get(number=number)
    assert (row.step, row.closing) == ("void", "void")
    assert Proposal.objects.get().state == "taken"
    page = queries.page(world.person("he"), number)
    assert page is not None
    newest = page.story[0]
    assert (newest.verb, newest.by_name, newest.note) == ("核实后无效", "吴样本", "到场三次，没有这回事。")
    assert page.story[1].by_name == "何样本"
    seal(at=clock.now())
    assert verify(queries.read_texts).whole


def test_whoever_is_asked_may_say_no_and_whoever_proposed_may_take_it_back(world: World) -> None:
    number = in_grid(world)
    proposed(world, number)
    with pytest.raises(Refused, match="为什么不同意"):
        proposing.decline(number, waits(number).id, " ", by=world.person("wu"))
    proposing.decline(number, waits(number).id, "请再去看一次。", by=world.person("wu"))
    proposed(world, number)
    proposing.decline(number, waits(number).id, "", by=world.person("he"))
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["declined", "withdrawn"]
    assert stands(number)[0] == "gridwork"
    what = [h.what for h in ledger.story(Matter.objects.get(number=number).id)][-4:]
    assert what == [
        "matter.proposed", "matter.proposal_declined", "matter.proposed", "matter.proposal_withdrawn",
    ]  # fmt: skip


def test_a_proposal_holds_for_the_matter_as_it_stood(world: World) -> None:
    number = in_grid(world)
    proposed(world, number)
    old = waits(number)
    with pytest.raises(Refused, match="等第二个人"):
        proposed(world, number, "wu")
    step(world, number, "lin", "finish_grid", "已清。")
    with pytest.raises(Refused, match="已经有人定了"):
        proposing.confirm(number, old.id, by=world.person("wu"))
    assert stands(number)[0] == "done"
    step(world, number, "he", "fail_grid", "还有两箱。")
    proposed(world, number, "wu")
    assert Proposal.objects.get(id=old.id).state == "overtaken"
    proposing.confirm(number, waits(number).id, by=world.person("he"))
    with pytest.raises(NotFound):
        proposing.confirm(number, old.id, by=world.person("zhu"))


def test_a_transfer_wants_to_whom_and_under_which_number(world: World) -> None:
    number = opened(world, LAMP).number
    refusals = {"needs_receipt": {"reason": "hotline"}, "needs_reason": {"receipt": "GD-1"}}
    for code, given in refusals.items():
        with pytest.raises(Refused) as told:
            step(world, number, "he", "send_out", "不归本区管。", **given)
        assert told.value.code == code
    with pytest.raises(Refused, match="列表里没有"):
        step(world, number, "he", "send_out", "不归本区管。", reason="mars", receipt="GD-1")
    with pytest.raises(Refused, match="一行"):
        step(world, number, "he", "send_out", "不归本区管。", reason="hotline", receipt="长" * 61)
    step(world, number, "he", "send_out", "不归本区管。", reason="hotline", receipt="GD-2026-118")
    row = Matter.objects.get(number=number)
    assert (row.closing, Text.objects.get(kind="receipt").body) == ("transferred", "GD-2026-118")
    entry = ledger.story(row.id)[-1]
    assert entry.facts["reason"] == "hotline"
    page = queries.page(world.person("he"), number)
    assert page is not None
    assert page.story[0].verb == "转出（12345）"
    assert page.story[0].note == "不归本区管。\n回执：GD-2026-118"


def test_a_clock_stops_for_a_reason_that_is_counted(world: World) -> None:
    number = in_grid(world)
    with pytest.raises(Refused, match="选一项"):
        step(world, number, "tang", "pause", "钥匙不在。")
    step(world, number, "tang", "pause", "钥匙不在。", reason="owner")
    entry = ledger.story(Matter.objects.get(number=number).id)[-1]
    assert (entry.facts["reason"], entry.facts["stood"]) == ("owner", ["finish"])
