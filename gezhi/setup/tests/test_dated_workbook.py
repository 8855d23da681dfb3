"""A workbook for a day to come: the day stands over the preview and in what follows, where it can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from gezhi.ledger import clock

from .test_opening import administrator, confirm, example

pytestmark = pytest.mark.django_db


def test_the_day_is_said_before_and_after(clerk: Client) -> None:
    administrator(clerk)
    on = clock.today() + timedelta(days=11)
    said = {"workbook": example(B3="望湖新镇"), "on": on.isoformat()}
    page = clerk.post("/setup/workbook", said, follow=True).content.decode()
    assert f"<h1>{on} 起会这样</h1>" in page
    after = confirm(clerk, page)
    assert "12月1日（周二）起生效。在那以前可以在这里撤回。" in after
    assert "件事已经定了日子" in after
    assert "望湖新镇" in after
