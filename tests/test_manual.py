"""The manual inside the product: each page that a person sees has its section, and the section is there."""

from __future__ import annotations

import pytest
from django.test import Client

from gezhi.config.scopes import SCOPES
from gezhi.ui import manual

# Addresses that answer with data, a file or a redirect, and pages that are the manual or the sample sheet themselves.
NO_PAGE = {
    "desk:export_file", "desk:addresses", "desk:parties", "desk:suggest", "desk:borders", "desk:base", "desk:photo", "desk:photos_file", "outside_photo", "setup:check", "setup:file",
    "setup:ground", "setup:import_mapping", "setup:import_rejected", "setup:unit_names", "setup:book", "setup:text_file", "set_language", "sign_out", "seat", "clock", "ui", "ui_portal", "manual",
    "manual_home", "report_look", "report_addresses", "report_borders", "report_base", "following_say", "following_receipt", "following_copy", "delivered", "desk:attachment", "desk:paper_file", "setup:paper_form",
    "following_push",
    "push_worker",
    "push_manifest",
    "robots",
}  # fmt: skip


def test_each_page_has_its_section() -> None:
    pages = {name for name in SCOPES if not name.startswith("api:")} - NO_PAGE
    assert {name for name in pages if not manual.section(name)} == set()
    assert set(manual.SECTION_OF) - pages == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_section_is_there_in_both_languages(language: str) -> None:
    book = manual.books(language)["pages"]
    assert [anchor for anchor, _words in book.headings] == list(manual.SECTIONS)
    for anchor in manual.SECTIONS:
        assert f'<h2 id="{anchor}">' in book.body


@pytest.mark.parametrize("book", ["pages", "clerk", "opening", "posts"])
def test_the_manual_calls_the_reporter_what_the_pages_call_them(book: str) -> None:
    """The pages say 报告人; the books of models say 反映人 (docs/glossary.md)."""
    assert "反映人" not in manual.books("zh")[book].body


@pytest.mark.django_db
def test_the_manual_reads_in_the_language_of_its_reader() -> None:
    client = Client()
    assert client.get("/manual").headers["Location"] == "/manual/pages"
    chinese = client.get("/manual/pages", HTTP_ACCEPT_LANGUAGE="zh-CN").content.decode()
    english = client.get("/manual/pages", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "每一页怎么用" in chinese
    assert "Page by page" in english
    assert client.get("/manual/nothing").status_code == 404


@pytest.mark.django_db
def test_every_book_opens() -> None:
    for name in manual.BOOKS:
        assert Client().get(f"/manual/{name}").status_code == 200


@pytest.mark.django_db
def test_the_sign_in_page_leads_to_its_section() -> None:
    assert 'href="/manual/pages#sign-in"' in Client().get("/sign-in").content.decode()
