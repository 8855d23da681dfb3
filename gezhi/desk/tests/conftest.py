"""The corner of 柳溪, and browsers in which its people are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from gezhi.ledger import clock
from gezhi.matters.tests import liuxi

Sit = Callable[[str], Client]


@pytest.fixture
def world(db: None) -> Iterator[liuxi.World]:
    """Friday afternoon; the clock stands until a test moves it."""
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        yield liuxi.build()
    liuxi.forget()


@pytest.fixture
def sit(world: liuxi.World) -> Sit:
    """A browser signed in as somebody."""

    def signed_in(name: str) -> Client:
        client = Client()
        session = client.session
        session["account"] = world.accounts[name].hex
        session["began"] = timezone.now().isoformat()
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return signed_in
