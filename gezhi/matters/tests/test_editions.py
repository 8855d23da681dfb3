"""Which models an instance takes into use."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry, Instance
from gezhi.matters import editions
from gezhi.matters.models import Edition
from gezhi.matters.services.editions import adopt, withdraw
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.rules.findings import ModelError
from gezhi.rules.load import load_model
from gezhi.rules.model import Model
from gezhi.rules.proof.tests.small import MODEL, changed, write
from gezhi.rules.texts import holding_from

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


def opened(kind: str) -> None:
    Instance.objects.update_or_create(id=1, defaults={"kind": kind})
    instance.forget()


def test_a_model_that_gets_stuck_is_not_taken(tmp_path: Path) -> None:
    opened("live")
    stuck = 'to = "working", duty = ["approve"], when = { in_grid = false } }'
    model = load_model(write(tmp_path, changed(MODEL, 'to = "working", duty = ["approve"] }', stuck)))
    with pytest.raises(ModelError) as refused:
        adopt(model, by=HOUSE, at=FRIDAY)
    assert refused.value.findings[0].code == "E03"
    assert not Edition.objects.exists()


def test_a_model_that_holds_is_taken_once(tmp_path: Path) -> None:
    opened("live")
    model = load_model(write(tmp_path))
    assert adopt(model, by=HOUSE, at=FRIDAY) is model
    assert adopt(model, by=HOUSE, at=FRIDAY) is model
    assert Edition.objects.count() == 1


def test_a_replay_is_not_taken_where_people_work(tmp_path: Path) -> None:
    text = changed(MODEL, 'source = "本地"', 'source = "本地"\nreplay = true')
    opened("live")
    with pytest.raises(Refused) as refused:
        adopt(load_model(write(tmp_path, text)), by=HOUSE, at=FRIDAY)
    assert refused.value.code == "model_for_replay"
    opened("replay")
    assert adopt(load_model(write(tmp_path, text)), by=HOUSE, at=FRIDAY)


def test_a_plan_that_loses_open_matters_is_not_taken(tmp_path: Path) -> None:
    opened("live")
    old = adopt(load_model(write(tmp_path)), by=HOUSE, at=FRIDAY)
    text = MODEL.replace('checked = { name = "核过"', 'looked = { name = "核过"').replace(
        '"checked"', '"looked"'
    )
    plan = f'\n[migrate."{old.version}"]\nreason = "改版"\n'
    with pytest.raises(ModelError) as refused:
        adopt(load_model(write(tmp_path, text + plan)), by=HOUSE, at=FRIDAY)
    assert [finding.code for finding in refused.value.findings] == ["M01"]
    whole = plan + 'step = { "main.checked" = "main.looked" }\n'
    assert adopt(load_model(write(tmp_path, text + whole)), by=HOUSE, at=FRIDAY)


def two(tmp_path: Path) -> tuple[Model, Model]:
    """A model and the same with another name for a step, both holding from today."""
    one = load_model(write(tmp_path))
    other = load_model(
        write(tmp_path, changed(MODEL, 'checked = { name = "核过"', 'checked = { name = "看过"'))
    )
    return holding_from(one, TODAY), holding_from(other, TODAY)


def test_going_back_to_an_older_version_on_the_same_day_works(tmp_path: Path) -> None:
    opened("live")
    older, newer = two(tmp_path)
    for model in (older, newer, older):
        adopt(model, by=HOUSE, at=FRIDAY)
        assert editions.current(TODAY).version == model.version
    assert Entry.objects.filter(what="model.adopted").count() == 3
    adopt(older, by=HOUSE, at=FRIDAY)
    assert Entry.objects.filter(what="model.adopted").count() == 3


def test_an_edition_begins_on_its_day_and_not_before(tmp_path: Path) -> None:
    opened("live")
    older, newer = two(tmp_path)
    adopt(older, by=HOUSE, at=FRIDAY)
    later = adopt(holding_from(newer, MONDAY), by=HOUSE, at=FRIDAY)
    assert editions.current(MONDAY - timedelta(days=1)).version == older.version
    assert editions.current(MONDAY).version == later.version
    assert editions.current(date(2025, 1, 1)).version == older.version  # not the one that still waits


def test_an_edition_that_waits_is_not_lost_under_another(tmp_path: Path) -> None:
    opened("live")
    older, newer = two(tmp_path)
    adopt(older, by=HOUSE, at=FRIDAY)
    later = adopt(holding_from(older, MONDAY), by=HOUSE, at=FRIDAY)
    with pytest.raises(Refused) as refused:
        adopt(newer, by=HOUSE, at=FRIDAY)
    assert refused.value.code == "edition_waits"
    assert "2026-11-23" in refused.value.reason
    withdraw(later.version, by=HOUSE, at=FRIDAY)
    assert editions.current(MONDAY).version == older.version
    assert adopt(newer, by=HOUSE, at=FRIDAY)
    assert editions.current(MONDAY).version == newer.version


def test_an_edition_is_withdrawn_until_its_day(tmp_path: Path) -> None:
    opened("live")
    older, newer = two(tmp_path)
    adopt(older, by=HOUSE, at=FRIDAY)
    later = adopt(holding_from(newer, MONDAY), by=HOUSE, at=FRIDAY)
    with pytest.raises(Refused) as refused:
        withdraw(later.version, by=HOUSE, at=FRIDAY + timedelta(days=3))
    assert refused.value.code == "edition_began"
    withdraw(later.version, by=HOUSE, at=FRIDAY + timedelta(days=2))
    with pytest.raises(Refused):
        withdraw(later.version, by=HOUSE, at=FRIDAY + timedelta(days=2))
    assert adopt(later, by=HOUSE, at=FRIDAY + timedelta(days=2))
    assert editions.current(MONDAY).version == later.version
