"""Which models an instance takes into use."""

from __future__ import annotations

from pathlib import Path

import pytest

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Instance
from gezhi.matters.models import Edition
from gezhi.matters.services.editions import adopt
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.rules.findings import ModelError
from gezhi.rules.load import load_model
from gezhi.rules.proof.tests.small import MODEL, changed, write

pytestmark = pytest.mark.django_db


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
