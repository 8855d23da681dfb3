"""robots.txt: what is for everybody may be found, what is of somebody is left alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from gezhi.config.scopes import scope_of

PUBLIC = (
    "/",
    "/protect",
    "/report",
    "/here",
    "/open",
    "/open/days.csv",
    "/around/0001",
    "/manual/pages",
    "/complain",
)
SHUT = (
    "/a/7KQ3X",
    "/here?lon=1&lat=2",
    "/report/look",
    "/report?at=7KQ3X",
    "/delivered/x",
    "/follow",
    "/outside",
)


def asked() -> list[str]:
    page = Client().get("/robots.txt")
    assert (page.status_code, page["Content-Type"]) == (200, "text/plain; charset=utf-8")
    first, *lines = page.content.decode().splitlines()
    assert first == "User-agent: *"
    return [line.removeprefix("Disallow: ") for line in lines]


def shut(there: str, rules: list[str]) -> bool:
    return any(there == rule[:-1] if rule.endswith("$") else there.startswith(rule) for rule in rules)


@pytest.mark.django_db
def test_it_names_what_is_of_one_matter_one_plate_and_one_desk() -> None:
    rules = asked()
    assert [there for there in PUBLIC if shut(there, rules)] == []
    assert [there for there in SHUT if not shut(there, rules)] == []


@pytest.mark.django_db
def test_no_address_behind_a_door_is_left_out() -> None:
    rules = asked()
    for one in get_resolver().url_patterns:
        there = f"/{one.pattern}"
        if not isinstance(one, URLPattern) or scope_of(one.name or "").who != "open":
            assert shut(there, rules), there
