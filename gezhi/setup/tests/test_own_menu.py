"""The menu of one's own on the pages of the setup: as at the desk; whoever came by the code has the switches alone."""

from __future__ import annotations

import pytest
from django.test import Client

from .corner import Corner, corner
from .test_opening import text

pytestmark = pytest.mark.django_db
__all__ = ["corner"]


def menu(page: str) -> str:
    top = page[page.index("<header") : page.index("</header>")]
    return top[top.index('<details class="menu') : top.index("</details>")]


def test_whoever_administers_has_language_theme_and_the_way_out_in_one_menu(corner: Corner) -> None:
    shown = menu(text(corner.lu, "/setup/staff"))
    assert "陆样本" in shown
    assert "系统管理员 · 柳溪县" in shown
    for part in (
        'action="/sign-out"',
        'name="language"',
        'data-cycle="theme"',
        'data-cycle="text"',
        "/sessions",
    ):
        assert shown.count(part) == 1, part
    for path in ("/setup/people", "/setup/borders", "/setup/finish", "/setup/model", "/setup/calendar"):
        assert "陆样本" in menu(text(corner.lu, path)), path
    corner.lu.cookies["gezhi_language"] = "en"
    assert "System administrator · 柳溪县" in menu(text(corner.lu, "/setup/rota"))


def test_a_language_chosen_on_a_page_of_the_setup_leads_back_to_it(corner: Corner) -> None:
    assert 'name="next" value="/setup/staff?q=x"' in menu(text(corner.lu, "/setup/staff?q=x"))


def test_whoever_came_by_the_code_has_no_menu_and_the_switches_stand_in_the_bar(clerk: Client) -> None:
    page = text(clerk, "/setup/model")
    top = page[page.index("<header") : page.index("</header>")]
    assert "<details" not in top
    assert 'data-cycle="theme"' in top


def test_the_search_box_stands_on_each_page_of_the_setup_and_leads_to_the_list(corner: Corner) -> None:
    for path in (
        "/setup/staff",
        "/setup/people",
        "/setup/borders",
        "/setup/finish",
        "/setup/model",
        "/setup/calendar",
    ):
        assert text(corner.lu, path).count('role="search" method="post" action="/desk/find"') == 1, path
    came = corner.lu.post("/desk/find", {"q": "井盖"})
    assert came.status_code == 302
    assert came["Location"].startswith("/desk/matters?q=")
