"""Webhooks by program: set up, read, changed, tried, replayed, ended; a secret is shown once."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from django.conf import settings

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.tests.liuxi import World
from gezhi.notify import outside, pushing, services
from gezhi.notify.models import Hook
from gezhi.notify.tests.receiver import Receiver, receiving
from gezhi.people.models import KeptAnswer

from .program import Program, told

KINDS = ["matter.opened", "matter.stepped"]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, push_to=("127.0.0.0/8",)))
    monkeypatch.setattr(outside, "WHOLE", 1.0)
    with receiving() as found:
        yield found


def hooked(program: Program, url: str, name: str = "热线平台", **headers: str) -> dict[str, str]:
    made = program.post("webhooks", {"name": name, "url": url, "kinds": KINDS}, **headers)
    assert made.status_code == 201, made.content
    assert made["Location"].endswith(told(made)["id"])
    return told(made)


def go_out() -> int:
    while services.hear(at=clock.now()):
        pass
    return pushing.deliver(at=clock.now())


def test_what_happens_comes_signed_and_is_read_in_the_log(centre: Program, receiver: Receiver) -> None:
    made = hooked(centre, receiver.url)
    receiver.answers = [500]
    number = told(centre.report())["number"]
    assert go_out() == 1
    headers, body = receiver.came[0]
    moment, given = (part.partition("=")[2] for part in headers["Gezhi-Signature"].split(","))
    assert hmac.new(made["secret"].encode(), f"{moment}.".encode() + body, "sha256").hexdigest() == given
    assert centre.get(receiver.told[0]["link"].removeprefix("/api/v1/")).status_code == 200
    path = f"webhooks/{made['id']}"
    waiting = told(centre.get(f"{path}/deliveries", state="waiting"))["deliveries"]
    assert [(one["number"], one["tries"][0]["status"]) for one in waiting] == [(number, 500)]
    assert told(centre.get(path))["failures"] == 1


def test_the_log_comes_in_pages(centre: Program, receiver: Receiver) -> None:
    path = f"webhooks/{hooked(centre, receiver.url)['id']}"
    for _ in range(3):
        centre.post(f"{path}/pings", {})
    first = told(centre.get(f"{path}/deliveries", limit=2))
    rest = told(centre.get(f"{path}/deliveries", limit=2, after=first["next"]))
    assert (len(first["deliveries"]), len(rest["deliveries"]), rest["next"]) == (2, 1, "")
    for n in range(2):
        hooked(centre, receiver.url, f"热线平台 {n}")
    listed = told(centre.get("webhooks", limit=2))
    assert len(told(centre.get("webhooks", limit=2, after=listed["next"]))["webhooks"]) == 1


def test_an_address_is_changed_paused_replayed_and_ended(centre: Program, receiver: Receiver) -> None:
    path = f"webhooks/{hooked(centre, receiver.url)['id']}"
    for change, said in (
        ({"name": "指挥中心"}, "name"),
        ({"state": "paused"}, "state"),
        ({"kinds": KINDS[:1]}, "kinds"),
    ):
        answer = centre.patch(path, change)
        assert (answer.status_code, told(answer)[said]) == (200, change[said])
    centre.report()
    assert go_out() == 0
    assert told(centre.patch(path, {"state": "on"}))["state"] == "on"
    assert go_out() == 1
    event = told(centre.get(f"{path}/deliveries"))["deliveries"][0]
    assert told(centre.post(f"{path}/replays", {"ids": [event["id"]]}))["replayed"] == 1
    assert go_out() == 1
    assert {one["id"] for one in receiver.told} == {event["event"]}
    assert centre.delete(path).status_code == 204
    assert centre.get(path).status_code == 404
    assert told(centre.get("webhooks"))["webhooks"] == []
    centre.report()
    assert go_out() == 0


def test_a_secret_is_shown_once_and_kept_nowhere(centre: Program, receiver: Receiver) -> None:
    made = hooked(centre, receiver.url, Idempotency_Key="a1")
    again = centre.post(
        "webhooks", {"name": "热线平台", "url": receiver.url, "kinds": KINDS}, Idempotency_Key="a1"
    )
    assert (again.status_code, told(again)["code"]) == (409, "answered_once")
    assert Hook.objects.count() == 1
    other = told(centre.post(f"webhooks/{made['id']}/secrets", {"what": "add"}))["secret"]
    assert other != made["secret"]
    assert told(centre.get(f"webhooks/{made['id']}"))["two_secrets"] is True
    kept = "".join(
        [*KeptAnswer.objects.values_list("body", flat=True), *Entry.objects.values_list("facts", flat=True)]
    )
    for secret in (made["secret"], other):
        assert secret not in kept
        assert secret not in centre.get("webhooks").content.decode()
    assert centre.post(f"webhooks/{made['id']}/secrets", {"what": "end_before"}).status_code == 201
    once = centre.post(f"webhooks/{made['id']}/secrets", {"what": "end_before"})
    assert (once.status_code, told(once)["code"]) == (409, "one_key")


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "file:///etc",
        "x",
    ],
)
def test_no_inner_address_is_taken(centre: Program, url: str) -> None:
    answer = centre.post("webhooks", {"name": "热线平台", "url": url, "kinds": KINDS})
    assert (answer.status_code, told(answer)["field"]) == (409, "url")
    assert not Hook.objects.exists()


@pytest.mark.parametrize("kinds", [[], ["vault.opened"], ["matters.exported"]])
def test_only_events_about_a_matter_can_be_asked_for(centre: Program, kinds: list[str]) -> None:
    answer = centre.post("webhooks", {"name": "热线平台", "url": "https://receiver.example/", "kinds": kinds})
    assert answer.status_code == 422
    offered = [one["kind"] for one in told(centre.get("events"))["events"]]
    assert set(KINDS) < set(offered)


def test_nobody_sees_anothers_addresses(world: World, centre: Program, receiver: Receiver) -> None:
    id = hooked(centre, receiver.url)["id"]
    other = Program.of(world, "lin")
    assert told(other.get("webhooks"))["webhooks"] == []
    assert other.get(f"webhooks/{id}").status_code == 404
    assert other.delete(f"webhooks/{id}").status_code == 404
    assert other.post(f"webhooks/{id}/pings", {}).status_code == 404
    assert Hook.objects.get(id=UUID(id)).state == "on"


def test_a_key_without_that_scope_pushes_nothing(world: World) -> None:
    narrow = Program.of(world, "he", scopes=("read", "report", "act"))
    assert narrow.get("webhooks").status_code == 403
