"""A vault with its own instance and keys, two desk clerks, and one reporter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from gezhi.home import make_home
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Instance
from gezhi.vault.services import seal_reporter

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LIN = Actor(new_id(), "desk_clerk@0001")
QIAO = Actor(new_id(), "centre_lead@0001")


@pytest.fixture(autouse=True)
def opened(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    instance.forget()
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})
    make_home(tmp_path / "home")
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, path=tmp_path / "home"))
    with clock.fixed(NOON):
        yield


@pytest.fixture
def secret() -> UUID:
    token = seal_reporter("何敏", "138 0013 8000", at=NOON)
    assert token is not None
    return token
