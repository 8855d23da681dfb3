"""What is not sent twice, not done twice, and not done on what changed meanwhile; and what a key is not for."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.http import HttpResponse

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import events
from gezhi.matters.models import ActBeside, Matter
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.people.answers import forget_answers
from gezhi.people.models import KeptAnswer

from .program import Program, told

STEP = {"move": "accept"}
CHASE = {"aside": "chase"}
ACTS = [("asides", CHASE), ("items", {"item": "N13", "note": "占道。"})]


def accepted(centre: Program) -> str:
    number: str = told(centre.report())["number"]
    centre.post(f"matters/{number}/steps", STEP)
    return number


@pytest.mark.parametrize("path", ["matters", "units", "matters/{number}"])
def test_what_has_not_changed_is_not_sent_again(centre: Program, path: str) -> None:
    path = path.format(number=told(centre.report())["number"])
    first = centre.get(path)
    tag = first["ETag"]
    again = centre.get(path, known=f'W/"other", {tag}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert centre.get(path, known='"other"').content == first.content
    assert "Authorization" in first["Vary"]


def test_a_tag_changes_with_what_is_read(centre: Program) -> None:
    number = told(centre.report())["number"]
    assert centre.get(f"matters/{number}")["ETag"].startswith('"0-')
    listed = centre.get("matters")["ETag"]
    centre.post(f"matters/{number}/steps", STEP)
    before = centre.get(f"matters/{number}")["ETag"]
    assert before.startswith(f'"{Matter.objects.get().moved}-')
    centre.post(f"matters/{number}/asides", CHASE)
    beside = centre.get(f"matters/{number}", known=before)
    assert (beside.status_code, beside["ETag"].split("-")[0]) == (200, before.split("-")[0])
    assert centre.get("matters", known=listed).status_code == 200


@pytest.mark.parametrize(("act", "body"), ACTS)
def test_nothing_is_done_on_what_changed_meanwhile(
    world: World, centre: Program, act: str, body: dict[str, str]
) -> None:
    number = accepted(centre)
    stale, was = centre.get(f"matters/{number}")["ETag"], Matter.objects.get()
    Matter.objects.update(moved=5)
    for tag in (stale, '"nonsense"', 'W/"5"'):
        answer = centre.post(f"matters/{number}/{act}", body, If_Match=tag)
        assert (answer.status_code, told(answer)["code"]) == (412, "changed_meanwhile"), tag
        assert "没有办" in told(answer)["detail"]
    assert not ActBeside.objects.exists()
    assert (Matter.objects.get().step, Matter.objects.get().item) == (was.step, was.item)
    fresh = centre.get(f"matters/{number}")["ETag"]
    assert centre.post(f"matters/{number}/{act}", body, If_Match=fresh).status_code == 201


def test_a_step_on_a_tag_that_is_over_is_not_taken(centre: Program) -> None:
    number = told(centre.report())["number"]
    tag = centre.get(f"matters/{number}")["ETag"]
    assert centre.post(f"matters/{number}/steps", STEP | {"seen": 3}, If_Match=tag).status_code == 412
    assert centre.post(f"matters/{number}/steps", STEP, If_Match=tag).status_code == 201
    assert centre.post(f"matters/{number}/steps", {"move": "chase"}, If_Match=tag).status_code == 412
    assert centre.post(f"matters/{number}/steps", {"move": "chase"}, If_Match="*").status_code == 409


def test_the_same_request_is_done_once_and_answered_the_same(centre: Program) -> None:
    number = accepted(centre)
    first, second = (centre.post(f"matters/{number}/asides", CHASE, Idempotency_Key="a1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert ActBeside.objects.count() == 1


def test_another_request_under_the_same_key_is_refused(world: World, centre: Program) -> None:
    number = accepted(centre)
    centre.post(f"matters/{number}/asides", CHASE, Idempotency_Key="a1")
    for path, body in ((f"matters/{number}/asides", {"aside": "press"}), (f"matters/{number}/steps", STEP)):
        other = centre.post(path, body, Idempotency_Key="a1")
        assert (other.status_code, told(other)["code"]) == (409, "key_reused")
    assert ActBeside.objects.count() == 1
    whoever = Program.of(world, "he")
    pressed = whoever.post(
        f"matters/{number}/asides", {"aside": "press", "note": "请快办。"}, Idempotency_Key="a1"
    )
    assert pressed.status_code == 201


def test_what_was_refused_may_be_sent_again_under_its_key(centre: Program) -> None:
    number = told(centre.report())["number"]
    odd = centre.post(f"matters/{number}/asides", {"aside": "press"}, Idempotency_Key="a1")
    assert (odd.status_code, KeptAnswer.objects.count()) == (409, 0)
    assert centre.post(f"matters/{number}/steps", STEP, Idempotency_Key="a1").status_code == 201


def test_a_kept_answer_is_forgotten_after_its_day(centre: Program) -> None:
    number = told(centre.report())["number"]
    centre.post(f"matters/{number}/steps", STEP, Idempotency_Key="a1")
    assert forget_answers(at=clock.now() + timedelta(hours=23)) == 0
    assert forget_answers(at=clock.now() + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_of_one_moment_are_one() -> None:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        centre = Program.of(liuxi.build(), "he")
        number = told(centre.report())["number"]
        answers: list[HttpResponse] = []

        def send() -> None:
            with clock.fixed(liuxi.FRIDAY):
                answers.append(centre.post(f"matters/{number}/steps", STEP, Idempotency_Key="a1"))
            connection.close()

        threads = [Thread(target=send) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    liuxi.forget()
    assert [one.status_code for one in answers] == [201] * 4
    assert len({one.content for one in answers}) == 1
    assert Entry.objects.filter(what=events.STEPPED, by__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("scopes", "may"),
    [(("read",), {"get"}), (("report",), {"report"}), (("act", "read"), {"get", "step"})],
)
def test_a_key_does_what_its_scopes_say(
    world: World, centre: Program, scopes: tuple[str, ...], may: set[str]
) -> None:
    number = told(centre.report())["number"]
    narrow = Program.of(world, "he", scopes=scopes)
    tried = {
        "get": narrow.get(f"matters/{number}"),
        "report": narrow.report(),
        "step": narrow.post(f"matters/{number}/steps", STEP),
    }
    refused = {what: told(one)["code"] for what, one in tried.items() if one.status_code == 403}
    assert set(tried) - set(refused) == may
    assert set(refused.values()) == {"scope_missing"}


def test_what_is_missing_in_a_key_is_told_in_the_callers_language(world: World) -> None:
    answer = Program.of(world, "he", "en", ("read",)).report()
    assert answer.status_code == 403
    assert "Report a matter" in told(answer)["detail"]
    assert told(answer)["detail"].startswith("This key is not for")
