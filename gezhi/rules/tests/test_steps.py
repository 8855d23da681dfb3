import pytest

from gezhi.rules import deadlines, route, who
from gezhi.rules.load import named
from gezhi.rules.steps import (
    ActorFacts,
    Facts,
    Given,
    acting_duty,
    house_move,
    moves_from,
    needs,
    orders_result,
    sets_handler,
    why_not,
)

MODEL = named("nanling")
FLOW = MODEL.flows["main"]
CENTRE = ActorFacts(frozenset(("triage", "verify", "close", "answer", "approve", "in_grid", "assign")))


def reason(step: str, move: str, actor: ActorFacts = CENTRE, given: Given | None = None, **facts) -> str:
    said = why_not(MODEL, FLOW, Facts(step, **facts), move, actor, *([given] if given else []))
    return said.code if said else ""


def test_a_matter_walks_from_report_to_closing() -> None:
    step = FLOW.first
    for move in ("accept", "finish_grid", "pass", "answer", "close_early"):
        assert reason(step, move, in_grid=True) == ""
        step = FLOW.moves[move].leads(step)
        while taken := house_move(FLOW, Facts(step, in_grid=True)):
            step = taken.leads(step)
    assert FLOW.steps[step].closing == "solved"


@pytest.mark.parametrize(("in_grid", "to"), [(True, "to_grid"), (False, "to_dept")])
def test_the_house_takes_what_nobody_needs_to_decide(in_grid: bool, to: str) -> None:
    taken = house_move(FLOW, Facts("accepted", in_grid=in_grid))
    assert taken is not None
    assert taken.id == to
    assert house_move(FLOW, Facts("reported", in_grid=in_grid)) is None


def test_a_step_offers_the_moves_whose_guard_and_limit_hold() -> None:
    assert "resume_grid" in {m.id for m in moves_from(FLOW, Facts("suspended", in_grid=True))}
    assert "resume_grid" not in {m.id for m in moves_from(FLOW, Facts("suspended", in_grid=False))}
    assert "object" not in {m.id for m in moves_from(FLOW, Facts("assigned", taken={"object": 1}))}
    assert moves_from(FLOW, Facts("closed")) == ()


def test_each_refusal_has_its_code() -> None:
    assert reason("reported", "close") == "wrong_step"
    assert reason("reported", "jump") == "unknown_move"
    assert reason("accepted", "to_grid", in_grid=True) == "house_takes_it"
    assert reason("accepted", "to_grid", in_grid=False) == "guard"
    assert reason("suspended", "resume_grid", in_grid=False) == "guard"
    assert reason("answered", "redo", ActorFacts(outside="reporter"), taken={"redo": 1}) == "at_most"
    assert reason("answered", "content", ActorFacts(outside="reporter")) == ""
    assert reason("answered", "close", ActorFacts(outside="reporter")) == "not_outside"
    assert reason("answered", "close") == "house_takes_it"
    assert reason("answered", "close_early", given=Given()) == "needs_note"
    assert reason("done", "pass", given=Given()) == "needs_note"
    assert reason("gridwork", "drop_late", given=Given(note=True)) == "needs_second_person"


def test_who_may_not_act_reads_who_may() -> None:
    said = why_not(MODEL, FLOW, Facts("reported"), "accept", ActorFacts(frozenset(("in_grid",))))
    assert said is not None
    assert (said.code, said.params["duties"], said.params["who"]) == ("no_duty", ("triage",), ("centre",))


@pytest.mark.parametrize("move", ["pass", "fail_grid"])
def test_whoever_handled_never_verifies(move: str) -> None:
    handler = ActorFacts(CENTRE.duties, is_handler=True)
    assert reason("done", move, handler, in_grid=True) == "apart_from_handler"
    assert reason("answered", "close_early", handler) == "apart_from_handler"
    assert reason("checked", "answer", handler) == ""


def test_a_duty_that_is_kept_apart_does_not_bar_another_of_the_move() -> None:
    handler = ActorFacts(frozenset(("assign", "ask")), is_handler=True)
    assert acting_duty(MODEL, FLOW.moves["raise"], handler) == "assign"
    assert acting_duty(MODEL, FLOW.moves["pass"], ActorFacts(CENTRE.duties, is_handler=True)) == ""


def test_only_handling_makes_a_handler() -> None:
    assert sets_handler(MODEL, FLOW.moves["finish_grid"])
    assert not sets_handler(MODEL, FLOW.moves["raise"])


def test_evidence_of_the_item_is_wanted_when_the_work_is_done() -> None:
    facts = Facts("gridwork", in_grid=True, evidence="照片和文字")
    assert needs(MODEL, FLOW, facts, FLOW.moves["finish_grid"]) == ("note", "photo")
    assert needs(MODEL, FLOW, facts, FLOW.moves["pass_on"]) == ("note",)
    assert reason("gridwork", "finish_grid", given=Given(note=True), evidence="照片") == "needs_photo"


