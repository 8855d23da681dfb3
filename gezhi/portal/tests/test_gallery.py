"""The sheet of what residents see: each piece is there, drawn by the templates that the pages use, and only where data is invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from gezhi.portal import samples

ROOM = Path(__file__).parents[1]
PAGES = ROOM / "templates" / "portal"
SHEETS = ("portal.css", "open.css", "map.css", "hide.css")
OF_SCRIPTS = {"failed", "hide", "inner", "cross", "unit"}  # where a picture is chosen, where a map opens
PIECES = {
    "answers", "around_line", "asked_rights", "back", "call", "identity", "last_week", "looked", "near", "open_month", "open_week", "photos",
    "places", "promise", "promised", "push", "rated", "rating", "receipt", "rights_door", "says", "thread", "walk",
}  # fmt: skip
WITHIN = {
    "open_figure",
    "open_share",
    "unsaid",
}  # of the week and the month; what stands above a form that comes back
WHOLE = {
    "around", "complain", "door", "following", "frame", "gallery", "here", "home", "no_place", "no_plate", "open", "own_copy", "plate", "protect", "relay",
    "report", "rights", "rights_door",
}  # fmt: skip


def page() -> str:
    request = RequestFactory().get("/ui/portal")
    return str(render_to_string("portal/gallery.html", samples.all_of() | {"request": request}))


def styled() -> set[str]:
    written = "".join((ROOM / "static" / "portal" / one).read_text(encoding="utf-8") for one in SHEETS)
    rules = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL))
    return {name for rule in rules for name in re.findall(r"\.([a-zA-Z][\w-]*)", rule)}


@pytest.mark.django_db
def test_whatever_residents_have_a_style_for_is_shown() -> None:
    drawn = page()
    shown = {name for said in re.findall(r'class="([^"]*)"', drawn) for name in said.split()}
    elsewhere = OF_SCRIPTS | {name for name in styled() if name.startswith("maplibregl-")}
    assert sorted(styled() - shown - elsewhere) == []
    assert sorted(OF_SCRIPTS - styled()) == []
    assert sorted(OF_SCRIPTS & shown) == []


@pytest.mark.django_db
def test_each_section_stands_there_once_and_no_name_twice() -> None:
    drawn = page()
    assert [anchor for anchor, _name in samples.sections() if drawn.count(f'id="{anchor}"') != 1] == []
    named = re.findall(r'\sid="([^"]+)"', re.sub(r"<template.*?</template>", "", drawn, flags=re.DOTALL))
    assert sorted(named) == sorted(set(named))


def test_a_component_is_shown_by_the_template_that_the_pages_use() -> None:
    written = "".join(one.read_text(encoding="utf-8") for one in PAGES.glob("show_*.html"))
    assert [piece for piece in sorted(PIECES) if f'"portal/{piece}.html"' not in written] == []
    there = {one.stem for one in PAGES.glob("*.html") if not one.stem.startswith("show_")}
    assert sorted(there - PIECES - WITHIN - WHOLE) == []


@pytest.mark.django_db
def test_nothing_of_it_is_chinese_in_english_but_what_stands_on_a_map_or_a_house() -> None:
    with translation.override("en"):
        drawn = page()
    said = re.sub(r'<span[^>]*lang="zh">[^<]*<|lang="zh-CN">[^<]*<', "", drawn[drawn.index("<main") :])
    assert re.findall(r"[\u4e00-\u9fff]+", said) == []


@pytest.mark.django_db
def test_each_sheet_leads_to_the_other() -> None:
    assert f'href="{reverse("ui")}"' in page()
    desk = (ROOM.parent / "ui" / "templates" / "ui" / "showcase.html").read_text(encoding="utf-8")
    assert "{% url 'ui_portal' %}" in desk


@pytest.mark.django_db
def test_a_live_instance_has_no_such_page(client: Client, settings: object) -> None:
    assert client.get("/ui/portal").status_code == 404


@pytest.mark.django_db
def test_what_stands_side_by_side_does_not_run_into_each_other() -> None:
    drawn = page()
    assert "</small><span>" not in drawn
    assert "</span><span>2 张照片" not in drawn
    assert "</span> · <span>2 张照片" in drawn


@pytest.mark.django_db
def test_each_table_has_a_name_of_its_own_and_an_iphone_hears_what_it_is_told_about() -> None:
    drawn = page()
    names = re.findall(r'role="region" aria-label="([^"]+)"', drawn)
    assert len(names) == 2
    assert len(set(names)) == 2
    offers = re.findall(r"data-ios hidden><b>([^<]+)</b>", drawn)
    assert set(offers) == {"有进展时在这台设备上提醒我", "早上在这台设备上告诉我"}
