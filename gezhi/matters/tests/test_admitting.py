"""A department applies, somebody who stands apart reviews: each step once, each by whom it belongs to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.matters import admission, admission_access, admission_rows
from gezhi.matters.models import Application
from gezhi.matters.services import admitting
from gezhi.matters.services.admitting import written
from gezhi.matters.services.admitting_checks import Incomplete

from . import jianghai, liuxi
from .applying import GOES, GOOD, LET_GO, POOR, WHOLE, admitted, again, begun, sent
from .liuxi import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def corner(db: None) -> Iterator[World]:
    with clock.fixed(liuxi.FRIDAY):
        yield jianghai.build()
    liuxi.forget()


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda refusal: refusal.code == code)


def at_fault(*fields: str) -> pytest.RaisesExc[Incomplete]:
    return pytest.RaisesExc(
        Incomplete, check=lambda no: [field for field, _told in no.faults] == list(fields)
    )


def kinds(row: Application) -> list[str]:
    return list(Entry.objects.filter(about=row.id).order_by("id").values_list("what", flat=True))


def test_applied_sent_back_sent_again_and_admitted(corner: World) -> None:
    mei, he = corner.clerk("mei"), corner.clerk("he")
    row = sent(corner)
    row = admitting.return_application(row, "一个网格每月多少件，怎么算的？", by=he, at=clock.now())
    assert [one.id for one in admission.mine(corner.person("an"), corner.model)] == [row.id]
    better = replace(written(row), per_grid=Decimal("2.1"))
    row = admitting.change_application(row, better, by=mei, at=clock.now())
    row = admitting.send_application(row, by=mei, at=clock.now())
    row = admitting.decide_application(row, GOOD, admit=True, by=he, at=clock.now())
    assert (row.state, row.decided_by, row.per_grid) == ("admitted", he.account, Decimal("2.1"))
    assert kinds(row) == [
        "admission.begun", "admission.sent", "admission.returned", "admission.saved", "admission.sent", "admission.admitted",
    ]  # fmt: skip
    told = admission.story(row.id, row.words, corner.model)
    assert [one.words for one in told if one.what == "admission.returned"] == [
        "一个网格每月多少件，怎么算的？"
    ]
    assert admission.opinions_of(row) == GOOD


def test_no_word_that_was_typed_is_in_the_ledger(corner: World) -> None:
    row = sent(corner)
    admitting.return_application(row, "请补充文号", by=corner.clerk("he"), at=clock.now())
    facts = "".join(Entry.objects.filter(about=row.id).values_list("facts", flat=True))
    for word in ("独居", "条例", "补贴", "补充", "教半天"):
        assert word not in facts
        assert json.dumps(word)[1:-1] not in facts


def test_refused_with_a_reason_on_each_head(corner: World) -> None:
    row = sent(corner)
    row = admitting.decide_application(row, POOR, admit=False, by=corner.clerk("he"), at=clock.now())
    assert row.state == "refused"
    assert admission.opinions_of(row)["load"] == POOR["load"]
    with refused("moved_meanwhile"):
        admitting.withdraw_application(row, by=corner.clerk("mei"), at=clock.now())


def test_a_decision_says_why_on_each_head_and_follows_from_them(corner: World) -> None:
    row, he = sent(corner), corner.clerk("he")
    decide = admitting.decide_application
    with at_fault("money"):
        decide(row, GOOD | {"money": (True, " ")}, admit=True, by=he, at=clock.now())
    with at_fault("training"):
        decide(row, {k: v for k, v in GOOD.items() if k != "training"}, admit=True, by=he, at=clock.now())
    with at_fault("load"):
        decide(row, POOR, admit=True, by=he, at=clock.now())
    with at_fault("basis"):
        decide(row, GOOD, admit=False, by=he, at=clock.now())
    assert again(row).state == "sent"


def is_told_to_leave_it(world: World, row: Application, reviewer: str) -> None:
    """No way of deciding is open to this reviewer, and the sentence says that somebody else decides."""
    by = world.clerk(reviewer)
    acts: tuple[Callable[[], object], ...] = (
        lambda: admitting.decide_application(row, GOOD, admit=True, by=by, at=clock.now()),
        lambda: admitting.decide_application(row, POOR, admit=False, by=by, at=clock.now()),
        lambda: admitting.return_application(row, "请补充", by=by, at=clock.now()),
    )
    for act in acts:
        with pytest.raises(Refused, match="另一个人") as refusal:
            act()
        assert refusal.value.code == "same_side"
    assert again(row).state == "sent"
    assert row.id not in [one.id for one in admission.to_review(world.person(reviewer), world.model)]


@pytest.mark.parametrize("reviewer", ["he", "wu"])
def test_nobody_reviews_what_their_own_desk_applied_for(corner: World, reviewer: str) -> None:
    """As if it had been sent under an edition by which the centre applied; no edition lets one desk do both at once."""
    row, other = sent(corner), sent(corner, "zhu", name="物业巡查")
    Application.objects.filter(id=row.id).update(desk=f"centre@{liuxi.COUNTY}")
    is_told_to_leave_it(corner, again(row), reviewer)
    assert admission_access.reviewers(again(row), clock.today()) == []
    assert [one.id for one in admission.to_review(corner.person(reviewer), corner.model)] == [other.id]
    admitting.decide_application(other, GOOD, admit=True, by=corner.clerk(reviewer), at=clock.now())


@pytest.mark.parametrize("part", ["begun_by", "edited_by", "sent_by"])
def test_whoever_had_a_hand_in_it_does_not_review_it_from_a_later_post(corner: World, part: str) -> None:
    """As if 何 had sat at the department then, and came to the centre since."""
    row = sent(corner)
    Application.objects.filter(id=row.id).update(**{part: corner.accounts["he"]})
    is_told_to_leave_it(corner, again(row), "he")
    admitting.decide_application(again(row), GOOD, admit=True, by=corner.clerk("wu"), at=clock.now())


def test_only_whom_it_belongs_to_takes_a_step(corner: World) -> None:
    row, he, zhu = sent(corner), corner.clerk("he"), corner.clerk("zhu")
    for by in (zhu, he, HOUSE):
        with refused("not_yours"):
            admitting.withdraw_application(row, by=by, at=clock.now())
    for by in (zhu, corner.clerk("lin"), corner.clerk("lu"), HOUSE):
        with refused("not_yours"):
            admitting.decide_application(row, GOOD, admit=True, by=by, at=clock.now())
        with refused("not_yours"):
            admitting.return_application(row, "请补充", by=by, at=clock.now())
    for by in (corner.clerk("lin"), he, HOUSE):
        with refused("not_yours"):
            admitting.begin_application(WHOLE, id=uuid4(), by=by, at=clock.now())


def test_a_desk_that_may_not_apply_any_more_goes_on_with_nothing(corner: World) -> None:
    """As if it had been begun under an edition by which grid workers applied."""
    row = begun(corner)
    Application.objects.filter(id=row.id).update(desk=f"worker@{liuxi.GRID}")
    for act in (admitting.send_application, admitting.withdraw_application):
        with refused("not_yours"):
            act(again(row), by=corner.clerk("lin"), at=clock.now())


def test_a_seat_that_is_not_held_opens_nothing(corner: World) -> None:
    """Whoever says they act from a desk must sit there today."""
    row = sent(corner)
    false = replace(corner.clerk("zhu"), post=f"centre@{liuxi.COUNTY}")
    with refused("not_yours"):
        admitting.decide_application(row, GOOD, admit=True, by=false, at=clock.now())


def test_withdrawn_until_it_is_decided_and_not_after(corner: World) -> None:
    mei = corner.clerk("mei")
    for row in (begun(corner), sent(corner, name="养老院巡查")):
        assert admitting.withdraw_application(row, by=mei, at=clock.now()).state == "withdrawn"
    row = sent(corner, name="走访低保户家里的电线")
    row = admitting.return_application(row, "请补充", by=corner.clerk("he"), at=clock.now())
    assert admitting.withdraw_application(row, by=mei, at=clock.now()).state == "withdrawn"
    done = admitted(corner, name="节前看望")
    with refused("moved_meanwhile"):
        admitting.withdraw_application(done, by=mei, at=clock.now())
    assert again(done).state == "admitted"


def test_what_was_sent_does_not_change(corner: World) -> None:
    row = sent(corner)
    with refused("moved_meanwhile"):
        admitting.change_application(
            row, replace(written(row), load=500), by=corner.clerk("mei"), at=clock.now()
        )
    assert again(row).load == 400


def test_two_reviewers_decide_once(corner: World) -> None:
    row = sent(corner)
    admitting.decide_application(row, GOOD, admit=True, by=corner.clerk("he"), at=clock.now())
    with refused("moved_meanwhile"):
        admitting.decide_application(row, POOR, admit=False, by=corner.clerk("wu"), at=clock.now())
    with refused("moved_meanwhile"):
        admitting.return_application(row, "请补充", by=corner.clerk("wu"), at=clock.now())
    assert again(row).state == "admitted"
    assert kinds(row).count("admission.admitted") == 1


def test_the_same_form_sent_twice_is_one_application(corner: World) -> None:
    id, mei = uuid4(), corner.clerk("mei")
    one = admitting.begin_application(WHOLE, id=id, by=mei, at=clock.now())
    two = admitting.begin_application(WHOLE, id=id, by=mei, at=clock.now())
    assert one.id == two.id
    assert Application.objects.count() == 1
    with refused("moved_meanwhile"):
        admitting.begin_application(WHOLE, id=id, by=corner.clerk("an"), at=clock.now())


def test_of_two_at_one_desk_the_second_is_told(corner: World) -> None:
    row = begun(corner)
    admitting.change_application(row, replace(written(row), load=90), by=corner.clerk("an"), at=clock.now())
    with refused("moved_meanwhile"):
        admitting.change_application(
            row, replace(written(row), load=70), by=corner.clerk("mei"), at=clock.now()
        )
    assert again(row).load == 90


def test_a_draft_may_be_incomplete_and_nothing_incomplete_is_sent(corner: World) -> None:
    row = begun(corner, law="", load=None, category="")
    with at_fault("category", "law", "load"):
        admitting.send_application(row, by=corner.clerk("mei"), at=clock.now())
    assert again(row).state == "begun"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"length": "三天"}, "length"),
        ({"category": "别的"}, "category"),
        ({"grade": "heavy"}, "grade"),
        ({"evidence": "录像"}, "evidence"),
        ({"handler": "centre_boss"}, "handler"),
        ({"handler": "department:housing"}, "handler"),
        ({"name": "很" * 41}, "name"),
        ({"name": "两行\n名称"}, "name"),
        ({"law": "很" * 2001}, "law"),
        ({"task": "打电话 13800138000 找老人"}, "task"),
        ({"load": -1}, "load"),
        ({"per_grid": Decimal(500)}, "per_grid"),
    ],
)
def test_what_cannot_stand_is_told_at_its_field(corner: World, said: dict[str, object], field: str) -> None:
    with at_fault(field):
        begun(corner, **said)
    assert not Application.objects.exists()


def test_what_is_listed_or_applied_for_already_is_not_sent_again(corner: World) -> None:
    mei, zhu = corner.clerk("mei"), corner.clerk("zhu")
    listed = begun(corner, name="噪声扰民")
    with at_fault("name"):
        admitting.send_application(listed, by=mei, at=clock.now())
    sent(corner)
    other = begun(corner, "zhu")
    with at_fault("name"):
        admitting.send_application(other, by=zhu, at=clock.now())


def test_what_a_grid_cannot_do_is_the_departments(corner: World) -> None:
    row = begun(corner, in_grid=False, handler="worker")
    assert (row.handler, row.department) == ("department:civil", "civil")


def test_an_item_is_applied_to_be_taken_out_as_it_stands(corner: World) -> None:
    wanted = replace(GOES, name="别的名称")
    row = admitting.begin_application(wanted, id=uuid4(), by=corner.clerk("zhu"), at=clock.now())
    assert (row.name, row.category, row.handler) == ("租住安全提示", "综治", "worker")
    row = admitting.send_application(row, by=corner.clerk("zhu"), at=clock.now())
    row = admitting.decide_application(row, LET_GO, admit=True, by=corner.clerk("he"), at=clock.now())
    assert row.state == "admitted"
    twice = admitting.begin_application(wanted, id=uuid4(), by=corner.clerk("mei"), at=clock.now())
    with at_fault("code"):
        admitting.send_application(twice, by=corner.clerk("mei"), at=clock.now())
    for code in ("O1", "X9"):
        with at_fault("code"):
            admitting.begin_application(
                replace(wanted, code=code), id=uuid4(), by=corner.clerk("zhu"), at=clock.now()
            )


def leaving(world: World) -> Application:
    row = admitting.begin_application(GOES, id=uuid4(), by=world.clerk("zhu"), at=clock.now())
    return admitting.send_application(row, by=world.clerk("zhu"), at=clock.now())


def test_what_leaves_is_judged_by_who_does_it_then_and_not_by_what_a_grid_can_take_on(corner: World) -> None:
    assert admission.heads_of(corner.model.admissions["items"], leaves=True) == ("basis", "after", "money")
    row, he = leaving(corner), corner.clerk("he")
    with at_fault("after"):
        admitting.decide_application(row, GOOD, admit=True, by=he, at=clock.now())
    fell = LET_GO | {"after": (False, "没有人接，不能放。")}
    with pytest.raises(Incomplete, match="不能出册"):
        admitting.decide_application(row, fell, admit=True, by=he, at=clock.now())
    with pytest.raises(Incomplete, match="就该出册"):
        admitting.decide_application(row, LET_GO, admit=False, by=he, at=clock.now())
    row = admitting.decide_application(row, fell, admit=False, by=he, at=clock.now())
    assert admission.opinions_of(row) == fell
    assert admission.state_words(row.state, leaves=True) == "照旧在册"
    with pytest.raises(Refused, match="照旧在册"):
        admitting.withdraw_application(row, by=corner.clerk("zhu"), at=clock.now())


def test_a_department_takes_out_its_own_and_not_what_is_another_departments(corner: World) -> None:
    """J06 is the housing bureau's, J03 the police's; J02 names no department."""
    for who, code, may in (
        ("zhu", "J06", True),
        ("zhu", "J03", False),
        ("mei", "J06", False),
        ("mei", "J02", True),
    ):
        assert (
            admission_rows.may_take_out(corner.model.items[code], {"zhu": "housing", "mei": "civil"}[who])
            is may
        )
        wanted = replace(GOES, code=code)
        if may:
            assert (
                admitting.begin_application(wanted, id=uuid4(), by=corner.clerk(who), at=clock.now()).code
                == code
            )
        else:
            with pytest.raises(Incomplete, match="别的部门"):
                admitting.begin_application(wanted, id=uuid4(), by=corner.clerk(who), at=clock.now())


def test_what_leaves_says_who_does_it_then(corner: World) -> None:
    for lacking in ("law", "task", "money"):
        wanted = replace(GOES, **{lacking: ""})
        row = admitting.begin_application(wanted, id=uuid4(), by=corner.clerk("zhu"), at=clock.now())
        with at_fault(lacking):
            admitting.send_application(row, by=corner.clerk("zhu"), at=clock.now())


def test_what_was_sent_back_is_changed_or_answered_before_it_is_sent_again(corner: World) -> None:
    mei, he = corner.clerk("mei"), corner.clerk("he")
    row = admitting.return_application(sent(corner), "每月多少件，怎么算的？", by=he, at=clock.now())
    with pytest.raises(Incomplete, match="每月多少件，怎么算的？") as refusal:
        admitting.send_application(row, by=mei, at=clock.now())
    assert refusal.value.field == "answer"
    with at_fault("answer"):
        admitting.send_application(row, "打 13812345678 问。", by=mei, at=clock.now())
    row = admitting.send_application(row, "照去年的台账算的。", by=mei, at=clock.now())
    back = admission.last_return(row)
    assert back == admission.Returned("每月多少件，怎么算的？", changed=False, answer="照去年的台账算的。")
    row = admitting.return_application(row, "台账附几月的？", by=he, at=clock.now())
    with at_fault("answer"):  # what was answered to the first does not answer the second
        admitting.send_application(row, by=mei, at=clock.now())
    row = admitting.change_application(
        row, replace(written(row), law="居家养老服务条例第十三条"), by=mei, at=clock.now()
    )
    row = admitting.send_application(row, by=mei, at=clock.now())
    assert admission.last_return(row) == admission.Returned("台账附几月的？", changed=True, answer="")


def test_who_sees_which_application(corner: World) -> None:
    model = corner.model
    draft, there = begun(corner), sent(corner, name="养老院巡查")

    def seen(who: str) -> set[object]:
        rows = admission_access.applications_open_to(corner.person(who), model)
        return set(rows.values_list("id", flat=True))

    assert seen("mei") == seen("an") == {draft.id, there.id}
    assert seen("he") == {there.id}
    for who in ("zhu", "lin", "tang", "lu"):
        assert seen(who) == set()


def test_what_waits_for_whom(corner: World) -> None:
    model = corner.model
    row = sent(corner)
    assert admission.waiting_for(corner.person("he"), model) == (1, 0)
    assert admission.waiting_for(corner.person("mei"), model) == (0, 0)
    admitting.return_application(row, "请补充", by=corner.clerk("he"), at=clock.now())
    assert admission.waiting_for(corner.person("he"), model) == (0, 0)
    assert admission.waiting_for(corner.person("an"), model) == (0, 1)
    assert [admission.has_a_part(corner.person(who), model) for who in ("mei", "he", "lin", "lu")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_model_without_admission_has_no_part_for_anybody(world: liuxi.World) -> None:
    for who in ("he", "zhu"):
        assert not admission.has_a_part(world.person(who), world.model)
    with refused("not_yours"):
        admitting.begin_application(WHOLE, id=uuid4(), by=HOUSE, at=clock.now())
    with refused("no_admission"):
        admitting.begin_application(WHOLE, id=uuid4(), by=world.clerk("zhu"), at=clock.now())