def test_orders_end_together() -> None:
    whistled = FLOW.steps["whistled"]
    assert orders_result(whistled, ("done", "")) == ""
    assert orders_result(whistled, ("done", "done")) == "done"
    assert orders_result(whistled, ("done", "failed")) == "failed"
    assert house_move(FLOW, Facts("whistled", orders=("done",))).id == "whistle_done"  # type: ignore[union-attr]
    assert house_move(FLOW, Facts("whistled", orders=("",))) is None


def ids(rules) -> set[str]:
    return {rule.id for rule in rules}


def test_promises_start_are_kept_and_dropped_by_events() -> None:
    assert ids(deadlines.on_open(FLOW).starts) == {"triage"}
    accepted = deadlines.on_move(FLOW, FLOW.moves["accept"], "reported")
    assert (ids(accepted.starts), ids(accepted.meets) & {"triage", "finish"}) == ({"finish"}, {"triage"})
    refused = deadlines.on_move(FLOW, FLOW.moves["refuse"], "reported")
    assert {"triage", "finish"} <= ids(refused.voids)
    assert not deadlines.on_move(FLOW, FLOW.moves["close"], "answered").voids


def test_what_follows_the_silence_of_a_reporter_is_the_clocks_move() -> None:
    found = {step: deadlines.silence(FLOW, step) for step in FLOW.steps}
    assert {step: move.id for step, move in found.items() if move} == {
        "answered": "close",
        "asked_grid": "silent_grid",
        "asked_dept": "silent_dept",
    }
    for name in ("guangming", "guangming-2023", "guanlan", "jianghai"):
        for flow in named(name).flows.values():
            taken = [move for step in flow.steps if (move := deadlines.silence(flow, step))]
            assert all(move.by_house for move in taken), (name, flow.id)


def test_a_suspended_step_stops_the_clock_and_leaving_it_starts_it_again() -> None:
    assert ids(deadlines.on_move(FLOW, FLOW.moves["pause"], "gridwork").pauses) == {"finish"}
    assert ids(deadlines.on_move(FLOW, FLOW.moves["resume"], "suspended").resumes) == {"finish"}
    stays = deadlines.on_move(FLOW, FLOW.moves["raise"], "suspended")
    assert stays == deadlines.Effects()


def test_a_telling_can_keep_a_promise() -> None:
    assert deadlines.promises_of(FLOW, told="received") == deadlines.Effects()


def term(rule: str, item: str) -> tuple[str, str]:
    one = MODEL.items[item]
    found = deadlines.term_of(MODEL, FLOW, FLOW.promises[rule], grade=one.grade, item=one)
    return str(found.length), found.because


def test_a_length_says_where_it_comes_from() -> None:
    assert term("triage", "N01") == ("2小时", "rule")
    assert term("sign", "N05") == ("30分钟", "table")
    assert term("finish", "N05") == ("4小时", "item")
    small = named("baltimore")
    rule = small.flows["main"].promises["finish"]
    assert deadlines.term_of(small, small.flows["main"], rule, grade="").because == "source"


def test_the_duty_whose_turn_it_is_follows_the_phase() -> None:
    turns = {step: route.duty_asked(MODEL, FLOW, Facts(step, in_grid=True)) for step in FLOW.steps}
    assert {step: duty.id for step, duty in turns.items() if duty} == {
        "reported": "triage",
        "gridwork": "in_grid",
        "assigned": "in_dept",
        "objected": "arbitrate",
        "working": "in_dept",
        "asked_grid": "close",
        "asked_dept": "close",
        "suspended": "approve",
        "done": "verify",
        "checked": "answer",
        "answered": "close",
    }


def test_candidates_stand_in_the_order_of_the_model() -> None:
    asked = route.candidates(MODEL, FLOW, Facts("gridwork", in_grid=True), MODEL.items["N01"])
    assert [(a.word, a.because) for a in asked] == [
        ("grid_worker", "item_handler"),
        ("cadre", "held_by"),
        ("town_desk", "held_by"),
        ("centre", "held_by"),
    ]
    assert route.candidates(MODEL, FLOW, Facts("closed")) == ()


def test_a_grade_says_who_chose_it() -> None:
    item = MODEL.items["N05"]
    assert route.graded(item) == route.Graded("urgent", "item", "N05")
    assert route.graded(item, "ordinary").because == "person"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("worker", who.Who("post", "worker", "near")),
        ("worker@ground", who.Who("post", "worker", "ground")),
        ("head@street", who.Who("post", "head", "street")),
        ("department", who.Who("department", "now")),
        ("department:item", who.Who("department", "item")),
        ("issuer", who.Who("issuer")),
        ("grade.meets", who.Who("grade", "meets")),
        ("@verify", who.Who("duty", "verify")),
        ("reporter", who.Who("outside", "reporter")),
    ],
)
def test_who_words(word: str, said: who.Who) -> None:
    assert who.parse(word) == said


@pytest.mark.parametrize("word", ["", "a b", "@", "x@", "department:", "网格员", "a@b@c"])
def test_what_is_no_who_word_is_refused(word: str) -> None:
    with pytest.raises(who.WhoError):
        who.parse(word)
