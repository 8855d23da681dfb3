"""Whatever a program sends: a sentence with the field, and nothing half-written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter, Serial, Text
from gezhi.matters.tests.liuxi import World
from gezhi.notify.models import Message
from gezhi.promises.models import Promise
from gezhi.vault.models import Secret

from .program import CLUTTER, Program, told

KEPT = (Matter, Text, Promise, Message, Secret, Entry, Serial)


@pytest.fixture(autouse=True)
def nothing_half_written(centre: Program) -> Iterator[None]:
    """Whatever happens in these tests, either a whole matter is there or nothing is."""
    before = [model.objects.count() for model in KEPT]  # type: ignore[attr-defined]
    yield
    after = [model.objects.count() for model in KEPT]  # type: ignore[attr-defined]
    assert after == before or Matter.objects.exists()


def raw(**said: Any) -> bytes:
    return json.dumps(CLUTTER | said).encode()


BROKEN = [
    b" ",
    b"{",
    b'{"text": "a"',
    b"\xff\xfe",
    b'{"text": "\xff"}',
    b'{"text": "\\ud800"}',
    b'{"text": "a\x01"}',
    b"[" * 100_000,
    b'{"lon": NaN}',
    b'{"lon": Infinity}',
    b'{"text":"a"} trailing',
    b"text=a&item=b",
]
MISFITS = [
    (b"[]", "wrong_type", ""),
    (b"null", "wrong_type", ""),
    (b"{}", "missing_field", "text"),
    (raw(text=7), "wrong_type", "text"),
    (raw(text=None), "wrong_type", "text"),
    (raw(lon="118.2"), "wrong_type", "lon"),
    (raw(lat=[30.5]), "wrong_type", "lat"),
    (raw(reporting="maybe"), "wrong_choice", "reporting"),
    (raw(datum="mars"), "wrong_choice", "datum"),
    (raw(phone="138"), "unknown_field", "phone"),
    (raw(at="1900-13-01"), "wrong_moment", "at"),
    (raw(at="2026-11-20T10:00:00"), "wrong_moment", "at"),
    (raw(at="1900-01-01T00:00:00+08:00"), "at_too_early", "at"),
    (raw(at="0001-01-01T00:00:00+14:00"), "at_too_early", "at"),
    (raw(at="2100-01-01T00:00:00+08:00"), "at_in_future", "at"),
    (raw(at="9999-12-31T23:59:59-14:00"), "at_in_future", "at"),
    (raw(at="2026-11-19T10:00:00+08:00"), "late_reason_missing", "late_reason"),
    (raw(lon=None), "half_a_point", "lon"),
    (raw(lon=181), "point_off_earth", "lon"),
    (raw(text=""), "text_missing", "text"),
    (raw(text="字" * 4001), "text_too_long", "text"),
    (raw(text="a\x00b"), "control_characters", "text"),
    (raw(text="a\x1bb"), "control_characters", "text"),
    (raw(address="门\x00牌"), "control_characters", "address"),
    (raw(item="没有"), "item_unknown", "item"),
    (raw(item="N01\x00"), "item_unknown", "item"),
    (raw(unit="9999"), "unit_unknown", "unit"),
    (raw(name="样本居民"), "anonymous_with_name", "reporting"),
    (raw(client_key="k" * 300), "too_long", "client_key"),
]


OF_THE_DISTRICT = set(
    (
        "at_too_early at_in_future late_reason_missing half_a_point item_unknown unit_unknown anonymous_with_name"
        " wrong_step"
    ).split()
)
"""What no description can tell beforehand: 409, and 422 for what the description already excludes."""


def status_of(code: str) -> int:
    return 409 if code in OF_THE_DISTRICT else 422


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_broken_json_is_told_as_broken(centre: Program, body: bytes) -> None:
    answer = centre.post("matters", body)
    assert answer.status_code in {400, 422}  # 422 where the shape is told before the break
    assert "没有保存" in told(answer)["detail"]
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("body", "code", "field"), MISFITS, ids=[f"{c}-{f}-{n}" for n, (_b, c, f) in enumerate(MISFITS)]
)
def test_what_does_not_fit_is_told_with_its_field(
    centre: Program, body: bytes, code: str, field: str
) -> None:
    if field == "unit":
        body = json.dumps({"text": "堆物。", "item": "N01", "unit": "9999"}).encode()
    answer = centre.post("matters", body)
    said = told(answer)
    assert (answer.status_code, said["code"], said.get("field", "")) == (status_of(code), code, field)
    assert said["detail"].endswith("。")
    assert not Matter.objects.exists()


def test_a_number_too_large_for_a_number_is_refused(centre: Program) -> None:
    answer = centre.post("matters", raw().replace(b'"lon": 118.205', b'"lon": 1e999'))
    assert told(answer)["code"] == "out_of_range"


def test_ten_megabytes_are_refused_before_they_are_read(centre: Program) -> None:
    answer = centre.post("matters", raw(text="字" * 2_000_000))
    assert (answer.status_code, told(answer)["code"]) == (413, "too_big")


def test_emoji_and_rare_characters_are_kept_whole(world: World, centre: Program) -> None:
    text = "𠮷家👨‍👩‍👧门口𪚥\n堆物é"
    number = told(centre.report(text=text))["number"]
    assert told(centre.get(f"matters/{number}"))["text"] == text


def test_a_point_at_sea_is_flagged_and_not_placed(world: World, centre: Program) -> None:
    number = told(centre.report(lon=123.45678, lat=25.45678))["number"]
    assert told(centre.get(f"matters/{number}"))["place_flag"] == "outside"


def test_a_body_of_another_kind_is_refused(centre: Program) -> None:
    from django.test import Client

    headers = {"Authorization": f"Bearer {centre.secret}"}
    answer = Client().post("/api/v1/matters", {"text": "a"}, headers=headers)
    assert (answer.status_code, told(answer)["code"]) == (415, "unsupported_kind")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "many"}, "wrong_type"),
        ({"limit": "0"}, "out_of_range"),
        ({"limit": "100000"}, "out_of_range"),
        ({"sort": "name"}, "unknown_field"),
        ({"after": "not ours"}, "wrong_cursor"),
        ({"after": "AAAA"}, "wrong_cursor"),
        ({"unit": "\x00"}, "control_characters"),
        ({"waiting": "yours"}, "wrong_choice"),
    ],
)
def test_a_question_that_does_not_fit_is_told_why(centre: Program, query: dict[str, str], code: str) -> None:
    answer = centre.get("matters", **query)
    assert (answer.status_code, told(answer)["code"]) == (422, code)


def test_a_step_is_kept_without_signs_that_turn_its_words(centre: Program) -> None:
    number = told(centre.report())["number"]
    answer = centre.post(f"matters/{number}/steps", {"move": "accept", "note": "\u202e今天\u2069去看"})
    assert answer.status_code == 201
    assert "今天去看" in Text.objects.values_list("body", flat=True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"move": "fly"}, "wrong_step"),
        ({"move": "accept", "note": "a\x00"}, "control_characters"),
        ({"move": "accept", "note": "字" * 5000}, "text_too_long"),
        ({"move": "accept", "seen": -1}, "out_of_range"),
        ({"move": 1}, "wrong_type"),
        ({}, "missing_field"),
    ],
)
def test_a_step_that_does_not_fit_moves_nothing(centre: Program, body: dict[str, Any], code: str) -> None:
    number = told(centre.report())["number"]
    answer = centre.post(f"matters/{number}/steps", body)
    assert (answer.status_code, told(answer)["code"]) == (status_of(code), code)
    assert Matter.objects.get().moved == 0
