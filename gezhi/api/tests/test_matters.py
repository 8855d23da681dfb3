"""A matter by program: opened, listed, read, moved on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gezhi.api.openapi import document
from gezhi.api.urls import OPERATIONS
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import GRID, OTHER, World
from gezhi.people import services, tokens

from .program import CLUTTER, Program, told

ROOT = Path(__file__).resolve().parents[3]


def test_a_report_by_program_is_a_matter_with_its_promise_and_desk(centre: Program) -> None:
    answer = centre.report()
    assert answer.status_code == 201
    said = told(answer)
    assert said["number"].startswith("柳望〔2026〕1120-0001")
    assert said["desk"].startswith("centre@")
    assert said["due_at"].endswith("Z")
    assert said["again"] is False
    assert Matter.objects.get().path == GRID


@pytest.mark.parametrize("how", ["header", "body"])
def test_the_same_key_sent_twice_is_one_matter(centre: Program, how: str) -> None:
    body = CLUTTER | ({"client_key": "7f3a"} if how == "body" else {})
    headers = {"Idempotency_Key": "7f3a"} if how == "header" else {}
    first, second = (centre.post("matters", body, **headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert told(first)["number"] == told(second)["number"]
    assert told(second)["again"] is True
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("how", "said", "field"),
    [("header", "请求头 Idempotency-Key", "Idempotency-Key"), ("body", "正文里的 client_key", "client_key")],
)
def test_a_key_that_opened_another_is_named_as_the_program_sent_it(
    centre: Program, how: str, said: str, field: str
) -> None:
    headers = {"Idempotency_Key": "7f3a"} if how == "header" else {}
    named = {"client_key": "7f3a"} if how == "body" else {}
    first = centre.post("matters", CLUTTER | named, **headers)
    other = centre.post("matters", CLUTTER | named | {"text": "路灯不亮。"}, **headers)
    problem = told(other)
    assert (other.status_code, problem["code"], problem["field"]) == (409, "key_reused", field)
    assert problem["detail"].startswith(f"{said} 的这个值已经用来登记了另一件（{told(first)['number']}）")
    assert "钥匙" not in problem["detail"]


def test_a_key_too_long_is_named_as_the_program_sent_it(centre: Program) -> None:
    assert told(centre.post("matters", CLUTTER, Idempotency_Key="k" * 201))["field"] == "Idempotency-Key"


@pytest.mark.parametrize("asked", [{"limit": "many"}, {"limit": "0"}, {"waiting": "x"}, {"phone": "1"}])
def test_a_question_that_is_refused_says_nothing_of_saving(centre: Program, asked: dict[str, str]) -> None:
    answer = centre.get("matters", **asked)
    assert answer.status_code == 422
    assert "保存" not in told(answer)["detail"]
    assert "保存" in told(centre.report(**asked))["detail"]


@pytest.mark.parametrize("after", ["zz", "0" * 46, "5" + "0" * 46, "0" * 48, "\u0660" * 47])
def test_a_cursor_that_is_none_of_ours_is_refused(centre: Program, after: str) -> None:
    answer = centre.get("matters", after=after)
    assert (answer.status_code, told(answer)["code"]) == (422, "wrong_cursor")


@pytest.mark.parametrize("after", ["0" * 47, "4" + "f" * 46])
def test_a_cursor_that_reads_is_a_place_in_the_list(centre: Program, after: str) -> None:
    centre.report()
    assert len(told(centre.get("matters", after=after))["matters"]) == int(after[0] == "0")


def test_two_different_keys_in_one_request_are_refused(centre: Program) -> None:
    answer = centre.post("matters", CLUTTER | {"client_key": "a"}, Idempotency_Key="b")
    assert (answer.status_code, told(answer)["code"]) == (409, "two_keys")


def test_intake_with_its_key_costs_three_statements_at_most(world: World, centre: Program) -> None:
    centre.report()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        centre.report()
    said = [
        q["sql"].split()[0] for q in asked if q["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE", "WITH"}
    ]
    assert len(said) <= (3 if connection.vendor == "postgresql" else 12), said


def test_a_matter_goes_its_way_by_program(world: World, centre: Program) -> None:
    number = told(centre.report())["number"]
    read = told(centre.get(f"matters/{number}"))
    assert read["moves"][0]["id"] == "accept"
    taken = centre.post(f"matters/{number}/steps", {"move": "accept", "seen": read["moved"]})
    assert (taken.status_code, told(taken)["desk"]) == (201, f"grid_worker@{GRID}")

    worker = Program.of(world, "lin")
    assert [m["number"] for m in told(worker.get("matters", waiting="mine"))["matters"]] == [number]
    stale = worker.post(f"matters/{number}/steps", {"move": "finish_grid", "note": "已清。", "seen": 0})
    assert (stale.status_code, told(stale)["code"]) == (409, "moved_meanwhile")
    done = worker.post(f"matters/{number}/steps", {"move": "finish_grid", "note": "已清。"})
    assert told(done)["step"] == "done"
    assert told(worker.get(f"matters/{number}"))["story"][0]["note"] == "已清。"


def test_what_the_reporter_said_is_recorded_by_program(world: World, centre: Program) -> None:
    number = told(centre.report())["number"]
    early = centre.post(f"matters/{number}/ratings", {"rating": "content", "how": "phone"})
    assert (early.status_code, told(early)["code"]) == (409, "wrong_step")
    for who, move in (("he", "accept"), ("lin", "finish_grid"), ("qiao", "pass"), ("qiao", "answer")):
        take_step(number, move, by=world.person(who), at=None, given=StepGiven(note="看过了。"))
    odd = centre.post(f"matters/{number}/ratings", {"rating": "delighted", "how": "phone"})
    assert (odd.status_code, told(odd)["field"]) == (422, "rating")
    traced = {"rating": "content", "how": "phone", "note": "打 13900005678 问的"}
    assert told(centre.post(f"matters/{number}/ratings", traced))["code"] == "identity_in_text"
    seen = told(centre.get(f"matters/{number}"))["moved"]
    rated = centre.post(f"matters/{number}/ratings", {"rating": "fair", "how": "phone", "seen": seen})
    assert rated.status_code == 201, told(rated)
    assert told(rated)["step"] == "closed"
    again = centre.post(f"matters/{number}/reopenings", {"how": "visit", "note": "又坏了。"})
    assert again.status_code == 201, told(again)
    assert told(again)["step"] == "gridwork"
    twice = centre.post(f"matters/{number}/reopenings", {"how": "visit", "note": "又坏了。"})
    assert (twice.status_code, told(twice)["code"]) == (409, "not_ended")


def test_a_number_in_the_note_of_a_step_is_refused_unless_it_is_public(centre: Program) -> None:
    number = told(centre.report())["number"]
    step = {"move": "accept", "note": "回访 13900005678：满意"}
    for body in (step, {"move": "accept", "note": "本人 990000199003077777", "public_number": True}):
        refused = centre.post(f"matters/{number}/steps", body)
        said = told(refused)
        assert (refused.status_code, said["code"], said["field"]) == (409, "identity_in_text", "note")
    assert told(centre.get(f"matters/{number}"))["moved"] == 0
    assert centre.post(f"matters/{number}/steps", step | {"public_number": True}).status_code == 201


def test_unknown_and_hidden_matters_look_the_same(world: World, centre: Program) -> None:
    number = told(centre.report())["number"]
    other = Program.of(world, "song")
    for ask in (
        lambda n: other.get(f"matters/{n}"),
        lambda n: other.post(f"matters/{n}/steps", {"move": "accept"}),
    ):
        hidden, unknown = ask(number), ask("柳望〔2026〕1120-9999号")
        assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content)
        assert hidden.status_code == 404
    assert other.get("matters/%00").status_code == 404


def test_a_list_is_read_page_by_page_and_shows_only_ones_own_ground(world: World, centre: Program) -> None:
    numbers = [told(centre.report(text=f"第{n}处堆物。"))["number"] for n in range(5)]
    seen, after = [], ""
    while True:
        page = told(centre.get("matters", limit=2, after=after))
        seen += [m["number"] for m in page["matters"]]
        after = page["next"]
        if not after:
            break
    assert sorted(seen) == sorted(numbers)
    assert told(Program.of(world, "song").get("matters"))["matters"] == []
    assert told(centre.get("matters", unit=OTHER))["matters"] == []


def test_no_key_a_wrong_one_and_an_ended_one_are_told_the_same(world: World) -> None:
    ended, vacated = Program.of(world, "lin"), Program.of(world, "song")
    tokens.end(tokens.issued()[1].token, by=HOUSE, at=clock.now())
    services.end_term(
        world.person("song").terms[0].term, liuxi.FRIDAY.date(), world.model, by=HOUSE, at=clock.now()
    )
    answers = [Program(secret).get("matters") for secret in ("", "gz_wrong", "x" * 5000, "gz_\x80")]
    answers += [ended.get("matters"), vacated.get("matters"), Client().get("/api/v1/matters")]
    assert {a.status_code for a in answers} == {401}
    assert {a["WWW-Authenticate"] for a in answers} == {"Bearer"}
    assert len({a.content for a in answers}) == 1


def test_units_of_the_day_are_listed_by_path(centre: Program) -> None:
    page = told(centre.get("units", level="grid"))
    assert [u["path"] for u in page["units"]] == [GRID, OTHER]
    assert page["units"][0]["names"] == ["柳溪县", "望湖街道", "桥东社区", "桥东 01 格"]
    first = told(centre.get("units", limit=1))
    assert told(centre.get("units", limit=1, after=first["next"]))["units"][0]["path"] > first["next"]
    assert told(centre.get("units", within="9999"))["code"] == "not_found"


def test_sentences_come_in_the_callers_language(world: World) -> None:
    english = Program.of(world, "he", "en-GB,en;q=0.9")
    answer = english.report(item="nothing")
    assert answer.status_code == 409
    assert told(answer)["code"] == "item_unknown"


def test_who_reported_is_in_no_answer(world: World, centre: Program) -> None:
    number = told(centre.report(reporting="named", name="样本居民", contact="13800000000"))["number"]
    for path in ("matters", f"matters/{number}"):
        body = centre.get(path).content.decode()
        assert "样本居民" not in body
        assert "13800000000" not in body


def test_the_description_is_the_one_kept_in_docs() -> None:
    kept = (ROOT / "docs" / "openapi.json").read_bytes()
    assert kept == document(OPERATIONS), "run tools/openapi.py"


def test_the_description_is_open_and_every_reference_in_it_leads_somewhere(client: Client, db: None) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    said = json.loads(answer.content)
    schemas = said["components"]["schemas"]
    refs = {r.split('"')[0] for r in answer.content.decode().split("#/components/schemas/")[1:]}
    assert refs <= set(schemas)
    names = [op["operationId"] for path in said["paths"].values() for op in path.values()]
    assert len(names) == len(set(names))


def test_a_method_that_an_address_does_not_have_is_refused(centre: Program) -> None:
    answer = Client().delete("/api/v1/matters")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
