"""The page of all components: each of them is there, drawn by the pieces that the pages use, and only where data is invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from gezhi.ui import samples, showcase, states

PAGES = Path(__file__).parents[1] / "templates" / "ui"
PIECES = (
    "chain clocks day device empty interval mark plate rows show_password steps why_not photos files figure notes"
    " stepper sure progress lightbox hiding"
).split()
SHOWN_ELSEWHERE = {"figure"}  # through a tag
SIGNS = (
    'class="rl run', 'class="rl soon', 'class="rl late', 'class="rl pause', 'class="rl met', 'class="rl none', " mini\"", " wide\"",
    'class="card day"', 'class="steps', 'class="stepfold"', 'class="chain"', 'class="hop"', 'class="no"', 'class="scope"',
    'class="mk"', 'class="frac"', 'class="part"', 'class="wind above"', 'class="wind usual"', 'class="wind below"', 'class="whisk"',
    'class="list', 'class="actbar', 'class="pager"', 'class="tabs"', 'class="plate"', 'class="seal"', 'class="glyph late"',
    'class="note"', 'class="note err"', 'class="note off"', 'class="note good"', 'class="empty"', 'class="sk"', 'class="menu',
    'class="stepper"', "<progress ", 'class="lightbox"', 'class="hiding"', 'class="notes"', 'class="card gap-3 sure"', 'class="thumbs"', 'class="filelist gap-1', 'class="mapbox"',
    'class="opts"', 'class="secret"', "filebtn", 'class="f wrong"', 'class="tick"', "as-focus", "as-hover",
    'data-theme="light"', 'data-theme="dark"',
)  # fmt: skip


SHEET = PAGES.parents[1] / "static" / "ui" / "gezhi.css"
OF_WHOLE_PAGES = {
    "desk", "top", "main", "leaf", "plain", "mcols", "matter", "one", "figs", "full", "o2", "o3", "o4", "o5", "o6", "o7", "gap-5", "nw", "block",
    "find-open", "help", "foot", "before", "days", "tall", "keep", "wide-row", "takeout", "c-plot", "c-range", "many", "out", "outl", "outlate", "code",
}  # where things lie on a page, not things  # fmt: skip
OF_SCRIPTS = {
    "sel",
    "inner",
    "cross",
    "unit",
    "open1",
    "shut1",
}  # put there when a row is chosen, a map opens, a fold opens


def told() -> dict[str, object]:
    request = RequestFactory().get("/ui")
    return {
        "sections": showcase.sections(), "rulers": showcase.rulers(), "now": showcase.NOON, "spans": showcase.spans(),
        "parts": showcase.parts(), "rate": showcase.rate(), "states": showcase.said(),
        "promises": showcase.promises(), "request": request,
    } | samples.all_of(showcase.NOON)  # fmt: skip


def page() -> str:
    return str(render_to_string("ui/showcase.html", told()))


@pytest.mark.django_db
def test_every_component_is_shown() -> None:
    drawn = page()
    assert [sign for sign in SIGNS if sign not in drawn] == []
    assert [css for css in states.STATES if f'class="st {css}"' not in drawn] == []
    assert [anchor for anchor, _name in showcase.sections() if drawn.count(f'id="{anchor}"') != 1] == []
    named = re.findall(r'\sid="([^"]+)"', drawn)
    assert len(named) == len(set(named))


@pytest.mark.django_db
def test_whatever_the_house_has_a_style_for_is_shown() -> None:
    written = re.sub(r"/\*.*?\*/", "", SHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
    styled = {
        name
        for rules in re.findall(r"([^{}]+)\{", written)
        for name in re.findall(r"\.([a-zA-Z][\w-]*)", rules)
    }
    shown = {name for said in re.findall(r'class="([^"]*)"', page()) for name in said.split()}
    elsewhere = OF_WHOLE_PAGES | OF_SCRIPTS | {name for name in styled if name.startswith("maplibregl-")}
    assert sorted(styled - shown - elsewhere) == []
    assert sorted((OF_WHOLE_PAGES | OF_SCRIPTS) - styled) == []


def test_a_component_is_shown_by_the_piece_that_the_pages_use() -> None:
    written = "".join(p.read_text(encoding="utf-8") for p in PAGES.glob("show*.html"))
    wanted = [piece for piece in PIECES if piece not in SHOWN_ELSEWHERE]
    assert [piece for piece in wanted if f'"ui/{piece}.html"' not in written] == []
    assert not re.search(r'class="(?:chain|steps|day|plate|list|clocks|empty)\b', written)


@pytest.mark.django_db
def test_nothing_of_it_is_chinese_in_english_but_what_stands_on_a_map_or_a_house() -> None:
    with translation.override("en"):
        drawn = page()
    said = re.sub(r'<span[^>]*lang="zh">[^<]*</span>|lang="zh-CN">[^<]*<', "", drawn[drawn.index("<main") :])
    assert re.findall(r"[\u4e00-\u9fff]+", said) == []


@pytest.mark.django_db
def test_a_live_instance_has_no_such_page(client: Client, settings: object) -> None:
    assert client.get("/ui").status_code == 404
