"""A moment typed on a form: the first year, the last, junk and the future are told; no page breaks."""

from __future__ import annotations

import pytest

from gezhi.matters.models import Matter

from .conftest import Sit
from .test_desk import opened, opened_at, report

pytestmark = pytest.mark.django_db
MOMENTS = [
    "0001-01-01T00:00",
    "1900-01-01T08:00",
    "9999-12-31T23:59",
    "2026-02-30T10:00",
    "昨天",
]


@pytest.mark.parametrize("at", MOMENTS)
def test_a_report_of_no_such_moment_is_refused_beside_its_field(sit: Sit, at: str) -> None:
    came = sit("he").post("/desk/new", report(at=at, late_reason="停电"))
    assert came.status_code == 422
    assert 'class="say"' in came.content.decode()
    assert not Matter.objects.exists()


@pytest.mark.parametrize("at", MOMENTS)
def test_a_step_of_no_such_moment_is_refused(sit: Sit, at: str) -> None:
    client = sit("he")
    came = client.post(f"{opened(client)}/step/accept", {"moved": "0", "at": at, "late_reason": "停电"})
    assert came.status_code == 422
    assert Matter.objects.get().moved == 0


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        ("1999-11-19T08:30", "写的是 1999-11-19，已经过去 27 年"),
        ("2025-11-20T17:30", "写的是 2025-11-20，已经过去 1 年"),
        ("2025-11-21T08:30", ""),
        ("1989-12-31T08:30", ""),  # refused anyway, and no tick helps
    ],
)
def test_a_moment_of_a_year_ago_or_more_is_asked_about_once_and_then_taken(
    sit: Sit, at: str, asked: str
) -> None:
    client, said = sit("he"), report(at=at, late_reason="停电")
    page = client.post("/desk/new", said).content.decode()
    assert ('name="long_ago"' in page) is bool(asked)
    assert asked in page
    assert Matter.objects.exists() is (at.startswith("2025") and not asked)
    if asked:
        assert client.post("/desk/new", said | {"long_ago": "on"}).status_code == 302
        assert f"{Matter.objects.get().at:%Y}" == at[:4]


def test_the_moment_of_a_step_is_asked_about_likewise(sit: Sit) -> None:
    client = sit("he")
    number = opened_at(client, at="1999-11-19T08:30", late_reason="停电", long_ago="on")
    said = {"moved": "0", "at": "2000-01-02T08:30", "late_reason": "停电"}
    page = client.post(f"{number}/step/accept", said)
    assert page.status_code == 422
    assert "已经过去 26 年" in page.content.decode()
    assert 'name="long_ago"' in page.content.decode()
    assert client.post(f"{number}/step/accept", said | {"long_ago": "on"}).status_code == 302
    assert Matter.objects.get().moved


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-99-99", "x"])
@pytest.mark.parametrize(
    "address", ["/desk/ledger?before=", "/desk/told?before=", "/desk?after=", "/desk/matters?after="]
)
def test_a_page_that_goes_on_from_somewhere_comes_from_anywhere(sit: Sit, address: str, day: str) -> None:
    assert sit("he").get(address + day).status_code == 200
