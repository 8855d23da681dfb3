"""Tiles under a map: drawn where a home names them, written whose they are; and labels with figures without a network."""

from __future__ import annotations

from html import escape
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Route

from gezhi.config.middleware import policy

from .conftest import Sit, Site

pytestmark = pytest.mark.browser
WHERE = "https://tiles.example.cn"
LABELLED = "() => [...document.querySelectorAll('.mapbox .unit')].some(one => /[0-9]/.test(one.textContent))"


def tile() -> bytes:
    body = BytesIO()
    Image.new("RGB", (256, 256), "#c08040").save(body, "PNG")
    return body.getvalue()


def test_a_map_draws_the_tiles_of_its_home_and_says_whose_they_are(sit: Sit, liuxi: Site) -> None:
    page, asked = sit("centre"), list[str]()

    def page_with_tiles(route: Route) -> None:
        came = route.fetch()
        tiles = escape(f'[["{WHERE}/{{z}}/{{x}}/{{y}}.png"]]', quote=True)
        body = came.text().replace(" data-map ", f' data-map data-tiles="{tiles}" data-credit="自建 · 号" ')
        body = body.replace("data-map\n", f'data-map data-tiles="{tiles}" data-credit="自建 · 号"\n')
        route.fulfill(
            response=came, body=body, headers=came.headers | {"content-security-policy": policy([WHERE])}
        )

    def one_tile(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=tile(), content_type="image/png", headers={"access-control-allow-origin": "*"})

    page.route(f"{liuxi.address}/desk/new", page_with_tiles)
    page.route(f"{WHERE}/**", one_tile)
    page.goto(f"{liuxi.address}/desk/new")
    page.wait_for_selector("[data-map][data-ready]")
    assert asked
    assert page.inner_text(".mapcredit") == "自建 · 号"
    own = page.evaluate(
        "() => document.querySelector('[data-map]').gezhiMap.getStyle().sources.base.data.features.length"
    )
    assert own == 0
    shot = Image.open(BytesIO(page.locator(".mapbox").first.screenshot())).convert("RGB")
    assert (0xC0, 0x80, 0x40) in (colour for _n, colour in shot.getcolors(1 << 20) or ())


def test_labels_with_figures_are_there_without_a_network(sit: Sit, liuxi: Site) -> None:
    page, outside = sit("centre"), list[str]()
    page.on(
        "request",
        lambda one: (
            outside.append(one.url) if not one.url.startswith((liuxi.address, "blob:", "data:")) else None
        ),
    )
    page.goto(f"{liuxi.address}/desk/new")
    page.wait_for_selector("[data-map][data-ready]")
    page.evaluate(
        "() => { const map = document.querySelector('[data-map]').gezhiMap; map.jumpTo({ zoom: map.getZoom() + 4 }) }"
    )
    page.wait_for_function(LABELLED)
    assert outside == []
