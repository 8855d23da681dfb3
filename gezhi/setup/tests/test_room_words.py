"""Each room of the setup is called in the menu what its page is called: who presses a word arrives under that word."""

from __future__ import annotations

import re
from html import unescape

import pytest

from gezhi.ledger import clock
from gezhi.matters.models import Matter
from gezhi.matters.tests import ground_plans

from .corner import Corner
from .corner import corner as corner
from .test_staff_pages import text

pytestmark = pytest.mark.django_db
ROOMS = 13


def begun(corner: Corner) -> None:
    """The first matter has ended: from then on every room stands in the menu."""
    number = ground_plans.opened(corner.world, at=(118.205, 30.505))
    Matter.objects.filter(number=number).update(ended_at=clock.now(), closing="solved")


def part(page: str, opens: str, closes: str) -> str:
    return unescape(page.split(opens)[1].split(closes)[0])


def links(nav: str) -> dict[str, str]:
    return dict(re.findall(r'<a[^>]* href="([^"]+)"[^>]*>([^<]+)', nav))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_room_is_called_in_the_menu_what_its_page_is_called(corner: Corner, language: str) -> None:
    begun(corner)
    corner.lu.cookies["gezhi_language"] = language
    rooms = links(part(text(corner.lu, "/setup/rota"), '<nav class="rooms"', "</nav>"))
    assert len(rooms) == len(set(rooms.values())) == ROOMS
    for address, word in rooms.items():
        page = text(corner.lu, address)
        assert part(page, "<h1>", "</h1>") == word, address
        assert part(page, "<title>", "</title>").strip().startswith(word), address
        menu = part(page, '<nav class="roommenu"', "</nav>")
        assert part(menu, "<summary", "</summary>").count(f"<b>{word}</b>") == 1, address
        assert links(menu) == rooms, address
