"""Knocks are counted; who knocked is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.vault.limits import TooOften, forget_salts, knock
from gezhi.vault.models import Attempt, Salt

from .conftest import NOON

ADDRESS = "203.0.113.9"


def test_the_fourth_knock_in_a_window_of_three_is_told_when_to_come_back() -> None:
    for _ in range(3):
        knock("report", ADDRESS, at=NOON, most=3, seconds=60)
    with pytest.raises(TooOften, match="请 40 秒后再试") as refused:
        knock("report", ADDRESS, at=NOON + timedelta(seconds=20), most=3, seconds=60)
    assert (refused.value.code, refused.value.seconds) == ("rate_limited", 40)
    knock("report", "203.0.113.10", at=NOON, most=3, seconds=60)
    knock("sign_in", ADDRESS, at=NOON, most=3, seconds=60)
    knock("report", ADDRESS, at=NOON + timedelta(seconds=60), most=3, seconds=60)


def test_a_long_wait_is_told_in_minutes() -> None:
    knock("report", ADDRESS, at=NOON, most=1, seconds=3600)
    with pytest.raises(TooOften, match="请 60 分钟后再试"):
        knock("report", ADDRESS, at=NOON, most=1, seconds=3600)


def test_no_address_is_stored_and_the_salt_is_gone_within_a_day() -> None:
    knock("report", ADDRESS, at=NOON, most=3, seconds=60)
    (salt,), (attempt,) = Salt.objects.all(), Attempt.objects.all()
    assert ADDRESS.encode() not in bytes(salt.salt) + bytes(attempt.bucket)
    assert forget_salts(at=NOON + timedelta(minutes=2)) == 0
    assert not Attempt.objects.exists()
    assert forget_salts(at=NOON + timedelta(hours=12)) == 1
    assert not Salt.objects.exists()


def test_a_first_knock_in_a_new_half_day_destroys_the_old_salt_by_itself() -> None:
    knock("report", ADDRESS, at=NOON, most=3, seconds=60)
    knock("report", ADDRESS, at=NOON + timedelta(hours=12), most=3, seconds=60)
    assert Salt.objects.count() == 1
