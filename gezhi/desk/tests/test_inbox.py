"""待我办 and 全部事项: an hour stands over what falls due in it, the first of the list is what is told first, and a
number is the whole number or says that it is not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from gezhi.desk import rows as desk_rows
from gezhi.matters import lists
from gezhi.matters.lists import Glance
from gezhi.matters.models import Matter
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.reporting.tests import rows

from .conftest import Sit

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def waiting(headline: str, due: datetime, **more: Any) -> Matter:
    """A matter on the centre's desk."""
    said = {"desk": "centre@0001", "step": "reported", "phase": "reported", "next_from_at": FRIDAY - 2 * HOUR}
    return rows.matter(accepted=False, headline=headline, next_due_at=due, **said | more)


def page(client: Client, address: str = "/desk") -> str:
    came = client.get(address)
    assert came.status_code == 200
    return re.sub(r"\s+", " ", came.content.decode())


def headline(client: Client, address: str = "/desk") -> str:
    found = re.search(r"<h1>[^<]*</h1> ?<p>([^<]*)</p>", page(client, address))
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("clock_says", "hour"), [("17:30", "17–18"), ("17:59", "17–18"), ("18:00", "18–19"), ("19:50", "19–20")]
)
def test_what_falls_due_stands_in_its_own_hour(clock_says: str, hour: str) -> None:
    due = datetime.fromisoformat(f"2026-11-20T{clock_says}:00+08:00").astimezone(UTC)
    day = desk_rows.day_of([Glance("reported", None, due)], FRIDAY)
    assert [one.word for one in day.hours if one.cells] == [hour]


def test_the_hours_begin_with_the_present_one_and_go_past_midnight() -> None:
    words = [hour.word for hour in desk_rows.day_of([], FRIDAY + 4 * HOUR).hours]
    assert words == ["21–22", "22–23", "23–24", "0–1", "1–2", "2–3", "3–4"]


def test_the_first_of_the_list_is_what_is_told_first(sit: Sit) -> None:
    client = sit("he")
    rows.put(waiting("路灯", FRIDAY + HOUR))
    assert headline(client) == "1 件。先办「路灯」，还剩 1小时。"
    rows.put(waiting("井盖", FRIDAY - HOUR), waiting("树枝", FRIDAY - 2 * HOUR))
    assert headline(client) == "3 件。先办「树枝」，已超期 2小时；另有 1 件也超期了。"
    shown = page(client)
    assert shown.index(">树枝</a>") < shown.index(">井盖</a>") < shown.index(">路灯</a>")


def test_one_step_is_counted_by_itself(sit: Sit) -> None:
    rows.put(
        waiting("井盖", FRIDAY - HOUR),
        waiting("路灯", FRIDAY + HOUR, step="answered", phase="verified"),
        waiting("树枝", FRIDAY + HOUR, step="answered", phase="verified"),
    )
    assert headline(sit("he"), "/desk?step=answered").startswith("2 件。先办「")
    assert "超期" not in headline(sit("he"), "/desk?step=answered")


def test_what_goes_on_on_another_page_is_told_as_that(sit: Sit) -> None:
    rows.put(*(waiting(f"第 {n} 盏", FRIDAY + timedelta(days=1, minutes=n)) for n in range(70)))
    client = sit("he")
    first = page(client)
    assert "70 件。先办「第 0 盏」" in first
    assert "以后</b> 这一页 50 件" in first
    after = re.search(r'href="(\?after=[^"]+)"', first)
    assert after is not None
    assert "以后</b> 这一页 20 件" in page(client, f"/desk{after[1]}")
    assert headline(client, f"/desk{after[1]}") == "70 件。"
    assert headline(client, "/desk/matters") == "在办的 70 件，先到期的在前。"


@pytest.mark.parametrize("address", ["/desk/matters", "/desk/matters?state=all"])
def test_a_count_goes_no_further_than_it_says(
    sit: Sit, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr("gezhi.matters.lists.MOST_COUNTED", 60)
    monkeypatch.setattr("gezhi.desk.views.finding.MOST_COUNTED", 60)
    monkeypatch.setattr("gezhi.desk.frame.MOST_COUNTED", 60)
    client = sit("he")
    rows.put(*(waiting(f"第 {n} 盏", FRIDAY + timedelta(days=1, minutes=n)) for n in range(60)))
    assert "60 件，" in headline(client, address) or "60 件。" in headline(client, address)
    rows.put(waiting("第 60 盏", FRIDAY + timedelta(days=2)))
    assert "60 件以上" in headline(client, address)
    assert headline(client, address).endswith("只数到 60 件。")
    assert '<span class="c">60+</span>' in page(client, address)


def test_more_than_is_counted_is_told_as_that() -> None:
    day = desk_rows.day_of([Glance("reported", None, FRIDAY - HOUR)] * 12, FRIDAY, more=True)
    assert (day.say, day.late_word, day.rest_word) == ("12 件以上", "12+", "0+")
    with translation.override("en"):
        assert day.say == "more than 12 matters"


@pytest.mark.parametrize(
    "due", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:00:00-08:00", "2026-11-20T00:00:00", "x", ""]
)
def test_a_key_of_no_moment_is_no_key(sit: Sit, due: str) -> None:
    with pytest.raises(ValueError, match=re.escape(due) or "isoformat"):
        lists.key_from(due, UUID(int=1).hex)
    for address in ("/desk", "/desk/matters", "/desk/matters?state=all"):
        sign = "&" if "?" in address else "?"
        page(sit("he"), f"{address}{sign}after={quote(due)}_{UUID(int=1).hex}")
