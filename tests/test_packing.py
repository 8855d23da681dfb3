"""What goes gzipped: pages that are the same for everybody, and no other. A guess at a secret by a page's length is no use."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from gezhi.config.scopes import SCOPES
from gezhi.people.tests.browsing import signed_in
from gezhi.people.tests.liuxi import GRID, account, open_ground, seat

pytestmark = pytest.mark.django_db
GZIP = {"accept-encoding": "gzip"}


def test_the_first_pages_of_residents_go_packed() -> None:
    open_ground()
    for address in ("/", "/protect", "/follow"):
        lies, packed = Client().get(address), Client().get(address, headers=GZIP)
        assert packed["Content-Encoding"] == "gzip", address
        assert "Content-Encoding" not in lies
        for one in (lies, packed):
            assert "Accept-Encoding" in one["Vary"]
        assert len(packed.content) < len(lies.content) / 2
        assert packed["Content-Length"] == str(len(packed.content))
        assert b"</html>" in gzip.decompress(packed.content)


def test_a_page_is_not_packed_for_whoever_is_signed_in_nor_what_was_typed() -> None:
    ground, jia = open_ground(), account("jia", "贾一")
    seat(jia, "grid_worker", ground[GRID])
    seated = signed_in(jia)
    for address in ("/", "/follow", "/desk"):
        assert "Content-Encoding" not in seated.get(address, headers=GZIP), address
    typed = Client().post("/follow", {"number": "1", "code": "2"}, headers=GZIP)
    assert "Content-Encoding" not in typed
    assert "Content-Encoding" not in Client().get("/sign-in", headers=GZIP)


def test_two_answers_differ_in_what_is_random_on_them() -> None:
    """The form's token and key: what lasts could be guessed, what is another each time cannot."""
    first, again = (Client().get("/follow", headers=GZIP) for _time in range(2))
    assert gzip.decompress(first.content) != gzip.decompress(again.content)
    browser = Client()
    kept = [gzip.decompress(browser.get("/follow", headers=GZIP).content) for _time in range(2)]
    assert kept[0] != kept[1]


def test_no_address_with_a_person_on_it_is_public() -> None:
    public = {name for name, scope in SCOPES.items() if scope.public}
    assert public == {
        "home", "protect", "report", "report_borders", "here", "plate", "around", "around_feed", "open", "open_file", "follow",
        "manual",
    }  # fmt: skip
    assert all(SCOPES[name].who == "open" and not SCOPES[name].ground for name in public)
