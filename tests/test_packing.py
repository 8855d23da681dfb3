"""What goes gzipped: pages that are the same for everybody, and no other. A guess at a secret by a page's length is no use."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from gezhi.config.scopes import SCOPES
from gezhi.people.tests.browsing import signed_in
from gezhi.people.tests.liuxi import GRID, account, open_ground, seat
from gezhi.places import base_map

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


def test_what_is_asked_of_a_page_beforehand_is_what_the_page_says_itself() -> None:
    open_ground()
    for asked in (GZIP, {}):
        page, before = Client().get("/", headers=asked), Client().head("/", headers=asked)
        assert before.content == b""
        for name in ("Vary", "Content-Encoding", "Content-Type"):
            assert before.get(name) == page.get(name), name


def test_a_file_that_did_not_change_says_so_of_the_form_that_was_sent() -> None:
    open_ground()
    for asked in (GZIP, {}):
        whole = Client().get("/open/days.csv", headers=asked)
        again = Client().get("/open/days.csv", headers=asked | {"if-none-match": whole["ETag"]})
        assert again.status_code == 304
        assert again["ETag"] == whole["ETag"]
        assert "Accept-Encoding" in again["Vary"]


def test_the_ground_of_a_map_goes_as_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ground, jia = open_ground(), account("jia", "贾一")
    seat(jia, "grid_worker", ground[GRID])
    monkeypatch.setattr(base_map, "public_map", lambda: "blank")
    for client, name in ((Client(), "report_base"), (signed_in(jia), "desk:base")):
        packed, lies = client.get(reverse(name), headers=GZIP), client.get(reverse(name))
        assert packed["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in lies
        assert gzip.decompress(packed.content) == lies.content
        for one in (packed, lies):
            assert "Accept-Encoding" in one["Vary"]
            assert one["Content-Type"] == "application/geo+json"


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
        "manual", "robots",
    }  # fmt: skip
    assert all(SCOPES[name].who == "open" and not SCOPES[name].ground for name in public)
