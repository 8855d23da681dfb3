"""On the page after registering and on the matter's page: what may be the same thing, with the way to merging it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, unquote

import pytest
from django.test import Client

from gezhi.desk import alike
from gezhi.matters import queries
from gezhi.matters.models import Matter
from gezhi.matters.tests.liuxi import World

from .test_desk import report

Sit = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def registered(client: Client, text: str) -> tuple[str, str]:
    """The number as addresses spell it, and the page that follows."""
    page = client.post("/desk/new", report(text=text, item="N12"), follow=True).content.decode()
    return quote(Matter.objects.order_by("-id").first().number), page  # type: ignore[union-attr]  # it was just made


def test_after_registering_the_same_thing_is_pointed_out_with_the_reason(sit: Sit) -> None:
    client = sit("he")
    first, page = registered(client, "院门口路灯不亮，晚上看不见台阶。")
    assert "可能是同一件事" not in page
    second, page = registered(client, "您好，院门口的路灯灭了。")
    assert "可能是同一件事" in page
    assert "相距 0 米，几乎同时，都说“" in page
    assert f"/desk/m/{first}" in page
    assert f"/desk/m/{second}" in client.get(f"/desk/m/{first}").content.decode()


def test_the_way_to_merging_stands_where_the_reader_may_merge(sit: Sit, world: World) -> None:
    first, _page = registered(sit("he"), "院门口路灯不亮，晚上看不见台阶。")
    second, _page = registered(sit("he"), "您好，院门口的路灯灭了。")
    page = queries.page(world.person("he"), unquote(second))
    assert page is not None
    merge = queries.NextMove("merge", "并入另一件", ("note",), likely=False, tells=True)
    [twin] = alike.twins(replace(page, next_moves=[merge]), world.person("he"))
    assert twin.merge_href == f"/desk/m/{second}/step/merge?into={first}"
    [twin] = alike.twins(replace(page, next_moves=[]), world.person("he"))
    assert twin.merge_href == ""


def test_what_others_went_into_goes_nowhere_itself_and_the_page_says_so(sit: Sit, world: World) -> None:
    he = sit("he")
    first, _page = registered(he, "院门口路灯不亮，晚上看不见台阶。")
    second, page = registered(he, "您好，院门口的路灯灭了。")
    assert f'/desk/m/{second}/step/merge?into={first}">把本件并入它</a>' in page
    gone = he.post(f"/desk/m/{second}/step/merge", {"note": "同一处。", "into": unquote(first)})
    assert gone.status_code == 302
    third, page = registered(he, "院门口路灯坏了，不亮。")
    assert f'/desk/m/{third}/step/merge?into={first}">把本件并入它</a>' in page
    whole = he.get(f"/desk/m/{first}").content.decode()
    assert f"/desk/m/{third}" in whole
    assert "已有 1 件并入本件，本件不能再并走" in whole
    assert "merge?into" not in whole


def test_whoever_may_not_merge_is_shown_it_without_the_step(sit: Sit) -> None:
    first, _page = registered(sit("he"), "院门口路灯不亮，晚上看不见台阶。")
    second, _page = registered(sit("he"), "您好，院门口的路灯灭了。")
    page = sit("tang").get(f"/desk/m/{second}").content.decode()
    assert "可能是同一件事" in page
    assert f"/desk/m/{first}" in page
    assert "merge?into" not in page
