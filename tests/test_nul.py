"""No sign that a database refuses to keep brings an address down: NUL in every place of a path and of a question."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import quote, urlencode

import msgspec
import pytest
from django.test import Client
from django.urls import resolve
from django.urls.converters import StringConverter

from gezhi.api.urls import OPERATIONS
from gezhi.config.scopes import SCOPES
from gezhi.ledger import clock
from gezhi.matters import sieves
from gezhi.matters.tests import liuxi
from gezhi.places import history
from gezhi.setup.tests.corner import Corner, corner

from .test_access_matrix import NOBODYS, Place, address, browser_of, by_name, place, program_of

__all__ = ["corner", "place"]
pytestmark = pytest.mark.django_db
NUL = "\0"


@cache
def fields_of(name: str) -> tuple[str, ...]:
    """The fields of the question that this address reads, as its view's code or its operation names them."""
    if name.startswith("api:"):
        same = [one for one in OPERATIONS if f"api:{one.name}" == name and one.query]
        return tuple(field.name for one in same for field in msgspec.structs.fields(one.query))
    module = inspect.getmodule(inspect.unwrap(by_name()[name].callback))
    code = inspect.getsource(module) if module else ""
    found = set(re.findall(r"GET(?:\.get\(|\.getlist\(|\[)\s*\"(\w+)\"", code))
    if "sieve" in code:
        found |= set(sieves.KEYS)
    return tuple(sorted(found | {"q", "page", "after"}))


def spoilt(name: str, place: Place) -> Iterator[str]:
    """Addresses of this name with NUL alone, and behind what belongs there, in each place that takes a text."""
    whole = address(name, place)
    for field in fields_of(name):
        yield f"{whole}?{urlencode({field: f'a{NUL}b'})}"
    for key, kind in by_name()[name].pattern.converters.items():
        if type(kind) is not StringConverter:
            continue
        right = quote(str(resolve(whole).kwargs[key]))
        for wrong in (quote(NUL), right + quote(NUL)):
            yield wrong.join(whole.rsplit(right, 1))


def fell(client: Client, names: Iterable[str], place: Place) -> list[str]:
    """The addresses that answer with a fault of the house."""
    asked = [one for name in names for one in spoilt(name, place)]
    assert asked
    return [one for one in asked if client.get(one).status_code >= 500]


def of(*kinds: str) -> list[str]:
    return [name for name, scope in SCOPES.items() if scope.who in kinds]


def test_whoever_comes_by_is_answered(place: Place) -> None:
    stranger = Client(raise_request_exception=False)
    assert fell(stranger, of("open"), place) == []


def test_whoever_works_here_is_answered(place: Place) -> None:
    assert fell(browser_of(place, "he"), of("signed_in", "seated"), place) == []


def test_whoever_administers_is_answered(corner: Corner) -> None:
    corner.lu.raise_request_exception = False
    assert corner.lu.get("/setup/staff").status_code == 200
    assert fell(corner.lu, of("setup", "models"), Place(corner.world, "1120-0001", NOBODYS)) == []


def test_a_program_is_answered(place: Place) -> None:
    assert fell(program_of(place, "he"), of("token"), place) == []


@pytest.mark.parametrize(
    ("there", "fields"),
    [
        ("/sign-in", {"sign_in", "password", "next"}),
        ("/first-time", {"sign_in", "code", "password"}),
        ("/follow", {"number", "code"}),
        ("/report", {"text", "address", "name", "contact", "item", "place", "sheet"}),
        ("/report/look", {"text", "address", "item", "place"}),
        ("/complain", {"number", "code"}),
        ("/outside", {"code"}),
        ("/language", {"language", "next"}),
    ],
)
def test_a_form_that_anybody_may_send_is_answered(place: Place, there: str, fields: set[str]) -> None:
    stranger = Client(raise_request_exception=False)
    for field in sorted(fields):
        said = dict.fromkeys(fields, "123456") | {field: f"a{NUL}b"}
        assert stranger.post(there, said).status_code < 500, field


def test_what_is_sought_at_a_desk_and_sent_by_a_program_is_answered(place: Place) -> None:
    clerk = browser_of(place, "he")
    assert clerk.post("/desk/find", {"q": f"井{NUL}盖"}, follow=True).status_code < 500
    assert (
        clerk.post("/desk/find/number", {"contact": f"138{NUL}", "purpose": "verify_report"}).status_code
        < 500
    )
    assert clerk.post("/desk/new", {"text": f"井盖{NUL}翘起", "item": "N01"}).status_code < 500
    program = program_of(place, "he")
    for field in ("text", "item", "address"):
        said = {"text": "井盖翘起", "item": "N01", field: f"井{NUL}盖"}
        answer = program.post("/api/v1/matters", said, content_type="application/json")
        assert answer.status_code < 500, field


def test_a_place_that_is_none_was_none(place: Place) -> None:
    for wrong in (NUL, f"{liuxi.GRID}{NUL}", f"0001{NUL}", "\ud800"):
        assert history.unit_ever_at(wrong) is None
        assert history.name_ever_at(wrong) == ""
        assert history.heirs_of(wrong, clock.today()) == ()
