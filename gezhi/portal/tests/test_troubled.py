"""有人因此为难我: told at one's own matter, and offered by no list that anybody may read."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client

from gezhi.matters.models import Matter
from gezhi.matters.services import reporters_own
from gezhi.matters.tests.liuxi import FRIDAY, World
from gezhi.portal import looked
from gezhi.rules.load import named

from .test_report import sheet

FIVE = ("guangming", "guangming-2023", "guanlan", "jianghai", "nanling")


@pytest.mark.parametrize("name", FIVE)
def test_no_model_offers_it_to_whoever_reports(name: str) -> None:
    model = named(name)
    item = model.items[model.privacy.retaliation]
    ways = [channel for channel in model.channels.values() if channel.flow == item.flow]
    assert ways
    for channel in ways:
        offered = [choice.code for _class, choices in looked.items(model, channel) for choice in choices]
        assert offered
        assert item.code not in offered


def test_the_page_neither_offers_nor_takes_it_nor_suggests_it(world: World) -> None:
    resident = Client()
    assert 'value="W1"' not in resident.get("/report").content.decode()
    refused = resident.post("/report", sheet(item="W1"))
    assert refused.status_code == 422
    assert "没有这一类了" in refused.content.decode()
    assert Matter.objects.count() == 0
    asked = resident.post("/report/look", {"text": "因反映问题被为难，有人因此为难我"})
    assert asked.status_code == 200
    assert 'value="W1"' not in asked.content.decode()


def test_pressing_it_opens_a_matter_that_is_called_what_it_is(world: World) -> None:
    resident = Client()
    first = Matter.objects.get(id=_handed_in(resident))
    said = {"what": "trouble", "words": "网格员上门骂我。", "seen": "0"}
    answer = resident.post(f"/follow/{first.id}/say", said)
    assert answer.status_code == 302
    page = resident.get(answer["Location"]).content.decode()
    assert "因反映问题被为难" in page
    assert "楼道杂物堆放" not in page
    assert "由那里没有经手过原来那件的人办" in page
    assert "由那里没有经手过原来那件的人办" not in resident.get(f"/follow/{first.id}").content.decode()
    made = Matter.objects.exclude(id=first.id).get()
    assert (made.item, made.path, made.walled) == ("W1", first.path, True)
    assert made.number in page


def test_nobody_nearby_is_told_of_it(world: World) -> None:
    resident = Client()
    reporters_own.trouble(UUID(_handed_in(resident)), "网格员上门骂我。", address="192.0.2.7", at=FRIDAY)
    path = Matter.objects.get(item="W1").path
    for address in (f"/around/{path}", f"/around/{path}/feed.xml"):
        page = resident.get(address)
        assert page.status_code == 200
        assert "为难" not in page.content.decode()


def _handed_in(resident: Client) -> str:
    answer = resident.post("/report", sheet())
    found = re.search(r"/follow/([0-9a-f-]{36})", answer["Location"])
    assert found is not None
    return found[1]
