"""The register page suggests by the words: with and without JavaScript, and it never chooses."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from gezhi.ledger import queries as ledger
from gezhi.matters.models import Matter

from .test_desk import report

Sit = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def asked(client: Client, text: str, **more: str) -> str:
    came = client.post("/desk/new/suggest", {"text": text, **more})
    assert came.status_code == 200
    return came.content.decode()


def test_items_are_offered_with_the_words_that_spoke_and_none_is_ticked(sit: Sit) -> None:
    page = asked(sit("he"), "院门口的路灯坏了好几天")
    assert 'name="item" value="N12"' in page
    assert "写到“路灯坏了”" in page
    assert "checked" not in page
    assert 'name="suggested" value="catalogue:N12"' in page
    assert "先打电话" not in page
    assert "请问一句" in page


def test_a_number_to_call_comes_before_everything_else(sit: Sit) -> None:
    client = sit("he")
    page = asked(client, "三楼着火了，有人受伤")
    assert page.index("tel:119") < page.index("tel:120") < page.index('data-part="items"')
    assert "写到“着火”" in page
    whole = client.post("/desk/new", {"text": "三楼着火了", "suggest": "1"}).content.decode()
    assert whole.index("tel:119") < whole.index('name="text"')


def test_a_few_characters_and_a_place_that_is_given_are_left_alone(sit: Sit) -> None:
    assert "hint" not in asked(sit("he"), "路灯")
    assert "请问一句" not in asked(sit("he"), "院门口的路灯坏了", address="桥东路 12 号")
    assert "请问一句" not in asked(sit("he"), "院门口的路灯坏了", nowhere="on")


def test_a_place_that_the_words_name_is_offered(sit: Sit) -> None:
    client = sit("he")
    page = asked(client, "桥东社区门口的路灯坏了")
    taken = re.search(r'name="take" value="(unit:桥东社区[^"]*)"', page)
    assert taken
    filled = client.post("/desk/new", {"text": "桥东社区的路灯坏了", "take": taken[1]}).content.decode()
    assert f'value="{taken[1].removeprefix("unit:")}"' in filled
    assert "桥东社区的路灯坏了</textarea>" in filled
    assert not Matter.objects.exists()


def test_without_javascript_the_button_keeps_what_was_typed_and_opens_nothing(sit: Sit) -> None:
    sent = report(text="院门口的路灯坏了好几天", item="N01") | {"suggest": "1"}
    came = sit("he").post("/desk/new", sent)
    page = came.content.decode()
    assert came.status_code == 200
    assert "院门口的路灯坏了好几天</textarea>" in page
    assert "周样本" in page
    assert re.search(r'value="N01"[^>]*checked', page)
    assert not re.search(r'value="N12" checked', page)
    assert 'role="alert"><span' not in page
    assert not Matter.objects.exists()


def test_what_was_offered_is_kept_beside_what_was_chosen(sit: Sit) -> None:
    sit("he").post("/desk/new", report(item="N01") | {"suggested": "catalogue:N12,learnt:N01"})
    facts = ledger.story(Matter.objects.get().id)[0].facts
    assert facts["suggested"] == ["catalogue:N12", "learnt:N01"]
    assert facts["item"] == "N01"


def test_in_english_it_speaks_english(sit: Sit) -> None:
    came = sit("he").post(
        "/desk/new/suggest",
        {"text": "The street lamp near the gate is on fire"},
        headers={"accept-language": "en"},
    )
    page = came.content.decode()
    assert "Street lamp out" in page
    assert "tel:119" in page
    assert not re.search(r"[一-鿿]", re.sub(r'"[^"]*"', "", page))


def test_without_a_post_nothing_is_offered(client: Client) -> None:
    assert client.post("/desk/new/suggest", {"text": "院门口的路灯坏了"}).status_code in (302, 403)
