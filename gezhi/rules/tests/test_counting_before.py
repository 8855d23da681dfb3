"""A promise as it was counted before its clock stood still for the last time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gezhi.rules import counting_on, workdays
from gezhi.rules.length import parse

START = datetime(2026, 11, 20, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("given", [False, True])
def test_only_the_stretches_that_ended_since_are_left_out(given: bool) -> None:
    zone = "Asia/Shanghai"
    whole = workdays.due(START, parse("240小时"), {}, "", zone=zone)
    first = workdays.given(START, whole.due_at, zone=zone) if given else whole
    second = counting_on.went_on(first, {}, START + 2 * HOUR, now=START + 5 * HOUR)
    third = counting_on.went_on(second, {}, START + 20 * HOUR, now=START + 21 * HOUR)
    assert third.due_at == first.due_at + 4 * HOUR
    for at, was in ((6, second), (22, third), (1, first)):
        assert counting_on.before(third, {}, START + at * HOUR).due_at == was.due_at
