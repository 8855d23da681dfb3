"""What the browser loads is what was written down, and nothing in a page is inline or comes from elsewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2]
STATIC = PACKAGE / "ui" / "static"
PAGES = sorted(PACKAGE.rglob("templates/**/*.html"))


def test_vendored_files_are_as_written_down() -> None:
    spec = importlib.util.spec_from_file_location("vendor", PACKAGE.parent / "tools" / "vendor.py")
    assert spec is not None
    assert spec.loader is not None
    vendor = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(vendor)
    assert vendor.strangers(STATIC / "vendor") == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_a_page_has_nothing_inline_and_nothing_from_elsewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    there = set(
        re.findall(r'symbol id="([a-z0-9-]+)"', (STATIC / "ui" / "icons.svg").read_text(encoding="utf-8"))
    )
    used = {
        name
        for page in PAGES
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', page.read_text(encoding="utf-8"))
    }
    assert used <= there


def test_the_style_sheets_use_nothing_newer_than_chromium_86() -> None:
    for sheet in ("tokens.css", "gezhi.css"):
        text = re.sub(r"/\*.*?\*/", "", (STATIC / "ui" / sheet).read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(
            r"color-mix|light-dark|:has\(|@container|@layer|aspect-ratio|\binset:|:is\(|:where\(", text
        )
