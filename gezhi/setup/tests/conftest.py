"""An empty live instance in a home of its own, and whoever comes by the printed code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from gezhi.home import SETUP_CODE
from gezhi.ledger import clock, instance
from gezhi.ledger.models import Instance
from gezhi.matters.tests.liuxi import FRIDAY

CODE = "abcd-efgh-jkmn"


@pytest.fixture
def empty(db: None) -> Iterator[None]:
    """Nothing but the one row that says that it is live."""
    Instance.objects.update_or_create(id=1, defaults={"kind": "live"})
    instance.forget()
    code = settings.HOME.keys / SETUP_CODE
    code.write_text(CODE, encoding="ascii")
    shutil.rmtree(settings.HOME.setup, ignore_errors=True)
    with clock.fixed(FRIDAY):
        yield
    code.unlink(missing_ok=True)
    shutil.rmtree(settings.HOME.setup, ignore_errors=True)
    instance.forget()


@pytest.fixture
def clerk(empty: None) -> Client:
    """Somebody who opened the printed address."""
    client = Client()
    answer = client.get("/setup", {"code": CODE})
    assert answer.status_code == 302
    return client
