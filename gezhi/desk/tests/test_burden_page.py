"""What the house asks is counted when a form is taken, and shown by unit beside the budget."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from gezhi.matters.models import Matter
from gezhi.matters.tests.liuxi import COUNTY
from gezhi.reporting.models import Asked

from .conftest import Sit
from .test_desk import report

pytestmark = pytest.mark.django_db


def opened(ago: int, fields: int = 7) -> str:
    return f"{int(time.time()) - ago}.{fields}"


def test_the_page_says_how_much_it_asks_and_what_was_taken_is_counted(sit: Sit) -> None:
    client = sit("he")
    page = client.get("/desk/new").content.decode()
    assert 'name="asks" value="' in page
    assert client.post("/desk/new", report(asks=opened(25))).status_code == 302
    row = Asked.objects.get()
    assert (row.task, row.times, row.fields, row.s30) == ("report", 1, 7, 1)
    assert row.unit


def test_a_refused_form_is_counted_when_it_is_taken_from_when_it_was_opened(sit: Sit) -> None:
    client, began = sit("he"), opened(100)
    refused = client.post("/desk/new", report(asks=began, text=""))
    assert refused.status_code == 422
    assert f'name="asks" value="{began}"' in refused.content.decode()
    assert not Asked.objects.exists()
    client.post("/desk/new", report(asks=began))
    assert Asked.objects.get().s120 == 1


@pytest.mark.parametrize("told", ["", "x", "1.x", ".", "-5.3", "9" * 40 + ".3", "１.３", "<b>"])
def test_what_is_no_count_changes_nothing(sit: Sit, told: str) -> None:
    assert sit("he").post("/desk/new", report(asks=told)).status_code == 302
    assert Matter.objects.exists()
    assert not Asked.objects.exists()


def test_a_resident_is_counted_without_a_unit(world: object) -> None:
    client = Client()
    page = client.get("/report").content.decode()
    assert 'name="asks" value="' in page
    said = {"text": "楼道里堆着旧沙发。", "item": "N01", "address": "柳溪路 1 号", "nowhere": "on",
            "reporting": "anonymous", "client_key": "k", "asks": opened(12, 3)}  # fmt: skip
    assert client.post("/report", said).status_code == 302
    row = Asked.objects.get()
    assert (row.task, row.unit, row.fields, row.s20) == ("resident", "", 3, 1)


def test_the_page_of_a_unit_tells_sums_and_nobody(sit: Sit) -> None:
    client = sit("he")
    for _ in range(3):
        client.post("/desk/new", report(asks=opened(25), text=f"第 {_} 处路面有坑，积水。"))
    page = client.get("/desk/figures/burden").content.decode()
    assert "给人添了多少事" in page
    assert "30 秒内" in page
    assert "预算：最多 20 张" in page
    assert f"/desk/figures/burden?unit={COUNTY}" in client.get("/desk/figures").content.decode()


def test_a_unit_that_is_not_open_to_somebody_is_not_there(sit: Sit) -> None:
    assert sit("he").get("/desk/figures/burden?unit=9999").status_code == 404
