"""A moment typed on a form: the first year, the last, junk and the future are told; no page breaks."""

from __future__ import annotations

import pytest

from gezhi.matters.models import Matter

from .conftest import Sit
from .test_desk import opened, report

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


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-99-99", "x"])
@pytest.mark.parametrize(
    "address", ["/desk/ledger?before=", "/desk/told?before=", "/desk?after=", "/desk/matters?after="]
)
def test_a_page_that_goes_on_from_somewhere_comes_from_anywhere(sit: Sit, address: str, day: str) -> None:
    assert sit("he").get(address + day).status_code == 200
