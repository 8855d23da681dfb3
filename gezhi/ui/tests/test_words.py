"""Lengths, moments and due moments as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext

from gezhi.ui import words
from gezhi.ui.templatetags import gz

NOW = datetime(2026, 11, 20, 2, 24, tzinfo=UTC)  # 10:24 in Shanghai


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "不到1分"),
        (41, "41分"),
        (60, "1小时"),
        (135, "2小时15分"),
        (1440, "1天"),
        (1620, "1天3小时"),
        (14460, "10天"),
    ],
)
def test_a_length_has_two_units_at_most(minutes: int, said: str) -> None:
    assert words.length(timedelta(minutes=minutes)) == said


def test_english_says_the_same_in_its_own_order() -> None:
    with translation.override("en"):
        assert words.length(timedelta(minutes=135)) == "2 h 15 min"
        assert words.left(timedelta(days=1), workdays=1) == "1 working day left"
        assert words.left(timedelta(days=3), workdays=3) == "3 working days left"
        assert words.moment(NOW - timedelta(days=2), NOW) == "18 Nov 10:24"
        assert words.moment(NOW - timedelta(days=627), NOW) == "3 Mar 2025"
        assert (words.matters(1), words.matters(1284)) == ("1 matter", "1,284 matters")


def test_a_moment_says_no_more_than_is_needed() -> None:
    assert words.moment(NOW, NOW) == "10:24"
    assert words.moment(NOW - timedelta(days=2), NOW) == "11月18日 10:24"
    assert words.moment(NOW - timedelta(days=627), NOW) == "2025年3月3日"


def test_what_is_kept_on_paper_has_its_day_even_today() -> None:
    assert words.dated(NOW) == "2026年11月20日 10:24"
    assert words.dated(NOW, NOW) == "11月20日 10:24"
    assert words.dated(NOW, NOW + timedelta(days=400)) == "2026年11月20日 10:24"
    assert words.dated_due(NOW, NOW) == "11月20日 10:24"
    assert words.dated_due(NOW - timedelta(hours=10, minutes=24), NOW) == "11月19日 24:00"
    with translation.override("en"):
        assert words.dated(NOW) == "20 Nov 2026 10:24"


def test_a_day_stands_after_a_colon_where_english_would_want_it_small() -> None:
    with translation.override("en"):
        today = words.day(NOW.date(), NOW.date())
        said = gettext("{accepted}受理，{done}办好").format(accepted=today, done=today)
    assert said == "Accepted: Today; done: Today"


def test_midnight_ends_the_day_before() -> None:
    midnight = datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert words.due(midnight, NOW) == "11月23日 24:00"
    assert words.exact_due(midnight) == "2026-11-23 24:00:00"
    assert words.exact_due(midnight + timedelta(seconds=1)) == "2026-11-24 00:00:01"
    assert words.due(datetime(2026, 11, 20, 16, tzinfo=UTC), NOW) == "今天 24:00"


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (417, "417", "417"),
        (9_999, "9,999", "9,999"),
        (10_000, "1万", "10k"),
        (13_069, "1.3万", "13k"),
        (238_400, "23.8万", "238k"),
        (999_950, "100万", "1M"),
        (2_449_000, "245万", "2.4M"),
        (95_000_000, "9,500万", "95M"),
        (99_999_999, "1亿", "100M"),
        (240_000_000, "2.4亿", "240M"),
        (1_400_000_000, "14亿", "1.4B"),
        (-13_069, "-1.3万", "-13k"),
    ],
)
def test_a_large_count_is_said_by_its_size_in_each_language(number: int, zh: str, en: str) -> None:
    assert words.big(number) == zh
    with translation.override("en"):
        assert words.big(number) == en


def test_round_the_clock_is_said_in_the_language_of_the_page_and_other_hours_as_written() -> None:
    for said, english in (("24 小时", "24 hours"), ("24小时", "24 hours"), ("全天", "all day")):
        assert gz.hours(said) == said
        with translation.override("en"):
            assert gz.hours(said) == english
    with translation.override("en"):
        for other in ("工作日", "逢五逢十赶集"):
            assert gz.hours(f"{other}，请先打电话") == f"{other}，请先打电话"
    assert gz.hours("") == ""


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("工作日 8:30–17:30", "working days 8:30–17:30"),
        ("工作日8:30至12:00、14:00-17:30", "working days 8:30–12:00, 14:00–17:30"),
        ("周一至周五 9:00 - 17:00", "Monday to Friday 9:00–17:00"),
        ("每天 9：00～21：00", "every day 9:00–21:00"),
        ("工作日 8:30–17:30；周末 9:00–12:00", "working days 8:30–17:30; weekends 9:00–12:00"),
        ("每天", "every day"),
    ],
)
def test_days_and_times_are_said_in_the_language_of_the_page(said: str, english: str) -> None:
    assert gz.hours(said) == said
    with translation.override("en"):
        assert gz.hours(said) == english


def test_the_whole_number_stays_within_reach() -> None:
    assert gz.big(13_069) == '<span title="13,069">1.3万</span>'
    assert (gz.big(1_284), gz.big(None)) == ("1,284", "—")


@pytest.mark.parametrize(("number", "css"), [(14, "above"), (6, "usual"), (2, "below")])
def test_a_wind_says_what_is_usual(number: int, css: str) -> None:
    drawn = gz.wind(number, 4, 8, 20)
    assert f'class="wind {css}"' in drawn
    assert f'aria-label="{number} 件，平常 4 到 8"' in drawn
    assert f'<rect class="n" x="{9 * number:.1f}"' in drawn
    assert '<rect class="b" x="36.0" y="4" width="46.0"' in drawn
