"""The page of the work calendar: nothing changes before it was seen, and what was promised is counted again."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.promises.models import CalendarDay
from gezhi.promises.queries import calendar
from gezhi.promises.services import put_calendar
from gezhi.rules import seed

from .test_opening import administrator, text

pytestmark = pytest.mark.django_db
STORM = {"what": "local", "kind": "rest", "first": "2026-11-24", "last": "2026-11-25", "reason": "台风停工"}
NOTICE = "日期,类型,说明\n2027-01-01,放假,元旦\n2027-02-14,调休上班,春节\n"


@pytest.fixture
def chief(clerk: Client) -> Client:
    """Whoever administers the district, signed in, with the calendar of a new instance."""
    administrator(clerk)
    put_calendar(seed.days(2026, 2027))
    return clerk


def kind(day: str) -> str:
    return CalendarDay.objects.get(day=day).kind


def test_each_day_says_its_source_in_english_too(chief: Client) -> None:
    chief.cookies["gezhi_language"] = "en"
    page = text(chief, "/setup/calendar")
    days = re.findall(r'title="(\d{4}-[^"]*)"', page)
    assert any("State Council" in day for day in days)
    assert not [day for day in days if re.search("[\u4e00-\u9fff]", day)]


def test_a_local_day_is_shown_first_and_then_made(chief: Client) -> None:
    assert FRIDAY.year == 2026
    shown = chief.post("/setup/calendar", STORM, follow=True)
    assert shown.redirect_chain == [("/setup/calendar?see", 302)]  # back and forth, nothing is sent again
    page = shown.content.decode()
    assert "2 天与现在不同" in page
    assert "2026-11-24 周二　工作日 → 本地休息日" in page
    assert kind("2026-11-24") == "work"
    done = chief.post("/setup/calendar", STORM | {"confirm": "1"}, follow=True).content.decode()
    assert "日历改好了" in done
    assert "台风停工" in done
    assert (kind("2026-11-24"), kind("2026-11-25"), kind("2026-11-26")) == ("rest", "rest", "work")
    assert Entry.objects.filter(what="calendar.changed").exists()
    again = chief.post("/setup/calendar", STORM | {"confirm": "1"}, follow=True).content.decode()
    assert "什么都没有改" in again


def test_what_was_sent_is_shown_again_by_its_address_until_it_is_made(chief: Client) -> None:
    see = "/setup/calendar?see"
    assert '<b class="fact">2026 年</b>' in text(chief, see)  # nothing was sent
    file = SimpleUploadedFile("通知.csv", NOTICE.encode())
    said = {"what": "notice", "of": "2027", "source": "国办发明电"}
    assert chief.post("/setup/calendar", said | {"file": file}).url == see
    first = text(chief, see)
    assert "2027-02-14,调休上班,春节" in first
    assert "确认，改日历" in first
    assert "确认，改日历" in text(chief, see)
    chief.post("/setup/calendar", said | {"rows": NOTICE, "confirm": "1"})
    assert "确认，改日历" not in text(chief, see)


def test_what_waits_and_has_become_impossible_is_said_once(chief: Client) -> None:
    chief.post("/setup/calendar", STORM)
    with clock.fixed(FRIDAY + timedelta(days=9)):
        gone = chief.get("/setup/calendar?see")
        assert gone.status_code == 422
        assert "已经过去" in gone.content.decode()
        assert chief.get("/setup/calendar?see").status_code == 200


def test_a_local_rest_is_taken_back_by_one_button_as_long_as_its_days_are_to_come(chief: Client) -> None:
    chief.post("/setup/calendar", STORM | {"last": "2026-11-29", "confirm": "1"})
    page = text(chief, "/setup/calendar")
    change = re.search(r'name="change" value="([\w-]+)"', page)
    assert change
    said = {"what": "back", "change": change[1]}
    shown = chief.post("/setup/calendar", said, follow=True).content.decode()
    assert "4 天与现在不同" in shown  # Tuesday to Friday; the weekend rested before
    assert kind("2026-11-24") == "rest"
    chief.post("/setup/calendar", said | {"confirm": "1"})
    assert [kind(f"2026-11-{day}") for day in (24, 25, 26, 27, 28, 29)] == ["work"] * 4 + ["rest"] * 2
    again = chief.post("/setup/calendar", said)
    assert again.status_code == 422
    assert "没有可撤回的" in again.content.decode()
    assert chief.post("/setup/calendar", {"what": "back", "change": "junk"}).status_code == 422


def test_a_notice_is_not_taken_back_by_a_button(chief: Client) -> None:
    said = {"what": "notice", "of": "2027", "source": "国办发明电", "rows": NOTICE, "confirm": "1"}
    chief.post("/setup/calendar", said)
    assert 'name="change"' not in text(chief, "/setup/calendar")


def test_a_notice_is_taken_whole_or_not_at_all(chief: Client) -> None:
    before = calendar()
    said = {
        "what": "notice",
        "of": "2027",
        "source": "国办发明电",
        "rows": NOTICE + "2027-02-30,放假,错\n",
        "confirm": "1",
    }
    wrong = chief.post("/setup/calendar", said)
    assert wrong.status_code == 422
    assert "第 4 行：「2027-02-30」不是日期" in wrong.content.decode()
    assert "2027-02-30" in wrong.content.decode().split("<textarea", 1)[1]  # what was typed stays
    assert calendar() == before
    right = said | {"rows": NOTICE}
    assert chief.post("/setup/calendar", right).url == "/setup/calendar?year=2027"
    assert (kind("2027-01-01"), kind("2027-02-14")) == ("holiday", "makeup")
    assert "暂定" not in text(chief, "/setup/calendar?year=2027")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": " "}, "请写缘由"),
        ({"first": "2026-11-19", "last": ""}, "已经过去"),
        ({"last": "2026-11-23"}, "止的日子要在起的日子之后"),
        ({"last": "2027-11-23"}, "一次最多 60 天"),
        ({"first": "明天"}, "请写成 2026-11-20"),
        ({"first": "2028-01-03", "last": ""}, "日历到 2027 年为止，还不知道 2028 年哪天放假"),
        ({"first": "9999-12-31", "last": ""}, "还不知道 9999 年哪天放假"),
        ({"first": "2027-12-31", "last": "2028-01-01"}, "还不知道 2028 年哪天放假"),
    ],
)
def test_days_that_cannot_be(chief: Client, said: dict[str, str], sentence: str) -> None:
    answer = chief.post("/setup/calendar", STORM | said | {"confirm": "1"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Entry.objects.filter(what="calendar.changed", at__gte=clock.now() - timedelta(days=1)).exists()


def test_a_year_of_which_only_some_days_are_stored_is_not_known(chief: Client) -> None:
    put_calendar([(date(2028, 1, 1), "holiday", "official", "元旦")])
    answer = chief.post("/setup/calendar", STORM | {"first": "2028-01-03", "last": "", "confirm": "1"})
    assert answer.status_code == 422
    assert "还不知道 2028 年哪天放假" in answer.content.decode()


def test_a_year_far_away_is_this_one(chief: Client) -> None:
    assert '<b class="fact">2026 年</b>' in text(chief, "/setup/calendar?year=9999")
    assert '<b class="fact">2026 年</b>' in text(chief, "/setup/calendar?year=junk")
    assert "这一年还没有日历" in text(chief, "/setup/calendar?year=2029")
