"""Threats: each row of docs/threats.md names tests that are there; and what no other test holds.

T3 (everything taken out), T5 (dating back) and T11 (a lost phone) have tests of their own here; the others stand beside what
they try, as the page says. T12, an emergency mode that is left on, has none: there is no such mode.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from gezhi.exchange import exporting, exports
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.people import queries as people
from gezhi.people import services as staff
from gezhi.promises.models import Promise
from gezhi.promises.services import broken_from
from gezhi.vault.models import Opening
from gezhi.vault.services import openings
from tests.test_access_matrix import WORDS, Place, browser_of, place, read

pytestmark = pytest.mark.django_db
_place = place  # the fixture of the matrix
ROOT = Path(__file__).resolve().parent.parent
_NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> dict[str, str]:
    """The rows of the page by their threat."""
    page = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    return {found[1]: found[0] for found in re.finditer(r"^\| (T\d+) \|.*$", page, re.MULTILINE)}


def test_every_threat_has_its_row_and_every_test_it_names_is_there() -> None:
    found = rows()
    assert list(found) == [f"T{n}" for n in range(1, 16)]
    assert [threat for threat, row in found.items() if not _NAMED.search(row)] == ["T12"]
    named = {pair for row in found.values() for pair in _NAMED.findall(row)}
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path, _test in named}
    assert sorted((path, test) for path, test in named if f"\ndef {test}(" not in texts[path]) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_t3_what_is_taken_out_names_nobody_and_is_recorded(place: Place, kind: str) -> None:
    he, now = place.world.person("he"), clock.now()
    export = exports.ask("state=all", "check", kind, by=he, at=now)
    exporting.carry_out(export.id, at=now, tell=lambda _lines, _of: None)
    _found, chunks = exports.take(export.id, by=he, at=now)
    whole = b"".join(chunks)
    if kind == "csv":
        assert place.number in whole.decode()
    for hidden in ("样本居民", "13800000000", WORDS):
        assert hidden.encode() not in whole
    exports.path_of(export.id).unlink()
    said = list(Entry.objects.filter(about=export.id).order_by("id").values_list("what", flat=True))
    assert said[:1] + said[-1:] == ["matters.exported", "matters.export_taken"]


def test_t5_dating_back_keeps_no_promise(place: Place) -> None:
    """A step that is recorded after the time limit and said to have been taken before it is late all the same."""
    promise = Promise.objects.get(id=place.promise)
    said_at = promise.due_at - timedelta(hours=1)
    with clock.fixed(broken_from(promise.due_at) + timedelta(hours=1)):
        given = StepGiven(late_reason="当时没有信号。")
        take_step(place.number, "accept", by=place.world.person("he"), at=said_at, given=given)
    promise.refresh_from_db()
    assert promise.missed_at is not None
    assert promise.missed_at > promise.due_at


def test_t11_a_lost_phone_opens_nothing_once_its_sessions_are_ended(place: Place) -> None:
    phone, account = browser_of(place, "lin"), place.world.accounts["lin"]
    pages = [reverse("desk:inbox"), reverse("desk:matter", args=[place.number])]
    for page in pages:
        kept = phone.get(page)
        assert kept.status_code == 200
        assert {"no-cache", "no-store"} & set(re.split(r",\s*", kept["Cache-Control"])), "asked for anew"
    assert WORDS in read(phone.get(pages[1]))
    for session in people.sessions_of(account):
        staff.end_session(account, session.id, by=HOUSE, at=clock.now())
    for page in pages:
        answer = phone.get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in")
        assert WORDS not in read(answer)


def test_t11_who_reported_is_kept_by_no_browser(place: Place) -> None:
    """The one page that shows a name forbids the browser to keep it."""
    he, tang = place.world.person("he"), place.world.person("tang")
    browser = browser_of(place, "tang")
    asked = browser.post(reverse("desk:ask_reporter", args=[place.number]), {"purpose": "call_back"})
    assert asked.status_code == 302
    opening = Opening.objects.get()
    assert opening.asked_by == tang.account
    openings.allow_opening(opening.id, by=he.acting(he.terms[0]), at=clock.now())
    page = browser.post(reverse("desk:reporter", args=[place.number, opening.id]), {"answer": "open"})
    assert "13800000000" in read(page)
    assert page["Cache-Control"] == "no-store"
